//! What a runtime may configure.

use crate::{mock::*, Bounds, FeeShares};
use frame_support::traits::Hooks;

fn refused(message: &str, change: impl FnOnce()) {
	ExtBuilder.build().execute_with(|| {
		<Sets as Hooks<u64>>::integrity_test();
		change();
		let panic = std::panic::catch_unwind(<Sets as Hooks<u64>>::integrity_test).unwrap_err();
		let text = panic.downcast_ref::<&str>().map(|text| String::from(*text));
		assert!(text.or(panic.downcast_ref::<String>().cloned()).unwrap().contains(message));
	});
}

#[test]
fn what_cannot_be_is_refused() {
	for wrong in [
		Bounds { most_trading_fee: ONE, ..BOUNDS },
		Bounds { most_rebalancing_fee: ONE + 1, ..BOUNDS },
		Bounds { slippage: (2, 1), ..BOUNDS },
		Bounds { slippage: (1, ONE), ..BOUNDS },
		Bounds { most_premium: ONE + 1, ..BOUNDS },
	] {
		refused("`Bounds`", || Limits::set(wrong));
	}
	refused("`FeeShares`", || Shares::set(FeeShares { governor: ONE + 1, burn: 0 }));
	refused("`FeeShares`", || Shares::set(FeeShares { governor: 0, burn: ONE + 1 }));
	refused("rebalancing", || Period::set(0));
	refused("rebalancing", || Ages::set(0));
	refused("rebalancing", || Lives::set(0));
	refused("close", || Closing::set(0));
}
