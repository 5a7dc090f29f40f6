//! Properties: conservation, bounds, monotonicity, and that paying oneself never pays.

use super::*;
use crate::reference::{amount, assert_ceil, assert_floor, cases, money, number, ratio, real, share, Real};
use proptest::prelude::*;

fn market() -> impl Strategy<Value = Market> {
	(amount(), number(), any::<u32>(), 0u32..33).prop_map(|(demand, capacity, workers, shift)| Market {
		demand,
		capacity,
		workers: workers.checked_shr(shift).unwrap_or(0),
	})
}

fn reference() -> impl Strategy<Value = Reference> {
	(amount(), number(), any::<u32>(), 0u32..32).prop_map(|(demand, capacity, workers, shift)| Reference {
		demand: demand.max(1),
		capacity: capacity.max(1),
		workers: (workers >> shift).max(1),
	})
}

fn range() -> impl Strategy<Value = FactorRange> {
	(share(), share()).prop_map(|(a, b)| FactorRange { min: a.min(b), max: a.max(b) })
}

fn bonus() -> impl Strategy<Value = Bonus> {
	(share(), share(), share()).prop_map(|(strength, market, performance)| Bonus {
		strength,
		market,
		performance,
	})
}

fn budget_shares() -> impl Strategy<Value = BudgetShares> {
	prop::array::uniform5(share()).prop_map(|mut cuts| {
		cuts.sort_unstable();
		let [a, b, c, d, e] = cuts;
		BudgetShares { stakers: a, worker: b - a, verifiers: c - b, contributors: d - c, ratings: e - d }
	})
}

/// `u` of the paper in reference units; zero wherever the rule says so.
fn exact(market: Market, reference: Reference) -> Real {
	if market.workers == 0 {
		return real(0u32);
	}
	ratio(market.demand, reference.demand)
		* ratio(market.capacity, reference.capacity)
		* ratio(reference.workers, market.workers)
}

fn clamped(number: Real, low: Real, high: Real) -> Real {
	if number < low {
		low
	} else if number > high {
		high
	} else {
		number
	}
}

