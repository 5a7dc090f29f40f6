//! Properties: shares never lose by others' trades, no round trip pays, attacks gain nothing, orders stay in their bounds.

use super::*;
use crate::reference::{assert_ceil, assert_floor, cases, ratio, real, Real};
use proptest::prelude::*;

fn tokens() -> impl Strategy<Value = u128> {
	(any::<u128>(), 40u32..128).prop_map(|(number, shift)| number >> shift)
}

fn holding() -> impl Strategy<Value = Holding> {
	(1u128..1 << 60, tokens(), 0u128..1 << 80).prop_map(|(per_share, held, price)| Holding {
		per_share,
		held: held.max(1),
		price,
		target: 0,
	})
}

/// Baskets of one to five tokens with targets.
fn basket() -> impl Strategy<Value = Vec<Holding>> {
	prop::collection::vec((holding(), 0u32..1_000), 1..6).prop_map(|mut holdings| {
		let weights: u32 = holdings.iter().map(|(_, weight)| weight).sum();
		let mut left = PPM;
		for (holding, weight) in &mut holdings {
			holding.target = (PPM / weights.max(1) * *weight).min(left);
			left -= holding.target;
		}
		holdings[0].0.target += left;
		holdings.into_iter().map(|(holding, _)| holding).collect()
	})
}

fn add(holdings: &mut [Holding], amounts: &[u128]) {
	for (holding, amount) in holdings.iter_mut().zip(amounts) {
		holding.held += amount;
	}
}

fn take(holdings: &mut [Holding], amounts: &[u128]) {
	for (holding, amount) in holdings.iter_mut().zip(amounts) {
		holding.held -= amount;
	}
}

/// Whether no share stands for less of any token than before.
fn no_share_lost(before: &[Holding], shares: u128, after: &[Holding], then: u128) -> bool {
	before.iter().zip(after).all(|(before, after)| {
		U512::from(before.held) * U512::from(then) <= U512::from(after.held) * U512::from(shares)
	})
}

