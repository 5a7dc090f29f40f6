//! What a runtime may configure.

use crate::{mock::*, Bounds, LEAST_SUPPLY};
use frame_support::traits::Hooks;

fn refused(message: &str, change: impl FnOnce()) {
	ExtBuilder.build().execute_with(|| {
		<Pooling as Hooks<u64>>::integrity_test();
		change();
		let panic = std::panic::catch_unwind(<Pooling as Hooks<u64>>::integrity_test).unwrap_err();
		let text = panic.downcast_ref::<&str>().map(|text| String::from(*text));
		assert!(text.or(panic.downcast_ref::<String>().cloned()).unwrap().contains(message));
	});
}

#[test]
fn what_cannot_be_is_refused() {
	refused("close", || Closing::set(0));
	refused("`MostSpared`", || Spared::set(ONE + 1));
	for wrong in [
		// A twentieth of less is nothing.
		Bounds { supply: (LEAST_SUPPLY - 1, BOUNDS.supply.1), ..BOUNDS },
		Bounds { supply: (BOUNDS.supply.1 + 1, BOUNDS.supply.1), ..BOUNDS },
		Bounds { most_rate: 0, ..BOUNDS },
		Bounds { most_factor: 0, ..BOUNDS },
		Bounds { least_unit: 0, ..BOUNDS },
		Bounds { least_unit: ONE + 1, ..BOUNDS },
		Bounds { interval: (0, 1), ..BOUNDS },
		Bounds { interval: (2, 1), ..BOUNDS },
	] {
		refused("`Bounds`", || PoolBounds::set(wrong));
	}
}
