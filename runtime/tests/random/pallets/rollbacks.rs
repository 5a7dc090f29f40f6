//! Holders stand for models; owners and holders have them go back, or see to it that they do not.

use super::{drawn, Generator};
use crate::random::world::{signed, Operation, World};
use engram_primitives::{units::Balance, ModelId, VersionId};
use engram_runtime::{AccountId, Assets, Curves, Models, Runtime, System};
use pallet_models::{
	Call, Locks, ModelRecordOf, Requester, RollbackRequestOf, Standings, VersionState, Vote,
};

type Model = (ModelId, ModelRecordOf<Runtime>);

pub(super) fn generators() -> Vec<Generator> {
	vec![
		drawn(100, stand),
		drawn(60, take_seat),
		drawn(20, withdraw),
		drawn(80, request_rollback),
		drawn(40, veto_rollback),
		drawn(40, enact_rollback),
	]
}

/// What somebody who has waited for it does now, if anybody does.
pub(crate) fn next(world: &mut World) -> Option<Operation> {
	if world.chance(50) {
		return None;
	}
	let kinds: [fn(&mut World) -> Option<Operation>; 5] =
		[take_seat, request_rollback, veto_rollback, enact_rollback, withdraw];
	let kind = world.below(kinds.len() as u64) as usize;
	kinds[kind](world)
}

fn owner_of(model: ModelId) -> Option<AccountId> {
	Models::model(model).map(|record| record.owner)
}

fn request_of(model: ModelId) -> Option<RollbackRequestOf<Runtime>> {
	Models::rollback_request(model)
}

fn has_expired(model: ModelId) -> bool {
	request_of(model).is_some_and(|request| request.expires_at <= System::block_number())
}

/// What a model could go back to.
fn earlier_of(model: ModelId) -> Vec<VersionId> {
	let Some(head) = Models::head_of(model) else { return Vec::new() };
	let serves = |version: &VersionId| {
		Models::version(*version).is_some_and(|record| record.state == VersionState::Active)
	};
	Models::versions_of(model).into_iter().filter(|version| *version < head && serves(version)).collect()
}

/// Everybody who stands for a model.
fn locks() -> Vec<(ModelId, AccountId)> {
	let mut locks: Vec<_> = Locks::<Runtime>::iter_keys().collect();
	locks.sort();
	locks
}

/// Everybody who has a seat, and what they have signed.
fn seats() -> Vec<(ModelId, AccountId, Option<Vote>)> {
	let mut standings: Vec<_> = Standings::<Runtime>::iter().collect();
	standings.sort_by_key(|(model, _)| *model);
	standings
		.into_iter()
		.flat_map(|(model, standing)| {
			standing.seats.into_iter().map(move |seat| (model, seat.who, seat.vote))
		})
		.collect()
}

fn pick_where<T: Clone>(world: &mut World, mut all: Vec<T>, suits: impl FnMut(&T) -> bool) -> Option<T> {
	all.retain(suits);
	world.pick(&all)
}

/// With tokens of models that could go back, if there are any.
fn stand(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(3));
	let choosy = world.chance(80);
	let stood_for = |model: ModelId, who: &AccountId| {
		let owned = owner_of(model).as_ref() == Some(who);
		Models::is_open(model) && owned == (error == Some(0)) && (!choosy || !earlier_of(model).is_empty())
	};
	let (token, who) = world.pick_row(
		|view| &view.holders,
		|(token, who)| {
			Assets::balance(token.0, who) > 0
				&& Curves::curve(*token).is_some_and(|curve| stood_for(curve.model, who))
		},
	)?;
	let model = Curves::curve(token)?.model;
	let owned = Assets::balance(token.0, &who);
	let amount = match error {
		Some(1) => 0,
		Some(2) => owned + 1,
		_ => owned.div_ceil(Balance::from(world.range(1, 3))),
	};
	signed(world.actor_of(&who)?, Call::<Runtime>::stand { model, amount })
}

