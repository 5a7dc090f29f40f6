//! Random operations by everybody, an adversary among them that tries to save its bond. After each, every invariant holds
//! and the flows add up; what failed changed nothing.

use crate::{mock::*, *};
use engram_cases::cases_of_thousand;
use engram_math::yields::Bonus;
use engram_primitives::{economy::ComputeRewards, traits::WorkerPool};
use frame_support::traits::fungible::Inspect;
use proptest::prelude::*;
use sp_core::H256;
use sp_io::storage::root as storage_root;
use sp_runtime::StateVersion;

#[derive(Clone, Debug)]
enum Op {
	Register {
		who: AccountId,
		bond: u128,
	},
	BondExtra {
		who: AccountId,
		amount: u128,
	},
	Unbond {
		who: AccountId,
		amount: u128,
	},
	WithdrawUnbonded {
		who: AccountId,
	},
	Update {
		who: AccountId,
		memory_mib: u32,
	},
	RotateKey {
		who: AccountId,
		seed: u8,
	},
	SetAvailable {
		who: AccountId,
		available: bool,
	},
	Leave {
		who: AccountId,
	},
	Withdraw {
		who: AccountId,
	},
	ForceRemove {
		who: AccountId,
	},
	/// What `jobs` does: draw, then occupy.
	Assign {
		seed: u8,
		memory_mib: u32,
		excluded: AccountId,
	},
	/// A job ends.
	Finish {
		job: prop::sample::Index,
	},
	Reward {
		who: AccountId,
	},
	RewardPaid {
		who: AccountId,
		kept: u128,
	},
	Penalise {
		who: AccountId,
	},
	Decline {
		who: AccountId,
	},
	Late {
		who: AccountId,
	},
	Slash {
		who: AccountId,
		claims: Vec<(AccountId, u128)>,
	},
	/// A worker at work tries everything to get at its bond before the slash.
	Escape {
		who: AccountId,
	},
	Advance {
		blocks: u32,
	},
	Measure {
		who: AccountId,
		work: u64,
		blocks: u64,
	},
	/// What `emission` does for a paid job.
	Record {
		who: AccountId,
		work: u64,
		ceiling: u128,
	},
	/// What `emission` does at the end of an epoch.
	Close {
		offered: u128,
	},
	Claim {
		who: AccountId,
		back: u32,
	},
	Expire {
		back: u32,
		limit: u32,
	},
}

fn op() -> impl Strategy<Value = Op> {
	let who = 10u64..17;
	let amount = prop_oneof![3 => 0u128..3_000, 1 => Just(RICHES), 1 => Just(u128::MAX)];
	let claimant = prop_oneof![10u64..20, 200u64..203];
	prop_oneof![
		4 => (who.clone(), 900u128..5_000).prop_map(|(who, bond)| Op::Register { who, bond }),
		2 => (who.clone(), amount).prop_map(|(who, amount)| Op::BondExtra { who, amount }),
		3 => (who.clone(), 0u128..3_000).prop_map(|(who, amount)| Op::Unbond { who, amount }),
		2 => who.clone().prop_map(|who| Op::WithdrawUnbonded { who }),
		1 => (who.clone(), 0u32..4_000).prop_map(|(who, memory_mib)| Op::Update { who, memory_mib }),
		1 => (who.clone(), 10u8..30).prop_map(|(who, seed)| Op::RotateKey { who, seed }),
		2 => (who.clone(), any::<bool>()).prop_map(|(who, available)| Op::SetAvailable { who, available }),
		2 => who.clone().prop_map(|who| Op::Leave { who }),
		2 => who.clone().prop_map(|who| Op::Withdraw { who }),
		1 => who.clone().prop_map(|who| Op::ForceRemove { who }),
		5 => (any::<u8>(), 0u32..3_000, who.clone())
			.prop_map(|(seed, memory_mib, excluded)| Op::Assign { seed, memory_mib, excluded }),
		4 => any::<prop::sample::Index>().prop_map(|job| Op::Finish { job }),
		1 => who.clone().prop_map(|who| Op::Reward { who }),
		1 => (who.clone(), 0u128..2_000).prop_map(|(who, kept)| Op::RewardPaid { who, kept }),
		1 => who.clone().prop_map(|who| Op::Penalise { who }),
		1 => who.clone().prop_map(|who| Op::Decline { who }),
		1 => who.clone().prop_map(|who| Op::Late { who }),
		2 => (who.clone(), prop::collection::vec((claimant, 0u128..1_500), 0..4))
			.prop_map(|(who, claims)| Op::Slash { who, claims }),
		1 => who.clone().prop_map(|who| Op::Escape { who }),
		2 => (1u32..UNBONDING + 5).prop_map(|blocks| Op::Advance { blocks }),
		2 => (who.clone(), 0u64..10_000, 0u64..5)
			.prop_map(|(who, work, blocks)| Op::Measure { who, work, blocks }),
		5 => (who.clone(), 0u64..20_000, 0u128..300)
			.prop_map(|(who, work, ceiling)| Op::Record { who, work, ceiling }),
		2 => prop_oneof![0u128..2_000, Just(u128::MAX)].prop_map(|offered| Op::Close { offered }),
		4 => (who, 0u32..4).prop_map(|(who, back)| Op::Claim { who, back }),
		3 => (0u32..8, 0u32..4).prop_map(|(back, limit)| Op::Expire { back, limit }),
	]
}

