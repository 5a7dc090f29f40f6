//! Blocks that the native runtime built, executed by the one that is on chain.

use crate::random::{
	chain::{genesis_state, root_of},
	report::{Report, Step},
	run::Plan,
	world::World,
};
use codec::Encode;
use sc_executor::WasmExecutor;
use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};
use sp_io::{hashing::blake2_256, SubstrateHostFunctions};

/// Executes the blocks of a run from genesis on and compares the state with each header.
pub(crate) fn replay(code: &[u8], plan: &Plan, report: &Report) {
	let executor = WasmExecutor::<SubstrateHostFunctions>::builder().build();
	let fetcher = WrappedRuntimeCode(code.into());
	let code = RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: blake2_256(code).to_vec() };
	let mut state = genesis_state(&World::new(plan.seed).endowed(), plan.eras);
	state.commit_all().unwrap();
	for step in &report.steps {
		let block = match step {
			Step::Block(block) => block,
			Step::Pretend(change) => {
				state.execute_with(change);
				state.commit_all().unwrap();
				continue;
			},
		};
		let context = CallContext::Onchain { import: true };
		let (executed, _) =
			executor.call(&mut state.ext(), &code, "Core_execute_block", &block.encode(), context);
		executed.unwrap_or_else(|error| panic!("block {}: {error}", block.header.number));
		state.commit_all().unwrap();
		assert_eq!(root_of(&mut state), block.header.state_root, "block {}", block.header.number);
	}
}
