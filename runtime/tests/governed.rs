//! What governance decides in `emission` rules the pallets that read it.

use crate::common::market::{check, Market};
use engram_primitives::units::{Balance, ENGR, PPM};
use engram_runtime::{Attribution, Emission, Jobs, Runtime, RuntimeOrigin};
use frame_support::{assert_noop, assert_ok, traits::Get};
use pallet_emission::Error;

#[test]
fn the_cut_is_that_of_training_and_of_answers() {
	let mut market = Market::new(1_000 * ENGR);
	let version = market.train(None, 90);
	market.quiet(|| {
		let fee = 100 * ENGR;
		for cut in [50_000, 200_000, 123_456] {
			assert_ok!(Emission::set_cut(RuntimeOrigin::root(), cut));
			let part = |whole: Balance| whole * Balance::from(cut) / Balance::from(PPM);
			let cost = Jobs::training_cost(fee).unwrap();
			assert_eq!((cost.cut, cost.executor), (part(fee), fee - cost.verifier_pay - part(fee)));
			let quote = Attribution::quote(version, 100).unwrap();
			assert!(quote.platform > 0);
			assert_eq!(
				(quote.cut, quote.worker),
				(part(quote.platform), quote.platform - part(quote.platform))
			);
		}
		for cut in [49_999, 200_001] {
			let refused = Emission::set_cut(RuntimeOrigin::root(), cut);
			assert_eq!(refused, Err(Error::<Runtime>::CutOutOfRange.into()));
		}
	});
	market.read(check);
}

#[test]
fn the_market_reference_is_that_of_curves_and_no_lower_than_the_bonus_needs() {
	let mut market = Market::new(1_000 * ENGR);
	market.read(|| {
		let reference = <Runtime as pallet_curves::Config>::MarketReference::get;
		assert_eq!(reference(), 18_000 * ENGR);
		assert_ok!(Emission::set_market_reference(RuntimeOrigin::root(), 20_000 * ENGR));
		assert_eq!(reference(), 20_000 * ENGR);
		// A pool that is too large for it waits until it is raised.
		let mut issuance = Emission::policy().issuance;
		issuance.cap = 500_000 * ENGR;
		let raise = || Emission::set_issuance_parameters(RuntimeOrigin::root(), issuance);
		assert_noop!(raise(), Error::<Runtime>::WashingPays);
		assert_ok!(Emission::set_market_reference(RuntimeOrigin::root(), 30_000 * ENGR));
		assert_ok!(raise());
		let lower = Emission::set_market_reference(RuntimeOrigin::root(), 20_000 * ENGR);
		assert_eq!(lower, Err(Error::<Runtime>::WashingPays.into()));
	});
}