/// What the pallet should have done, kept beside it. Flows only grow.
#[derive(Default)]
struct Ledger {
	bonded: u128,
	released: u128,
	slashed: u128,
	rewarded: u128,
	expired: u128,
	/// The worker of each job under way.
	jobs: Vec<AccountId>,
}

impl Ledger {
	fn apply(&mut self, op: Op) -> sp_runtime::DispatchResult {
		let origin = |who| RuntimeOrigin::signed(who);
		match op {
			Op::Register { who, bond } => {
				register(who, bond)?;
				self.bonded += bond;
			},
			Op::BondExtra { who, amount } => {
				Pool::bond_extra(origin(who), amount)?;
				self.bonded += amount;
			},
			Op::Unbond { who, amount } => {
				let before = (held(who), free(who));
				Pool::unbond(origin(who), amount)?;
				assert_eq!((held(who), free(who)), before);
			},
			Op::WithdrawUnbonded { who } => {
				let before = held(who);
				Pool::withdraw_unbonded(origin(who))?;
				self.released += before - held(who);
			},
			Op::Update { who, memory_mib } => Pool::update(origin(who), address(ADDRESS), memory_mib)?,
			Op::RotateKey { who, seed } => Pool::rotate_key(origin(who), key(seed), possession(seed, who))?,
			Op::SetAvailable { who, available } => Pool::set_available(origin(who), available)?,
			Op::Leave { who } => Pool::leave(origin(who))?,
			Op::Withdraw { who } => {
				let bond = held(who);
				Pool::withdraw(origin(who))?;
				self.released += bond;
			},
			Op::ForceRemove { who } => {
				let bond = held(who);
				Pool::force_remove(RuntimeOrigin::root(), who)?;
				self.released += bond - held(who);
			},
			Op::Assign { seed, memory_mib, excluded } => {
				let drawn = Pool::draw(H256::repeat_byte(seed), memory_mib, &[excluded]);
				if let Some(who) = drawn {
					let worker = record(who);
					assert!(who != excluded && worker.memory_mib >= memory_mib);
					assert!(worker.bond >= BondPerSlot::get() && worker.status == WorkerStatus::Active);
					assert!(worker.reputation >= MinReputation::get());
					// Who is drawn can always take the job.
					Pool::occupy(&who).unwrap();
					self.jobs.push(who);
				}
			},
			Op::Finish { job } => {
				if !self.jobs.is_empty() {
					let who = self.jobs.swap_remove(job.index(self.jobs.len()));
					Pool::vacate(&who);
				}
			},
			Op::Reward { who } => Pool::reward_reputation(&who),
			Op::RewardPaid { who, kept } => Pool::reward_paid_work(&who, kept),
			Op::Penalise { who } => Pool::penalise_reputation(&who),
			Op::Decline { who } => Pool::penalise_decline(&who),
			Op::Late { who } => {
				let before = held(who);
				Pool::penalise_lateness(&who);
				assert_eq!(before - held(who), before.div_ceil(100));
				self.slashed += before - held(who);
			},
			Op::Slash { who, claims } => self.slash(who, &claims),
			Op::Escape { who } => self.escape(who),
			Op::Advance { blocks } => advance(blocks),
			Op::Measure { who, work, blocks } => Pool::measured(&who, work, blocks),
			Op::Record { who, work, ceiling } => Pool::record_work(&who, work, Bonus::default(), ceiling),
			Op::Close { offered } => {
				close(offered);
			},
			Op::Claim { who, back } => {
				let epoch = RunningEpoch::get().saturating_sub(back);
				let before = free(who);
				let promised = Pool::rewards_of(who, epoch).map_or(0, |rewards| rewards.claimable);
				Pool::claim_rewards(origin(19), who, epoch)?;
				assert_eq!(free(who), before + promised);
				self.rewarded += promised;
			},
			Op::Expire { back, limit } => {
				let before = free(TREASURY);
				let epoch = RunningEpoch::get().saturating_sub(back);
				Pool::expire_epoch(origin(19), epoch, limit).map_err(|error| error.error)?;
				self.expired += free(TREASURY) - before;
			},
		}
		Ok(())
	}

