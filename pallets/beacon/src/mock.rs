//! A runtime with this pallet alone, whose VRF outputs the test chooses.

use crate as pallet_beacon;
use crate::Pallet;
use codec::Encode;
use engram_primitives::traits::Beacon as _;
use frame_support::{derive_impl, parameter_types, traits::Hooks};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_runtime::BuildStorage;

type Block = frame_system::mocking::MockBlockU32<Test>;

pub(crate) const RING: u32 = 32;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;

	#[runtime::pallet_index(1)]
	pub type Beacon = pallet_beacon;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

parameter_types! {
	pub static Vrf: Option<[u8; 32]> = None;
	pub static Delay: u32 = 4;
	pub static RingSize: u32 = RING;
}

impl pallet_beacon::Config for Test {
	type Vrf = Vrf;
	type Delay = Delay;
	type RingSize = RingSize;
	type WeightInfo = ();
}

#[derive(Default)]
pub(crate) struct ExtBuilder;

impl ExtBuilder {
	pub(crate) fn build(self) -> sp_io::TestExternalities {
		// A test before this one on the same thread may have changed them.
		Vrf::set(None);
		Delay::set(4);
		RingSize::set(RING);
		RuntimeGenesisConfig::default().build_storage().unwrap().into()
	}

	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			Pallet::<Test>::do_try_state().unwrap();
		});
	}
}

/// A VRF output that depends on the block.
pub(crate) fn vrf_of(block: u32) -> [u8; 32] {
	(b"vrf", block).using_encoded(blake2_256)
}

/// Runs one block with the given VRF output; returns the block's output.
pub(crate) fn next_block(vrf: Option<[u8; 32]>) -> H256 {
	let now = System::block_number() + 1;
	let parent = if now == 1 { System::block_hash(0) } else { H256::repeat_byte(3) };
	System::initialize(&now, &parent, &Default::default());
	Vrf::set(vrf);
	Beacon::on_initialize(now);
	Beacon::output(now).unwrap()
}
