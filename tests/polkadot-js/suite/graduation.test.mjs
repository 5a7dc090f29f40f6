// The token of a model that was trained: buyers pay for its success, and its curve becomes a pool once its reserve and its data are
// there. Then the token is swapped like any other.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { u8aConcat, u8aToHex } from '@polkadot/util'
import { ENGR, account, allRefused, expectEvent, finalized, ledger, refused, send, view, waitFinalized } from '../lib/chain.mjs'
import { digits } from '../lib/digits.mjs'
import { Network } from '../lib/network.mjs'
import { SPEC, buyTraining, contribute, createDatanet, publish, registerModel, registerWorker, untilClosed } from '../lib/story.mjs'
import { ATTO, FAST, NEVER, PPM, TERMS, WHOLE, curveOf, launch, moved, purse, quote } from '../lib/tokens.mjs'

const network = new Network('dev', { genesis: { timing: FAST } })
const bob = account('Bob')
const charlie = account('Charlie')
const dave = account('Dave')
const eve = account('Eve')
const NATIVE = 'Native'
const CLAIM = 3_000n * WHOLE
let api
let model
let token
let version
let poolAccount

before(async () => {
  const first = await network.node('dev', { worker: true, args: ['--alice', '--force-authoring'] }).start()
  ;({ api } = first)
  const second = await network.node('second', { worker: true }).start()
  await Promise.all([['Alice//stash', first], ['Bob//stash', second]].map(([owner, node]) =>
    registerWorker(api, node, account(owner), 1_000n * ENGR)))
  model = await registerModel(api, charlie)
  // Nobody graduates a curve before the limiter's first window is over.
  const terms = { ...TERMS, graduation: 1_000n * ENGR, limits: { ...TERMS.limits, window: TERMS.fees.launchWindow } }
  const claims = [{ beneficiary: dave.address, kind: 'Stakeholder', amount: CLAIM }]
  ;({ token } = await launch(api, charlie, model, { terms, claims }))
  poolAccount = await view(api, 'Curves', 'pool_account', token)

  const data = digits()
  const datanet = await createDatanet(api, eve)
  const parts = []
  for (const [i, part] of data.parts.entries()) {
    parts.push(await contribute(api, eve, datanet, await publish(first, `part-${i}.csv`, part.csv), part.rows))
  }
  const heldOut = await publish(second, 'held-out.csv', data.heldOut.csv)
  // Training counts for the success of a model if its owner bought it.
  const { job } = await buyTraining(api, charlie, {
    model, parts, heldOut, heldOutRows: data.heldOut.rows, fee: 10_000n * ENGR,
    spec: { ...SPEC, steps: 320, checkpointInterval: 20 },
  })
  const { state } = await untilClosed(api, job, 240)
  assert.ok(state.isSettled, `job ${job} ended as ${state.type}`)
  version = state.asSettled.version.unwrap()
})

after(() => network.stop())

const ceil = (number, by) => (number + by - 1n) / by
const asset = () => ({ WithId: token })
const swap = (path, amount, least, who) =>
  api.tx.assetConversion.swapExactTokensForTokens(path, amount, least, who.address, false)

/** What the pool's address has of money and of tokens. */
async function reserves() {
  const { free, tokens } = await purse(api, { address: poolAccount }, token)
  return { money: free, tokens }
}

test('nobody graduates a curve whose reserve or data are not there', async () => {
  const { graduate, claim } = api.tx.curves
  assert.equal((await view(api, 'Curves', 'is_ripe', token)).isTrue, false)
  await allRefused(api, [
    [graduate(token, version), 'curves.NotRipe'], [graduate(7, version), 'curves.UnknownToken'], [claim(token, 0), 'curves.NotGraduated'],
  ], eve)
  await send(api, api.tx.curves.buy(token, 1_500n * WHOLE, 2_000n * ENGR, NEVER), bob)
  await waitFinalized(api, 'the curve to be ripe', async () => ((await view(api, 'Curves', 'is_ripe', token)).isTrue ? true : undefined))
  await refused(api, graduate(token, version.toNumber() + 1), eve, /^curves\.UnknownVersion: .+/)
})

