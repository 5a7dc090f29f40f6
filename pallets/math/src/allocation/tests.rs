//! Literal values.

use super::*;

const ENGR: u128 = 1_000_000_000_000;

#[test]
fn the_tables_of_the_papers() {
	let percent = |table: &[Share]| table.iter().map(|row| row.ppm / 100).collect::<Vec<_>>();
	assert_eq!(percent(&NEURONET), [2_000, 3_000, 2_000, 1_500, 1_000, 500]);
	assert_eq!(percent(&OPENLEDGER), [5_171, 1_829, 1_500, 500, 1_000]);
	let billion = 1_000_000_000 * ENGR;
	let million = 1_000_000 * ENGR;
	assert_eq!(
		amounts(billion, &NEURONET),
		Ok([200, 300, 200, 150, 100, 50].map(|part| part * million).to_vec())
	);
	assert_eq!(
		amounts(billion, &OPENLEDGER),
		Ok([517_100, 182_900, 150_000, 50_000, 100_000].map(|part| part * million / 1_000).to_vec())
	);
}

#[test]
fn amounts_of_a_supply_that_does_not_divide_sum_to_it() {
	assert_eq!(amounts(7, &NEURONET), Ok([1, 2, 1, 1, 1, 1].to_vec()));
	assert_eq!(amounts(1, &OPENLEDGER), Ok([0, 0, 0, 0, 1].to_vec()));
	assert_eq!(amounts(0, &OPENLEDGER), Ok([0; 5].to_vec()));
	assert_eq!(amounts(u128::MAX, &NEURONET).map(|rows| rows.into_iter().sum()), Ok(u128::MAX));
}

#[test]
fn a_table_that_does_not_sum_to_one_is_refused() {
	let row = |ppm| Share { name: "row", ppm };
	for table in [&[][..], &[row(999_999)], &[row(1_000_000), row(1)], &[row(u32::MAX), row(1_000_001)]] {
		assert!(!sums_to_one(table));
		assert_eq!(amounts(ENGR, table), Err(MathError::OutOfDomain));
	}
	assert!(sums_to_one(&[row(1_000_000), row(0)]));
}

#[test]
fn release_over_time() {
	let vesting = Vesting { liquid: 100_000, cliff: 100, length: 1_000 };
	for (elapsed, released) in [
		(0, 100),
		(99, 100),
		(100, 100),
		(101, 100),
		(102, 101),
		(600, 550),
		(1_099, 999),
		(1_100, 1_000),
		(u64::MAX, 1_000),
	] {
		assert_eq!(released_floor(1_000, vesting, elapsed), Ok(released), "after {elapsed}");
	}
}

#[test]
fn release_without_a_part() {
	assert_eq!(released_floor(7, Vesting::default(), 0), Ok(7));
	let cliff = Vesting { liquid: 0, cliff: 10, length: 0 };
	assert_eq!((released_floor(7, cliff, 9), released_floor(7, cliff, 10)), (Ok(0), Ok(7)));
	let linear = Vesting { liquid: 0, cliff: 0, length: 2 };
	assert_eq!((released_floor(7, linear, 0), released_floor(7, linear, 1)), (Ok(0), Ok(3)));
	assert_eq!(released_floor(0, linear, 1), Ok(0));
	let free = Vesting { liquid: 1_000_000, cliff: u64::MAX, length: u64::MAX };
	assert_eq!(released_floor(u128::MAX, free, 0), Ok(u128::MAX));
	let wrong = Vesting { liquid: 1_000_001, cliff: 0, length: 0 };
	assert_eq!(released_floor(7, wrong, 0), Err(MathError::OutOfDomain));
}
