// A model's token as a wallet meets it: launched, quoted, bought, sold, settled and closed on its bonding curve.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ENGR, account, allRefused, assertEstimated, expectEvent, finalized, ledger, refused, send, view, waitFinalized } from '../lib/chain.mjs'
import { Network } from '../lib/network.mjs'
import { registerModel } from '../lib/story.mjs'
import { ATTO, FAST, LINEAR, NEVER, PPM, TERMS, WHOLE, curveOf, launch, launchCall, moved, purse, quote } from '../lib/tokens.mjs'

const network = new Network('dev', { genesis: { timing: FAST } })
const bob = account('Bob')
const charlie = account('Charlie')
const dave = account('Dave')
const eve = account('Eve')
const suite = fileURLToPath(new URL('..', import.meta.url))
let node
let api
let model
let token
let launched

before(async () => {
  node = await network.node('dev', { args: ['--alice', '--force-authoring'] }).start()
  ;({ api } = node)
  model = await registerModel(api, charlie)
})

after(() => network.stop())

const ceil = (number, by) => (number + by - 1n) / by
const numberOf = async (hash) => (await api.rpc.chain.getHeader(hash)).number.toNumber()

test('wallets read what a launch may choose', () => {
  const { bounds, feeShares, smoothing } = api.consts.curves
  assert.equal(bounds.leastBond.toBigInt(), 100n * ENGR)
  const [shortest, longest] = bounds.launchWindow.map((blocks) => blocks.toNumber())
  assert.ok(shortest <= TERMS.fees.launchWindow && TERMS.fees.launchWindow <= longest)
  assert.equal(feeShares.creator.toNumber(), 300_000)
  assert.equal(smoothing.factor.toNumber(), 700_000)
})

