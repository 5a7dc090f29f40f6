//! Whoever has tokens of several models makes baskets of them, others mint and redeem shares, and baskets are rebalanced.

use super::{drawn, Generator};
use crate::random::{
	view::View,
	world::{signed, Operation, World},
};
use codec::Compact;
use engram_math::curve::WHOLE;
use engram_primitives::{label::Symbol, units::Balance, TokenId};
use engram_runtime::{AccountId, Address, Assets, Baskets, Curves, Runtime, RuntimeOrigin};
use pallet_baskets::{
	Amounts, Asset, BasketRecordOf, BasketState, Call, Component, Components, Schedule, Targets, Terms,
};
use pallet_curves::CurveState;
use sp_runtime::DispatchResult;

pub(super) fn generators() -> Vec<Generator> {
	vec![
		drawn(40, create),
		drawn(60, mint),
		drawn(40, redeem),
		drawn(6, set_targets),
		drawn(10, set_governor),
		drawn(30, note_prices),
		drawn(60, rebalance),
		drawn(30, settle),
		drawn(20, close),
	]
}

/// A block that does not come in a run.
const LATE: u32 = 1_000_000;

/// Tokens that trade and that somebody has.
fn owned(view: &View, who: &AccountId) -> Vec<TokenId> {
	let trades =
		|token: &TokenId| Curves::curve(*token).is_some_and(|record| record.state == CurveState::Open);
	let rows = view.holders.iter().filter(|(_, holder)| holder == who).map(|(token, _)| *token);
	rows.filter(|token| Assets::balance(token.0, who) > 0).filter(trades).collect()
}

/// What each of so many tokens should be worth.
fn targets(world: &mut World, count: usize, right: bool) -> Vec<u32> {
	let mut left = if right { 1_000_000 } else { 999_999 };
	let mut targets = Vec::new();
	for _ in 1..count {
		let part = world.below(u64::from(left)) as u32;
		targets.push(part);
		left -= part;
	}
	targets.push(left);
	targets
}

/// Of the tokens that somebody has.
fn create(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(4));
	let several: Vec<_> = world
		.view
		.holders
		.iter()
		.map(|(_, who)| who)
		.filter(|who| owned(&world.view, who).len() > 1)
		.cloned()
		.collect();
	let who = world.pick(&several)?;
	let actor = world.actor_of(&who)?;
	let mut tokens = owned(&world.view, &who);
	tokens.truncate(3);
	if error == Some(0) {
		tokens.truncate(1);
	}
	let targets = targets(world, tokens.len().max(1), error != Some(1));
	let component = |(token, target): (TokenId, u32)| Component {
		token,
		per_share: (Assets::balance(token.0, &who) / 1_000).max(1),
		target,
	};
	let components: Components =
		tokens.into_iter().zip(targets).map(component).collect::<Vec<_>>().try_into().ok()?;
	if error.is_none() && components.len() < 2 {
		return None;
	}
	let symbol: Symbol = if error == Some(2) { b"set".to_vec() } else { b"SET".to_vec() }.try_into().ok()?;
	let terms = Terms {
		trading_fee: world.below(if error == Some(3) { 1_000_000 } else { 20_000 }) as u32,
		rebalancing_fee: world.below(10_000) as u32,
		slippage: 100_000,
		most_premium: 500_000,
	};
	let name = world.label(true);
	signed(actor, Call::<Runtime>::create { name, symbol, components, terms })
}

fn basket_where(world: &mut World, suits: impl Fn(&BasketRecordOf<Runtime>) -> bool) -> Option<TokenId> {
	world.pick_row(|view| &view.baskets, |(_, record)| suits(record)).map(|(basket, _)| basket)
}

fn amounts(basket: TokenId, amount: Balance) -> Option<Amounts> {
	let count = Baskets::basket(basket)?.books().count();
	vec![amount; count].try_into().ok()
}

/// By somebody who has all tokens, of a part of what these allow.
fn mint(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(4));
	let basket = basket_where(world, |record| record.state == BasketState::Open)?;
	let tokens: Vec<_> = Baskets::basket(basket)?.constituents.iter().map(|one| one.token).collect();
	let first = *tokens.first()?;
	let has = |who: &AccountId| tokens.iter().all(|token| Assets::balance(token.0, who) > 0);
	let suits = |(token, who): &(TokenId, AccountId)| *token == first && has(who);
	let (_, who) = world.pick_row(|view| &view.holders, suits)?;
	let actor = world.actor_of(&who)?;
	let whole = Baskets::quote_mint(basket, WHOLE)?.amounts;
	let covered = |(token, cost): (&TokenId, &Balance)| {
		Assets::balance(token.0, &who) / 1_000 * (WHOLE / 1_000) / (cost / 1_000_000).max(1)
	};
	let most = tokens.iter().zip(&whole).map(covered).min()?;
	let shares = most / Balance::from(world.range(2, 8));
	let shares = if error == Some(0) { shares.saturating_mul(1_000_000) } else { shares };
	let max_in = amounts(basket, if error == Some(1) { 0 } else { Balance::MAX })?;
	let deadline = if error == Some(2) { 0 } else { LATE };
	let basket = if error == Some(3) { TokenId(7) } else { basket };
	signed(actor, Call::<Runtime>::mint { basket, shares, max_in, deadline })
}

