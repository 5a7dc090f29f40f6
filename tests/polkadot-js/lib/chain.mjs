// Talking to a node as any polkadot.js user would: no custom types, everything read from finalized state.
import assert from 'node:assert/strict'
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api'
import { stringCamelCase, u8aConcat, u8aToHex } from '@polkadot/util'
import { cryptoWaitReady, xxhashAsU8a } from '@polkadot/util-crypto'

export const ENGR = 10n ** 12n

/** Connects to a node and waits until its metadata is decoded. */
export async function connect(port) {
  await cryptoWaitReady()
  const provider = new WsProvider(`ws://127.0.0.1:${port}`, 500)
  return ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: false })
}

/** The development account of a path such as `Alice` or `Alice//contributor`. */
export function account(path) {
  return new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri(`//${path}`)
}

/** Token units for people: `12.5 ENGR`. */
export function tokens(amount) {
  const value = BigInt(amount)
  const sign = value < 0n ? '-' : ''
  const digits = (value < 0n ? -value : value).toString().padStart(13, '0')
  const whole = digits.slice(0, -12)
  const fraction = digits.slice(-12).replace(/0+$/, '')
  return `${sign}${whole}${fraction ? `.${fraction}` : ''} ENGR`
}

/** A dispatch error as a sentence: `jobs.FeeTooLow: the fee ...`. */
export function explain(api, error) {
  if (error?.isModule) {
    const { section, name, docs } = api.registry.findMetaError(error.asModule)
    return `${section}.${name}: ${docs.join(' ').trim()}`
  }
  return error?.toString() ?? 'unknown error'
}

export class CallFailed extends Error {}

/** Signs and sends a call; resolves with its events once it is finalized, rejects with the readable error. */
export function send(api, call, signer, options = {}) {
  return new Promise((resolve, reject) => {
    let unsubscribe = () => {}
    const finish = (settle, value) => {
      unsubscribe()
      settle(value)
    }
    call
      .signAndSend(signer, { nonce: -1, ...options }, ({ status, events, dispatchError, txHash }) => {
        if (status.isFinalized) {
          if (dispatchError) finish(reject, new CallFailed(explain(api, dispatchError)))
          else finish(resolve, { events: events.map(({ event }) => event), block: status.asFinalized, txHash })
        } else if (status.isInvalid || status.isDropped || status.isUsurped) {
          finish(reject, new CallFailed(`the pool refused the transaction: ${status.type}`))
        }
      })
      .then((stop) => {
        unsubscribe = stop
      }, reject)
  })
}

/** Checks that a call fails when it is dispatched, with an error like `pattern`. */
export async function refused(api, call, signer, pattern) {
  await assert.rejects(send(api, call, signer), (error) => {
    assert.ok(error instanceof CallFailed, `not a dispatch error: ${error}`)
    assert.match(error.message, pattern)
    return true
  })
}

/** The fee's multiplier moves by less than a hundred-thousandth a block, and a transaction need not be in the next one. */
export function assertEstimated(paid, estimate) {
  const off = paid > estimate ? paid - estimate : estimate - paid
  assert.ok(off * 10_000n <= estimate, `${estimate} was estimated, ${paid} was paid`)
}

/** Checks that each of many calls of one signer, sent all at once, fails with its own error: `[call, 'jobs.FeeTooLow']`. */
export async function allRefused(api, calls, signer) {
  const nonce = (await api.rpc.system.accountNextIndex(signer.address)).toNumber()
  await Promise.all(calls.map(([call, error], i) =>
    assert.rejects(send(api, call, signer, { nonce: nonce + i }), (refusal) => {
      assert.match(refusal.message, new RegExp(`^${error.replace('.', '\\.')}: .{10,}`), `${JSON.stringify(call.method.toHuman())}`)
      return true
    })))
}

/** The event `section.Method` among `events`; throws when it is missing. */
export function expectEvent(events, section, method) {
  const found = events.find((event) => event.section === section && event.method === method)
  if (!found) {
    throw new Error(`no ${section}.${method} among ${events.map((e) => `${e.section}.${e.method}`).join(', ')}`)
  }
  return found
}

/** The API at the last finalized block. */
export async function finalized(api) {
  return api.at(await api.rpc.chain.getFinalizedHead())
}

/** Follows finalized blocks from `from` on and hands every event to `handle`, in order, each block once. Returns
 * `{ stop, caughtUp }`: `caughtUp()` resolves once everything finalized by then was handled. */
