//! The end of a run: what takes longer than its blocks.
//!
//! A token of each basket is stuck while shares are redeemed, and what could not be paid is collected. Then governance stops
//! probing, workers finish what was requested, and empty blocks pass until nothing is open. The time in which rewards may be
//! claimed is really waited for, session after session; in between reviews are closed, governance changes how much is minted, and
//! stakers are paid. Locked claims of tokens are released. Bonds are free after 1,200 blocks, and payouts and budgets expire after
//! 100,000, which nobody waits for: the term of each is brought forward in storage, and nothing else is touched.

use crate::random::{
	pallets::{
		attribution, baskets, curves, emission, jobs, learning, ratings, reviews, rollbacks, sdk, workers,
	},
	run::Run,
	view::View,
	world::{Operation, World},
};
use engram_runtime::{BlockNumber, Emission, Runtime, System};
use frame_support::BoundedVec;
use pallet_workers::WorkerStatus;

/// Most blocks until the market is empty: every attempt may be missed and every draw repeated.
const PATIENCE: BlockNumber = 2_000;
/// Operations in a block of this phase.
const OPERATIONS: u32 = 100;
/// Blocks for each kind of late operation.
const BLOCKS: u32 = 4;

/// Brings a run to its end.
pub(crate) fn end(run: &mut Run) {
	run.pretend(baskets::pretend_stuck);
	for _ in 0..BLOCKS {
		run.block(OPERATIONS, View::read, baskets::redeem);
	}
	run.pretend(baskets::pretend_free);
	for _ in 0..BLOCKS {
		run.block(OPERATIONS, View::read, baskets::collect);
	}
	while run.chain.execute(pallet_jobs::Probe::<Runtime>::exists) {
		run.block(1, View::read_tasks, jobs::stop_probing);
	}
	let left = run.chain.head().number;
	while run.chain.execute(pallet_jobs::OpenJobCount::<Runtime>::get) > 0 {
		assert!(run.chain.head().number < left + PATIENCE, "jobs never end");
		run.block(OPERATIONS, View::read_tasks, report);
	}
	run.pretend(bring_bonds_forward);
	for _ in 0..BLOCKS {
		run.block(OPERATIONS, View::read, workers::withdraw_unbonded);
		run.block(OPERATIONS, View::read, workers::withdraw);
	}
	run.pretend(bring_terms_forward);
	for _ in 0..BLOCKS {
		run.block(OPERATIONS, View::read, attribution::expire);
		run.block(OPERATIONS, View::read, ratings::expire_budget);
	}
	for _ in 0..BLOCKS {
		run.block(OPERATIONS, View::read, workers::claim_rewards);
		run.block(OPERATIONS, View::read, ratings::claim_reward);
		run.block(OPERATIONS, View::read, ratings::forget_rating);
	}
	let last =
		run.chain.execute(Emission::epoch) + <Runtime as pallet_workers::Config>::ClaimPeriod::get() + 1;
	while run.chain.execute(Emission::epoch) <= last {
		run.leap();
		run.block(1, View::read_reviews, reviews::finish);
		run.block(1, View::default, economy);
	}
	for _ in 0..BLOCKS {
		run.block(OPERATIONS, View::read, workers::expire_epoch);
		run.block(OPERATIONS, View::read, ratings::expire_epoch);
		run.block(OPERATIONS, View::read, curves::claim);
	}
}

/// Another issuance, or a payout to stakers.
fn economy(world: &mut World) -> Option<Operation> {
	if world.chance(50) {
		emission::set_issuance_parameters(world)
	} else {
		sdk::payout_stakers(world)
	}
}

type Queue = BoundedVec<pallet_workers::ChunkOf<Runtime>, <Runtime as pallet_workers::Config>::MaxUnbonding>;

/// Sets the bonds of those who left free, and what others took back of theirs.
fn bring_bonds_forward() {
	let now = System::block_number();
	pallet_workers::Workers::<Runtime>::translate_values(
		|mut record: pallet_workers::WorkerRecordOf<Runtime>| {
			if let WorkerStatus::Unbonding { until } = &mut record.status {
				*until = now;
			}
			Some(record)
		},
	);
	pallet_workers::Unbonding::<Runtime>::translate_values(|mut queue: Queue| {
		queue.iter_mut().for_each(|chunk| chunk.until = now);
		Some(queue)
	});
}

/// Lets payouts and budgets expire now.
fn bring_terms_forward() {
	pallet_attribution::Payouts::<Runtime>::translate_values(
		|mut payout: pallet_attribution::PayoutRecordOf<Runtime>| {
			payout.expires_at = payout.claimable_at + 1;
			Some(payout)
		},
	);
	let now = System::block_number();
	pallet_ratings::Budgets::<Runtime>::translate_values(|mut budget: pallet_ratings::BudgetOf<Runtime>| {
		(budget.score_until, budget.kept_until) = (now, now);
		Some(budget)
	});
}

/// Any report that a worker owes; then what holders have waited for.
fn report(world: &mut World) -> Option<Operation> {
	learning::any_report(world)
		.or_else(|| attribution::submit_receipt(world))
		.or_else(|| rollbacks::next(world))
}