test('a launch out of bounds is refused, and the error says which term is wrong', async () => {
  await refused(api, launchCall(api, model), eve, /^curves\.NotModelOwner: Only the model's owner .+/)
  const terms = (change) => ({ terms: { ...TERMS, ...change } })
  const fees = (change) => terms({ fees: { ...TERMS.fees, ...change } })
  const limits = (change) => terms({ limits: { ...TERMS.limits, ...change } })
  const curve = (change) => ({ curve: { ...LINEAR, ...change } })
  const claim = (amount) => ({ claims: [{ beneficiary: dave.address, kind: 'Stakeholder', amount }] })
  const wrong = [
    [{ name: ' digits' }, 'InvalidName'], [{ symbol: 'dig' }, 'InvalidSymbol'], [{ symbol: 'D' }, 'InvalidSymbol'],
    [curve({ shape: 'Exponential', angle: 0 }), 'InvalidCurve'], [curve({ maxSupply: 0 }), 'InvalidCurve'],
    [curve({ price: 1 }), 'PriceTooLow'], [curve({ maxSupply: 10n ** 25n }), 'SupplyTooLarge'],
    [fees({ base: 0 }), 'FeesOutOfBounds'], [fees({ launchWindow: 1 }), 'FeesOutOfBounds'], [fees({ cap: 900_000 }), 'FeesOutOfBounds'],
    [limits({ window: 1 }), 'LimitsOutOfBounds'], [limits({ leastFactor: 1 }), 'LimitsOutOfBounds'],
    [limits({ perBlock: 10_000 }), 'BlockLimitAboveFee'], [limits({ perWindow: 140_001 }), 'LaunchFeeBelowWindowLimit'],
    [limits({ window: 39 }), 'LaunchFeeBelowWindowLimit'], [terms({ creatorShare: 900_000 }), 'CreatorTermsOutOfBounds'],
    [terms({ lockUp: 1 }), 'CreatorTermsOutOfBounds'], [terms({ lockUp: 39 }), 'CreatorTermsOutOfBounds'], [terms({ burnRate: 900_000 }), 'BurnRateTooHigh'],
    [terms({ weights: [400_000, 400_000, 400_000, 0] }), 'WeightsAboveOne'], [terms({ bond: 1 }), 'BondTooSmall'],
    [terms({ graduation: 1 }), 'GraduationTooSmall'], [claim(0), 'ClaimsOutOfBounds'], [claim(900_000n * WHOLE), 'ClaimsOutOfBounds'],
  ]
  const calls = wrong.map(([change, error]) => [launchCall(api, model, change), `curves.${error}`])
  await allRefused(api, [...calls, [launchCall(api, 9_999), 'curves.UnknownModel']], charlie)
})

test('the owner launches the token, pays the integral for its share, and wallets see name and decimals', async () => {
  const claims = [{ beneficiary: dave.address, kind: 'Stakeholder', amount: 50_000n * WHOLE }]
  const data = await launch(api, charlie, model, { claims })
  token = data.token
  launched = await curveOf(api, token)
  const initial = (LINEAR.maxSupply * BigInt(TERMS.creatorShare)) / PPM
  assert.equal(data.launch.toNumber(), 1)
  assert.equal(data.initial.toBigInt(), initial)
  // .5 s + .000001 s^2, of a thousand tokens.
  assert.equal(data.cost.toBigInt(), 501n * ENGR)
  assert.equal(data.locked.toBigInt(), 50_000n * WHOLE)
  assert.ok((await view(api, 'Curves', 'token_of', model)).unwrap().eq(token))
  assert.equal(launched.reserve.toBigInt(), 501n * ENGR)
  assert.equal(launched.price.toBigInt(), (ATTO * 502n) / 1_000n)

  const at = await finalized(api)
  const metadata = await at.query.assets.metadata(token)
  assert.equal(metadata.symbol.toUtf8(), 'DIG')
  assert.equal(metadata.decimals.toNumber(), 12)
  const pot = await view(api, 'Curves', 'pot_account', token)
  const asset = (await at.query.assets.asset(token)).unwrap()
  for (const role of ['owner', 'issuer', 'admin', 'freezer']) assert.ok(asset[role].eq(pot), `the ${role} is not the curve`)
  assert.equal(asset.supply.toBigInt(), 0n, "locked claims and the creator's share are tokens already")
  const held = await at.query.balances.holds(charlie.address)
  const hold = (reason) => [...held].find(({ id }) => id.isCurves && id.asCurves[`is${reason}`]).amount.toBigInt()
  assert.equal(hold('LaunchBond'), TERMS.bond)
  assert.equal(hold('LaunchDeposit'), data.deposit.toBigInt())
  await refused(api, launchCall(api, model), charlie, /^curves\.AlreadyLaunched: .+/)
})

/** The fee of a purchase by the formula of the documentation, from what the block of it knew. */
function feeOf({ value, priceAfter, age }) {
  const { base, slope, cap, launch: extra, launchWindow } = TERMS.fees
  const before = launched.price.toBigInt()
  const change = priceAfter > before ? priceAfter - before : before - priceAfter
  const added = ceil(change * launched.smoothing.toBigInt() * BigInt(slope), before * PPM)
  const trade = added + BigInt(base) > BigInt(cap) ? BigInt(cap) : added + BigInt(base)
  const left = BigInt(launchWindow) - age
  const early = left > 0n ? ceil(BigInt(extra) * left, BigInt(launchWindow)) : 0n
  return { fee: ceil(value * (trade + early), PPM), early }
}

test('who comes in the launch pays its fee, as the formula says', async () => {
  const amount = 100n * WHOLE
  const { events, block, free, tokens } = await moved(api, api.tx.curves.buy(token, amount, 100n * ENGR, NEVER), eve, token)
  const { data } = expectEvent(events, 'curves', 'TokensBought')
  const [value, premium, fee, price] = ['value', 'premium', 'fee', 'price'].map((key) => data[key].toBigInt())
  assert.equal(tokens, amount)
  assert.equal(free, -(value + premium + fee))
  assert.equal(premium, 0n, 'nothing is measured of this model')
  const age = BigInt((await numberOf(block)) - launched.launchedAt.toNumber())
  const wanted = feeOf({ value, priceAfter: price, age })
  assert.equal(fee, wanted.fee)
  assert.ok(wanted.early > 0n, 'the window of the launch was over')
})

test('a trade that cannot be is refused, and the error says what to do', async () => {
  const { buy, spend, sell, close, release, settle } = api.tx.curves
  const all = (1n << 128n) - 1n
  await allRefused(api, [
    [buy(token, 0, all, NEVER), 'curves.NothingToTrade'],
    [buy(7, WHOLE, all, NEVER), 'curves.UnknownToken'],
    [buy(token, WHOLE, all, 1), 'curves.DeadlinePassed'],
    [spend(token, ENGR, 0, 1), 'curves.DeadlinePassed'],
    [sell(token, WHOLE, 0, 1), 'curves.DeadlinePassed'],
    [buy(token, WHOLE, ENGR / 2n, NEVER), 'curves.AboveMaxIn'],
    [spend(token, ENGR, 3n * WHOLE, NEVER), 'curves.BelowMinOut'],
    [sell(token, WHOLE, ENGR, NEVER), 'curves.BelowMinOut'],
    [buy(token, LINEAR.maxSupply, all, NEVER), 'curves.SupplyExhausted'],
    [sell(token, 10_000n * WHOLE, 0, NEVER), 'curves.NotEnoughTokens'],
    [buy(token, 10_000n * WHOLE, all, NEVER), 'curves.BeyondBlockLimit'],
    [spend(token, 6_000n * ENGR, 0, NEVER), 'curves.BeyondBlockLimit'],
    [close(token), 'curves.NotCreator'],
  ], eve)
  await refused(api, close(token), charlie, /^curves\.TokensExist: .+/)
  await refused(api, api.tx.utility.batchAll([settle(token), settle(token)]), eve, /^curves\.NothingToSettle: .+/)
  await waitFinalized(api, 'the lock-up to end', async (_, head) =>
    (head.number.toNumber() >= launched.launchedAt.toNumber() + TERMS.lockUp ? true : undefined))
  await refused(api, api.tx.utility.batchAll([release(token), release(token)]), eve, /^curves\.NothingReleased: .+/)
})

test("the creator's tokens come free after the lock-up, whoever asks", async () => {
  const initial = launched.initial.toBigInt()
  assert.equal((await view(api, 'Curves', 'releasable_of', token)).unwrap().toBigInt(), initial)
  const before = await purse(api, charlie, token)
  const { events } = await send(api, api.tx.curves.release(token), dave)
  assert.equal(expectEvent(events, 'curves', 'TokensReleased').data.amount.toBigInt(), initial)
  assert.equal((await purse(api, charlie, token)).tokens - before.tokens, initial)
})

test('what a quote says is what is paid, to the base unit', { timeout: 240_000 }, async () => {
  const end = launched.launchedAt.toNumber() + TERMS.fees.launchWindow
  await waitFinalized(api, 'the window of the launch to end', async (_, head) => (head.number.toNumber() >= end ? true : undefined), 180)
  const { buy, spend, sell } = api.tx.curves
  const sums = async () => {
    const { reserve, fees } = await curveOf(api, token)
    return { reserve: reserve.toBigInt(), fees: fees.toBigInt() }
  }

  const amount = 500n * WHOLE
  let quoted = await quote(api, 'buy', token, amount)
  let call = buy(token, amount, quoted.total, NEVER)
  const preview = (await call.paymentInfo(bob)).partialFee.toBigInt()
  let was = await sums()
  let { events, fee, free, tokens } = await moved(api, call, bob, token)
  assertEstimated(fee, preview)
  assert.equal(free, -quoted.total.toBigInt())
  assert.equal(tokens, amount)
  let { data } = expectEvent(events, 'curves', 'TokensBought')
  for (const key of ['amount', 'value', 'premium', 'fee']) assert.ok(data[key].eq(quoted[key]), key)
  assert.ok(data.price.eq(quoted.priceAfter))
  const total = quoted.total.toBigInt()
  assert.equal(total, quoted.value.toBigInt() + quoted.premium.toBigInt() + quoted.fee.toBigInt())
  assert.equal(quoted.limit.toBigInt(), total + ceil(total, 100n))
  const [old, next] = [quoted.priceBefore.toBigInt(), quoted.priceAfter.toBigInt()]
  assert.equal(quoted.impact.toBigInt(), ceil((next - old) * PPM, old))
  assert.equal(quoted.fee.toBigInt(), feeOf({ value: quoted.value.toBigInt(), priceAfter: next, age: 1_000n }).fee)
  let is = await sums()
  assert.equal(is.reserve - was.reserve, quoted.value.toBigInt())
  assert.equal(is.fees - was.fees, quoted.fee.toBigInt())

  const payment = 250n * ENGR
  quoted = await quote(api, 'spend', token, payment)
  ;({ free, tokens } = await moved(api, spend(token, payment, quoted.amount, NEVER), bob, token))
  assert.equal(tokens, quoted.amount.toBigInt())
  assert.equal(free, -quoted.total.toBigInt())
  assert.ok(-free <= payment && payment + free < payment / 1_000n, `${-free} of ${payment} are spent`)
  assert.equal(quoted.limit.toBigInt(), tokens - ceil(tokens, 100n))

  quoted = await quote(api, 'sell', token, amount)
  call = sell(token, amount, quoted.total, NEVER)
  was = await sums()
  ;({ events, free, tokens } = await moved(api, call, bob, token))
  assert.equal(free, quoted.total.toBigInt())
  assert.equal(tokens, -amount)
  ;({ data } = expectEvent(events, 'curves', 'TokensSold'))
  for (const key of ['amount', 'destroyed', 'value', 'fee']) assert.ok(data[key].eq(quoted[key]), key)
  assert.equal(quoted.destroyed.toBigInt(), amount / 100n)
  assert.equal(quoted.total.toBigInt(), quoted.value.toBigInt() - quoted.fee.toBigInt())
  is = await sums()
  assert.equal(was.reserve - is.reserve, quoted.value.toBigInt())
  assert.equal((await view(api, 'Curves', 'price', token)).unwrap().toBigInt(), quoted.priceAfter.toBigInt())
})

test('the command `view` says what a wallet would ask, and what is wrong with a question', async () => {
  const ask = async (...args) => {
    const command = ['run', '--silent', 'view', '--', '--url', `ws://127.0.0.1:${node.ports.rpc}`, ...args.map(String)]
    const { stdout, stderr } = await promisify(execFile)('npm', command, { cwd: suite }).catch((error) => error)
    return stdout ? { said: stdout } : { refused: stderr }
  }
  const quoted = await quote(api, 'buy', token, WHOLE)
  const { said } = await ask('curves', 'quote_buy', token, WHOLE, 10_000)
  const { total, limit } = JSON.parse(said)
  assert.deepEqual([total, limit], [quoted.total.toString(), quoted.limit.toString()])
  assert.match((await ask()).said, /^Curves quote_buy\(token, amount, slippage\)$/m)
  assert.match((await ask('Curves', 'quoteBuy', token, WHOLE)).refused, /^view: Curves quote_buy\(.+\) takes 3 values, not 2$/m)
  assert.match((await ask('curves', 'quote_buy', 'DIG', WHOLE, 0)).refused, /^view: token cannot be "DIG": .+/m)
  assert.match((await ask('curves', 'quote')).refused, /^view: Curves has no view function quote, only .*quote_sell/m)
  assert.match((await ask('curve')).refused, /^view: no pallet curve has view functions, only .*Curves/m)
})

test('momentum is what the history of prices says', async () => {
  const { history, price, smoothing } = await curveOf(api, token)
  const last = history.samples.at(-1)
  assert.ok(last.price.eq(price), 'the last price is not in the history')
  assert.ok(history.launch.eq(launched.price))
  assert.deepEqual((await view(api, 'Curves', 'history', token)).unwrap().toJSON(), history.toJSON())
  const window = history.slotLength.toBigInt() * 24n
  const rise = price.toBigInt() - history.launch.toBigInt()
  assert.ok(rise > 0n, 'the price has not risen')
  // No price is a window old yet.
  const wanted = (smoothing.toBigInt() * rise) / (window * PPM)
  assert.ok(wanted > 0n)
  assert.equal((await view(api, 'Curves', 'momentum', token)).unwrap().toBigInt(), wanted)
})

test('the window has a limit of its own, and the way back stays open', { timeout: 180_000 }, async () => {
  const all = (1n << 128n) - 1n
  const step = 1_500n * WHOLE
  const buy = api.tx.curves.buy(token, step, all, NEVER)
  let bought = 0n
  for (;;) {
    const { price } = await curveOf(api, token)
    const farthest = (launched.price.toBigInt() * (PPM + BigInt(TERMS.limits.perWindow))) / PPM
    if (price.toBigInt() + LINEAR.angle * (step / WHOLE) > farthest) break
    await send(api, buy, bob)
    bought += step
  }
  assert.ok(bought > 0n)
  assert.ok((await view(api, 'Curves', 'quote_buy', token, step, 0)).isNone, 'a quote for what is refused')
  await refused(api, buy, bob, /^curves\.BeyondWindowLimit: .+later/)
  for (; bought > 0n; bought -= step) await send(api, api.tx.curves.sell(token, step, 0, NEVER), bob)
})

test('settling divides the fees, and gifts go to the treasury', async () => {
  const pot = await view(api, 'Curves', 'pot_account', token)
  await send(api, api.tx.balances.transferKeepAlive(pot, 7n * ENGR), eve)
  const burnedBy = async () => (await (await finalized(api)).query.emission.burned('TradeFee')).toBigInt()
  const [{ fees, reserve, endowment, premium }, creator, burned] = await Promise.all([
    curveOf(api, token), purse(api, charlie, token), burnedBy(),
  ])
  const { events } = await send(api, api.tx.curves.settle(token), dave)
  const { data } = expectEvent(events, 'curves', 'FeesSettled')
  const part = (key) => data[key].toBigInt()
  assert.ok(fees.toBigInt() > 0n)
  assert.equal(part('creator') + part('burned') + part('treasury'), fees.toBigInt())
  assert.equal(part('creator'), (fees.toBigInt() * 300_000n) / PPM)
  assert.equal(part('burned'), (fees.toBigInt() * 350_000n) / PPM)
  assert.equal(part('gifts'), 7n * ENGR)
  assert.equal((await purse(api, charlie, token)).free - creator.free, part('creator'))
  assert.equal((await burnedBy()) - burned, part('burned'))
  const { free, reserved } = (await (await finalized(api)).query.system.account(pot)).data
  // The deposit for the token's metadata is on reserve.
  assert.equal(free.toBigInt() + reserved.toBigInt(), reserve.toBigInt() + endowment.toBigInt() + premium.toBigInt())
  assert.equal((await curveOf(api, token)).fees.toBigInt(), 0n)
})

test('metrics are refreshed once an epoch, and what nobody measured counts nothing', async () => {
  await waitFinalized(api, 'the next epoch', async () => {
    const [epoch, { refreshed }] = await Promise.all([view(api, 'Emission', 'epoch'), curveOf(api, token)])
    return epoch.toNumber() > refreshed.toNumber() ? true : undefined
  })
  const { refreshMetrics } = api.tx.curves
  await refused(api, api.tx.utility.batchAll([refreshMetrics(token), refreshMetrics(token)]), eve, /^curves\.AlreadyRefreshed: .+/)
  const { events } = await send(api, refreshMetrics(token), eve)
  const { changes, multiplier } = expectEvent(events, 'curves', 'MetricsRefreshed').data
  for (const { cause, measured } of changes) assert.ok(cause.isUnmeasured && measured.isNone)
  assert.equal(multiplier.toBigInt(), PPM)
  assert.equal((await view(api, 'Curves', 'multiplier', token)).unwrap().toBigInt(), PPM)
})

test('when everybody has left the creator closes the curve, and everything comes back', { timeout: 240_000 }, async () => {
  const { close, sell, settle } = api.tx.curves
  for (const who of [bob, eve, charlie]) {
    const { tokens } = await purse(api, who, token)
    await send(api, sell(token, tokens, 0, NEVER), who)
  }
  await refused(api, close(token), charlie, /^curves\.FeesUnsettled: .+settle first/)
  await send(api, settle(token), dave)
  const { deposit } = await curveOf(api, token)
  const { events } = await send(api, close(token), charlie)
  const { data } = expectEvent(events, 'curves', 'CurveClosed')
  assert.equal(data.bond.toBigInt(), TERMS.bond)
  assert.ok(data.deposit.eq(deposit))
  assert.ok(data.left.toBigInt() > 0n, 'nothing is left behind the destroyed tokens')
  const at = await finalized(api)
  assert.ok((await at.query.assets.asset(token)).isNone, 'the token is still there')
  const held = await at.query.balances.holds(charlie.address)
  assert.ok([...held].every(({ id }) => !id.isCurves), 'something of the curve is still on hold')

  assert.ok((await view(api, 'Curves', 'curve', token)).isNone)
  assert.ok((await view(api, 'Curves', 'token_of', model)).isNone)
  assert.ok((await view(api, 'Curves', 'quote_buy', token, WHOLE, 0)).isNone)
  await allRefused(api, [
    [api.tx.curves.buy(token, WHOLE, ENGR, NEVER), 'curves.UnknownToken'],
    [sell(token, WHOLE, 0, NEVER), 'curves.UnknownToken'],
    [settle(token), 'curves.UnknownToken'],
  ], bob)
})

test('the model may have another token, with another id', async () => {
  const data = await launch(api, charlie, model, { curve: { ...LINEAR, shape: { Sigmoid: { midpoint: 300_000n * WHOLE } }, price: 2n * ATTO, angle: 5_000_000_000_000n } })
  assert.equal(data.launch.toNumber(), 2)
  assert.ok(data.token.toNumber() > token.toNumber())
  const { issuance, sum } = await ledger(await finalized(api))
  assert.equal(issuance, sum)
})