test("what a quote says is what is paid for a successful model's token too", { timeout: 240_000 }, async () => {
  const { buy, refreshMetrics, sell, spend } = api.tx.curves
  await waitFinalized(api, 'an epoch after the launch', async () => {
    const [epoch, { refreshed }] = await Promise.all([view(api, 'Emission', 'epoch'), curveOf(api, token)])
    return epoch.toNumber() > refreshed.toNumber() ? true : undefined
  })
  const { data: metrics } = expectEvent((await send(api, refreshMetrics(token), dave)).events, 'curves', 'MetricsRefreshed')
  const multiplier = metrics.multiplier.toBigInt()
  assert.ok(multiplier > PPM, `the training made no success: ${metrics.changes}`)
  assert.equal((await view(api, 'Curves', 'multiplier', token)).unwrap().toNumber(), Number(multiplier))

  // What a quote promises of a purchase: its parts, and how far it moves the price.
  const checked = (quoted) => {
    const [value, premium, fee, total, old, next] = ['value', 'premium', 'fee', 'total', 'priceBefore', 'priceAfter'].map((key) => quoted[key].toBigInt())
    assert.equal(premium, ceil(value * (multiplier - PPM), PPM))
    assert.ok(premium > 0n && next > old)
    assert.equal(total, value + premium + fee)
    assert.equal(quoted.impact.toBigInt(), ceil((next - old) * PPM, old))
  }
  // What a purchase did is what its quote promised, to the base unit.
  const bought = async (call, quoted) => {
    const was = await curveOf(api, token)
    const { events, free, tokens } = await moved(api, call, bob, token)
    const is = await curveOf(api, token)
    assert.equal(free, -quoted.total.toBigInt())
    assert.equal(tokens, quoted.amount.toBigInt())
    const { data } = expectEvent(events, 'curves', 'TokensBought')
    for (const key of ['amount', 'value', 'premium', 'fee']) assert.ok(data[key].eq(quoted[key]), key)
    assert.ok(data.price.eq(quoted.priceAfter) && is.price.eq(quoted.priceAfter))
    for (const [sum, part] of [['reserve', 'value'], ['premium', 'premium'], ['fees', 'fee']]) {
      assert.equal(is[sum].toBigInt() - was[sum].toBigInt(), quoted[part].toBigInt(), sum)
    }
  }
  const amount = 200n * WHOLE
  let quoted = await quote(api, 'buy', token, amount)
  checked(quoted)
  assert.equal(quoted.limit.toBigInt(), quoted.total.toBigInt() + ceil(quoted.total.toBigInt(), 100n))
  await bought(buy(token, amount, quoted.total, NEVER), quoted)

  const payment = 100n * ENGR
  quoted = await quote(api, 'spend', token, payment)
  checked(quoted)
  assert.ok(quoted.total.toBigInt() <= payment)
  assert.equal(quoted.limit.toBigInt(), quoted.amount.toBigInt() - ceil(quoted.amount.toBigInt(), 100n))
  await bought(spend(token, payment, quoted.amount, NEVER), quoted)

  // Sellers get nothing of it.
  quoted = await quote(api, 'sell', token, amount)
  assert.equal(quoted.premium.toBigInt(), 0n)
  const { free, tokens } = await moved(api, sell(token, amount, quoted.total, NEVER), bob, token)
  assert.equal(free, quoted.value.toBigInt() - quoted.fee.toBigInt())
  assert.equal(tokens, -amount)
})

test("no stranger makes the token's pool, or sends tokens to its address", async () => {
  await refused(api, api.tx.assetConversion.createPool(NATIVE, asset()), bob, /CallFiltered/)
  await refused(api, api.tx.assets.transfer(token, poolAccount, WHOLE), bob, /CallFiltered/)
  assert.equal((await reserves()).tokens, 0n)
})

/** What a swap gets, by the runtime API that every wallet of pools asks. */
async function quoted(path, amount) {
  const kinds = path.map((kind) => (kind === NATIVE ? [0] : [1, ...token.toU8a()]))
  const input = u8aConcat(...kinds, api.createType('u128', amount).toU8a(), [1])
  const head = await api.rpc.chain.getFinalizedHead()
  const raw = await api.rpc.state.call('AssetConversionApi_quote_price_exact_tokens_for_tokens', u8aToHex(input), head)
  return api.createType('Option<u128>', raw.toU8a(true)).unwrap().toBigInt()
}

