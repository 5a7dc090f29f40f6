//! Literal values, and each zero.

use super::*;

const ENGR: u128 = 1_000_000_000_000;

/// `eta = .5`, `delta = .1`.
const DYNAMICS: Dynamics = Dynamics { efficiency: 500_000, decay: 100_000_000_000_000_000 };

#[test]
fn golden_rating_of_the_protocol() {
	// R = 3, B = 10, eta = .5, delta = .1, dt = 7 -> 26.66049072180375280887, here with 20 decimals.
	let one = 10u128.pow(20);
	let rating = constant_rate_floor(3 * one, DYNAMICS, 10 * one, 7);
	assert_eq!(rating, Ok(2_666_049_072_180_375_280_887));
	// In base units, rounded down.
	assert_eq!(constant_rate_floor(3 * ENGR, DYNAMICS, 10 * ENGR, 7), Ok(26_660_490_721_803));
}

#[test]
fn a_constant_rate_leads_to_its_limit_from_both_sides() {
	// mpmath: 80 e^-.7 + 50 (1 - e^-.7); the limit is eta B / delta = 50.
	assert_eq!(constant_rate_floor(80 * ENGR, DYNAMICS, 10 * ENGR, 7), Ok(64_897_559_113_742));
	assert_eq!(constant_rate_floor(50 * ENGR, DYNAMICS, 10 * ENGR, 7), Ok(50 * ENGR));
	assert_eq!(constant_rate_floor(3 * ENGR, DYNAMICS, 10 * ENGR, 10_000), Ok(50 * ENGR - 1));
	assert_eq!(constant_rate_floor(80 * ENGR, DYNAMICS, 10 * ENGR, 10_000), Ok(50 * ENGR));
}

#[test]
fn a_constant_rate_without_a_part() {
	assert_eq!(constant_rate_floor(3, DYNAMICS, 10, 0), Ok(3));
	assert_eq!(constant_rate_floor(0, DYNAMICS, 0, 7), Ok(0));
	assert_eq!(
		constant_rate_floor(1_000 * ENGR, DYNAMICS, 0, 7),
		decayed_floor(1_000 * ENGR, DYNAMICS.decay, 7)
	);
	let forever = Dynamics { decay: 0, ..DYNAMICS };
	assert_eq!(constant_rate_floor(3, forever, 11, 7), Ok(41));
	let useless = Dynamics { efficiency: 0, ..DYNAMICS };
	assert_eq!(constant_rate_floor(1_000 * ENGR, useless, u128::MAX, 7), Ok(496_585_303_791_409));
	let too_strong = Dynamics { efficiency: 1_000_001, ..DYNAMICS };
	assert_eq!(constant_rate_floor(3, too_strong, 10, 7), Err(MathError::OutOfDomain));
	assert_eq!(constant_rate_floor(3, DYNAMICS, u128::MAX, 7), Err(MathError::Overflow));
	let nearly_forever = Dynamics { decay: 1, ..DYNAMICS };
	assert_eq!(constant_rate_floor(3, nearly_forever, u128::MAX >> 58, 7), Err(MathError::Overflow));
}

#[test]
fn ratings_decay() {
	assert_eq!(decayed_floor(1_000 * ENGR, DYNAMICS.decay, 7), Ok(496_585_303_791_409));
	assert_eq!(decayed_floor(1_000 * ENGR, DYNAMICS.decay, 0), Ok(1_000 * ENGR));
	assert_eq!(decayed_floor(1_000 * ENGR, 0, u64::MAX), Ok(1_000 * ENGR));
	assert_eq!(decayed_floor(0, DYNAMICS.decay, 7), Ok(0));
	assert_eq!(decayed_floor(u128::MAX, u64::MAX, u64::MAX), Ok(0));
	assert_eq!(decayed_floor(u128::MAX, DYNAMICS.decay, 1_000), Ok(0));
}

