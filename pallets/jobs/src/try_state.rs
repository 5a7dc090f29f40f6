//! Invariants, checked after every block by `try-runtime` and after every test.
//!
//! - INV-JOBS-1: what the pot has on hold as escrow equals the sum of the escrows of the jobs, and no other account has any.
//! - INV-JOBS-2: what each account has on hold for deposits equals the sum of the deposits of its records.
//! - INV-JOBS-3: the escrow of a closed job is zero, of open inference the fee and what is left of the guarantee, of open training
//!   these two and 0, 1 or 2 verifiers' pay.
//! - INV-JOBS-4: the agenda holds exactly what the states of the open jobs ask for, all of it in blocks to come.
//! - INV-JOBS-5: the assignments of a worker are exactly the jobs it executes.
//! - INV-JOBS-6: the open jobs of a requester are exactly those listed for it, and the count is their number.
//! - INV-JOBS-7: every id is below the next id.
//! - INV-JOBS-8: an open job has tried one worker per earlier attempt, each once, and is not with one of them.
//! - INV-JOBS-9: a state fits its kind: only training has a seed, and what is checked knows it.
//! - INV-JOBS-10: of every model, as many versions are reserved as open training jobs name it.
//! - INV-JOBS-11: the platform's and the contributors' part of inference are together at most its fee.
//! - INV-JOBS-12: every record of the prober is training with an executor, at its first attempt and without a deposit.
//! - INV-JOBS-13: no worker executes two probes.
//! - INV-JOBS-14: the probe that is set has a period above zero and a valid spec.
//! - INV-JOBS-15: while a probe is set, and only then, there is a block since which it is, and it is none to come.
//! - INV-JOBS-16: an open job was declined at most once in each of its attempts; it has another chance, unless it is declined
//!   now; every chance costs something. A probe has none and was never declined.

use crate::{pallet::*, types::*};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use engram_primitives::{traits::ModelRegistry, units::Balance, JobId, ModelId};
use frame_support::{ensure, traits::fungible::hold::Inspect};
use sp_runtime::{traits::Saturating, TryRuntimeError};

