//! Properties: bounds, order, conservation, and agreement with the reference.

use super::*;
use crate::{
	reference::{
		amount, assert_ceil, assert_floor, assert_series_floor, cases, exp_neg, fitting, median, money,
		number, ratio, real, share, Real,
	},
	yields::part_floor,
};
use proptest::prelude::*;

/// Decays that leave something after common times, and any other.
fn dynamics() -> impl Strategy<Value = Dynamics> {
	let decay = prop_oneof![Just(0u64), 1..1_000_000_000_000_000u64, number()];
	(share(), decay).prop_map(|(efficiency, decay)| Dynamics { efficiency, decay })
}

fn elapsed() -> impl Strategy<Value = u64> {
	prop_oneof![0..100_000u64, number()]
}

fn score() -> impl Strategy<Value = i32> {
	prop_oneof![8 => -SCORE_ONE..=SCORE_ONE, 1 => Just(SCORE_ONE), 1 => Just(-SCORE_ONE)]
}

fn feedback() -> impl Strategy<Value = Feedback> {
	(prop::array::uniform3((any::<u32>(), 0u32..33))).prop_map(|counts| {
		let [promoters, passives, detractors] =
			counts.map(|(count, shift)| count.checked_shr(shift).unwrap_or(0));
		Feedback { promoters, passives, detractors }
	})
}

fn agreement() -> impl Strategy<Value = Agreement> {
	(1..2_000_000u32, 1..2_000_000u32).prop_map(|(a, b)| Agreement { tolerance: a.min(b), limit: a.max(b) })
}

/// `e^(-delta dt)`.
fn decay(dynamics: Dynamics, elapsed: u64) -> Real {
	exp_neg(ratio(dynamics.decay, ATTO) * real(elapsed))
}

fn ordered<T: Ord>((a, b): (T, T)) -> (T, T) {
	if a <= b {
		(a, b)
	} else {
		(b, a)
	}
}

