// The native economy as a staker and a governor meet it: an epoch mints, stakers are paid out of what was minted, a changed
// parameter rules the next epoch, and the ledger explains the issuance to the base unit.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  ENGR, account, expectEvent, explain, finalized, followFinalized, ledger, refused, send, view, waitFinalized,
} from '../lib/chain.mjs'
import { digits } from '../lib/digits.mjs'
import { Network } from '../lib/network.mjs'
import {
  MEMORY_MIB, SPEC, buyTraining, contribute, createDatanet, publish, registerModel, registerWorker, text, untilClosed,
} from '../lib/story.mjs'

// Eras of half a minute, two of them until unbonded stake is free.
const timing = { epochDuration: 10, sessionsPerEra: 2, bondingDuration: 2, slashDeferDuration: 1 }
// A graphics device, in software where there is none, and a CPU: each checks what the other did.
const network = new Network('dev', { genesis: { timing }, devices: ['cpu', 'wgpu'] })
const alice = account('Alice')
const bob = account('Bob')
const charlie = account('Charlie')
const dave = account('Dave')
const closed = []
const PPM = 1_000_000n
let api
let follower

before(async () => {
  const node = await network.node('dev', { worker: true, args: ['--alice', '--force-authoring'] }).start()
  api = node.api
  follower = await followFinalized(api, 1, (event, number) => {
    if (event.section === 'emission' && event.method === 'EpochClosed') closed.push({ number, ...event.data })
    if (event.method === 'Unexpected') assert.fail(`${event.section}.Unexpected: ${event.data}`)
  })
})

after(async () => {
  follower?.stop()
  await network.stop()
})

const root = async (call) => {
  const { events } = await send(api, api.tx.sudo.sudo(call), alice)
  return { events, result: expectEvent(events, 'sudo', 'Sudid').data.sudoResult }
}

const nextEpoch = () => {
  const { length } = closed
  return waitFinalized(api, 'an epoch to end', async () => {
    await follower.caughtUp()
    return closed[length]
  })
}

const total = (entries) => entries.reduce((sum, [, amount]) => sum + amount.toBigInt(), 0n)

/** Checks at the last finalized block that the ledger and the balances both sum to the issuance, and returns its causes. */
async function checkedLedger() {
  const at = await finalized(api)
  const [genesis, minted, burned, { issuance, sum }] = await Promise.all([
    at.query.emission.genesisIssuance(), at.query.emission.minted.entries(), at.query.emission.burned.entries(), ledger(at),
  ])
  assert.equal(issuance, sum, 'the sum of balances differs from the issuance')
  assert.equal(genesis.unwrap().toBigInt() + total(minted) - total(burned), issuance, 'the ledger does not explain the issuance')
  const byCause = (entries) => Object.fromEntries(entries.map(([key, amount]) => [key.args[0].type, amount.toBigInt()]))
  return { issuance, minted: byCause(minted), burned: byCause(burned) }
}

/** Checks what `staking_yield` says against the closed epoch it speaks of, and returns it: a year of such payouts per stake,
 * and the paper's `Y = (T_r / S_t) * (D * C / N)`, the market in reference units, both in parts per million and rounded
 * down. */
async function checkedYield() {
  const shown = (await view(api, 'Emission', 'staking_yield')).unwrap()
  const epoch = (await (await finalized(api)).query.emission.epochs(shown.epoch)).unwrap()
  const { issuance, reference } = await view(api, 'Emission', 'policy')
  const big = (value) => value.toBigInt()
  const [paid, staked] = [big(epoch.parts.stakers) + big(epoch.collected), big(epoch.staked)]
  assert.ok(paid > 0n && staked > 0n, 'stakers were not paid')
  const [annual, paper] = [big(shown.annual), big(shown.paper)]
  assert.equal(annual, (paid * big(issuance.epochsPerYear) * PPM) / staked)
  const market = big(epoch.issuance.demand) * big(epoch.meanCapacity) * big(reference.workers)
  const unit = big(reference.demand) * big(reference.capacity) * big(epoch.workers)
  assert.equal(paper, market === 0n ? 0n : (market * paid * PPM) / (unit * staked))
  return { epoch, annual, paper }
}

