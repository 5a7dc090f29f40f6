//! Models get tokens, everybody trades them, curves graduate into pools, and those that nobody has tokens of end.

use super::{drawn, Generator};
use crate::random::world::{signed, Operation, World};
use codec::Compact;
use engram_math::{
	curve::{Parameters, Shape, WHOLE},
	fixed::ATTO,
	market::{FeeSchedule, Limits, LEAST_ACCURACY, LEAST_IMPROVEMENT},
};
use engram_primitives::{
	economy::{EpochClock, SuccessMetrics},
	label::Symbol,
	traits::Contributions,
	units::{Balance, ENGR},
	ModelId, TokenId, VersionId,
};
use engram_runtime::{AccountId, Assets, Curves, Datanets, Emission, Pools, Runtime, RuntimeCall, System};
use frame_support::traits::{
	fungible::NativeOrWithId::{Native, WithId},
	Get,
};
use pallet_curves::{Call, ClaimKind, CurveRecordOf, CurveState, LockedClaim, Terms};
use pallet_models::VersionRecordOf;
use sp_runtime::MultiAddress;

pub(super) fn generators() -> Vec<Generator> {
	vec![
		drawn(60, launch),
		drawn(80, buy),
		drawn(60, spend),
		drawn(80, sell),
		drawn(30, transfer),
		drawn(30, settle),
		drawn(20, refresh_metrics),
		drawn(20, release),
		drawn(40, close),
		drawn(60, crowd),
		drawn(60, bring_near),
		drawn(60, graduate),
		drawn(30, claim),
		drawn(40, swap),
		drawn(20, donate),
	]
}

/// More than any token costs.
const FORTUNE: Balance = 1_000_000_000 * ENGR;
/// A block that does not come in a run.
const LATE: u32 = 1_000_000;

fn record(token: TokenId) -> Option<CurveRecordOf<Runtime>> {
	Curves::curve(token)
}

fn token_where(world: &mut World, suits: impl Fn(&CurveRecordOf<Runtime>) -> bool) -> Option<TokenId> {
	world.pick_row(|view| &view.tokens, |token| record(*token).is_some_and(|record| suits(&record)))
}

/// Mostly one of which the creator has a share: the others are left to be closed. Every third time one of a successful model, if there
/// is any.
fn traded(world: &mut World) -> Option<TokenId> {
	if world.chance(30) {
		let dear = |record: &CurveRecordOf<Runtime>| record.metrics.iter().any(|metric| *metric > 0);
		let token = token_where(world, |record| record.state == CurveState::Open && dear(record));
		if token.is_some() {
			return token;
		}
	}
	let shared = world.chance(90);
	token_where(world, |record| record.state == CurveState::Open && (record.initial > 0) == shared)
}

fn curve(world: &mut World) -> Parameters {
	let max_supply = 1_000_000 * WHOLE;
	let price = ATTO / 1_000 * Balance::from(world.range(10, 1_000));
	let midpoint = Balance::from(world.range(1, 500_000)) * WHOLE;
	let shape = [Shape::Linear, Shape::Exponential, Shape::Sigmoid { midpoint }];
	let shape = shape[world.below(3) as usize];
	Parameters { shape, price, angle: world.range(1, 5_000_000_000_000), max_supply }
}

fn terms(world: &mut World) -> Terms {
	let bounds = <Runtime as pallet_curves::Config>::Bounds::get();
	let (base, launch) = (world.range(20_000, 50_000) as u32, world.range(200_000, 400_000) as u32);
	Terms {
		creator_share: if world.chance(50) { 0 } else { world.range(1, 2_000) as u32 },
		lock_up: bounds.release.0,
		vesting: world.range(0, 100) as u32,
		burn_rate: world.below(50_000) as u32,
		fees: FeeSchedule {
			base,
			slope: world.below(100_000) as u32,
			cap: base + world.below(50_000) as u32,
			launch,
			launch_window: bounds.launch_window.0,
		},
		limits: Limits {
			// Three tenths of the fees are the creator's.
			per_block: base * 7 / 10 - 1,
			per_window: launch * 7 / 10,
			window: bounds.window.0.max(bounds.launch_window.0),
			threshold: 200_000,
			rebound: world.below(bounds.window.0),
			least_factor: 100_000,
		},
		weights: [250_000; 4],
		bond: bounds.least_bond + world.milli(0, 1_000),
		graduation: bounds.least_graduation,
		emission: WHOLE,
	}
}

