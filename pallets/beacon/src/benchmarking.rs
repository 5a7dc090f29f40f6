//! Benchmarks.

use crate::{Config, Head, Pallet, Ring};
use frame_benchmarking::v2::*;
use frame_support::traits::{Get, Hooks};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{One, Saturating};

#[benchmarks]
mod benchmarks {
	use super::*;

	/// In a full ring, so that the write replaces a row.
	#[benchmark]
	fn on_initialize() {
		let mut now: BlockNumberFor<T> = One::one();
		while now <= T::RingSize::get() {
			Pallet::<T>::roll(now);
			now = now.saturating_add(One::one());
		}
		let rows = Ring::<T>::iter_keys().count();

		#[block]
		{
			Pallet::<T>::on_initialize(now);
		}

		assert_eq!(Head::<T>::get().map(|head| head.block), Some(now));
		assert_eq!(Ring::<T>::iter_keys().count(), rows);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder.build(), crate::mock::Test);
}
