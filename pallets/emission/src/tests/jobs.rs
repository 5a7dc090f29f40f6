//! What paid jobs and fees leave in the running epoch, and what they allow.

use crate::{mock::*, pallet::*, Running, UnexpectedKind};
use engram_math::yields::Bonus;
use engram_primitives::{
	economy::{AnswerBudget, BurnCause, PaidJob, PaidJobs, PaidWork},
	units::Balance,
	JobId, ModelId,
};

const BONUS: Bonus = Bonus { strength: 300_000, market: 700_000, performance: 900_000 };

#[test]
fn a_paid_job_is_demand_income_and_budget() {
	ExtBuilder::default().build_and_execute(|| {
		pay(job(601, 402));
		// Of 1,003 kept: stakers 200, worker 401, verifiers 100, contributors 200, ratings 100.
		assert_eq!(
			RunningEpoch::<Test>::get(),
			Running { kept: 1_003, fees: 1_003, burned: 601, staker_budget: 200 }
		);
		assert_eq!(burned(BurnCause::JobFee), 601);
		assert_eq!(Work::get(), [(BOB, 600, BONUS, 401), (CAROL, 60, BONUS, 100)]);
		let budget = AnswerBudget { kept: 1_003, contributors: 200, ratings: 100 };
		assert_eq!(Budgets::get(), [(JobId(1), budget)]);
		assert_eq!(issuance(), GENESIS - 601);
		next_block();
		assert_eq!(events(), []);
	});
}

#[test]
fn training_leaves_contributors_no_budget() {
	ExtBuilder::default().build_and_execute(|| {
		pay(PaidJob { kind: PaidWork::Training, ..job(601, 402) });
		assert_eq!(Budgets::get(), []);
		assert_eq!(Work::get(), [(BOB, 600, BONUS, 401), (CAROL, 60, BONUS, 100)]);
		assert_eq!(RunningEpoch::<Test>::get().staker_budget, 200);
	});
}

#[test]
fn jobs_add_up() {
	ExtBuilder::default().build_and_execute(|| {
		pay(job(100, 0));
		pay(job(0, 104));
		Emission::note_fee(7);
		assert_eq!(
			RunningEpoch::<Test>::get(),
			Running { kept: 204, fees: 211, burned: 100, staker_budget: 40 }
		);
	});
}

#[test]
fn verifiers_share_by_floor() {
	ExtBuilder::default().build_and_execute(|| {
		let verifiers = vec![(CAROL, 1), (BOB, 2), (ALICE, 3)];
		pay(PaidJob { verifiers, ..job(1_000, 0) });
		let ceilings: Vec<_> =
			Work::get().into_iter().map(|(who, work, _, ceiling)| (who, work, ceiling)).collect();
		assert_eq!(ceilings, [(BOB, 600, 400), (CAROL, 1, 33), (BOB, 2, 33), (ALICE, 3, 33)]);
	});
}

#[test]
fn a_job_without_verifiers_leaves_their_budget() {
	ExtBuilder::default().build_and_execute(|| {
		pay(PaidJob { verifiers: Vec::new(), ..job(1_000, 0) });
		assert_eq!(Work::get(), [(BOB, 600, BONUS, 400)]);
	});
}

#[test]
fn a_job_that_leaves_nothing_allows_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		pay(job(0, 0));
		assert_eq!(RunningEpoch::<Test>::get(), Running::default());
		assert_eq!(Work::get(), [(BOB, 600, BONUS, 0), (CAROL, 60, BONUS, 0)]);
		assert_eq!(Budgets::get(), [(JobId(1), AnswerBudget::default())]);
	});
}

#[test]
fn a_model_without_a_token_has_no_market() {
	ExtBuilder::default().build_and_execute(|| {
		pay(PaidJob { model: ModelId(9), ..job(10, 0) });
		assert_eq!(Work::get()[0].2, Bonus { market: 0, ..BONUS });
		assert_eq!(<() as crate::MarketFactor>::market_factor(MODEL), 0);
	});
}

#[test]
fn a_job_that_does_not_fit_is_burned_and_causes_no_rewards() {
	ExtBuilder::default().build_and_execute(|| {
		burn_of(&ALICE, 5);
		<Emission as PaidJobs<_>>::paid(job(5, Balance::MAX));
		let error = Error::<Test>::LedgerOverflow.into();
		let kind = UnexpectedKind::JobNotCounted { job: JobId(1), error };
		assert_eq!(events(), [Event::Unexpected { kind }]);
		assert_eq!(burned(BurnCause::JobFee), 5);
		assert_eq!(RunningEpoch::<Test>::get(), Running { burned: 5, ..Default::default() });
		assert_eq!(Work::get(), []);
	});
}

#[test]
fn a_job_counts_in_full_or_not_at_all() {
	ExtBuilder::default().build_and_execute(|| {
		Emission::note_fee(Balance::MAX);
		pay(job(600, 400));
		let error = Error::<Test>::LedgerOverflow.into();
		let kind = UnexpectedKind::JobNotCounted { job: JobId(1), error };
		assert_eq!(events(), [Event::Unexpected { kind }]);
		assert_eq!(RunningEpoch::<Test>::get().kept, 0);
		assert_eq!(Work::get(), []);
	});
}

#[test]
fn fees_that_do_not_fit_are_reported() {
	ExtBuilder::default().build_and_execute(|| {
		Emission::note_fee(Balance::MAX);
		Emission::note_fee(1);
		let kind = UnexpectedKind::FeeNotCounted { amount: 1 };
		assert_eq!(events(), [Event::Unexpected { kind }]);
		assert_eq!(RunningEpoch::<Test>::get().fees, Balance::MAX);
	});
}

#[test]
fn paying_oneself_costs_more_than_it_brings() {
	// Alice owns all stake, the worker and the verifier; demand and utilisation are as good as can be.
	ExtBuilder::default().build_and_execute(|| {
		let idle = 33;
		for kept in [10, 100, 1_000, 10_000] {
			Work::set(Vec::new());
			pay(job(kept, 0));
			let staking = end_epoch(1_500_000);
			let work: Balance = Work::get().into_iter().map(|(.., ceiling)| ceiling).sum();
			assert!(staking.saturating_sub(idle) + work <= kept);
			let summary = Emission::epoch_of(Emission::epoch() - 1).unwrap();
			assert!(summary.issuance.minted - summary.issuance.zero_demand <= kept);
		}
	});
}