fn launch(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(5));
	let (free, open) = (error != Some(0), error != Some(1));
	// Rather one that has a version, so that its curve can graduate.
	let trained = error.is_none() && world.chance(60);
	let (model, record) = world.pick_row(
		|view| &view.models,
		|(model, record)| {
			let has_none = Curves::token_of(*model).is_none() && Pools::token_of(*model).is_none();
			let suits = has_none == free && record.is_open() == open;
			suits && (!trained || record.versions > 0)
		},
	)?;
	let actor = world.owner_or_stranger(&record.owner, error != Some(2))?;
	let (curve, mut terms) = (curve(world), terms(world));
	if error == Some(3) {
		terms.limits.per_block = terms.fees.base;
	}
	let symbol: Symbol = if error == Some(4) { b"tok".to_vec() } else { b"TOK".to_vec() }.try_into().ok()?;
	let name = world.label(true);
	let claim = |kind| LockedClaim { beneficiary: record.owner.clone(), kind, amount: 1_000 * WHOLE };
	let claims = vec![claim(ClaimKind::Reserve), claim(ClaimKind::Stakeholder)].try_into().ok()?;
	signed(actor, Call::<Runtime>::launch { model, name, symbol, curve, terms, claims })
}

/// Anybody, and every second time one of a few, who have several tokens before long.
fn buyer(world: &mut World) -> usize {
	let collects = world.chance(50);
	if collects {
		World::VALIDATORS + world.below(8) as usize
	} else {
		world.user()
	}
}

fn buy(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(4));
	let token = traded(world)?;
	let amount = Balance::from(world.range(1, 300_000)) * WHOLE / 1_000;
	let amount = if error == Some(0) { 1_000_000 * WHOLE } else { amount };
	let max_in = if error == Some(1) { 1 } else { FORTUNE };
	let deadline = if error == Some(2) { 0 } else { LATE };
	let token = if error == Some(3) { TokenId(7) } else { token };
	let user = buyer(world);
	signed(user, Call::<Runtime>::buy { token, amount, max_in, deadline })
}

fn spend(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(3));
	let token = traded(world)?;
	let amount_in = if error == Some(0) { 2 } else { world.milli(1, 100_000) };
	let min_out = if error == Some(1) { FORTUNE } else { 0 };
	let deadline = if error == Some(2) { 0 } else { LATE };
	let user = buyer(world);
	signed(user, Call::<Runtime>::spend { token, amount_in, min_out, deadline })
}

/// A part of what somebody has, all of it, or more.
fn sell(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(3));
	let (token, who) = world.pick_row(
		|view| &view.holders,
		|(token, who)| {
			let open = record(*token).is_some_and(|record| record.state == CurveState::Open);
			open && Assets::balance(token.0, who) > 0
		},
	)?;
	let owned = Assets::balance(token.0, &who);
	let parts = Balance::from(world.range(1, 4));
	let amount = if error == Some(0) { owned + 1 } else { owned.div_ceil(parts) };
	let min_out = if error == Some(1) { FORTUNE } else { 0 };
	let deadline = if error == Some(2) { 0 } else { LATE };
	signed(world.actor_of(&who)?, Call::<Runtime>::sell { token, amount, min_out, deadline })
}

/// To somebody else a part of what a holder has, or more; frozen by nobody, whatever state the curve is in.
fn transfer(world: &mut World) -> Option<Operation> {
	let beyond = world.mistaken();
	let (token, who) = world.pick_row(
		|view| &view.holders,
		|(token, who)| record(*token).is_some() && Assets::balance(token.0, who) > 0,
	)?;
	let owned = Assets::balance(token.0, &who);
	let amount = if beyond { owned + 1 } else { owned.div_ceil(Balance::from(world.range(1, 4))) };
	let user = world.user();
	let target = MultiAddress::Id(world.account(user));
	let id = Compact(token.0);
	signed(world.actor_of(&who)?, pallet_assets::Call::<Runtime>::transfer { id, target, amount })
}

