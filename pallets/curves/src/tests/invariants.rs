//! Thousands of random operations: nobody gains by going in and out, whatever happens meanwhile, and the last one to leave is
//! paid.

use crate::{mock::*, pallet::*, Terms};
use engram_cases::cases_of_thousand;
use engram_math::curve::{Parameters, WHOLE};
use engram_primitives::{
	economy::METRICS,
	units::{Balance, ENGR},
};
use frame_support::{assert_ok, storage::with_transaction, traits::fungibles::Inspect as _};
use proptest::{
	prelude::*,
	strategy::ValueTree,
	test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use sp_runtime::{DispatchError, DispatchResult, TransactionOutcome};

/// Operations of each run: four a case, so that `make fuzz` reaches a million with 250,000 cases.
fn operations() -> u32 {
	cases_of_thousand(4_000).cases
}

/// What to do, how much, how far that is shifted, who does it, and what is measured.
type Draw = (u8, u128, u32, usize, [Option<u32>; METRICS]);

fn draws(seed: u8) -> impl FnMut() -> Draw {
	let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
	let mut runner = TestRunner::new_with_rng(Config::default(), rng);
	let metrics = prop::array::uniform4(prop::option::of(0..=ONE));
	let strategy = (any::<u8>(), any::<u128>(), 0u32..64, 0usize..3, metrics);
	move || strategy.new_tree(&mut runner).unwrap().current()
}

/// A price that moves by up to 2 % a block, 5 % of sales destroyed.
const OPEN: Terms = Terms { creator_share: 0, burn_rate: 50_000, ..WIDE };

fn whole_range(number: u128, shift: u32, most: Balance) -> Balance {
	(number >> (64 + shift % 60)) % most.saturating_add(1)
}

/// What entered the reserve less what left it, and the same of fees and premium together, as events tell.
#[derive(Default)]
struct Flows {
	reserve: Balance,
	charged: Balance,
}

impl Flows {
	/// Counts what happened since the last time.
	fn count(&mut self) {
		for event in events() {
			match event {
				Event::CurveLaunched { cost, .. } => self.reserve += cost,
				Event::TokensBought { value, premium, fee, .. } => {
					self.reserve += value;
					self.charged += premium + fee;
				},
				Event::TokensSold { value, fee, .. } => {
					self.reserve -= value;
					self.charged += fee;
				},
				Event::FeesSettled { creator, burned, treasury, premium, .. } => {
					self.charged -= creator + burned + treasury + premium;
				},
				_ => (),
			}
		}
		System::reset_events();
	}

	fn check(&self) {
		let record = record();
		let booked = (record.reserve, record.fees + record.premium);
		assert_eq!(booked, (self.reserve, self.charged), "the books are not what flowed");
	}
}

/// The accounts of one attacker.
const ATTACKER: [AccountId; 2] = [ALICE, BOB];

/// What the reserve, the fees and the tokens became by a trade.
fn trade(sells: bool, who: &AccountId, parts: &[Balance]) -> Result<(Balance, Balance), DispatchError> {
	for part in parts {
		if sells {
			sell(who, *part)?;
		} else {
			buy(who, *part)?;
		}
	}
	Ok((record().reserve, record().fees))
}

/// The same amount in one piece, which is taken back, and in several, which stay: those leave as much in the reserve at least, and
/// pay the base fee of all of it. Whether the limiter let them.
fn split(sells: bool, who: &AccountId, amount: Balance, pieces: Balance) -> DispatchResult {
	let before = record();
	let whole = with_transaction(|| TransactionOutcome::Rollback(trade(sells, who, &[amount])))?;
	let part = amount / pieces;
	let mut parts = vec![part; pieces as usize - 1];
	parts.push(amount - part * (pieces - 1));
	let (reserve, fees) = with_transaction(|| match trade(sells, who, &parts) {
		Ok(done) => TransactionOutcome::Commit(Ok(done)),
		Err(error) => TransactionOutcome::Rollback(Err(error)),
	})?;
	assert!(reserve >= whole.0, "{pieces} pieces of {amount} leave {reserve}, one {}", whole.0);
	let base = Balance::from(before.terms.fees.base);
	assert!((fees - before.fees) * 1_000_000 >= reserve.abs_diff(before.reserve) * base);
	Ok(())
}

/// Alice and Bob, who are one attacker, buy, sell, split their trades and hand each other tokens in any sizes, while M, the time
/// and gifts move. After each operation: were they to sell everything at once, without a fee, they would get at most what they
/// paid; the reserve covers the curve; and the account has what the curve owes and the gifts, not one base unit more. In the end
/// they do sell everything, and have lost.
fn alone(curve: Parameters, seed: u8, terms: Terms) {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(launch(curve, terms));
		let mut draw = draws(seed);
		let (mut done, mut kinds) = (0u32, [0u32; 14]);
		for _ in 0..operations() {
			let (kind, number, shift, who, metrics) = draw();
			let (who, other) = if who == 0 { (BOB, ALICE) } else { (ALICE, BOB) };
			let (kind, most) = (usize::from(kind % 14), tokens(&who).min(4_000 * WHOLE));
			let result = match kind {
				0..=2 => buy(&who, whole_range(number, shift, 4_000 * WHOLE)),
				3 => spend(&who, whole_range(number, shift, 2_000 * ENGR)),
				4..=6 => sell(&who, whole_range(number, shift, most)),
				7 => split(false, &who, whole_range(number, shift, 4_000 * WHOLE), 2 + number % 7),
				8 => split(true, &who, whole_range(number, shift, most), 2 + number % 7),
				9 | 10 => {
					let amount = whole_range(number, shift, tokens(&who));
					Assets::transfer(RuntimeOrigin::signed(who), TOKEN.0, other, amount)
				},
				11 => {
					Measured::set(metrics);
					next_epoch();
					refresh()
				},
				12 => {
					pass((number % 200) as u32);
					Ok(())
				},
				_ => {
					donate(number % 1_000);
					Ok(())
				},
			};
			System::reset_events();
			done += u32::from(result.is_ok());
			kinds[kind] += u32::from(result.is_ok());
			let record = record();
			let (supply, owned) = (record.supply().unwrap(), tokens(&ALICE) + tokens(&BOB));
			let integral = record.curve.sale_integral_floor(supply, owned).unwrap();
			assert!(free(&ALICE) + free(&BOB) + integral <= 2 * RICHES);
			assert!(record.reserve >= record.curve.integral_to_ceil(supply).unwrap());
			assert_eq!(pot(), record.owed().unwrap() + given(TOKEN));
		}
		assert!(done > operations() / 3, "{done}");
		// Fees make the attackers poor in the course of a million.
		assert!(kinds.iter().all(|done| *done > operations() / 200), "{kinds:?}");
		assert!(record().destroyed > 0 || terms.burn_rate == 0);
		check();
		leave(ATTACKER.to_vec());
		assert_eq!((record().outstanding(), Assets::total_issuance(TOKEN.0)), (Ok(0), 0));
		assert_eq!(pot(), record().owed().unwrap() + given(TOKEN));
		assert!(free(&ALICE) + free(&BOB) < 2 * RICHES);
	});
}

