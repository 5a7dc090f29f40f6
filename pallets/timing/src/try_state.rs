//! INV-TIMING-1: a schedule is stored.
//! INV-TIMING-2: the stored schedule passes the checks of genesis.

use crate::{Config, GenesisSchedule, Pallet};
use frame_support::ensure;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		ensure!(GenesisSchedule::<T>::exists(), "INV-TIMING-1: no schedule is stored");
		ensure!(
			GenesisSchedule::<T>::get().check().is_ok(),
			"INV-TIMING-2: the stored schedule is not a valid one"
		);
		Ok(())
	}
}