/// Asserts that what is only shown is `exact` rounded down, or the largest number where that does not fit.
#[track_caller]
fn assert_shown(shown: u128, exact: &Real) {
	if shown == u128::MAX {
		assert!(*exact >= real(u128::MAX), "{exact} fits");
	} else {
		assert_floor(shown, exact);
	}
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn utilisations_match_the_reference(market in market(), reference in reference()) {
		let shown = Utilisation::of(market, reference).unwrap().ppm_floor().unwrap();
		assert_shown(shown, &(exact(market, reference) * real(PPM)));
	}

	#[test]
	fn demand_raises_a_payout_by_at_most_its_budget(payout in amount(), idle in amount(), budget in amount()) {
		let exact = real(payout).min(real(idle) + real(budget));
		prop_assert_eq!(real(demand_bounded(payout, idle, budget)), exact);
	}

	#[test]
	fn means_match_the_reference(total in amount(), market in market()) {
		let exact = if market.workers == 0 { real(0u32) } else { ratio(total, market.workers) };
		assert_floor(mean_floor(total, market.workers), &exact);
	}

	#[test]
	fn staking_payouts_match_the_reference(
		pool in amount(),
		market in market(),
		reference in reference(),
		range in range(),
	) {
		let utilisation = Utilisation::of(market, reference).unwrap();
		let factor = clamped(exact(market, reference), ratio(range.min, PPM), ratio(range.max, PPM));
		let payout = staking_payout_floor(pool, &utilisation, range).unwrap();
		prop_assert!(payout <= pool);
		assert_floor(payout, &(real(pool) * factor));
	}

	/// Markets near their reference, where the clamps are mostly open.
	#[test]
	fn pools_in_common_markets_match_the_reference(
		pool in amount(),
		demand in 1u128..2_000_000,
		capacity in 1u64..2_000,
		workers in 1u32..2_000,
		staked in 0..=1_000_000u32,
		target in 1..=1_000_000u32,
	) {
		let reference = Reference { demand: 1_000_000, capacity: 1_000, workers: 1_000 };
		let market = Market { demand, capacity, workers };
		let utilisation = Utilisation::of(market, reference).unwrap();
		let u = exact(market, reference);
		let payout = staking_payout_floor(pool, &utilisation, FactorRange { min: 0, max: PPM }).unwrap();
		assert_floor(payout, &(real(pool) * clamped(u.clone(), real(0u32), real(1u32))));
		let stake = Stake { staked: staked.into(), issuance: PPM.into() };
		let workers = worker_pool_floor(pool, &utilisation, stake, target).unwrap();
		let factor = clamped(u * ratio(staked, PPM) * ratio(PPM, target), real(0u32), real(1u32));
		assert_floor(workers, &(real(pool) * factor));
	}

	#[test]
	fn worker_pools_match_the_reference(
		pool in amount(),
		market in market(),
		reference in reference(),
		issuance in amount(),
		part in share(),
		target in 1..=u32::MAX,
	) {
		let staked = mul_div_floor(issuance, part.into(), PPM.into()).unwrap();
		let utilisation = Utilisation::of(market, reference).unwrap();
		let scaled = worker_pool_floor(pool, &utilisation, Stake { staked, issuance }, target).unwrap();
		prop_assert!(scaled <= pool);
		let factor = if issuance == 0 {
			real(0u32)
		} else {
			exact(market, reference) * ratio(staked, issuance) * ratio(PPM, target)
		};
		assert_floor(scaled, &(real(pool) * clamped(factor, real(0u32), real(1u32))));
	}

	#[test]
	fn more_demand_never_lowers_a_pool(
		pool in amount(),
		market in market(),
		reference in reference(),
		range in range(),
		more in amount(),
	) {
		let busier = Market { demand: market.demand.saturating_add(more), ..market };
		let (calm, busy) = (Utilisation::of(market, reference).unwrap(), Utilisation::of(busier, reference).unwrap());
		let staking = |u| staking_payout_floor(pool, u, range).unwrap();
		prop_assert!(staking(&calm) <= staking(&busy));
		let stake = Stake { staked: 1, issuance: 2 };
		let working = |u| worker_pool_floor(pool, u, stake, PPM).unwrap();
		prop_assert!(working(&calm) <= working(&busy));
	}

	#[test]
	fn the_paper_yield_matches_the_reference(
		rewards in money(),
		staked in amount(),
		market in market(),
		reference in reference(),
	) {
		let reported = paper_yield_floor(rewards, staked, market, reference).unwrap();
		if rewards == 0 || market.demand == 0 || market.capacity == 0 {
			prop_assert_eq!(reported, 0);
		} else if staked == 0 || market.workers == 0 {
			prop_assert_eq!(reported, u128::MAX);
		} else {
			assert_shown(reported, &(ratio(rewards, staked) * exact(market, reference) * real(PPM)));
		}
	}

	#[test]
	fn the_yield_of_a_year_matches_the_reference(paid in amount(), epochs in any::<u32>(), staked in amount()) {
		let staked = staked.max(1);
		let exact = ratio(paid, staked) * real(epochs) * real(PPM);
		assert_shown(annual_yield_floor(paid, epochs, staked).unwrap(), &exact);
	}

	/// The parts sum to at most the pool, and only dust is left: less than one base unit per claim.
	#[test]
	fn shares_of_a_pool_match_the_reference(pool in amount(), weights in prop::collection::vec(money(), 1..20)) {
		let total: u128 = weights.iter().sum();
		let mut rest = pool;
		for weight in &weights {
			let part = part_floor(pool, *weight, total).unwrap();
			if total == 0 {
				prop_assert_eq!(part, 0);
			} else {
				assert_floor(part, &(real(pool) * ratio(*weight, total)));
			}
			prop_assert!(part <= rest);
			rest -= part;
		}
		prop_assert!(total == 0 || rest < u128::try_from(weights.len()).unwrap());
	}

	#[test]
	fn splitting_a_claim_never_pays(pool in amount(), mine in money(), others in money(), part in share()) {
		let total = mine + others;
		let first = mul_div_floor(mine, part.into(), PPM.into()).unwrap();
		let whole = part_floor(pool, mine, total).unwrap();
		let split = part_floor(pool, first, total).unwrap() + part_floor(pool, mine - first, total).unwrap();
		prop_assert!(split <= whole);
	}

	#[test]
	fn weights_are_between_one_and_two_times_the_work(
		work in number(),
		reputation in share(),
		bonus in bonus(),
	) {
		let plain = u128::from(work) * u128::from(reputation) * u128::from(PPM);
		let weight = work_weight_floor(work, reputation, bonus).unwrap();
		prop_assert!(plain <= weight && weight <= 2 * plain);
		let exact = ratio(bonus.strength, PPM) * ratio(bonus.market, PPM) * real(bonus.performance);
		// k V P is rounded to parts per million, the product with it is exact.
		let raised = (weight - plain).checked_div(plain / u128::from(PPM)).unwrap_or(0);
		prop_assert_eq!(weight - plain, plain / u128::from(PPM) * raised);
		if plain > 0 {
			assert_floor(raised, &exact);
		}
	}

	#[test]
	fn capped_shares_match_the_reference(part in amount(), whole in amount(), cut in share()) {
		let whole = whole.max(1);
		// Any two amounts, and a part of the whole, so that what lies between zero and one is tried often.
		for part in [part, mul_div_floor(whole, cut.into(), PPM.into()).unwrap()] {
			let exact = clamped(ratio(part, whole), real(0u32), real(1u32)) * real(PPM);
			assert_floor(capped_share_floor(part, whole).unwrap().into(), &exact);
		}
	}

	#[test]
	fn washing_trades_never_pays(pool in amount(), strength in share(), work in share(), factor in share()) {
		let reference = least_market_reference_ceil(pool, strength).unwrap();
		let (work, factor) = (ratio(work, PPM), ratio(factor, PPM));
		let raised = ratio(strength, PPM) * &factor;
		let share = &work * (real(1u32) + &raised) / (real(1u32) + &work * raised);
		let gained = real(pool) * (share - work);
		prop_assert!(gained <= real(reference) * factor, "{gained}");
		assert_ceil(reference, &(real(pool) * ratio(strength, PPM) / real(4u32)));
	}

	#[test]
	fn work_is_credited_up_to_the_capacity(work in number(), capacity in number(), time in number()) {
		let credited = credited_work(work, capacity, time);
		prop_assert_eq!(u128::from(credited), u128::from(work).min(u128::from(capacity) * u128::from(time)));
	}

	#[test]
	fn a_budget_is_floors_of_the_kept_part(kept in amount(), shares in budget_shares()) {
		let budget = budget_floor(kept, shares).unwrap();
		let mut left = kept;
		for (side, share) in [
			(budget.stakers, shares.stakers),
			(budget.worker, shares.worker),
			(budget.verifiers, shares.verifiers),
			(budget.contributors, shares.contributors),
			(budget.ratings, shares.ratings),
		] {
			assert_floor(side, &(real(kept) * ratio(share, PPM)));
			prop_assert!(side <= left);
			left -= side;
		}
	}

	/// One account is payer, worker, verifier, contributor, rater and owner of every stake, and the only claimant of
	/// pools of any size. What it pays itself comes back, the kept part does not.
	#[test]
	fn paying_oneself_never_pays(
		fee in money(),
		kept in share(),
		shares in budget_shares(),
		pools in prop::array::uniform4(amount()),
		staking in amount(),
		market in market(),
		reference in reference(),
		range in range(),
	) {
		let kept = mul_div_floor(fee, kept.into(), PPM.into()).unwrap();
		let budget = budget_floor(kept, shares).unwrap();
		let ceilings = [budget.worker, budget.verifiers, budget.contributors, budget.ratings];
		let rewards: u128 = pools
			.into_iter()
			.zip(ceilings)
			.map(|(pool, ceiling)| part_floor(pool, 1, 1).unwrap().min(ceiling))
			.sum();
		let idle = staking_payout_floor(staking, &Utilisation::of(Market::default(), reference).unwrap(), range).unwrap();
		let payout = staking_payout_floor(staking, &Utilisation::of(market, reference).unwrap(), range).unwrap();
		let raised = demand_bounded(payout, idle, budget.stakers) - idle;
		prop_assert!(fee - kept + rewards + raised <= fee);
	}
}
