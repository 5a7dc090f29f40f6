//! Literal values, and each zero.

use super::*;

const ENGR: u128 = 1_000_000_000_000;
const BILLION: u128 = 1_000_000_000 * ENGR;

/// Six-hour epochs; every factor at hand with round numbers.
pub(super) fn parameters() -> Parameters {
	Parameters {
		base: 50_000 * ENGR,
		fee_weight: 500_000,
		fee_target: 100_000 * ENGR,
		demand_reference: 20_000 * ENGR,
		demand_min: 500_000,
		demand_max: 2_000_000,
		window: 3,
		cap: 100_000 * ENGR,
		decay: 900_000,
		epochs_per_year: 1_460,
		tail: 10_000 * ENGR,
		max_supply: None,
		ultrasound: None,
		weights: PoolWeights::default(),
	}
}

fn idle() -> Observed {
	Observed { supply: BILLION, ..Observed::default() }
}

/// The issuance of each epoch of a run that keeps these parts of its fees.
fn run(parameters: &Parameters, kept: &[u128]) -> Vec<Issuance> {
	let mut state = State::default();
	let mut issued = Vec::new();
	for kept in kept {
		let observed = Observed { kept: kept * ENGR, ..idle() };
		let (next, issuance) = state.step(parameters, &observed).unwrap();
		state = next;
		issued.push(issuance);
	}
	issued
}

fn minted(issued: &[Issuance]) -> Vec<u128> {
	issued.iter().map(|issuance| issuance.minted / ENGR).collect()
}

#[test]
fn the_first_epoch_mints_the_level_without_demand() {
	let (state, issuance) = State::default().step(&parameters(), &idle()).unwrap();
	let pools = Pools {
		vault: 750 * ENGR,
		stakers: 8_487 * ENGR + ENGR / 2,
		workers: 10_912 * ENGR + ENGR / 2,
		contributors: 4_850 * ENGR,
		treasury: 0,
	};
	let expected = Issuance {
		cap: 100_000 * ENGR,
		base: 50_000 * ENGR,
		demand: 0,
		zero_demand: 25_000 * ENGR,
		zero_demand_stakers: pools.stakers,
		minted: 25_000 * ENGR,
		pools,
	};
	assert_eq!(issuance, expected);
	assert_eq!((state.epoch, state.vault_carry), (1, 0));
	assert_eq!(state.window.to_vec(), [Demand::default()]);
}

#[test]
fn demand_counts_once_most_of_the_window_has_it() {
	// A demand of one mints the base; the third epoch's median is the first above zero.
	let issued = run(&parameters(), &[30_000, 0, 30_000, 0, 0]);
	let demands: Vec<_> = issued.iter().map(|issuance| issuance.demand / ENGR).collect();
	assert_eq!(demands, [0, 0, 30_000, 0, 0]);
	assert_eq!(minted(&issued), [25_000, 25_000, 55_000, 25_000, 25_000]);
	// Demand of one and a half would mint 75,000: 30,000 of kept fees cause no more than 30,000.
	assert_eq!(demand_floor(&parameters(), 30_000 * ENGR), Ok(1_500_000));
}

#[test]
fn steady_demand_mints_the_formula() {
	let cheap = Parameters { base: 10_000 * ENGR, tail: 0, ..parameters() };
	let issued = run(&cheap, &[20_000; 5]);
	assert_eq!(minted(&issued), [5_000, 10_000, 10_000, 10_000, 10_000]);
	let issued = run(&cheap, &[100_000; 5]);
	assert_eq!(minted(&issued), [5_000, 20_000, 20_000, 20_000, 20_000]);
}

/// The median of (x, x, 0) is x forever, while a third of the epochs keep nothing: kept units are answered once each.
#[test]
fn an_alternating_demand_causes_no_more_than_it_burns() {
	let mut kept = [10_000, 10_000, 0].repeat(40);
	kept.extend([0; 3]);
	let parameters =
		Parameters { base: 1_000_000 * ENGR, cap: MAX_EPOCH_ISSUANCE, demand_min: 0, ..parameters() };
	let issued = run(&parameters, &kept);
	assert!(issued.iter().skip(1).take(100).all(|issuance| issuance.demand == 10_000 * ENGR));
	let excess: u128 = issued.iter().map(|issuance| issuance.minted - issuance.zero_demand).sum();
	assert_eq!(excess, kept.iter().sum::<u128>() * ENGR);
}

