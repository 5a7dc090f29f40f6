//! Benchmarks of the calls, each of a basket with as many tokens as one can have.

use crate::{pallet::*, types::*};
use alloc::vec::Vec;
use engram_math::curve::WHOLE;
use engram_primitives::{
	label::{Label, Symbol, MAX_LABEL, MAX_SYMBOL},
	market::TokenMarket,
	units::{Balance, ENGR, PPM},
	TokenId,
};
use frame_benchmarking::v2::*;
use frame_support::traits::{
	fungible::{hold::Inspect as _, hold::Mutate as _, Inspect as _, Mutate as _},
	fungibles::{Inspect as _, Mutate as _},
	tokens::Preservation,
	AccountTouch, Get,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};

/// Sets up what other pallets hold.
pub trait BenchmarkHelper<AccountId> {
	/// The `index`th token that trades, of which `who` gets some thousands at least.
	fn token(who: &AccountId, index: u32) -> TokenId;
	/// The market takes no order of more than a quarter of a token or so.
	fn restrain(token: TokenId);
	/// The token trades in a pool from now on, which is as deep as the tokens that were bought. Returns the pool's fee in parts per
	/// million.
	fn graduate(token: TokenId) -> u32;
	/// An account that has no shares of a basket keeps an empty account of them and an approval.
	fn leave(basket: TokenId, index: u32);
}

/// The basket's coins.
const CASH: Balance = 90 * ENGR;

/// How far, in parts per million, a pool's price may still move until it takes nothing: of what it has, less than a 256th of an order
/// is and more than a 1,024th.
const LEEWAY: u32 = 150;

/// What somebody mints: most of the tokens there are.
const SHARES: Balance = 1_500 * WHOLE;

fn fund<T: Config>(who: &T::AccountId) -> Result<(), BenchmarkError> {
	let amount = 100_000_000u128.saturating_mul(ENGR);
	T::Currency::mint_into(who, amount.max(T::Currency::minimum_balance()))?;
	Ok(())
}

fn label() -> Label {
	let mut label = Label::new();
	for _ in 0..MAX_LABEL {
		let _ = label.try_push(b'b');
	}
	label
}

fn symbol() -> Symbol {
	let mut symbol = Symbol::new();
	for _ in 0..MAX_SYMBOL {
		let _ = symbol.try_push(b'B');
	}
	symbol
}

/// As wide as the bounds allow.
fn terms<T: Config>() -> Terms {
	let bounds = T::Bounds::get();
	Terms {
		trading_fee: bounds.most_trading_fee,
		rebalancing_fee: bounds.most_rebalancing_fee,
		slippage: bounds.slippage.1,
		most_premium: bounds.most_premium,
	}
}

/// Everything is aimed at alike, and every second token has a bit more of a share.
fn most_components<T: Config>(who: &T::AccountId) -> Components {
	let part = PPM.checked_div(MAX_CONSTITUENTS).unwrap_or_default();
	let mut components = Components::new();
	for index in 0..MAX_CONSTITUENTS {
		let token = T::BenchmarkHelper::token(who, index);
		let more = if index & 1 == 0 { WHOLE / 5 } else { 0 };
		let per_share = WHOLE.saturating_add(more);
		let _ = components.try_push(Component { token, per_share, target: part });
	}
	components
}

fn forever<T: Config>() -> BlockNumberFor<T> {
	u32::MAX.into()
}

fn most() -> Amounts {
	Amounts::truncate_from(amounts(Balance::MAX))
}

fn amounts(amount: Balance) -> Vec<Balance> {
	(0..=MAX_CONSTITUENTS).map(|_| amount).collect()
}

/// A basket, and somebody who has its tokens.
fn created<T: Config>() -> Result<(T::AccountId, TokenId), BenchmarkError> {
	let who: T::AccountId = whitelisted_caller();
	fund::<T>(&who)?;
	fund::<T>(&T::Treasury::get())?;
	let components = most_components::<T>(&who);
	let basket = NextBasket::<T>::get();
	Pallet::<T>::do_create(who.clone(), label(), symbol(), components, terms::<T>())?;
	Ok((who, basket))
}

/// A basket with coins, and somebody who has all shares of it.
fn minted<T: Config>() -> Result<(T::AccountId, TokenId), BenchmarkError> {
	let (who, basket) = created::<T>()?;
	Pallet::<T>::do_mint(who.clone(), basket, SHARES, &most(), forever::<T>())?;
	fund::<T>(&Pallet::<T>::pot_of(basket))?;
	Baskets::<T>::mutate(basket, |record| {
		if let Some(record) = record {
			record.cash.held = CASH;
		}
	});
	Ok((who, basket))
}

fn record<T: Config>(basket: TokenId) -> Result<crate::BasketRecordOf<T>, BenchmarkError> {
	Ok(Baskets::<T>::get(basket).ok_or("no basket")?)
}

