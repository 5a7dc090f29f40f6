//! How pallet-staking is paid: `emission` mints at the end of an era, payouts come out of its pot, and what nobody claims
//! before the era is forgotten goes to the treasury.

use crate::{AccountId, Balance, Emission, Runtime, Staking, System};
use alloc::vec::Vec;
use frame_support::{dispatch::DispatchClass, traits::Get, weights::Weight};
use pallet_emission::WeightInfo;
use pallet_staking::{
	ClaimedRewards, CurrentEra, EraInfo, ErasRewardPoints, ErasStakersOverview, ErasStartSessionIndex,
	ErasValidatorReward, ForceEra, Forcing,
};
use sp_runtime::Perbill;
use sp_staking::{EraIndex, SessionIndex};

/// Staking rounds each payout to the nearest base unit, so an era's payouts may sum to a little more than its reward: by half a unit
/// for each of the 5,000 nominators of an election and of 1,000 validators, and for what validators take before they share. This
/// much of what was minted, in base units, covers them; what is left of it stays in the pot.
const ROUNDING_RESERVE: Balance = 10_000;

/// Reads of planning any session beside Staking's own: the current era before, in between and after, its first session, and
/// whether an era is forced.
const READS_PER_SESSION: u64 = 5;
/// Reads that say what an era was paid: its reward and its points.
const READS_PER_ERA: u64 = 2;
/// Reads for each validator that has points: its claims and its overview.
const READS_PER_VALIDATOR: u64 = 2;
/// Reads for each page that was not claimed of a validator who claimed others: the overview again and the page.
const READS_PER_PAGE: u64 = 2;

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
	/// Charges the block for what Session's hook, which calls this, does not know of.
	fn register(weight: Weight) {
		System::register_extra_weight_unchecked(weight, DispatchClass::Mandatory);
	}

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
		let reads = READS_PER_SESSION.saturating_add(unclaimed.reads);
		Self::register(<Runtime as frame_system::Config>::DbWeight::get().reads(reads));
		// An election without a winner plans nothing, and forgets nothing.
		if unclaimed.amount > 0 && CurrentEra::<Runtime>::get() != before {
			// Out of the pot, like a payout.
			Self::register(<Runtime as pallet_emission::Config>::WeightInfo::settle_payout());
			Emission::expire_stakers(unclaimed.amount);
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

/// An amount that nobody claimed, and how many reads it took to find out. What is computed between them is little beside them.
#[derive(Clone, Copy, Default)]
struct Unclaimed {
	amount: Balance,
	reads: u64,
}

impl Unclaimed {
	fn plus(self, other: Self) -> Self {
		let amount = self.amount.saturating_add(other.amount);
		Self { amount, reads: self.reads.saturating_add(other.reads) }
	}
}

/// What of an era's reward no page was claimed for, each part rounded as Staking rounds it when it pays: down to a billionth,
/// then to the nearest base unit. The dust of the division stays in the pot.
///
/// A few reads for each validator that has points, at most a thousand, and for each page of one who was paid in part: Staking
/// removes the same rows in the same block.
fn unclaimed_of(era: EraIndex) -> Unclaimed {
	let looked = Unclaimed { amount: 0, reads: READS_PER_ERA };
	let Some(reward) = ErasValidatorReward::<Runtime>::get(era) else { return looked };
	let points = ErasRewardPoints::<Runtime>::get(era);
	points
		.individual
		.iter()
		.map(|(validator, own)| {
			unclaimed_part(era, validator, part_nearest(Perbill::from_rational(*own, points.total), reward))
		})
		.fold(looked, Unclaimed::plus)
}

/// What of a validator's part of an era, its nominators' included, is not claimed: in proportion to the stake on the pages.
fn unclaimed_part(era: EraIndex, validator: &AccountId, part: Balance) -> Unclaimed {
	let looked = Unclaimed { amount: 0, reads: READS_PER_VALIDATOR };
	let claimed = ClaimedRewards::<Runtime>::get(era, validator);
	let Some(overview) = ErasStakersOverview::<Runtime>::get(era, validator) else { return looked };
	if claimed.is_empty() {
		return Unclaimed { amount: part, ..looked };
	}
	// Own stake without nominators is a page too.
	let pages = overview.page_count.max(1);
	(0..pages)
		.filter(|page| !claimed.contains(page))
		.map(|page| {
			let exposure = EraInfo::<Runtime>::get_paged_exposure(era, validator, page);
			let amount = exposure.map_or(0, |exposure| {
				part_nearest(Perbill::from_rational(exposure.page_total(), exposure.total()), part)
			});
			Unclaimed { amount, reads: READS_PER_PAGE }
		})
		.fold(looked, Unclaimed::plus)
}

/// A part of an amount, to the nearest base unit.
#[allow(clippy::arithmetic_side_effects, reason = "a part of an amount is at most all of it")]
fn part_nearest(part: Perbill, amount: Balance) -> Balance {
	part * amount
}
