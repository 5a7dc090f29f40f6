// The token of a model, as its owner launches it and as others trade it.
import { ENGR, expectEvent, finalized, send, view } from './chain.mjs'
import { text } from './story.mjs'

/** A whole token, in base units. */
export const WHOLE = 10n ** 12n

/** A coin per token, as a price. */
export const ATTO = 10n ** 18n

export const PPM = 1_000_000n

/** `.5 + .000002 s`: two and a half coins for the millionth token. */
export const LINEAR = { shape: 'Linear', price: ATTO / 2n, angle: 2_000_000_000_000n, maxSupply: 1_000_000n * WHOLE }

/** Of a million tokens the creator buys a thousand, which are free after forty blocks. A trade costs 1 %, more while the price
 * moves, and 20 % more at first; .69 % of a block and 2 % of a window. A hundredth of what is sold is destroyed. */
export const TERMS = {
  creatorShare: 1_000,
  lockUp: 40,
  vesting: 0,
  burnRate: 10_000,
  fees: { base: 10_000, slope: 50_000, cap: 50_000, launch: 200_000, launchWindow: 40 },
  limits: { perBlock: 6_900, perWindow: 20_000, window: 9_000, threshold: 100_000, rebound: 9_000, leastFactor: 100_000 },
  weights: [400_000, 200_000, 300_000, 100_000],
  bond: 2_000n * ENGR,
  graduation: 100_000n * ENGR,
  emission: 1_000n * WHOLE,
}

/** A chain on which the shortest times of a launch are ten blocks, and an era lasts half a minute. */
export const FAST = { epochDuration: 10, sessionsPerEra: 2, bondingDuration: 2, slashDeferDuration: 1, beaconDelay: 1 }

/** A deadline that does not pass. */
export const NEVER = 0xffff_ffff

export function launchCall(api, model, change = {}) {
  const it = { name: 'digits', symbol: 'DIG', curve: LINEAR, terms: TERMS, claims: [], ...change }
  return api.tx.curves.launch(model, text(it.name), text(it.symbol), it.curve, it.terms, it.claims)
}

/** Launches the token of a model, and returns the event's data. */
export async function launch(api, creator, model, change) {
  const { events } = await send(api, launchCall(api, model, change), creator)
  return expectEvent(events, 'curves', 'CurveLaunched').data
}

/** A token's curve, from finalized state. */
export const curveOf = async (api, token) => (await view(api, 'Curves', 'curve', token)).unwrap()

/** What a trade would move: `quote(api, 'buy', token, amount)`. */
export async function quote(api, kind, token, amount, slippage = 10_000) {
  return (await view(api, 'Curves', `quote_${kind}`, token, amount, slippage)).unwrap()
}

/** What an account can spend, and how many tokens it has. */
export async function purse(api, who, token) {
  const at = await finalized(api)
  const [{ data }, row] = await Promise.all([at.query.system.account(who.address), at.query.assets.account(token, who.address)])
  return { free: data.free.toBigInt(), tokens: row.isSome ? row.unwrap().balance.toBigInt() : 0n }
}

/** Sends a call, and returns its events and what it moved in the signer's purse, the transaction's fee aside. */
export async function moved(api, call, who, token) {
  const before = await purse(api, who, token)
  const { events, block } = await send(api, call, who)
  const after = await purse(api, who, token)
  const fee = expectEvent(events, 'transactionPayment', 'TransactionFeePaid').data.actualFee.toBigInt()
  return { events, block, fee, free: after.free - before.free + fee, tokens: after.tokens - before.tokens }
}
