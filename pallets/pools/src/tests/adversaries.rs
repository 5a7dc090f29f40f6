//! What those get who play against a pool.

use crate::{mock::*, pallet::*, Terms};
use engram_math::{curve::WHOLE, pool::WORK_ONE};
use engram_primitives::{units::Balance, Cid};
use frame_support::{assert_noop, assert_ok};

const UNIT: u32 = TERMS.unit_gain;

fn whole(amount: Balance) -> f64 {
	amount as f64 / WHOLE as f64
}

/// Trains to each of these performances, one update each. Returns what Alice was paid, and what is left.
fn trained(performances: &[u32]) -> (Balance, Balance) {
	let mut end = (0, 0);
	ExtBuilder::opened(TERMS, || {
		for performance in performances {
			assert!(next_update(&ALICE, *performance) > 0);
		}
		end = (tokens(&ALICE), record().left);
	});
	end
}

/// A wash trainer cuts a gain into ten or a thousand updates, each of which costs a fee and an interval.
#[test]
fn splitting_updates_gains_nothing() {
	let (once, _) = trained(&[UNIT]);
	for parts in [2, 10, 1_000] {
		let cuts: Vec<_> = (1..=parts).map(|part| UNIT * part / parts).collect();
		let (paid, _) = trained(&cuts);
		println!("a unit in {parts} updates is paid {} instead of {}", whole(paid), whole(once));
		assert!(paid <= once && once - paid <= Balance::from(parts));
	}
}

/// Delivering more than a unit at once gains and loses nothing either: the rest is paid with the next updates.
#[test]
fn overshooting_gains_nothing() {
	let (cut, left) = trained(&[UNIT, 2 * UNIT, 3 * UNIT]);
	assert_eq!(trained(&[3 * UNIT, 3 * UNIT, 3 * UNIT]), (cut, left));
	// One that claims perfection with rows it knew takes a unit, and the others' gains are still there.
	let (fake, left) = trained(&[ONE]);
	assert_eq!(fake, POOL - left);
	assert!(fake <= POOL / 100);
}

/// Whoever buys training names the rows that it is measured on: easy ones pay nothing, however often.
#[test]
fn easy_rows_pay_nothing() {
	ExtBuilder::opened(TERMS, || {
		for number in 0..50u32 {
			let easy = Cid::of_raw(&number.to_le_bytes());
			assert_eq!(update_on(&ALICE, ONE, easy, 1), 0);
			assert_eq!(update_on(&ALICE, ONE, easy, TERMS.held_out_rows), 0);
			pass(TERMS.interval);
		}
		assert_eq!((tokens(&ALICE), record().left, record().best), (0, POOL, 0));
	});
}

/// An update of the least gain right before a rival's makes the rival's come too early. It costs a fee each interval, is paid next
/// to nothing, and takes nothing away: the gain is paid an interval later.
#[test]
fn front_running_delays_and_takes_nothing() {
	let rivals = |attacked: bool| {
		let mut paid = (0, 0);
		ExtBuilder::opened(TERMS, || {
			if attacked {
				assert!(next_update(&ALICE, 1) > 0);
				assert_eq!(update(&BOB, UNIT), 0);
			}
			assert!(next_update(&BOB, UNIT) > 0);
			paid = (tokens(&BOB), tokens(&ALICE));
		});
		paid
	};
	let ((honest, _), (attacked, taken)) = (rivals(false), rivals(true));
	println!("a front runner takes {} of {}", whole(taken), whole(honest));
	assert!(taken <= honest / 9_000 && honest - attacked <= taken + 2);
}

/// Who holds tokens has no say: neither prices nor payouts know of holders.
#[test]
fn holding_changes_nothing() {
	let run = |holds: bool| {
		let mut end = (0, 0);
		ExtBuilder::opened(TERMS, || {
			if holds {
				give(&CREATOR, &CAROL, SHARE);
			}
			let price = Pooling::quote_inference(VERSION, 100, 0).unwrap().amount;
			assert_eq!(next_update(&ALICE, UNIT), WORK_ONE);
			end = (price, tokens(&ALICE));
		});
		end
	};
	assert_eq!(run(true), run(false));
}

