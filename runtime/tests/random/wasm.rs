//! Blocks that the native runtime built, executed by the one that is on chain.

use crate::{
	chain::{genesis_state, root_of},
	world::World,
};
use codec::Encode;
use engram_runtime::Block;
use sc_executor::WasmExecutor;
use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};
use sp_io::{hashing::blake2_256, SubstrateHostFunctions};

/// Executes blocks from genesis on and compares the state with each header.
pub(crate) fn replay(code: &[u8], seed: u64, blocks: &[Block]) {
	let executor = WasmExecutor::<SubstrateHostFunctions>::builder().build();
	let fetcher = WrappedRuntimeCode(code.into());
	let code = RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: blake2_256(code).to_vec() };
	let mut state = genesis_state(&World::new(seed).endowed());
	state.commit_all().unwrap();
	for block in blocks {
		let context = CallContext::Onchain { import: true };
		let (executed, _) =
			executor.call(&mut state.ext(), &code, "Core_execute_block", &block.encode(), context);
		executed.unwrap_or_else(|error| panic!("block {}: {error}", block.header.number));
		state.commit_all().unwrap();
		assert_eq!(root_of(&mut state), block.header.state_root, "block {}", block.header.number);
	}
}
