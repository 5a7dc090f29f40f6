//! What must hold on every curve, and that the committed pictures are those of today's mathematics.

use engram_curves::{
	market::{Market, Outcome, Terms},
	replay::{replay, Replay},
	report::report,
	scenario::{visits, CREATOR_FEES, CURVES, DAY, DAYS, TERMS},
};
use engram_math::{
	curve::WHOLE,
	fee::{mul_div_floor, share_floor},
	market::{Multiplier, PPM},
};
use engram_primitives::units::ENGR;
use std::{collections::BTreeMap, fs, path::Path};

fn replays(terms: Terms) -> Vec<Replay> {
	let visits = visits();
	CURVES.into_iter().map(|(_, parameters)| replay(parameters, terms, &visits).unwrap()).collect()
}

fn done(outcome: Outcome) -> engram_curves::market::Trade {
	match outcome {
		Outcome::Done(trade) => trade,
		other => panic!("{other:?}"),
	}
}

#[test]
fn the_terms_are_those_a_launch_may_have() {
	assert!(TERMS.fees.is_valid() && TERMS.limits.is_valid());
	let kept = share_floor(TERMS.fees.base.into(), PPM - CREATOR_FEES).unwrap();
	assert!(u128::from(TERMS.limits.per_block) < kept, "a sandwich would pay");
	let kept = share_floor(TERMS.fees.launch.into(), PPM - CREATOR_FEES).unwrap();
	assert!(u128::from(TERMS.limits.per_window) <= kept, "a sniper would gain");
	const { assert!(TERMS.fees.launch_window <= TERMS.limits.window, "a sniper would gain") };
	assert_eq!(TERMS.weights.iter().sum::<u32>(), PPM);
}

#[test]
fn traders_come_on_every_day_in_order() {
	let visits = visits();
	assert!(visits.windows(2).all(|pair| pair[0].block < pair[1].block));
	for day in 0..DAYS {
		let came = visits.iter().filter(|visit| visit.block / DAY == day).count();
		assert!(came > 500, "{came} on day {day}");
	}
	assert!(visits.iter().all(|visit| visit.block < DAYS * DAY));
}

#[test]
fn every_unit_that_was_paid_is_somewhere_and_the_reserve_covers_the_curve() {
	for replay in replays(TERMS) {
		for sample in &replay.samples {
			let ledger = sample.ledger;
			assert_eq!(ledger.paid, ledger.received + ledger.reserve + ledger.fees + ledger.premium);
			let whole = replay.market.curve().integral_to_ceil(sample.supply).unwrap();
			assert!(ledger.reserve >= whole, "{} does not cover {whole}", ledger.reserve);
		}
		// Without destroyed tokens only rounding is left above it: less than two base units of each trade.
		let trades = u128::from(replay.counts.bought + replay.counts.sold);
		let whole = replay.market.curve().integral_to_ceil(replay.market.supply()).unwrap();
		assert!(replay.market.ledger().reserve - whole <= 2 * trades);
		assert!(replay.counts.bought > 1_000 && replay.counts.sold > 1_000, "{:?}", replay.counts);
		assert!(replay.counts.beyond_window > 0, "the limiter never said no: {:?}", replay.counts);
	}
}

#[test]
fn destroyed_tokens_leave_their_money_in_the_reserve() {
	for (name, parameters) in CURVES {
		let mut market = Market::launch(parameters, Terms { burn_rate: 100_000, ..TERMS }).unwrap();
		let bought = done(market.buy(DAY, 1_000 * WHOLE).unwrap());
		let sold = done(market.sell(DAY + 1, bought.amount).unwrap());
		assert_eq!(sold.destroyed, 100 * WHOLE, "{name}");
		let first = TERMS.creator_share as u128 * WHOLE;
		assert_eq!(market.supply(), first + sold.destroyed, "{name}");
		assert!(
			market.ledger().reserve >= market.curve().integral_to_ceil(market.supply()).unwrap(),
			"{name}"
		);
	}
}