fn settle(world: &mut World) -> Option<Operation> {
	let owed = !world.mistaken();
	// Premiums first, of which there are few.
	let premium = if owed { token_where(world, |record| record.premium > 0) } else { None };
	let token = premium.or_else(|| token_where(world, |record| (record.fees > 0) == owed))?;
	let user = world.user();
	signed(user, Call::<Runtime>::settle { token })
}

fn refresh_metrics(world: &mut World) -> Option<Operation> {
	let due = !world.mistaken();
	let epoch = <Emission as EpochClock>::epoch();
	let suits = |record: &CurveRecordOf<Runtime>| {
		record.state == CurveState::Open && (record.refreshed < epoch) == due
	};
	// Rather one of whose model something is measured that counts.
	let least = [LEAST_ACCURACY, 1, LEAST_IMPROVEMENT, 1];
	let has_success = |record: &CurveRecordOf<Runtime>| {
		let metrics = <Curves as SuccessMetrics>::metrics(record.model);
		metrics.iter().zip(least).any(|(metric, least)| *metric >= Some(least))
	};
	let token = token_where(world, |record| suits(record) && has_success(record));
	let token = token.or_else(|| token_where(world, suits))?;
	let user = world.user();
	signed(user, Call::<Runtime>::refresh_metrics { token })
}

fn release(world: &mut World) -> Option<Operation> {
	let due = !world.mistaken();
	let token =
		world.pick_row(|view| &view.tokens, |token| (Curves::releasable_of(*token) > Some(0)) == due)?;
	let user = world.user();
	signed(user, Call::<Runtime>::release { token })
}

/// Nobody has its token, and nothing is owed.
fn closable(record: &CurveRecordOf<Runtime>) -> bool {
	record.outstanding() == Ok(0) && record.fees == 0
}

/// The first of the curves that could be closed at once, and how many empty accounts its token has.
fn crowded(world: &World) -> Option<(TokenId, usize)> {
	let open = |token: &&TokenId| {
		record(**token).is_some_and(|record| record.state == CurveState::Open && closable(&record))
	};
	let token = *world.view.tokens.iter().find(open)?;
	Some((token, world.view.holders.iter().filter(|(held, _)| *held == token).count()))
}

/// Leaves empty accounts at one token, until closing its curve takes more than a call.
fn crowd(world: &mut World) -> Option<Operation> {
	let (token, accounts) = crowded(world)?;
	if accounts > <Runtime as pallet_curves::Config>::CloseLimit::get() as usize {
		return None;
	}
	let user = world.user();
	signed(user, RuntimeCall::Assets(pallet_assets::Call::touch { id: token.0.into() }))
}

/// A curve without tokens, or one that has some, by its creator or by a stranger. The one that is being crowded is left for later.
fn close(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(2));
	let empty = error != Some(0);
	let least = <Runtime as pallet_curves::Config>::CloseLimit::get() as usize;
	let left = crowded(world).filter(|(_, accounts)| *accounts < least).map(|(token, _)| token);
	let token = world.pick_row(
		|view| &view.tokens,
		|token| Some(*token) != left && record(*token).is_some_and(|record| closable(&record) == empty),
	)?;
	let creator = record(token)?.creator;
	let actor = world.owner_or_stranger(&creator, error != Some(1))?;
	signed(actor, Call::<Runtime>::close { token })
}

/// Whether a version of a model lets its curve graduate.
fn is_enough(model: ModelId, version: &VersionRecordOf<Runtime>) -> bool {
	let least = <Runtime as pallet_curves::Config>::LeastRows::get();
	let rows = version.parts.iter().filter_map(|part| {
		<Datanets as Contributions<AccountId>>::contribution(*part).map(|info| u64::from(info.rows))
	});
	version.model == model && rows.sum::<u64>() >= least
}

fn version_for(world: &mut World, model: ModelId) -> Option<VersionId> {
	let found = world.pick_row(|view| &view.versions, |(_, version)| is_enough(model, version));
	found.map(|(version, _)| version)
}

