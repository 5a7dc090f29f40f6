//! What the world does in each scenario.

use crate::policy::Policy;
use engram_math::{fee::mul_div_floor, MathError};

/// How long every scenario runs.
pub const YEARS: u32 = 10;

/// The world at the start of a year. Between two points it changes linearly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
	/// The year, counted from zero.
	pub year: u32,
	/// Job fees of an epoch, in thousandths of the reference.
	pub fees: u32,
	/// Mean capacity of the workers, in thousandths of the reference.
	pub capacity: u32,
	/// Active workers, in thousandths of the reference.
	pub workers: u32,
}

/// Someone who pays fees to his own worker so that the protocol believes in demand. He is also the contributor of the data
/// and verifies his own jobs, which no real draw would let him do each time: the worst case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attacker {
	/// The year in which he starts. He never stops.
	pub from_year: u32,
	/// The job fees that he pays in an epoch, in thousandths of the reference.
	pub fees: u32,
	/// His part of all stake, in parts per million.
	pub stake: u32,
}

/// A scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
	/// Its name in legends.
	pub name: &'static str,
	/// The first point is at year zero, the last at [`YEARS`]; years rise.
	pub points: &'static [Point],
	/// Who attacks, if anybody does.
	pub attacker: Option<Attacker>,
}

/// The honest world in one epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct World {
	/// Job fees, in base units.
	pub fees: u128,
	/// Mean capacity.
	pub capacity: u64,
	/// Active workers.
	pub workers: u32,
}

const fn point(year: u32, fees: u32, capacity: u32, workers: u32) -> Point {
	Point { year, fees, capacity, workers }
}

/// The five scenarios, in the order of every legend.
pub const SCENARIOS: [Scenario; 5] = [
	// Models get good enough: less training is bought, better hardware does it, and workers leave.
	Scenario {
		name: "high efficiency",
		points: &[
			point(0, 400, 1_000, 500),
			point(2, 1_200, 1_100, 1_000),
			point(4, 900, 1_500, 700),
			point(YEARS, 550, 2_500, 350),
		],
		attacker: None,
	},
	Scenario {
		name: "low demand",
		points: &[
			point(0, 400, 1_000, 500),
			point(1, 300, 1_000, 500),
			point(3, 150, 1_000, 300),
			point(YEARS, 100, 1_000, 200),
		],
		attacker: None,
	},
	// Demand comes faster than workers, then more workers than demand.
	Scenario {
		name: "boom",
		points: &[
			point(0, 400, 1_000, 500),
			point(2, 2_000, 1_200, 1_000),
			point(3, 2_500, 1_300, 2_500),
			point(5, 2_000, 1_400, 3_000),
			point(YEARS, 2_000, 1_800, 3_000),
		],
		attacker: None,
	},
	Scenario {
		name: "fee-dominant",
		points: &[
			point(0, 400, 1_000, 500),
			point(3, 1_500, 1_200, 1_500),
			point(6, 4_000, 1_500, 3_000),
			point(YEARS, 4_000, 2_000, 3_000),
		],
		attacker: None,
	},
	// The honest world is that of a low demand; the attacker pays twenty times its fees.
	Scenario {
		name: "attack",
		points: &[
			point(0, 400, 1_000, 500),
			point(1, 300, 1_000, 500),
			point(3, 150, 1_000, 300),
			point(YEARS, 100, 1_000, 200),
		],
		attacker: Some(Attacker { from_year: 2, fees: 2_000, stake: 100_000 }),
	},
];

impl Scenario {
	/// The honest world in an epoch. After the last point it stays as it is there.
	pub fn world(&self, policy: &Policy, epoch: u64) -> Result<World, MathError> {
		let year = u64::from(policy.emission.epochs_per_year);
		let start = |point: &Point| u64::from(point.year).checked_mul(year).ok_or(MathError::Overflow);
		let mut before = self.points.first().ok_or(MathError::OutOfDomain)?;
		let mut after = before;
		for point in self.points {
			after = point;
			if start(point)? > epoch {
				break;
			}
			before = point;
		}
		let (from, to) = (start(before)?, start(after)?);
		let between = |of: fn(&Point) -> u32, reference: u128| {
			let at = |point| mul_div_floor(reference, of(point).into(), 1_000);
			let (old, new) = (at(before)?, at(after)?);
			if from == to {
				return Ok(new);
			}
			let (gone, left) = (epoch.checked_sub(from), to.checked_sub(epoch));
			let (gone, left) = gone.zip(left).ok_or(MathError::OutOfDomain)?;
			let length = u128::from(to.checked_sub(from).ok_or(MathError::OutOfDomain)?);
			mul_div_floor(old, left.into(), length)?
				.checked_add(mul_div_floor(new, gone.into(), length)?)
				.ok_or(MathError::Overflow)
		};
		let capacity = between(|point| point.capacity, policy.reference.capacity.into())?;
		let workers = between(|point| point.workers, policy.reference.workers.into())?;
		Ok(World {
			fees: between(|point| point.fees, policy.reference_fees)?,
			capacity: u64::try_from(capacity).map_err(|_| MathError::Overflow)?,
			workers: u32::try_from(workers).map_err(|_| MathError::Overflow)?,
		})
	}

	/// What the attacker pays in an epoch, in base units.
	pub fn attack(&self, policy: &Policy, epoch: u64) -> Result<u128, MathError> {
		let year = u64::from(policy.emission.epochs_per_year);
		match self.attacker {
			Some(attacker) if epoch >= u64::from(attacker.from_year).saturating_mul(year) => {
				mul_div_floor(policy.reference_fees, attacker.fees.into(), 1_000)
			},
			_ => Ok(0),
		}
	}

	/// The same world without its attacker.
	pub fn without_attacker(self) -> Self {
		Self { attacker: None, ..self }
	}
}
