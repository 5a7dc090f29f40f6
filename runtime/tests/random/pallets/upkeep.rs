//! What a chain keeps beside money: who is who, bytes for later calls, calls for later blocks, and what is stopped meanwhile.

use super::{drawn, Generator};
use crate::random::world::{governed, signed, Operation, World};
use engram_runtime::{AccountId, Runtime, RuntimeCall};
use frame_support::BoundedVec;
use pallet_identity::{legacy::IdentityInfo, Data};
use pallet_preimage::RequestStatus;
use sp_core::{ConstU32, H256};

pub(super) fn generators() -> Vec<Generator> {
	vec![
		drawn(30, identity),
		drawn(40, preimage),
		drawn(30, schedule),
		drawn(20, cancel),
		drawn(15, pause),
		drawn(10, safe_mode),
	]
}

fn info(world: &mut World) -> IdentityInfo<ConstU32<100>> {
	let display = format!("user {}", world.unique()).into_bytes();
	IdentityInfo {
		additional: BoundedVec::default(),
		display: Data::Raw(display.try_into().expect("short enough")),
		legal: Data::None,
		web: Data::None,
		riot: Data::None,
		email: Data::None,
		pgp_fingerprint: None,
		image: Data::None,
		twitter: Data::None,
	}
}

/// Somebody who has said who it is, or has not.
fn someone(world: &mut World, known: bool) -> Option<usize> {
	let users = World::VALIDATORS..World::VALIDATORS + world.users().len();
	let suited: Vec<_> = users
		.filter(|user| pallet_identity::IdentityOf::<Runtime>::contains_key(world.account(*user)) == known)
		.collect();
	world.pick(&suited)
}

/// Only what was said can be taken back.
fn identity(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	if right && world.chance(60) {
		let (user, info) = (world.user(), Box::new(info(world)));
		return signed(user, pallet_identity::Call::<Runtime>::set_identity { info });
	}
	let user = someone(world, right)?;
	signed(user, pallet_identity::Call::<Runtime>::clear_identity {})
}

/// Bytes that somebody keeps on chain: hash, length, and who pays the deposit.
fn noted() -> Vec<(H256, u32, AccountId)> {
	let kept = |(hash, status)| match status {
		RequestStatus::Unrequested { ticket: (who, _), len } => Some((hash, len, who)),
		RequestStatus::Requested { .. } => None,
	};
	pallet_preimage::RequestStatusFor::<Runtime>::iter().filter_map(kept).collect()
}

/// What is there cannot be noted again, and only who noted it removes it.
fn preimage(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let known = world.pick(&noted());
	let Some((hash, len, owner)) = known.filter(|_| !right || world.chance(50)) else {
		let bytes = world.unique_hash().0.to_vec();
		let user = world.user();
		return signed(user, pallet_preimage::Call::<Runtime>::note_preimage { bytes });
	};
	let actor = world.owner_or_stranger(&owner, right)?;
	if right || world.chance(50) {
		return signed(actor, pallet_preimage::Call::<Runtime>::unnote_preimage { hash });
	}
	let bytes = pallet_preimage::PreimageFor::<Runtime>::get((hash, len))?.into_inner();
	signed(actor, pallet_preimage::Call::<Runtime>::note_preimage { bytes })
}

/// A call of one of the next blocks. For this block it is too late.
fn schedule(world: &mut World) -> Option<Operation> {
	let later = if world.mistaken() { 0 } else { world.range(1, 8) as u32 };
	let remark = world.unique_hash().0.to_vec();
	let call = Box::new(RuntimeCall::System(frame_system::Call::remark { remark }));
	let when = world.view.now + later;
	governed(
		world,
		pallet_scheduler::Call::<Runtime>::schedule { when, maybe_periodic: None, priority: 128, call },
	)
}

/// Cancels a call that is to come, or one that nobody scheduled.
fn cancel(world: &mut World) -> Option<Operation> {
	let scheduled = pallet_scheduler::Agenda::<Runtime>::iter().flat_map(|(when, calls)| {
		let places = (0..).zip(calls).filter(|(_, call)| call.is_some());
		places.map(move |(index, _)| (when, index)).collect::<Vec<_>>()
	});
	let (when, index) = world.pick(&scheduled.collect::<Vec<_>>())?;
	let when = if world.mistaken() { when + 1_000 } else { when };
	governed(world, pallet_scheduler::Call::<Runtime>::cancel { when, index })
}

/// Stops a call that nothing else waits for, or lets it go on.
fn pause(world: &mut World) -> Option<Operation> {
	let full_name: pallet_tx_pause::RuntimeCallNameOf<Runtime> =
		(BoundedVec::truncate_from(b"Vesting".to_vec()), BoundedVec::truncate_from(b"vest".to_vec()));
	let paused = pallet_tx_pause::PausedCalls::<Runtime>::contains_key(&full_name);
	let call = match paused == world.mistaken() {
		true => pallet_tx_pause::Call::<Runtime>::pause { full_name },
		false => pallet_tx_pause::Call::unpause { ident: full_name },
	};
	governed(world, call)
}

/// Enters the safe mode and leaves it at once, since it would stop everybody; or leaves it where nobody is in it.
fn safe_mode(world: &mut World) -> Option<Operation> {
	let exit = RuntimeCall::SafeMode(pallet_safe_mode::Call::force_exit {});
	if world.mistaken() {
		return governed(world, exit);
	}
	let calls = vec![RuntimeCall::SafeMode(pallet_safe_mode::Call::force_enter {}), exit];
	governed(world, pallet_utility::Call::<Runtime>::batch_all { calls })
}
