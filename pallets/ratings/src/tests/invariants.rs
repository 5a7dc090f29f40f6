//! Random operations: everybody does everything in any order, and Bob rates what is his.

use crate::{mock::*, *};
use engram_cases::cases_of_thousand;
use engram_math::rating::{backed_floor, Dynamics, RewardRates};
use engram_primitives::{
	economy::{PaidContribution, PaidContributions},
	units::{Balance, ENGR},
	ContributionId, JobId,
};
use proptest::prelude::*;
use sp_runtime::{DispatchResult, StateVersion};
use std::collections::BTreeMap;

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
	/// Somebody becomes a reviewer, or adds to its bond.
	Join {
		who: AccountId,
		bond: u64,
	},
	Pause {
		who: AccountId,
	},
	Leave {
		who: AccountId,
	},
	Share {
		job: u64,
		who: AccountId,
	},
	/// A seat commits or reveals, perhaps another ballot.
	Vote {
		job: u64,
		seat: usize,
		score: u8,
		reveals: bool,
	},
	/// The review of a job comes a step further, whatever that is; one seat may not take part in it.
	Advance {
		job: u64,
		scores: [u8; 5],
		absent: usize,
	},
	CloseReview {
		job: u64,
	},
	Allocate {
		back: u32,
	},
	/// Bob rates his data and is paid for it at once.
	Loop {
		job: u64,
		burn: u64,
	},
}

fn op() -> impl Strategy<Value = Op> {
	let who = ALICE..=PAYER;
	let anybody = || prop_oneof![1 => ALICE..=PAYER, 3 => REVIEWERS];
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
		4 => (anybody(), 0u64..200_000_000_000_000).prop_map(|(who, bond)| Op::Join { who, bond }),
		1 => anybody().prop_map(|who| Op::Pause { who }),
		1 => anybody().prop_map(|who| Op::Leave { who }),
		8 => (0u64..8, PAYER - 1..=PAYER).prop_map(|(job, who)| Op::Share { job, who }),
		4 => (0u64..8, 0usize..5, 0u8..13, any::<bool>())
			.prop_map(|(job, seat, score, reveals)| Op::Vote { job, seat, score, reveals }),
		50 => (0u64..8, prop::array::uniform5(0u8..=11), 0usize..12)
			.prop_map(|(job, scores, absent)| Op::Advance { job, scores, absent }),
		// Every other seat misses the material.
		15 => (0u64..8, prop::array::uniform5(10u8..=11), 0usize..12)
			.prop_map(|(job, scores, absent)| Op::Advance { job, scores, absent }),
		8 => (0u64..8).prop_map(|job| Op::CloseReview { job }),
		4 => (0u32..4).prop_map(|back| Op::Allocate { back }),
	]
}

/// What says that the material cannot be had, among scores.
const MISSING: u8 = 11;