/// Somebody without any token, but with all shares of a basket.
fn heir<T: Config>(who: &T::AccountId, basket: TokenId) -> Result<T::AccountId, BenchmarkError> {
	let heir: T::AccountId = account("heir", 0, 0);
	fund::<T>(&heir)?;
	let shares = T::Tokens::balance(basket.0, who);
	T::Tokens::transfer(basket.0, who, &heir, shares, Preservation::Expendable)?;
	Ok(heir)
}

/// Leaves an account that has shares, and gives them all, places for all tokens but the last: an asset takes one and leaves one, which
/// the deposit takes.
fn leave_places<T: Config>(who: &T::AccountId) -> Result<(), BenchmarkError> {
	while frame_system::Pallet::<T>::can_inc_consumer(who) {
		frame_system::Pallet::<T>::inc_consumers(who)?;
	}
	for _ in 1..MAX_CONSTITUENTS {
		frame_system::Pallet::<T>::dec_consumers(who);
	}
	Ok(())
}

/// Of each token the least part of an order was traded.
fn assert_least_parts<T: Config>(before: &Constituents, after: &crate::BasketRecordOf<T>) {
	assert_eq!(after.rebalanced, Some(Pallet::<T>::now()));
	for (one, other) in before.iter().zip(&after.constituents) {
		let moved = one.book.held.abs_diff(other.book.held);
		assert!((WHOLE / 16..WHOLE / 4).contains(&moved), "a 1,024th is traded: {moved}");
	}
}

/// Notes prices so much beside those of now that an order that moves them by more than [`LEEWAY`] costs too much.
fn note_beside<T: Config>(basket: TokenId, fee: u32) {
	Baskets::<T>::mutate(basket, |record| {
		for one in record.iter_mut().flat_map(|record| &mut record.constituents) {
			let safe = PPM.saturating_sub(T::Market::safe_slippage(one.token));
			let least = u64::from(PPM.saturating_sub(fee)).saturating_mul(PPM.into());
			let beside = least.checked_div(safe.into()).unwrap_or_default().saturating_sub(PPM.into());
			let beside = u128::from(beside).saturating_sub(LEEWAY.into());
			if let Some(noted) = &mut one.noted {
				let move_by =
					|price: u128| price.saturating_mul(beside).checked_div(PPM.into()).unwrap_or_default();
				noted.high = noted.high.saturating_add(move_by(noted.high));
				noted.asking = noted.asking.saturating_sub(move_by(noted.asking));
			}
		}
	});
}

