//! How pallet-staking is paid: `emission` mints at the end of an era, payouts come out of its pot, and what is not paid before
//! the era is forgotten goes to the treasury.

use crate::{AccountId, Balance, Emission, Runtime, RuntimeCall, Staking, System};
use alloc::vec::Vec;
use frame_support::{dispatch::DispatchClass, traits::Contains};
use pallet_staking::{ActiveEra, CurrentEra};
use sp_staking::{EraIndex, SessionIndex};

/// Staking rounds each payout to the nearest base unit, so an era's payouts may sum to a little more than its reward: by half a unit
/// for each of the 16 votes of the 5,000 nominators of an election, for each of the pages of 64 that these fill, where validators take
/// their commission, and for each of 1,000 validators' own stakes and parts. This much of what was minted for an era, in base units,
/// covers them.
const ROUNDING_RESERVE: Balance = 50_000;

/// Reads of planning any session beside Staking's own: the current era, before and after.
const READS_PER_SESSION: u64 = 2;

/// Ends the emission epoch with the era, and tells pallet-staking what the stakers are paid for it.
pub struct EraEnd;
impl pallet_staking::EraPayout<Balance> for EraEnd {
	fn era_payout(staked: Balance, _issuance: Balance, _millis: u64) -> (Balance, Balance) {
		// Staking asks for the era that is active, which there is from genesis on.
		let era = ActiveEra::<Runtime>::get().map(|era| era.index).unwrap_or_default();
		// No remainder: whatever is not for the stakers was minted where it belongs.
		(Emission::end_epoch(era, staked).saturating_sub(ROUNDING_RESERVE), 0)
	}
}

/// The era that a call claims the rewards of, if it is such a claim.
pub(super) fn era_of_claim(call: &RuntimeCall) -> Option<EraIndex> {
	use pallet_staking::Call as Staking;
	match call {
		RuntimeCall::Staking(
			Staking::payout_stakers { era, .. } | Staking::payout_stakers_by_page { era, .. },
		) => Some(*era),
		_ => None,
	}
}

/// Lets every call pass, and tells the pot before a claim which era it is for: Staking tells its `Reward` how much a claim paid, not
/// for which era, and of what it could not pay nothing at all. Calls inside of batches, proxies and the like meet the filters too. Only
/// a call that root makes as somebody else does not, which [`super::system::LedgerSafe`] refuses outside development chains: what
/// it claims is not settled from the pot.
pub struct ErasOfClaims;
impl Contains<RuntimeCall> for ErasOfClaims {
	fn contains(call: &RuntimeCall) -> bool {
		if let Some(era) = era_of_claim(call) {
			Emission::payout_started(era);
		}
		true
	}
}

/// Plans sessions as Staking does. When that makes Staking forget an era, what is left of it leaves the pot.
pub struct Sessions;

impl pallet_session::SessionManager<AccountId> for Sessions {
	fn new_session(session: SessionIndex) -> Option<Vec<AccountId>> {
		let before = CurrentEra::<Runtime>::get();
		let validators = <Staking as pallet_session::SessionManager<_>>::new_session(session);
		let planned = CurrentEra::<Runtime>::get();
		// Session's hook, which calls this, does not know of it.
		let reads = <Runtime as frame_system::Config>::DbWeight::get().reads(READS_PER_SESSION);
		System::register_extra_weight_unchecked(reads, DispatchClass::Mandatory);
		// An election without a winner plans nothing, and forgets nothing.
		let oldest = planned.filter(|_| planned != before).and_then(|planned| {
			planned.checked_sub(<Runtime as pallet_staking::Config>::HistoryDepth::get())
		});
		if let Some(forgotten) = oldest.and_then(|oldest| oldest.checked_sub(1)) {
			Emission::era_forgotten(forgotten);
		}
		validators
	}

	fn new_session_genesis(session: SessionIndex) -> Option<Vec<AccountId>> {
		<Staking as pallet_session::SessionManager<_>>::new_session_genesis(session)
	}

	fn end_session(session: SessionIndex) {
		<Staking as pallet_session::SessionManager<_>>::end_session(session);
	}

	fn start_session(session: SessionIndex) {
		<Staking as pallet_session::SessionManager<_>>::start_session(session);
	}
}

impl pallet_session::historical::SessionManager<AccountId, ()> for Sessions {
	fn new_session(session: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		let validators = <Self as pallet_session::SessionManager<_>>::new_session(session)?;
		Some(validators.into_iter().map(|validator| (validator, ())).collect())
	}

	fn new_session_genesis(session: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		let validators = <Self as pallet_session::SessionManager<_>>::new_session_genesis(session)?;
		Some(validators.into_iter().map(|validator| (validator, ())).collect())
	}

	fn start_session(session: SessionIndex) {
		<Self as pallet_session::SessionManager<_>>::start_session(session);
	}

	fn end_session(session: SessionIndex) {
		<Self as pallet_session::SessionManager<_>>::end_session(session);
	}
}
