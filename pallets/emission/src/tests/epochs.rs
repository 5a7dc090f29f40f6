//! The end of an epoch, and every zero.

use crate::{mock::*, pallet::*, EpochSummary, Parts, Policy, UnexpectedKind};
use engram_primitives::{
	economy::{ComputeMarket, EpochClock},
	units::Balance,
};
use frame_support::traits::Hooks;

const STAKE: Balance = 1_500_000;

fn last() -> EpochSummary {
	Epochs::<Test>::get(Emission::epoch() - 1).unwrap()
}

fn not_closed(epoch: u32) -> bool {
	events().iter().any(|event| {
		matches!(event, Event::Unexpected { kind: UnexpectedKind::EpochNotClosed { epoch: which, .. } } if *which == epoch)
	})
}

/// Ends one epoch without demand, after a change of the policy.
fn idle(change: impl FnOnce(&mut Policy), staked: Balance) -> EpochSummary {
	let mut summary = None;
	ExtBuilder::default().with(change).build_and_execute(|| {
		end_epoch(staked);
		summary = Some(last());
	});
	summary.unwrap()
}

#[test]
fn an_epoch_with_demand_is_minted_to_everybody() {
	ExtBuilder::default().build_and_execute(|| {
		pay(job(600, 400));
		let before = issuance();
		assert_eq!(before, GENESIS - 600);

		let paid = end_epoch(STAKE);

		// D = 1,000 is a demand of one and a utilisation of one: 1,000 are minted, 500 of them without demand.
		// Vault 30; of the other 970: stakers 339, workers 436, contributors 194, dust 1. Without demand the vault of 500 gets
		// 15 and the stakers' pool is floor(485 * .35) = 169, of which u_min = .2 is 33; the job allows 200 more.
		// The stake is more than half the issuance hardly: 1,500,000 / 2,999,460 is just above the target ratio.
		let parts = Parts { vault: 30, stakers: 233, workers: 436, contributors: 194, treasury: 107 };
		assert_eq!(last().parts, parts);
		assert_eq!(paid, 233);
		assert_eq!(issuance(), before + 1_000);
		assert_eq!(balance(&vault()), ED + 30);
		assert_eq!(balance(&pot()), ED + 233);
		assert_eq!(balance(&WORKERS), ED + 436);
		assert_eq!(balance(&CONTRIBUTORS), ED + 194);
		assert_eq!(balance(&TREASURY), ED + 400 + 107);
		assert_eq!(Offered::get(), [("workers", 0, 0, 436), ("contributors", 0, 0, 194)]);
		let minted = [("workers", 436, ED + 436), ("contributors", 194, ED + 194)];
		assert_eq!(SetAside::get(), minted, "what is owed is set aside once it is there");
		assert_eq!(<Emission as EpochClock>::epoch(), 1);
		assert_eq!(last().utilisation, 1_000_000);
		assert_eq!((last().supply_before, last().supply_after), (before, before + 1_000));
		assert_eq!((last().seen.kept, last().seen.fees, last().seen.burned), (1_000, 1_000, 600));
		assert_eq!(RunningEpoch::<Test>::get(), Default::default());
		assert_eq!(
			events(),
			[Event::EpochClosed {
				epoch: 0,
				minted: 1_000,
				parts,
				collected: 0,
				burned: 600,
				supply: before + 1_000
			}]
		);
	});
}

#[test]
fn stakers_get_all_of_their_factor_within_the_budget() {
	// All of the kept fee is the stakers' budget, so that their factor alone decides.
	let all = |policy: &mut Policy| {
		policy.budget.stakers = 1_000_000;
		policy.budget.worker = 0;
		policy.budget.verifiers = 0;
		policy.budget.contributors = 0;
		policy.budget.ratings = 0;
	};
	ExtBuilder::default().with(all).build_and_execute(|| {
		pay(job(1_000, 0));
		assert_eq!(end_epoch(STAKE), 339);
	});
	// Half the workers are twice the utilisation; the factor stays at its maximum.
	ExtBuilder::default().with(all).build_and_execute(|| {
		Compute::set(ComputeMarket { mean_capacity: 1_000, workers: 5 });
		pay(job(1_000, 0));
		assert_eq!(end_epoch(STAKE), 339);
		assert_eq!(last().utilisation, 2_000_000);
	});
	// Twice the workers are half the utilisation.
	ExtBuilder::default().with(all).build_and_execute(|| {
		Compute::set(ComputeMarket { mean_capacity: 1_000, workers: 20 });
		pay(job(1_000, 0));
		assert_eq!(end_epoch(STAKE), 169);
		assert_eq!(last().parts.workers, 218);
	});
}

#[test]
fn without_demand_stakers_get_their_least_and_workers_nothing() {
	let summary = idle(|_| (), STAKE);
	// 500 minted: vault 15, stakers' pool 169, workers' 218, contributors' 97; dust 1.
	let parts = Parts { vault: 15, stakers: 33, workers: 0, contributors: 97, treasury: 355 };
	assert_eq!(summary.parts, parts);
	assert_eq!(summary.issuance.minted, summary.issuance.zero_demand);
	assert_eq!(summary.utilisation, 0);
}