/// A part of what somebody has, all of it, or more.
pub(crate) fn redeem(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(3));
	let (basket, who) = world.pick_row(
		|view| &view.holders,
		|(token, who)| Baskets::basket(*token).is_some() && Assets::balance(token.0, who) > 1,
	)?;
	let owned = Assets::balance(basket.0, &who);
	let parts = Balance::from(world.range(1, 4));
	let shares = if error == Some(0) { owned + 1 } else { owned.div_ceil(parts) };
	let min_out = amounts(basket, if error == Some(1) { Balance::MAX } else { 0 })?;
	let deadline = if error == Some(2) { 0 } else { LATE };
	signed(world.actor_of(&who)?, Call::<Runtime>::redeem { basket, shares, min_out, deadline })
}

/// What is owed to somebody, or what is not.
pub(crate) fn collect(world: &mut World) -> Option<Operation> {
	let mistaken = world.mistaken();
	let (basket, who, asset) = world.pick_row(|view| &view.claims, |_| true)?;
	let asset: Asset = if mistaken { None } else { asset };
	let user = world.user();
	signed(user, Call::<Runtime>::collect { basket, who, asset })
}

fn set_targets(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(2));
	// Prices that are noted would be forgotten.
	let basket = basket_where(world, |record| record.state == BasketState::Open && record.noted.is_none())?;
	let record = Baskets::basket(basket)?;
	let targets = targets(world, record.constituents.len(), error != Some(0));
	let targets: Targets = targets.try_into().ok()?;
	let actor = world.owner_or_stranger(&record.governor, error != Some(1))?;
	signed(actor, Call::<Runtime>::set_targets { basket, targets })
}

fn set_governor(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let basket = basket_where(world, |record| record.state == BasketState::Open)?;
	let actor = world.owner_or_stranger(&Baskets::basket(basket)?.governor, right)?;
	let user = world.user();
	let governor = world.account(user);
	signed(actor, Call::<Runtime>::set_governor { basket, governor })
}

fn schedule(basket: TokenId) -> Option<Schedule> {
	Baskets::next_rebalance(basket)
}

fn note_prices(world: &mut World) -> Option<Operation> {
	let (right, now) = (!world.mistaken(), world.view.now);
	let due = |basket: TokenId| schedule(basket).is_some_and(|schedule| schedule.note <= now);
	let (basket, _) = world
		.pick_row(|view| &view.baskets, |(basket, record)| (record.shares > 0 && due(*basket)) == right)?;
	let user = world.user();
	signed(user, Call::<Runtime>::note_prices { basket })
}

fn rebalance(world: &mut World) -> Option<Operation> {
	let (right, now) = (!world.mistaken(), world.view.now);
	let opens = |schedule: Schedule| schedule.rebalance.is_some_and(|(first, _)| first <= now);
	let (basket, _) =
		world.pick_row(|view| &view.baskets, |(basket, _)| schedule(*basket).is_some_and(opens) == right)?;
	let user = world.user();
	signed(user, Call::<Runtime>::rebalance { basket })
}

fn settle(world: &mut World) -> Option<Operation> {
	let owed = !world.mistaken();
	let basket = basket_where(world, |record| {
		record.state == BasketState::Open && (record.fees.governor > 0 || record.fees.treasury > 0) == owed
	})?;
	let user = world.user();
	signed(user, Call::<Runtime>::settle { basket })
}

/// A basket without shares, or one that has some, by its creator or by a stranger.
fn close(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(2));
	let empty = error != Some(0);
	let basket = basket_where(world, |record| (record.shares == 0) == empty)?;
	let creator = Baskets::basket(basket)?.creator;
	let actor = world.owner_or_stranger(&creator, error != Some(1))?;
	signed(actor, Call::<Runtime>::close { basket })
}

/// Has the first token of each basket stuck, or free again, as only its curve's account could: nobody has the key of that.
fn pretend(call: fn(RuntimeOrigin, Compact<u32>, Address) -> DispatchResult) {
	for (basket, record) in pallet_baskets::Baskets::<Runtime>::iter() {
		if let Some(one) = record.constituents.first() {
			let freezer = RuntimeOrigin::signed(Curves::pot_account(one.token));
			// A basket without shares may have a token that is gone.
			let result = call(freezer, Compact(one.token.0), Baskets::pot_account(basket).into());
			assert!(result.is_ok() || record.shares == 0, "{result:?}");
		}
	}
}

/// Redemptions cannot pay the first token of a basket from now on.
pub(crate) fn pretend_stuck() {
	pretend(Assets::freeze);
}

/// They can again.
pub(crate) fn pretend_free() {
	pretend(Assets::thaw);
}