test('a stranger graduates it: the pool begins at the last price, and gifts change nothing', async () => {
  const gift = 5n * ENGR
  await send(api, api.tx.balances.transferKeepAlive(poolAccount, gift), bob)
  const curve = await curveOf(api, token)
  const { data } = expectEvent((await send(api, api.tx.curves.graduate(token, version), eve)).events, 'curves', 'CurveGraduated')
  assert.ok(data.price.eq(curve.price) && data.money.eq(curve.reserve))
  assert.equal(data.gifts.toBigInt(), gift)
  const pool = await reserves()
  assert.equal(pool.tokens, data.tokens.toBigInt())
  assert.ok(pool.money >= curve.reserve.toBigInt() + gift)
  assert.equal(pool.tokens, ((curve.reserve.toBigInt() + gift) * ATTO) / curve.price.toBigInt())
  const price = (await view(api, 'Curves', 'price', token)).unwrap().toBigInt()
  const off = price > curve.price.toBigInt() ? price - curve.price.toBigInt() : curve.price.toBigInt() - price
  // The gift is more than forty times as much.
  assert.ok(off * 10_000n <= curve.price.toBigInt(), `the pool begins at ${price}, the curve ended at ${curve.price}`)

  const graduated = await curveOf(api, token)
  assert.ok(graduated.state.isGraduated)
  assert.equal(graduated.reserve.toBigInt(), 0n)
  assert.ok((await (await finalized(api)).query.models.models(model)).unwrap().state.isDeployed)
  const held = await (await finalized(api)).query.balances.holds(charlie.address)
  assert.ok([...held].every(({ id }) => !(id.isCurves && id.asCurves.isLaunchBond)), 'the stake is still on hold')
  const { buy, graduate, sell } = api.tx.curves
  await allRefused(api, [
    [graduate(token, version), 'curves.NotOpen'], [buy(token, WHOLE, ENGR, NEVER), 'curves.NotOpen'], [sell(token, WHOLE, 0, NEVER), 'curves.NotOpen'],
  ], bob)
})

test('its token is swapped both ways, and who asks for too much gets nothing', async () => {
  const before = await reserves()
  const pay = 10n * ENGR
  // At the price of now: a swap gets less, by the fee and by how far it moves the price.
  const fair = (pay * before.tokens) / before.money
  await refused(api, swap([NATIVE, asset()], pay, fair, bob), bob, /^assetConversion\.ProvidedMinimumNotSufficientForSwap: .+/)
  const least = await quoted([NATIVE, asset()], pay)
  assert.ok(least < fair && least > (fair * 95n) / 100n)
  const bought = await moved(api, swap([NATIVE, asset()], pay, least, bob), bob, token)
  assert.equal(bought.free, -pay)
  assert.equal(bought.tokens, least)
  const between = await reserves()
  assert.deepEqual(between, { money: before.money + pay, tokens: before.tokens - bought.tokens })
  const sold = await moved(api, swap([asset(), NATIVE], bought.tokens, 1n, bob), bob, token)
  assert.equal(sold.tokens, -bought.tokens)
  assert.ok(sold.free > 0n && sold.free < pay, `${pay} became ${sold.free}`)
  const after = await reserves()
  assert.equal(after.tokens, before.tokens)
  assert.equal(after.money, before.money + pay - sold.free)
})

test("locked claims are paid by and by, and nobody takes the pool's first shares", { timeout: 180_000 }, async () => {
  const due = () => view(api, 'Curves', 'claimable_of', token, 0)
  await waitFinalized(api, 'the next epoch', async () => ((await due()).unwrap().toBigInt() > 0n ? true : undefined))
  const before = await purse(api, dave, token)
  const { data } = expectEvent((await send(api, api.tx.curves.claim(token, 0), eve)).events, 'curves', 'ClaimPaid')
  assert.ok(data.beneficiary.eq(dave.address))
  assert.equal((await purse(api, dave, token)).tokens - before.tokens, data.amount.toBigInt())
  assert.equal(data.amount.toBigInt() % TERMS.emission, 0n)
  assert.equal(data.left.toBigInt(), CLAIM - data.amount.toBigInt())
  const remove = api.tx.assetConversion.removeLiquidity(NATIVE, asset(), 1n, 0, 0, charlie.address)
  await refused(api, remove, charlie, /\w/)
  const { issuance, sum } = await ledger(await finalized(api))
  assert.equal(issuance, sum)
})