test('a nominator is refused what cannot be, and nominates like everywhere', async () => {
  const { staking } = api.tx
  await refused(api, staking.bond(1n, 'Staked'), bob, /^staking\.\w+: .+/)
  await refused(api, staking.nominate([alice.address]), charlie, /^staking\.NotController: .+/)
  await send(api, staking.bond(1_000_000n * ENGR, 'Stash'), bob)
  await refused(api, staking.nominate([]), bob, /^staking\.EmptyTargets: .+/)
  const { events } = await send(api, staking.nominate([alice.address]), bob)
  assert.ok(events.length > 0)
})

test('an epoch mints what its event says, and the parts sum to it', { timeout: 180_000 }, async () => {
  const epoch = await nextEpoch()
  const parts = [...epoch.parts.values()].reduce((sum, part) => sum + part.toBigInt(), 0n)
  assert.equal(parts, epoch.minted.toBigInt())
  assert.ok(epoch.minted.toBigInt() > 0n)
  assert.ok(epoch.parts.stakers.toBigInt() > 0n, 'there is stake, so stakers are paid')
  const { minted } = await checkedLedger()
  assert.ok(minted.Vault > 0n && minted.Stakers > 0n)
  // 3 % to the vault, exact over time: short by less than one base unit.
  const all = Object.values(minted).reduce((sum, amount) => sum + amount, 0n)
  assert.equal(minted.Vault, (all * 3n) / 100n)
  const vault = (await view(api, 'Emission', 'vault_account')).toString()
  const existential = api.consts.balances.existentialDeposit.toBigInt()
  assert.equal((await api.query.system.account(vault)).data.free.toBigInt(), minted.Vault + existential)
})

test('stakers are paid from what was minted: payouts leave the issuance alone', { timeout: 300_000 }, async () => {
  // Bob's nomination counts from the era after the one that was planned when he nominated.
  const exposed = await waitFinalized(api, "an era that rewards Bob's stake", async (at) => {
    const active = (await at.query.staking.activeEra()).unwrap().index.toNumber()
    const pages = await at.query.staking.erasStakersPaged.entries(active - 1)
    return pages.some(([, page]) => page.unwrap().others.some(({ who }) => who.eq(bob.address))) ? active - 1 : undefined
  }, 240)
  const reward = (await api.query.staking.erasValidatorReward(exposed)).unwrap().toBigInt()
  assert.ok(reward > 0n)
  const before = await view(api, 'Emission', 'stakers_owed')
  const { events } = await send(api, api.tx.staking.payoutStakers(alice.address, exposed), charlie)
  const rewarded = events.filter((e) => e.section === 'staking' && e.method === 'Rewarded')
  const paid = rewarded.reduce((sum, { data }) => sum + data.amount.toBigInt(), 0n)
  assert.ok(rewarded.some(({ data }) => data.stash.eq(bob.address) && data.amount.toBigInt() > 0n), 'Bob was not paid')
  assert.ok(paid <= reward && reward - paid < 1_000_000n, `${paid} of ${reward} paid: more than dust is missing`)
  assert.equal(before.toBigInt() - (await view(api, 'Emission', 'stakers_owed')).toBigInt(), paid)
  await checkedLedger()
  await refused(api, api.tx.staking.payoutStakers(alice.address, exposed), charlie, /^staking\.AlreadyClaimed: .+/)
  await refused(api, api.tx.staking.payoutStakers(alice.address, 9_999), charlie, /^staking\.InvalidEraToReward: .+/)

  const { annual, paper, epoch } = await checkedYield()
  assert.ok(annual > 0n, 'a year of such epochs yields something')
  assert.equal(epoch.workers.toNumber(), 0)
  assert.equal(paper, 0n, 'without workers there is no market')
})

let unbonded

test('unbonding leaves a nominator enough, and locks what it takes out', async () => {
  const { staking } = api.tx
  const ledgerOf = async () => (await (await finalized(api)).query.staking.ledger(bob.address)).unwrap()
  const before = await ledgerOf()
  const least = (await api.query.staking.minNominatorBond()).toBigInt()
  const amount = before.active.toBigInt() - least
  assert.ok(least > 0n && amount > 0n)
  await refused(api, staking.unbond(1n), dave, /^staking\.NotController: .+/)
  await refused(api, staking.withdrawUnbonded(0), dave, /^staking\.NotController: .+/)
  await refused(api, staking.unbond(amount + 1n), bob, /^staking\.InsufficientBond: .+/)

  const era = (await api.query.staking.currentEra()).unwrap().toNumber()
  const { events } = await send(api, staking.unbond(amount), bob)
  assert.equal(expectEvent(events, 'staking', 'Unbonded').data.amount.toBigInt(), amount)
  const after = await ledgerOf()
  assert.equal(after.active.toBigInt(), least)
  assert.equal(after.total.toBigInt(), before.total.toBigInt())
  assert.equal(after.unlocking.length, 1)
  const [chunk] = after.unlocking
  assert.equal(chunk.value.toBigInt(), amount)
  const wait = chunk.era.toNumber() - era - timing.bondingDuration
  assert.ok(wait === 0 || wait === 1, `it is locked until era ${chunk.era}, from era ${era}`)

  const early = (await send(api, staking.withdrawUnbonded(0), bob)).events
  assert.ok(!early.some((e) => e.section === 'staking' && e.method === 'Withdrawn'), 'it was free at once')
  assert.equal((await ledgerOf()).total.toBigInt(), before.total.toBigInt())
  unbonded = { amount, era: chunk.era.toNumber() }
})