#[test]
fn impulses_move_a_rating_both_ways() {
	let after = |score, burn| impulse_floor(3 * ENGR, DYNAMICS, 7, Impulse { score, burn });
	// 3 e^-.7 = 1.489755911374..
	assert_eq!(after(0, 10 * ENGR), Ok(1_489_755_911_374));
	assert_eq!(after(SCORE_ONE, 10 * ENGR), Ok(6_489_755_911_374));
	assert_eq!(after(SCORE_ONE / 5, 10 * ENGR), Ok(2_489_755_911_374));
	assert_eq!(after(-SCORE_ONE / 5, ENGR), Ok(1_389_755_911_374));
	assert_eq!(after(-SCORE_ONE, 10 * ENGR), Ok(0));
	assert_eq!(after(-SCORE_ONE, u128::MAX), Ok(0));
	assert_eq!(after(SCORE_ONE, 0), Ok(1_489_755_911_374));
	// The sum is rounded, not its terms: 1.5 and 0.5 make two.
	let first = impulse_floor(0, DYNAMICS, 0, Impulse { score: SCORE_ONE, burn: 3 });
	let last = impulse_floor(2, DYNAMICS, 0, Impulse { score: -SCORE_ONE, burn: 1 });
	assert_eq!((first, last), (Ok(1), Ok(1)));
}

#[test]
fn impulses_outside_the_domain_are_refused() {
	let refused = |efficiency, score| {
		let dynamics = Dynamics { efficiency, ..DYNAMICS };
		impulse_floor(3, dynamics, 7, Impulse { score, burn: 1 }) == Err(MathError::OutOfDomain)
	};
	assert!(refused(500_000, SCORE_ONE + 1) && refused(500_000, -SCORE_ONE - 1));
	assert!(refused(500_000, i32::MIN) && refused(1_000_001, 0));
	let whole = Dynamics { efficiency: 1_000_000, decay: 0 };
	let most = Impulse { score: SCORE_ONE, burn: u128::MAX };
	assert_eq!(impulse_floor(0, whole, 0, most), Ok(u128::MAX));
	assert_eq!(impulse_floor(1, whole, 0, most), Err(MathError::Overflow));
}

#[test]
fn prices_grow_with_repetition() {
	let price = |earlier| price_ceil(10 * ENGR, 500_000, earlier).unwrap() / ENGR;
	assert_eq!((price(0), price(1), price(2), price(10)), (10, 15, 20, 60));
	assert_eq!(price_ceil(1, 1, 1), Ok(2));
	assert_eq!(price_ceil(0, u32::MAX, u32::MAX), Ok(0));
	assert_eq!(price_ceil(7, 0, u32::MAX), Ok(7));
	assert_eq!(price_ceil(u128::MAX, 0, 1), Ok(u128::MAX));
	assert_eq!(price_ceil(u128::MAX, 1, 1), Err(MathError::Overflow));
	assert_eq!(counted_floor(15, 10, 15), Ok(10));
	assert_eq!(counted_floor(16, 10, 15), Ok(10));
	assert_eq!(counted_floor(16, 10, 10), Ok(16));
	assert_eq!(counted_floor(16, 0, 10), Ok(0));
	assert_eq!(counted_floor(16, 11, 10), Err(MathError::OutOfDomain));
	assert_eq!(counted_floor(16, 0, 0), Err(MathError::DivisionByZero));
}

#[test]
fn rewards_are_bounded_by_the_burns_that_cause_them() {
	let rates = RewardRates { base: 100, feedback: 200_000 };
	let reward = |value, rating, credit| reward_floor(value, rates, rating, credit);
	assert_eq!(reward(1_000_000, 1_000, 1_000), Ok(Reward { base: 100, rated: 200 }));
	assert_eq!(reward(500_000, 1_000, 1_000), Ok(Reward { base: 50, rated: 100 }));
	assert_eq!(reward(1_000_000, 1_000, 150), Ok(Reward { base: 100, rated: 150 }));
	assert_eq!(reward(1_000_000, 1_000, 0), Ok(Reward { base: 100, rated: 0 }));
	assert_eq!(reward(1_000_000, 0, 1_000), Ok(Reward { base: 100, rated: 0 }));
	assert_eq!(reward(0, 1_000, 1_000), Ok(Reward::default()));
	assert_eq!(reward(1_000_001, 1, 1), Err(MathError::OutOfDomain));
	let most = RewardRates { base: u128::MAX, feedback: u32::MAX };
	let all = Reward { base: u128::MAX, rated: u128::MAX };
	assert_eq!(reward_floor(1_000_000, most, u128::MAX, u128::MAX), Ok(all));
}