	fn slash(&mut self, who: AccountId, claims: &[(AccountId, u128)]) {
		let before = held(who);
		let taken = Pool::slash(&who, claims);
		assert_eq!(taken, before.div_ceil(2));
		assert_eq!(held(who), before - taken);
		self.slashed += taken;
	}

	/// As long as it works for somebody, nothing a worker does moves its bond out of reach of a slash.
	fn escape(&mut self, who: AccountId) {
		if !self.jobs.contains(&who) {
			return;
		}
		let bond = held(who);
		let _ = Pool::set_available(RuntimeOrigin::signed(who), false);
		let _ = Pool::unbond(RuntimeOrigin::signed(who), bond / 2);
		let _ = Pool::leave(RuntimeOrigin::signed(who));
		let _ = Pool::withdraw(RuntimeOrigin::signed(who));
		let _ = Pool::force_remove(RuntimeOrigin::signed(who), who);
		advance(UNBONDING);
		let _ = Pool::withdraw(RuntimeOrigin::signed(who));
		assert_eq!(held(who), bond);
		self.slash(who, &[]);
	}

	fn check(&self) {
		check_state();
		// Whatever was minted was claimed, expired or is there.
		assert_eq!(
			Balances::total_balance(&Pallet::<Test>::pool()),
			EXISTENTIAL_DEPOSIT + minted() - self.rewarded - self.expired
		);
		let records: Vec<_> = Pool::workers(None, u32::MAX);
		let bonds: u128 = records.iter().map(|(who, record)| record.bond + Pool::waiting(who).unwrap()).sum();
		assert_eq!(bonds, self.bonded - self.released - self.slashed);
		for (who, record) in &records {
			let jobs = self.jobs.iter().filter(|worker| *worker == who).count();
			assert_eq!(record.occupied as usize, jobs);
		}
		assert!(self.jobs.iter().all(|who| Pool::worker_of(*who).is_some()));
		assert!(!take_events().iter().any(|event| matches!(event, Event::Unexpected { .. })));
	}
}

proptest! {
	#![proptest_config(ProptestConfig {
		rng_seed: prop::test_runner::RngSeed::Fixed(2),
		..cases_of_thousand(192)
	})]

	#[test]
	fn everything_holds_after_every_operation(ops in prop::collection::vec(op(), 1..80)) {
		ExtBuilder.build_and_execute(|| {
			// Short, so that measurements expire.
			MeasurePeriod::set(8);
			// Above what a slash leaves, and within reach of three misses.
			MinReputation::set(100_000);
			let mut ledger = Ledger::default();
			for op in ops {
				let before = storage_root(StateVersion::V1);
				let applied = frame_support::storage::with_storage_layer(|| ledger.apply(op));
				if applied.is_err() {
					assert_eq!(storage_root(StateVersion::V1), before);
				}
				ledger.check();
			}
		});
	}
}
