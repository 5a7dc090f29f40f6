//! What governance decides.

use crate::{mock::*, CurrentPolicy, Error, Event, GenesisConfig, Policy, Prices, Reserve, ReviewPolicy};
use engram_math::{
	fee::share_floor,
	rating::{seat_bonus_floor, Agreement, Dynamics, RewardRates},
};
use engram_primitives::{
	units::{ENGR, MILLI, PPM},
	JobId,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{traits::BadOrigin, BuildStorage};

const PRICES: Prices = Prices { first: 2, growth: 3 };
const DYNAMICS: Dynamics = Dynamics { efficiency: 4, decay: 5 };
const REWARDS: RewardRates = RewardRates { base: 6, feedback: 7 };

#[test]
fn every_group_changes_alone() {
	ExtBuilder::default().build_and_execute(|| {
		let root = RuntimeOrigin::root;
		assert_ok!(Ratings::set_prices(root(), PRICES));
		assert_eq!(Ratings::policy(), Policy { prices: PRICES, ..POLICY });
		assert_ok!(Ratings::set_dynamics(root(), DYNAMICS));
		assert_ok!(Ratings::set_rewards(root(), REWARDS));
		assert_ok!(Ratings::set_least_kept(root(), 8));
		assert_ok!(Ratings::set_review_policy(root(), REVIEWS));
		assert_eq!(Ratings::review_policy(), REVIEWS);
		let new = Policy { prices: PRICES, dynamics: DYNAMICS, rewards: REWARDS, least_kept: 8 };
		assert_eq!(Ratings::policy(), new);
		assert_eq!(
			events(),
			[
				Event::PricesUpdated { old: POLICY.prices, new: PRICES },
				Event::DynamicsUpdated { old: POLICY.dynamics, new: DYNAMICS },
				Event::RewardsUpdated { old: POLICY.rewards, new: REWARDS },
				Event::LeastKeptUpdated { old: POLICY.least_kept, new: 8 },
				Event::ReviewPolicyUpdated { old: NO_REVIEWS, new: REVIEWS },
			]
		);
	});
}

#[test]
fn fails_when_a_stranger_decides() {
	ExtBuilder::default().build_and_execute(|| {
		let stranger = || RuntimeOrigin::signed(ALICE);
		assert_noop!(Ratings::set_prices(stranger(), PRICES), BadOrigin);
		assert_noop!(Ratings::set_dynamics(stranger(), DYNAMICS), BadOrigin);
		assert_noop!(Ratings::set_rewards(stranger(), REWARDS), BadOrigin);
		assert_noop!(Ratings::set_least_kept(stranger(), 8), BadOrigin);
		assert_noop!(Ratings::set_review_policy(stranger(), REVIEWS), BadOrigin);
	});
}

#[test]
fn fails_when_out_of_domain() {
	ExtBuilder::default().build_and_execute(|| {
		let root = RuntimeOrigin::root;
		let free = Prices { first: 0, growth: 0 };
		assert_noop!(Ratings::set_prices(root(), free), Error::<Test>::InvalidPrices);
		let steep = Prices { first: u128::MAX, growth: 1 };
		assert_noop!(Ratings::set_prices(root(), steep), Error::<Test>::InvalidPrices);
		assert_ok!(Ratings::set_prices(root(), Prices { growth: 0, ..steep }));
		let steepest = Prices { first: ENGR, growth: u32::MAX };
		assert_ok!(Ratings::set_prices(root(), steepest));
		let generous = Dynamics { efficiency: 1_000_001, decay: 0 };
		assert_noop!(Ratings::set_dynamics(root(), generous), Error::<Test>::InvalidDynamics);
		assert_ok!(Ratings::set_dynamics(root(), Dynamics { efficiency: 1_000_000, ..generous }));
		assert_noop!(Ratings::set_least_kept(root(), 0), Error::<Test>::InvalidLeastKept);
	});
}

#[test]
fn a_new_decay_holds_from_the_last_rating_on() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 6 * ENGR));
		run_to(11);
		assert_eq!(Ratings::rating_of(DATA), 1_103_638_323_514);
		let dynamics = Dynamics { decay: 0, ..POLICY.dynamics };
		assert_ok!(Ratings::set_dynamics(RuntimeOrigin::root(), dynamics));
		assert_eq!(Ratings::rating_of(DATA), 3 * ENGR);
	});
}