export async function followFinalized(api, from, handle) {
  let next = from
  let failure
  const advance = async (to) => {
    for (; next <= to; next += 1) {
      const at = await api.at(await api.rpc.chain.getBlockHash(next))
      for (const { event } of await at.query.system.events()) await handle(event, next)
    }
  }
  let busy = Promise.resolve()
  const follow = (to) => {
    busy = busy.then(() => advance(to)).catch((error) => {
      failure ??= error
    })
    return busy
  }
  const stop = await api.rpc.chain.subscribeFinalizedHeads((head) => void follow(head.number.toNumber()))
  const caughtUp = async () => {
    const head = await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead())
    await follow(head.number.toNumber())
    if (failure) throw failure
  }
  return { stop, caughtUp }
}

/** Waits for `check` to return something other than undefined, on every finalized head from the present one on. */
export async function waitFinalized(api, what, check, seconds = 120) {
  return new Promise((resolve, reject) => {
    let stop = () => {}
    let done = false
    const timer = setTimeout(() => {
      done = true
      stop()
      reject(new Error(`timed out after ${seconds} s waiting for ${what}`))
    }, seconds * 1000)
    const finish = (settle, value) => {
      if (done) return
      done = true
      clearTimeout(timer)
      stop()
      settle(value)
    }
    // Whoever shares a subscription is told its latest head first, which may be older than what is known to be final.
    const present = api.rpc.chain.getFinalizedHead().then((hash) => api.rpc.chain.getHeader(hash))
    present.catch((error) => finish(reject, error))
    api.rpc.chain
      .subscribeFinalizedHeads(async (head) => {
        if (done) return
        try {
          if (head.number.toNumber() < (await present).number.toNumber()) return
          const value = await check(await api.at(head.hash), head)
          if (value !== undefined) finish(resolve, value)
        } catch (error) {
          finish(reject, error)
        }
      })
      .then((unsubscribe) => {
        stop = unsubscribe
        if (done) stop()
      }, reject)
  })
}

/** The view functions of every pallet, by the pallet's name: each with its name, the types of its inputs and of its output. */
export async function viewFunctions(api) {
  const { pallets } = await viewMetadata(api)
  return new Map(pallets.filter((p) => p.viewFunctions.length > 0).map((p) => [p.name.toString(), [...p.viewFunctions]]))
}

/** Calls a view function of a pallet at a finalized block. polkadot.js reads metadata V16 but has no call of its own. */
export async function view(api, pallet, name, ...args) {
  const functions = (await viewFunctions(api)).get(pallet)
  if (!functions) throw new Error(`no pallet ${pallet} with view functions`)
  const fn = functions.find((f) => f.name.toString() === name || stringCamelCase(f.name.toString()) === name)
  if (!fn) throw new Error(`no view function ${pallet}.${name}`)
  const typeName = (id) => api.registry.createLookupType(id)
  const input = u8aConcat(...fn.inputs.map((i, n) => api.createType(typeName(i.type), args[n]).toU8a()))
  const id = fn.id.toU8a()
  const param = u8aConcat(id, api.createType('Bytes', u8aToHex(input)).toU8a())
  const head = await api.rpc.chain.getFinalizedHead()
  const raw = await api.rpc.state.call('RuntimeViewFunction_execute_view_function', u8aToHex(param), head)
  const bytes = raw.toU8a(true)
  if (bytes[0] !== 0) throw new Error(`view function ${pallet}.${name} was refused: 0x${Buffer.from(bytes).toString('hex')}`)
  const output = api.createType('Bytes', bytes.slice(1))
  return api.createType(typeName(fn.output), output.toU8a(true))
}

const cachedMetadata = new WeakMap()
async function viewMetadata(api) {
  if (!cachedMetadata.has(api)) {
    const raw = await api.call.metadata.metadataAtVersion(16)
    const metadata = api.createType('Metadata', raw.unwrap().toU8a(true))
    cachedMetadata.set(api, metadata.asV16)
  }
  return cachedMetadata.get(api)
}

/** Storage key prefix of a whole map, for reading it without knowing its keys' types. */
export function prefixOf(pallet, item) {
  return u8aToHex(u8aConcat(xxhashAsU8a(pallet, 128), xxhashAsU8a(item, 128)))
}

/** Issuance and the sum of all balances at a block, page by page. */
export async function ledger(at) {
  const issuance = (await at.query.balances.totalIssuance()).toBigInt()
  let sum = 0n
  let startKey
  for (;;) {
    const page = await at.query.system.account.entriesPaged({ args: [], pageSize: 200, startKey })
    for (const [, info] of page) sum += info.data.free.toBigInt() + info.data.reserved.toBigInt()
    if (page.length < 200) break
    startKey = page[page.length - 1][0].toHex()
  }
  return { issuance, sum }
}
