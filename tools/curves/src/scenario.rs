//! The curves, the terms, and traders drawn from a seed.

use crate::market::{Terms, METRICS};
use engram_math::{
	curve::{Parameters, Shape, WHOLE},
	market::{FeeSchedule, Limits, Smoothing, PPM},
};
use engram_primitives::units::ENGR;
use rand_chacha::{
	rand_core::{RngCore, SeedableRng},
	ChaCha8Rng,
};

/// Blocks of a day, at six seconds each.
pub const DAY: u32 = 14_400;

/// Blocks of an hour.
pub const HOUR: u32 = 600;

/// How long the market is watched.
pub const DAYS: u32 = 10;

/// How many people trade.
pub const TRADERS: u32 = 40;

/// What the traders are drawn from.
const SEED: u64 = 2_004;

/// Of how many tokens the cost is drawn.
pub const LOT: u128 = 1_000 * WHOLE;

/// Half a coin.
const HALF: u128 = 500_000_000_000_000_000;

/// The three types, of a million tokens each: the first costs about half a coin, the last two and a half.
pub const CURVES: [(&str, Parameters); 3] = [
	// .5 + .000002 s
	(
		"linear",
		Parameters {
			shape: Shape::Linear,
			price: HALF,
			angle: 2_000_000_000_000,
			max_supply: 1_000_000 * WHOLE,
		},
	),
	// .5 e^(.00000161 s)
	(
		"exponential",
		Parameters {
			shape: Shape::Exponential,
			price: HALF,
			angle: 1_609_437_912_434,
			max_supply: 1_000_000 * WHOLE,
		},
	),
	// 2.58 / (1 + e^(-.000005 (s - 300,000)))
	(
		"sigmoid",
		Parameters {
			shape: Shape::Sigmoid { midpoint: 300_000 * WHOLE },
			price: 2_575_493_458_500_000_000,
			angle: 5_000_000_000_000,
			max_supply: 1_000_000 * WHOLE,
		},
	),
];

/// The part of the fees that the runtime gives back to creators.
pub const CREATOR_FEES: u32 = 300_000;

/// What the curves of the pallet's story have, with a block's limit and a launch's fee that leave creators nothing either; smoothing
/// and step are the runtime's.
pub const TERMS: Terms = Terms {
	creator_share: 10_000,
	burn_rate: 0,
	fees: FeeSchedule { base: 10_000, slope: 50_000, cap: 50_000, launch: 290_000, launch_window: 1_000 },
	limits: Limits {
		per_block: 6_900,
		per_window: 200_000,
		window: DAY as u64,
		threshold: 100_000,
		rebound: DAY as u64,
		least_factor: 100_000,
	},
	weights: [400_000, 200_000, 300_000, 100_000],
	smoothing: Smoothing { factor: 700_000, window: DAY as u64 },
	step: 250_000,
};

/// What is measured of the model at the end of each day: accuracy, adoption, improvement, growth. Nothing before the second.
pub const MEASURED: [[Option<u32>; METRICS]; DAYS as usize] = [
	[None; METRICS],
	[Some(740_000), Some(50_000), None, None],
	[Some(810_000), Some(150_000), Some(0), Some(1_000_000)],
	[Some(880_000), Some(400_000), Some(370_000), Some(1_000_000)],
	[Some(880_000), Some(350_000), Some(370_000), Some(0)],
	[Some(980_000), Some(500_000), Some(830_000), Some(430_000)],
	[Some(980_000), Some(700_000), Some(830_000), Some(400_000)],
	[Some(980_000), Some(750_000), Some(830_000), Some(70_000)],
	[Some(980_000), Some(600_000), Some(830_000), Some(0)],
	[Some(980_000), Some(650_000), Some(830_000), Some(80_000)],
];

/// Of a hundred traders of each day, how many want to buy: first everybody comes, on the fifth day many leave.
const BUYERS: [u64; DAYS as usize] = [80, 75, 70, 60, 15, 35, 60, 65, 60, 55];

/// Most blocks between two traders.
const PAUSE: u64 = 40;

/// What a trader wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
	/// To buy for so much, in base units.
	Spend(u128),
	/// To sell such a part of what the trader has, in parts per million.
	Sell(u32),
}

/// A trader who comes to the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
	/// In which block.
	pub block: u32,
	/// Who.
	pub trader: u32,
	/// What for.
	pub wish: Wish,
}

/// Everybody who comes in those days, in order: the same for every curve.
pub fn visits() -> Vec<Visit> {
	let mut random = ChaCha8Rng::seed_from_u64(SEED);
	let mut below = |most: u64| random.next_u64() % most;
	let (mut visits, mut block) = (Vec::new(), 0u64);
	loop {
		block += 1 + below(PAUSE);
		let Some(buyers) = usize::try_from(block / u64::from(DAY)).ok().and_then(|day| BUYERS.get(day))
		else {
			return visits;
		};
		let trader = below(TRADERS.into());
		let wish = if below(100) < *buyers {
			// Small sums are as frequent as large ones: 10 to 640 coins.
			let coins = (10u64 << below(6)) * (1_000 + below(1_000));
			Wish::Spend(u128::from(coins) * ENGR / 1_000)
		} else {
			// Up to a tenth.
			Wish::Sell((below(u64::from(PPM) / 10) + 1) as u32)
		};
		visits.push(Visit { block: block as u32, trader: trader as u32, wish });
	}
}