/// A curve whose model has been trained enough: it may graduate, or its reserve is too small.
fn trained(world: &mut World, ripe: bool) -> Option<(TokenId, VersionId)> {
	let suits = |record: &CurveRecordOf<Runtime>, models: &[ModelId]| {
		let age = System::block_number() - record.launched_at;
		let enough = record.reserve >= record.terms.graduation;
		let near = enough == ripe && (u64::from(age) >= record.terms.limits.window || !ripe);
		record.state == CurveState::Open && near && models.contains(&record.model)
	};
	let models: Vec<_> = world
		.view
		.versions
		.iter()
		.filter(|(_, version)| is_enough(version.model, version))
		.map(|(_, version)| version.model)
		.collect();
	let token = token_where(world, |record| suits(record, &models))?;
	Some((token, version_for(world, record(token)?.model)?))
}

/// Somebody buys what the graduation takes, as far as the limits of a block let it.
fn bring_near(world: &mut World) -> Option<Operation> {
	let (token, _) = trained(world, false)?;
	let record = record(token)?;
	let missing = record.terms.graduation - record.reserve;
	let amount_in = match world.chance(60) {
		true => missing * 13 / 10 + ENGR,
		false => missing / 4 + ENGR,
	};
	let user = buyer(world);
	signed(user, Call::<Runtime>::spend { token, amount_in, min_out: 0, deadline: LATE })
}

/// A curve with reserve and data, or without one of them.
fn graduate(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(3));
	let (token, mut version) = trained(world, error != Some(0))?;
	if error == Some(1) {
		(version, _) = world.pick_row(
			|view| &view.versions,
			|(_, version)| record(token).is_some_and(|record| !is_enough(record.model, version)),
		)?;
	}
	let token = if error == Some(2) { TokenId(7) } else { token };
	let user = world.user();
	signed(user, Call::<Runtime>::graduate { token, version })
}

/// What an epoch released, or what none did.
pub(crate) fn claim(world: &mut World) -> Option<Operation> {
	let due = !world.mistaken();
	let index = world.below(2) as u32;
	let token = world
		.pick_row(|view| &view.tokens, |token| (Curves::claimable_of(*token, index) > Some(0)) == due)?;
	let user = world.user();
	signed(user, Call::<Runtime>::claim { token, index })
}

/// A trade in a pool.
fn swap(world: &mut World) -> Option<Operation> {
	let graduated =
		|token: &TokenId| record(*token).is_some_and(|record| record.state == CurveState::Graduated);
	let right = !world.mistaken();
	let (actor, token, amount_in, buys) = if world.chance(50) {
		let token = world.pick_row(|view| &view.tokens, |token| graduated(token) == right)?;
		(world.user(), token, world.milli(1, 100_000), true)
	} else {
		let (token, who) = world.pick_row(
			|view| &view.holders,
			|(token, who)| graduated(token) == right && Assets::balance(token.0, who) > 0,
		)?;
		let amount = Assets::balance(token.0, &who).div_ceil(Balance::from(world.range(1, 4)));
		(world.actor_of(&who)?, token, amount, false)
	};
	let (token, native) = (Box::new(WithId(token.0)), Box::new(Native));
	let path = if buys { vec![native, token] } else { vec![token, native] };
	let call = pallet_asset_conversion::Call::<Runtime>::swap_exact_tokens_for_tokens {
		path,
		amount_in,
		amount_out_min: 1,
		send_to: world.account(actor),
		keep_alive: buys,
	};
	signed(actor, call)
}

/// Somebody gives the address of a pool to come, or of one that is there, money or tokens. Tokens are refused.
fn donate(world: &mut World) -> Option<Operation> {
	let (token, who) = world.pick_row(
		|view| &view.holders,
		|(token, who)| record(*token).is_some() && Assets::balance(token.0, who) > 0,
	)?;
	let to = MultiAddress::Id(Curves::pool_account(token));
	if world.mistaken() {
		let (id, amount) = (token.0.into(), 1);
		let call = pallet_assets::Call::transfer { id, target: to, amount };
		return signed(world.actor_of(&who)?, RuntimeCall::Assets(call));
	}
	let (user, value) = (world.user(), world.milli(1, 10_000));
	signed(user, pallet_balances::Call::<Runtime>::transfer_keep_alive { dest: to, value })
}
