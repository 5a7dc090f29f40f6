//! Thousands of random operations: nobody gains by going in and out, and what a share stands for never falls by it.

use crate::{mock::*, pallet::*, Terms};
use engram_cases::{cases, cases_of_thousand};
use engram_math::curve::WHOLE;
use engram_primitives::units::{Balance, ENGR};
use frame_support::{assert_ok, traits::fungibles::Inspect as _};
use proptest::{
	prelude::*,
	strategy::ValueTree,
	test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use sp_core::U256;

/// Operations of each run of two who only mint and redeem: four a case, so that `make fuzz` reaches a million with 250,000 cases.
fn operations() -> u32 {
	cases_of_thousand(4_000).cases
}

/// What to do, how much, how far that is shifted, and who does it.
type Draw = (u8, u128, u32, usize);

fn draws(seed: u8) -> impl FnMut() -> Draw {
	let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
	let mut runner = TestRunner::new_with_rng(Config::default(), rng);
	let strategy = (any::<u8>(), any::<u128>(), 0u32..64, 0usize..3);
	move || strategy.new_tree(&mut runner).unwrap().current()
}

fn whole_range(number: u128, shift: u32, most: Balance) -> Balance {
	(number >> (64 + shift % 60)) % most.saturating_add(1)
}

/// Whether a share has at least as much of everything as before.
fn not_less(before: &(Vec<Balance>, Balance), after: &(Vec<Balance>, Balance)) -> bool {
	let times = |one: Balance, other: Balance| U256::from(one) * U256::from(other);
	let each = before.0.iter().zip(&after.0);
	before.1 == 0
		|| after.1 == 0
		|| each.into_iter().all(|(then, now)| times(*now, before.1) >= times(*then, after.1))
}

/// Alice mints, redeems and gives shares to Bob, who does the same, in any sizes, without a fee: together they never have more of
/// anything than in the beginning, and no share ever stands for less.
#[test]
fn going_in_and_out_never_pays() {
	for seed in 0..4 {
		ExtBuilder.build_and_execute(|| {
			assert_ok!(create(odd(), FREE));
			// Carol's shares, and coins that wait, are what there would be to be taken.
			let coins = 12_345_678_901;
			if seed % 2 == 0 {
				assert_ok!(mint(&CAROL, 1_000 * WHOLE + 7));
				change(|record| record.cash.held = coins);
				fund(None, coins);
			}
			let carols = shares(&CAROL);
			let whole: Vec<_> =
				odd().iter().map(|one| one.per_share * carols / WHOLE).chain([coins]).collect();
			let both = || {
				let tokens = |token| tokens(token, &ALICE) + tokens(token, &BOB);
				[tokens(A), tokens(B), tokens(C), free(&ALICE) + free(&BOB)]
			};
			let began = both();
			let mut draw = draws(seed);
			let mut done = 0u32;
			for _ in 0..operations() {
				let (kind, number, shift, who) = draw();
				let (who, other) = if who == 0 { (BOB, ALICE) } else { (ALICE, BOB) };
				let before = (holds(), record().shares);
				let owned = shares(&who);
				let result = match kind % 8 {
					0..=2 => mint(&who, whole_range(number, shift, 5_000 * WHOLE)),
					3..=5 => redeem(&who, whole_range(number, shift, owned)),
					6 => redeem(&who, owned),
					_ => {
						let origin = RuntimeOrigin::signed(who);
						Assets::transfer(origin, BASKET.0, other, whole_range(number, shift, owned))
					},
				};
				System::reset_events();
				done += u32::from(result.is_ok());
				assert!(not_less(&before, &(holds(), record().shares)));
				assert!(both().iter().zip(&began).all(|(now, then)| now <= then));
				// Carol's part is all there.
				if carols > 0 {
					let mine = Sets::quote_redeem(BASKET, carols).unwrap().amounts;
					assert!(mine.iter().zip(&whole).all(|(now, then)| now >= then));
				}
				assert_eq!(gifts(), vec![0; 4]);
			}
			assert!(done > operations() / 2, "{done}");
			for who in [ALICE, BOB] {
				let _ = redeem(&who, shares(&who));
			}
			let lost: Vec<_> = began.iter().zip(both()).map(|(then, now)| then - now).collect();
			println!("{done} operations lost {lost:?} base units to rounding");
			// What both lost by rounding is Carol's, at most one base unit for each operation. Without her, the last one of them to
			// leave gets it back.
			assert!(lost.iter().all(|lost| *lost <= u128::from(done)));
			let expected = carols > 0;
			assert!(lost.iter().all(|lost| (*lost > 0) == expected), "{lost:?}");
		});
	}
}

/// Everybody does everything, with fees, halts, premiums, frozen tokens and gifts; then everybody leaves, and the basket closes.
fn everybody(seed: u8) {
	ExtBuilder.build_and_execute(|| {
		let terms = Terms { slippage: 50_000, ..TERMS };
		assert_ok!(create(three(), terms));
		let pot = Sets::pot_of(BASKET);
		let mut draw = draws(seed);
		let (operations, mut done, mut given) = (cases().cases, 0u32, [0; 4]);
		let mut frozen = [false; 3];
		for operation in 0..operations {
			let (kind, number, shift, who) = draw();
			let who = [ALICE, BOB, CREATOR][who].clone();
			let token = [A, B, C][(number % 3) as usize];
			let before = (holds(), record().shares);
			let mut traded = false;
			let result = match kind % 21 {
				0..=4 => mint(&who, whole_range(number, shift, 3_000 * WHOLE)),
				5..=8 => redeem(&who, whole_range(number, shift, shares(&who))),
				9 => note_prices(),
				10 | 11 => {
					traded = true;
					rebalance(&who)
				},
				// So seldom that the notice is over now and then.
				12 if shift % 16 == 0 => {
					let first = (number % 1_000_001) as u32;
					set_targets(&[first, 0, ONE - first])
				},
				13 => settle(),
				14 => {
					let gift = 1 + number % 1_000_000;
					donate(Some(token), gift);
					given[(token.0 - A.0) as usize] += gift;
					Ok(())
				},
				15 => {
					donate(None, ENGR);
					given[3] += ENGR;
					Ok(())
				},
				16 => {
					match number % 2 {
						0 => {
							freeze(token, &pot);
							frozen[(token.0 - A.0) as usize] = true;
						},
						_ => {
							[A, B, C].into_iter().for_each(|token| thaw(token, &pot));
							frozen = [false; 3];
						},
					}
					Ok(())
				},
				17 => {
					Halted::mutate(|halted| match number % 2 {
						0 => halted.insert(token),
						_ => std::mem::take(halted).is_empty(),
					});
					Ok(())
				},
				18 => [ALICE, BOB, CREATOR, TREASURY].iter().try_for_each(|who| collect(who, Some(token))),
				19 => {
					Premiums::mutate(|premiums| premiums.insert(token, (number % 1_000_001) as u32));
					Ok(())
				},
				_ => {
					pass(if number % 2 == 0 { AGE } else { (number % 120) as u32 });
					Ok(())
				},
			};
			System::reset_events();
			done += u32::from(result.is_ok());
			assert!(traded || not_less(&before, &(holds(), record().shares)));
			if let (Ok(()), 13) = (result, kind % 21) {
				// All is swept but what is frozen.
				for (given, frozen) in given.iter_mut().zip(frozen.into_iter().chain([false])) {
					*given = if frozen { *given } else { 0 };
				}
			}
			assert_eq!(gifts(), given.to_vec());
			if operation % 16 == 0 {
				check();
			}
		}
		assert!(done > operations / 10, "{done}");

		[A, B, C].into_iter().for_each(|token| thaw(token, &pot));
		Halted::set(Default::default());
		let _ = settle();
		// The least shares are less than their fee: they are given to the basket, whose gifts are settled.
		for _ in 0..2_000 {
			for who in [ALICE, BOB, CREATOR] {
				let owned = shares(&who);
				if owned > 1 {
					assert_ok!(redeem(&who, owned));
				} else if owned == 1 {
					assert_ok!(Assets::transfer(RuntimeOrigin::signed(who), BASKET.0, pot.clone(), 1));
				}
			}
			let _ = settle();
			if record().shares == 0 {
				break;
			}
		}
		for asset in [Some(A), Some(B), Some(C), None] {
			for who in [ALICE, BOB, CREATOR, TREASURY] {
				let _ = collect(&who, asset);
			}
		}
		assert_eq!((holds(), Claims::<Test>::iter().count()), (vec![0; 4], 0));
		assert_ok!(close());
		assert_eq!(held(&CREATOR), 0);
		assert!(!Assets::asset_exists(BASKET.0));
	});
}

#[test]
fn everybody_can_leave() {
	for seed in 30..34 {
		everybody(seed);
	}
}