#[test]
fn fails_when_reviews_are_out_of_domain() {
	ExtBuilder::default().build_and_execute(|| {
		let Agreement { tolerance, limit } = REVIEWS.agreement;
		for wrong in [
			ReviewPolicy { sampling: 1_000_001, ..REVIEWS },
			ReviewPolicy { reviewers: 900_001, ..REVIEWS },
			ReviewPolicy { owners: u32::MAX, ..REVIEWS },
			ReviewPolicy { least_bonus: 0, ..REVIEWS },
			ReviewPolicy { agreement: Agreement { tolerance: 0, limit }, ..REVIEWS },
			ReviewPolicy { agreement: Agreement { tolerance, limit: tolerance - 1 }, ..REVIEWS },
			ReviewPolicy { absence: REVIEWS.withholding + 1, ..REVIEWS },
			ReviewPolicy { withholding: REVIEWS.manipulation + 1, ..REVIEWS },
			ReviewPolicy { manipulation: 1_000_001, ..REVIEWS },
		] {
			let refused = Ratings::set_review_policy(RuntimeOrigin::root(), wrong);
			assert_noop!(refused, Error::<Test>::InvalidReviewPolicy);
		}
		let widest = ReviewPolicy {
			sampling: 0,
			reviewers: 900_000,
			manipulation: 1_000_000,
			withholding: 1_000_000,
			absence: 1_000_000,
			..REVIEWS
		};
		assert_ok!(Ratings::set_review_policy(RuntimeOrigin::root(), widest));
	});
}

#[test]
#[should_panic(expected = "the review policy is out of its domain")]
fn genesis_refuses_a_wrong_review_policy() {
	let review_policy = ReviewPolicy { least_bonus: 0, ..REVIEWS };
	let _ = GenesisConfig::<Test> { review_policy, ..Default::default() }.build_storage();
}

#[test]
fn the_default_is_valid() {
	assert!(Policy::default().is_valid());
	assert!(ReviewPolicy::default().is_valid());
	ExtBuilder { policy: Policy::default(), reviews: ReviewPolicy::default() }.build_and_execute(|| {
		assert_eq!(CurrentPolicy::<Test>::get(), Policy::default());
		assert_eq!(Ratings::review_policy(), ReviewPolicy::default());
	});
}

/// The paper's answer: of a platform fee of .5 ENGR a twentieth is the cut, of which four fifths are kept, and a tenth of that is
/// for ratings.
#[test]
fn by_default_a_usual_answer_can_be_reviewed() {
	let ratings = 500 * MILLI / 20 * 4 / 5 / 10;
	let policy = ReviewPolicy::default();
	let (reserve, rest) = policy.set_aside(ratings).unwrap();
	assert_eq!(reserve, Reserve { reviewers: 600 * MILLI / 1_000, owners: 200 * MILLI / 1_000 });
	assert_eq!(reserve.reviewers + reserve.owners + rest, ratings);
	assert!(reserve.reviewers >= policy.least_bonus);
	// A seat that agrees earns this, and every fault costs it more.
	let seat = seat_bonus_floor(reserve.reviewers, SEATS, PPM).unwrap();
	assert_eq!(seat, 120 * MILLI / 1_000);
	for share in [policy.absence, policy.withholding, policy.manipulation] {
		assert!(share_floor(BOND, share).unwrap() > 500 * seat);
	}
	assert_eq!((policy.withholding, policy.manipulation), (PPM / 2, PPM));

	ExtBuilder { reviews: policy, ..Default::default() }.build_and_execute(|| {
		all_join();
		let mut reviewed = 0;
		for job in 0..200 {
			reviewed += usize::from(!drawn(JobId(job), ratings).is_empty());
		}
		// A twentieth, within five standard deviations.
		assert!((1..=26).contains(&reviewed), "{reviewed}");
	});
}

#[test]
fn genesis_reads_what_a_preset_says() {
	let policy = serde_json::json!({ "policy": {
		"prices": { "first": 2, "growth": 3 },
		"dynamics": { "efficiency": 4, "decay": 5 },
		"rewards": { "base": 6, "feedback": 7 },
		"leastKept": 8,
	}, "reviewPolicy": {
		"sampling": 1_000_000,
		"reviewers": 300_000,
		"owners": 100_000,
		"leastBonus": MILLI as u64,
		"agreement": { "tolerance": 200_000, "limit": 500_000 },
		"manipulation": 500_000,
		"withholding": 100_000,
		"absence": 20_000,
		"pot": ENGR as u64,
	}});
	let genesis: GenesisConfig<Test> = serde_json::from_value(policy).unwrap();
	let policy = Policy { prices: PRICES, dynamics: DYNAMICS, rewards: REWARDS, least_kept: 8 };
	assert_eq!(genesis.policy, policy);
	assert_eq!(genesis.review_policy, REVIEWS);
}

#[test]
#[should_panic(expected = "the policy is out of its domain")]
fn genesis_refuses_a_wrong_policy() {
	let policy = Policy { least_kept: 0, ..POLICY };
	let _ = GenesisConfig::<Test> { policy, ..Default::default() }.build_storage();
}
