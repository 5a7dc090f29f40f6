//! Datanets are created and removed, contributions made, offered and taken over.

use super::{drawn, Generator, SHAPES};
use crate::random::world::{signed, Operation, World};
use engram_primitives::{ContributionId, DatanetId};
use engram_runtime::Runtime;
use pallet_datanets::{Call, ContributionRecordOf, DatanetRecordOf};

type Datanet = (DatanetId, DatanetRecordOf<Runtime>);
type Contribution = (ContributionId, ContributionRecordOf<Runtime>);

/// Datanets that get contributions. Later ones stay empty and can be removed.
const FILLED: u32 = 20;

pub(super) fn generators() -> Vec<Generator> {
	vec![
		drawn(80, create),
		drawn(140, contribute),
		drawn(60, update_source),
		drawn(80, offer_contribution),
		drawn(60, accept_contribution),
		drawn(40, remove_datanet),
	]
}

fn datanet_where(world: &mut World, suits: impl Fn(&Datanet) -> bool) -> Option<Datanet> {
	world.pick_row(|view| &view.datanets, suits)
}

fn contribution_where(world: &mut World, suits: impl Fn(&Contribution) -> bool) -> Option<Contribution> {
	world.pick_row(|view| &view.contributions, suits)
}

fn create(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(3));
	let name = world.label(error != Some(0));
	let licence = world.label(error != Some(1));
	let (feature_columns, classes) = world.pick(&SHAPES)?;
	let classes = if error == Some(2) { 1 } else { classes };
	let (user, permissionless) = (world.user(), world.chance(80));
	signed(user, Call::<Runtime>::create { name, feature_columns, classes, licence, permissionless })
}

fn contribute(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(5));
	let (datanet, record) = datanet_where(world, |(id, _)| id.0 < FILLED)?;
	let known = contribution_where(world, |(_, record)| record.datanet == datanet);
	let actor = match (record.permissionless, error) {
		(false, None) => world.actor_of(&record.creator)?,
		_ => world.user(),
	};
	let rows = world.range(1, 1_000) as u32;
	let bytes = if error == Some(0) { rows } else { rows * 10 };
	let (mut root, mut cid) = (world.unique_hash(), world.unique_cid());
	match (error, known) {
		(Some(1), Some((_, known))) => root = known.root,
		(Some(2), Some((_, known))) => cid = known.cid,
		_ => (),
	}
	let licence = world.label(error != Some(3));
	let source = world.address(error != Some(4));
	signed(actor, Call::<Runtime>::contribute { datanet, root, cid, rows, bytes, licence, source })
}

fn update_source(world: &mut World) -> Option<Operation> {
	let (contribution, record) = contribution_where(world, |_| true)?;
	let right = !world.mistaken();
	let actor = world.owner_or_stranger(&record.owner, right)?;
	let source = world.address(true);
	signed(actor, Call::<Runtime>::update_source { contribution, source })
}

fn offer_contribution(world: &mut World) -> Option<Operation> {
	let (contribution, record) = contribution_where(world, |_| true)?;
	let right = !world.mistaken();
	let actor = world.owner_or_stranger(&record.owner, right)?;
	let buyer = world.stranger(&record.owner);
	let to = (!world.chance(20)).then(|| world.account(buyer));
	signed(actor, Call::<Runtime>::offer_contribution { contribution, to })
}

fn accept_contribution(world: &mut World) -> Option<Operation> {
	let (contribution, record) = contribution_where(world, |(_, record)| record.offered_to.is_some())?;
	let right = !world.mistaken();
	let actor = world.owner_or_stranger(&record.offered_to?, right)?;
	signed(actor, Call::<Runtime>::accept_contribution { contribution })
}

fn remove_datanet(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let empty = |(id, record): &Datanet| record.contributions == 0 && id.0 >= FILLED;
	let (datanet, record) = datanet_where(world, |datanet| empty(datanet) == right)?;
	signed(world.actor_of(&record.creator)?, Call::<Runtime>::remove_datanet { datanet })
}
