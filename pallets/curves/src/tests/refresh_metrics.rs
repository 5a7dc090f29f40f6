//! `refresh_metrics`.

use crate::{mock::*, pallet::*, CurveState, MetricCause, MetricChange};
use engram_math::curve::WHOLE;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

fn change(old: u32, new: u32, measured: Option<u32>, cause: MetricCause) -> MetricChange {
	MetricChange { old, new, measured, cause }
}

#[test]
fn moves_towards_what_is_measured() {
	ExtBuilder::launched(TERMS, || {
		next_epoch();
		Measured::set([Some(900_000), Some(100_000), Some(799_999), None]);
		assert_ok!(refresh());
		let changes = [
			change(0, 250_000, Some(900_000), MetricCause::Limited),
			change(0, 100_000, Some(100_000), MetricCause::Measured),
			change(0, 0, Some(799_999), MetricCause::BelowRange),
			change(0, 0, None, MetricCause::Unmeasured),
		];
		// .4 * .25 + .2 * .1.
		let event = Event::MetricsRefreshed { token: TOKEN, epoch: 8, changes, multiplier: 1_120_000 };
		assert_eq!(last_event(), event);
		assert_eq!((record().metrics, record().refreshed), ([250_000, 100_000, 0, 0], 8));
		for metric in [500_000, 750_000, 900_000, 900_000] {
			next_epoch();
			assert_ok!(refresh());
			assert_eq!(record().metrics[0], metric);
		}
		assert_eq!(Bonding::multiplier(TOKEN), Some(1_380_000));
		// What is not measured any more, or is too little, falls as slowly.
		Measured::set([Some(699_999), None, Some(800_000), Some(u32::MAX)]);
		next_epoch();
		assert_ok!(refresh());
		let Event::MetricsRefreshed { changes, .. } = last_event() else { panic!() };
		assert_eq!(
			changes,
			[
				change(900_000, 650_000, Some(699_999), MetricCause::BelowRange),
				change(100_000, 0, None, MetricCause::Unmeasured),
				change(0, 250_000, Some(800_000), MetricCause::Limited),
				change(0, 250_000, Some(u32::MAX), MetricCause::Limited),
			]
		);
	});
}

#[test]
fn ends_at_one() {
	ExtBuilder::launched(TERMS, || {
		Measured::set([Some(u32::MAX); 4]);
		for _ in 0..6 {
			next_epoch();
			assert_ok!(refresh());
		}
		assert_eq!((record().metrics, Bonding::multiplier(TOKEN)), ([ONE; 4], Some(2 * ONE)));
	});
}

/// However many epochs nobody called: one step.
#[test]
fn is_one_step_after_many_epochs() {
	ExtBuilder::launched(TERMS, || {
		Epoch::set(1_000);
		Measured::set([Some(ONE); 4]);
		assert_ok!(refresh());
		assert_eq!(record().metrics, [250_000; 4]);
	});
}

#[test]
fn changes_neither_price_nor_reserve() {
	ExtBuilder::launched(TERMS, || {
		mature();
		assert_ok!(buy(&ALICE, WHOLE));
		let before = record();
		succeed();
		let after = record();
		assert_eq!(
			(after.reserve, after.price, after.premium),
			(before.reserve, before.price, before.premium)
		);
	});
}

#[test]
fn fails_when_the_epoch_has_one() {
	ExtBuilder::launched(TERMS, || {
		// That of the launch has one as well: nobody launches into success.
		assert_noop!(refresh(), Error::<Test>::AlreadyRefreshed);
		next_epoch();
		assert_ok!(refresh());
		assert_noop!(refresh(), Error::<Test>::AlreadyRefreshed);
	});
}

#[test]
fn fails_when_nothing_trades() {
	ExtBuilder::launched(TERMS, || {
		next_epoch();
		assert_noop!(Bonding::refresh_metrics(RuntimeOrigin::none(), TOKEN), DispatchError::BadOrigin);
		let other = Bonding::refresh_metrics(RuntimeOrigin::signed(ALICE), TOKEN.next().unwrap());
		assert_noop!(other, Error::<Test>::UnknownToken);
		let move_to = |state| {
			crate::Curves::<Test>::mutate(TOKEN, |record| record.as_mut().unwrap().state = state);
		};
		move_to(CurveState::Graduated);
		assert_noop!(refresh(), Error::<Test>::NotOpen);
		move_to(CurveState::Open);
	});
}