type Records<T> = BTreeMap<JobId, JobRecordOf<T>>;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let records: Records<T> = Jobs::<T>::iter().collect();
		Self::try_state_holds(&records)?;
		Self::try_state_agenda(&records)?;
		Self::try_state_indices(&records)?;
		Self::try_state_reservations(&records)?;
		Self::try_state_probes(&records)?;
		for (job, record) in &records {
			ensure!(*job < NextJobId::<T>::get(), "INV-JOBS-7: id not below the next id");
			Self::try_state_escrow(record)?;
			Self::try_state_attempts(record)?;
			Self::try_state_kind(record)?;
			Self::try_state_price(record)?;
			Self::try_state_chances(record)?;
		}
		Ok(())
	}

	fn try_state_holds(records: &Records<T>) -> Result<(), TryRuntimeError> {
		let mut escrows: Balance = 0;
		let mut deposits: BTreeMap<&T::AccountId, Balance> = BTreeMap::new();
		for record in records.values() {
			escrows = escrows.saturating_add(record.escrow);
			let deposit = deposits.entry(&record.requester).or_default();
			*deposit = deposit.saturating_add(record.deposit);
		}
		let pot = Self::pot();
		let accounts: BTreeSet<_> = frame_system::Account::<T>::iter_keys()
			.chain(deposits.keys().map(|who| (*who).clone()))
			.chain([pot.clone()])
			.collect();
		for who in &accounts {
			let held = |reason: HoldReason| T::Currency::balance_on_hold(&reason.into(), who);
			let escrow = if *who == pot { escrows } else { 0 };
			ensure!(held(HoldReason::Escrow) == escrow, "INV-JOBS-1: escrow on hold differs from the jobs'");
			ensure!(
				held(HoldReason::RecordDeposit) == deposits.get(who).copied().unwrap_or_default(),
				"INV-JOBS-2: deposit on hold differs from the records'"
			);
		}
		Ok(())
	}

	fn try_state_escrow(record: &JobRecordOf<T>) -> Result<(), TryRuntimeError> {
		let allowed = |times: Balance| {
			let for_work = record.fee.saturating_add(record.verifier_pay.saturating_mul(times));
			record.escrow == for_work.saturating_add(record.guarantee())
		};
		let right = match (&record.kind, record.state.is_open()) {
			(_, false) => record.escrow == 0,
			(JobKind::Inference(_), true) => allowed(0),
			(JobKind::Training(_), true) => (0..=2).any(allowed),
		};
		ensure!(right, "INV-JOBS-3: escrow does not fit the state");
		Ok(())
	}

	fn try_state_agenda(records: &Records<T>) -> Result<(), TryRuntimeError> {
		let mut wanted: Vec<_> =
			records.iter().flat_map(|(job, record)| Self::items_of(*job, record)).collect();
		let mut planned: Vec<_> = Agenda::<T>::iter()
			.flat_map(|(at, items)| items.into_iter().map(move |item| (at, item)))
			.collect();
		wanted.sort();
		planned.sort();
		ensure!(wanted == planned, "INV-JOBS-4: agenda differs from the states");
		ensure!(planned.iter().all(|(at, _)| *at > Self::now()), "INV-JOBS-4: agenda item left behind");
		Ok(())
	}

	fn try_state_indices(records: &Records<T>) -> Result<(), TryRuntimeError> {
		let mut executed: BTreeMap<T::AccountId, BTreeSet<JobId>> = BTreeMap::new();
		let mut open: BTreeMap<T::AccountId, BTreeSet<JobId>> = BTreeMap::new();
		let mut count = 0u32;
		for (job, record) in records {
			if let Some(worker) = record.state.occupant() {
				executed.entry(worker.clone()).or_default().insert(*job);
			}
			if record.state.is_open() {
				open.entry(record.requester.clone()).or_default().insert(*job);
				count = count.saturating_add(1);
			}
		}
		let mut listed = Assignments::<T>::iter().map(|(who, jobs)| (who, jobs.into_inner()));
		ensure!(same(&mut listed, &executed), "INV-JOBS-5: assignments differ from the jobs executed");
		let mut listed = OpenJobs::<T>::iter().map(|(who, jobs)| (who, jobs.into_inner()));
		ensure!(same(&mut listed, &open), "INV-JOBS-6: open jobs differ from those listed");
		ensure!(count == OpenJobCount::<T>::get(), "INV-JOBS-6: open jobs are miscounted");
		Ok(())
	}

	fn try_state_reservations(records: &Records<T>) -> Result<(), TryRuntimeError> {
		let mut wanted: BTreeMap<ModelId, u32> = BTreeMap::new();
		for record in records.values().filter(|record| record.state.is_open()) {
			if let JobKind::Training(request) = &record.kind {
				wanted.entry(request.model).or_default().saturating_inc();
			}
		}
		ensure!(
			wanted == T::Models::reservations(),
			"INV-JOBS-10: versions reserved differ from the open training jobs"
		);
		Ok(())
	}

	fn try_state_probes(records: &Records<T>) -> Result<(), TryRuntimeError> {
		let mut probed = BTreeSet::new();
		for record in records.values().filter(|record| Self::is_probe(record)) {
			let training = matches!(record.kind, JobKind::Training(_));
			let executor = record.state.occupant().filter(|_| training);
			let fits = executor.filter(|_| record.attempt == 0 && record.deposit == 0);
			let worker = fits.ok_or("INV-JOBS-12: the prober has a job that is no probe")?;
			ensure!(probed.insert(worker), "INV-JOBS-13: a worker executes two probes");
		}
		let right = |terms: ProbeTermsOf<T>| terms.period > 0 && terms.request.spec.is_valid();
		ensure!(Probe::<T>::get().is_none_or(right), "INV-JOBS-14: the probe cannot be asked for");
		let since = ProbedSince::<T>::get();
		ensure!(
			since.is_some() == Probe::<T>::exists() && since.is_none_or(|since| since <= Self::now()),
			"INV-JOBS-15: the block since which there is a probe is wrong"
		);
		Ok(())
	}

	fn try_state_attempts(record: &JobRecordOf<T>) -> Result<(), TryRuntimeError> {
		if !record.state.is_open() {
			return Ok(());
		}
		let distinct: BTreeSet<_> = record.tried.iter().collect();
		let earlier = usize::try_from(record.attempt).unwrap_or(usize::MAX);
		ensure!(
			record.tried.len() == earlier && distinct.len() == earlier,
			"INV-JOBS-8: workers tried differ from the attempts"
		);
		ensure!(
			record.state.occupant().is_none_or(|worker| !distinct.contains(worker)),
			"INV-JOBS-8: a worker has the job again"
		);
		Ok(())
	}

	fn try_state_kind(record: &JobRecordOf<T>) -> Result<(), TryRuntimeError> {
		let training = matches!(record.kind, JobKind::Training(_));
		let fits = match &record.state {
			JobState::Assigned { seed, .. } => seed.is_some() == training,
			JobState::Checking { seed, .. } => training && seed.value.is_some(),
			JobState::Settled { version, .. } => training || version.is_none(),
			JobState::Voided { .. } => training,
			_ => true,
		};
		ensure!(fits, "INV-JOBS-9: state does not fit the kind");
		Ok(())
	}

	fn try_state_chances(record: &JobRecordOf<T>) -> Result<(), TryRuntimeError> {
		if !record.state.is_open() {
			return Ok(());
		}
		let JobRecord { unserved_fee, chances, unserved, attempt, .. } = *record;
		let declined = matches!(record.state, JobState::Declined { .. });
		let right = if Self::is_probe(record) {
			(unserved_fee, chances, unserved, declined) == (0, 0, 0, false)
		} else {
			unserved_fee > 0
				&& (chances > 0 || declined)
				&& u32::from(declined) <= unserved
				&& unserved <= attempt.saturating_add(declined.into())
		};
		ensure!(right, "INV-JOBS-16: a job has other chances than it should");
		Ok(())
	}

	fn try_state_price(record: &JobRecordOf<T>) -> Result<(), TryRuntimeError> {
		let JobKind::Inference(request) = &record.kind else { return Ok(()) };
		ensure!(
			request.platform.checked_add(request.contributors).is_some_and(|parts| parts <= record.fee),
			"INV-JOBS-11: parts of the price exceed the fee"
		);
		Ok(())
	}
}

/// Whether the lists hold exactly the sets, without repetition and without an empty list.
fn same<Who: Ord>(
	listed: &mut impl Iterator<Item = (Who, Vec<JobId>)>,
	wanted: &BTreeMap<Who, BTreeSet<JobId>>,
) -> bool {
	let mut seen = 0usize;
	let right = listed.all(|(who, jobs)| {
		seen = seen.saturating_add(1);
		let distinct: BTreeSet<_> = jobs.iter().copied().collect();
		distinct.len() == jobs.len() && wanted.get(&who) == Some(&distinct)
	});
	right && seen == wanted.len()
}
