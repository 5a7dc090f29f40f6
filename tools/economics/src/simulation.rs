//! One epoch after the other, by the functions that the chain uses.

use crate::{
	policy::Policy,
	scenario::{Scenario, YEARS},
};
use engram_math::{
	emission::{Issuance, Observed, State},
	fee::{share_floor, split_cut, split_net},
	yields::{
		annual_yield_floor, budget_floor, demand_bounded, part_floor, staking_payout_floor,
		worker_pool_floor, Budget, Market, Stake, Utilisation,
	},
	MathError,
};

/// What one side, honest or not, pays in fees, and what the protocol does with it. Base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paid {
	/// Job fees.
	pub fees: u128,
	/// Burned of them.
	pub burned: u128,
	/// Burned or given to the treasury: what never comes back.
	pub kept: u128,
	/// To the stakers, of the usage part.
	pub stakers: u128,
	/// What the kept part allows as rewards.
	pub budget: Budget,
}

/// What one side gets of the pools. Base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rewards {
	/// For executing and verifying jobs.
	pub work: u128,
	/// For data, ratings of it included.
	pub data: u128,
}

/// What happened in one epoch. Base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
	/// The issuance after it.
	pub supply: u128,
	/// Everything burned.
	pub burned: u128,
	/// What is staked.
	pub staked: u128,
	/// What the policy mints, and why.
	pub issuance: Issuance,
	/// What honest buyers pay.
	pub honest: Paid,
	/// What the attacker pays.
	pub attacker: Paid,
	/// What the stakers get of their pool.
	pub staking: u128,
	/// What they would get without any demand.
	pub idle_staking: u128,
	/// What honest workers and contributors get.
	pub honest_rewards: Rewards,
	/// What the attacker's worker and data get.
	pub attacker_rewards: Rewards,
	/// What of the minting goes to the treasury.
	pub treasury: u128,
}

fn add(a: u128, b: u128) -> Result<u128, MathError> {
	a.checked_add(b).ok_or(MathError::Overflow)
}

fn sub(a: u128, b: u128) -> Result<u128, MathError> {
	a.checked_sub(b).ok_or(MathError::OutOfDomain)
}

impl Paid {
	fn of(policy: &Policy, fees: u128) -> Result<Self, MathError> {
		let cut = share_floor(fees, policy.cut)?;
		let parts = split_cut(cut, policy.cut_shares)?;
		let usage = share_floor(sub(fees, cut)?, policy.usage)?;
		let kept = add(parts.burned, parts.treasury)?;
		Ok(Self {
			fees,
			burned: parts.burned,
			kept,
			stakers: split_net(usage, policy.net_shares)?.stakers,
			budget: budget_floor(kept, policy.budget)?,
		})
	}
}

impl Rewards {
	/// Both together.
	pub fn total(&self) -> Result<u128, MathError> {
		add(self.work, self.data)
	}
}

impl Epoch {
	/// A year of what minting pays the stakers, per stake, in parts per million.
	pub fn minted_yield(&self, epochs_per_year: u32) -> Result<u128, MathError> {
		annual_yield_floor(self.staking, epochs_per_year, self.staked)
	}

	/// The same with the stakers' part of fees.
	pub fn whole_yield(&self, epochs_per_year: u32) -> Result<u128, MathError> {
		let fees = add(self.honest.stakers, self.attacker.stakers)?;
		annual_yield_floor(add(self.staking, fees)?, epochs_per_year, self.staked)
	}

	/// What demand adds to the payouts: every reward that fees caused, whoever paid them.
	pub fn caused_rewards(&self) -> Result<u128, MathError> {
		let staking = self.staking.saturating_sub(self.idle_staking);
		add(staking, add(self.honest_rewards.total()?, self.attacker_rewards.total()?)?)
	}
}

/// A claim on a pool.
#[derive(Clone, Copy)]
struct Claim {
	weight: u128,
	/// The most it may be paid.
	ceiling: u128,
}

/// Divides a pool by weight between the honest and the attacker, each at most its ceiling, as the chain pays its claims.
/// Returns both parts and the rest.
fn share(pool: u128, honest: Claim, attacker: Claim) -> Result<(u128, u128, u128), MathError> {
	let total = add(honest.weight, attacker.weight)?;
	let honest = part_floor(pool, honest.weight, total)?.min(honest.ceiling);
	let attacker = part_floor(pool, attacker.weight, total)?.min(attacker.ceiling);
	Ok((honest, attacker, sub(sub(pool, honest)?, attacker)?))
}

/// Runs a scenario for ten years.
pub fn simulate(policy: &Policy, scenario: &Scenario) -> Result<Vec<Epoch>, MathError> {
	let count = u64::from(policy.emission.epochs_per_year).saturating_mul(YEARS.into());
	let mut state = State::default();
	let mut supply = policy.genesis_supply;
	let mut epochs = Vec::new();
	for epoch in 0..count {
		let (next, happened) = step(policy, scenario, &state, supply, epoch)?;
		state = next;
		supply = happened.supply;
		epochs.push(happened);
	}
	Ok(epochs)
}

