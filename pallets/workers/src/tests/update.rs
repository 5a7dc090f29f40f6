use crate::{mock::*, *};
use engram_primitives::traits::WorkerPool;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

const MOVED: &str = "/dns4/gpu.example/tcp/4001/p2p/12D3KooWWorker";

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		take_events();
		let new = address(MOVED);
		assert_ok!(Pool::update(RuntimeOrigin::signed(ALICE), new.clone(), 8_192));
		assert_eq!((record(ALICE).address, record(ALICE).memory_mib), (new.clone(), 8_192));
		assert_eq!(Pool::address_of(&ALICE), Some(MOVED.as_bytes().to_vec()));
		assert_eq!(
			take_events(),
			vec![Event::EndpointUpdated { worker: ALICE, address: new, memory_mib: 8_192 }]
		);
	});
}

#[test]
fn works_while_leaving_because_others_still_fetch_from_it() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_ok!(Pool::occupy(&ALICE));
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		assert_ok!(Pool::update(RuntimeOrigin::signed(ALICE), address(MOVED), 1));
		assert_eq!(status(ALICE), WorkerStatus::Leaving);
	});
}

#[test]
fn fails_when_the_endpoint_is_none() {
	ExtBuilder.build_and_execute(|| {
		let update = |who, text, memory| Pool::update(RuntimeOrigin::signed(who), address(text), memory);
		assert_noop!(update(ALICE, MOVED, 1), Error::<Test>::UnknownWorker);
		assert_noop!(Pool::update(RuntimeOrigin::none(), address(ADDRESS), 1), BadOrigin);
		assert_ok!(register(ALICE, LEAST_BOND));
		for text in ["a", "/dns4/gpu.example/tcp/4001"] {
			assert_noop!(update(ALICE, text, 1), Error::<Test>::AddressMalformed);
		}
		assert_noop!(update(ALICE, MOVED, 0), Error::<Test>::MemoryIsZero);
	});
}
