//! `spend`.

use crate::{mock::*, pallet::*, Terms};
use engram_cases::cases_of_thousand;
use engram_math::{
	curve::WHOLE,
	market::{FeeSchedule, Limits},
};
use engram_primitives::units::{Balance, ENGR};
use frame_support::{assert_noop, assert_ok, storage::with_transaction};
use proptest::prelude::*;
use sp_runtime::{DispatchError, TokenError, TransactionOutcome};

/// Nearly the highest fees, and nearly the widest limits that they allow.
const WIDE: Terms = Terms {
	fees: FeeSchedule { base: 150_000, cap: 250_000, launch: BOUNDS.most_fee - 250_000, ..TERMS.fees },
	limits: Limits { per_block: 100_000, per_window: 170_000, ..TERMS.limits },
	..TERMS
};

#[test]
fn works() {
	ExtBuilder::launched(TERMS, || {
		mature();
		assert_ok!(spend(&ALICE, 1_000 * ENGR));
		let (paid, bought) = (RICHES - free(&ALICE), tokens(&ALICE));
		// All but a hundredth of a per mille of it is spent.
		assert!(paid <= 1_000 * ENGR && paid > 999_990 * ENGR / 1_000, "{paid}");
		assert!((1_896..1_897).contains(&(bought / WHOLE)), "{bought}");
		let record = record();
		assert_eq!(record.reserve + record.fees, 5_100 * ENGR + paid);
		let Event::TokensBought { who, amount, value, premium: 0, fee, .. } = last_event() else { panic!() };
		assert_eq!((who, amount, value + fee), (ALICE, bought, paid));
	});
}

#[test]
fn fails_when_it_buys_too_little() {
	ExtBuilder::launched(TERMS, || {
		mature();
		let quote = Bonding::quote_spend(TOKEN, 1_000 * ENGR, 0).unwrap();
		let spend =
			|min_out| Bonding::spend(RuntimeOrigin::signed(ALICE), TOKEN, 1_000 * ENGR, min_out, u64::MAX);
		assert_noop!(spend(quote.amount + 1), Error::<Test>::BelowMinOut);
		assert_ok!(spend(quote.amount));
	});
}

#[test]
fn fails_when_it_buys_nothing() {
	ExtBuilder::launched(TERMS, || {
		mature();
		for nothing in [0, 1, 2] {
			assert_noop!(spend(&ALICE, nothing), Error::<Test>::NothingToTrade);
		}
		assert_ok!(spend(&ALICE, 10));
	});
}

#[test]
fn fails_when_it_is_late_or_too_much() {
	ExtBuilder::launched(TERMS, || {
		mature();
		let late = Bonding::spend(RuntimeOrigin::signed(ALICE), TOKEN, ENGR, 0, System::block_number() - 1);
		assert_noop!(late, Error::<Test>::DeadlinePassed);
		assert_noop!(spend(&ALICE, 10_000 * ENGR), Error::<Test>::BeyondBlockLimit);
		assert_noop!(spend(&POOR, ENGR), TokenError::FundsUnavailable);
		assert_noop!(spend(&ALICE, Balance::MAX), Error::<Test>::SupplyExhausted);
	});
}

proptest! {
	#![proptest_config(ProptestConfig {
		rng_seed: prop::test_runner::RngSeed::Fixed(31),
		..cases_of_thousand(256)
	})]

	/// Whatever the success, the age and the moves before: never more than the payment is charged, hardly less is, and as much
	/// as that is what `buy` charges for the same amount. Where fees are high blocks may move the price far, and the fee with it:
	/// up, or down where the price has fallen since the day before.
	#[test]
	fn spends_what_is_paid(
		(wide, payment) in prop_oneof![
			(Just(false), 10u128..1_000 * ENGR),
			(Just(true), 10u128..20_000 * ENGR),
		],
		shift in 0u32..30,
		metrics in prop::array::uniform4(0u32..=ONE),
		age in 0u32..3_000,
		moves in 0u32..20,
		falls in any::<bool>(),
		waits in any::<bool>(),
		shape in 0usize..3,
		(slope, cap) in prop::sample::select(vec![
			(0, TERMS.fees.cap),
			(TERMS.fees.slope, TERMS.fees.cap),
			(BOUNDS.most_slope, BOUNDS.most_fee - TERMS.fees.launch),
		]),
	) {
		let payment = (payment >> shift).max(10);
		ExtBuilder.build_and_execute(|| {
			let terms = if wide { WIDE } else { TERMS };
			let cap = if wide { terms.fees.cap } else { cap };
			let fees = FeeSchedule { slope, cap, ..terms.fees };
			let terms = Terms { creator_share: 100_000, fees, ..terms };
			launch([LINEAR, EXPONENTIAL, SIGMOID][shape], terms).unwrap();
			crate::Curves::<Test>::mutate(TOKEN, |record| record.as_mut().unwrap().metrics = metrics);
			for _ in 0..moves {
				pass(1);
				let _ = spend(&BOB, 400 * ENGR);
			}
			// By then nobody remembers the price of before.
			pass(if waits { DAY + HOUR } else { 0 });
			for _ in 0..if falls { moves } else { 0 } {
				pass(1);
				let _ = sell(&BOB, tokens(&BOB) / 16);
			}
			pass(age);
			let (price, before) = (record().price, record().history.before(System::block_number() as u32));
			let spent = with_transaction(|| {
				let result = spend(&ALICE, payment);
				let spent = result.map(|()| (RICHES - free(&ALICE), tokens(&ALICE)));
				TransactionOutcome::Rollback(Ok::<_, DispatchError>(spent))
			});
			if let Ok((paid, amount)) = spent.unwrap() {
				assert!(paid <= payment);
				assert_ok!(buy(&ALICE, amount));
				assert_eq!(RICHES - free(&ALICE), paid);
				// How far the price moves, and what that makes of the fee. What two base units of the token cost is not divided.
				let moved = (record().price - price) as f64 / price.min(before) as f64;
				let raised = f64::from(slope) * f64::from(record().smoothing) * 1e-12 * moved;
				let most = payment as f64 * (raised * (raised + moved) * 1.5 + 5e-6) + 10.0;
				assert!((payment - paid) as f64 <= most, "{paid} of {payment}, and not {most}");
			}
		});
	}
}