fn worth(holding: &Holding, amount: u128) -> Real {
	real(amount) * ratio(holding.price, ATTO)
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn values_are_rounded_once(holdings in basket(), shares in 1u128..1 << 80) {
		let exact = holdings.iter().fold(real(0u32), |sum, holding| sum + worth(holding, holding.held));
		assert_floor(value_floor(&holdings).unwrap(), &exact);
		assert_floor(share_value_floor(&holdings, shares).unwrap(), &(exact * ratio(WHOLE, shares)));
		let begins = holdings.iter().fold(real(0u32), |sum, holding| sum + worth(holding, holding.per_share));
		assert_floor(share_value_floor(&holdings, 0).unwrap(), &begins);
	}

	#[test]
	fn minting_and_redeeming_match_the_reference(
		holdings in basket(),
		shares in 1u128..1 << 80,
		moved in 0u128..1 << 80,
	) {
		for (holding, cost) in holdings.iter().zip(mint_cost_ceil(&holdings, shares, moved).unwrap()) {
			assert_ceil(cost, &(real(holding.held) * ratio(moved, shares)));
		}
		let empty: Vec<Holding> = holdings.iter().map(|holding| Holding { held: 0, ..*holding }).collect();
		for (holding, cost) in empty.iter().zip(mint_cost_ceil(&empty, 0, moved).unwrap()) {
			assert_ceil(cost, &(real(holding.per_share) * ratio(moved, WHOLE)));
		}
		let moved = moved.min(shares);
		for (holding, payout) in holdings.iter().zip(redeem_floor(&holdings, shares, moved).unwrap()) {
			assert_floor(payout, &(real(holding.held) * ratio(moved, shares)));
		}
	}

	#[test]
	fn minting_and_redeeming_take_nothing_from_other_shares(holdings in basket(), shares in 1u128..1 << 80, moved in 0u128..1 << 80) {
		let mut minted = holdings.clone();
		add(&mut minted, &mint_cost_ceil(&holdings, shares, moved).unwrap());
		prop_assert!(no_share_lost(&holdings, shares, &minted, shares + moved));
		let moved = moved % shares;
		let mut redeemed = holdings.clone();
		take(&mut redeemed, &redeem_floor(&holdings, shares, moved).unwrap());
		prop_assert!(no_share_lost(&holdings, shares, &redeemed, shares - moved));
	}

	#[test]
	fn no_round_trip_pays(holdings in basket(), shares in 1u128..1 << 80, moved in 0u128..1 << 80) {
		let costs = mint_cost_ceil(&holdings, shares, moved).unwrap();
		let mut holdings = holdings;
		add(&mut holdings, &costs);
		let back = redeem_floor(&holdings, shares + moved, moved).unwrap();
		for (cost, back) in costs.iter().zip(&back) {
			// And it loses at most the rounding of both.
			prop_assert!(back <= cost && cost - back <= 1);
		}
	}

	/// An attacker mints first, inflates by any number of small trades, and donates; the victim loses at most one base unit
	/// of each token, and what the attacker gets back is at most what it paid.
	#[test]
	fn the_first_depositor_gains_nothing(
		per_share in prop::collection::vec(1u128..1 << 60, 1..4),
		first in 1u128..100,
		trades in prop::collection::vec((any::<bool>(), 1u128..100), 0..50),
		victim in 1u128..1 << 60,
	) {
		let mut holdings: Vec<Holding> =
			per_share.iter().map(|per_share| Holding { per_share: *per_share, ..Holding::default() }).collect();
		let mut spent = vec![0i128; holdings.len()];
		let (mut shares, mut own) = (0u128, 0u128);
		let mut attack = |holdings: &mut Vec<Holding>, shares: &mut u128, own: &mut u128, mints: bool, number: u128| {
			let amounts = if mints {
				let amounts = mint_cost_ceil(holdings, *shares, number).unwrap();
				add(holdings, &amounts);
				(*shares, *own) = (*shares + number, *own + number);
				amounts
			} else {
				let number = number.min(*own);
				let amounts = redeem_floor(holdings, *shares, number).unwrap();
				take(holdings, &amounts);
				(*shares, *own) = (*shares - number, *own - number);
				amounts
			};
			for (spent, amount) in spent.iter_mut().zip(amounts) {
				let amount = i128::try_from(amount).unwrap();
				*spent += if mints { amount } else { -amount };
			}
		};
		attack(&mut holdings, &mut shares, &mut own, true, first);
		for (mints, number) in trades {
			attack(&mut holdings, &mut shares, &mut own, mints, number);
		}
		let costs = mint_cost_ceil(&holdings, shares, victim).unwrap();
		add(&mut holdings, &costs);
		shares += victim;
		let worth = redeem_floor(&holdings, shares, victim).unwrap();
		for (cost, worth) in costs.iter().zip(&worth) {
			prop_assert!(cost - worth <= 1);
		}
		attack(&mut holdings, &mut shares, &mut own, false, u128::MAX);
		prop_assert_eq!(own, 0);
		let back = redeem_floor(&holdings, shares, victim).unwrap();
		for (cost, back) in costs.iter().zip(&back) {
			prop_assert!(cost.saturating_sub(*back) <= 1);
		}
		// The last shares take everything along.
		take(&mut holdings, &back);
		prop_assert!(holdings.iter().all(|holding| holding.held == 0));
		for (spent, (cost, back)) in spent.iter().zip(costs.iter().zip(&back)) {
			prop_assert_eq!(*spent, i128::try_from(*back).unwrap() - i128::try_from(*cost).unwrap());
			prop_assert!(*spent >= -1);
		}
	}

	#[test]
	fn sales_end_at_the_targets(holdings in basket(), slippage in 0..=PPM) {
		let value = holdings.iter().fold(real(0u32), |sum, holding| sum + worth(holding, holding.held));
		for (holding, order) in holdings.iter().zip(sales_floor(&holdings, slippage).unwrap()) {
			let aim = value.clone() * ratio(holding.target, PPM);
			match order {
				Order::Sell { amount, least } => {
					prop_assert!(amount > 0 && amount <= holding.held);
					let rest = holding.held - amount;
					// What is left is worth the target, and less than one base unit of the token more.
					prop_assert!(worth(holding, rest) >= aim && worth(holding, rest) < aim + worth(holding, 1));
					let bound = worth(holding, amount) * ratio(PPM - slippage, PPM);
					prop_assert!(real(least) >= bound && real(least) < bound + real(1u32));
				},
				Order::Keep => prop_assert!(worth(holding, holding.held) < aim + worth(holding, 1)
					|| holding.price == 0),
				Order::Buy { .. } => prop_assert!(false, "a sale buys"),
			}
		}
	}

	#[test]
	fn purchases_spend_what_there_is_on_what_is_missing(holdings in basket(), proceeds in tokens(), slippage in 0..=PPM) {
		let value = holdings.iter().fold(real(0u32), |sum, holding| sum + worth(holding, holding.held));
		let orders = purchases_floor(&holdings, proceeds, slippage).unwrap();
		let missing = |holding: &Holding| {
			let aim = &value * ratio(holding.target, PPM);
			if holding.price > 0 { (aim - worth(holding, holding.held)).max(real(0u32)) } else { real(0u32) }
		};
		let all = holdings.iter().fold(real(0u32), |all, holding| all + missing(holding));
		let mut spent = 0u128;
		for (holding, order) in holdings.iter().zip(orders) {
			let lack = missing(holding);
			let share = if lack > real(0u32) { real(proceeds) * &lack / &all } else { real(0u32) };
			let pay = if let Order::Buy { pay, .. } = order { pay } else { 0 };
			assert_floor(pay, &share.min(lack));
			if let Order::Buy { pay, least } = order {
				prop_assert!(pay > 0);
				let bound = real(pay) * ratio(ATTO, holding.price) * ratio(PPM - slippage, PPM);
				let above = real(least) - bound;
				prop_assert!(above > real(-1i32) / real(u128::MAX) && above < real(1u32) + ratio(1u8, u128::MAX));
				spent += pay;
			} else {
				prop_assert_eq!(order, Order::Keep);
			}
		}
		prop_assert!(spent <= proceeds);
	}
}
