//! One run: random blocks, then the end that brings what takes long.

use crate::random::{
	chain::{apply, fails, Chain, Eras},
	checks::{check, check_expected, check_rollback},
	flows::Flows,
	issuance::{Economy, Ledger},
	late, pallets,
	report::{CallName, Report, Step},
	view::View,
	world::{Operation, Origin, World},
};
use engram_runtime::{Block, Runtime, RuntimeCall, RuntimeEvent, System, Timing, UncheckedExtrinsic};
use frame_support::traits::GetCallMetadata;
use frame_system::Phase;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
use std::{collections::BTreeSet, time::Instant};

/// Blocks between two checks of everything.
const CHECK_EVERY: u32 = 5;
/// The same at the end of a run, when most blocks are empty.
const CHECK_EVERY_LATE: u32 = 50;
/// Blocks between two looks at the traces of a failed operation: reading the whole state twice takes its time.
const ROLLBACK_EVERY: u32 = 10;

/// What to run.
pub(crate) struct Plan {
	pub(crate) seed: u64,
	/// Blocks full of operations.
	pub(crate) blocks: u32,
	/// Operations in each of them.
	pub(crate) operations: u32,
	/// How long the eras are.
	pub(crate) eras: Eras,
	/// Whether to keep the blocks, and what is pretended between them.
	pub(crate) record: bool,
}

/// A run in progress.
pub(crate) struct Run {
	pub(crate) chain: Chain,
	pub(crate) world: World,
	ledger: Economy,
	flows: Flows,
	report: Report,
	record: bool,
	/// Whether operations count for the share of successes.
	sharing: bool,
}

/// Runs a plan, and goes on until bonds are free and payouts expire.
pub(crate) fn run(plan: &Plan) -> Report {
	let started = Instant::now();
	let world = World::new(plan.seed);
	let mut chain = Chain::new(&world.endowed(), plan.eras);
	let ledger = chain.execute(Economy::new);
	let report = Report::new(plan.seed);
	let flows = chain.execute(|| Flows::new(World::funded()));
	let mut run = Run { chain, world, ledger, flows, report, record: plan.record, sharing: true };
	for _ in 0..plan.blocks {
		run.block(plan.operations, View::read, pallets::draw);
	}
	run.sharing = false;
	late::end(&mut run);
	run.check();
	run.report.print(started.elapsed());
	run.report
}

impl Run {
	/// Makes a block of up to `operations` that `draw` comes up with after `read`.
	pub(crate) fn block(
		&mut self,
		operations: u32,
		read: fn() -> View,
		draw: impl FnMut(&mut World) -> Option<Operation>,
	) {
		let skipped = if self.world.chance(10) { self.world.range(1, 3) } else { 0 };
		self.block_after(skipped, operations, read, draw);
	}

	/// Changes the state between two blocks, as no block could.
	pub(crate) fn pretend(&mut self, change: fn()) {
		self.chain.execute(change);
		if self.record {
			self.report.steps.push(Step::Pretend(change));
		}
	}

	/// Makes an empty block a session later. The block that begins a session has no place for operations.
	pub(crate) fn leap(&mut self) {
		let session = self.chain.execute(|| Timing::schedule().epoch_duration);
		self.block_after(session - 1, 0, View::default, |_| None);
	}

	fn block_after(
		&mut self,
		skipped: u64,
		operations: u32,
		read: fn() -> View,
		mut draw: impl FnMut(&mut World) -> Option<Operation>,
	) {
		let looks = self.sharing && self.chain.head().number.is_multiple_of(ROLLBACK_EVERY);
		let (world, sharing) = (&mut self.world, self.sharing);
		let (block, made) = self.chain.build(skipped, |extrinsics| {
			world.view = read();
			let mut made = Made::new(looks);
			for _ in 0..operations {
				let Some(operation) = draw(world) else { break };
				made.apply(world, &operation, extrinsics);
			}
			made
		});
		self.report.rollbacks += u64::from(looks && !made.looks);
		if sharing {
			self.report.exhausted += made.exhausted;
		}
		let failed = self.observe();
		for (index, call) in made.calls {
			let success = index.is_some_and(|index| !failed.contains(&index));
			self.report.count(call, success, sharing);
		}
		self.finish(block);
	}

	/// Reads the events of the block, and returns the extrinsics whose failure only an event tells.
	fn observe(&mut self) -> BTreeSet<u32> {
		let (ledger, flows, report) = (&mut self.ledger, &mut self.flows, &mut self.report);
		self.chain.execute(|| {
			let mut failed = BTreeSet::new();
			for record in System::read_events_no_consensus() {
				ledger.observe(&record.event);
				flows.observe(&record.event);
				check_expected(&record.event);
				report.observe(&record.event);
				let refused = matches!(
					&record.event,
					RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result: Err(_) })
				);
				if let (true, Phase::ApplyExtrinsic(index)) = (refused, &record.phase) {
					failed.insert(*index);
				}
			}
			failed
		})
	}

	fn finish(&mut self, block: Block) {
		self.report.roots.push(block.header.state_root);
		if self.record {
			self.report.steps.push(Step::Block(block));
		}
		let period = if self.sharing { CHECK_EVERY } else { CHECK_EVERY_LATE };
		if self.chain.head().number.is_multiple_of(period) {
			self.check();
		}
	}

	fn check(&mut self) {
		let started = Instant::now();
		check(&mut self.chain, &self.ledger, &self.flows, self.report.seed);
		self.report.checking += started.elapsed();
	}
}

/// What was done in a block.
struct Made {
	/// Each call, and the index of its extrinsic if it succeeded as far as its result tells.
	calls: Vec<(Option<u32>, CallName)>,
	/// Operations for which the block had no place.
	exhausted: u64,
	/// Whether the next failed operation is looked at.
	looks: bool,
}

impl Made {
	fn new(looks: bool) -> Self {
		Self { calls: Vec::new(), exhausted: 0, looks }
	}

	fn apply(&mut self, world: &mut World, operation: &Operation, extrinsics: &mut Vec<UncheckedExtrinsic>) {
		let name = name_of(&operation.call);
		let extrinsic = world.transaction(operation);
		let index = extrinsics.len() as u32;
		if let (true, Origin::Signed(actor)) = (self.looks, &operation.origin) {
			let fails = fails(&extrinsic);
			if fails {
				check_rollback(&extrinsic, &world.account(*actor), &format!("{name:?}"));
				self.looks = false;
			}
		}
		let result = apply(&extrinsic);
		if result == Err(TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources)) {
			self.exhausted += 1;
			return;
		}
		if result.is_ok() {
			extrinsics.push(extrinsic);
		}
		self.calls.push((matches!(result, Ok(Ok(()))).then_some(index), name));
	}
}

/// The call that is meant, past `sudo`.
fn name_of(call: &RuntimeCall) -> CallName {
	let meant = match call {
		RuntimeCall::Sudo(pallet_sudo::Call::<Runtime>::sudo { call }) => call,
		call => call,
	};
	let metadata = meant.get_call_metadata();
	(metadata.pallet_name, metadata.function_name)
}
