// A basket of two models' tokens as a wallet meets it: created, minted and redeemed in kind, settled and closed.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ENGR, account, allRefused, expectEvent, finalized, ledger, refused, send, view, waitFinalized } from '../lib/chain.mjs'
import { Network } from '../lib/network.mjs'
import { registerModel, text } from '../lib/story.mjs'
import { ATTO, FAST, NEVER, PPM, TERMS, WHOLE, launch, moved, purse } from '../lib/tokens.mjs'

const network = new Network('dev', { genesis: { timing: FAST } })
const bob = account('Bob')
const charlie = account('Charlie')
const dave = account('Dave')
const eve = account('Eve')
const ALL = (1n << 128n) - 1n
const FEES = { tradingFee: 5_000, rebalancingFee: 1_000, slippage: 50_000, mostPremium: 200_000 }
// Two per cent of each trade, and what is bought here moves a price by less than that.
const WIDE = {
  ...TERMS, creatorShare: 0, burnRate: 0,
  fees: { base: 20_000, slope: 0, cap: 20_000, launch: 50_000, launchWindow: 10 },
  limits: { ...TERMS.limits, perBlock: 13_900, perWindow: 35_000 },
}
let api
let tokens
let basket

before(async () => {
  const node = await network.node('dev', { args: ['--alice', '--force-authoring'] }).start()
  api = node.api
  const launched = await Promise.all([charlie, dave].map(async (owner, i) =>
    launch(api, owner, await registerModel(api, owner), { name: `model ${i}`, symbol: `MOD${i}`, terms: WIDE })))
  tokens = launched.map(({ token }) => token)
  const buy = (amount) => api.tx.utility.batchAll(tokens.map((token) => api.tx.curves.buy(token, amount, ALL, NEVER)))
  await Promise.all([send(api, buy(1_500n * WHOLE), bob), send(api, buy(1_500n * WHOLE), eve)])
})

after(() => network.stop())

const components = (change = {}) => {
  const [first, second] = tokens
  return [{ token: first, perShare: WHOLE, target: 400_000, ...change }, { token: second, perShare: 2n * WHOLE, target: 600_000 }]
}
const createCall = ({ name = 'two models', symbol = 'TWO', parts = components(), terms = FEES } = {}) =>
  api.tx.baskets.create(text(name), text(symbol), parts, terms)
const recordOf = async (id) => (await view(api, 'Baskets', 'basket', id)).unwrap()
const quote = async (kind, shares) => (await view(api, 'Baskets', `quote_${kind}`, basket, shares)).unwrap()
const amounts = (list) => [...list].map((amount) => amount.toBigInt())
const purses = (who) => Promise.all(tokens.map(async (token) => (await purse(api, who, token)).tokens))

test('a basket that cannot be is refused, and the error says why', async () => {
  const [first] = components()
  await allRefused(api, [
    [createCall({ name: ' two' }), 'baskets.InvalidName'], [createCall({ symbol: 'two' }), 'baskets.InvalidSymbol'],
    [createCall({ parts: [{ ...first, target: 1_000_000 }] }), 'baskets.TooFewTokens'],
    [createCall({ parts: [first, first] }), 'baskets.TokenTwice'], [createCall({ parts: components({ target: 1 }) }), 'baskets.TargetsNotWhole'],
    [createCall({ parts: components({ token: 7 }) }), 'baskets.NotAModelToken'], [createCall({ parts: components({ perShare: 0 }) }), 'baskets.NothingPerShare'],
    [createCall({ parts: components({ token: Math.max(...tokens.map((token) => token.toNumber())) + 1 }) }), 'baskets.NotTraded'],
    [createCall({ terms: { ...FEES, tradingFee: 999_999 } }), 'baskets.TermsOutOfBounds'],
    [createCall({ terms: { ...FEES, mostPremium: 500_001 } }), 'baskets.TermsOutOfBounds'],
  ], bob)
})

test('anybody creates a basket, and the first share is what it says', async () => {
  const { events } = await send(api, createCall(), charlie)
  const { data } = expectEvent(events, 'baskets', 'BasketCreated')
  basket = data.basket
  assert.ok(data.creator.eq(charlie.address))
  const metadata = await (await finalized(api)).query.assets.metadata(basket)
  assert.equal(metadata.symbol.toUtf8(), 'TWO')
  assert.equal(metadata.decimals.toNumber(), 12)
  const { governor, shares, terms } = await recordOf(basket)
  assert.deepEqual(terms.toJSON(), FEES)
  assert.ok(governor.eq(charlie.address))
  assert.equal(shares.toBigInt(), 0n)
  const [first, second] = await Promise.all(tokens.map(async (token) => (await view(api, 'Curves', 'price', token)).unwrap().toBigInt()))
  assert.equal((await view(api, 'Baskets', 'share_value', basket)).unwrap().toBigInt(), ((first + 2n * second) * WHOLE) / ATTO)
})

