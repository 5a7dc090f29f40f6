// What a polkadot.js user meets on a development node: types, units, fees, errors, view functions.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { stringCamelCase, u8aToHex } from '@polkadot/util'
import { ENGR, account, allRefused, assertEstimated, expectEvent, finalized, ledger, refused, send, view, waitFinalized } from '../lib/chain.mjs'
import { Network } from '../lib/network.mjs'
import { MODEL, SPEC, createDatanet, escrowOnHold, registerModel, text } from '../lib/story.mjs'

const network = new Network('dev')
// Libraries, and pallets that only hooks and genesis write.
const LIBRARIES = ['math', 'primitives']
const SILENT = ['beacon', 'timing']
const OURS = readdirSync(new URL('../../../pallets/', import.meta.url)).filter((name) => !LIBRARIES.includes(name))

let api
const alice = account('Alice')
const bob = account('Bob')
const zeroCid = u8aToHex(new Uint8Array(36))
const someCid = u8aToHex(Uint8Array.from([1, 0x55, 0x12, 0x20, ...new Uint8Array(32).fill(7)]))
const somewhere = text('/ip4/127.0.0.1/tcp/1/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp')
const nameless = text('/ip4/127.0.0.1/tcp/1')

before(async () => {
  const node = await network.node('dev', { args: ['--alice', '--force-authoring'] }).start()
  api = node.api
  await waitFinalized(api, 'finality', async (_, head) => (head.number.toNumber() >= 2 ? true : undefined))
})

after(() => network.stop())

test('token units are in the chain properties, of both RPC generations', async () => {
  const properties = await api.rpc.system.properties()
  assert.deepEqual(properties.toHuman(), {
    isEthereum: false, ss58Format: '42', tokenDecimals: ['12'], tokenSymbol: ['ENGR'],
  })
  const modern = await api._rpcCore.provider.send('chainSpec_v1_properties', [])
  assert.equal(modern.tokenSymbol, 'ENGR')
  assert.equal(modern.tokenDecimals, 12)
})

test('metadata V14, V15 and V16 are served', async () => {
  const versions = (await api.call.metadata.metadataVersions()).map((v) => v.toNumber())
  for (const version of [14, 15, 16]) assert.ok(versions.includes(version), `no V${version} among ${versions}`)
})

/** A value of this type of the metadata is the same after it was encoded and decoded. */
function decodes(id, what) {
  const type = api.registry.createLookupType(id)
  const bytes = api.createType(type).toU8a()
  assert.deepEqual(api.createType(type, bytes).toU8a(), bytes, `${what}: ${type}`)
}