fn ballot(score: u8) -> Ballot {
	match score {
		MISSING => Ballot::Unavailable,
		_ => Ballot::Score(score),
	}
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
	/// What of it is set aside for reviews.
	reserves: Balance,
	/// What reviewers committed to.
	votes: BTreeMap<(JobId, AccountId), u8>,
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
			Op::Join { who, bond } => join(who, bond.into())?,
			Op::Pause { who } => Ratings::pause_reviewer(signed(who))?,
			Op::Leave { who } => Ratings::leave_reviewers(signed(who))?,
			Op::Share { job, who } => share(who, JobId(job))?,
			Op::Vote { job, seat, score, reveals } => {
				let who = bench(JobId(job)).get(seat).copied().unwrap_or(ALICE);
				let vote = if reveals { show } else { commit_to };
				vote(who, JobId(job), ballot(score))?;
			},
			Op::Advance { job, scores, absent } => self.advance(JobId(job), scores, absent)?,
			Op::CloseReview { job } => close_review(JobId(job))?,
			Op::Allocate { back } => {
				let epoch = epoch.saturating_sub(back);
				Ratings::allocate_epoch(signed(ALICE), epoch).map_err(|error| error.error)?;
			},
		}
		Ok(())
	}

	fn serve(&mut self, job: JobId, contributors: u64, ratings: u64) {
		// A job is paid once: its id does not come back while it is reviewed.
		if !Budgets::<Test>::contains_key(job) && !Reviews::<Test>::contains_key(job) {
			answer(job, contributors.into(), ratings.into());
			let reserve = Budgets::<Test>::get(job).map(|budget| budget.reserve).unwrap_or_default();
			self.reserves += reserve.reviewers + reserve.owners;
			self.contributors += Balance::from(contributors);
			self.ratings += Balance::from(ratings);
		}
	}

	/// One step of a review: share, wait for the draw, commit, wait, reveal, close.
	fn advance(&mut self, job: JobId, scores: [u8; 5], absent: usize) -> DispatchResult {
		let now = System::block_number();
		let Some(review) = Reviews::<Test>::get(job) else {
			if Budgets::<Test>::get(job).is_some_and(|budget| budget.shared) {
				// Another job takes the id of the one that was reviewed, without the time that would end all other reviews.
				Budgets::<Test>::remove(job);
			}
			self.serve(job, u64::from(u32::MAX), 1 << 40);
			return share(PAYER, job);
		};
		let bench = match review.stage {
			Stage::Shared { draw_at } => {
				run_to(now.max(draw_at));
				return Ok(());
			},
			Stage::Drawn(bench) => bench,
		};
		let present = bench.seats.iter().zip(scores).enumerate().filter(|(at, _)| *at != absent);
		if bench.is_over(&now) {
			return close_review(job);
		}
		if now <= bench.commit_by && !bench.has_committed(&now) {
			for (_, (seat, score)) in present {
				if seat.vote == Vote::Pending {
					commit_to(seat.who, job, ballot(score))?;
					self.votes.insert((job, seat.who), score);
				}
			}
			run_to(if absent < 5 { bench.commit_by + 1 } else { now });
			return Ok(());
		}
		for (_, (seat, _)) in present {
			if matches!(seat.vote, Vote::Committed(_)) {
				// A single vote may have been changed by another operation: it is then refused.
				let score = self.votes.get(&(job, seat.who)).copied().unwrap_or(0);
				let _ = show(seat.who, job, ballot(score));
			}
		}
		run_to(if absent < 5 { bench.reveal_by + 1 } else { now });
		Ok(())
	}

	/// What ratings cause is never more than what was burned and not taken back by time, however they are arranged.
	fn cycle(&mut self, job: JobId, burn: Balance) {
		let caused = |record: Option<AssetRecordOf<Test>>| record.map_or(0, |record| record.caused);
		let before = Assets::<Test>::get(DATA);
		let efficiency = CurrentPolicy::<Test>::get().dynamics.efficiency;
		let credit = before.map_or(0, |record| record.credit);
		let credit = backed_floor(credit, Ratings::rating_of(DATA), efficiency).unwrap();
		let burned = if rate(BOB, DATA, ONE, burn).is_ok() { burn } else { 0 };
		self.serve(job, u64::from(u32::MAX), u64::from(u32::MAX));
		pay(job, 0, PART / 2);
		let after = Assets::<Test>::get(DATA);
		// The cut before and that after the burn round by less than a unit of the rating each.
		let rounding = Balance::from(1_000_000u32.div_ceil(efficiency.max(1)));
		assert!(caused(after) - caused(before) <= credit + burned + rounding);
	}

	fn check(&self) {
		check();
		assert_eq!(sum_of_balances(), Balances::total_issuance());
		let burned: Balance = Burned::get().iter().map(|(_, amount)| amount).sum();
		assert_eq!(Balances::total_issuance(), GENESIS + self.minted - burned - Slashed::get());
		// Rewards never exceed what jobs may cause, nor the part of ratings what was burned.
		let caused: Balance = Assets::<Test>::iter_values().map(|record| record.caused).sum();
		assert!(caused + self.reserves <= self.ratings && caused <= burned);
		assert!(self.minted <= self.contributors + caused + self.reserves);
		assert!(reviewed_in_all() <= self.reserves);
		let scores = Scores::<Test>::iter_values()
			.map(|scores| scores.promoters + scores.passives + scores.detractors)
			.sum::<u32>();
		assert_eq!(scores, self.scored);
		// Whoever rated got back at most what was minted; nobody else's money moved.
		let riches: Balance = (ALICE..=PAYER).map(balance).sum();
		assert!(riches <= 4 * RICHES + self.minted - burned);
	}
}

/// What reviewers and owners of reviewed models were ever owed.
fn reviewed_in_all() -> Balance {
	let of_event = |event| match event {
		Event::ReviewClosed { verdicts, .. } => verdicts.iter().map(|verdict| verdict.earned).sum(),
		Event::EpochAllocated { allocations, .. } => {
			let parts: Balance = allocations.iter().map(|allocation| allocation.amount).sum();
			assert!(parts <= REVIEWS.pot);
			parts
		},
		_ => 0,
	};
	events().into_iter().map(of_event).sum::<Balance>()
}

/// The random operations reach every stage of a review, else they would show nothing.
#[test]
fn the_operations_reach_every_stage() {
	use proptest::{
		strategy::ValueTree,
		test_runner::{Config, RngSeed, TestRunner},
	};
	let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(11), ..Config::default() });
	let mut counts = [0u32; 6];
	for _ in 0..96 {
		let ops = prop::collection::vec(op(), 60..120).new_tree(&mut runner).unwrap().current();
		ExtBuilder::reviewing().build_and_execute(|| {
			let mut flows = Flows::default();
			all_join();
			for op in ops {
				let _ = frame_support::storage::with_storage_layer(|| flows.apply(op));
			}
			for event in events() {
				match event {
					Event::ReviewersDrawn { .. } => counts[0] += 1,
					Event::ReviewRevealed { .. } => counts[1] += 1,
					Event::ReviewClosed { finding: Finding::Median(_), .. } => counts[2] += 1,
					Event::ReviewClosed { finding: Finding::NoQuorum, .. } => counts[3] += 1,
					Event::ReviewClosed { finding: Finding::Unavailable, .. } => counts[4] += 1,
					Event::EpochAllocated { .. } => counts[5] += 1,
					_ => {},
				}
			}
		});
	}
	assert!(counts.iter().all(|count| *count > 5), "{counts:?}");
}

proptest! {
	#![proptest_config(ProptestConfig {
		rng_seed: prop::test_runner::RngSeed::Fixed(11),
		..cases_of_thousand(192)
	})]

	#[test]
	fn everything_holds_after_every_operation(ops in prop::collection::vec(op(), 1..120)) {
		ExtBuilder::reviewing().build_and_execute(|| {
			let mut flows = Flows::default();
			all_join();
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