test('a changed parameter rules the next epoch, and only root changes it', { timeout: 180_000 }, async () => {
  const { emission } = api.tx
  const policy = await view(api, 'Emission', 'policy')
  const old = policy.issuance
  const changed = { ...old.toJSON(), tail: (old.tail.toBigInt() * 3n).toString() }
  const tripled = emission.setIssuanceParameters({ ...changed, base: 0 })
  await refused(api, tripled, bob, /BadOrigin/)
  const wrong = await root(emission.setIssuanceParameters({ ...changed, window: 4 }))
  assert.match(api.registry.findMetaError(wrong.result.asErr.asModule).docs.join(' '), /odd number/)

  const { events, result } = await root(tripled)
  assert.ok(result.isOk)
  const [replaced, ruling] = expectEvent(events, 'emission', 'IssuanceParametersUpdated').data
  assert.equal(replaced.tail.toBigInt() * 3n, ruling.tail.toBigInt())
  // Without a base an epoch mints the tail.
  assert.equal((await nextEpoch()).minted.toBigInt(), old.tail.toBigInt() * 3n)
  await checkedLedger()
})

test('every way to destroy tokens is in the ledger by its cause', { timeout: 180_000 }, async () => {
  const before = (await checkedLedger()).burned
  await send(api, api.tx.balances.burn(7n * ENGR, true), bob)
  const after = (await checkedLedger()).burned
  assert.equal((after.Holder ?? 0n) - (before.Holder ?? 0n), 7n * ENGR)
  assert.ok((after.TransactionFee ?? 0n) > 0n, 'a part of transaction fees is burned')

  // An account that is left below the existential deposit is reaped, its rest is dust.
  const existential = api.consts.balances.existentialDeposit.toBigInt()
  const poor = account('Poor')
  await send(api, api.tx.balances.transferAllowDeath(poor.address, 3n * ENGR), bob)
  await send(api, api.tx.balances.transferAllowDeath(bob.address, ENGR), poor)
  const left = (await api.query.system.account(poor.address)).data.free.toBigInt()
  const call = (rest) => api.tx.balances.transferAllowDeath(bob.address, left - rest)
  const fee = (await call(existential).paymentInfo(poor)).partialFee.toBigInt()
  await send(api, call(fee + existential / 2n), poor)
  assert.equal((await api.query.system.account(poor.address)).data.free.toBigInt(), 0n)
  const dust = (await checkedLedger()).burned.Dust ?? 0n
  assert.ok(dust > (after.Dust ?? 0n), 'the dust is not in the ledger')
})

