// Asks a running node what a view function of a pallet says: quotes of trades, yields, prices of ratings. polkadot.js Apps has no
// page for them. `npm run --silent view` lists them; see docs/trading.md.
import { parseArgs } from 'node:util'
import { ApiPromise, WsProvider } from '@polkadot/api'
import { stringCamelCase } from '@polkadot/util'
import { view, viewFunctions } from './lib/chain.mjs'

/** A mistake of whoever typed the command. */
class Usage extends Error {}

/** `quote_buy(token, amount, slippage)`. */
const signature = (fn) => `${fn.name}(${fn.inputs.map((input) => input.name).join(', ')})`

async function answer(api, [pallet, name, ...args]) {
  const pallets = await viewFunctions(api)
  const list = ([of, functions]) => functions.map((fn) => `${of} ${signature(fn)}`)
  if (!pallet) return [...pallets].flatMap(list).join('\n')
  const entry = [...pallets].find(([of]) => of.toLowerCase() === pallet.toLowerCase())
  if (!entry) throw new Usage(`no pallet ${pallet} has view functions, only ${[...pallets.keys()].join(', ')}`)
  if (!name) return list(entry).join('\n')
  const fn = entry[1].find((one) => [one.name.toString(), stringCamelCase(one.name.toString())].includes(name))
  if (!fn) throw new Usage(`${entry[0]} has no view function ${name}, only ${entry[1].map(signature).join(', ')}`)
  if (fn.inputs.length !== args.length) throw new Usage(`${entry[0]} ${signature(fn)} takes ${fn.inputs.length} values, not ${args.length}`)
  for (const [i, { name: input, type }] of fn.inputs.entries()) {
    try {
      args[i] = /^[[{]/.test(args[i]) ? JSON.parse(args[i]) : args[i]
      api.createType(api.registry.createLookupType(type), args[i])
    } catch (error) {
      throw new Usage(`${input} cannot be ${JSON.stringify(args[i])}: ${error.message}`)
    }
  }
  const said = await view(api, entry[0], fn.name.toString(), ...args)
  // Numbers as extrinsics take them: without commas.
  return JSON.stringify(said.toHuman(), (_, value) => (/^-?\d+(,\d{3})+$/.test(value) ? value.replaceAll(',', '') : value), 2)
}

let provider
try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { url: { type: 'string', default: 'ws://127.0.0.1:9944' } } })
  // One try: whoever typed the command is told what is wrong.
  provider = new WsProvider(values.url, false)
  await provider.connect()
  const refused = new Promise((_, reject) => provider.on('error', () => reject(new Usage(`no node answers at ${values.url}; --url names another`))))
  const connected = ApiPromise.create({ provider, noInitWarn: true })
  console.log(await answer(await Promise.race([connected, refused]), positionals))
} catch (error) {
  console.error(`view: ${error.message}`)
  process.exitCode = 1
} finally {
  await provider?.disconnect()
}