/// Each of them sells all of its tokens, as many at once as a block lets it, and gets what the quote says.
fn leave(mut holders: Vec<AccountId>) {
	while let Some(who) = holders.last().cloned() {
		let owned = tokens(&who);
		if owned == 0 {
			holders.pop();
			continue;
		}
		pass(1);
		let mut part = owned;
		loop {
			let (had, value) = (free(&who), Bonding::quote_sell(TOKEN, part, 0).map(|quote| quote.total));
			match sell(&who, part) {
				Ok(()) => {
					assert_eq!(Some(free(&who) - had), value);
					break;
				},
				Err(error) if error == Error::<Test>::BeyondWindowLimit.into() => {
					next_window();
					break;
				},
				Err(error) => {
					assert_eq!(error, Error::<Test>::BeyondBlockLimit.into());
					part = part.div_ceil(2);
				},
			}
		}
	}
}

#[test]
fn going_in_and_out_never_pays() {
	for (seed, curve) in [LINEAR, EXPONENTIAL, SIGMOID].into_iter().enumerate() {
		alone(curve, seed as u8, OPEN);
		alone(curve, 10 + seed as u8, Terms { burn_rate: 0, ..OPEN });
	}
}

/// Some trades of others.
fn others(draw: &mut impl FnMut() -> Draw, trades: u32) {
	for _ in 0..trades {
		let (kind, number, shift, who, _) = draw();
		let who = [BOB, CAROL, CREATOR][who].clone();
		// Those that the limiter refuses do not happen.
		let _ = if kind % 3 > 0 {
			buy(&who, whole_range(number, shift % 8, 4_000 * WHOLE))
		} else {
			sell(&who, whole_range(number, shift % 8, tokens(&who).min(4_000 * WHOLE)))
		};
	}
}

