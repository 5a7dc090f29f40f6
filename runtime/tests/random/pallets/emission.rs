//! Governance of the monetary policy.

use super::{drawn, Generator};
use crate::random::world::{governed, Operation, World};
use engram_math::{
	emission::PoolWeights,
	fee::CutShares,
	yields::{BudgetShares, FactorRange, Reference},
};
use engram_primitives::units::{Balance, PPM};
use engram_runtime::{Balances, Emission, Runtime};
use pallet_emission::{Call, CUT_RANGE};

pub(super) fn generators() -> Vec<Generator> {
	vec![
		drawn(6, set_issuance_parameters),
		drawn(6, set_ultrasound),
		drawn(6, set_pool_weights),
		drawn(6, set_staking_range),
		drawn(6, set_reference),
		drawn(6, set_target_ratio),
		drawn(6, set_budget_shares),
		drawn(6, set_bonus_strength),
		drawn(6, set_market_reference),
		drawn(6, set_cut),
		drawn(6, set_fee_shares),
		drawn(6, set_slash_treasury),
	]
}

fn ppm(world: &mut World) -> u32 {
	world.range(0, PPM.into()) as u32
}

/// Two shares that sum to at most one, or to more.
fn two_shares(world: &mut World) -> (u32, u32) {
	let one = ppm(world);
	let over = u32::from(world.mistaken());
	(one, if over == 1 { PPM - one + 1 } else { (PPM - one) / 2 })
}

/// A maximum supply, or none. Around the present issuance, so that it never ends the minting for good: burns make room below it,
/// and others come after it.
fn max_supply(world: &mut World) -> Option<Balance> {
	let issuance = Balances::total_issuance();
	match world.below(10) {
		// Nothing is minted until so much is burned.
		0 => Some(issuance - world.milli(0, 1_000)),
		// An epoch's minting, or a part of it.
		1 => Some(issuance + world.milli(0, 100_000_000)),
		_ => None,
	}
}

pub(crate) fn set_issuance_parameters(world: &mut World) -> Option<Operation> {
	let mut new = Emission::policy().issuance;
	new.base = world.milli(1_000_000, 60_000_000);
	// Short windows, so that the few epochs of a run know a demand.
	new.window = if world.mistaken() { 2 } else { 1 };
	new.demand_reference = world.milli(1_000, 100_000);
	new.tail = world.milli(0, 1_000_000);
	new.max_supply = max_supply(world);
	governed(world, Call::<Runtime>::set_issuance_parameters { new })
}

fn set_ultrasound(world: &mut World) -> Option<Operation> {
	let new = match world.below(4) {
		0 => Some(PPM),
		1 => Some(PPM - 1),
		_ => None,
	};
	governed(world, Call::<Runtime>::set_ultrasound { new })
}

fn set_pool_weights(world: &mut World) -> Option<Operation> {
	let (stakers, workers) = two_shares(world);
	let contributors = PPM.saturating_sub(stakers + workers);
	governed(world, Call::<Runtime>::set_pool_weights { new: PoolWeights { stakers, workers, contributors } })
}

fn set_staking_range(world: &mut World) -> Option<Operation> {
	let (one, other) = (ppm(world), ppm(world));
	let new = match world.mistaken() {
		true => FactorRange { min: one.max(other) + 1, max: one.min(other) },
		false => FactorRange { min: one.min(other), max: one.max(other) },
	};
	governed(world, Call::<Runtime>::set_staking_range { new })
}

fn set_reference(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let new = Reference {
		demand: world.milli(100, 10_000),
		capacity: world.range(1, 1_000),
		workers: if right { world.range(1, 100) as u32 } else { 0 },
	};
	governed(world, Call::<Runtime>::set_reference { new })
}

fn set_target_ratio(world: &mut World) -> Option<Operation> {
	let new = if world.mistaken() { 0 } else { world.range(1, 100_000) as u32 };
	governed(world, Call::<Runtime>::set_target_ratio { new })
}

fn set_budget_shares(world: &mut World) -> Option<Operation> {
	let (stakers, rest) = two_shares(world);
	let new = BudgetShares {
		stakers,
		worker: rest / 2,
		verifiers: rest / 4,
		contributors: rest / 8,
		ratings: rest - rest / 2 - rest / 4 - rest / 8,
	};
	governed(world, Call::<Runtime>::set_budget_shares { new })
}

fn set_bonus_strength(world: &mut World) -> Option<Operation> {
	let new = ppm(world) + if world.mistaken() { PPM + 1 } else { 0 };
	governed(world, Call::<Runtime>::set_bonus_strength { new })
}

/// As much as the largest bonus and the largest tail of a run need, or nothing.
fn set_market_reference(world: &mut World) -> Option<Operation> {
	let new = if world.mistaken() { 0 } else { world.milli(300_000, 30_000_000) };
	governed(world, Call::<Runtime>::set_market_reference { new })
}

fn set_cut(world: &mut World) -> Option<Operation> {
	let new = if world.mistaken() {
		CUT_RANGE.end() + 1
	} else {
		ppm(world).clamp(*CUT_RANGE.start(), *CUT_RANGE.end())
	};
	governed(world, Call::<Runtime>::set_cut { new })
}

fn set_fee_shares(world: &mut World) -> Option<Operation> {
	let (burn, treasury) = two_shares(world);
	governed(world, Call::<Runtime>::set_fee_shares { new: CutShares { burn, treasury } })
}

fn set_slash_treasury(world: &mut World) -> Option<Operation> {
	let new = ppm(world) + if world.mistaken() { PPM + 1 } else { 0 };
	governed(world, Call::<Runtime>::set_slash_treasury { new })
}