test('minting costs what its quote says of each token, to the base unit', async () => {
  const shares = 500n * WHOLE
  const quoted = await quote('mint', shares)
  assert.deepEqual(amounts(quoted.amounts), [500n * WHOLE, 1_000n * WHOLE, 0n])
  assert.equal(quoted.fee.toBigInt(), (shares * BigInt(FEES.tradingFee)) / PPM)
  const before = await purses(bob)
  const { events, free, tokens: got } = await moved(api, api.tx.baskets.mint(basket, shares, quoted.amounts, NEVER), bob, basket)
  const after = await purses(bob)
  assert.equal(free, 0n, 'coins were paid')
  assert.equal(got, quoted.shares.toBigInt())
  assert.deepEqual(before.map((sum, i) => sum - after[i]), amounts(quoted.amounts).slice(0, 2))
  const { data } = expectEvent(events, 'baskets', 'SharesMinted')
  assert.deepEqual(amounts(data.paid), amounts(quoted.amounts))
  const record = await recordOf(basket)
  assert.equal(record.shares.toBigInt(), shares)
  assert.equal(record.shares.toBigInt() - got, record.fees.governor.toBigInt() + record.fees.treasury.toBigInt())
})

test('what strangers send to a basket changes no price of it', async () => {
  const pot = await view(api, 'Baskets', 'pot_account', basket)
  const shares = 10n * WHOLE
  const state = async () => {
    const [mint, redeem, value] = await Promise.all([quote('mint', shares), quote('redeem', shares), view(api, 'Baskets', 'value', basket)])
    return [amounts(mint.amounts), amounts(redeem.amounts), value.unwrap().toBigInt()]
  }
  const before = await state()
  await send(api, api.tx.assets.transfer(tokens[0], pot, 100n * WHOLE), eve)
  assert.deepEqual(await state(), before)
})

test('redeeming pays what its quote says, and errors say what to do', { timeout: 180_000 }, async () => {
  const { mint, redeem, setTargets, rebalance, close } = api.tx.baskets
  const zeros = [0, 0, 0]
  const shares = 200n * WHOLE
  const quoted = await quote('redeem', shares)
  const more = amounts(quoted.amounts).map((amount) => amount + 1n)
  await allRefused(api, [
    [mint(7, WHOLE, [ALL, ALL, ALL], NEVER), 'baskets.UnknownBasket'], [mint(basket, WHOLE, [ALL, ALL, ALL], 1), 'baskets.DeadlinePassed'],
    [mint(basket, WHOLE, [ALL, ALL], NEVER), 'baskets.WrongLength'], [mint(basket, WHOLE, zeros, NEVER), 'baskets.AboveMaxIn'],
    [mint(basket, 1, [ALL, ALL, ALL], NEVER), 'baskets.NothingToMint'], [redeem(basket, 1, zeros, NEVER), 'baskets.NothingToRedeem'],
    [redeem(basket, shares, zeros, 1), 'baskets.DeadlinePassed'], [redeem(basket, shares, [0], NEVER), 'baskets.WrongLength'],
    [redeem(basket, shares, more, NEVER), 'baskets.BelowMinOut'], [redeem(basket, 2_000n * WHOLE, zeros, NEVER), 'baskets.NotEnoughShares'],
    [setTargets(basket, [400_000, 600_000]), 'baskets.NotGovernor'], [rebalance(basket), 'baskets.NoPrices'], [close(basket), 'baskets.NotGovernor'],
  ], bob)
  await allRefused(api, [[setTargets(basket, [400_000, 400_000]), 'baskets.TargetsNotWhole'], [close(basket), 'baskets.SharesExist']], charlie)

  const before = await purses(bob)
  const { events, tokens: given } = await moved(api, redeem(basket, shares, quoted.amounts, NEVER), bob, basket)
  const after = await purses(bob)
  assert.equal(given, -shares)
  assert.deepEqual(after.map((sum, i) => sum - before[i]), amounts(quoted.amounts).slice(0, 2))
  const { data } = expectEvent(events, 'baskets', 'SharesRedeemed')
  assert.equal(data.shares.toBigInt() + data.fee.toBigInt(), shares)
  assert.deepEqual(amounts(data.left), [0n, 0n, 0n])
  assert.equal(data.deposit.toBigInt(), 0n, 'nothing is owed, so nothing is on hold for it')
})

