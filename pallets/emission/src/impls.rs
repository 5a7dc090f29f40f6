//! Governance of the policy, and readers.

use crate::{pallet::*, types::*};
use alloc::vec::Vec;
use engram_math::{
	emission::{Bound, Parameters, PoolWeights},
	fee::CutShares,
	yields::{self, BudgetShares, FactorRange, Reference},
};
use engram_primitives::{economy::EpochClock, units::Balance};
use frame_support::traits::{fungible::Inspect, Get};
use sp_runtime::{traits::AccountIdConversion, DispatchResult};

impl<T: Config> From<PolicyBound> for Error<T> {
	fn from(bound: PolicyBound) -> Self {
		match bound {
			PolicyBound::Issuance(Bound::Base) => Self::BaseTooHigh,
			PolicyBound::Issuance(Bound::FeeTarget) => Self::FeeTargetZero,
			PolicyBound::Issuance(Bound::DemandReference) => Self::DemandReferenceZero,
			PolicyBound::Issuance(Bound::DemandRange) => Self::DemandRangeInverted,
			PolicyBound::Issuance(Bound::Window) => Self::InvalidWindow,
			PolicyBound::Issuance(Bound::Cap) => Self::CapTooHigh,
			PolicyBound::Issuance(Bound::Decay) => Self::CapGrows,
			PolicyBound::Issuance(Bound::EpochsPerYear) => Self::EmptyYear,
			PolicyBound::Issuance(Bound::Tail) => Self::TailTooHigh,
			PolicyBound::Issuance(Bound::Ultrasound) => Self::UltrasoundTooHigh,
			PolicyBound::Issuance(Bound::Weights) => Self::WeightsDoNotSum,
			PolicyBound::StakingRange => Self::InvalidStakingRange,
			PolicyBound::Reference => Self::ReferenceZero,
			PolicyBound::TargetRatio => Self::InvalidTargetRatio,
			PolicyBound::Budget => Self::BudgetAboveKept,
			PolicyBound::BonusStrength => Self::BonusTooStrong,
			PolicyBound::MarketReference => Self::WashingPays,
			PolicyBound::Cut => Self::CutOutOfRange,
			PolicyBound::Fees => Self::FeesAboveOne,
			PolicyBound::SlashTreasury => Self::SlashTreasuryAboveOne,
		}
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_issuance_parameters(new: Parameters) -> DispatchResult {
		let old = Self::replace(|policy| &mut policy.issuance, new)?;
		Self::deposit_event(Event::IssuanceParametersUpdated { old, new });
		Ok(())
	}

	pub(crate) fn do_set_ultrasound(new: Option<u32>) -> DispatchResult {
		let old = Self::replace(|policy| &mut policy.issuance.ultrasound, new)?;
		Self::deposit_event(Event::UltrasoundUpdated { old, new });
		Ok(())
	}

	pub(crate) fn do_set_pool_weights(new: PoolWeights) -> DispatchResult {
		let old = Self::replace(|policy| &mut policy.issuance.weights, new)?;
		Self::deposit_event(Event::PoolWeightsUpdated { old, new });
		Ok(())
	}

	pub(crate) fn do_set_staking_range(new: FactorRange) -> DispatchResult {
		let old = Self::replace(|policy| &mut policy.staking_range, new)?;
		Self::deposit_event(Event::StakingRangeUpdated { old, new });
		Ok(())
	}

	pub(crate) fn do_set_reference(new: Reference) -> DispatchResult {
		let old = Self::replace(|policy| &mut policy.reference, new)?;
		Self::deposit_event(Event::ReferenceUpdated { old, new });
		Ok(())
	}

	pub(crate) fn do_set_target_ratio(new: u32) -> DispatchResult {
		let old = Self::replace(|policy| &mut policy.target_ratio, new)?;
		Self::deposit_event(Event::TargetRatioUpdated { old, new });
		Ok(())
	}

	pub(crate) fn do_set_budget_shares(new: BudgetShares) -> DispatchResult {
		let old = Self::replace(|policy| &mut policy.budget, new)?;
		Self::deposit_event(Event::BudgetSharesUpdated { old, new });
		Ok(())
	}

	pub(crate) fn do_set_bonus_strength(new: u32) -> DispatchResult {
		let old = Self::replace(|policy| &mut policy.bonus_strength, new)?;
		Self::deposit_event(Event::BonusStrengthUpdated { old, new });
		Ok(())
	}

	pub(crate) fn do_set_fee_shares(new: CutShares) -> DispatchResult {
		let old = Self::replace(|policy| &mut policy.fees, new)?;
		Self::deposit_event(Event::FeeSharesUpdated { old, new });
		Ok(())
	}

	pub(crate) fn do_set_slash_treasury(new: u32) -> DispatchResult {
		let old = Self::replace(|policy| &mut policy.slash_treasury, new)?;
		Self::deposit_event(Event::SlashTreasuryUpdated { old, new });
		Ok(())
	}

	pub(crate) fn do_set_market_reference(new: Balance) -> DispatchResult {
		let old = Self::replace(|policy| &mut policy.market_reference, new)?;
		Self::deposit_event(Event::MarketReferenceUpdated { old, new });
		Ok(())
	}

	pub(crate) fn do_set_cut(new: u32) -> DispatchResult {
		let old = Self::replace(|policy| &mut policy.cut, new)?;
		Self::deposit_event(Event::CutUpdated { old, new });
		Ok(())
	}

	/// Replaces a part of the policy and returns the old one, if the whole stays within its bounds.
	fn replace<V>(part: impl FnOnce(&mut Policy) -> &mut V, new: V) -> Result<V, Error<T>> {
		let mut policy = CurrentPolicy::<T>::get();
		let old = core::mem::replace(part(&mut policy), new);
		policy.validate()?;
		CurrentPolicy::<T>::put(policy);
		Ok(old)
	}

	/// Whether issuance may be forced on this chain: `balances.force_set_balance` and its like are for development.
	pub fn allows_forced_issuance() -> bool {
		ForcedIssuance::<T>::get()
	}

	/// One of this pallet's accounts.
	pub fn account_of(pot: Pot) -> T::AccountId {
		T::PalletId::get().into_sub_account_truncating(pot)
	}

	pub(crate) fn current_epoch() -> u32 {
		// Four thousand million eras of any length are out of reach.
		u32::try_from(EmissionState::<T>::get().epoch).unwrap_or(u32::MAX)
	}

	pub(crate) fn read_ledger() -> Ledger {
		let mut minted: Vec<_> = Minted::<T>::iter().collect();
		let mut burned: Vec<_> = Burned::<T>::iter().collect();
		minted.sort_unstable();
		burned.sort_unstable();
		let issuance = <T::Currency as Inspect<T::AccountId>>::total_issuance();
		Ledger { genesis: GenesisIssuance::<T>::get(), minted, burned, issuance }
	}

	pub(crate) fn last_staking_yield() -> Option<StakingYield> {
		let epoch = Self::current_epoch().checked_sub(1)?;
		let summary = Epochs::<T>::get(epoch)?;
		let policy = CurrentPolicy::<T>::get();
		let paid: Balance = summary.parts.stakers.checked_add(summary.collected)?;
		let paper =
			yields::paper_yield_floor(paid, summary.staked, summary.market(), policy.reference).ok()?;
		let annual =
			yields::annual_yield_floor(paid, policy.issuance.epochs_per_year, summary.staked).ok()?;
		Some(StakingYield { epoch, paper, annual })
	}
}

impl<T: Config> EpochClock for Pallet<T> {
	fn epoch() -> u32 {
		Self::current_epoch()
	}
}
