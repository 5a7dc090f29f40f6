//! Random operations: everybody does everything in any order, and Bob rates what is his.

use crate::{mock::*, *};
use engram_math::rating::{Dynamics, RewardRates};
use engram_primitives::{
	economy::{PaidContribution, PaidContributions},
	units::{Balance, ENGR},
	ContributionId, JobId,
};
use proptest::prelude::*;
use sp_runtime::{DispatchResult, StateVersion};

#[derive(Clone, Debug)]
enum Op {
	Rate {
		who: AccountId,
		asset: u8,
		score: i32,
		burn: u64,
	},
	Forget {
		who: AccountId,
		asset: u8,
	},
	/// A job is answered.
	Serve {
		job: u64,
		contributors: u64,
		ratings: u64,
	},
	/// A part of what a job's contributors are paid, up to too much of it.
	Pay {
		job: u64,
		contribution: u64,
		share: u8,
		payer: AccountId,
	},
	/// The epoch ends.
	Close {
		offered: u64,
	},
	Claim {
		back: u32,
		who: AccountId,
	},
	Expire {
		back: u32,
	},
	ExpireBudget {
		job: u64,
	},
	Score {
		job: u64,
		who: AccountId,
		score: u8,
	},
	Govern {
		growth: u32,
		efficiency: u32,
		decay: u64,
		base: u64,
		feedback: u32,
	},
	/// A stranger sends the pool money.
	Donate {
		amount: u64,
	},
	Wait {
		blocks: u64,
	},
	/// Bob rates his data and is paid for it at once.
	Loop {
		job: u64,
		burn: u64,
	},
}

fn op() -> impl Strategy<Value = Op> {
	let who = ALICE..=PAYER;
	let amount = 0u64..1 << 42;
	prop_oneof![
		6 => (who.clone(), 0u8..4, -1_000_001i32..=1_000_001, amount.clone())
			.prop_map(|(who, asset, score, burn)| Op::Rate { who, asset, score, burn }),
		3 => (who.clone(), 0u8..3).prop_map(|(who, asset)| Op::Forget { who, asset }),
		5 => (0u64..8, amount.clone(), amount.clone())
			.prop_map(|(job, contributors, ratings)| Op::Serve { job, contributors, ratings }),
		10 => (0u64..8, 0u64..2, 0u8..110, who.clone())
			.prop_map(|(job, contribution, share, payer)| Op::Pay { job, contribution, share, payer }),
		3 => (0u64..1 << 44).prop_map(|offered| Op::Close { offered }),
		6 => (0u32..6, who.clone()).prop_map(|(back, who)| Op::Claim { back, who }),
		3 => (0u32..8).prop_map(|back| Op::Expire { back }),
		2 => (0u64..8).prop_map(|job| Op::ExpireBudget { job }),
		4 => (0u64..8, who, 0u8..12).prop_map(|(job, who, score)| Op::Score { job, who, score }),
		1 => (0u32..2_000_000, 0u32..1_100_000, 0u64..1 << 60, amount.clone(), any::<u32>()).prop_map(
			|(growth, efficiency, decay, base, feedback)| Op::Govern {
				growth, efficiency, decay, base, feedback
			}
		),
		1 => (1u64..1 << 40).prop_map(|amount| Op::Donate { amount }),
		4 => (1u64..30).prop_map(|blocks| Op::Wait { blocks }),
		4 => (0u64..8, amount).prop_map(|(job, burn)| Op::Loop { job, burn }),
	]
}

fn asset_at(index: u8) -> Asset {
	match index {
		0 => DATA,
		1 => Asset::Contribution(ContributionId(1)),
		2 => MODEL,
		_ => Asset::Contribution(ContributionId(99)),
	}
}

/// What the test knows beside the chain: monotone flows.
#[derive(Default)]
struct Flows {
	minted: Balance,
	/// Sum of all that jobs may cause, by kind.
	contributors: Balance,
	ratings: Balance,
	scored: u32,
}