/// Each block: others trade, Alice buys, others trade, and she sells all of it before the block ends, or none of it happens.
#[test]
fn going_in_and_out_in_a_block_never_pays() {
	for (seed, curve) in [LINEAR, EXPONENTIAL, SIGMOID].into_iter().enumerate() {
		ExtBuilder.build_and_execute(|| {
			assert_ok!(launch(curve, Terms { burn_rate: 0, ..OPEN }));
			mature();
			let mut draw = draws(20 + seed as u8);
			let (mut rounds, mut closest) = (0u32, i128::MIN);
			for _ in 0..operations() / 4 {
				pass(1);
				System::reset_events();
				let had = free(&ALICE);
				others(&mut draw, 1);
				let (_, number, shift, _, _) = draw();
				let amount = whole_range(number, shift % 8, 3_000 * WHOLE).max(1);
				let round = with_transaction(|| {
					let result = buy(&ALICE, amount).and_then(|()| {
						others(&mut draw, 2);
						sell(&ALICE, amount)
					});
					match result {
						Ok(()) => TransactionOutcome::Commit(Ok::<_, DispatchError>(())),
						Err(error) => TransactionOutcome::Rollback(Err(error)),
					}
				});
				if round.is_ok() {
					rounds += 1;
					let gained = i128::try_from(free(&ALICE)).unwrap() - i128::try_from(had).unwrap();
					assert!(gained < 0, "{gained}");
					closest = closest.max(gained);
				}
			}
			println!("{rounds} rounds, the best of which lost {}", -closest);
			assert!(rounds > operations() / 20, "{rounds}");
		});
	}
}

/// Everybody does everything, then everybody leaves: every sale is paid, the last one too, and the creator closes.
fn everybody(curve: Parameters, seed: u8) {
	ExtBuilder.build_and_execute(|| {
		let terms = Terms { creator_share: 20_000, burn_rate: 20_000, ..WIDE };
		assert_ok!(launch(curve, terms));
		let mut flows = Flows::default();
		let mut draw = draws(seed);
		let people = [ALICE, BOB, CAROL];
		let (mut done, mut kinds) = (0u32, [0u32; 19]);
		for operation in 0..operations() {
			let (kind, number, shift, who, metrics) = draw();
			let (who, other) = (people[who].clone(), people[(who + 1) % 3].clone());
			let (kind, most) = (usize::from(kind % 19), tokens(&who).min(5_000 * WHOLE));
			let result = match kind {
				0..=4 => buy(&who, whole_range(number, shift, 5_000 * WHOLE)),
				5..=6 => spend(&who, whole_range(number, shift, 3_000 * ENGR)),
				7..=9 => sell(&who, whole_range(number, shift, most)),
				10 => {
					Measured::set(metrics);
					next_epoch();
					refresh()
				},
				11 => settle(),
				12 => release(),
				13 => {
					donate(number % 1_000_000);
					Ok(())
				},
				14 => {
					HasEscrow::set(number % 2 == 0);
					Ok(())
				},
				15 => split(false, &who, whole_range(number, shift, 5_000 * WHOLE), 2 + number % 7),
				16 => split(true, &who, whole_range(number, shift, most), 2 + number % 7),
				17 => {
					let amount = whole_range(number, shift, tokens(&who));
					Assets::transfer(RuntimeOrigin::signed(who), TOKEN.0, other, amount)
				},
				_ => {
					pass((number % 500) as u32);
					Ok(())
				},
			};
			flows.count();
			flows.check();
			done += u32::from(result.is_ok());
			kinds[kind] += u32::from(result.is_ok());
			let record = record();
			assert!(record.reserve >= record.curve.integral_to_ceil(record.supply().unwrap()).unwrap());
			assert_eq!(pot(), record.owed().unwrap() + given(TOKEN));
			if operation % 16 == 0 {
				check();
			}
		}
		assert!(done > operations() / 3, "{done}");
		assert!(kinds[15..=17].iter().all(|done| *done > operations() / 200), "{kinds:?}");

		mature();
		let _ = release();
		leave(vec![CREATOR, ALICE, BOB, CAROL]);
		let record = record();
		assert_eq!((record.outstanding(), Assets::total_issuance(TOKEN.0)), (Ok(0), 0));
		assert_eq!(record.supply(), Ok(record.destroyed));
		// The reserve is that of what was destroyed, and the roundings of all the trades.
		let behind = record.curve.integral_to_ceil(record.destroyed).unwrap();
		assert!(record.reserve >= behind && record.reserve - behind <= 16 * u128::from(operations()));
		check();
		let _ = settle();
		flows.count();
		flows.check();
		assert_ok!(close());
		assert!(!crate::Curves::<Test>::contains_key(TOKEN));
		assert_eq!(pot(), 0);
	});
}

/// One base unit of fees is booked as a value: the account has as much as before and the curve's books agree, so only what was told
/// to the world shows it.
#[test]
#[should_panic = "the books are not what flowed"]
fn flows_notice_money_that_changes_its_place() {
	ExtBuilder::launched(WIDE, || {
		assert_ok!(buy(&ALICE, WHOLE));
		let mut flows = Flows::default();
		flows.count();
		flows.check();
		crate::Curves::<Test>::mutate_extant(TOKEN, |record| {
			record.fees -= 1;
			record.pay_in(1).unwrap();
		});
		assert_eq!(Bonding::do_try_state(), Ok(()));
		flows.check();
	});
}

#[test]
fn the_last_seller_is_paid_whatever_happened() {
	for (seed, curve) in [LINEAR, EXPONENTIAL, SIGMOID].into_iter().enumerate() {
		everybody(curve, 30 + seed as u8);
	}
}
