//! INV-BEACON-1: the delay suits the ring.
//! INV-BEACON-2: the head, the origin and the ring are all absent or all present.
//! INV-BEACON-3: the ring has `min(head - origin + 1, RingSize)` rows.
//! INV-BEACON-4: each row is in the slot of its block and among the newest `RingSize`.
//! INV-BEACON-5: the row of the head's block is the head.
//! INV-BEACON-6: no two rows have the same output.

use crate::{Config, Head, Origin, Pallet, Ring};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_core::H256;
use sp_runtime::{
	traits::{One, Saturating, UniqueSaturatedInto, Zero},
	TryRuntimeError,
};

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		ensure!(Self::check_config().is_ok(), "INV-BEACON-1: the delay does not suit the ring");

		let rows: Vec<_> = Ring::<T>::iter().collect();
		let (head, origin) = match (Head::<T>::get(), Origin::<T>::get()) {
			(Some(head), Some(origin)) => (head, origin),
			(None, None) if rows.is_empty() => return Ok(()),
			_ => return Err("INV-BEACON-2: only a part of head, origin and ring is there".into()),
		};

		let span = head.block.saturating_sub(origin).saturating_add(One::one());
		let expected: BlockNumberFor<T> = span.min(T::RingSize::get());
		let expected: usize = expected.unique_saturated_into();
		ensure!(rows.len() == expected, "INV-BEACON-3: the ring has rows too many or too few");

		for (slot, record) in &rows {
			let age = head.block.saturating_sub(record.block);
			let kept = record.block <= head.block && age < T::RingSize::get() && record.block >= origin;
			ensure!(
				kept && Self::slot(record.block) == Some(*slot),
				"INV-BEACON-4: a row is in a wrong slot or out of the ring"
			);
			ensure!(!age.is_zero() || *record == head, "INV-BEACON-5: the row of the head is not the head");
		}

		let outputs: BTreeSet<H256> = rows.iter().map(|(_, record)| record.output).collect();
		ensure!(outputs.len() == rows.len(), "INV-BEACON-6: an output is there twice");
		Ok(())
	}
}