fn step(
	policy: &Policy,
	scenario: &Scenario,
	state: &State,
	supply: u128,
	epoch: u64,
) -> Result<(State, Epoch), MathError> {
	let world = scenario.world(policy, epoch)?;
	let honest = Paid::of(policy, world.fees)?;
	let attacker = Paid::of(policy, scenario.attack(policy, epoch)?)?;
	let fees = add(honest.fees, attacker.fees)?;
	// What nobody has cannot be burned, but no scenario comes near that: `sub` would say so.
	let burned = add(add(honest.burned, attacker.burned)?, share_floor(fees, policy.other_burn)?)?;
	let supply = sub(supply, burned)?;
	let kept = add(honest.kept, attacker.kept)?;
	// As on the chain, what the protocol keeps is the income that replaces minting; transaction fees are left out.
	let observed = Observed { supply, burned, kept, fees: kept };
	let (state, issuance) = state.step(&policy.emission, &observed)?;
	let pools = issuance.pools;

	let market = Market { demand: issuance.demand, capacity: world.capacity, workers: world.workers };
	let used = Utilisation::of(market, policy.reference)?;
	let unused = Utilisation::of(Market::default(), policy.reference)?;
	let idle_staking = staking_payout_floor(issuance.zero_demand_stakers, &unused, policy.staking)?;
	let staking = demand_bounded(
		staking_payout_floor(pools.stakers, &used, policy.staking)?,
		idle_staking,
		add(honest.budget.stakers, attacker.budget.stakers)?,
	);

	let staked = share_floor(supply, policy.staked)?;
	let stake = Stake { staked, issuance: supply };
	let offered = worker_pool_floor(pools.workers, &used, stake, policy.target_stake)?;
	let work = |paid: &Paid| {
		let ceiling = add(paid.budget.worker, paid.budget.verifiers)?;
		// Work is bought at one price, so fees weigh as work does.
		Ok(Claim { weight: paid.fees, ceiling })
	};
	let (honest_work, attacker_work, idle_work) = share(offered, work(&honest)?, work(&attacker)?)?;
	let data = |paid: &Paid| {
		Ok(Claim { weight: paid.fees, ceiling: add(paid.budget.contributors, paid.budget.ratings)? })
	};
	let (honest_data, attacker_data, idle_data) =
		share(pools.contributors, data(&honest)?, data(&attacker)?)?;

	let unpaid_work = add(sub(pools.workers, offered)?, idle_work)?;
	let unpaid = add(sub(pools.stakers, staking)?, add(unpaid_work, idle_data)?)?;
	Ok((
		state,
		Epoch {
			supply: add(supply, issuance.minted)?,
			burned,
			staked,
			issuance,
			honest,
			attacker,
			staking,
			idle_staking,
			honest_rewards: Rewards { work: honest_work, data: honest_data },
			attacker_rewards: Rewards { work: attacker_work, data: attacker_data },
			treasury: add(pools.treasury, unpaid)?,
		},
	))
}

/// What an attacker has paid and received since genesis. Base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gain {
	/// Of his fees, what was burned or went to the treasury.
	pub kept: u128,
	/// What his worker and his data were paid by the pools.
	pub jobs: u128,
	/// With it, all that his stake was paid above what it gets without any demand, honest demand included.
	pub attributable: u128,
	/// What his stake, his worker and his data were paid by the pools, all told.
	pub received: u128,
	/// What his stake would have been paid by them had he not attacked.
	pub otherwise: u128,
}

/// The attacker's account after each epoch. `attacked` and `calm` are the same world with and without him.
pub fn gains(scenario: &Scenario, attacked: &[Epoch], calm: &[Epoch]) -> Result<Vec<Gain>, MathError> {
	let share = scenario.attacker.map_or(0, |attacker| attacker.stake);
	let mut gain = Gain::default();
	let mut gains = Vec::new();
	for (epoch, otherwise) in attacked.iter().zip(calm) {
		let jobs = epoch.attacker_rewards.total()?;
		// Before he starts, his stake's rewards have nothing to do with him.
		let caused = match epoch.attacker.fees {
			0 => 0,
			_ => share_floor(sub(epoch.staking, epoch.idle_staking)?, share)?,
		};
		gain.kept = add(gain.kept, epoch.attacker.kept)?;
		gain.jobs = add(gain.jobs, jobs)?;
		gain.attributable = add(gain.attributable, add(jobs, caused)?)?;
		gain.received = add(gain.received, add(jobs, share_floor(epoch.staking, share)?)?)?;
		gain.otherwise = add(gain.otherwise, share_floor(otherwise.staking, share)?)?;
		gains.push(gain);
	}
	Ok(gains)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn claim(weight: u128, ceiling: u128) -> Claim {
		Claim { weight, ceiling }
	}

	#[test]
	fn a_pool_is_divided_by_weight_under_ceilings() {
		assert_eq!(share(100, claim(1, 100), claim(2, 100)), Ok((33, 66, 1)));
		// What a ceiling withholds is the rest's, not the other's.
		assert_eq!(share(100, claim(1, 100), claim(2, 20)), Ok((33, 20, 47)));
		assert_eq!(share(100, claim(0, 100), claim(0, 100)), Ok((0, 0, 100)));
		assert_eq!(share(0, claim(1, 1), claim(1, 1)), Ok((0, 0, 0)));
		assert_eq!(share(1, claim(u128::MAX, 1), claim(1, 1)), Err(MathError::Overflow));
	}
}