/// Goes on to the last block in which the noted prices are good, when orders are tried in all parts.
fn noted<T: Config>(basket: TokenId) -> Result<(), BenchmarkError> {
	Pallet::<T>::do_note_prices(basket)?;
	let then = Pallet::<T>::now().saturating_add(T::PriceAge::get()).saturating_add(T::PriceLife::get());
	frame_system::Pallet::<T>::set_block_number(then.into());
	Ok(())
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn create() -> Result<(), BenchmarkError> {
		let who: T::AccountId = whitelisted_caller();
		fund::<T>(&who)?;
		fund::<T>(&T::Treasury::get())?;
		let tokens = most_components::<T>(&who);
		let basket = NextBasket::<T>::get();
		// Somebody has opened every account before, and sent something.
		let (stranger, pot): (T::AccountId, _) = (account("stranger", 0, 0), Pallet::<T>::pot_of(basket));
		fund::<T>(&stranger)?;
		for component in &tokens {
			T::Tokens::touch(component.token.0, &pot, &stranger)?;
			T::Tokens::transfer(component.token.0, &who, &pot, WHOLE, Preservation::Preserve)?;
		}

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), label(), symbol(), tokens, terms::<T>());

		assert_eq!(record::<T>(basket)?.creator, who);
		Ok(())
	}

	#[benchmark]
	fn mint() -> Result<(), BenchmarkError> {
		let (who, basket) = created::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), basket, SHARES, most(), forever::<T>());

		assert!(T::Tokens::balance(basket.0, &who) > 0);
		Ok(())
	}

	#[benchmark]
	fn redeem() -> Result<(), BenchmarkError> {
		let (who, basket) = minted::<T>()?;
		let heir = heir::<T>(&who, basket)?;
		leave_places::<T>(&heir)?;
		let shares = T::Tokens::balance(basket.0, &heir);
		let least = Amounts::truncate_from(amounts(0));

		#[extrinsic_call]
		_(RawOrigin::Signed(heir.clone()), basket, shares, least, forever::<T>());

		assert_eq!(T::Tokens::balance(basket.0, &heir), 0);
		let owed = record::<T>(basket)?.books().filter(|(_, book)| book.owed > 0).count();
		let deposit = T::Currency::balance_on_hold(&HoldReason::ClaimDeposit.into(), &heir);
		assert_eq!((owed, Some(deposit)), (1, Pallet::<T>::claim_deposit()));
		Ok(())
	}

	#[benchmark]
	fn collect() -> Result<(), BenchmarkError> {
		let (who, basket) = minted::<T>()?;
		let heir = heir::<T>(&who, basket)?;
		let one = record::<T>(basket)?.constituents.first().map(|one| one.token);
		Baskets::<T>::mutate(basket, |record| {
			if let Some(one) = record.as_mut().and_then(|record| record.constituents.get_mut(0)) {
				one.book = Book { held: 0, owed: one.book.held };
			}
		});
		let owed = record::<T>(basket)?.constituents.first().map(|one| one.book.owed).unwrap_or_default();
		let deposit = Pallet::<T>::deposit_of_claim().map_err(|_| "no deposit")?;
		T::Currency::hold(&HoldReason::ClaimDeposit.into(), &heir, deposit)?;
		Claims::<T>::insert((basket, &heir, one), ClaimRecord { amount: owed, deposit });

		#[extrinsic_call]
		_(RawOrigin::Signed(who), basket, heir.clone(), one);

		assert_eq!(Claims::<T>::get((basket, heir, one)), None);
		Ok(())
	}

	#[benchmark]
	fn set_targets() -> Result<(), BenchmarkError> {
		let (who, basket) = minted::<T>()?;
		noted::<T>(basket)?;
		let targets = (0..MAX_CONSTITUENTS).map(|index| if index == 0 { PPM } else { 0 }).collect();
		let targets = Targets::truncate_from(targets);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), basket, targets);

		let after = record::<T>(basket)?;
		assert_eq!((after.noted, after.targets_at), (None, Some(Pallet::<T>::now())));
		Ok(())
	}

	#[benchmark]
	fn set_governor() -> Result<(), BenchmarkError> {
		let (who, basket) = created::<T>()?;
		let next: T::AccountId = account("governor", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), basket, next.clone());

		assert_eq!(record::<T>(basket)?.governor, next);
		Ok(())
	}

	#[benchmark]
	fn note_prices() -> Result<(), BenchmarkError> {
		let (who, basket) = minted::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), basket);

		let after = record::<T>(basket)?;
		assert!(after.constituents.iter().all(|one| one.noted.is_some_and(|noted| noted.asking > 0)));
		Ok(())
	}

	/// Orders of 100 to 200 tokens: the market takes the 1,024th of each.
	#[benchmark]
	fn rebalance() -> Result<(), BenchmarkError> {
		let (who, basket) = minted::<T>()?;
		noted::<T>(basket)?;
		let before = record::<T>(basket)?.constituents;
		for one in &before {
			T::BenchmarkHelper::restrain(one.token);
		}

		#[extrinsic_call]
		_(RawOrigin::Signed(who), basket);

		assert_least_parts::<T>(&before, &record::<T>(basket)?);
		Ok(())
	}

	/// The same in pools, of which a 256th of each order costs more than is safe.
	#[benchmark]
	fn rebalance_pools() -> Result<(), BenchmarkError> {
		let (who, basket) = minted::<T>()?;
		let before = record::<T>(basket)?.constituents;
		let mut fee = 0;
		for one in &before {
			fee = T::BenchmarkHelper::graduate(one.token);
		}
		noted::<T>(basket)?;
		note_beside::<T>(basket, fee);

		#[extrinsic_call]
		rebalance(RawOrigin::Signed(who), basket);

		assert_least_parts::<T>(&before, &record::<T>(basket)?);
		Ok(())
	}

	#[benchmark]
	fn settle() -> Result<(), BenchmarkError> {
		let (who, basket) = minted::<T>()?;
		let pot = Pallet::<T>::pot_of(basket);
		for one in record::<T>(basket)?.constituents {
			T::Tokens::transfer(one.token.0, &who, &pot, WHOLE, Preservation::Preserve)?;
		}
		T::Tokens::transfer(basket.0, &who, &pot, WHOLE, Preservation::Preserve)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), basket);

		assert_eq!(record::<T>(basket)?.fees, BookedFees::default());
		Ok(())
	}

	#[benchmark]
	fn close(n: Linear<0, { T::CloseLimit::get() }>) -> Result<(), BenchmarkError> {
		let (who, basket) = created::<T>()?;
		let pot = Pallet::<T>::pot_of(basket);
		for one in record::<T>(basket)?.constituents {
			T::Tokens::transfer(one.token.0, &who, &pot, WHOLE, Preservation::Preserve)?;
		}
		for index in 0..n {
			T::BenchmarkHelper::leave(basket, index);
		}

		#[extrinsic_call]
		_(RawOrigin::Signed(who), basket);

		// At the limit something may be left.
		assert_eq!(Baskets::<T>::contains_key(basket), n >= T::CloseLimit::get());
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder.build(), crate::mock::Test);
}
