//! What everybody does on any chain: pay, stake, approve, act for others.

use super::{drawn, Generator};
use crate::random::world::{signed, Operation, World};
use engram_primitives::units::{Balance, ENGR};
use engram_runtime::{configs::ProxyType, AccountId, Emission, Runtime, RuntimeCall};
use pallet_staking::RewardDestination;
use sp_runtime::MultiAddress;

pub(super) fn generators() -> Vec<Generator> {
	vec![
		drawn(400, transfer),
		drawn(60, transfer_to_a_new_account),
		drawn(20, transfer_all),
		drawn(60, burn),
		drawn(60, remark),
		drawn(50, bond),
		drawn(40, nominate),
		drawn(60, change_stake),
		drawn(20, payout_stakers),
		drawn(100, batch),
		drawn(60, add_proxy),
		drawn(80, proxy),
		drawn(60, approve_first),
		drawn(60, approve_second),
		drawn(40, vested_transfer),
		drawn(20, sudo),
	]
}

type Address = MultiAddress<AccountId, ()>;

fn address(world: &World, actor: usize) -> Address {
	MultiAddress::Id(world.account(actor))
}

/// More than anybody has.
const TOO_MUCH: Balance = 1_000_000_000 * ENGR;

fn amount(world: &mut World) -> Balance {
	if world.mistaken() {
		TOO_MUCH
	} else {
		world.milli(1, 10_000)
	}
}

fn payment(world: &mut World) -> pallet_balances::Call<Runtime> {
	let to = world.user();
	let (dest, value) = (address(world, to), amount(world));
	match world.chance(50) {
		true => pallet_balances::Call::transfer_keep_alive { dest, value },
		false => pallet_balances::Call::transfer_allow_death { dest, value },
	}
}

fn transfer(world: &mut World) -> Option<Operation> {
	let (user, call) = (world.user(), payment(world));
	signed(user, call)
}

/// Below the existential deposit nobody can be created.
fn transfer_to_a_new_account(world: &mut World) -> Option<Operation> {
	let dest = MultiAddress::Id(world.fresh_account());
	let value = if world.mistaken() { 1 } else { world.milli(1, 1_000) };
	let user = world.user();
	signed(user, pallet_balances::Call::<Runtime>::transfer_allow_death { dest, value })
}

/// Only a few lose all they have: the others are needed.
fn transfer_all(world: &mut World) -> Option<Operation> {
	let user = World::VALIDATORS + world.below(4) as usize;
	let to = world.user();
	let (dest, keep_alive) = (address(world, to), world.chance(50));
	signed(user, pallet_balances::Call::<Runtime>::transfer_all { dest, keep_alive })
}

fn burn(world: &mut World) -> Option<Operation> {
	let (user, value, keep_alive) = (world.user(), amount(world), world.chance(50));
	signed(user, pallet_balances::Call::<Runtime>::burn { value, keep_alive })
}

fn remark(world: &mut World) -> Option<Operation> {
	let (user, length) = (world.user(), world.below(200));
	let remark = vec![7; length as usize];
	signed(user, frame_system::Call::<Runtime>::remark_with_event { remark })
}

fn bond(world: &mut World) -> Option<Operation> {
	let user = world.user();
	let value = world.milli(5_000, 1_000_000);
	signed(user, pallet_staking::Call::<Runtime>::bond { value, payee: RewardDestination::Stash })
}

fn nominate(world: &mut World) -> Option<Operation> {
	let (user, first) = (world.user(), world.below(World::VALIDATORS as u64) as usize);
	let targets = (first..World::VALIDATORS).map(|validator| address(world, validator)).collect();
	signed(user, pallet_staking::Call::<Runtime>::nominate { targets })
}

fn change_stake(world: &mut World) -> Option<Operation> {
	let (user, value) = (world.user(), world.milli(1_000, 100_000));
	let call = match world.below(5) {
		0 => pallet_staking::Call::<Runtime>::bond_extra { max_additional: value },
		1 => pallet_staking::Call::unbond { value },
		2 => pallet_staking::Call::rebond { value },
		3 => pallet_staking::Call::chill {},
		_ => pallet_staking::Call::withdraw_unbonded { num_slashing_spans: 0 },
	};
	signed(user, call)
}

/// Pays for any era so far, or for one that is not over.
pub(crate) fn payout_stakers(world: &mut World) -> Option<Operation> {
	let validator = world.below(World::VALIDATORS as u64) as usize;
	let validator_stash = world.account(validator);
	let eras = u64::from(Emission::epoch()) + 2;
	let (user, era) = (world.user(), world.below(eras) as u32);
	signed(user, pallet_staking::Call::<Runtime>::payout_stakers { validator_stash, era })
}

