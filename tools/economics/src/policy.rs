//! The policy that is simulated.

use engram_math::{
	emission::Parameters,
	fee::{CutShares, NetShares},
	yields::{BudgetShares, FactorRange, Reference},
};
use engram_primitives::units::ENGR;

/// What is governed, and the few things about holders and buyers that every scenario has in common. Shares are parts per
/// million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
	/// What exists before the first epoch.
	pub genesis_supply: u128,
	/// How much is minted.
	pub emission: Parameters,
	/// The market that counts as a utilisation of one.
	pub reference: Reference,
	/// How utilisation scales the stakers' pool.
	pub staking: FactorRange,
	/// The part of the supply whose staking opens the workers' pool fully.
	pub target_stake: u32,
	/// How the kept part of fees bounds rewards.
	pub budget: BudgetShares,
	/// The protocol's cut of job fees.
	pub cut: u32,
	/// How that cut is divided.
	pub cut_shares: CutShares,
	/// The part of the remaining fees that is the usage part of inferences.
	pub usage: u32,
	/// How that usage part is divided.
	pub net_shares: NetShares,
	/// What ratings burn, as a part of job fees.
	pub other_burn: u32,
	/// The part of the supply that is staked.
	pub staked: u32,
	/// The job fees of an epoch whose kept part is the reference demand.
	pub reference_fees: u128,
}

/// The policy of the scenarios: the chain's own, and what holders and buyers do. `docs/economics/README.md` says why each value
/// is what it is.
pub fn policy() -> Policy {
	let governed = pallet_emission::Policy::default();
	Policy {
		genesis_supply: 1_000_000_000 * ENGR,
		emission: governed.issuance,
		reference: governed.reference,
		staking: governed.staking_range,
		target_stake: governed.target_ratio,
		budget: governed.budget,
		cut: governed.cut,
		cut_shares: governed.fees,
		usage: 250_000,
		net_shares: NetShares { model: 700_000, stakers: 100_000, contributors: 200_000 },
		other_burn: 5_000,
		staked: 500_000,
		reference_fees: 2_050_000 * ENGR,
	}
}
