// The native economy as a staker and a governor meet it: an epoch mints, stakers are paid out of what was minted, a changed
// parameter rules the next epoch, and the ledger explains the issuance to the base unit.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ENGR, account, expectEvent, finalized, followFinalized, ledger, refused, send, view, waitFinalized } from '../lib/chain.mjs'
import { Network } from '../lib/network.mjs'
import { registerModel } from '../lib/story.mjs'

// Eras of half a minute.
const network = new Network('dev', { genesis: { timing: { epochDuration: 10, sessionsPerEra: 2 } } })
const alice = account('Alice')
const bob = account('Bob')
const charlie = account('Charlie')
const closed = []
let api
let follower

before(async () => {
  const node = await network.node('dev', { args: ['--alice', '--force-authoring'] }).start()
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

  const shown = (await view(api, 'Emission', 'staking_yield')).unwrap()
  assert.ok(shown.annual.toBigInt() > 0n, 'a year of such epochs yields something')
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
  const dave = account('Dave')
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