impl Flows {
	fn apply(&mut self, op: Op) -> DispatchResult {
		let signed = RuntimeOrigin::signed;
		let epoch = Epoch::get();
		match op {
			Op::Rate { who, asset, score, burn } => rate(who, asset_at(asset), score, burn.into())?,
			Op::Forget { who, asset } => Ratings::forget_rating(signed(ALICE), asset_at(asset), who)?,
			Op::Serve { job, contributors, ratings } => self.serve(JobId(job), contributors, ratings),
			Op::Pay { job, contribution, share, payer } => {
				let amount = PART * Balance::from(share) / 100;
				let paid = payment(JobId(job), contribution, amount);
				Ratings::contribution_paid(PaidContribution { payer, ..paid });
			},
			Op::Close { offered } => self.minted += close(offered.into()),
			Op::Claim { back, who } => claim(epoch.saturating_sub(back), who)?,
			Op::Expire { back } => expire(epoch.saturating_sub(back))?,
			Op::ExpireBudget { job } => Ratings::expire_budget(signed(ALICE), JobId(job))?,
			Op::Score { job, who, score } => {
				Ratings::score_answer(signed(who), JobId(job), score)?;
				self.scored += 1;
			},
			Op::Govern { growth, efficiency, decay, base, feedback } => {
				Ratings::set_prices(RuntimeOrigin::root(), Prices { first: ENGR, growth })?;
				Ratings::set_rewards(RuntimeOrigin::root(), RewardRates { base: base.into(), feedback })?;
				Ratings::set_dynamics(RuntimeOrigin::root(), Dynamics { efficiency, decay })?;
			},
			Op::Donate { amount } => donate(PAYER, amount.into()),
			Op::Wait { blocks } => run_to(System::block_number() + blocks),
			Op::Loop { job, burn } => self.cycle(JobId(job), burn.into()),
		}
		Ok(())
	}

	fn serve(&mut self, job: JobId, contributors: u64, ratings: u64) {
		if !Budgets::<Test>::contains_key(job) {
			answer(job, contributors.into(), ratings.into());
			self.contributors += Balance::from(contributors);
			self.ratings += Balance::from(ratings);
		}
	}

	/// What ratings cause is never more than what was burned, however they are arranged.
	fn cycle(&mut self, job: JobId, burn: Balance) {
		let caused = |record: Option<AssetRecordOf<Test>>| record.map_or(0, |record| record.caused);
		let before = Assets::<Test>::get(DATA);
		let credit = before.map_or(0, |record| record.credit);
		let burned = if rate(BOB, DATA, ONE, burn).is_ok() { burn } else { 0 };
		self.serve(job, u64::from(u32::MAX), u64::from(u32::MAX));
		pay(job, 0, PART / 2);
		let after = Assets::<Test>::get(DATA);
		assert!(caused(after) - caused(before) <= credit + burned);
	}

	fn check(&self) {
		check();
		assert_eq!(sum_of_balances(), Balances::total_issuance());
		let burned: Balance = Burned::get().iter().map(|(_, amount)| amount).sum();
		let genesis = 4 * RICHES + 2 * ED;
		assert_eq!(Balances::total_issuance(), genesis + self.minted - burned);
		// Rewards never exceed what jobs may cause, nor the part of ratings what was burned.
		let caused: Balance = Assets::<Test>::iter_values().map(|record| record.caused).sum();
		assert!(caused <= self.ratings && caused <= burned);
		assert!(self.minted <= self.contributors + caused);
		let scores = Scores::<Test>::iter_values()
			.map(|scores| scores.promoters + scores.passives + scores.detractors)
			.sum::<u32>();
		assert_eq!(scores, self.scored);
		// Whoever rated got back at most what was minted; nobody else's money moved.
		let riches: Balance = (ALICE..=PAYER).map(balance).sum();
		assert!(riches <= 4 * RICHES + self.minted - burned);
	}
}

proptest! {
	#![proptest_config(ProptestConfig {
		cases: 192,
		rng_seed: prop::test_runner::RngSeed::Fixed(11),
		..ProptestConfig::default()
	})]

	#[test]
	fn everything_holds_after_every_operation(ops in prop::collection::vec(op(), 1..80)) {
		ExtBuilder::default().build_and_execute(|| {
			let mut flows = Flows::default();
			for op in ops {
				let before = sp_io::storage::root(StateVersion::V1);
				let applied = frame_support::storage::with_storage_layer(|| flows.apply(op));
				if applied.is_err() {
					assert_eq!(sp_io::storage::root(StateVersion::V1), before);
				}
				flows.check();
			}
		});
	}
}