fn at_least_zero(number: Real) -> Real {
	if number < real(0u32) {
		real(0u32)
	} else {
		number
	}
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn decay_matches_the_reference(rating in amount(), dynamics in dynamics(), elapsed in elapsed()) {
		let decayed = decayed_floor(rating, dynamics.decay, elapsed).unwrap();
		assert_series_floor(decayed, &(real(rating) * decay(dynamics, elapsed)));
	}

	#[test]
	fn impulses_match_the_reference(
		rating in amount(),
		dynamics in dynamics(),
		elapsed in elapsed(),
		score in score(),
		burn in amount(),
	) {
		let moved = ratio(dynamics.efficiency, PPM) * ratio(score, SCORE_ONE) * real(burn);
		let exact = at_least_zero(real(rating) * decay(dynamics, elapsed) + moved);
		let new = impulse_floor(rating, dynamics, elapsed, Impulse { score, burn });
		if let Some(new) = fitting(new, &exact) {
			assert_series_floor(new, &exact);
		}
	}

	#[test]
	fn constant_rates_match_the_reference(
		rating in money(),
		dynamics in dynamics(),
		elapsed in elapsed(),
		rate in money(),
	) {
		let reached = constant_rate_floor(rating, dynamics, rate, elapsed);
		let gain = ratio(dynamics.efficiency, PPM) * real(rate);
		if dynamics.decay == 0 {
			let exact = real(rating) + gain * real(elapsed);
			if let Some(reached) = fitting(reached, &exact) {
				assert_floor(reached, &exact);
			}
		} else {
			let limit = gain * ratio(ATTO, dynamics.decay);
			let left = decay(dynamics, elapsed);
			if let Some(reached) = fitting(reached, &limit) {
				assert_series_floor(reached, &(real(rating) * &left + &limit * (real(1u32) - &left)));
			}
		}
	}

	/// Touching an asset between two reads costs it less than three base units, and gains it nothing.
	#[test]
	fn decay_in_two_steps_is_decay_in_one(
		rating in amount(),
		dynamics in dynamics(),
		first in 0..100_000u64,
		second in 0..100_000u64,
	) {
		let once = decayed_floor(rating, dynamics.decay, first + second).unwrap();
		let halfway = decayed_floor(rating, dynamics.decay, first).unwrap();
		let twice = decayed_floor(halfway, dynamics.decay, second).unwrap();
		prop_assert!(twice <= once.saturating_add(1) && once - twice.min(once) <= 2);
	}

	/// Many small impulses at a constant rate lie within what one period's decay is worth of the closed form.
	#[test]
	fn impulses_at_a_constant_rate_approach_the_closed_form(
		rating in 0..1u128 << 90,
		rate in 0..1u128 << 80,
		delta in 1..20_000_000_000_000_000u64,
		periods in 1..60u64,
	) {
		let dynamics = Dynamics { efficiency: PPM, decay: delta };
		let mut stepped = rating;
		for _ in 0..periods {
			stepped = impulse_floor(stepped, dynamics, 1, Impulse { score: SCORE_ONE, burn: rate }).unwrap();
		}
		let closed = constant_rate_floor(rating, dynamics, rate, periods).unwrap();
		// Each impulse comes at the end of its period: it misses at most the decay of one, delta of it.
		let early = mul_div_ceil(rate, u128::from(delta) * u128::from(periods), ATTO).unwrap();
		let rounding = u128::from(2 * periods);
		prop_assert!(stepped + rounding >= closed && stepped <= closed + early + rounding);
	}

	#[test]
	fn a_rating_never_exceeds_what_was_burned_for_it(
		dynamics in dynamics(),
		impulses in prop::collection::vec((score(), money(), elapsed()), 1..10),
	) {
		let mut rating = 0;
		let mut burned = 0;
		for (score, burn, elapsed) in impulses {
			rating = impulse_floor(rating, dynamics, elapsed, Impulse { score, burn }).unwrap();
			burned += burn;
			prop_assert!(rating <= burned);
		}
	}

	#[test]
	fn a_higher_score_or_burn_never_lowers_a_rating(
		rating in money(),
		dynamics in dynamics(),
		elapsed in elapsed(),
		scores in (score(), score()),
		burns in (money(), money()),
	) {
		let after = |score, burn| impulse_floor(rating, dynamics, elapsed, Impulse { score, burn }).unwrap();
		prop_assert!(after(scores.0.min(scores.1), burns.0) <= after(scores.0.max(scores.1), burns.0));
		let (less, more) = (burns.0.min(burns.1), burns.0.max(burns.1));
		prop_assert!(after(SCORE_ONE, less) <= after(SCORE_ONE, more));
		prop_assert!(after(-SCORE_ONE, less) >= after(-SCORE_ONE, more));
	}

	#[test]
	fn prices_match_the_reference_and_rise(
		first in amount().prop_map(|first| first >> 64),
		growth in any::<u32>(),
		earlier in 0..u32::MAX,
	) {
		let price = |earlier| price_ceil(first, growth, earlier).unwrap();
		assert_ceil(price(earlier), &(real(first) * (real(1u32) + ratio(growth, PPM) * real(earlier))));
		prop_assert!(price(earlier + 1) >= price(earlier));
	}

	#[test]
	fn what_counts_of_a_burn_matches_the_reference(burn in amount(), a in amount(), b in amount()) {
		let (first, price) = (a.min(b), a.max(b).max(1));
		assert_floor(counted_floor(burn, first, price).unwrap(), &(real(burn) * ratio(first, price)));
		prop_assert!(first == price || counted_floor(burn, price, first) == Err(MathError::OutOfDomain));
	}

	/// Sybils and repetition: however a burn is cut into ratings of one period, it never counts for more than itself.
	#[test]
	fn cutting_a_burn_never_counts_for_more(
		first in 1..1u128 << 60,
		growth in 0..4_000_000u32,
		burns in prop::collection::vec(0..1u128 << 90, 1..12),
	) {
		let whole: u128 = burns.iter().sum();
		let mut counted = 0;
		for (earlier, burn) in (0u32..).zip(&burns) {
			counted += counted_floor(*burn, first, price_ceil(first, growth, earlier).unwrap()).unwrap();
		}
		prop_assert!(counted <= whole);
		prop_assert_eq!(counted_floor(whole, first, price_ceil(first, growth, 0).unwrap()), Ok(whole));
	}

	/// All contributions of all epochs together take no more because of ratings than was burned to rate.
	#[test]
	fn rewards_never_exceed_the_burns_that_cause_them(
		rates in (money(), any::<u32>()),
		values in prop::collection::vec(share(), 1..20),
		burn in money(),
	) {
		let rates = RewardRates { base: rates.0, feedback: rates.1 };
		let dynamics = Dynamics { efficiency: PPM, decay: 1_000_000_000_000_000 };
		let mut rating = impulse_floor(0, dynamics, 0, Impulse { score: SCORE_ONE, burn }).unwrap();
		let (mut credit, mut caused) = (burn, 0);
		for value in values {
			let reward = reward_floor(value, rates, rating, credit).unwrap();
			let share = ratio(value, PPM);
			assert_floor(reward.base, &(&share * real(rates.base)));
			let exact = share * ratio(rates.feedback, PPM) * real(rating);
			if reward.rated < credit {
				assert_floor(reward.rated, &exact);
			} else {
				prop_assert!(exact >= real(credit));
			}
			credit -= reward.rated;
			caused += reward.rated;
			rating = decayed_floor(rating, dynamics.decay, 100).unwrap();
		}
		prop_assert!(caused <= burn);
	}

	#[test]
	fn backed_credit_matches_the_reference(
		credits in (amount(), amount()),
		ratings in (amount(), amount()),
		efficiency in share(),
	) {
		let ((low, high), (less, more)) = (ordered(credits), ordered(ratings));
		let backed = |credit, rating| backed_floor(credit, rating, efficiency).unwrap();
		let kept = backed(high, less);
		if efficiency > 0 && kept < high {
			assert_floor(kept, &(real(less) * ratio(PPM, efficiency)));
		} else if efficiency > 0 {
			prop_assert!(real(less) * ratio(PPM, efficiency) >= real(high));
		} else {
			prop_assert_eq!(kept, if less == 0 { 0 } else { high });
		}
		prop_assert!(kept <= high && kept <= backed(high, more) && backed(low, less) <= kept);
		// What was cut stays cut.
		prop_assert_eq!(backed(kept, less), kept);
	}

	/// An owner claims many rewards at once, with and without a burn just before, when the rating of others has decayed or not:
	/// the burn brings at most itself, and what rounding down takes from each claim.
	#[test]
	fn a_burn_before_hoarded_claims_never_pays(
		feedback in any::<u32>(),
		values in prop::collection::vec(share(), 1..40),
		burned in money(),
		own in money(),
		dynamics in dynamics(),
		elapsed in elapsed(),
		score in 1..=SCORE_ONE,
	) {
		let rates = RewardRates { base: 0, feedback };
		let rating = impulse_floor(0, dynamics, 0, Impulse { score: SCORE_ONE, burn: burned }).unwrap();
		let left = decayed_floor(rating, dynamics.decay, elapsed).unwrap();
		let claimed = |rating: u128, credit: u128| {
			let mut credit = backed_floor(credit, rating, dynamics.efficiency).unwrap();
			let mut claimed = 0;
			for value in &values {
				let Reward { rated, .. } = reward_floor(*value, rates, rating, credit).unwrap();
				credit -= rated;
				claimed += rated;
			}
			claimed
		};
		let honest = claimed(left, burned);
		let raised = impulse_floor(left, dynamics, 0, Impulse { score, burn: own }).unwrap();
		let hoarded = claimed(raised, burned + own);
		// Each claim is rounded down, and the burn may complete what was missing.
		let rounding = values.len() as u128;
		prop_assert!(hoarded <= honest + own + rounding, "{hoarded} is more than {honest} and {own}");
	}

	#[test]
	fn scaled_rewards_never_exceed_the_pool(
		rewards in prop::collection::vec(money(), 1..20),
		pool in amount(),
	) {
		let owed: u128 = rewards.iter().sum();
		let mut paid = 0u128;
		for reward in rewards {
			let part = scaled_floor(reward, pool, owed).unwrap();
			prop_assert!(part <= reward);
			if owed > pool {
				assert_floor(part, &(real(reward) * ratio(pool, owed)));
			} else {
				prop_assert_eq!(part, reward);
			}
			paid += part;
		}
		prop_assert!(paid <= pool);
	}

	#[test]
	fn medians_match_the_reference(scores in prop::collection::vec(prop_oneof![score(), any::<i32>()], 0..20)) {
		let exact = median(&scores).unwrap_or_else(|| real(0u32));
		prop_assert_eq!(real(median_score(&scores)), exact.trunc());
	}

	#[test]
	fn a_minority_cannot_move_the_median_out_of_the_honest_range(
		honest in prop::collection::vec(score(), 1..20),
		liars in prop::collection::vec(score(), 0..20),
	) {
		let liars = &liars[..liars.len().min((honest.len() - 1) / 2)];
		let median = median_score(&[honest.as_slice(), liars].concat());
		prop_assert!(honest.iter().min() <= Some(&median) && Some(&median) <= honest.iter().max());
	}

	#[test]
	fn nearer_to_the_median_never_earns_less(
		scores in (score(), score()),
		median in score(),
		agreement in agreement(),
	) {
		let worth = |score| match judge_floor(score, median, agreement).unwrap() {
			Judgement::Agreed(part) => i64::from(part) + 1,
			Judgement::Apart => 0,
			Judgement::Manipulated => -1,
		};
		let (near, far) =
			if scores.0.abs_diff(median) <= scores.1.abs_diff(median) { scores } else { (scores.1, scores.0) };
		prop_assert!(worth(near) >= worth(far));
	}

	#[test]
	fn judgements_match_the_reference(median in score(), anywhere in score(), agreement in agreement()) {
		let Agreement { tolerance, limit } = agreement;
		// Where one judgement ends and another begins.
		let near = [tolerance - 1, tolerance, limit, limit + 1].map(|distance| median.saturating_add_unsigned(distance));
		for score in near.into_iter().filter(|score| *score <= SCORE_ONE).chain([anywhere]) {
			let distance = score.abs_diff(median);
			match judge_floor(score, median, agreement).unwrap() {
				Judgement::Agreed(part) => {
					prop_assert!(distance < tolerance);
					assert_floor(part.into(), &((real(1u32) - ratio(distance, tolerance)) * real(PPM)));
				},
				Judgement::Apart => prop_assert!((tolerance..=limit).contains(&distance)),
				Judgement::Manipulated => prop_assert!(distance > limit),
			}
		}
	}

	#[test]
	fn quality_is_the_mean_of_the_medians(scores in prop::collection::vec(0..=BEST_REVIEW, 0..60)) {
		let mut quality = Quality::default();
		for score in &scores {
			quality = quality.with(review_score(*score).unwrap()).unwrap();
		}
		let sum: u32 = scores.iter().map(|score| u32::from(*score)).sum();
		let mean = quality.mean_floor().unwrap();
		if scores.is_empty() {
			prop_assert_eq!(mean, 0);
		} else {
			let count = u32::try_from(scores.len()).unwrap();
			assert_floor(mean.into(), &(ratio(sum, count) * real(PPM / 10)));
		}
	}

	#[test]
	fn seats_together_never_earn_more_than_the_bonus(
		bonus in amount(),
		parts in prop::collection::vec(share(), 1..20),
		seats in 1..20u32,
	) {
		let mut paid = 0u128;
		for part in parts.iter().take(usize::try_from(seats).unwrap()) {
			let earned = seat_bonus_floor(bonus, seats, *part).unwrap();
			assert_floor(earned, &(ratio(bonus, seats) * ratio(*part, PPM)));
			paid = paid.checked_add(earned).unwrap();
		}
		prop_assert!(paid <= bonus);
	}

	#[test]
	fn feedback_counts_each_score_once(scores in prop::collection::vec(0..=10u8, 0..60)) {
		let feedback = scores.iter().try_fold(Feedback::default(), |feedback, score| feedback.with(*score));
		let counted = |kind: core::ops::RangeInclusive<u8>| {
			u32::try_from(scores.iter().filter(|score| kind.contains(*score)).count()).unwrap()
		};
		let expected = Feedback { promoters: counted(9..=10), passives: counted(7..=8), detractors: counted(0..=6) };
		prop_assert_eq!(feedback, Ok(expected));
	}

	#[test]
	fn feedback_matches_the_reference(feedback in feedback()) {
		let all = u64::from(feedback.promoters) + u64::from(feedback.passives) + u64::from(feedback.detractors);
		let (nps, factor) = (feedback.nps_floor().unwrap(), feedback.factor_floor().unwrap());
		if all == 0 {
			prop_assert_eq!((nps, factor), (0, 0));
		} else {
			let exact = ratio(i64::from(feedback.promoters) - i64::from(feedback.detractors), all);
			assert_floor(u128::try_from(nps + SCORE_ONE).unwrap(), &((&exact + real(1u32)) * real(PPM)));
			assert_floor(factor.into(), &((exact + real(1u32)) * real(PPM / 2)));
		}
	}

	#[test]
	fn allocations_never_exceed_the_pot(
		pot in amount(),
		versions in prop::collection::vec((share(), feedback()), 0..20),
	) {
		let weights: Vec<u128> = versions
			.iter()
			.map(|(quality, feedback)| allocation_weight(*quality, feedback.factor_floor().unwrap()).unwrap().into())
			.collect();
		let total: u128 = weights.iter().sum();
		let mut paid = 0u128;
		for ((quality, feedback), weight) in versions.iter().zip(weights) {
			prop_assert_eq!(weight, u128::from(*quality) * u128::from(feedback.factor_floor().unwrap()));
			paid = paid.checked_add(part_floor(pot, weight, total).unwrap()).unwrap();
		}
		prop_assert!(paid <= pot);
	}

	#[test]
	fn an_h_index_is_the_largest_that_holds(epochs in prop::collection::vec(0..30u32, 0..30)) {
		let reached = |h: u32| epochs.iter().filter(|paid| **paid >= h).count() >= usize::try_from(h).unwrap();
		let h = h_index(&epochs);
		prop_assert!(reached(h) && !reached(h + 1));
	}
}
