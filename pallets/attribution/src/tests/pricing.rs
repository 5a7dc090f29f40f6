//! What inference costs and how a fee is divided.

use crate::{mock::*, Error, FeeParts, Quote};
use engram_cases::cases;
use engram_math::{
	fee::{split_net, CutShares, NetShares},
	MathError,
};
use engram_primitives::{
	model::InferenceRates,
	traits::{InferencePrice, InferencePricing},
	units::{Balance, MILLI},
	VersionId,
};
use frame_support::{assert_err, traits::Hooks};
use proptest::prelude::*;
use sp_runtime::{ArithmeticError, DispatchError};

#[test]
fn golden_quote_of_the_protocol() {
	ExtBuilder.build_and_execute(|| {
		// protocol.md: fee 1.14, net .64, .448/.064/.128. Here from 1,600 inputs and 800 outputs.
		assert_eq!(
			Attribution::quote_of(VERSION, ROWS),
			Ok(Quote {
				fee: 1_140 * MILLI,
				platform: 500 * MILLI,
				model: 448 * MILLI,
				stakers: 64 * MILLI,
				contributors: 128 * MILLI,
				worker: 450 * MILLI,
				cut: 50 * MILLI,
			})
		);
		assert_eq!(
			<Attribution as InferencePricing>::quote(VERSION, ROWS),
			Ok(InferencePrice { fee: FEE, platform: 500 * MILLI, contributors: PART })
		);
		// A quarter of the influence.
		assert_eq!(quarters()[0].amount, 32 * MILLI);
	});
}

#[test]
fn what_was_agreed_stays_when_rates_and_shares_change() {
	ExtBuilder.build_and_execute(|| {
		let agreed = <Attribution as InferencePricing>::quote(VERSION, ROWS).unwrap();
		let before = Attribution::divide_price(agreed).unwrap();
		Rates::set(InferenceRates { input_per_1000: 0, output_per_1000: 1, platform: 2 });
		Retired::set(true);
		assert_eq!(Attribution::divide_price(agreed), Ok(before));

		// The stakers' part follows the shares, as far as the contributors' part leaves something.
		Net::set(NetShares { model: 0, stakers: 500_000, contributors: 500_000 });
		let after = Attribution::divide_price(agreed).unwrap();
		let (model, stakers) = (192 * MILLI, 320 * MILLI);
		assert_eq!(after, Quote { model, stakers, ..before });
		Net::set(NetShares { model: 0, stakers: 1_000_000, contributors: 0 });
		let after = Attribution::divide_price(agreed).unwrap();
		let (model, stakers) = (0, 512 * MILLI);
		assert_eq!(after, Quote { model, stakers, ..before });
	});
}

#[test]
fn parts_above_the_fee_are_refused() {
	ExtBuilder.build_and_execute(|| {
		let divide = |platform, contributors| {
			Attribution::divide_price(InferencePrice { fee: 300, platform, contributors })
		};
		let wrong = Err(DispatchError::from(MathError::OutOfDomain));
		assert_eq!(divide(301, 0), wrong);
		assert_eq!(divide(200, 101), wrong);
		let quote = divide(200, 100).unwrap();
		assert_eq!((quote.worker, quote.cut, quote.model, quote.stakers), (180, 20, 0, 0));
	});
}

#[test]
fn a_fee_of_zero_has_parts_of_zero() {
	ExtBuilder.build_and_execute(|| {
		Rates::set(InferenceRates { input_per_1000: 0, output_per_1000: 0, platform: 0 });
		let quote = Attribution::quote_of(VERSION, ROWS).unwrap();
		assert_eq!(quote.fee, 0);
		assert_eq!(Attribution::divide(&quote).unwrap().parts, FeeParts::default());
	});
}

#[test]
fn what_nobody_contributed_to_stays_with_the_model() {
	ExtBuilder.build_and_execute(|| {
		let quote = Attribution::quote_of(BARREN, ROWS).unwrap();
		assert_eq!((quote.model, quote.contributors), (576 * MILLI, 0));
		assert_eq!(quote.fee, FEE);
	});
}

#[test]
fn rounding_of_the_cut_is_the_workers() {
	ExtBuilder.build_and_execute(|| {
		let price = InferencePrice { fee: 19, platform: 19, contributors: 0 };
		let quote = Attribution::divide_price(price).unwrap();
		assert_eq!((quote.worker, quote.cut), (18, 1));
	});
}

#[test]
fn without_an_author_the_treasury_gets_that_part() {
	ExtBuilder.build_and_execute(|| {
		let quote = Attribution::quote_of(VERSION, ROWS).unwrap();
		let division = Attribution::divide(&quote).unwrap();
		assert_eq!(division.author, Some(AUTHOR));
		assert_eq!((division.parts.treasury, division.parts.author), (20 * MILLI, 10 * MILLI));

		CurrentAuthor::set(None);
		let division = Attribution::divide(&quote).unwrap();
		assert_eq!(division.author, None);
		assert_eq!((division.parts.treasury, division.parts.author), (30 * MILLI, 0));
	});
}