#[test]
fn without_stake_stakers_and_workers_get_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		pay(job(1_000, 0));
		send(&ALICE, &inbox(), 77);
		assert_eq!(end_epoch(0), 0);
		assert_eq!(
			last().parts,
			Parts { vault: 30, stakers: 0, workers: 0, contributors: 194, treasury: 776 }
		);
		// Fees wait for stakers to come.
		assert_eq!(balance(&inbox()), ED + 77);
		assert_eq!(last().collected, 0);
		assert_eq!(end_epoch(STAKE), 33 + 77);
		assert_eq!(last().collected, 77);
	});
}

#[test]
fn without_workers_the_utilisation_is_zero() {
	for compute in [
		ComputeMarket { mean_capacity: 1_000, workers: 0 },
		ComputeMarket { mean_capacity: 0, workers: 10 },
		ComputeMarket::default(),
	] {
		ExtBuilder::default().build_and_execute(|| {
			Compute::set(compute);
			pay(job(1_000, 0));
			// The stakers' pool is 339, of which u_min leaves 67.
			assert_eq!(end_epoch(STAKE), 67);
			assert_eq!(last().parts.workers, 0);
			assert_eq!(last().utilisation, 0);
		});
	}
}

#[test]
fn what_pools_do_not_take_is_the_treasurys() {
	ExtBuilder::default().build_and_execute(|| {
		WorkersTake::set(36);
		ContributorsTake::set(0);
		pay(job(600, 400));
		end_epoch(STAKE);
		assert_eq!(
			last().parts,
			Parts { vault: 30, stakers: 233, workers: 36, contributors: 0, treasury: 701 }
		);
		assert_eq!(balance(&WORKERS), ED + 36);
		assert_eq!(balance(&CONTRIBUTORS), ED);
	});
}

#[test]
fn a_pool_that_overdraws_mints_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		send(&ALICE, &inbox(), 77);
		pay(job(600, 400));
		let before = issuance();
		Greed::set(1);
		assert_eq!(end_epoch(STAKE), 0);
		let error = Error::<Test>::PoolOverdrawn.into();
		assert_eq!(
			events(),
			[Event::Unexpected { kind: UnexpectedKind::EpochNotClosed { epoch: 0, error } }]
		);
		assert_eq!((issuance(), Emission::epoch()), (before, 0));
		assert_eq!(balance(&inbox()), ED + 77);

		// The epoch goes on, and loses nothing of what it saw.
		Greed::set(0);
		next_block();
		assert_eq!(end_epoch(STAKE), 233 + 77);
		assert_eq!(last().seen.kept, 1_000);
	});
}

#[test]
fn a_part_that_cannot_be_minted_mints_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		// Not even its existential deposit: 1 to 9 base units cannot be minted into it.
		burn_of(&TREASURY, ED);
		Emission::do_set_issuance_parameters(engram_math::emission::Parameters {
			demand_min: 0,
			tail: 0,
			..policy().issuance
		})
		.unwrap();
		pay(job(10, 0));
		let before = issuance();
		assert_eq!(end_epoch(STAKE), 0);
		assert!(not_closed(0));
		assert_eq!(issuance(), before);
		send(&ALICE, &TREASURY, ED);
		end_epoch(STAKE);
		assert_eq!(issuance(), before + 10);
	});
}

#[test]
fn a_policy_out_of_bounds_blocks_no_era() {
	ExtBuilder::default().build_and_execute(|| {
		CurrentPolicy::<Test>::mutate(|policy| policy.issuance.fee_target = 0);
		assert_eq!(end_epoch(STAKE), 0);
		assert!(not_closed(0));
		assert_eq!(issuance(), GENESIS);
		assert_eq!(Emission::preview().issuance.minted, 0);
		CurrentPolicy::<Test>::put(policy());
	});
}

#[test]
fn a_first_epoch_has_no_demand_in_a_longer_window() {
	ExtBuilder::default().with(|policy| policy.issuance.window = 3).build_and_execute(|| {
		pay(job(1_000, 0));
		end_epoch(STAKE);
		assert_eq!((last().issuance.demand, last().issuance.minted), (0, 500));
		pay(job(1_000, 0));
		end_epoch(STAKE);
		assert_eq!((last().issuance.demand, last().issuance.minted), (1_000, 1_000));
	});
}

#[test]
fn nothing_is_minted_where_everything_is_zero() {
	let summary = idle(
		|policy| {
			policy.issuance.base = 0;
			policy.issuance.tail = 0;
		},
		STAKE,
	);
	assert_eq!(summary.parts, Parts::default());
	assert_eq!(summary.supply_after, summary.supply_before);
}

