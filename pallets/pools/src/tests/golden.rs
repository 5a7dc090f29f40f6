//! The golden numbers of the protocol: `R0 = 950,000`, `u a = .01`, `w = 1`.

use crate::mock::*;
use engram_math::pool::WORK_ONE;

#[test]
fn a_hundred_updates_pay_what_the_protocol_says() {
	ExtBuilder::opened(TERMS, || {
		let paid: Vec<_> = (1..=100)
			.map(|unit| {
				let before = tokens(&ALICE);
				assert_eq!(next_update(&ALICE, unit * TERMS.unit_gain), WORK_ONE);
				tokens(&ALICE) - before
			})
			.collect();
		// 9452.657938290349, 3512.387358073200 and 349485.4691128702; a hundred roundings leave 32 base units more.
		assert_eq!(paid.first(), Some(&9_452_657_938_290_349));
		assert_eq!(paid.last(), Some(&3_512_387_358_073_200));
		assert_eq!(record().left, 349_485_469_112_870_237);
		assert_eq!((record().paid, record().updates), (POOL - record().left, 100));
		assert!(paid.windows(2).all(|two| two[0] > two[1]));
		check_pot(0);
		// The model is perfect: there is nothing to gain any more.
		assert_eq!(next_update(&ALICE, ONE), 0);
	});
}

#[test]
fn a_thousand_values_cost_what_a_unit_of_work_is_paid() {
	ExtBuilder::opened(TERMS, || {
		let rows = 1_000 / VALUES as u32;
		let quote = Pooling::quote_inference(VERSION, rows, 0).unwrap();
		// ceil(R (1 - e^-.01)).
		assert_eq!(quote.amount, 9_452_657_938_290_350);
		give(&CREATOR, &ALICE, SHARE);
		let job = ask(&ALICE, rows).unwrap();
		assert_eq!(tokens(&ALICE), SHARE - 9_452_657_938_290_350);
		serve(job, true);
		assert_eq!(record().left, POOL + 9_452_657_938_290_350);
	});
}