#[test]
fn the_base_falls_with_fees() {
	let base = |fees: u128| base_floor(&parameters(), fees * ENGR).unwrap() / ENGR;
	assert_eq!((base(0), base(50_000), base(100_000), base(200_000)), (50_000, 37_500, 25_000, 0));
	assert_eq!(base_floor(&parameters(), u128::MAX), Ok(0));
	// One base unit short of the point where it ends, and a third: both rounded down.
	assert_eq!(base_floor(&parameters(), 200_000 * ENGR - 1), Ok(0));
	assert_eq!(base_floor(&Parameters { fee_target: 3, ..parameters() }, 2), Ok(33_333 * ENGR + ENGR / 3));
	let replaced = Observed { fees: 200_000 * ENGR, ..idle() };
	let (_, issuance) = State::default().step(&parameters(), &replaced).unwrap();
	assert_eq!((issuance.base, issuance.minted), (0, 10_000 * ENGR));
}

#[test]
fn the_cap_decays_by_years_down_to_the_tail() {
	// mpmath: 0.9^(1/1460), sqrt(0.9) and 0.9^10 of 100,000 ENGR.
	for (epoch, cap) in [
		(0, 100_000 * ENGR),
		(1, 99_992_783_786_706_004),
		(730, 94_868_329_805_051_379),
		(14_600, 34_867_844_010_000_000 - 1),
		(100_000, 10_000 * ENGR),
		(u64::MAX, 10_000 * ENGR),
	] {
		assert_eq!(cap_floor(&parameters(), epoch), Ok(cap), "epoch {epoch}");
	}
	let constant = Parameters { decay: 1_000_000, ..parameters() };
	assert_eq!(cap_floor(&constant, u64::MAX), Ok(100_000 * ENGR));
	let once = Parameters { decay: 0, ..parameters() };
	assert_eq!((cap_floor(&once, 0), cap_floor(&once, 1)), (Ok(100_000 * ENGR), Ok(10_000 * ENGR)));
	let below_tail = Parameters { cap: 1, ..parameters() };
	assert_eq!(cap_floor(&below_tail, 0), Ok(10_000 * ENGR));
	let slowest = Parameters { decay: 1, epochs_per_year: 1, tail: 0, ..parameters() };
	assert_eq!(cap_floor(&slowest, u64::MAX), Ok(0));
}

#[test]
fn the_cap_and_the_tail_bound_the_issuance() {
	let low_cap = Parameters { cap: 20_000 * ENGR, ..parameters() };
	assert_eq!(minted(&run(&low_cap, &[0, 40_000, 40_000])), [20_000, 19_998, 19_997]);
	let below_tail = Parameters { cap: 0, ..parameters() };
	assert_eq!(minted(&run(&below_tail, &[0, 40_000, 40_000])), [10_000, 10_000, 10_000]);
	let no_base = Parameters { base: 0, ..parameters() };
	assert_eq!(minted(&run(&no_base, &[0, 40_000, 40_000])), [10_000, 10_000, 10_000]);
	let nothing = Parameters { base: 0, tail: 0, cap: 0, ..parameters() };
	assert_eq!(minted(&run(&nothing, &[0, 40_000, 40_000])), [0, 0, 0]);
}

#[test]
fn ultrasound_mints_less_than_was_burned() {
	let parameters = Parameters { ultrasound: Some(900_000), ..parameters() };
	let minted = |burned: u128| {
		let observed = Observed { burned: burned * ENGR, ..idle() };
		State::default().step(&parameters, &observed).unwrap().1.minted / ENGR
	};
	assert_eq!(
		(minted(0), minted(10_000), minted(20_000), minted(100_000)),
		(10_000, 10_000, 18_000, 25_000)
	);
	// At a constant burn the supply shrinks exactly when the burn is above the tail.
	assert!(minted(10_001) <= 10_000 && minted(20_000) < 20_000);
	let all = Parameters { ultrasound: Some(0), ..parameters };
	let observed = Observed { burned: u128::MAX, ..idle() };
	assert_eq!(State::default().step(&all, &observed).unwrap().1.minted, 10_000 * ENGR);
}

#[test]
fn the_maximum_supply_is_never_exceeded() {
	let minted = |max_supply, supply| {
		let parameters = Parameters { max_supply, ..parameters() };
		let observed = Observed { supply, ..Observed::default() };
		let issuance = State::default().step(&parameters, &observed).unwrap().1;
		assert_eq!(issuance.zero_demand, issuance.minted);
		issuance.minted
	};
	assert_eq!(minted(Some(BILLION), BILLION - 7), 7);
	assert_eq!(minted(Some(BILLION), BILLION), 0);
	assert_eq!(minted(Some(BILLION), BILLION + 1), 0);
	assert_eq!(minted(Some(BILLION), 0), 25_000 * ENGR);
	assert_eq!(minted(None, u128::MAX - 7), 7);
	assert_eq!(minted(None, u128::MAX), 0);
}

