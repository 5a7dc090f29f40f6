//! What each job caused, kept from events: its rewards, and the part of its fee that cannot come back to its payer.
//!
//! Some rewards belong to a job by themselves: what its contributors are owed names it. Others are paid for an epoch. A worker's
//! part of a pool is attributed to its jobs of the epoch by the ceilings they set, and what demand adds to the stakers' payout
//! by the budgets they leave; both are rounded up.

use engram_primitives::{
	units::{Balance, PPM},
	JobId,
};
use engram_runtime::{AccountId, Emission, Runtime, RuntimeEvent, Treasury, Workers};
use std::collections::{BTreeMap, BTreeSet};

type Row = (u32, AccountId);

/// What is known of a paid job. Amounts are base units.
#[derive(Clone, Debug, Default)]
struct Job {
	/// The epoch it was paid in.
	epoch: u32,
	/// What of its fee was burned or went to the treasury.
	kept: Balance,
	/// The most that each row of workers' rewards may be paid for it.
	ceilings: Vec<(Row, Balance)>,
	/// What its contributors and reviewers are owed, by the epoch that owes it.
	contributed: Vec<(u32, Balance)>,
}

/// All paid jobs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
	jobs: BTreeMap<JobId, Job>,
	/// Work that was recorded for the job that is being settled.
	recorded: Vec<(Row, Balance)>,
	probes: BTreeSet<JobId>,
	/// What probes paid their executors.
	probes_paid: BTreeMap<AccountId, Balance>,
	/// What contributors were owed for an epoch, and what was minted for it.
	contributors: BTreeMap<u32, (Balance, Balance)>,
	closed: Vec<u32>,
}

/// What all jobs together kept and caused, in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
	pub(crate) jobs: usize,
	pub(crate) kept: Balance,
	pub(crate) rewards: Balance,
}

impl Books {
	pub(crate) fn observe(&mut self, event: RuntimeEvent) {
		use pallet_emission::Event as Emissions;
		use pallet_jobs::Event as Jobs;
		use pallet_ratings::Event as Ratings;
		match event {
			RuntimeEvent::Workers(pallet_workers::Event::WorkRecorded { worker, epoch, ceiling, .. }) => {
				self.recorded.push(((epoch, worker), ceiling))
			},
			RuntimeEvent::Jobs(Jobs::ProbeRequested { job, .. }) => {
				self.probes.insert(job);
			},
			// It causes no rewards, so it has no place among the jobs.
			RuntimeEvent::Jobs(Jobs::TrainingSettled { worker, job, paid, .. })
				if self.probes.contains(&job) =>
			{
				assert!(self.recorded.is_empty(), "a probe is no work that counts");
				*self.probes_paid.entry(worker).or_default() += paid;
			},
			RuntimeEvent::Jobs(Jobs::TrainingSettled { job, burned, treasury, .. }) => {
				self.settled(job, burned + treasury)
			},
			RuntimeEvent::Jobs(Jobs::InferenceSettled { job, payments, burned, .. }) => {
				let treasury = Treasury::account_id();
				let kept = payments.iter().filter(|(who, _)| *who == treasury).map(|(_, amount)| amount);
				self.settled(job, burned + kept.sum::<Balance>())
			},
			RuntimeEvent::Ratings(Ratings::ContributionRewarded { job, epoch, base, rated, .. }) => {
				self.jobs.entry(job).or_default().contributed.push((epoch, base + rated))
			},
			RuntimeEvent::Ratings(Ratings::ReviewClosed { job, verdicts, .. }) => {
				let earned = verdicts.iter().map(|verdict| verdict.earned).sum();
				self.jobs.entry(job).or_default().contributed.push((Emission::epoch(), earned))
			},
			RuntimeEvent::Ratings(Ratings::EpochClosed { epoch, owed, taken, .. }) => {
				self.contributors.insert(epoch, (owed, taken));
			},
			RuntimeEvent::Emission(Emissions::EpochClosed { epoch, .. }) => self.closed.push(epoch),
			RuntimeEvent::Emission(Emissions::Unexpected { .. })
			| RuntimeEvent::Ratings(Ratings::Unexpected { .. })
			| RuntimeEvent::Jobs(Jobs::Unexpected { .. })
			| RuntimeEvent::Workers(pallet_workers::Event::Unexpected { .. })
			| RuntimeEvent::Learning(pallet_learning::Event::Unexpected { .. }) => {
				panic!("something that cannot happen: {event:?}")
			},
			_ => (),
		}
	}

	fn settled(&mut self, job: JobId, kept: Balance) {
		let entry = self.jobs.entry(job).or_default();
		entry.epoch = Emission::epoch();
		entry.kept = kept;
		entry.ceilings = std::mem::take(&mut self.recorded);
	}

	/// What probes paid a worker.
	pub(crate) fn probes_paid(&self, worker: &AccountId) -> Balance {
		self.probes_paid.get(worker).copied().unwrap_or_default()
	}

