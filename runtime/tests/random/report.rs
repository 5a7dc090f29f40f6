//! What a run did.

use engram_primitives::JobId;
use engram_runtime::{AllPalletsWithSystem, Block, Emission as Monetary, RuntimeCall, RuntimeEvent};
use frame_support::traits::{GetCallMetadata, PalletsInfoAccess};
use sp_core::H256;
use std::{
	collections::{BTreeMap, BTreeSet},
	time::Duration,
};

/// A call by the names of its pallet and of itself.
pub(crate) type CallName = (&'static str, &'static str);

/// Pallets of ours have these places in the runtime.
const OURS: std::ops::RangeInclusive<usize> = 80..=99;

/// Every call of every pallet of ours, as the runtime lists them.
pub(crate) fn calls_of_ours() -> Vec<CallName> {
	let with_calls = RuntimeCall::get_module_names();
	let pallets = AllPalletsWithSystem::infos().into_iter().filter(|pallet| OURS.contains(&pallet.index));
	pallets
		.filter_map(|pallet| with_calls.iter().find(|name| **name == pallet.name))
		.flat_map(|pallet| RuntimeCall::get_call_names(pallet).iter().map(|call| (*pallet, *call)))
		.collect()
}

#[derive(Default)]
struct Count {
	tried: u64,
	succeeded: u64,
}

/// What a run did to its chain.
pub(crate) enum Step {
	/// A block.
	Block(Block),
	/// A change of the state that the test only pretends.
	Pretend(fn()),
}

/// Money that moved by the clock, and what else only events tell.
#[derive(Debug, Default)]
pub(crate) struct Cycle {
	/// Epochs that were closed and minted something.
	pub(crate) minted: u64,
	/// Epochs that ended with the supply at its maximum, or above it.
	pub(crate) limited: u64,
	/// Payouts to stakers.
	pub(crate) staker_payouts: u64,
	/// Eras of which staking forgot rewards that nobody had claimed.
	pub(crate) expired: u64,
	/// Curves that took more than one call to close, because of what others had left at their tokens.
	pub(crate) crowded: u64,
	/// Times that a model's success made its token dearer to buy.
	pub(crate) raised: u64,
	/// Settlements of premiums to the escrow of a model.
	pub(crate) premiums: u64,
	/// Calls that the scheduler made.
	pub(crate) scheduled: u64,
	/// Times that the safe mode was entered.
	pub(crate) safe: u64,
	/// Probes that were proven and paid.
	pub(crate) probes: u64,
}

/// Counters of one run, or the sums of several.
#[derive(Default)]
pub(crate) struct Report {
	pub(crate) seed: u64,
	/// Operations that had a place in the blocks in which everybody does anything.
	operations: u64,
	/// Those that had none.
	pub(crate) exhausted: u64,
	succeeded: u64,
	/// Failed operations whose traces were looked for.
	pub(crate) rollbacks: u64,
	calls: BTreeMap<CallName, Count>,
	/// The state root after each block.
	pub(crate) roots: Vec<H256>,
	/// The blocks and what was pretended between them, if the plan keeps them.
	pub(crate) steps: Vec<Step>,
	pub(crate) cycle: Cycle,
	/// Probes that workers were asked for.
	probes: BTreeSet<JobId>,
	/// How long the checks of everything took.
	pub(crate) checking: Duration,
}

impl Report {
	pub(crate) fn new(seed: u64) -> Self {
		Self { seed, ..Self::default() }
	}

	/// Counts a call. Those of a run's end, when only a few kinds are made, do not count for its share of successes.
	pub(crate) fn count(&mut self, call: CallName, success: bool, of_the_share: bool) {
		let count = self.calls.entry(call).or_default();
		count.tried += 1;
		count.succeeded += u64::from(success);
		self.operations += u64::from(of_the_share);
		self.succeeded += u64::from(of_the_share && success);
	}

	/// Counts what only events tell, and what the chain says of it after their block.
	pub(crate) fn observe(&mut self, event: &RuntimeEvent) {
		use pallet_emission::Event as Emission;
		use pallet_jobs::Event as Jobs;
		if let RuntimeEvent::Emission(Emission::EpochClosed { supply, .. }) = event {
			// The block that ends an epoch has no place for operations, so this policy ruled it.
			let most = Monetary::policy().issuance.max_supply;
			self.cycle.limited += u64::from(most.is_some_and(|most| *supply >= most));
		}
		if let RuntimeEvent::Jobs(Jobs::ProbeRequested { job, .. }) = event {
			self.probes.insert(*job);
		}
		let count = match event {
			RuntimeEvent::Jobs(Jobs::TrainingSettled { job, .. }) if self.probes.contains(job) => {
				&mut self.cycle.probes
			},
			RuntimeEvent::Emission(Emission::EpochClosed { minted: 1.., .. }) => &mut self.cycle.minted,
			RuntimeEvent::Emission(Emission::StakersRewardsExpired { .. }) => &mut self.cycle.expired,
			RuntimeEvent::Staking(pallet_staking::Event::Rewarded { .. }) => &mut self.cycle.staker_payouts,
			RuntimeEvent::Curves(pallet_curves::Event::CurveClosing { .. }) => &mut self.cycle.crowded,
			RuntimeEvent::Curves(pallet_curves::Event::MetricsRefreshed {
				multiplier: 1_000_001.., ..
			}) => &mut self.cycle.raised,
			RuntimeEvent::Curves(pallet_curves::Event::FeesSettled { premium: 1.., .. }) => {
				&mut self.cycle.premiums
			},
			RuntimeEvent::Scheduler(pallet_scheduler::Event::Dispatched { result: Ok(()), .. }) => {
				&mut self.cycle.scheduled
			},
			RuntimeEvent::SafeMode(pallet_safe_mode::Event::Entered { .. }) => &mut self.cycle.safe,
			_ => return,
		};
		*count += 1;
	}

	/// All operations of those blocks.
	pub(crate) fn offered(&self) -> u64 {
		self.operations + self.exhausted
	}

	pub(crate) fn share_percent(&self) -> u64 {
		self.succeeded * 100 / self.operations.max(1)
	}

	pub(crate) fn successes(&self, call: CallName) -> u64 {
		self.calls.get(&call).map_or(0, |count| count.succeeded)
	}

	pub(crate) fn add(&mut self, other: &Self) {
		for (call, count) in &other.calls {
			let sum = self.calls.entry(*call).or_default();
			sum.tried += count.tried;
			sum.succeeded += count.succeeded;
		}
	}

	/// A run that goes on until claims expire has minted, paid its stakers, and taken back what nobody claimed.
	pub(crate) fn assert_money_moved(&self) {
		let Cycle { minted, staker_payouts, expired, .. } = self.cycle;
		assert!(minted >= 2 && staker_payouts > 0 && expired > 0, "seed {}: {:?}", self.seed, self.cycle);
	}

	pub(crate) fn print(&self, elapsed: Duration) {
		println!(
			"seed {}: {} blocks, {} operations, {} without a place, {} % succeeded, {} failed ones looked at, \
			 {:?}, {} s, {} s of them checks",
			self.seed,
			self.roots.len(),
			self.operations,
			self.exhausted,
			self.share_percent(),
			self.rollbacks,
			self.cycle,
			elapsed.as_secs(),
			self.checking.as_secs(),
		);
	}

	pub(crate) fn print_calls(&self) {
		for ((pallet, call), Count { tried, succeeded }) in &self.calls {
			println!("{pallet}.{call}: {succeeded} of {tried}");
		}
	}
}
