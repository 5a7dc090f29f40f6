//! The ledger of the issuance: `issuance = genesis + minted - burned`, by cause, at the end of every block.

use crate::{pallet::*, types::*};
use engram_primitives::{
	economy::{BurnCause, Burns},
	units::Balance,
};
use frame_support::traits::fungible::{Inspect, Mutate};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Writes the issuance the ledger starts from, once. Returns whether it did.
	///
	/// Not at genesis: pallets behind this one may still endow accounts there.
	pub(crate) fn open_ledger() -> bool {
		if GenesisIssuance::<T>::exists() {
			return false;
		}
		let issuance = T::Currency::total_issuance();
		// What was reported before this hook in the same block is in the issuance already.
		let genesis = Burned::<T>::iter_values()
			.try_fold(issuance, |sum, amount| sum.checked_add(amount))
			.and_then(|sum| Minted::<T>::iter_values().try_fold(sum, |sum, amount| sum.checked_sub(amount)));
		let Some(genesis) = genesis else { return false };
		GenesisIssuance::<T>::put(genesis);
		ExpectedIssuance::<T>::put(issuance);
		true
	}

	/// Explains what changed the issuance of this block without being reported.
	pub(crate) fn reconcile() {
		if !GenesisIssuance::<T>::exists() {
			return;
		}
		let (expected, issuance) = (ExpectedIssuance::<T>::get(), T::Currency::total_issuance());
		if let Some(amount) = expected.checked_sub(issuance).filter(|amount| *amount > 0) {
			if Self::book_burn(BurnCause::Holder, amount).is_ok() {
				Self::deposit_event(Event::HolderBurnRecorded { amount });
			}
		} else if let Some(amount) = issuance.checked_sub(expected).filter(|amount| *amount > 0) {
			if Self::book_mint(MintCause::Forced, amount).is_ok() {
				Self::deposit_event(Event::Unexpected { kind: UnexpectedKind::IssuanceForced { amount } });
			}
		}
	}

	/// Mints into an account, and books it. The only place that creates issuance on purpose.
	pub(crate) fn mint(cause: MintCause, who: &T::AccountId, amount: Balance) -> DispatchResult {
		// Nothing is minted into an account that need not exist.
		if amount == 0 {
			return Ok(());
		}
		T::Currency::mint_into(who, amount)?;
		Self::book_mint(cause, amount)?;
		Ok(())
	}

	fn book_mint(cause: MintCause, amount: Balance) -> Result<(), Error<T>> {
		let add = |sum: Balance| sum.checked_add(amount).ok_or(Error::<T>::LedgerOverflow);
		let minted = add(Minted::<T>::get(cause))?;
		if GenesisIssuance::<T>::exists() {
			ExpectedIssuance::<T>::put(add(ExpectedIssuance::<T>::get())?);
		}
		Minted::<T>::insert(cause, minted);
		Ok(())
	}

	fn book_burn(cause: BurnCause, amount: Balance) -> Result<(), Error<T>> {
		let add = |sum: Balance| sum.checked_add(amount).ok_or(Error::<T>::LedgerOverflow);
		let burned = add(Burned::<T>::get(cause))?;
		let mut running = RunningEpoch::<T>::get();
		running.burned = add(running.burned)?;
		if GenesisIssuance::<T>::exists() {
			let expected =
				ExpectedIssuance::<T>::get().checked_sub(amount).ok_or(Error::<T>::LedgerOverflow)?;
			ExpectedIssuance::<T>::put(expected);
		}
		Burned::<T>::insert(cause, burned);
		RunningEpoch::<T>::put(running);
		Ok(())
	}
}

impl<T: Config> Burns for Pallet<T> {
	fn burned(cause: BurnCause, amount: u128) {
		if amount > 0 && Self::book_burn(cause, amount).is_err() {
			let kind = UnexpectedKind::BurnNotBooked { cause, amount };
			Self::deposit_event(Event::Unexpected { kind });
		}
	}
}
