//! Literal values, and each zero.

use super::*;

const ENGR: u128 = 1_000_000_000_000;

const REFERENCE: Reference = Reference { demand: 10_000 * ENGR, capacity: 500, workers: 100 };
const RANGE: FactorRange = FactorRange { min: 200_000, max: 900_000 };
const STAKE: Stake = Stake { staked: 400, issuance: 1_000 };

fn market(demand: u128, capacity: u64, workers: u32) -> Market {
	Market { demand: demand * ENGR, capacity, workers }
}

fn used(demand: u128, capacity: u64, workers: u32) -> Utilisation {
	Utilisation::of(market(demand, capacity, workers), REFERENCE).unwrap()
}

#[test]
fn utilisation_in_reference_units() {
	assert_eq!(used(10_000, 500, 100).ppm_floor(), Ok(1_000_000));
	assert_eq!(used(5_000, 500, 100).ppm_floor(), Ok(500_000));
	assert_eq!(used(10_000, 250, 100).ppm_floor(), Ok(500_000));
	assert_eq!(used(10_000, 500, 300).ppm_floor(), Ok(333_333));
	assert_eq!(used(30_000, 1_000, 50).ppm_floor(), Ok(12_000_000));
	let largest = Market { demand: u128::MAX, capacity: u64::MAX, workers: 1 };
	let smallest = Reference { demand: 1, capacity: 1, workers: u32::MAX };
	assert_eq!(Utilisation::of(largest, smallest).unwrap().ppm_floor(), Ok(u128::MAX));
}

/// Every combination of no demand, no capacity and no workers.
#[test]
fn a_market_with_a_zero_has_the_least_factors() {
	for zeros in 1..8u32 {
		let or_zero = |bit: u32, number: u64| if zeros & bit == 0 { number } else { 0 };
		let utilisation =
			used(or_zero(1, 10_000).into(), or_zero(2, 500), u32::try_from(or_zero(4, 100)).unwrap());
		assert_eq!(utilisation.ppm_floor(), Ok(0));
		assert_eq!(staking_payout_floor(1_000, &utilisation, RANGE), Ok(200));
		assert_eq!(worker_pool_floor(1_000, &utilisation, STAKE, 400_000), Ok(0));
	}
}

#[test]
fn a_reference_with_a_zero_is_refused() {
	for reference in [
		Reference { demand: 0, ..REFERENCE },
		Reference { capacity: 0, ..REFERENCE },
		Reference { workers: 0, ..REFERENCE },
	] {
		assert!(!reference.is_valid());
		assert_eq!(Utilisation::of(market(1, 1, 1), reference), Err(MathError::DivisionByZero));
		let paper = paper_yield_floor(1, 1, market(1, 1, 1), reference);
		assert_eq!(paper, Err(MathError::DivisionByZero));
	}
	assert!(REFERENCE.is_valid());
}

#[test]
fn staking_payouts_follow_the_utilisation_within_the_range() {
	let payout = |demand| staking_payout_floor(1_000_001, &used(demand, 500, 100), RANGE);
	assert_eq!(payout(1_000), Ok(200_000));
	assert_eq!(payout(2_000), Ok(200_000));
	assert_eq!(payout(5_000), Ok(500_000));
	assert_eq!(payout(9_000), Ok(900_000));
	assert_eq!(payout(20_000), Ok(900_000));
	assert_eq!(staking_payout_floor(0, &used(5_000, 500, 100), RANGE), Ok(0));
	for range in [FactorRange { min: 2, max: 1 }, FactorRange { min: 0, max: 1_000_001 }] {
		let payout = staking_payout_floor(1, &used(1, 1, 1), range);
		assert_eq!(payout, Err(MathError::OutOfDomain));
	}
}

#[test]
fn demand_raises_a_payout_by_at_most_the_budget() {
	assert_eq!(demand_bounded(900, 200, 300), 500);
	assert_eq!(demand_bounded(400, 200, 300), 400);
	assert_eq!(demand_bounded(400, 200, 0), 200);
	assert_eq!(demand_bounded(u128::MAX, u128::MAX, 1), u128::MAX);
}

