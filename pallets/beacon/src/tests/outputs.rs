use crate::{mock::*, rolling, Head, OutputRecord, Ring};
use engram_cases::cases_of_thousand;
use engram_primitives::traits::Beacon as _;
use frame_support::traits::Hooks;
use proptest::prelude::*;
use sp_core::H256;
use std::collections::HashSet;

#[test]
fn follows_the_formula_from_genesis() {
	ExtBuilder.build_and_execute(|| {
		let mut expected = rolling::origin(System::block_hash(0));
		for block in 1..=100 {
			let output = next_block(Some(vrf_of(block)));
			if block == 1 {
				assert_eq!(Beacon::output(0), Some(expected));
			}
			expected = rolling::step(expected, vrf_of(block));
			assert_eq!(output, expected);
			assert_eq!(Beacon::head(), Some(OutputRecord { block, output }));
		}
	});
}

#[test]
fn a_block_without_a_vrf_rolls_with_its_number() {
	ExtBuilder.build_and_execute(|| {
		let first = next_block(Some(vrf_of(1)));
		let second = next_block(None);
		assert_eq!(second, rolling::step_without_vrf(first, 2u32));
		assert_eq!(next_block(Some(vrf_of(3))), rolling::step(second, vrf_of(3)));
		assert!(System::events().is_empty());
	});
}

#[test]
fn the_output_is_there_from_the_hook_on_and_not_before() {
	ExtBuilder.build_and_execute(|| {
		assert_eq!(Beacon::output_of(0), None);
		assert_eq!(Beacon::output_of(1), None);
		assert_eq!(Beacon::head(), None);
		let output = next_block(Some(vrf_of(1)));
		assert_eq!(Beacon::output_of(1), Some(output));
		assert_eq!(Beacon::output_of(2), None);
	});
}

#[test]
fn the_ring_keeps_the_newest_outputs_and_no_others() {
	ExtBuilder.build_and_execute(|| {
		let outputs: Vec<H256> = (1..=3 * RING).map(|block| next_block(Some(vrf_of(block)))).collect();
		let newest = 3 * RING;
		for block in 0..=newest + 2 * RING {
			let kept = block > newest - RING && block <= newest;
			let expected = kept.then(|| outputs[block as usize - 1]);
			assert_eq!(Beacon::output_of(block), expected, "block {block}");
		}
		assert_eq!(Ring::<Test>::iter().count(), RING as usize);
	});
}

#[test]
fn chains_differ_from_their_first_output() {
	let first_of = |genesis: H256| {
		ExtBuilder.build().execute_with(|| {
			System::initialize(&1, &genesis, &Default::default());
			Beacon::on_initialize(1);
			(Beacon::output(0).unwrap(), Beacon::output(1).unwrap())
		})
	};
	let (one, other) = (first_of(H256::repeat_byte(1)), first_of(H256::repeat_byte(2)));
	assert_ne!(one.0, other.0);
	assert_ne!(one.1, other.1);
	assert_eq!(one, first_of(H256::repeat_byte(1)));
}

#[test]
fn starts_in_the_middle_of_a_chain() {
	ExtBuilder.build_and_execute(|| {
		System::set_block_number(1_000);
		let output = next_block(Some(vrf_of(1_001)));
		let origin = rolling::origin(H256::repeat_byte(3));
		assert_eq!(Beacon::output(1_000), Some(origin));
		assert_eq!(output, rolling::step(origin, vrf_of(1_001)));
		assert_eq!(Beacon::output(999), None);
	});
}

#[test]
fn subjects_draw_apart_from_one_output() {
	ExtBuilder.build_and_execute(|| {
		next_block(Some(vrf_of(1)));
		let keyed: HashSet<H256> =
			(0..1_000u32).map(|job| Beacon::keyed(1, (b"assign", job, 0u32)).unwrap()).collect();
		assert_eq!(keyed.len(), 1_000);
		assert_eq!(Beacon::keyed(2, 0u32), None);
		assert_eq!(Beacon::delay(), 4);
	});
}

/// No output is seen twice in 20,000 blocks, whatever the VRF does.
fn never_repeats(vrf: impl Fn(u32) -> Option<[u8; 32]>) {
	ExtBuilder.build_and_execute(|| {
		let mut seen = HashSet::new();
		for block in 1..=20_000 {
			assert!(seen.insert(next_block(vrf(block))), "block {block}");
		}
		assert!(seen.insert(rolling::origin(System::block_hash(0))));
	});
}

#[test]
fn never_repeats_with_fresh_vrfs() {
	never_repeats(|block| Some(vrf_of(block)));
}

#[test]
fn never_repeats_when_the_vrf_always_does() {
	never_repeats(|_| Some([0; 32]));
}

#[test]
fn never_repeats_when_vrfs_come_in_a_cycle() {
	never_repeats(|block| Some(vrf_of(block % 3)));
}

#[test]
fn never_repeats_without_any_vrf() {
	never_repeats(|_| None);
}

proptest! {
	#![proptest_config(ProptestConfig {
		rng_seed: prop::test_runner::RngSeed::Fixed(20),
		..cases_of_thousand(64)
	})]

	/// Whatever VRFs come, repeated or missing: every invariant holds after every block and nothing repeats.
	#[test]
	fn invariants_hold_after_every_block(
		ring in 9u32..40,
		vrfs in prop::collection::vec(prop::option::of(0u32..4), 1..120),
	) {
		ExtBuilder.build_and_execute(|| {
			RingSize::set(ring);
			let mut seen = HashSet::new();
			for vrf in vrfs {
				let output = next_block(vrf.map(vrf_of));
				assert!(seen.insert(output));
				assert_eq!(Head::<Test>::get().unwrap().output, output);
				Beacon::do_try_state().unwrap();
			}
		});
	}
}