#[test]
fn success_raises_what_buyers_pay_and_nothing_that_sellers_get() {
	for (name, parameters) in CURVES {
		let mut market = Market::launch(parameters, TERMS).unwrap();
		let mut successful = market.clone();
		for _ in 0..4 {
			successful.refresh([Some(PPM); 4]);
		}
		assert_eq!(market.multiplier().unwrap(), Multiplier::ONE);
		assert_eq!(successful.multiplier().unwrap().ppm_floor(), 2 * PPM);
		let amount = 1_000 * WHOLE;
		let plain = done(market.buy(DAY, amount).unwrap());
		let dear = done(successful.buy(DAY, amount).unwrap());
		assert_eq!((dear.value, dear.fee), (plain.value, plain.fee), "{name}");
		assert_eq!(dear.premium, dear.value, "{name}");
		assert_eq!(
			done(successful.sell(DAY + 1, amount).unwrap()),
			done(market.sell(DAY + 1, amount).unwrap())
		);
	}
}

#[test]
fn premium_is_paid_once_something_is_measured() {
	for replay in replays(TERMS) {
		for sample in &replay.samples {
			// The metrics of the second day count from its end on.
			assert_eq!(sample.hour < 48, sample.multiplier == Multiplier::ONE, "hour {}", sample.hour);
			assert!(sample.hour > 48 || sample.ledger.premium == 0, "hour {}", sample.hour);
		}
		assert!(replay.market.ledger().premium > 0);
	}
}

#[test]
fn a_payment_is_spent_to_the_last_per_mille_and_never_exceeded() {
	for (name, parameters) in CURVES {
		for now in [1, 500, DAY] {
			let mut market = Market::launch(parameters, TERMS).unwrap();
			let payment = 500 * ENGR;
			let trade = done(market.spend(now, payment).unwrap());
			assert!(trade.total <= payment, "{name} {now}: {trade:?}");
			assert!(payment - trade.total < payment / 1_000, "{name} {now}: {trade:?}");
		}
	}
}

#[test]
fn no_block_moves_a_price_by_as_much_as_a_trade_costs() {
	for replay in replays(TERMS) {
		let mut before: Option<u128> = None;
		let mut blocks: BTreeMap<u32, Vec<u128>> = BTreeMap::new();
		for (block, _, trade) in &replay.trades {
			let prices = blocks.entry(*block).or_insert_with(|| before.into_iter().collect());
			prices.push(trade.price);
			before = Some(trade.price);
		}
		for prices in blocks.into_values().skip(1) {
			let moved = prices[1..].iter().map(|price| price.abs_diff(prices[0])).max().unwrap();
			let most = mul_div_floor(prices[0], TERMS.limits.per_block.into(), PPM.into()).unwrap();
			assert!(moved <= most, "{moved} of {}", prices[0]);
		}
	}
}

#[test]
fn sales_slow_down_when_many_leave() {
	for replay in replays(TERMS) {
		let factor = |from: u32, to: u32| {
			let hours = replay.samples.iter().filter(|sample| (from * 24..to * 24).contains(&sample.hour));
			hours.map(|sample| sample.sell_factor).min().unwrap()
		};
		assert_eq!(factor(0, 4), PPM);
		// It halves, and until the hour's end it has risen by at most a twenty-fourth.
		assert!(factor(4, 6) <= PPM / 2 + PPM / 24, "{}", factor(4, 6));
	}
}

#[test]
fn the_same_bytes_come_out_twice_and_they_are_small_svg() {
	let files = report().unwrap();
	assert_eq!(files, report().unwrap());
	for file in files {
		assert!(file.content.len() < 150_000, "{}: {} bytes", file.name, file.content.len());
		if file.name.ends_with(".svg") {
			assert!(file.content.starts_with("<svg") && file.content.trim_end().ends_with("</svg>"));
			assert!(file.content.contains("coins"), "{}: no text", file.name);
		}
	}
}

#[test]
fn committed_files_are_up_to_date() {
	let folder = Path::new("../../docs/curves");
	let explained = fs::read_to_string(folder.join("README.md")).unwrap();
	for file in report().unwrap() {
		let committed = fs::read_to_string(folder.join(file.name)).unwrap_or_default();
		assert!(committed == file.content, "docs/curves/{} is old: run `make curves`", file.name);
		assert!(explained.contains(&format!("({})", file.name)), "the README does not link {}", file.name);
	}
}