#[test]
fn the_worker_pool_follows_utilisation_and_stake() {
	// u = 0.5, S_t / T_s = 0.4, target 0.4: half of the pool.
	let half = used(5_000, 500, 100);
	assert_eq!(worker_pool_floor(1_001, &half, STAKE, 400_000), Ok(500));
	assert_eq!(worker_pool_floor(1_001, &half, STAKE, 800_000), Ok(250));
	assert_eq!(worker_pool_floor(1_001, &half, STAKE, 200_000), Ok(1_001));
	assert_eq!(worker_pool_floor(1_001, &half, STAKE, 1), Ok(1_001));
	assert_eq!(worker_pool_floor(1_001, &half, Stake { staked: 0, issuance: 1_000 }, 400_000), Ok(0));
	assert_eq!(worker_pool_floor(1_001, &half, Stake::default(), 400_000), Ok(0));
	assert_eq!(worker_pool_floor(0, &half, STAKE, 400_000), Ok(0));
	assert_eq!(worker_pool_floor(1, &half, STAKE, 0), Err(MathError::DivisionByZero));
	let more_than_all = Stake { staked: 2, issuance: 1 };
	assert_eq!(worker_pool_floor(1, &half, more_than_all, 1), Err(MathError::OutOfDomain));
}

#[test]
fn the_yield_of_the_paper() {
	// T_r / S_t = 8 %, u = 0.5.
	assert_eq!(paper_yield_floor(80, 1_000, market(5_000, 500, 100), REFERENCE), Ok(40_000));
	// Nothing above the line is nothing, even over nothing.
	assert_eq!(paper_yield_floor(0, 0, market(5_000, 500, 0), REFERENCE), Ok(0));
	assert_eq!(paper_yield_floor(80, 0, market(0, 500, 0), REFERENCE), Ok(0));
	assert_eq!(paper_yield_floor(80, 0, market(5_000, 0, 100), REFERENCE), Ok(0));
	// Where the paper divides by zero.
	assert_eq!(paper_yield_floor(80, 0, market(5_000, 500, 100), REFERENCE), Ok(u128::MAX));
	assert_eq!(paper_yield_floor(80, 1_000, market(5_000, 500, 0), REFERENCE), Ok(u128::MAX));
	let largest = Market { demand: u128::MAX, capacity: u64::MAX, workers: 1 };
	assert_eq!(paper_yield_floor(u128::MAX, 1, largest, REFERENCE), Ok(u128::MAX));
}

#[test]
fn the_yield_of_a_year() {
	assert_eq!(annual_yield_floor(10, 1_460, 182_500), Ok(80_000));
	assert_eq!(annual_yield_floor(0, 1_460, 0), Ok(0));
	assert_eq!(annual_yield_floor(1, 0, 0), Ok(0));
	assert_eq!(annual_yield_floor(1, 1, 0), Ok(u128::MAX));
	assert_eq!(annual_yield_floor(u128::MAX, u32::MAX, 1), Ok(u128::MAX));
}

#[test]
fn capacity_bounds_the_work_that_counts() {
	assert_eq!(credited_work(99, 10, 10), 99);
	assert_eq!(credited_work(101, 10, 10), 100);
	assert_eq!(credited_work(7, 0, 10), 0);
	assert_eq!(credited_work(7, 10, 0), 0);
	assert_eq!(credited_work(u64::MAX, u64::MAX, u64::MAX), u64::MAX);
	assert_eq!((mean_floor(7, 2), mean_floor(7, 0), mean_floor(0, 3)), (3, 0, 0));
}

