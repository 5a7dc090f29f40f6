//! Properties: conservation, bounds, monotonicity, and agreement with the reference.

use super::{tests::parameters, *};
use crate::reference::{
	amount, assert_floor, assert_series_floor, cases, exp_neg, median, money, number, ratio, real, share,
	tiny, value, Real,
};
use proptest::prelude::*;
use sp_core::U256;

fn weights() -> impl Strategy<Value = PoolWeights> {
	(share(), share()).prop_map(|(a, b)| {
		let (low, high) = (a.min(b), a.max(b));
		PoolWeights { stakers: low, workers: high - low, contributors: PPM - high }
	})
}

/// Any parameters within the bounds.
fn valid() -> impl Strategy<Value = Parameters> {
	let amounts = prop::array::uniform5(amount());
	let factors = (any::<u32>(), any::<u32>(), any::<u32>(), share(), 1..=u32::MAX);
	let options = (prop::option::of(amount()), prop::option::of(0..PPM), 0..=15u32, weights());
	(amounts, factors, options).prop_map(|(amounts, factors, (max_supply, ultrasound, half, weights))| {
		let [base, fee_target, demand_reference, cap, tail] = amounts;
		// Those above the bound become the bound, so that it is tried often.
		let [base, cap, tail] = [base, cap, tail].map(|amount| amount.min(MAX_EPOCH_ISSUANCE));
		let (fee_weight, a, b, decay, epochs_per_year) = factors;
		Parameters {
			base,
			fee_weight,
			fee_target: fee_target.max(1),
			demand_reference: demand_reference.max(1),
			demand_min: a.min(b),
			demand_max: a.max(b),
			window: 2 * half + 1,
			cap,
			decay,
			epochs_per_year,
			tail,
			max_supply,
			ultrasound,
			weights,
		}
	})
}

/// Parameters of a plausible chain: no term dwarfs the others, so every limit binds now and then.
fn plausible() -> impl Strategy<Value = Parameters> {
	let amounts = prop::array::uniform5(1..2_000_000u128);
	let factors = (0..2_000_000u32, 0..1_000_000u32, 1_000_000..4_000_000u32, 800_000..=PPM, 1..2_000u32);
	let options = (prop::option::of(0..40_000_000u128), prop::option::of(0..PPM), 0..=4u32, weights());
	(amounts, factors, options).prop_map(|(amounts, factors, (max_supply, ultrasound, half, weights))| {
		let [base, fee_target, demand_reference, cap, tail] = amounts;
		let (fee_weight, demand_min, demand_max, decay, epochs_per_year) = factors;
		Parameters {
			base,
			fee_weight,
			fee_target,
			demand_reference,
			demand_min,
			demand_max,
			window: 2 * half + 1,
			cap,
			decay,
			epochs_per_year,
			tail: tail / 20,
			max_supply,
			ultrasound,
			weights,
		}
	})
}

fn observed(amounts: impl Strategy<Value = u128>) -> impl Strategy<Value = Observed> {
	prop::collection::vec(amounts, 4).prop_map(|amounts| Observed {
		supply: amounts[0],
		burned: amounts[1],
		kept: amounts[2],
		fees: amounts[3],
	})
}

/// What each epoch burns, keeps of its fees and takes in fees.
fn history() -> impl Strategy<Value = Vec<Observed>> {
	let spiky = prop_oneof![1 => Just(0u128), 2 => 0..1_000_000u128];
	prop::collection::vec(observed(spiky), 1..20)
}

fn sum(numbers: impl IntoIterator<Item = u128>) -> U256 {
	numbers.into_iter().fold(U256::zero(), |sum, number| sum + U256::from(number))
}

/// Runs a history, the supply following the minting and burning. Returns what each epoch saw and minted.
fn run(parameters: &Parameters, history: &[Observed]) -> (State, Vec<(Observed, Issuance)>) {
	let mut state = State::default();
	let mut supply = 10_000_000u128;
	let mut epochs = Vec::new();
	for seen in history {
		let burned = seen.burned.min(supply);
		supply -= burned;
		let observed = Observed { supply, burned, ..*seen };
		let (next, issuance) = state.step(parameters, &observed).unwrap();
		supply += issuance.minted;
		state = next;
		epochs.push((observed, issuance));
	}
	(state, epochs)
}

