//! What a runtime may configure.

use crate::{mock::*, Bounds, TradeShares};
use engram_math::market::Smoothing;
use engram_primitives::market::TokenPools;
use frame_support::traits::Hooks;

fn refused(message: &str, change: impl FnOnce()) {
	ExtBuilder.build().execute_with(|| {
		<Bonding as Hooks<u64>>::integrity_test();
		change();
		let panic = std::panic::catch_unwind(<Bonding as Hooks<u64>>::integrity_test).unwrap_err();
		let text = panic.downcast_ref::<&str>().map(|text| String::from(*text));
		assert!(text.or(panic.downcast_ref::<String>().cloned()).unwrap().contains(message));
	});
}

#[test]
fn what_cannot_be_is_refused() {
	refused("`FeeShares`", || Shares::set(TradeShares { creator: ONE, burn: 1 }));
	refused("`FeeShares`", || Shares::set(TradeShares { creator: u32::MAX, burn: 1 }));
	refused("`Smoothing`", || Smooth::set(Smoothing { factor: ONE + 1, window: 1 }));
	refused("`Smoothing`", || Smooth::set(Smoothing { factor: 0, window: 0 }));
	refused("`Smoothing`", || Smooth::set(Smoothing { factor: 0, window: 1 << 32 }));
	refused("metrics", || Step::set(0));
	refused("metrics", || Step::set(ONE + 1));
	refused("reference", || Reference::set(0));
	refused("reference", || Adoption::set(0));
	refused("close", || Closing::set(0));
	refused("stake", || LaunchBounds::set(Bounds { least_bond: TestPools::seed_cost() - 1, ..BOUNDS }));
}

#[test]
fn bounds_that_nothing_satisfies_are_refused() {
	for wrong in [
		Bounds { least_price: Bounds::FLOOR - 1, ..BOUNDS },
		// The limit of a block is below the fee and above zero.
		Bounds { least_fee: 1, ..BOUNDS },
		Bounds { most_fee: BOUNDS.least_fee + BOUNDS.least_launch_fee - 1, ..BOUNDS },
		Bounds { most_fee: ONE, ..BOUNDS },
		Bounds { launch_window: (2, 1), ..BOUNDS },
		// The extra fee of the launch is over within a window of the limiter.
		Bounds { launch_window: (BOUNDS.window.1 + 1, BOUNDS.window.1 + 2), ..BOUNDS },
		Bounds { most_creator_share: ONE + 1, ..BOUNDS },
		Bounds { release: (2, 1), ..BOUNDS },
		Bounds { most_claims: ONE + 1, ..BOUNDS },
		Bounds { most_burn_rate: ONE, ..BOUNDS },
		Bounds { window: (0, 1), ..BOUNDS },
		Bounds { window: (2, 1), ..BOUNDS },
		Bounds { least_factor: 0, ..BOUNDS },
		Bounds { least_factor: ONE + 1, ..BOUNDS },
	] {
		refused("`Bounds`", || LaunchBounds::set(wrong));
	}
}