test('every call, event and error of ours decodes, and is documented', () => {
  const pallets = api.runtimeMetadata.asLatest.pallets.map(({ name }) => stringCamelCase(name.toString()))
  for (const section of OURS) {
    assert.ok(pallets.includes(section), `${section} is not in the runtime`)
    const [calls, events, errors] = ['tx', 'events', 'errors'].map((kind) => Object.values(api[kind][section] ?? {}))
    if (SILENT.includes(section)) {
      assert.equal(calls.length + events.length, 0, `${section} is not silent`)
      continue
    }
    assert.ok(calls.length > 0 && events.length > 0 && errors.length > 0, `${section} has no calls, events or errors`)
    for (const { meta } of [...calls, ...events, ...errors]) {
      const name = `${section}.${meta.name}`
      assert.ok(meta.docs.join(' ').trim().length > 0, `${name} has no docs`)
      for (const field of meta.fields) decodes(field.type, `${name}.${field.name.unwrapOr('')}`)
    }
    // What is wrong comes first, what to do about it behind it.
    for (const { meta } of errors) assert.match(meta.docs.map((line) => line.trim()).join(' '), /[.:;] [A-Z`\da-z]/, `${section}.${meta.name}`)
  }
})

test('a transfer costs what was estimated, and the supply stays the sum of balances', async () => {
  const call = api.tx.balances.transferKeepAlive(bob.address, ENGR)
  const estimate = (await call.paymentInfo(alice)).partialFee.toBigInt()
  assert.ok(estimate > 0n)
  const { events } = await send(api, call, alice)
  const paid = expectEvent(events, 'transactionPayment', 'TransactionFeePaid').data.actualFee.toBigInt()
  assertEstimated(paid, estimate)
  const { issuance, sum } = await ledger(await finalized(api))
  assert.equal(issuance, sum)
})

test('models: register, read by view function, refuse nonsense', async () => {
  const model = await registerModel(api, alice)
  const record = (await view(api, 'Models', 'model', model)).unwrap()
  assert.equal(record.owner.toString(), alice.address)
  assert.equal((await view(api, 'Models', 'is_open', model)).isTrue, true)
  const rates = { ...MODEL.rates, platform: ENGR }
  await refused(api, api.tx.models.setRates(model, rates), bob, /^models\.\w+: .+/)
  await refused(
    api, api.tx.models.register('0x61', { Mlp: { widths: [64], inputShift: 4 } }, MODEL.rates, 'DataInf', '0x61'),
    alice, /^models\.\w+: .+/,
  )
})

test('jobs: every wrong request gets an error that says what to do', async () => {
  const datanet = await createDatanet(api, alice)
  const root = u8aToHex(new Uint8Array(32).fill(1))
  const licence = '0x61'
  const { events } = await send(
    api, api.tx.datanets.contribute(datanet, root, someCid, 10, 1000, licence, somewhere), alice,
  )
  const part = expectEvent(events, 'datanets', 'Contributed').data.contribution
  await refused(
    api, api.tx.datanets.contribute(datanet, root, someCid, 10, 1000, licence, nameless), bob, /^datanets\.InvalidSource: .+/,
  )
  await refused(
    api, api.tx.datanets.contribute(datanet, root, someCid, 10, 1000, licence, somewhere), bob, /^datanets\.\w+: .+/,
  )
  const model = await registerModel(api, alice)
  const wide = await registerModel(api, alice, { ...MODEL, architecture: { Mlp: { widths: [65, 32, 10], inputShift: 4 } } })
  const request = (change) => {
    const it = { model, parent: null, parts: [part], cid: someCid, rows: 10, source: somewhere, spec: SPEC, fee: 100n * ENGR, ...change }
    return api.tx.jobs.requestTraining(it.model, it.parent, it.parts, it.cid, it.rows, it.source, it.spec, 64, it.fee)
  }
  const wrong = [
    [{ model: 9_999 }, 'UnknownModel'], [{ parent: 77 }, 'UnknownVersion'], [{ parts: [] }, 'NoParts'],
    [{ parts: [part, part] }, 'DuplicatePart'], [{ parts: [9_999] }, 'UnknownContribution'],
    [{ model: wide }, 'DataDoesNotFit'], [{ cid: zeroCid }, 'InvalidCid'],
    [{ rows: 0 }, 'RowsOutOfRange'], [{ rows: 4_000_000_000 }, 'RowsOutOfRange'], [{ source: nameless }, 'InvalidAddress'],
    [{ spec: { ...SPEC, steps: 0 } }, 'InvalidSpec'], [{ spec: { ...SPEC, steps: 1601 } }, 'InvalidSpec'],
    [{ spec: { ...SPEC, opened: 3 } }, 'InvalidSpec'], [{ spec: { ...SPEC, opened: 11 } }, 'InvalidSpec'],
    [{ spec: { ...SPEC, learningRate: 0 } }, 'InvalidSpec'],
    [{ fee: 0n }, 'FeeTooLow'], [{ fee: 1n }, 'FeeTooLow'],
  ]
  await allRefused(api, wrong.map(([change, error]) => [request(change), `jobs.${error}`]), alice)
  await refused(api, request({ fee: 10n ** 30n }), alice, /^(jobs\.\w+: .+|Token|.*[Ff]unds.*|.*\{"token".*)/)
  await refused(api, api.tx.jobs.requestInference(4_711, someCid, 10, somewhere, 64, 100n * ENGR), alice, /^\w+\.\w+: .+/)

  const reserved = async () => (await api.query.system.account(alice.address)).data.reserved.toBigInt()
  const [escrows, deposits] = [await escrowOnHold(api, api), await reserved()]
  const ordered = expectEvent((await send(api, request({}), alice)).events, 'jobs', 'TrainingRequested').data
  const escrow = [ordered.fee, ordered.reserve, ordered.guarantee].reduce((sum, amount) => sum + amount.toBigInt(), 0n)
  assert.equal((await escrowOnHold(api, api)) - escrows, escrow, 'fee, reserve and guarantee are on hold')
  const { deposit } = (await api.query.jobs.jobs(ordered.job)).unwrap()
  assert.equal((await reserved()) - deposits, deposit.toBigInt(), "the deposit is on hold on the requester's account")
  await refused(api, api.tx.jobs.cancel(ordered.job), bob, /^jobs\.\w+: .+/)
})

test('nobody is drawn where nobody works: the job fails and the escrow comes back', async () => {
  const jobs = await api.query.jobs.jobs.entries()
  const [key] = jobs.at(-1)
  const job = key.args[0]
  const closed = await waitFinalized(api, 'the job to fail', async (at) => {
    const record = (await at.query.jobs.jobs(job)).unwrap()
    return record.state.isFailed ? record : undefined
  }, 400)
  assert.equal(closed.escrow.toBigInt(), 0n)
})

test('a signed account cannot force a balance', async () => {
  await refused(api, api.tx.balances.forceSetBalance(bob.address, 1), bob, /BadOrigin/)
})
