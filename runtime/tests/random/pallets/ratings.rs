//! People rate, payers score, contributors are rewarded; governance sets the terms.

use super::{drawn, Generator};
use crate::random::world::{governed, signed, Operation, World};
use engram_math::rating::{Dynamics, RewardRates};
use engram_primitives::{
	units::{ENGR, MILLI, PPM},
	ContributionId, JobId, ModelId,
};
use engram_runtime::{Ratings, Runtime};
use pallet_ratings::{Asset, Call, Prices};

pub(super) fn generators() -> Vec<Generator> {
	vec![
		drawn(60, rate),
		drawn(20, forget_rating),
		drawn(30, claim_reward),
		drawn(4, expire_epoch),
		drawn(4, expire_budget),
		drawn(40, score_answer),
		drawn(6, set_prices),
		drawn(6, set_dynamics),
		drawn(6, set_rewards),
		drawn(6, set_least_kept),
	]
}

fn rate(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(3));
	// Data earns, so its ratings cause something.
	let asset = if world.chance(70) {
		Asset::Contribution(world.pick_row(|view| &view.contributions, |_| true)?.0)
	} else {
		Asset::Model(world.pick_row(|view| &view.models, |_| true)?.0)
	};
	let asset = match (error, world.chance(50)) {
		(Some(0), true) => Asset::Contribution(ContributionId(u64::MAX)),
		(Some(0), false) => Asset::Model(ModelId(u32::MAX)),
		_ => asset,
	};
	let score = world.range(0, 2 * u64::from(PPM)) as i32 - PPM as i32;
	let score = if error == Some(1) { PPM as i32 + 1 } else { score };
	let user = world.user();
	let price = Ratings::price_of(world.account(user), asset).unwrap_or(ENGR);
	let burn = if error == Some(2) { price - 1 } else { price + world.milli(0, 5_000) };
	signed(user, Call::<Runtime>::rate { asset, score, burn })
}

/// Ratings of an epoch that is over, or of the running one.
pub(crate) fn forget_rating(world: &mut World) -> Option<Operation> {
	let over = !world.mistaken();
	let at = world.view.raters.iter().position(|(_, _, past)| *past == over)?;
	let (asset, who, _) = world.view.raters.swap_remove(at);
	let user = world.user();
	signed(user, Call::<Runtime>::forget_rating { asset, who })
}

/// What a contributor is owed for a closed epoch, or nobody.
pub(crate) fn claim_reward(world: &mut World) -> Option<Operation> {
	let user = world.user();
	if world.mistaken() {
		let (who, epoch) = (world.fresh_account(), world.below(9) as u32);
		return signed(user, Call::<Runtime>::claim_reward { epoch, who });
	}
	let at = world.below(world.view.owed.len() as u64) as usize;
	if world.view.owed.is_empty() {
		return None;
	}
	let (epoch, who) = world.view.owed.swap_remove(at);
	signed(user, Call::<Runtime>::claim_reward { epoch, who })
}

/// A row of an epoch, mostly of the oldest, whether its rewards have expired or not.
pub(crate) fn expire_epoch(world: &mut World) -> Option<Operation> {
	let user = world.user();
	let epochs = world.view.rewarded.clone();
	let oldest = world.chance(70);
	let epoch = if oldest { epochs.first().copied() } else { world.pick(&epochs) }.unwrap_or_default();
	let limit = u32::from(!world.mistaken());
	signed(user, Call::<Runtime>::expire_epoch { epoch, limit })
}

/// The budget of any job.
pub(crate) fn expire_budget(world: &mut World) -> Option<Operation> {
	let user = world.user();
	let at = world.below(world.view.budgets.len() as u64) as usize;
	if world.mistaken() || world.view.budgets.is_empty() {
		return signed(user, Call::<Runtime>::expire_budget { job: JobId(u64::MAX) });
	}
	let (job, _) = world.view.budgets.swap_remove(at);
	signed(user, Call::<Runtime>::expire_budget { job })
}

/// By who bought the answer, or by a stranger.
fn score_answer(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(2));
	let at = world.view.budgets.iter().position(|(_, payer)| payer.is_some())?;
	let (job, payer) = world.view.budgets.swap_remove(at);
	let actor = world.owner_or_stranger(&payer?, error != Some(0))?;
	let score = if error == Some(1) { 11 } else { world.below(11) as u8 };
	signed(actor, Call::<Runtime>::score_answer { job, score })
}

fn set_prices(world: &mut World) -> Option<Operation> {
	let first = if world.mistaken() { 0 } else { world.milli(100, 2_000) };
	let prices = Prices { first, growth: world.below(2 * u64::from(PPM)) as u32 };
	governed(world, Call::<Runtime>::set_prices { prices })
}

fn set_dynamics(world: &mut World) -> Option<Operation> {
	let mut dynamics: Dynamics = Ratings::policy().dynamics;
	dynamics.efficiency = world.range(1, PPM.into()) as u32 + if world.mistaken() { PPM } else { 0 };
	dynamics.decay = world.range(0, 10_000_000_000_000_000) as _;
	governed(world, Call::<Runtime>::set_dynamics { dynamics })
}

fn set_rewards(world: &mut World) -> Option<Operation> {
	let rewards = RewardRates { base: world.milli(1, 1_000), feedback: world.below(100_000) as u32 };
	governed(world, Call::<Runtime>::set_rewards { rewards })
}

fn set_least_kept(world: &mut World) -> Option<Operation> {
	let least_kept = if world.mistaken() { 0 } else { u128::from(world.range(1, 1_000)) * MILLI / 1_000 };
	governed(world, Call::<Runtime>::set_least_kept { least_kept })
}
