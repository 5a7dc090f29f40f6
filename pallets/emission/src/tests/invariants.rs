//! Random operations: everybody earns, burns, sends, is paid, and governance changes everything in between.

use crate::{mock::*, pallet::*, DebtOf, DustHandler, FromStakersPot, MintCause, StakingRemainder};
use engram_cases::cases_of_thousand;
use engram_math::{
	emission::{Parameters, PoolWeights},
	fee::CutShares,
	yields::{BudgetShares, FactorRange, Reference},
};
use engram_primitives::{
	economy::{BurnCause, ComputeMarket, PaidJob},
	units::Balance,
	JobId,
};
use frame_support::traits::{
	fungible::{Balanced, Inspect, Mutate},
	tokens::{Fortitude, Precision, Preservation},
	Imbalance, OnUnbalanced,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Op {
	/// A job of a fee that leaves this, with some verifiers.
	Pay { burn: u16, treasury: u16, verifiers: u8 },
	/// Transaction fees.
	Fee { amount: u16 },
	/// `balances.burn`, which nobody reports.
	Burn { who: u8, amount: u16 },
	/// Money sent to an account of this pallet or to a person, who may be reaped.
	Send { from: u8, to: u8, amount: u32 },
	/// Staking pays from what the pot owes for some era, or tries to pay more.
	Payout { era: u8, part: u8, beyond: bool },
	/// Staking's governed maximum withholds something.
	Withhold { amount: u16 },
	/// Staking forgets an era.
	Forget { era: u8 },
	/// An era ends.
	EndEpoch { staked: u32, greedy: bool },
	/// What the pools take, and what there is of compute.
	World { workers: u16, contributors: u16, capacity: u16, count: u8 },
	/// Governance sets everything, within the bounds or not.
	Govern(Governed),
	/// Root of a development chain sets a balance.
	Force { who: u8, amount: u32 },
	/// The block ends.
	Wait,
}

#[derive(Clone, Debug)]
struct Governed {
	base: u16,
	tail: u8,
	ratio: u32,
	least: u32,
	most: u32,
	stakers: u32,
	rho: Option<u32>,
	limit: bool,
}

fn op() -> impl Strategy<Value = Op> {
	let ppm = 0u32..1_050_000;
	prop_oneof![
		6 => (0u16..2_000, 0u16..2_000, 0u8..4)
			.prop_map(|(burn, treasury, verifiers)| Op::Pay { burn, treasury, verifiers }),
		2 => any::<u16>().prop_map(|amount| Op::Fee { amount }),
		2 => (0u8..3, any::<u16>()).prop_map(|(who, amount)| Op::Burn { who, amount }),
		4 => (0u8..3, 0u8..8, 0u32..1_200_000).prop_map(|(from, to, amount)| Op::Send { from, to, amount }),
		4 => (any::<u8>(), any::<u8>(), prop::bool::weighted(0.1))
			.prop_map(|(era, part, beyond)| Op::Payout { era, part, beyond }),
		1 => (0u16..300).prop_map(|amount| Op::Withhold { amount }),
		2 => any::<u8>().prop_map(|era| Op::Forget { era }),
		6 => (0u32..4_000_000, prop::bool::weighted(0.1))
			.prop_map(|(staked, greedy)| Op::EndEpoch { staked, greedy }),
		2 => (0u16..2_000, 0u16..2_000, 0u16..3_000, 0u8..20)
			.prop_map(|(workers, contributors, capacity, count)| Op::World {
				workers, contributors, capacity, count
			}),
		2 => (
			0u16..5_000, any::<u8>(), ppm.clone(), ppm.clone(), ppm.clone(), ppm.clone(),
			prop::option::of(ppm), any::<bool>()
		).prop_map(|(base, tail, ratio, least, most, stakers, rho, limit)| {
			Op::Govern(Governed { base, tail, ratio, least, most, stakers, rho, limit })
		}),
		1 => (0u8..3, 0u32..2_000_000).prop_map(|(who, amount)| Op::Force { who, amount }),
		6 => Just(Op::Wait),
	]
}

fn person(at: u8) -> AccountId {
	[ALICE, BOB, CAROL][usize::from(at % 3)].clone()
}

/// What the test counts beside the chain.
#[derive(Default)]
struct World {
	minted: Balance,
	job_burns: Balance,
	kept: Balance,
	allowed: Balance,
	above_idle: Balance,
	budget: Balance,
	/// What is owed for each era.
	owed: BTreeMap<u32, Balance>,
}

impl World {
	fn apply(&mut self, op: Op) {
		match op {
			Op::Pay { burn, treasury, verifiers } => self.pay(burn.into(), treasury.into(), verifiers),
			Op::Fee { amount } => Emission::note_fee(amount.into()),
			Op::Burn { who, amount } => {
				let _ = Balances::burn(RuntimeOrigin::signed(person(who)), amount.into(), true);
			},
			Op::Send { from, to, amount } => {
				let to = match to {
					0 => pot(),
					1 => inbox(),
					2 => vault(),
					3 => TREASURY,
					at => person(at),
				};
				let _ = <Balances as Mutate<_>>::transfer(
					&person(from),
					&to,
					amount.into(),
					Preservation::Expendable,
				);
			},
			Op::Payout { era, part, beyond } => {
				let era = self.era(era);
				let owed = self.owed_for(era);
				let amount = if beyond { owed + 1 } else { owed * Balance::from(part) / 255 };
				let before = issuance();
				Emission::payout_started(era);
				// The person may be gone; staking then pays nothing.
				let debt = Balances::deposit(&person(part), amount, Precision::BestEffort)
					.unwrap_or_else(|_| DebtOf::<Test>::default());
				let paid = debt.peek();
				FromStakersPot::<Test>::on_unbalanced(debt);
				// Of an era that has not that much left, nothing is taken.
				let covered = paid <= owed;
				assert_eq!(issuance() - before, if covered { 0 } else { paid });
				assert!(beyond || covered);
				if covered {
					self.owe_less(era, paid);
				}
			},
			Op::Withhold { amount } => {
				let (before, era) = (issuance(), StakersEra::<Test>::get());
				StakingRemainder::<Test>::on_unbalanced(Balances::issue(amount.into()));
				assert_eq!(issuance(), before);
				if let Some(era) = era.filter(|era| self.owed_for(*era) >= amount.into()) {
					self.owe_less(era, amount.into());
				}
			},
			Op::Forget { era } => {
				let era = self.era(era);
				let treasury = balance(&TREASURY);
				Emission::era_forgotten(era);
				assert_eq!(balance(&TREASURY) - treasury, self.owed_for(era));
				self.owed.remove(&era);
			},
			Op::EndEpoch { staked, greedy } => self.end_epoch(staked.into(), greedy),
			Op::World { workers, contributors, capacity, count } => {
				WorkersTake::set(workers.into());
				ContributorsTake::set(contributors.into());
				Compute::set(ComputeMarket { mean_capacity: capacity.into(), workers: count.into() });
			},
			Op::Govern(governed) => govern(governed),
			Op::Force { who, amount } => {
				let root = RuntimeOrigin::root();
				let _ = Balances::force_set_balance(root, person(who), amount.into());
			},
			Op::Wait => next_block(),
		}
	}

	/// One of the eras that something is owed for, or one that nothing is.
	fn era(&self, at: u8) -> u32 {
		let eras: Vec<u32> = self.owed.keys().copied().chain([u32::MAX]).collect();
		eras[usize::from(at) % eras.len()]
	}

	fn owed_for(&self, era: u32) -> Balance {
		self.owed.get(&era).copied().unwrap_or_default()
	}

	fn owe_less(&mut self, era: u32, amount: Balance) {
		let left = self.owed_for(era) - amount;
		self.owed.insert(era, left);
	}

	fn pay(&mut self, burn: Balance, treasury: Balance, verifiers: u8) {
		if Balances::reducible_balance(&ALICE, Preservation::Preserve, Fortitude::Polite) <= burn + treasury {
			return;
		}
		Work::set(Vec::new());
		Budgets::set(Vec::new());
		let verifiers = (0..verifiers).map(|at| (person(at), 7)).collect();
		let budget = RunningEpoch::<Test>::get().staker_budget;
		pay(PaidJob { job: JobId(4), verifiers, ..job(burn, treasury) });
		let to_stakers = RunningEpoch::<Test>::get().staker_budget - budget;
		let to_work: Balance = Work::get().into_iter().map(|(.., ceiling)| ceiling).sum();
		let to_others: Balance =
			Budgets::get().into_iter().map(|(_, budget)| budget.contributors + budget.ratings).sum();
		assert!(to_stakers + to_work + to_others <= burn + treasury);
		self.job_burns += burn;
		self.kept += burn + treasury;
		self.budget += to_stakers;
	}

	fn end_epoch(&mut self, staked: Balance, greedy: bool) {
		let takes = (WorkersTake::get(), ContributorsTake::get());
		if greedy {
			// Only what takes all of an offer can take more.
			WorkersTake::set(Balance::MAX);
			ContributorsTake::set(Balance::MAX);
			Greed::set(1);
		}
		let (before, epoch) = (issuance(), Emission::epoch());
		let preview = Emission::preview();
		let paid = end_epoch(staked);
		Greed::set(0);
		WorkersTake::set(takes.0);
		ContributorsTake::set(takes.1);
		if greedy {
			assert_eq!((issuance(), Emission::epoch(), paid), (before, epoch, 0));
			return;
		}
		let summary = Emission::epoch_of(epoch).unwrap();
		assert_eq!(summary.issuance, preview.issuance);
		assert_eq!(issuance() - before, summary.issuance.minted);
		assert_eq!(paid, summary.parts.stakers + summary.collected);
		assert!(staked > 0 || paid == 0);
		self.owed.insert(epoch, paid);
		if let Some(limit) = Emission::policy().issuance.max_supply {
			assert!(issuance() <= limit.max(before));
		}
		self.minted += summary.issuance.minted;
		self.allowed += summary.issuance.minted - summary.issuance.zero_demand;
		let range = Emission::policy().staking_range;
		let idle = summary.issuance.zero_demand_stakers * Balance::from(range.min) / 1_000_000;
		self.above_idle += summary.parts.stakers.saturating_sub(idle);
	}

	fn check(&self) {
		let epochs: Balance = Minted::<Test>::iter()
			.filter(|(cause, _)| *cause != MintCause::Forced)
			.map(|(_, amount)| amount)
			.sum();
		assert_eq!(epochs, self.minted);
		assert_eq!(burned(BurnCause::JobFee), self.job_burns);
		let owed: BTreeMap<_, _> =
			self.owed.iter().filter(|(_, owed)| **owed > 0).map(|(era, owed)| (*era, *owed)).collect();
		assert_eq!(StakersOwed::<Test>::iter().collect::<BTreeMap<_, _>>(), owed);
		// What demand adds to minting was kept before, and what it adds to stakers' payouts was budgeted before.
		assert!(self.allowed <= self.kept);
		assert!(self.above_idle <= self.budget);
	}
}

fn govern(governed: Governed) {
	let Governed { base, tail, ratio, least, most, stakers, rho, limit } = governed;
	let root = RuntimeOrigin::root;
	let old = Emission::policy();
	let new = Parameters {
		base: base.into(),
		tail: tail.into(),
		window: u32::from(tail) % 12,
		max_supply: limit.then(|| GENESIS + Balance::from(base)),
		..old.issuance
	};
	let weights = PoolWeights { stakers, workers: 0, contributors: 1_000_000u32.saturating_sub(stakers) };
	let range = FactorRange { min: least, max: most };
	let budget = BudgetShares { stakers, worker: ratio, verifiers: 0, contributors: 0, ratings: 0 };
	let fees = CutShares { burn: least, treasury: ratio };
	let reference = Reference { demand: base.into(), capacity: 1_000, workers: 10 };
	let calls = [
		(Emission::set_issuance_parameters(root(), new), new.validate().is_ok()),
		(Emission::set_ultrasound(root(), rho), rho.is_none_or(|rho| rho < 1_000_000)),
		(Emission::set_pool_weights(root(), weights), stakers <= 1_000_000),
		(Emission::set_staking_range(root(), range), range.is_valid()),
		(Emission::set_reference(root(), reference), base > 0),
		(Emission::set_target_ratio(root(), ratio), (1..=1_000_000).contains(&ratio)),
		(Emission::set_budget_shares(root(), budget), stakers + ratio <= 1_000_000),
		(Emission::set_bonus_strength(root(), most), most <= 1_000_000),
		(Emission::set_fee_shares(root(), fees), least + ratio <= 1_000_000),
		(Emission::set_market_reference(root(), 1_000_000 + Balance::from(base)), true),
		(Emission::set_cut(root(), most), (50_000..=200_000).contains(&most)),
		(Emission::set_slash_treasury(root(), least), least <= 1_000_000),
	];
	for (at, (result, valid)) in calls.into_iter().enumerate() {
		assert_eq!(result.is_ok(), valid, "call {at}");
	}
}

proptest! {
	#![proptest_config(cases_of_thousand(300))]

	#[test]
	fn the_ledger_always_explains_the_issuance(ops in prop::collection::vec(op(), 1..80)) {
		ExtBuilder::default().build().execute_with(|| {
			let mut world = World::default();
			for op in ops {
				world.apply(op);
				next_block();
				Emission::do_try_state().unwrap();
				world.check();
				let accounts: Balance = frame_system::Account::<Test>::iter_values()
					.map(|info| info.data.free + info.data.reserved)
					.sum();
				assert_eq!(accounts, issuance());
			}
		});
	}

	#[test]
	fn one_block_may_hold_everything(ops in prop::collection::vec(op(), 1..40)) {
		ExtBuilder::default().build().execute_with(|| {
			let mut world = World::default();
			for op in ops {
				world.apply(op);
			}
			let dust = Balances::withdraw(
				&BOB, 1, Precision::BestEffort, Preservation::Preserve, Fortitude::Polite
			);
			if let Ok(dust) = dust {
				DustHandler::<Test>::on_unbalanced(dust);
			}
			next_block();
			Emission::do_try_state().unwrap();
			world.check();
		});
	}
}