#[test]
fn credit_ends_with_what_the_rating_stands_for() {
	// An efficiency of one half: 30 units were reached by a burn of 60.
	assert_eq!(backed_floor(100, 30, 500_000), Ok(60));
	assert_eq!(backed_floor(60, 30, 500_000), Ok(60));
	assert_eq!(backed_floor(59, 30, 500_000), Ok(59));
	assert_eq!(backed_floor(100, 30, 700_000), Ok(42));
	assert_eq!(backed_floor(100, 30, 1_000_000), Ok(30));
	assert_eq!(backed_floor(100, 0, 500_000), Ok(0));
	assert_eq!(backed_floor(100, 1, 1), Ok(100));
	assert_eq!(backed_floor(u128::MAX, u128::MAX, 1), Ok(u128::MAX));
	// Without efficiency.
	assert_eq!(backed_floor(100, 1, 0), Ok(100));
	assert_eq!(backed_floor(100, 0, 0), Ok(0));
	assert_eq!(backed_floor(1, 1, 1_000_001), Err(MathError::OutOfDomain));
}

#[test]
fn short_pools_pay_everybody_the_same_part() {
	assert_eq!(scaled_floor(30, 100, 100), Ok(30));
	assert_eq!(scaled_floor(30, 50, 100), Ok(15));
	assert_eq!(scaled_floor(30, 0, 100), Ok(0));
	assert_eq!(scaled_floor(0, 0, 0), Ok(0));
	assert_eq!(scaled_floor(2, 100, 1), Err(MathError::OutOfDomain));
}

#[test]
fn medians_of_scores() {
	assert_eq!(median_score(&[]), 0);
	assert_eq!(median_score(&[-5]), -5);
	assert_eq!(median_score(&[-5, 0]), -2);
	assert_eq!(median_score(&[5, 0]), 2);
	assert_eq!(median_score(&[-SCORE_ONE, SCORE_ONE, 7]), 7);
	assert_eq!(median_score(&[i32::MIN, i32::MIN]), i32::MIN);
}

#[test]
fn agreement_pays_and_manipulation_loses_the_bond() {
	let agreement = Agreement { tolerance: 200_000, limit: 600_000 };
	let judged = |score| judge_floor(score, 100_000, agreement).unwrap();
	assert_eq!(judged(100_000), Judgement::Agreed(1_000_000));
	assert_eq!(judged(150_000), Judgement::Agreed(750_000));
	assert_eq!(judged(-99_999), Judgement::Agreed(5));
	assert_eq!(judged(-100_000), Judgement::Apart);
	assert_eq!(judged(700_000), Judgement::Apart);
	assert_eq!(judged(700_001), Judgement::Manipulated);
	assert_eq!(judged(-SCORE_ONE), Judgement::Manipulated);
	// The farthest two scores may be apart, and a limit that nobody breaks.
	let lenient = Agreement { tolerance: 2_000_001, limit: u32::MAX };
	assert_eq!(judge_floor(SCORE_ONE, -SCORE_ONE, lenient), Ok(Judgement::Agreed(0)));
	for (score, median, agreement) in [
		(SCORE_ONE + 1, 0, agreement),
		(0, -SCORE_ONE - 1, agreement),
		(0, 0, Agreement { tolerance: 0, ..agreement }),
		(0, 0, Agreement { tolerance: 600_001, ..agreement }),
	] {
		assert_eq!(judge_floor(score, median, agreement), Err(MathError::OutOfDomain));
	}
}

