//! Workers come, change and go.

use super::{drawn, Generator};
use crate::random::world::{governed, signed, Operation, World};
use engram_primitives::units::{ENGR, MILLI};
use engram_runtime::{AccountId, Runtime};
use pallet_workers::{Call, WorkerRecordOf, WorkerStatus};

type Worker = (AccountId, WorkerRecordOf<Runtime>);

/// Workers that there should be, so that draws find some.
const WANTED: usize = 60;

pub(super) fn generators() -> Vec<Generator> {
	vec![
		drawn(90, register),
		drawn(60, bond_extra),
		drawn(60, update),
		drawn(60, rotate_key),
		drawn(80, set_available),
		drawn(10, leave),
		drawn(4, withdraw),
		drawn(12, force_remove),
		drawn(30, claim_rewards),
		drawn(30, unbond),
		drawn(4, withdraw_unbonded),
		drawn(4, expire_epoch),
	]
}

fn worker(world: &mut World) -> Option<Worker> {
	world.pick_row(|view| &view.workers, |_| true)
}

fn worker_where(world: &mut World, suits: impl Fn(&Worker) -> bool) -> Option<Worker> {
	world.pick_row(|view| &view.workers, suits)
}

fn stays((_, record): &Worker) -> bool {
	record.status.is_staying()
}

fn register(world: &mut World) -> Option<Operation> {
	let staying = world.view.workers.iter().filter(|worker| stays(worker)).count();
	let actor = world.user();
	let account = world.account(actor);
	let new = world.view.workers.iter().all(|(worker, _)| *worker != account);
	let error = world.mistaken().then(|| world.below(5));
	if error.is_none() && (!new || staying >= WANTED) {
		return None;
	}
	let holder = if error == Some(0) { world.fresh_account() } else { account };
	let (key, possession) = world.new_hot_key(&holder);
	let bond = if error == Some(1) { 99_000 * MILLI } else { world.milli(100_000, 900_000) };
	let address = world.address(error != Some(2));
	let memory_mib = if error == Some(3) { 0 } else { world.range(512, 4_096) as u32 };
	signed(actor, Call::<Runtime>::register { key, possession, address, memory_mib, bond })
}

fn bond_extra(world: &mut World) -> Option<Operation> {
	let (account, _) = worker_where(world, stays)?;
	let right = !world.mistaken();
	let none = world.chance(50);
	let actor = world.owner_or_stranger(&account, right || none)?;
	let amount = if right || !none { world.milli(1_000, 200_000) } else { 0 };
	signed(actor, Call::<Runtime>::bond_extra { amount })
}

fn update(world: &mut World) -> Option<Operation> {
	let (account, _) = worker(world)?;
	let right = !world.mistaken();
	let malformed = world.chance(50);
	let actor = world.owner_or_stranger(&account, right || malformed)?;
	let address = world.address(right || !malformed);
	let memory_mib = world.range(512, 4_096) as u32;
	signed(actor, Call::<Runtime>::update { address, memory_mib })
}

fn rotate_key(world: &mut World) -> Option<Operation> {
	let (account, record) = worker(world)?;
	let error = world.mistaken().then(|| world.below(2));
	let holder = if error == Some(0) { world.fresh_account() } else { account.clone() };
	let (mut key, possession) = world.new_hot_key(&holder);
	if error == Some(1) {
		key = record.key;
	}
	signed(world.actor_of(&account)?, Call::<Runtime>::rotate_key { key, possession })
}

fn set_available(world: &mut World) -> Option<Operation> {
	let (account, record) = worker(world)?;
	let right = !world.mistaken();
	let (active, paused) = (record.status.is_active(), record.status == WorkerStatus::Paused);
	// Most have to work: pauses are ended sooner than begun.
	if right && active && world.chance(70) {
		return None;
	}
	let available = if right { paused } else { active };
	signed(world.actor_of(&account)?, Call::<Runtime>::set_available { available })
}

fn leave(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let (account, _) = worker_where(world, |worker| stays(worker) == right)?;
	signed(world.actor_of(&account)?, Call::<Runtime>::leave {})
}

/// The bond of one who has left and waited, or of one who has not.
pub(crate) fn withdraw(world: &mut World) -> Option<Operation> {
	let now = world.view.now;
	let free = |worker: &Worker| matches!(worker.1.status, WorkerStatus::Unbonding { until } if until <= now);
	let at = world.view.workers.iter().position(free);
	let (account, _) = match at {
		// Whoever has withdrawn is no worker any more.
		Some(at) => world.view.workers.remove(at),
		None => worker(world)?,
	};
	signed(world.actor_of(&account)?, Call::<Runtime>::withdraw {})
}

fn force_remove(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let idle = |worker: &Worker| worker.1.occupied == 0 && stays(worker);
	let found = if right { worker_where(world, idle) } else { None };
	let worker = found.map_or_else(|| world.fresh_account(), |(account, _)| account);
	governed(world, Call::<Runtime>::force_remove { worker })
}

/// The rewards of a worker for a closed epoch, or of nobody.
pub(crate) fn claim_rewards(world: &mut World) -> Option<Operation> {
	let user = world.user();
	if world.mistaken() {
		let (worker, epoch) = (world.fresh_account(), world.below(9) as u32);
		return signed(user, Call::<Runtime>::claim_rewards { worker, epoch });
	}
	let at = world.below(world.view.rewards.len() as u64) as usize;
	if world.view.rewards.is_empty() {
		return None;
	}
	let (epoch, worker) = world.view.rewards.swap_remove(at);
	signed(user, Call::<Runtime>::claim_rewards { worker, epoch })
}

/// A few rows of an epoch, whether its rewards have expired or not.
pub(crate) fn expire_epoch(world: &mut World) -> Option<Operation> {
	let user = world.user();
	let epochs = world.view.epochs.clone();
	let epoch = world.pick(&epochs).unwrap_or_default();
	let least = u64::from(!world.mistaken());
	let limit = world.range(least, 2) as u32;
	signed(user, Call::<Runtime>::expire_epoch { epoch, limit })
}

/// Part of a bond, or more than may go.
fn unbond(world: &mut World) -> Option<Operation> {
	let (account, record) = worker_where(world, stays)?;
	let right = !world.mistaken();
	let free = record.bond.saturating_sub(<Runtime as pallet_workers::Config>::MinBond::get());
	if right && free < ENGR {
		return None;
	}
	let amount = if right { world.milli(1, 1_000).min(free) } else { record.bond + 1 };
	signed(world.actor_of(&account)?, Call::<Runtime>::unbond { amount })
}

/// What of a bond has waited long enough, or has not.
pub(crate) fn withdraw_unbonded(world: &mut World) -> Option<Operation> {
	let (account, _) = worker(world)?;
	signed(world.actor_of(&account)?, Call::<Runtime>::withdraw_unbonded {})
}