/// `base * demand` of the rule, not clamped by cap and tail.
fn target(parameters: &Parameters, fees: u128, demand: u128) -> Real {
	let falling = real(1u32) - ratio(parameters.fee_weight, PPM) * ratio(fees, parameters.fee_target);
	let falling = if falling < real(0u32) { real(0u32) } else { falling };
	let (low, high) = (ratio(parameters.demand_min, PPM), ratio(parameters.demand_max, PPM));
	let demand = ratio(demand, parameters.demand_reference);
	let demand = if demand < low {
		low
	} else if demand > high {
		high
	} else {
		demand
	};
	real(parameters.base) * falling * demand
}

proptest! {
	#![proptest_config(cases())]

	/// No hook may fail: with valid parameters every observation has an issuance.
	#[test]
	fn valid_parameters_make_an_epoch_total(
		parameters in valid(),
		first in observed(amount()),
		second in observed(amount()),
		third in observed(amount()),
		epoch in 0..u64::MAX - 3,
		vault_carry in 0..PPM,
	) {
		prop_assert_eq!(parameters.validate(), Ok(()));
		let mut state = State { epoch, vault_carry, window: BoundedVec::default() };
		for observed in [first, second, third] {
			let (next, issuance) = state.step(&parameters, &observed).unwrap();
			prop_assert!(observed.supply.checked_add(issuance.minted).is_some());
			prop_assert!(issuance.minted <= issuance.cap && issuance.cap <= MAX_EPOCH_ISSUANCE);
			prop_assert!(next.window.len() <= usize::try_from(parameters.window).unwrap());
			state = next;
		}
	}

	#[test]
	fn the_parts_sum_to_the_minting(parameters in plausible(), history in history()) {
		let (_, epochs) = run(&parameters, &history);
		for (_, issuance) in epochs {
			let pools = issuance.pools;
			let parts = [pools.vault, pools.stakers, pools.workers, pools.contributors, pools.treasury];
			prop_assert_eq!(sum(parts), U256::from(issuance.minted));
			prop_assert!(pools.treasury <= 2);
		}
	}

	#[test]
	fn the_vault_has_three_percent_of_all_minting(parameters in plausible(), history in history()) {
		let (state, epochs) = run(&parameters, &history);
		let minted = sum(epochs.iter().map(|(_, issuance)| issuance.minted));
		let vault = sum(epochs.iter().map(|(_, issuance)| issuance.pools.vault));
		let owed = minted * U256::from(VAULT_SHARE);
		prop_assert_eq!(owed, vault * U256::from(PPM) + U256::from(state.vault_carry));
		prop_assert!(state.vault_carry < PPM);
	}

	#[test]
	fn demand_causes_no_more_than_it_burned(parameters in plausible(), history in history()) {
		let (state, epochs) = run(&parameters, &history);
		let mut kept = U256::zero();
		let mut excess = U256::zero();
		for (observed, issuance) in &epochs {
			let above = issuance.minted - issuance.zero_demand;
			prop_assert!(above <= issuance.demand);
			kept += U256::from(observed.kept);
			excess += U256::from(above);
			prop_assert!(excess <= kept);
		}
		// Nothing is answered twice or lost: what the window has left is what it kept less what it caused.
		let length = usize::try_from(parameters.window).unwrap();
		if epochs.len() <= length {
			prop_assert_eq!(sum(state.window.iter().map(|epoch| epoch.unanswered)), kept - excess);
		}
	}

	#[test]
	fn an_epoch_mints_between_tail_and_cap(parameters in plausible(), history in history()) {
		let (_, epochs) = run(&parameters, &history);
		for (observed, issuance) in epochs {
			let room = room(observed.supply, parameters.max_supply);
			prop_assert!(issuance.minted <= issuance.cap);
			prop_assert!(issuance.minted >= parameters.tail.min(room));
			prop_assert!(issuance.minted <= room);
			prop_assert!(issuance.zero_demand <= issuance.minted);
			prop_assert!(issuance.zero_demand_stakers <= issuance.pools.stakers);
		}
	}

	#[test]
	fn at_a_constant_burn_ultrasound_shrinks_the_supply_exactly_above_the_tail(
		parameters in plausible(),
		rho in 0..PPM,
		burn in prop_oneof![0..200_000u128, 0..10_000_000u128],
		kept in prop::collection::vec(0..1_000_000u128, 1..10),
	) {
		let parameters = Parameters { ultrasound: Some(rho), max_supply: None, ..parameters };
		let mut state = State::default();
		for kept in kept {
			let observed = Observed { supply: 1 << 100, burned: burn, kept, fees: 0 };
			let (next, issuance) = state.step(&parameters, &observed).unwrap();
			prop_assert_eq!(issuance.minted < burn, burn > parameters.tail);
			state = next;
		}
	}

	#[test]
	fn the_formula_matches_the_reference(
		parameters in plausible(),
		fees in 0..2_000_000u128,
		kept in prop::collection::vec(0..4_000_000u128, 1..8),
		burned in 0..2_000_000u128,
		epoch in 0..20_000u64,
	) {
		let state = kept.iter().fold(State::default(), |state, kept| {
			state.step(&parameters, &Observed { kept: *kept, ..Observed::default() }).unwrap().0
		});
		let state = State { epoch, ..state };
		let observed = Observed { supply: 10_000_000, burned, kept: 1_000_000, fees };
		let unanswered = sum(state.window_with(observed.kept, parameters.window).unwrap().iter().map(|e| e.unanswered));
		let (_, issuance) = state.step(&parameters, &observed).unwrap();

		let limited = |demand: u128| {
			let tail = real(parameters.tail);
			let wanted = target(&parameters, fees, demand);
			let wanted = if wanted > real(issuance.cap) { real(issuance.cap) } else { wanted };
			let wanted = if wanted < tail { tail.clone() } else { wanted };
			let Some(rho) = parameters.ultrasound else { return wanted };
			let burned = ratio(rho, PPM) * real(burned);
			let limit = if burned < tail { tail } else { burned };
			if wanted > limit { limit } else { wanted }
		};
		let room = real(room(observed.supply, parameters.max_supply));
		let idle = limited(0);
		assert_floor(issuance.zero_demand, if idle < room { &idle } else { &room });
		// The level without demand is an amount, so it is rounded before the answer to demand is added.
		let answered = idle.floor() + real(u128::try_from(unanswered).unwrap().min(issuance.demand));
		let exact = [answered, room].into_iter().fold(limited(issuance.demand), |low, next| if next < low { next } else { low });
		assert_floor(issuance.minted, &exact);
	}

	/// What an epoch says of itself beside what it mints.
	#[test]
	fn an_epoch_reports_what_it_was_computed_from(parameters in plausible(), history in history()) {
		let (_, epochs) = run(&parameters, &history);
		let length = usize::try_from(parameters.window).unwrap();
		// Epochs before the first had no demand.
		let mut kept = vec![0; length];
		let mut minted = 0;
		for (epoch, (observed, issuance)) in (0u64..).zip(epochs) {
			kept.push(observed.kept);
			prop_assert_eq!(Some(real(issuance.demand)), median(&kept[kept.len() - length..]));
			prop_assert_eq!(Ok(issuance.base), base_floor(&parameters, observed.fees));
			prop_assert_eq!(Ok(issuance.cap), cap_floor(&parameters, epoch));
			let carry = u32::try_from(minted * u128::from(VAULT_SHARE) % u128::from(PPM)).unwrap();
			let pools = |minted| split(minted, carry, parameters.weights).unwrap().0;
			prop_assert_eq!(issuance.zero_demand_stakers, pools(issuance.zero_demand).stakers);
			prop_assert_eq!(issuance.pools, pools(issuance.minted));
			minted += issuance.minted;
		}
	}

	#[test]
	fn the_base_matches_the_reference(parameters in valid(), fees in amount()) {
		let base = base_floor(&parameters, fees).unwrap();
		let one = Parameters { demand_min: PPM, demand_max: PPM, ..parameters };
		assert_floor(base, &target(&one, fees, 0));
		prop_assert!(base <= parameters.base);
	}

	#[test]
	fn the_demand_factor_matches_the_reference(parameters in valid(), demand in amount()) {
		let one = Parameters { base: PPM.into(), fee_weight: 0, ..parameters };
		assert_floor(demand_floor(&parameters, demand).unwrap().into(), &target(&one, 0, demand));
	}

	#[test]
	fn the_cap_matches_the_reference(
		cap in amount(),
		decay in prop_oneof![1..PPM, 990_000..PPM],
		epoch in prop_oneof![0..100_000u64, number()],
		epochs_per_year in 1..=u32::MAX,
		tail in prop_oneof![Just(0), amount()],
	) {
		let parameters = Parameters { cap, decay, epochs_per_year, tail, ..parameters() };
		let exponent = ratio(PPM, decay).ln() * ratio(epoch, epochs_per_year);
		let exact = real(cap) * exp_neg(exponent);
		assert_series_floor(cap_floor(&parameters, epoch).unwrap(), &exact.max(real(tail)));
	}

	/// Never above the exact power, and below it by no more than the rounding of the exponent is worth.
	#[test]
	fn powers_match_the_reference(ppm in 1..PPM, elapsed in 0..1_000_000u64, year in 1..5_000u32) {
		let exponent = ratio(PPM, ppm).ln() * ratio(elapsed, year);
		let below = (exp_neg(exponent) - value(power_floor(ppm, elapsed, year).unwrap())) / tiny(192);
		prop_assert!(below >= -tiny(100), "{} above", -below);
		prop_assert!(below <= real(4u32) * (real(1u32) + ratio(elapsed, year)), "{} below", below);
	}

	#[test]
	fn the_cap_never_rises(
		cap in amount(),
		tail in money(),
		decay in share(),
		epochs in (0..100_000u64, 0..100_000u64),
		epochs_per_year in 1..5_000u32,
	) {
		let parameters = Parameters { cap, decay, epochs_per_year, tail, ..parameters() };
		let (early, late) = (epochs.0.min(epochs.1), epochs.0.max(epochs.1));
		let at = |epoch| cap_floor(&parameters, epoch).unwrap();
		prop_assert!(at(late) <= at(early));
		prop_assert!(at(late) >= tail);
	}

	#[test]
	fn more_fees_never_raise_the_base(parameters in valid(), fees in amount(), more in amount()) {
		let base = |fees| base_floor(&parameters, fees).unwrap();
		prop_assert!(base(fees.saturating_add(more)) <= base(fees));
	}

	#[test]
	fn more_demand_never_lowers_the_issuance(
		parameters in plausible(),
		history in history(),
		more in 0..1_000_000u128,
	) {
		let (state, epochs) = run(&parameters, &history);
		let last = epochs.last().unwrap().0;
		let minted = |kept| state.step(&parameters, &Observed { kept, ..last }).unwrap().1.minted;
		prop_assert!(minted(last.kept) <= minted(last.kept + more));
	}

	#[test]
	fn medians_match_the_reference_and_no_minority_lifts_them(mut amounts in prop::collection::vec(amount(), 1..20)) {
		assert_floor(median_floor(&amounts), &median(&amounts).unwrap());
		// A minority cannot lift it above the honest maximum.
		let honest = amounts.iter().copied().max().unwrap();
		let minority = (amounts.len() - 1) / 2;
		amounts.extend(std::iter::repeat_n(u128::MAX, minority));
		prop_assert!(median_floor(&amounts) <= honest);
	}

	#[test]
	fn a_split_gives_each_pool_its_floor(minted in amount(), carry in 0..PPM, weights in weights()) {
		let (pools, next) = split(minted, carry, weights).unwrap();
		let rest = minted - pools.vault;
		assert_floor(pools.vault, &(real(minted) * ratio(VAULT_SHARE, PPM) + ratio(carry, PPM)));
		assert_floor(pools.stakers, &(real(rest) * ratio(weights.stakers, PPM)));
		assert_floor(pools.workers, &(real(rest) * ratio(weights.workers, PPM)));
		assert_floor(pools.contributors, &(real(rest) * ratio(weights.contributors, PPM)));
		prop_assert!(pools.treasury <= 2 && next < PPM);
		let parts = [pools.vault, pools.stakers, pools.workers, pools.contributors, pools.treasury];
		prop_assert_eq!(sum(parts), U256::from(minted));
		let owed = U256::from(minted) * U256::from(VAULT_SHARE) + U256::from(carry);
		prop_assert_eq!(owed, U256::from(pools.vault) * U256::from(PPM) + U256::from(next));
	}

	#[test]
	fn the_room_is_what_the_maximum_leaves(supply in amount(), max_supply in prop::option::of(amount())) {
		let exact = real(max_supply.unwrap_or(u128::MAX)) - real(supply);
		prop_assert_eq!(real(room(supply, max_supply)), exact.max(real(0u32)));
	}
}