fn take_seat(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let may = |(model, who): &(ModelId, AccountId)| {
		let counted = |who: &AccountId| Models::counted_of(*model, who.clone());
		let seats = Standings::<Runtime>::get(model).map(|standing| standing.seats).unwrap_or_default();
		let seated = seats.iter().any(|seat| seat.who == *who);
		let least = seats.iter().map(|seat| counted(&seat.who)).min().filter(|_| seats.is_full());
		let enough = Models::seat_minimum(*model).is_some_and(|minimum| counted(who) >= minimum);
		let may = !seated && enough && counted(who) > least.unwrap_or_default();
		may == right
	};
	let (model, who) = pick_where(world, locks(), may)?;
	signed(world.actor_of(&who)?, Call::<Runtime>::take_seat { model })
}

fn withdraw(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let now = System::block_number();
	let may = |(model, who): &(ModelId, AccountId)| {
		let lock = Models::lock_of(*model, who.clone());
		let old = lock.is_some_and(|lock| Models::counted_of(*model, who.clone()) == lock.amount);
		let seated = seats().iter().any(|(of, seated, _)| of == model && seated == who);
		let pending = request_of(*model)
			.is_some_and(|request| request.by == Requester::Holders && request.expires_at > now);
		(old && !(seated && pending)) == right
	};
	let (model, who) = pick_where(world, locks(), may)?;
	signed(world.actor_of(&who)?, Call::<Runtime>::withdraw { model })
}

fn request_rollback(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(2));
	let by_owner = world.chance(50);
	let made = if by_owner { by_an_owner(world) } else { by_a_holder(world) };
	let (model, who, version) = made?;
	let actor = match error {
		Some(0) => world.stranger(&who),
		_ => world.actor_of(&who)?,
	};
	let version = match error {
		Some(1) => Models::head_of(model)?,
		_ => version,
	};
	signed(actor, Call::<Runtime>::request_rollback { model, version })
}

fn by_an_owner(world: &mut World) -> Option<(ModelId, AccountId, VersionId)> {
	let (model, record) = pick_where(world, models(), |(model, record)| {
		record.is_open()
			&& (request_of(*model).is_none() || has_expired(*model))
			&& !earlier_of(*model).is_empty()
	})?;
	let version = world.pick(&earlier_of(model))?;
	Some((model, record.owner, version))
}

/// A holder mostly signs what the other one has signed.
fn by_a_holder(world: &mut World) -> Option<(ModelId, AccountId, VersionId)> {
	let all = seats();
	let (model, who, vote) = pick_where(world, all.clone(), |(model, ..)| {
		Models::is_open(*model) && !earlier_of(*model).is_empty()
	})?;
	let others = all.into_iter().find_map(|(of, other, vote)| match vote {
		Some(Vote::RollBack(version)) if of == model && other != who => Some(version),
		_ => None,
	});
	let agrees = world.chance(80);
	let version = match others.filter(|_| agrees) {
		Some(version) => version,
		None => world.pick(&earlier_of(model))?,
	};
	(vote != Some(Vote::RollBack(version))).then_some((model, who, version))
}

/// Against what an owner has requested, or one's own signature.
fn veto_rollback(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let may = |(model, _, vote): &(ModelId, AccountId, Option<Vote>)| {
		let of_owner = request_of(*model)
			.is_some_and(|request| !has_expired(*model) && request.by != Requester::Holders);
		let may = match vote {
			Some(Vote::Veto) => false,
			Some(Vote::RollBack(_)) => true,
			None => of_owner,
		};
		may == right
	};
	let (model, who, _) = pick_where(world, seats(), may)?;
	signed(world.actor_of(&who)?, Call::<Runtime>::veto_rollback { model })
}

fn enact_rollback(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let now = System::block_number();
	let due = |(model, _): &Model| request_of(*model).is_some_and(|request| request.due <= now);
	let (model, _) = pick_where(world, models(), |model| due(model) == right)?;
	let user = world.user();
	signed(user, Call::<Runtime>::enact_rollback { model })
}

fn models() -> Vec<Model> {
	let mut models: Vec<_> = pallet_models::Models::<Runtime>::iter().collect();
	models.sort_by_key(|(model, _)| *model);
	models
}
