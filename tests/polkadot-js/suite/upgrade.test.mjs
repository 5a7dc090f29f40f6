// A runtime upgrade on a running network, with a job under way, by the calls any polkadot.js user has.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { u8aToHex } from '@polkadot/util'
import { blake2AsHex } from '@polkadot/util-crypto'
import { ENGR, account, connect, expectEvent, finalized, ledger, refused, send, waitFinalized } from '../lib/chain.mjs'
import { digits } from '../lib/digits.mjs'
import { Network } from '../lib/network.mjs'
import { buyTraining, contribute, createDatanet, publish, registerModel, registerWorker, untilClosed } from '../lib/story.mjs'

const network = new Network('local')
const alice = account('Alice')
const bob = account('Bob')
const eve = account('Eve')
const next = process.env.ENGRAM_NEXT_RUNTIME
let api
let code
let goods

const versionOf = async (node) => (await node.api.rpc.state.getRuntimeVersion()).specVersion.toNumber()

before(async () => {
  assert.ok(next, 'ENGRAM_NEXT_RUNTIME is not set: run `make test-e2e`')
  code = readFileSync(next)
  const up = (name) => network.node(name, { worker: true, args: [`--${name}`] }).start()
  await up('alice')
  await Promise.all(['bob', 'charlie'].map(up))
  const [first] = network.nodes
  ;({ api } = first)
  await waitFinalized(api, 'finality', async (_, head) => (head.number.toNumber() >= 1 ? true : undefined))
  const owners = ['Alice//stash', 'Bob//stash', 'Charlie//stash'].map(account)
  await Promise.all(owners.map((owner, i) => registerWorker(api, network.nodes[i], owner, 1_000n * ENGR)))
  const data = digits()
  const part = await publish(first, 'part.csv', data.parts[0].csv)
  const heldOut = await publish(first, 'held-out.csv', data.heldOut.csv)
  const parts = [await contribute(api, eve, await createDatanet(api, eve), part, data.parts[0].rows)]
  goods = { model: await registerModel(api, eve), parts, heldOut, heldOutRows: data.heldOut.rows, fee: 100n * ENGR }
})

after(() => network.stop())

test('nobody but root authorizes an upgrade, and only what was authorized is applied', async () => {
  const { system, sudo } = api.tx
  const hash = blake2AsHex(code, 256)
  await refused(api, system.authorizeUpgrade(hash), alice, /BadOrigin/)
  await refused(api, sudo.sudo(system.authorizeUpgrade(hash)), bob, /^sudo\.RequireSudo: .+/)

  const { events } = await send(api, sudo.sudo(system.authorizeUpgrade(hash)), alice)
  expectEvent(events, 'system', 'UpgradeAuthorized')
  const other = Uint8Array.from(code)
  other[other.length - 1] ^= 1
  await refused(api, system.applyAuthorizedUpgrade(u8aToHex(other)), bob, /^system\.Unauthorized: .+/)
  assert.deepEqual(await Promise.all(network.nodes.map(versionOf)), [100, 100, 100])
})

test('anybody applies it, every node goes on with the next version, and a job from before settles', { timeout: 400_000 }, async () => {
  const model = await registerModel(api, alice)
  const { job } = await buyTraining(api, eve, goods)
  await send(api, api.tx.system.applyAuthorizedUpgrade(u8aToHex(code)), bob)
  // Asked of the node: polkadot.js swaps its types when the version changes, and what it decodes meanwhile may be neither.
  const upgraded = await waitFinalized(api, 'the next version', async (_, head) => {
    const { specVersion } = await api.rpc.state.getRuntimeVersion(head.hash)
    return specVersion.toNumber() === 101 ? head.number.toNumber() : undefined
  })
  assert.deepEqual(await Promise.all(network.nodes.map(versionOf)), [101, 101, 101])

  // A client that connects now, and the state from before.
  const fresh = await connect(network.nodes[1].ports.rpc)
  try {
    assert.equal(fresh.runtimeVersion.specVersion.toNumber(), 101)
    const at = await finalized(fresh)
    assert.equal((await at.query.models.models(model)).unwrap().owner.toString(), alice.address)
    const { state } = (await (await fresh.at(await fresh.rpc.chain.getBlockHash(upgraded))).query.jobs.jobs(job)).unwrap()
    assert.ok(state.isQueued || state.isAssigned || state.isChecking, `job ${job} was ${state.type} before the upgrade`)
    await send(fresh, fresh.tx.balances.transferKeepAlive(bob.address, ENGR), alice)
    const closed = await untilClosed(fresh, job, 240)
    assert.ok(closed.state.isSettled, `job ${job} ended as ${closed.state.type}`)
    assert.ok(closed.state.asSettled.at.toNumber() > upgraded)
    assert.equal(closed.attempt.toNumber(), 0, 'the job went to another worker')
    const version = (await (await finalized(fresh)).query.models.versions(closed.state.asSettled.version.unwrap())).unwrap()
    assert.ok(version.correct.toNumber() > 0)
    const { issuance, sum } = await ledger(await finalized(fresh))
    assert.equal(issuance, sum)
  } finally {
    await fresh.disconnect()
  }
  const { number } = await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead())
  await waitFinalized(api, 'finality after the upgrade', async (_, head) => (head.number.toNumber() > number.toNumber() ? true : undefined))
})

test('not even root forces a balance outside a development chain', async () => {
  const forced = api.tx.balances.forceSetBalance(bob.address, 1)
  await refused(api, api.tx.sudo.sudo(forced), alice, /CallFiltered/)
  await refused(api, api.tx.sudo.sudo(api.tx.utility.batchAll([forced])), alice, /CallFiltered/)
})

test('an authorization is used up', async () => {
  const again = await connect(network.nodes[2].ports.rpc)
  try {
    await refused(again, again.tx.system.applyAuthorizedUpgrade(u8aToHex(code)), bob, /^system\.NothingAuthorized: .+/)
  } finally {
    await again.disconnect()
  }
})