/// Alice buys answers to raise what is left before she is paid for an update: she pays a hundred times what that adds.
#[test]
fn raising_the_pool_loses() {
	ExtBuilder::opened(TERMS, || {
		let quote = Pooling::quote_update(TOKEN, UNIT).unwrap().amount;
		give(&CREATOR, &ALICE, SHARE);
		let job = ask(&ALICE, 500).unwrap();
		let spent = SHARE - tokens(&ALICE);
		serve(job, true);
		let had = tokens(&ALICE);
		assert_eq!(next_update(&ALICE, UNIT), WORK_ONE);
		let more = tokens(&ALICE) - had - quote;
		println!("{} spent on answers add {} to an update", whole(spent), whole(more));
		assert!(more > 0 && more <= spent / 100);
	});
}

/// Answers that are asked for and taken back move neither price nor payout for anybody meanwhile.
#[test]
fn asking_and_taking_back_moves_nothing() {
	ExtBuilder::opened(TERMS, || {
		give(&CREATOR, &ALICE, SHARE);
		let quotes = || (Pooling::quote_inference(VERSION, 100, 0), Pooling::quote_update(TOKEN, UNIT));
		let before = quotes();
		let jobs: Vec<_> = (0..20).map(|_| ask(&ALICE, 20).unwrap()).collect();
		assert_eq!(quotes(), before);
		for job in jobs {
			serve(job, false);
		}
		assert_eq!((quotes(), tokens(&ALICE)), (before, SHARE));
	});
}

/// Somebody raises the price before a consumer's purchase: who names the most it pays is not charged more.
#[test]
fn a_consumer_pays_no_more_than_it_said() {
	ExtBuilder::opened(TERMS, || {
		give(&CREATOR, &ALICE, SHARE / 2);
		let quote = Pooling::quote_inference(VERSION, 100, 1_000).unwrap();
		let job = ask(&CREATOR, 200).unwrap();
		serve(job, true);
		assert_noop!(ask_for(&ALICE, VERSION, 100, quote.limit), Error::<Test>::AboveMaxIn);
		assert_eq!(tokens(&ALICE), SHARE / 2);
	});
}

/// Tokens that a stranger sends to the pool change nothing before they are taken, and are lost to it.
#[test]
fn strangers_change_nothing() {
	ExtBuilder::opened(TERMS, || {
		give(&CREATOR, &CAROL, WHOLE);
		let before = (record(), Pooling::quote_update(TOKEN, UNIT));
		donate(&CAROL, WHOLE);
		assert_eq!((record(), Pooling::quote_update(TOKEN, UNIT)), before);
		for who in [ALICE, CAROL] {
			assert_noop!(Pooling::close(RuntimeOrigin::signed(who), TOKEN), Error::<Test>::NotCreator);
		}
		assert_ok!(take_gifts());
		// A hundredth of it at most comes back to who trains next.
		let (_, quote) = before;
		let more = Pooling::quote_update(TOKEN, UNIT).unwrap().amount - quote.unwrap().amount;
		assert!(more <= WHOLE / 100 + 1);
	});
}

/// The creator would like to be paid for the same gains again. A second pool is refused, and the first one closes only when nobody
/// has a token of it.
#[test]
fn restarting_gains_nothing() {
	ExtBuilder::opened(TERMS, || {
		assert_eq!(next_update(&CREATOR, UNIT), WORK_ONE);
		assert_noop!(open(TERMS), Error::<Test>::HasToken);
		give(&CREATOR, &ALICE, 1);
		donate(&CREATOR, tokens(&CREATOR));
		assert_noop!(close(), Error::<Test>::TokensExist);
		donate(&ALICE, 1);
		assert_ok!(close());
		let before = free(&CREATOR);
		assert_ok!(open(TERMS));
		// Of the old tokens nobody has any; of the new ones the creator has what it had at first.
		let token = Pooling::token_of(MODEL).unwrap();
		assert_eq!(Assets::balance(token.0, &CREATOR), SHARE);
		assert_eq!(before, RICHES);
	});
}

/// A worthless token buys no labour without end: of the native pay that tokens stand for, all updates together spare what the whole
/// way from the baseline to perfection is in units.
#[test]
fn worthless_tokens_spare_bounded_pay() {
	let terms = Terms { unit_gain: BOUNDS.least_unit, baseline: 500_000, ..TERMS };
	ExtBuilder::opened(terms, || {
		let (mut sum, mut updates) = (0, 0);
		for _ in 0..1_000 {
			let work = next_update(&ALICE, ONE);
			sum += u128::from(work);
			updates += u32::from(work > 0);
		}
		let most = u128::from(ONE - terms.baseline) * u128::from(WORK_ONE) / u128::from(terms.unit_gain);
		println!("{updates} updates spare the pay of {} whole ones", sum / u128::from(WORK_ONE));
		assert_eq!((sum, updates), (most, 100));
	});
}
