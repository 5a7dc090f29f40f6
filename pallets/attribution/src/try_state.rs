//! What is always true.
//!
//! 1. INV-ATTRIBUTION-1: what the pot has on hold for payouts equals the sum of what the records still owe, and no other
//!    account has anything on hold for it.
//! 2. INV-ATTRIBUTION-2: the pot lives: it has a provider and, beside the hold, at least the existential deposit.
//! 3. INV-ATTRIBUTION-3: of every record, paid and unpaid sum to the root's sum, which is at most the fee.
//! 4. INV-ATTRIBUTION-4: every record has one leaf for each contribution of its version, and at least one.
//! 5. INV-ATTRIBUTION-5: claimed bits are below the number of leaves; there are some exactly when something is paid, never
//!    all while something is unpaid.
//! 6. INV-ATTRIBUTION-6: a job with a record is not being served any more, and its claims open before they expire.

use crate::{Config, HoldReason, Pallet, PayoutRecordOf, Payouts};
use engram_primitives::{
	traits::{InferenceJobs, ModelRegistry},
	units::Balance,
};
use frame_support::{
	ensure,
	traits::fungible::{hold::Inspect as _, Inspect},
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_pot()?;
		for (job, record) in Payouts::<T>::iter() {
			Self::try_state_record(&record)?;
			ensure!(
				T::Jobs::inference(job).is_none(),
				"INV-ATTRIBUTION-6: a job with a payout is still being served"
			);
		}
		Ok(())
	}

	fn try_state_pot() -> Result<(), TryRuntimeError> {
		let pot = Self::pot();
		let owed = Payouts::<T>::iter_values()
			.try_fold(Balance::default(), |sum, record| sum.checked_add(record.unpaid))
			.ok_or("INV-ATTRIBUTION-1: the sum of what is owed overflows")?;
		let reason = HoldReason::Payouts.into();
		ensure!(
			T::Currency::balance_on_hold(&reason, &pot) == owed,
			"INV-ATTRIBUTION-1: what the pot holds is not what the records owe"
		);
		for who in frame_system::Account::<T>::iter_keys() {
			ensure!(
				who == pot || T::Currency::balance_on_hold(&reason, &who) == 0,
				"INV-ATTRIBUTION-1: another account has something on hold for payouts"
			);
		}
		ensure!(
			frame_system::Pallet::<T>::providers(&pot) > 0
				&& T::Currency::balance(&pot) >= T::Currency::minimum_balance(),
			"INV-ATTRIBUTION-2: the pot is not endowed with the existential deposit"
		);
		Ok(())
	}

	fn try_state_record(record: &PayoutRecordOf<T>) -> Result<(), TryRuntimeError> {
		ensure!(
			record.paid.checked_add(record.unpaid) == Some(record.root.sum) && record.root.sum <= record.fee,
			"INV-ATTRIBUTION-3: paid and unpaid do not sum to the contributors' part"
		);
		let parts = T::Models::version(record.version).map(|version| version.parts.len());
		ensure!(
			record.leaves > 0 && parts == usize::try_from(record.leaves).ok(),
			"INV-ATTRIBUTION-4: a tree has not one leaf for each contribution"
		);
		ensure!(
			record.claimed.width() <= record.leaves
				&& (record.claimed.count() > 0) == (record.paid > 0)
				&& record.claimed.count() < record.leaves
				&& record.unpaid > 0,
			"INV-ATTRIBUTION-5: the claimed leaves do not fit what is paid"
		);
		ensure!(record.claimable_at < record.expires_at, "INV-ATTRIBUTION-6: claims expire before they open");
		Ok(())
	}
}