#[test]
fn the_tail_is_minted_above_a_lower_cap() {
	let summary = idle(
		|policy| {
			policy.issuance.cap = 50;
			policy.issuance.tail = 70;
		},
		STAKE,
	);
	assert_eq!((summary.issuance.cap, summary.issuance.minted), (70, 70));
}

#[test]
fn the_maximum_supply_is_reached_and_not_passed() {
	ExtBuilder::default().with(|policy| policy.issuance.max_supply = Some(GENESIS + 700)).build_and_execute(
		|| {
			end_epoch(STAKE);
			end_epoch(STAKE);
			assert_eq!(last().issuance.minted, 200);
			assert_eq!(issuance(), GENESIS + 700);
			// Fees from the inbox are not minted, and are paid all the same.
			send(&ALICE, &inbox(), 5);
			assert_eq!(end_epoch(STAKE), 5);
			assert_eq!(last().issuance.minted, 0);
			// What is burned makes room.
			pay(job(100, 0));
			end_epoch(STAKE);
			assert_eq!(last().issuance.minted, 100);
		},
	);
}

#[test]
fn a_maximum_below_the_issuance_mints_nothing() {
	let summary = idle(|policy| policy.issuance.max_supply = Some(1), STAKE);
	assert_eq!(summary.issuance.minted, 0);
}

#[test]
fn a_halted_chain_mints_one_epoch() {
	ExtBuilder::default().build_and_execute(|| {
		end_epoch(STAKE);
		// Nothing knows of time: a thousand blocks are one epoch like one.
		for _ in 0..1_000 {
			next_block();
		}
		end_epoch(STAKE);
		assert_eq!(Emission::epoch(), 2);
		assert_eq!(issuance(), GENESIS + 2 * 500);
	});
}

#[test]
fn ultrasound_mints_less_than_was_burned_by_any_cause() {
	let rho = |policy: &mut Policy| policy.issuance.ultrasound = Some(500_000);
	ExtBuilder::default().with(rho).build_and_execute(|| {
		// 240 by a job, 60 by a holder, who tells nobody.
		pay(job(240, 0));
		burn_of(&BOB, 60);
		next_block();
		end_epoch(STAKE);
		assert_eq!((last().seen.burned, last().issuance.minted), (300, 150));
		// Without burns the tail is left.
		end_epoch(STAKE);
		assert_eq!(last().issuance.minted, 100);
	});
}

#[test]
fn fees_replace_minting() {
	ExtBuilder::default()
		.with(|policy| {
			policy.issuance.fee_weight = 1_000_000;
			policy.issuance.demand_min = 1_000_000;
		})
		.build_and_execute(|| {
			Emission::note_fee(400);
			end_epoch(STAKE);
			assert_eq!(last().issuance.minted, 600);
			assert_eq!(last().issuance.demand, 0);
		});
}

#[test]
fn more_stake_than_issuance_is_all_of_it() {
	ExtBuilder::default().build_and_execute(|| {
		pay(job(600, 400));
		assert_eq!(end_epoch(Balance::MAX), 233);
		assert_eq!(last().staked, last().supply_before);
		assert_eq!(last().parts.workers, 436);
	});
}

#[test]
fn workers_get_less_below_the_target_ratio() {
	ExtBuilder::default().build_and_execute(|| {
		pay(job(600, 400));
		// A tenth of the issuance, where half of it is the target.
		end_epoch(issuance() / 10);
		assert_eq!(last().parts.workers, 87);
	});
}

#[test]
fn the_vault_gets_three_percent_over_time() {
	ExtBuilder::default().with(|policy| policy.issuance.base = 2 * 49).build_and_execute(|| {
		CurrentPolicy::<Test>::mutate(|policy| policy.issuance.tail = 0);
		for _ in 0..100 {
			end_epoch(STAKE);
		}
		// 3 % of 49 is 1.47; a floor per epoch would be 100.
		assert_eq!(balance(&vault()), ED + 147);
		assert_eq!(EmissionState::<Test>::get().vault_carry, 0);
	});
}

#[test]
fn old_epochs_leave_the_history() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..DEPTH {
			end_epoch(STAKE);
		}
		assert!(Emission::epoch_of(0).is_some());
		end_epoch(STAKE);
		assert!(Emission::epoch_of(0).is_none());
		assert!(Emission::epoch_of(1).is_some());
		assert_eq!(Epochs::<Test>::iter().count(), 4);
	});
}

#[test]
fn the_end_of_an_epoch_is_weighed() {
	use crate::WeightInfo;
	use frame_support::dispatch::DispatchClass;
	ExtBuilder::default().build_and_execute(|| {
		let before = *System::block_weight().get(DispatchClass::Mandatory);
		end_epoch(STAKE);
		let after = *System::block_weight().get(DispatchClass::Mandatory);
		assert_eq!(after - before, <() as WeightInfo>::end_epoch());
		assert_eq!(Emission::on_initialize(7), <() as WeightInfo>::reconcile());
	});
}
