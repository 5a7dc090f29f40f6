//! Models get pools, their answers are bought with tokens, and pools that have all of their tokens end.

use super::{drawn, Generator};
use crate::random::world::{signed, Operation, World};
use codec::Compact;
use engram_math::{curve::WHOLE, pool::WORK_ONE};
use engram_primitives::{
	label::Symbol,
	units::{Balance, ENGR},
	ModelId, TokenId, VersionId,
};
use engram_runtime::{AccountId, Assets, BlockNumber, Curves, Pools, Runtime};
use frame_support::traits::Get;
use pallet_pools::{Call, PoolRecordOf, Terms};

pub(super) fn generators() -> Vec<Generator> {
	vec![
		drawn(50, open),
		drawn(120, buy_inference),
		drawn(60, give_back),
		drawn(40, take_gifts),
		drawn(50, close),
	]
}

fn record(token: TokenId) -> Option<PoolRecordOf<Runtime>> {
	Pools::pool(token)
}

fn pool_where(world: &mut World, suits: impl Fn(TokenId, &PoolRecordOf<Runtime>) -> bool) -> Option<TokenId> {
	world.pick_row(|view| &view.pools, |token| record(*token).is_some_and(|record| suits(*token, &record)))
}

/// Models that are trained keep their pools; the other half's are given up.
fn stays(model: ModelId) -> bool {
	model.0.is_multiple_of(2)
}

fn terms(world: &mut World) -> Terms {
	let bounds = <Runtime as pallet_pools::Config>::Bounds::get();
	Terms {
		supply: Balance::from(world.range(1_000, 1_000_000)) * WHOLE + Balance::from(world.below(1_000)),
		rate: world.range(1, WORK_ONE / 10),
		factor: world.range(1, WORK_ONE / 10),
		held_out: world.unique_cid(),
		held_out_rows: world.range(50, 200) as u32,
		baseline: world.below(300_000) as u32,
		unit_gain: world.range(5_000, 200_000) as u32,
		interval: bounds.interval.0,
	}
}

fn open(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(5));
	let (free, active) = (error != Some(0), error != Some(1));
	let (model, record) = world.pick_row(
		|view| &view.models,
		|(model, record)| {
			let has_none = Curves::token_of(*model).is_none() && Pools::token_of(*model).is_none();
			has_none == free && record.is_open() == active
		},
	)?;
	let actor = world.owner_or_stranger(&record.owner, error != Some(2))?;
	let mut terms = terms(world);
	if error == Some(3) {
		terms.rate = 0;
	}
	let symbol: Symbol = if error == Some(4) { b"pol".to_vec() } else { b"POL".to_vec() }.try_into().ok()?;
	let name = world.label(true);
	signed(actor, Call::<Runtime>::open { model, name, symbol, terms })
}

/// Somebody who has tokens of a pool.
fn holder(world: &mut World, suits: impl Fn(&PoolRecordOf<Runtime>) -> bool) -> Option<(TokenId, AccountId)> {
	world.pick_row(
		|view| &view.holders,
		|(token, who)| {
			let pool = record(*token).is_some_and(|record| suits(&record));
			pool && Assets::balance(token.0, who) > 0 && *who != Pools::pot_account(*token)
		},
	)
}

fn buy_inference(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(4));
	let (token, who) = holder(world, |record| stays(record.model))?;
	let model = record(token)?.model;
	let (version, _) = world.pick_row(|view| &view.versions, |(_, record)| record.model == model)?;
	let quote = |rows| Pools::quote_inference(version, rows, 0).map(|quote| quote.amount);
	let owned = Assets::balance(token.0, &who);
	let wanted = world.range(1, 200) as u32;
	let rows = if quote(wanted) <= Some(owned) { wanted } else { 1 };
	let call = Call::<Runtime>::buy_inference {
		version: if error == Some(0) { VersionId(u64::MAX) } else { version },
		input: world.unique_cid(),
		rows: if error == Some(1) { 0 } else { rows },
		input_source: world.address(true),
		memory_mib: world.range(0, 1_024) as u32,
		max_fee: 100_000 * ENGR,
		max_in: if error == Some(2) { 0 } else { Balance::MAX },
		deadline: if error == Some(3) { 0 } else { BlockNumber::MAX },
	};
	signed(world.actor_of(&who)?, call)
}

/// All tokens that somebody has of a pool go back to it; of those that stay, a few.
fn give_back(world: &mut World) -> Option<Operation> {
	let little = world.chance(30);
	let (token, who) = holder(world, |record| stays(record.model) == little)?;
	let owned = Assets::balance(token.0, &who);
	let amount = if little { owned.div_ceil(100) } else { owned };
	let target = sp_runtime::MultiAddress::Id(Pools::pot_account(token));
	let id = Compact(token.0);
	signed(world.actor_of(&who)?, pallet_assets::Call::<Runtime>::transfer { id, target, amount })
}

fn take_gifts(world: &mut World) -> Option<Operation> {
	let some = !world.mistaken();
	let token = pool_where(world, |token, _| (Pools::gifts_of(token) > Some(0)) == some)?;
	let user = world.user();
	signed(user, Call::<Runtime>::take_gifts { token })
}

/// A pool that has all of its tokens, or one that has not, by its creator or by a stranger.
fn close(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(2));
	let whole = error != Some(0);
	let has_all = |token: TokenId, record: &PoolRecordOf<Runtime>| {
		record.pending == 0 && Assets::balance(token.0, Pools::pot_account(token)) == record.terms.supply
	};
	let token = pool_where(world, |token, record| has_all(token, record) == whole)?;
	let creator = record(token)?.creator;
	let actor = world.owner_or_stranger(&creator, error != Some(1))?;
	signed(actor, Call::<Runtime>::close { token })
}
