use crate::{mock::*, *};
use sp_core::H256;
use sp_runtime::TryRuntimeError;

fn broken(corrupt: impl FnOnce(), message: &'static str) {
	ExtBuilder.build().execute_with(|| {
		(1..=RING + 3).for_each(|block| {
			next_block(Some(vrf_of(block)));
		});
		Beacon::do_try_state().unwrap();
		corrupt();
		assert_eq!(Beacon::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

#[test]
fn holds_before_the_first_block() {
	ExtBuilder.build_and_execute(|| assert_eq!(Beacon::head(), None));
}

#[test]
fn inv_beacon_1_notices_a_delay_too_long() {
	broken(|| Delay::set(RING / 2), "INV-BEACON-1: the delay does not suit the ring");
}

#[test]
fn inv_beacon_2_notices_a_missing_part() {
	let message = "INV-BEACON-2: only a part of head, origin and ring is there";
	broken(Head::<Test>::kill, message);
	broken(Origin::<Test>::kill, message);
	broken(
		|| {
			Head::<Test>::kill();
			Origin::<Test>::kill();
		},
		message,
	);
}

#[test]
fn inv_beacon_3_notices_a_row_lost() {
	broken(|| Ring::<Test>::remove(5), "INV-BEACON-3: the ring has rows too many or too few");
}

#[test]
fn inv_beacon_4_notices_a_row_in_a_wrong_slot() {
	let message = "INV-BEACON-4: a row is in a wrong slot or out of the ring";
	let moved = || Ring::<Test>::mutate(5, |row| row.as_mut().unwrap().block += 1);
	broken(moved, message);
	let aged = || Ring::<Test>::mutate(5, |row| row.as_mut().unwrap().block = 5);
	// The newest block in slot 5 is 5 itself, which is within the ring, or one ring later.
	ExtBuilder.build().execute_with(|| {
		(1..=2 * RING).for_each(|block| {
			next_block(Some(vrf_of(block)));
		});
		aged();
		assert_eq!(Beacon::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

#[test]
fn inv_beacon_5_notices_a_head_that_differs_from_its_row() {
	let other = || {
		Head::<Test>::mutate(|head| head.as_mut().unwrap().output = H256::repeat_byte(1));
	};
	broken(other, "INV-BEACON-5: the row of the head is not the head");
}

#[test]
fn inv_beacon_6_notices_an_output_twice() {
	let repeat = || {
		let output = Ring::<Test>::get(5).unwrap().output;
		Ring::<Test>::mutate(6, |row| row.as_mut().unwrap().output = output);
	};
	broken(repeat, "INV-BEACON-6: an output is there twice");
}
