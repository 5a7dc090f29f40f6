//! Benchmarks.

use crate::{BabeVrf, Config, Head, Pallet, Ring};
use codec::Decode;
use frame_benchmarking::v2::*;
use frame_support::traits::{Get, Hooks};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryVRFPreDigest};
use sp_runtime::{
	traits::{One, Saturating, TrailingZeroInput},
	DigestItem,
};

/// The claim of a slot by VRF. Reading it costs the same whatever the VRF is.
fn claim() -> Result<DigestItem, BenchmarkError> {
	let claim = SecondaryVRFPreDigest::decode(&mut TrailingZeroInput::zeroes());
	let claim = claim.map_err(|_| BenchmarkError::Stop("zeros are a VRF signature"))?;
	Ok(<DigestItem as CompatibleDigestItem>::babe_pre_digest(PreDigest::SecondaryVRF(claim)))
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// In a block of BABE with a VRF, and in a full ring, so that the write replaces a row.
	#[benchmark]
	fn on_initialize() -> Result<(), BenchmarkError> {
		let mut now: BlockNumberFor<T> = One::one();
		while now <= T::RingSize::get() {
			Pallet::<T>::roll(now);
			now = now.saturating_add(One::one());
		}
		let rows = Ring::<T>::iter_keys().count();
		frame_system::Pallet::<T>::deposit_log(claim()?);
		assert!(BabeVrf::<T>::get().is_some());

		#[block]
		{
			Pallet::<T>::on_initialize(now);
		}

		assert_eq!(Head::<T>::get().map(|head| head.block), Some(now));
		assert_eq!(Ring::<T>::iter_keys().count(), rows);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder.build(), crate::mock::Test);
}
