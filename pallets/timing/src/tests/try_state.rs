use crate::{mock::*, *};
use sp_runtime::TryRuntimeError;

fn broken(corrupt: impl FnOnce(), message: &'static str) {
	ExtBuilder(fast()).build().execute_with(|| {
		Timing::do_try_state().unwrap();
		corrupt();
		assert_eq!(Timing::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

#[test]
fn inv_timing_1_notices_a_missing_schedule() {
	broken(GenesisSchedule::<Test>::kill, "INV-TIMING-1: no schedule is stored");
}

#[test]
fn inv_timing_2_notices_every_invalid_field() {
	for invalid in [
		Schedule { slot_duration: 0, ..fast() },
		Schedule { slot_duration: 999, ..fast() },
		Schedule { epoch_duration: 0, ..fast() },
		Schedule { sessions_per_era: 0, ..fast() },
		Schedule { bonding_duration: 0, ..fast() },
		Schedule { slash_defer_duration: 0, ..fast() },
		Schedule { slash_defer_duration: 8, ..fast() },
		Schedule { beacon_delay: 0, ..fast() },
	] {
		broken(
			|| GenesisSchedule::<Test>::put(invalid),
			"INV-TIMING-2: the stored schedule is not a valid one",
		);
	}
}