test('a rating burns, decays with every block, and gets dearer when it is repeated', { timeout: 180_000 }, async () => {
  const asset = { Model: await registerModel(api, bob) }
  const { ratings } = api.tx
  const price = (await view(api, 'Ratings', 'price_of', charlie.address, asset)).unwrap().toBigInt()
  await refused(api, ratings.rate(asset, 1_000_001, price), charlie, /^ratings\.ScoreOutOfRange: .+/)
  await refused(api, ratings.rate(asset, 1_000_000, price - 1n), charlie, /^ratings\.BurnBelowPrice: .+price_of/)
  await refused(api, ratings.rate({ Model: 999_999 }, 1_000_000, price), charlie, /^ratings\.UnknownAsset: .+/)
  await refused(api, ratings.scoreAnswer(999_999, 9), charlie, /^ratings\.UnknownBudget: .+/)
  await refused(api, ratings.claimReward(0, charlie.address), charlie, /^ratings\.UnknownEpoch: .+/)
  await refused(api, ratings.setLeastKept(1n), charlie, /BadOrigin/)

  const { dynamics } = await view(api, 'Ratings', 'policy')
  // Half of a rating is gone after ten blocks.
  const decay = 69_314_718_055_994_531n
  const { result } = await root(ratings.setDynamics({ efficiency: dynamics.efficiency, decay }))
  assert.ok(result.isOk)
  const before = (await checkedLedger()).burned.Rating ?? 0n
  const burn = 100n * ENGR
  const { events } = await send(api, ratings.rate(asset, 1_000_000, burn), charlie)
  const rated = expectEvent(events, 'ratings', 'Rated').data
  // The first rating of an epoch costs the first price, so all that is burned beyond it counts as well.
  assert.equal(rated.counted.toBigInt(), burn)
  // The last field, which polkadot.js does not offer by its name, `new`.
  const risen = rated[6].toBigInt()
  assert.equal(risen, (burn * dynamics.efficiency.toBigInt()) / 1_000_000n)
  assert.equal((await checkedLedger()).burned.Rating - before, burn)

  const { updatedAt } = (await view(api, 'Ratings', 'asset_of', asset)).unwrap()
  const seen = await waitFinalized(api, 'ten blocks of decay', async (_, head) => {
    if (head.number.toNumber() < updatedAt.toNumber() + 10) return undefined
    return (await view(api, 'Ratings', 'rating_of', asset)).toBigInt()
  })
  assert.ok(seen > 0n && seen * 2n <= risen, `${seen} of ${risen} is left after ten blocks`)

  // In one block, so that the epoch is the same: the second rating costs more, and less of it counts.
  const { batchAll } = api.tx.utility
  const down = (amount) => ratings.rate(asset, -1_000_000, amount)
  await refused(api, batchAll([down(price), down(price)]), dave, /^ratings\.BurnBelowPrice: .+/)
  await refused(api, batchAll([down(price), ratings.forgetRating(asset, dave.address)]), dave, /^ratings\.PeriodRunning: .+/)
  const twice = (await send(api, batchAll([down(price), down(2n * price)]), dave)).events
  const [first, second] = twice.filter((e) => e.section === 'ratings' && e.method === 'Rated').map(({ data }) => data)
  assert.equal(first.counted.toBigInt(), price)
  assert.ok(second.counted.toBigInt() < second.burned.toBigInt())
  await checkedLedger()
})

test('a deposit of ratings is free in a later epoch', { timeout: 180_000 }, async () => {
  const records = await api.query.ratings.raters.entries()
  const [key, record] = records.find(([{ args }]) => args[1].eq(charlie.address))
  const [asset, who] = key.args
  if ((await view(api, 'Emission', 'epoch')).eq(record.unwrap().epoch)) await nextEpoch()
  const held = async () => (await api.query.system.account(charlie.address)).data.reserved.toBigInt()
  const before = await held()
  await send(api, api.tx.ratings.forgetRating(asset, who), bob)
  assert.equal(before - (await held()), record.unwrap().deposit.toBigInt())
  await refused(api, api.tx.ratings.forgetRating(asset, who), bob, /^ratings\.UnknownRating: .+/)
})

let training

test("verified work makes a market, and the paper's yield follows it", { timeout: 400_000 }, async () => {
  const [first] = network.nodes
  const second = await network.node('second', { worker: true }).start()
  const bond = 1_000n * ENGR
  await Promise.all([
    registerWorker(api, first, account('Alice//stash'), bond), registerWorker(api, second, account('Bob//stash'), bond),
  ])
  // The demand of the last epoch alone, not the median of seven.
  const { issuance } = await view(api, 'Emission', 'policy')
  assert.ok((await root(api.tx.emission.setIssuanceParameters({ ...issuance.toJSON(), window: 1 }))).result.isOk)

  const data = digits()
  const eve = account('Eve')
  const part = await publish(first, 'part.csv', data.parts[0].csv)
  const heldOut = await publish(second, 'held-out.csv', data.heldOut.csv)
  const parts = [await contribute(api, eve, await createDatanet(api, eve), part, data.parts[0].rows)]
  training = {
    model: await registerModel(api, eve), parts, heldOut, heldOutRows: data.heldOut.rows, fee: 10_000n * ENGR,
    spec: { ...SPEC, steps: 320, checkpointInterval: 20 },
  }
  const { job } = await buyTraining(api, eve, training)
  const { state } = await untilClosed(api, job, 240)
  assert.ok(state.isSettled, `job ${job} ended as ${state.type}`)
  await nextEpoch()
  const { epoch, annual, paper } = await checkedYield()
  assert.equal(epoch.workers.toNumber(), 1, 'only who trained is measured')
  assert.ok(epoch.issuance.demand.toBigInt() > 0n && epoch.meanCapacity.toBigInt() > 0n, 'there is demand, and compute to meet it')
  assert.ok(annual > 0n && paper > 0n, `a year yields ${annual}, the paper's Y is ${paper}`)
  await checkedLedger()
})