#[test]
fn a_share_ends_at_one() {
	assert_eq!(capped_share_floor(0, 3), Ok(0));
	assert_eq!(capped_share_floor(1, 3), Ok(333_333));
	assert_eq!(capped_share_floor(3, 3), Ok(1_000_000));
	assert_eq!(capped_share_floor(u128::MAX, 3), Ok(1_000_000));
	assert_eq!(capped_share_floor(u128::MAX, u128::MAX), Ok(1_000_000));
	assert_eq!(capped_share_floor(1, 0), Err(MathError::DivisionByZero));
	assert_eq!(capped_share_floor(0, 0), Err(MathError::DivisionByZero));
}

#[test]
fn references_of_markets_are_rounded_up() {
	// The default policy: 45 % of what its cap leaves beside the vault, and a bonus of a half.
	assert_eq!(least_market_reference_ceil(143_172, 500_000), Ok(17_897));
	assert_eq!(least_market_reference_ceil(4, 1_000_000), Ok(1));
	assert_eq!(least_market_reference_ceil(5, 1_000_000), Ok(2));
	assert_eq!(least_market_reference_ceil(u128::MAX, 0), Ok(0));
	assert_eq!(least_market_reference_ceil(u128::MAX, 1_000_000), Ok(1 << 126));
	assert_eq!(least_market_reference_ceil(1, 1_000_001), Err(MathError::OutOfDomain));
}

#[test]
fn weights_of_work() {
	let one = Bonus { strength: 1_000_000, market: 1_000_000, performance: 1_000_000 };
	assert_eq!(work_weight_floor(3, 1_000_000, Bonus::default()), Ok(3_000_000_000_000));
	assert_eq!(work_weight_floor(3, 500_000, Bonus::default()), Ok(1_500_000_000_000));
	assert_eq!(work_weight_floor(3, 1_000_000, one), Ok(6_000_000_000_000));
	// k V P = .5 * .4 * .8 = .16
	let some = Bonus { strength: 500_000, market: 400_000, performance: 800_000 };
	assert_eq!(work_weight_floor(100, 250_000, some), Ok(29_000_000_000_000));
	assert_eq!(work_weight_floor(0, 1_000_000, one), Ok(0));
	assert_eq!(work_weight_floor(7, 0, one), Ok(0));
	assert!(work_weight_floor(u64::MAX, 1_000_000, one).is_ok());
	for (reputation, bonus) in [
		(1_000_001, one),
		(1, Bonus { strength: 1_000_001, ..one }),
		(1, Bonus { market: 1_000_001, ..one }),
		(1, Bonus { performance: 1_000_001, ..one }),
	] {
		assert_eq!(work_weight_floor(1, reputation, bonus), Err(MathError::OutOfDomain));
	}
}

#[test]
fn pools_are_divided_by_weight() {
	assert_eq!([0, 1, 2, 3].map(|weight| part_floor(100, weight, 3)), [Ok(0), Ok(33), Ok(66), Ok(100)]);
	assert_eq!(part_floor(0, 1, 1), Ok(0));
	assert_eq!(part_floor(100, 0, 0), Ok(0));
	assert_eq!(part_floor(100, 2, 1), Err(MathError::OutOfDomain));
	assert_eq!(part_floor(u128::MAX, u128::MAX, u128::MAX), Ok(u128::MAX));
}

#[test]
fn budgets_of_a_kept_fee() {
	let shares = BudgetShares {
		stakers: 300_000,
		worker: 400_000,
		verifiers: 100_000,
		contributors: 150_000,
		ratings: 50_000,
	};
	let budget = Budget { stakers: 30, worker: 40, verifiers: 10, contributors: 15, ratings: 5 };
	assert_eq!(budget_floor(100, shares), Ok(budget));
	assert_eq!(budget_floor(0, shares), Ok(Budget::default()));
	let unallocated = BudgetShares { worker: 0, ..shares };
	assert_eq!(budget_floor(100, unallocated), Ok(Budget { worker: 0, ..budget }));
	for worker in [400_001, u32::MAX] {
		let too_much = BudgetShares { worker, ..shares };
		assert_eq!(budget_floor(100, too_much), Err(MathError::OutOfDomain));
	}
}