test('anybody trades for the targets when prices have aged', { timeout: 180_000 }, async () => {
  const { notePrices, rebalance } = api.tx.baskets
  const noted = expectEvent((await send(api, notePrices(basket), eve)).events, 'baskets', 'PricesNoted').data
  const prices = await Promise.all(tokens.map(async (token) => (await view(api, 'Curves', 'price', token)).unwrap().toBigInt()))
  assert.deepEqual(amounts(noted.prices), prices)
  const { rebalance: window } = (await view(api, 'Baskets', 'next_rebalance', basket)).unwrap()
  assert.deepEqual(window.toJSON(), [noted.from.toNumber(), noted.until.toNumber()])
  await refused(api, rebalance(basket), eve, /^baskets\.TooEarly: .+next_rebalance/)

  await waitFinalized(api, 'the prices to age', async (_, head) => (head.number.toNumber() >= noted.from.toNumber() ? true : undefined))
  const [[, first], [, second]] = (await view(api, 'Baskets', 'orders', basket)).unwrap()
  assert.ok(first.isBuy && second.isSell, 'a third of the value is in the first, and two fifths are aimed at')
  const { events: done, free } = await moved(api, rebalance(basket), eve, basket)
  const { outcome } = expectEvent(done, 'baskets', 'Rebalanced').data
  assert.deepEqual([outcome.done.toNumber(), outcome.skipped.toNumber()], [2, 0])
  const [proceeds, spent, fee, cash] = ['proceeds', 'spent', 'fee', 'cash'].map((key) => outcome[key].toBigInt())
  assert.ok(fee > 0n && fee === (spent * BigInt(FEES.rebalancingFee)) / PPM)
  assert.equal(free, fee)
  assert.equal(cash, proceeds - spent - fee)
  assert.ok(proceeds >= second.asSell.least.toBigInt(), `${proceeds} is less than the plan's ${second.asSell.least}`)
  const [a, b] = await Promise.all(tokens.map(async (token, i) => {
    const price = (await view(api, 'Curves', 'price', token)).unwrap().toBigInt()
    return ((await recordOf(basket)).constituents[i].book.held.toBigInt() * price) / ATTO
  }))
  const part = (a * PPM) / (a + b)
  assert.ok(part > 395_000n && part < 405_000n, `the first token is ${part} of a million`)
  await refused(api, notePrices(basket), eve, /^baskets\.TooEarly: .+next_rebalance/)
})

test('the governor sets targets, and nobody trades for them before holders could leave', async () => {
  const due = async () => (await view(api, 'Baskets', 'next_rebalance', basket)).unwrap().note.toNumber()
  const before = await due()
  const { events } = await send(api, api.tx.baskets.setTargets(basket, [500_000, 500_000]), charlie)
  assert.deepEqual(expectEvent(events, 'baskets', 'TargetsUpdated').data[2].toJSON(), [500_000, 500_000])
  assert.ok((await due()) > before, 'the week begins again')
  await refused(api, api.tx.baskets.notePrices(basket), eve, /^baskets\.TooEarly: .+next_rebalance/)
})

test('settling pays the governor in shares and the treasury in kind, gifts included', async () => {
  const { fees } = await recordOf(basket)
  const before = (await purse(api, charlie, basket)).tokens
  const { events } = await send(api, api.tx.baskets.settle(basket), dave)
  const { data } = expectEvent(events, 'baskets', 'FeesSettled')
  assert.ok(data.governor.eq(fees.governor) && data.treasury.eq(fees.treasury))
  assert.equal((await purse(api, charlie, basket)).tokens - before, fees.governor.toBigInt())
  assert.deepEqual(amounts(data.gifts), [100n * WHOLE, 0n, 0n])
  await refused(api, api.tx.baskets.settle(basket), dave, /^baskets\.NothingToSettle: .+/)
})

test('who creates a basket and gets it back empty closes it', async () => {
  const held = async () => {
    const holds = await (await finalized(api)).query.balances.holds(dave.address)
    return [...holds].filter(({ id }) => id.isBaskets).reduce((sum, { amount }) => sum + amount.toBigInt(), 0n)
  }
  const { events } = await send(api, createCall({ symbol: 'MINE', terms: { ...FEES, tradingFee: 0 } }), dave)
  const { basket: mine, deposit } = expectEvent(events, 'baskets', 'BasketCreated').data
  assert.equal(await held(), deposit.toBigInt())
  const { mint, redeem, close } = api.tx.baskets
  await send(api, mint(mine, WHOLE, [ALL, ALL, ALL], NEVER), bob)
  await refused(api, close(mine), dave, /^baskets\.SharesExist: .+/)
  await send(api, redeem(mine, WHOLE, [WHOLE, 2n * WHOLE, 0n], NEVER), bob)
  const closed = expectEvent((await send(api, close(mine), dave)).events, 'baskets', 'BasketClosed').data
  assert.ok(closed.deposit.eq(deposit))
  assert.equal(await held(), 0n)
  assert.ok((await (await finalized(api)).query.assets.asset(mine)).isNone)
  await refused(api, mint(mine, WHOLE, [ALL, ALL, ALL], NEVER), bob, /^baskets\.UnknownBasket: .+/)
  const { issuance, sum } = await ledger(await finalized(api))
  assert.equal(issuance, sum)
})
