//! How pallet-staking is paid: `emission` mints at the end of an era, payouts come out of its pot, and what nobody claims
//! before the era is forgotten goes to the treasury.

use crate::{AccountId, Balance, Emission, Runtime, Staking};
use alloc::vec::Vec;
use frame_support::traits::Get;
use pallet_staking::{
	ClaimedRewards, CurrentEra, EraInfo, ErasRewardPoints, ErasStakersOverview, ErasStartSessionIndex,
	ErasValidatorReward, ForceEra, Forcing,
};
use sp_runtime::Perbill;
use sp_staking::{EraIndex, SessionIndex};

/// Staking rounds each payout to the nearest base unit, so an era's payouts may sum to a little more than its reward. This much
/// of what was minted, in base units, covers them; what is left of it stays in the pot.
const ROUNDING_RESERVE: Balance = 1_000;

/// Ends the emission epoch with the era, and tells pallet-staking what the stakers are paid for it.
pub struct EraEnd;
impl pallet_staking::EraPayout<Balance> for EraEnd {
	fn era_payout(staked: Balance, _issuance: Balance, _millis: u64) -> (Balance, Balance) {
		// No remainder: whatever is not for the stakers was minted where it belongs.
		(Emission::end_epoch(staked).saturating_sub(ROUNDING_RESERVE), 0)
	}
}

/// Plans sessions as Staking does. When that makes Staking forget an era, what nobody claimed of it leaves the pot.
pub struct Sessions;

impl Sessions {
	/// The oldest era, if Staking forgets it should it plan an era for this session.
	fn expiring(session: SessionIndex) -> Option<EraIndex> {
		let current = CurrentEra::<Runtime>::get()?;
		let elapsed = session.saturating_sub(ErasStartSessionIndex::<Runtime>::get(current)?);
		let due = match ForceEra::<Runtime>::get() {
			Forcing::ForceNew | Forcing::ForceAlways => true,
			Forcing::NotForcing => elapsed >= <Runtime as pallet_staking::Config>::SessionsPerEra::get(),
			Forcing::ForceNone => false,
		};
		let oldest = current.checked_sub(<Runtime as pallet_staking::Config>::HistoryDepth::get())?;
		due.then_some(oldest)
	}
}

impl pallet_session::SessionManager<AccountId> for Sessions {
	fn new_session(session: SessionIndex) -> Option<Vec<AccountId>> {
		let before = CurrentEra::<Runtime>::get();
		let unclaimed = Self::expiring(session).map(unclaimed_of).unwrap_or_default();
		let validators = <Staking as pallet_session::SessionManager<_>>::new_session(session);
		// An election without a winner plans nothing, and forgets nothing.
		if unclaimed > 0 && CurrentEra::<Runtime>::get() != before {
			Emission::expire_stakers(unclaimed);
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

/// What of an era's reward no page was claimed for, each part rounded as Staking rounds it when it pays: down to a billionth,
/// then to the nearest base unit. The dust of the division stays in the pot.
///
/// One read per validator of the era, as many as Staking removes in the same block.
fn unclaimed_of(era: EraIndex) -> Balance {
	let Some(reward) = ErasValidatorReward::<Runtime>::get(era) else { return 0 };
	let points = ErasRewardPoints::<Runtime>::get(era);
	points
		.individual
		.iter()
		.map(|(validator, own)| {
			unclaimed_part(era, validator, Perbill::from_rational(*own, points.total) * reward)
		})
		.fold(0, Balance::saturating_add)
}

/// What of a validator's part of an era, its nominators' included, is not claimed: in proportion to the stake on the pages.
fn unclaimed_part(era: EraIndex, validator: &AccountId, part: Balance) -> Balance {
	let claimed = ClaimedRewards::<Runtime>::get(era, validator);
	let Some(overview) = ErasStakersOverview::<Runtime>::get(era, validator) else { return 0 };
	// Own stake without nominators is a page too.
	let pages = overview.page_count.max(1);
	if claimed.is_empty() {
		return part;
	}
	(0..pages)
		.filter(|page| !claimed.contains(page))
		.filter_map(|page| EraInfo::<Runtime>::get_paged_exposure(era, validator, page))
		.map(|exposure| Perbill::from_rational(exposure.page_total(), exposure.total()) * part)
		.fold(0, Balance::saturating_add)
}