#[test]
fn the_vault_gets_three_percent_over_time() {
	let mut carry = 0;
	let mut vault = Vec::new();
	for _ in 0..100 {
		let (part, next) = vault_part(1, carry).unwrap();
		carry = next;
		vault.push(part);
	}
	assert_eq!((vault.iter().sum::<u128>(), carry), (3, 0));
	// The third is owed when 34 units are minted, not before.
	assert_eq!(vault.iter().position(|part| *part > 0), Some(33));
	assert_eq!(vault_part(0, 999_999), Ok((0, 999_999)));
	assert_eq!(vault_part(1, 999_999), Ok((1, 29_999)));
	assert_eq!(
		vault_part(u128::MAX, 999_999),
		Ok((10_208_471_007_628_153_903_901_238_222_953_046_344, 649_999))
	);
	assert_eq!(vault_part(1, 1_000_000), Err(MathError::OutOfDomain));
}

#[test]
fn dust_of_a_minting_goes_to_the_treasury() {
	let thirds = PoolWeights { stakers: 333_334, workers: 333_333, contributors: 333_333 };
	let pools = Pools { vault: 0, stakers: 0, workers: 0, contributors: 0, treasury: 1 };
	assert_eq!(split(1, 0, thirds), Ok((pools, 30_000)));
	let pools = Pools { vault: 3, stakers: 33, workers: 43, contributors: 19, treasury: 2 };
	assert_eq!(split(100, 0, PoolWeights::default()), Ok((pools, 0)));
	assert_eq!(split(0, 7, PoolWeights::default()), Ok((Pools::default(), 7)));
	for contributors in [199_999, 200_001, u32::MAX] {
		let weights = PoolWeights { contributors, ..PoolWeights::default() };
		assert_eq!(split(100, 0, weights), Err(MathError::OutOfDomain));
	}
}

#[test]
fn medians() {
	assert_eq!(median_floor(&[]), 0);
	assert_eq!(median_floor(&[7]), 7);
	assert_eq!(median_floor(&[9, 4]), 6);
	assert_eq!(median_floor(&[9, 1, 4]), 4);
	assert_eq!(median_floor(&[9, 1, 4, 6]), 5);
	assert_eq!(median_floor(&[u128::MAX, u128::MAX - 1]), u128::MAX - 1);
}

#[test]
fn every_bound_is_named() {
	type Break = fn(&mut Parameters);
	let breaks: [(Break, Bound); 13] = [
		(|p| p.base = MAX_EPOCH_ISSUANCE + 1, Bound::Base),
		(|p| p.cap = MAX_EPOCH_ISSUANCE + 1, Bound::Cap),
		(|p| p.tail = MAX_EPOCH_ISSUANCE + 1, Bound::Tail),
		(|p| p.fee_target = 0, Bound::FeeTarget),
		(|p| p.demand_reference = 0, Bound::DemandReference),
		(|p| p.demand_min = p.demand_max + 1, Bound::DemandRange),
		(|p| p.window = 0, Bound::Window),
		(|p| p.window = 4, Bound::Window),
		(|p| p.window = 33, Bound::Window),
		(|p| p.decay = 1_000_001, Bound::Decay),
		(|p| p.epochs_per_year = 0, Bound::EpochsPerYear),
		(|p| p.ultrasound = Some(1_000_000), Bound::Ultrasound),
		(|p| p.weights.workers += 1, Bound::Weights),
	];
	assert_eq!(parameters().validate(), Ok(()));
	for (break_it, bound) in breaks {
		let mut broken = parameters();
		break_it(&mut broken);
		assert_eq!(broken.validate(), Err(bound));
		assert!(!bound.to_string().is_empty());
		assert_eq!(State::default().step(&broken, &idle()), Err(MathError::OutOfDomain));
	}
	let extreme = Parameters {
		base: MAX_EPOCH_ISSUANCE,
		fee_weight: u32::MAX,
		cap: MAX_EPOCH_ISSUANCE,
		tail: MAX_EPOCH_ISSUANCE,
		max_supply: Some(u128::MAX),
		demand_min: u32::MAX,
		demand_max: u32::MAX,
		window: MAX_WINDOW,
		decay: 1_000_000,
		ultrasound: Some(999_999),
		..parameters()
	};
	assert_eq!(extreme.validate(), Ok(()));
}

