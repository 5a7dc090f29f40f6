//! What inference costs and how a fee is divided.

use crate::{mock::*, Error, FeeParts, Quote};
use engram_math::fee::{CutShares, NetShares};
use engram_primitives::{
	model::InferenceRates,
	traits::InferencePricing,
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
		assert_eq!(<Attribution as InferencePricing>::fee(VERSION, ROWS), Ok(FEE));
		assert_eq!(Attribution::contributors_part(VERSION, ROWS), Ok(PART));
		// A quarter of the influence.
		assert_eq!(quarters()[0].amount, 32 * MILLI);
	});
}

#[test]
fn the_flat_part_comes_first_as_far_as_a_fee_reaches() {
	ExtBuilder.build_and_execute(|| {
		let version = Versions::get()[&VERSION].clone();
		let quote = Attribution::quote_for(300, 500, &version).unwrap();
		assert_eq!((quote.fee, quote.platform, quote.worker, quote.cut), (300, 300, 270, 30));
		assert_eq!((quote.model, quote.stakers, quote.contributors), (0, 0, 0));
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
		let version = Versions::get()[&VERSION].clone();
		let quote = Attribution::quote_for(19, 19, &version).unwrap();
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
		assert_err!(<Attribution as InferencePricing>::fee(VersionId(99), 1), Error::<Test>::UnknownVersion);
		ModelOwner::set(None);
		assert_err!(Attribution::contributors_part(VERSION, 1), Error::<Test>::UnknownModel);
	});
}

#[test]
fn a_price_that_does_not_fit_is_an_error() {
	ExtBuilder.build_and_execute(|| {
		Rates::set(InferenceRates { input_per_1000: Balance::MAX, ..ASKED });
		assert_eq!(
			<Attribution as InferencePricing>::fee(VERSION, u32::MAX),
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

fn two_of_one() -> impl Strategy<Value = (u32, u32)> {
	(0..=ONE, 0..=ONE).prop_map(|(a, b)| (a.min(b), a.max(b) - a.min(b)))
}

proptest! {
	#[test]
	fn parts_sum_to_the_fee(
		fee in (any::<u128>(), 0u32..128).prop_map(|(n, shift)| n >> shift),
		platform in (any::<u128>(), 0u32..128).prop_map(|(n, shift)| n >> shift),
		(model, stakers) in two_of_one(),
		(burn, treasury) in two_of_one(),
		cut in 0..=ONE,
		barren in any::<bool>(),
		authored in any::<bool>(),
	) {
		ExtBuilder.build_and_execute(|| {
			Net::set(NetShares { model, stakers, contributors: ONE - model - stakers });
			Cut::set(CutShares { burn, treasury });
			CutPpm::set(cut);
			CurrentAuthor::set(authored.then_some(AUTHOR));
			let version = Versions::get()[if barren { &BARREN } else { &VERSION }].clone();
			let quote = Attribution::quote_for(fee, platform, &version).unwrap();
			let sum = |amounts: &[u128]| amounts.iter().try_fold(0u128, |s, a| s.checked_add(*a));
			let Quote { model, stakers, contributors, worker, cut, platform, .. } = quote;
			assert_eq!(sum(&[platform, model, stakers, contributors]), Some(fee));
			assert_eq!(sum(&[worker, cut]), Some(platform));

			let FeeParts { worker, model, stakers, contributors, burned, treasury, author } =
				Attribution::divide(&quote).unwrap().parts;
			let parts = [worker, model, stakers, contributors, burned, treasury, author];
			assert_eq!(sum(&parts), Some(fee));
			assert!(authored || author == 0);
			assert!(!barren || contributors == 0);
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
			let version = Versions::get()[&VERSION].clone();
			let quote = Attribution::quote_of(VERSION, rows).unwrap();
			assert_eq!(Attribution::quote_for(quote.fee, ASKED.platform, &version), Ok(quote));
		});
	}
}
