//! Probes: training that the protocol buys of one worker, at random times, to measure what it can do.
//!
//! A probe is a training job whose requester is the prober's account, for which nobody can sign. It has its worker from the
//! block it is requested in, is that worker's alone, and leaves no record. All the rest is as with any training job.

use crate::{impls::Price, pallet::*, types::*, weights::WeightInfo};
use engram_math::draw::Stream;
use engram_primitives::{
	traits::{Beacon, ModelRegistry, WorkerPool},
	JobId,
};
use frame_support::{ensure, storage::with_storage_layer, traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_core::H256;
use sp_runtime::{traits::AccountIdConversion, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// The account that pays for probes.
	pub(crate) fn prober() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	/// Whether the protocol asked for this job to measure its worker.
	pub(crate) fn is_probe(record: &JobRecordOf<T>) -> bool {
		record.requester == Self::prober()
	}

	/// What the prober pays for is a probe, so not even root buys in its name.
	pub(crate) fn ensure_buyer(who: &T::AccountId) -> DispatchResult {
		ensure!(*who != Self::prober(), DispatchError::BadOrigin);
		Ok(())
	}

	pub(crate) fn do_set_probe(new: Option<ProbeTermsOf<T>>) -> DispatchResult {
		if let Some(terms) = &new {
			ensure!(terms.period > 0, Error::<T>::PeriodIsZero);
			Self::ensure_training(&terms.request)?;
			Self::training_price(terms.fee)?;
		}
		let old = Probe::<T>::get();
		let since = match (&old, &new) {
			(None, Some(_)) => Some(Self::now()),
			// Other terms renew no measurement, so none gets younger by them.
			(Some(_), Some(_)) => ProbedSince::<T>::get(),
			(_, None) => None,
		};
		ProbedSince::<T>::set(since);
		Probe::<T>::set(new.clone());
		Self::deposit_event(Event::ProbeUpdated { old, new });
		Ok(())
	}

	/// Requests a probe of this block, if one is set and the beacon says so.
	pub(crate) fn draw_probe(now: BlockNumberFor<T>) -> Weight {
		let Some(terms) = Probe::<T>::get() else { return Weight::zero() };
		let Some(chance) = T::Beacon::keyed(now, b"probe/when") else { return Weight::zero() };
		// A period above zero (INV-JOBS-14) always has a number below it.
		if Stream::new(chance).below(terms.period.into()) != Ok(0) {
			return Weight::zero();
		}
		let Some(seed) = T::Beacon::keyed(now, b"probe/whom") else { return Weight::zero() };
		// Nothing is written and nothing said of a probe that cannot be: the worker is busy, the market full, the prober out
		// of money, the model retired. Another block will draw another worker.
		let _ = with_storage_layer(|| Self::request_probe(seed, terms, now));
		T::WeightInfo::process_probe()
	}

	fn request_probe(seed: H256, terms: ProbeTermsOf<T>, now: BlockNumberFor<T>) -> DispatchResult {
		let ProbeTerms { request, memory_mib, fee, .. } = terms;
		let Some(worker) = T::Workers::draw_uniform(seed, memory_mib) else { return Ok(()) };
		let prober = Self::prober();
		let executed = Assignments::<T>::get(&worker);
		let probed = OpenJobs::<T>::get(&prober).iter().any(|job| executed.contains(job));
		ensure!(!probed, Error::<T>::WorkerFull);
		// The world may have changed since governance looked; a worker must not be asked for what it cannot do.
		Self::ensure_training(&request)?;
		// No record outlives a probe, so nothing pays for one.
		let price = Price { deposit: 0, ..Self::training_price(fee)? };
		let reserve = price.reserve;

		// The model has to stay as long as it is trained. No version comes of it.
		T::Models::reserve_version(request.model)?;
		let (job, record) = Self::admit(&prober, JobKind::Training(request), memory_mib, &price)?;
		Self::deposit_event(Event::ProbeRequested { worker: worker.clone(), job, fee, reserve });
		Self::assign(job, record, worker, now)
	}

	/// Ends a probe that its worker missed, gave back or failed: from now on the worker's capacity is unmeasured.
	pub(crate) fn fail_probe(job: JobId, record: JobRecordOf<T>) -> DispatchResult {
		if let Some(worker) = record.state.occupant() {
			T::Workers::measured(worker, 0, 1);
		}
		Self::fail(job, record, JobFailure::AttemptsExhausted)
	}
}
