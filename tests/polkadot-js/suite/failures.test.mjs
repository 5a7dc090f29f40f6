// What goes wrong on a real network, and what must not come of it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ENGR, account, finalized, followFinalized, ledger, waitFinalized } from '../lib/chain.mjs'
import { digits } from '../lib/digits.mjs'
import { DISHONEST, Network } from '../lib/network.mjs'
import { buyTraining, contribute, createDatanet, publish, registerModel, registerWorker, untilClosed } from '../lib/story.mjs'

const network = new Network('local')
const validators = ['alice', 'bob', 'charlie', 'dave']
const owners = Object.fromEntries(
  [...validators, 'liar'].map((name, i) => [name, account(['Alice//stash', 'Bob//stash', 'Charlie//stash', 'Dave//stash', 'Ferdie//stash'][i])]),
)
const nameOf = (address) => Object.keys(owners).find((name) => owners[name].address === address.toString())
const nodeOf = (name) => network.nodes.find((node) => node.name === name)
const requester = account('Eve')
const seen = []
let api
let goods
let events

// Small enough to be filled.
const POOL_LIMIT = 16

const SMALL = 200n * ENGR
const LARGE = 2_000_000n * ENGR

before(async () => {
  const up = (name) => network.node(name, { worker: true, args: [`--${name}`, '--pool-limit', `${POOL_LIMIT}`] }).start()
  await up('bob')
  await Promise.all(['alice', 'charlie', 'dave'].map(up))
  const liar = network.node('liar', { worker: true, workerProgram: DISHONEST, env: { ENGRAM_CHEAT: 'lie-as-verifier' } })
  await liar.start()
  ;({ api } = nodeOf('bob'))
  await waitFinalized(api, 'finality', async (_, head) => (head.number.toNumber() >= 1 ? true : undefined))
  events = await followFinalized(api, 1, ({ section, method, data }, block) => {
    seen.push({ key: `${section}.${method}`, data, block })
    assert.notEqual(method, 'Unexpected', `${section}.${method}`)
  })
  await Promise.all(validators.map((name) => registerWorker(api, nodeOf(name), owners[name], SMALL)))
  const data = digits()
  const datanet = await createDatanet(api, requester)
  const part = await publish(nodeOf('bob'), 'part.csv', data.parts[0].csv)
  const heldOut = await publish(nodeOf('bob'), 'held-out.csv', data.heldOut.csv)
  const contribution = await contribute(api, requester, datanet, part, data.parts[0].rows)
  const model = await registerModel(api, requester)
  goods = { model, parts: [contribution], heldOut, heldOutRows: data.heldOut.rows, fee: 100n * ENGR }
})

after(() => network.stop())

const eventsOf = (job, key) => seen.filter((event) => event.key === key && event.data.job?.eq(job))

test('a lying verifier loses its own bond, the honest worker is paid', { timeout: 900_000 }, async (t) => {
  const { job } = await buyTraining(api, requester, goods)
  await waitFinalized(api, 'an executor', async (at) => !(await at.query.jobs.jobs(job)).unwrap().state.isQueued || undefined)
  // Whoever executes does not verify, and of the others the liar now holds all bonds but one in three thousand.
  await registerWorker(api, nodeOf('liar'), owners.liar, LARGE)
  const closed = await untilClosed(api, job, 400)
  await events.caughtUp()
  assert.ok(closed.state.isSettled, `job ${job} ended as ${closed.state.type}`)
  const executor = nameOf(closed.state.asSettled.executor)
  const judged = eventsOf(job, 'learning.VerifierDrawn').map((event) => nameOf(event.data.verifier))
  t.diagnostic(`job ${job}: executed by ${executor}, verified by ${judged.join(', ')}`)
  assert.ok(judged.includes('liar'), 'the liar was not drawn as a verifier')
  const slashes = seen.filter((event) => event.key === 'workers.Slashed')
  assert.deepEqual(slashes.map((event) => nameOf(event.data.worker)), ['liar'])
  assert.equal(closed.attempt.toNumber(), 0)
  const [finished] = eventsOf(job, 'learning.CheckFinished')
  assert.ok(finished.data.summary.outcome.isVerified)
})

/** Sends every node more transactions than its pool takes, until told to stop. Resolves with how many were
 * refused for want of room. */
function flood() {
  const senders = ['Alice', 'Bob', 'Charlie', 'Dave'].map(account)
  let over = false
  const each = validators.map(async (name, i) => {
    const own = nodeOf(name).api
    let refused = 0
    while (!over) {
      const nonce = (await own.rpc.system.accountNextIndex(senders[i].address)).toNumber()
      const sent = await Promise.allSettled(Array.from({ length: 2 * POOL_LIMIT }, (_, n) =>
        own.tx.system.remark('0x00').signAsync(senders[i], { nonce: nonce + n, era: 0 })
          .then((signed) => own.rpc.author.submitExtrinsic(signed))))
      refused += sent.filter(({ reason }) => /Immediately Dropped|limit/i.test(`${reason}`)).length
    }
    return refused
  })
  return async () => {
    over = true
    return (await Promise.all(each)).reduce((sum, refused) => sum + refused, 0)
  }
}

test('full pools lose and double nothing', { timeout: 400_000 }, async (t) => {
  const { job } = await buyTraining(api, requester, goods)
  const stop = flood()
  const closed = await untilClosed(api, job, 300)
  const refused = await stop()
  t.diagnostic(`${refused} transactions found a full pool`)
  await events.caughtUp()
  assert.ok(refused > 0, 'the pools were never full')
  assert.ok(closed.state.isSettled, `job ${job} ended as ${closed.state.type}`)
  assert.equal(closed.attempt.toNumber(), 0, 'the job went to another worker')
  assert.equal(eventsOf(job, 'learning.Committed').length, 1, 'the commitment is on chain twice')
})

test('balances sum to issuance after all of it', async () => {
  const { issuance, sum } = await ledger(await finalized(api))
  assert.equal(issuance, sum)
})