#[test]
fn no_number_of_epochs_overflows_a_ledger() {
	let epochs = u128::from(u32::MAX);
	let genesis = 1u128 << 95;
	let minted = MAX_EPOCH_ISSUANCE.checked_mul(epochs).unwrap();
	let issuance = genesis.checked_add(minted).unwrap();
	assert!(issuance < 1 << 96);
	// All that exists, moved once per epoch.
	assert!(issuance.checked_mul(epochs).is_some());
}

#[test]
fn parts_refuse_what_they_cannot_divide_by() {
	let no_reference = Parameters { demand_reference: 0, ..parameters() };
	assert_eq!(demand_floor(&no_reference, 1), Err(MathError::DivisionByZero));
	let no_target = Parameters { fee_target: 0, ..parameters() };
	assert_eq!(base_floor(&no_target, 0), Err(MathError::DivisionByZero));
	assert_eq!(power_floor(1, 1, 0), Err(MathError::DivisionByZero));
	assert_eq!(power_floor(1_000_001, 1, 1), Err(MathError::OutOfDomain));
	assert_eq!(power_floor(0, 0, 1), Ok(Fixed::ONE));
}

#[test]
fn the_demand_factor_is_clamped() {
	let factor = |demand: u128| demand_floor(&parameters(), demand).unwrap();
	assert_eq!(factor(0), 500_000);
	assert_eq!(factor(10_000 * ENGR), 500_000);
	assert_eq!(factor(15_000 * ENGR), 750_000);
	assert_eq!(factor(20_000 * ENGR - 1), 999_999);
	assert_eq!(factor(u128::MAX), 2_000_000);
}

#[test]
fn a_window_that_governance_shortens_forgets_the_oldest() {
	let kept = |number: u128| Observed { kept: number, ..idle() };
	let mut state = State::default();
	let long = Parameters { window: 5, ..parameters() };
	for number in 1..=5 {
		state = state.step(&long, &kept(number)).unwrap().0;
	}
	let short = Parameters { window: 3, ..parameters() };
	let (next, issuance) = state.step(&short, &kept(6)).unwrap();
	assert_eq!(next.window.iter().map(|epoch| epoch.kept).collect::<Vec<_>>(), [4, 5, 6]);
	assert_eq!(issuance.demand, 5);
}

/// Two years of irregular demand, from a linear congruential generator. Returns the supply and everything that was minted.
fn two_years(parameters: &Parameters) -> (u128, u128, Pools, u32) {
	let mut state = State::default();
	let (mut supply, mut minted, mut total) = (BILLION, 0, Pools::default());
	let mut number = 1u64;
	for _ in 0..2_920 {
		number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		let high = u128::from(number >> 32);
		let kept = if (high >> 7) % 3 > 0 { high % 40_000 * ENGR + high } else { 0 };
		let burned = kept / 2 + high % 1_000 * ENGR;
		supply -= burned;
		let (next, issuance) =
			state.step(parameters, &Observed { supply, burned, kept, fees: 5 * kept }).unwrap();
		state = next;
		supply += issuance.minted;
		minted += issuance.minted;
		total.vault += issuance.pools.vault;
		total.stakers += issuance.pools.stakers;
		total.workers += issuance.pools.workers;
		total.contributors += issuance.pools.contributors;
		total.treasury += issuance.pools.treasury;
	}
	(supply, minted, total, state.vault_carry)
}

/// The same two years in exact fractions, with mpmath for the cap.
#[test]
fn two_years_match_an_independent_simulation() {
	let weekly = Parameters { window: 7, ..parameters() };
	let pools = Pools {
		vault: 1_947_683_195_419_457_805,
		stakers: 22_041_281_494_830_196_704,
		workers: 28_338_790_493_353_110_287,
		contributors: 12_595_017_997_045_826_462,
		treasury: 2_243,
	};
	assert_eq!(
		two_years(&weekly),
		(1_044_175_638_559_649_516_971, 64_922_773_180_648_593_501, pools, 30_000)
	);

	let scarce = Parameters { ultrasound: Some(900_000), max_supply: Some(1_030_000_000 * ENGR), ..weekly };
	let pools = Pools {
		vault: 893_153_724_757_842_271,
		stakers: 10_107_522_985_176_248_223,
		workers: 12_995_386_695_226_604_892,
		contributors: 5_775_727_420_100_713_227,
		treasury: 435,
	};
	assert_eq!(
		two_years(&scarce),
		(1_009_024_656_204_262_332_518, 29_771_790_825_261_409_048, pools, 440_000)
	);
}