	/// Compares what each job, each epoch and all of them together caused with what was kept. To be called once everything is
	/// claimed. Says what was more than allowed.
	pub(crate) fn check(&self) -> (Totals, Vec<String>) {
		let mut wrong = Vec::new();
		let mut limit = |what: String, caused: Balance, kept: Balance| {
			if caused > kept {
				wrong.push(format!("{what} caused {caused} and kept {kept}"));
			}
		};
		let stakers_share = Balance::from(Emission::policy().budget.stakers);
		let ceilings = self.sums(|job| job.ceilings.clone());
		let budgets = self.sums(|job| vec![(job.epoch, part(job.kept, stakers_share, PPM.into()))]);
		let kept_of = self.sums(|job| vec![(job.epoch, job.kept)]);
		let added: BTreeMap<_, _> =
			self.closed.iter().map(|epoch| (*epoch, added_to_stakers(*epoch))).collect();

		let contributed = self.sums(|job| job.contributed.clone());
		for (epoch, (owed, _)) in &self.contributors {
			let known = contributed.get(epoch).copied().unwrap_or_default();
			assert_eq!(known, *owed, "the jobs of epoch {epoch} explain all that its pool owes");
		}

		let mut totals = Totals { jobs: self.jobs.len(), ..Totals::default() };
		for (id, job) in &self.jobs {
			let works = job.ceilings.iter().map(|(row, ceiling)| {
				let paid = Workers::rewards_of(row.1.clone(), row.0).and_then(|rewards| rewards.paid);
				part_ceil(paid.unwrap_or_default(), *ceiling, ceilings[row])
			});
			let contributed = job.contributed.iter().map(|(epoch, reward)| {
				let (owed, taken) = self.contributors[epoch];
				part_ceil(taken, *reward, owed)
			});
			let added = added.get(&job.epoch).copied().unwrap_or_default();
			let staked = part_ceil(added, part(job.kept, stakers_share, PPM.into()), budgets[&job.epoch]);
			let rewards = works.sum::<Balance>() + contributed.sum::<Balance>() + staked;
			limit(format!("job {id}"), rewards, job.kept);
			totals.kept += job.kept;
			totals.rewards += rewards;
		}

		let (mut kept_so_far, mut issued_so_far) = (0, 0);
		for epoch in &self.closed {
			let summary = Emission::epoch_of(*epoch).expect("it was closed");
			let kept = kept_of.get(epoch).copied().unwrap_or_default();
			assert_eq!(summary.seen.kept, kept, "the books of epoch {epoch} are those of the chain");
			limit(format!("epoch {epoch}"), summary.parts.workers + added[epoch], kept);
			// A median of several epochs lags behind, so what it caused is compared from the start.
			kept_so_far += kept;
			issued_so_far += summary.issuance.minted - summary.issuance.zero_demand;
			limit(format!("issuance up to epoch {epoch}"), issued_so_far, kept_so_far);
		}
		(totals, wrong)
	}

	fn sums<K: Ord>(&self, of: impl Fn(&Job) -> Vec<(K, Balance)>) -> BTreeMap<K, Balance> {
		let mut sums = BTreeMap::new();
		for (key, amount) in self.jobs.values().flat_map(of) {
			*sums.entry(key).or_default() += amount;
		}
		sums
	}
}

/// What demand added to the stakers' payout of an epoch.
fn added_to_stakers(epoch: u32) -> Balance {
	let summary = Emission::epoch_of(epoch).expect("it was closed");
	let least = Balance::from(Emission::policy().staking_range.min);
	let idle = part(summary.issuance.zero_demand_stakers, least, PPM.into());
	// Without stake nobody is paid, not even what demand does not raise.
	summary.parts.stakers.saturating_sub(idle)
}

fn part(amount: Balance, part: Balance, whole: Balance) -> Balance {
	amount * part / whole
}

/// Nothing is a part of nothing.
fn part_ceil(amount: Balance, part: Balance, whole: Balance) -> Balance {
	(amount * part).div_ceil(whole.max(1))
}

/// Takes the bound of what workers may be paid off the running epoch, as if fees set none.
pub(crate) fn lift_ceilings(ceiling: Balance) {
	let epoch = Emission::epoch();
	let workers: Vec<_> = pallet_workers::Work::<Runtime>::iter_prefix(epoch).collect();
	let Some(mut totals) = Workers::epoch_of(epoch) else { return };
	totals.ceilings = ceiling * workers.len() as Balance;
	pallet_workers::Epochs::<Runtime>::insert(epoch, totals);
	for (worker, row) in workers {
		let row = pallet_workers::WorkRecord { ceiling, ..row };
		pallet_workers::Work::<Runtime>::insert(epoch, worker, row);
	}
}

/// Lets workers share the pool of the running epoch by what they can do, as the chain has it, if they did anything.
pub(crate) fn count_capacity() {
	let epoch = Emission::epoch();
	let Some(mut totals) = Workers::epoch_of(epoch) else { return };
	let workers: Vec<_> = pallet_workers::Work::<Runtime>::iter_prefix(epoch).collect();
	totals.total_weight = 0;
	for (worker, row) in workers {
		let record = pallet_workers::Workers::<Runtime>::get(&worker).expect("nobody leaves");
		let weight = u128::from(record.capacity.max(1)) * u128::from(record.reputation) * u128::from(PPM);
		totals.total_weight += weight;
		let row = pallet_workers::WorkRecord { weight, ..row };
		pallet_workers::Work::<Runtime>::insert(epoch, worker, row);
	}
	pallet_workers::Epochs::<Runtime>::insert(epoch, totals);
}

/// Takes the bound of the fee off what ratings cause for an answer, as if much more of it had been kept.
pub(crate) fn lift_budget(job: JobId, kept: Balance) {
	pallet_ratings::Budgets::<Runtime>::mutate(job, |budget| {
		if let Some(budget) = budget {
			budget.kept += kept;
			budget.ratings += kept;
		}
	});
}

/// Takes the bound of burns off what ratings cause, as if much more had been burned to rate everything.
pub(crate) fn lift_credit(credit: Balance) {
	pallet_ratings::Assets::<Runtime>::translate_values(
		|mut record: pallet_ratings::AssetRecordOf<Runtime>| {
			record.burned += credit;
			record.credit += credit;
			Some(record)
		},
	);
}