fn batch(world: &mut World) -> Option<Operation> {
	let count = world.range(1, 4);
	let calls = (0..count).map(|_| RuntimeCall::Balances(payment(world))).collect();
	let call = match world.below(3) {
		0 => pallet_utility::Call::<Runtime>::batch { calls },
		1 => pallet_utility::Call::batch_all { calls },
		_ => pallet_utility::Call::force_batch { calls },
	};
	let user = world.user();
	signed(user, call)
}

/// Principals have their neighbour as proxy, so that one finds the other.
fn proxy_of(principal: usize) -> usize {
	if principal == World::VALIDATORS {
		World::VALIDATORS + 1
	} else {
		principal - 1
	}
}

fn add_proxy(world: &mut World) -> Option<Operation> {
	let user = world.user();
	let delegate = address(world, proxy_of(user));
	let proxy_type = world.pick(&[ProxyType::Any, ProxyType::NonTransfer, ProxyType::Worker])?;
	let call = match world.chance(75) {
		true => pallet_proxy::Call::<Runtime>::add_proxy { delegate, proxy_type, delay: 0 },
		false => pallet_proxy::Call::remove_proxies {},
	};
	signed(user, call)
}

fn proxy(world: &mut World) -> Option<Operation> {
	let principal = world.user();
	let call = Box::new(payment(world).into());
	let real = address(world, principal);
	let call = pallet_proxy::Call::<Runtime>::proxy { real, force_proxy_type: None, call };
	signed(proxy_of(principal), call)
}

fn others_of(world: &World, signatories: impl IntoIterator<Item = usize>) -> Vec<AccountId> {
	let mut others: Vec<_> = signatories.into_iter().map(|actor| world.account(actor)).collect();
	others.sort();
	others
}

fn approve(
	world: &World,
	others: impl IntoIterator<Item = usize>,
	call: RuntimeCall,
	maybe_timepoint: Option<pallet_multisig::Timepoint<u32>>,
) -> pallet_multisig::Call<Runtime> {
	pallet_multisig::Call::as_multi {
		threshold: 2,
		other_signatories: others_of(world, others),
		maybe_timepoint,
		call: Box::new(call),
		max_weight: frame_support::weights::Weight::from_parts(1_000_000_000, 10_000),
	}
}

fn approve_first(world: &mut World) -> Option<Operation> {
	let first = world.user();
	let others = [first + 1, first + 2].map(|actor| {
		let users = world.users().len();
		World::VALIDATORS + (actor - World::VALIDATORS) % users
	});
	let remark = world.unique_hash().0.to_vec();
	let call = RuntimeCall::System(frame_system::Call::remark { remark });
	world.approvals.push((first, others, call.clone()));
	signed(first, approve(world, others, call, None))
}

/// The second approval carries the operation out; an operation that nobody began has no time.
fn approve_second(world: &mut World) -> Option<Operation> {
	let approvals = world.approvals.clone();
	let (first, [second, third], call) = world.pick(&approvals)?;
	let all = others_of(world, [first, second, third]);
	let account = pallet_multisig::Pallet::<Runtime>::multi_account_id(&all, 2);
	let hash = sp_io::hashing::blake2_256(&codec::Encode::encode(&call));
	let when = pallet_multisig::Multisigs::<Runtime>::get(account, hash).map(|operation| operation.when);
	world.approvals.retain(|(_, _, other)| *other != call);
	signed(second, approve(world, [first, third], call, when))
}

fn vested_transfer(world: &mut World) -> Option<Operation> {
	let (user, to) = (world.user(), world.user());
	let locked = if world.mistaken() { 1 } else { world.milli(1_000, 10_000) };
	let schedule = pallet_vesting::VestingInfo::new(locked, locked / 100 + 1, world.view.now);
	let call = match world.chance(70) {
		true => pallet_vesting::Call::<Runtime>::vested_transfer { target: address(world, to), schedule },
		false => pallet_vesting::Call::vest {},
	};
	signed(user, call)
}

/// The superuser does what it may, and others try.
fn sudo(world: &mut World) -> Option<Operation> {
	let remark = world.unique_hash().0.to_vec();
	let call = Box::new(RuntimeCall::System(frame_system::Call::remark { remark }));
	let actor = if world.mistaken() { world.user() } else { World::SUPERUSER };
	signed(actor, pallet_sudo::Call::<Runtime>::sudo { call })
}