test('probes measure every worker, whoever buys training of it', { timeout: 400_000 }, async () => {
  const { model, parts, heldOut, heldOutRows, fee, spec } = training
  const request = {
    model, parts, heldOut: heldOut.hex, heldOutRows, heldOutSource: text(heldOut.source), spec, parent: null,
  }
  const terms = { request, memoryMib: MEMORY_MIB, fee, period: 2 }
  const { setProbe } = api.tx.jobs
  await refused(api, setProbe(terms), bob, /BadOrigin/)
  const { result } = await root(setProbe({ ...terms, period: 0 }))
  assert.match(explain(api, result.asErr), /^jobs\.PeriodIsZero: .+/)

  const workers = [account('Alice//stash'), account('Bob//stash')].map(({ address }) => address)
  const unmeasured = async (at, address) => (await at.query.workers.workers(address)).unwrap().capacity.isZero()
  const start = await finalized(api)
  const idle = await Promise.all(workers.map((address) => unmeasured(start, address)))
  assert.equal(idle.filter(Boolean).length, 1, 'one of the two has trained')
  const version = await start.query.models.nextVersionId()

  const probes = []
  const watch = await followFinalized(api, (await api.rpc.chain.getHeader()).number.toNumber(), ({ section, method, data }) => {
    if (section !== 'jobs') return
    if (method === 'ProbeRequested') probes.push({ job: data.job.toNumber(), worker: data.worker.toString() })
    const probe = method === 'TrainingSettled' && probes.find(({ job }) => data.job.eq(job))
    if (probe) probe.settled = data
  })
  const prober = (await view(api, 'Jobs', 'probe_account')).toString()
  await send(api, api.tx.balances.transferKeepAlive(prober, 100_000n * ENGR), charlie)
  assert.ok((await root(setProbe(terms))).result.isOk)
  await waitFinalized(api, 'a verified probe of each worker', async () => {
    await watch.caughtUp()
    return workers.every((address) => probes.some(({ worker, settled }) => settled && worker === address)) || undefined
  }, 300)
  assert.ok((await root(setProbe(null))).result.isOk)
  const after = await waitFinalized(api, 'the last probe to end', async (at) =>
    (await at.query.jobs.openJobs(prober)).length === 0 ? at : undefined, 200)
  await watch.caughtUp()
  watch.stop()

  for (const { job, worker, settled } of probes.filter((probe) => probe.settled)) {
    assert.equal(settled.worker.toString(), worker, 'nobody else executes a probe')
    assert.ok(settled.version.isNone && settled.paid.toBigInt() > 0n && settled.verifiers.length > 0)
    assert.ok((await after.query.jobs.jobs(job)).isNone, 'no record outlives a probe')
  }
  for (const address of workers) assert.equal(await unmeasured(after, address), false)
  assert.ok((await after.query.models.nextVersionId()).eq(version), 'no version comes of probes')
  assert.ok((await after.query.jobs.probedSince()).isNone)
  await checkedLedger()
})

test('what was unbonded is free when its eras are over', { timeout: 240_000 }, async () => {
  const { staking } = api.tx
  await waitFinalized(api, `era ${unbonded.era}`, async (at) =>
    (await at.query.staking.currentEra()).unwrap().toNumber() >= unbonded.era ? true : undefined, 200)
  const held = async () => (await (await finalized(api)).query.system.account(bob.address)).data.reserved.toBigInt()
  const before = await held()
  const { events } = await send(api, staking.withdrawUnbonded(0), bob)
  assert.equal(expectEvent(events, 'staking', 'Withdrawn').data.amount.toBigInt(), unbonded.amount)
  assert.equal(before - (await held()), unbonded.amount)
  await send(api, api.tx.balances.transferKeepAlive(dave.address, unbonded.amount), bob)
  await checkedLedger()
})