#[test]
fn unknown_things_have_no_price() {
	ExtBuilder.build_and_execute(|| {
		let price = <Attribution as InferencePricing>::quote;
		assert_err!(price(VersionId(99), 1), Error::<Test>::UnknownVersion);
		RolledBack::set(true);
		assert_err!(price(VERSION, 1), Error::<Test>::RolledBack);
		Retired::set(true);
		assert_err!(price(VERSION, 1), Error::<Test>::ModelRetired);
		ModelOwner::set(None);
		assert_err!(price(VERSION, 1), Error::<Test>::UnknownModel);
	});
}

#[test]
fn a_price_that_does_not_fit_is_an_error() {
	ExtBuilder.build_and_execute(|| {
		Rates::set(InferenceRates { input_per_1000: Balance::MAX, ..ASKED });
		assert_eq!(
			<Attribution as InferencePricing>::quote(VERSION, u32::MAX),
			Err(DispatchError::Arithmetic(ArithmeticError::Overflow))
		);
	});
}

#[test]
fn sound_constants_pass() {
	ExtBuilder.build_and_execute(<Attribution as Hooks<u32>>::integrity_test);
}

#[test]
#[should_panic(expected = "`NetShares` must sum to one million")]
fn net_shares_must_sum_to_one() {
	ExtBuilder.build().execute_with(|| {
		Net::set(NetShares { model: 700_000, stakers: 100_000, contributors: 199_999 });
		<Attribution as Hooks<u32>>::integrity_test();
	});
}

#[test]
#[should_panic(expected = "`CutShares` must sum to at most one million")]
fn cut_shares_must_not_exceed_one() {
	ExtBuilder.build().execute_with(|| {
		Cut::set(CutShares { burn: 600_000, treasury: 400_001 });
		<Attribution as Hooks<u32>>::integrity_test();
	});
}

#[test]
#[should_panic(expected = "`CutShare` must be at most one million")]
fn cut_share_must_not_exceed_one() {
	ExtBuilder.build().execute_with(|| {
		CutPpm::set(1_000_001);
		<Attribution as Hooks<u32>>::integrity_test();
	});
}

const ONE: u32 = 1_000_000;

/// A fee of any size and two parts of it.
fn price() -> impl Strategy<Value = InferencePrice> {
	let fee = (any::<u128>(), 0u32..128).prop_map(|(n, shift)| n >> shift);
	fee.prop_flat_map(|fee| (Just(fee), 0..=fee, 0..=fee)).prop_map(|(fee, one, other)| {
		let platform = one.min(other);
		InferencePrice { fee, platform, contributors: one.max(other) - platform }
	})
}

fn two_of_one() -> impl Strategy<Value = (u32, u32)> {
	(0..=ONE, 0..=ONE).prop_map(|(a, b)| (a.min(b), a.max(b) - a.min(b)))
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn parts_sum_to_the_fee(
		price in price(),
		(model, stakers) in two_of_one(),
		(burn, treasury) in two_of_one(),
		cut in 0..=ONE,
		authored in any::<bool>(),
	) {
		ExtBuilder.build_and_execute(|| {
			Net::set(NetShares { model, stakers, contributors: ONE - model - stakers });
			Cut::set(CutShares { burn, treasury });
			CutPpm::set(cut);
			CurrentAuthor::set(authored.then_some(AUTHOR));
			let quote = Attribution::divide_price(price).unwrap();
			let InferencePrice { fee, .. } = price;
			let Quote { platform, contributors, .. } = quote;
			assert_eq!(InferencePrice { fee: quote.fee, platform, contributors }, price);
			let sum = |amounts: &[u128]| amounts.iter().try_fold(0u128, |s, a| s.checked_add(*a));
			let Quote { model, stakers, worker, cut, .. } = quote;
			assert_eq!(sum(&[platform, model, stakers, contributors]), Some(fee));
			assert_eq!(sum(&[worker, cut]), Some(platform));

			let FeeParts { worker, model, stakers, contributors, burned, treasury, author } =
				Attribution::divide(&quote).unwrap().parts;
			let parts = [worker, model, stakers, contributors, burned, treasury, author];
			assert_eq!(sum(&parts), Some(fee));
			assert!(authored || author == 0);
		});
	}

	#[test]
	fn what_is_asked_for_is_what_is_divided(rows in any::<u32>(), input in any::<u64>(), output in any::<u64>()) {
		ExtBuilder.build_and_execute(|| {
			Rates::set(InferenceRates {
				input_per_1000: input.into(),
				output_per_1000: output.into(),
				..ASKED
			});
			for version in [VERSION, BARREN] {
				let price = <Attribution as InferencePricing>::quote(version, rows).unwrap();
				let quote = Attribution::quote_of(version, rows).unwrap();
				assert_eq!(Attribution::divide_price(price), Ok(quote));
				// What the shares say, before anybody changes them.
				let net = split_net(quote.fee - quote.platform, Net::get()).unwrap();
				assert_eq!(quote.stakers, net.stakers);
				let expected = if version == VERSION { net.contributors } else { 0 };
				assert_eq!(quote.contributors, expected);
			}
		});
	}
}