#[test]
fn qualities_of_reviews() {
	assert_eq!(Quality::default().mean_floor(), Ok(0));
	let quality = Quality::default().with(1_000_000).unwrap().with(0).unwrap().with(0).unwrap();
	assert_eq!(quality, Quality { reviews: 3, sum: 1_000_000 });
	assert_eq!(quality.mean_floor(), Ok(333_333));
	assert_eq!(quality.with(-1), Err(MathError::OutOfDomain));
	assert_eq!(quality.with(1_000_001), Err(MathError::OutOfDomain));
	assert_eq!(Quality { reviews: u32::MAX, sum: 0 }.with(0), Err(MathError::Overflow));
	assert_eq!(Quality { reviews: 0, sum: u64::MAX }.with(1), Err(MathError::Overflow));
	assert_eq!(Quality { reviews: 1, sum: 1_000_001 }.mean_floor(), Err(MathError::OutOfDomain));
	assert_eq!([0, 3, 10].map(review_score), [Ok(0), Ok(300_000), Ok(SCORE_ONE)]);
	assert_eq!(review_score(11), Err(MathError::OutOfDomain));
}

#[test]
fn shares_of_a_bonus() {
	assert_eq!(seat_bonus_floor(ENGR, 5, 1_000_000), Ok(ENGR / 5));
	assert_eq!(seat_bonus_floor(ENGR, 5, 750_000), Ok(150_000_000_000));
	assert_eq!(seat_bonus_floor(4, 5, 1_000_000), Ok(0));
	assert_eq!(seat_bonus_floor(u128::MAX, 1, 1_000_000), Ok(u128::MAX));
	assert_eq!(seat_bonus_floor(ENGR, 0, 1_000_000), Err(MathError::DivisionByZero));
	assert_eq!(seat_bonus_floor(ENGR, 5, 1_000_001), Err(MathError::OutOfDomain));
}

#[test]
fn net_promoter_scores() {
	let feedback = |promoters, passives, detractors| Feedback { promoters, passives, detractors };
	for (answers, nps, factor) in [
		(feedback(0, 0, 0), 0, 0),
		(feedback(1, 0, 0), 1_000_000, 1_000_000),
		(feedback(0, 1, 0), 0, 500_000),
		(feedback(0, 0, 1), -1_000_000, 0),
		(feedback(7, 2, 1), 600_000, 800_000),
		(feedback(1, 0, 2), -333_334, 333_333),
		(feedback(u32::MAX, u32::MAX, u32::MAX), 0, 500_000),
	] {
		assert_eq!((answers.nps_floor(), answers.factor_floor()), (Ok(nps), Ok(factor)), "{answers:?}");
	}
	let counted = (0..=10).try_fold(Feedback::default(), |feedback, score| feedback.with(score));
	assert_eq!(counted, Ok(feedback(2, 2, 7)));
	assert_eq!(Feedback::default().with(11), Err(MathError::OutOfDomain));
	assert_eq!(feedback(0, 0, u32::MAX).with(6), Err(MathError::Overflow));
}

#[test]
fn shares_of_an_allocation() {
	assert_eq!(allocation_weight(500_000, 800_000), Ok(400_000_000_000));
	assert_eq!(allocation_weight(1_000_000, 1_000_000), Ok(1_000_000_000_000));
	assert_eq!((allocation_weight(0, 1_000_000), allocation_weight(1_000_000, 0)), (Ok(0), Ok(0)));
	assert_eq!(allocation_weight(1_000_001, 0), Err(MathError::OutOfDomain));
	assert_eq!(allocation_weight(0, 1_000_001), Err(MathError::OutOfDomain));
}

#[test]
fn h_indices() {
	assert_eq!(h_index(&[]), 0);
	assert_eq!(h_index(&[0, 0]), 0);
	assert_eq!(h_index(&[9]), 1);
	assert_eq!(h_index(&[1, 1, 1]), 1);
	assert_eq!(h_index(&[2, 9, 2]), 2);
	assert_eq!(h_index(&[10, 8, 5, 4, 3]), 4);
	assert_eq!(h_index(&[3, 3, 3, 3]), 3);
}
