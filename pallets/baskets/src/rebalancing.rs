//! Rebalancing: prices are noted, and later the tokens that are worth more than their targets are sold for those that are worth
//! less.
//!
//! Each order must bring its value less the slippage at the price of the moment and at each that was noted, so who moves a price
//! just before a rebalancing only makes its order stricter. Sales are judged by prices, purchases by what buyers pay, which on a
//! curve is more by the success of its model: who has that measured anew after a note makes the purchase stricter too. Of that more
//! a basket accepts only as much as its terms say, which bounds what a governor with such a model takes of it. Anybody adds
//! a note while the first one ages: who moves a price both when it is noted and when the basket is rebalanced is found out by one
//! note in between. However much slippage a basket allows, an order never costs more than its market says is safe: then nobody gains
//! by trading before and after it.
//!
//! An order that no market takes is tried with a quarter and with a sixteenth of its amount. In the second half of the time that the
//! prices are good for smaller parts are tried too, so that what is much for a market is traded by and by; not before, because who
//! moves a price a bit would else use up a basket's week with a part that is nearly nothing. What is not taken is left for the next time.

use crate::{pallet::*, types::*, BasketRecordOf};
use alloc::vec::Vec;
use engram_math::{
	basket::{purchases_floor, sales_floor, Holding, Order},
	fee::{mul_div_floor, share_floor},
	MathError,
};
use engram_primitives::{
	market::TokenMarket,
	units::{Balance, PPM},
	TokenId,
};
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{fungible::Inspect as _, fungibles::Inspect as _, Get},
};
use sp_runtime::{DispatchError, DispatchResult};

/// What part of an order is tried, one after the other.
const PARTS: [Balance; 3] = [1, 4, 16];
/// And after these, in the second half of the time that prices are good for.
const SMALL_PARTS: [Balance; 3] = [64, 256, 1_024];

impl<T: Config> Pallet<T> {
	/// When a basket can be rebalanced.
	pub(crate) fn schedule_of(record: &BasketRecordOf<T>) -> Schedule {
		let last = record.rebalanced.max(record.targets_at);
		let due = last.map_or(0, |last| last.saturating_add(T::RebalancePeriod::get()));
		let window = record.noted.map(|noted| {
			let first = noted.saturating_add(T::PriceAge::get());
			(first, first.saturating_add(T::PriceLife::get()))
		});
		let rebalance = window.filter(|(_, last)| Self::now() <= *last);
		let note = match (record.noted, rebalance) {
			// Prices that are noted while the first ones age count beside them.
			(Some(noted), Some((first, _))) if Self::now() < first => noted,
			// Nobody notes other prices as long as those that have aged can still be used.
			(_, Some((_, last))) => last.saturating_add(1),
			_ => due,
		};
		Schedule { note, rebalance }
	}

	pub(crate) fn do_note_prices(basket: TokenId) -> DispatchResult {
		let mut record = Self::open_record_of(basket)?;
		ensure!(record.shares > 0, Error::<T>::NothingToRebalance);
		let schedule = Self::schedule_of(&record);
		ensure!(Self::now() >= schedule.note, Error::<T>::TooEarly);
		if schedule.rebalance.is_none() {
			record.forget_prices();
		}
		let most = record.terms.most_premium;
		let (mut prices, mut asking) = (Vec::new(), Vec::new());
		for one in &mut record.constituents {
			let price = T::Market::token_price(one.token).unwrap_or_default();
			let asked = T::Market::asking_price(one.token).unwrap_or_default();
			one.note(price, accepted_floor(price, asked, most)?);
			prices.push(price);
			asking.push(asked);
		}
		let (prices, asking) = (Prices::truncate_from(prices), Prices::truncate_from(asking));
		// The age counts from the first note, so that nobody keeps others from rebalancing by noting again and again.
		record.noted = record.noted.or(Some(Self::now()));
		let (from, until) = Self::schedule_of(&record).rebalance.unwrap_or_default();
		Baskets::<T>::insert(basket, record);
		Self::deposit_event(Event::PricesNoted { basket, prices, asking, from, until });
		Ok(())
	}

	/// What is traded: each token at its price, those that trade nowhere, or did whenever prices were noted, at none; their
	/// targets are the others'. `None` where nothing that trades is aimed at.
	fn traded(record: &BasketRecordOf<T>) -> Option<Vec<Holding>> {
		let price = |one: &Constituent| match T::Market::token_price(one.token) {
			Some(price) if one.noted.is_none_or(|noted| noted.asking > 0) => price,
			_ => 0,
		};
		let prices: Vec<u128> = record.constituents.iter().map(price).collect();
		let targets = record.constituents.iter().zip(&prices).map(|(one, price)| (one.target, *price > 0));
		let targets = spread(&targets.collect::<Vec<_>>())?;
		let mut holdings = record.unpriced();
		for (holding, (price, target)) in holdings.iter_mut().zip(prices.into_iter().zip(targets)) {
			*holding = Holding { price, target, ..*holding };
		}
		Some(holdings)
	}

	/// Each token at the price of now, or at none.
	pub(crate) fn priced(record: &BasketRecordOf<T>) -> Vec<Holding> {
		record.holdings(|one| (T::Market::token_price(one.token).unwrap_or_default(), one.target))
	}

	/// What can be spent on tokens so that the fee of who rebalances is left, rounded down.
	fn budget_floor(record: &BasketRecordOf<T>, cash: Balance) -> Result<Balance, MathError> {
		let whole = PPM.checked_add(record.terms.rebalancing_fee).ok_or(MathError::Overflow)?;
		mul_div_floor(cash, PPM.into(), whole.into())
	}

	pub(crate) fn do_rebalance(who: T::AccountId, basket: TokenId) -> DispatchResult {
		let mut record = Self::open_record_of(basket)?;
		ensure!(record.noted.is_some(), Error::<T>::NoPrices);
		let (first, last) = Self::schedule_of(&record).rebalance.ok_or(Error::<T>::PricesTooOld)?;
		ensure!(Self::now() >= first, Error::<T>::TooEarly);
		// The first half is not the shorter one.
		let is_late = Self::now().saturating_sub(first) > last.saturating_sub(Self::now());
		let holdings = Self::traded(&record).ok_or(Error::<T>::NothingToRebalance)?;
		let terms = record.terms;

		let pot = Self::pot_of(basket);
		let mut outcome = Outcome::default();
		let sales = sales_floor(&holdings, terms.slippage)?;
		for (one, order) in record.constituents.iter_mut().zip(&sales) {
			if let Order::Sell { amount, .. } = *order {
				let sold = Self::in_parts(amount, is_late, |part| Self::sell(&pot, one, part, &terms));
				let (amount, brought) = Self::count(&mut outcome, sold);
				one.book.held = sub(one.book.held, amount)?;
				outcome.proceeds = add(outcome.proceeds, brought)?;
			}
		}

		let cash = add(record.cash.held, outcome.proceeds)?;
		let budget = Self::budget_floor(&record, cash)?;
		let purchases = purchases_floor(&holdings, budget, terms.slippage)?;
		for (one, order) in record.constituents.iter_mut().zip(&purchases) {
			if let Order::Buy { pay, .. } = *order {
				let bought = Self::in_parts(pay, is_late, |part| Self::buy(&pot, one, part, &terms));
				let (paid, amount) = Self::count(&mut outcome, bought);
				one.book.held = add(one.book.held, amount)?;
				outcome.spent = add(outcome.spent, paid)?;
			}
		}
		ensure!(outcome.done > 0, Error::<T>::NothingToRebalance);

		outcome.fee = share_floor(outcome.spent, record.terms.rebalancing_fee)?;
		outcome.cash = sub(sub(cash, outcome.spent)?, outcome.fee)?;
		Self::pay_coins(&pot, &who, outcome.fee)?;
		record.cash.held = outcome.cash;
		record.rebalanced = Some(Self::now());
		record.forget_prices();
		Baskets::<T>::insert(basket, record);
		Self::deposit_event(Event::Rebalanced { who, basket, outcome });
		Ok(())
	}

	/// The first part of an order that its market takes.
	fn in_parts(
		whole: Balance,
		is_late: bool,
		trade: impl Fn(Balance) -> Result<(Balance, Balance), DispatchError>,
	) -> Option<(Balance, Balance)> {
		let small = SMALL_PARTS.into_iter().filter(|_| is_late);
		let mut parts = PARTS.into_iter().chain(small);
		parts.find_map(|part| {
			let amount = whole.checked_div(part).filter(|amount| *amount > 0)?;
			with_storage_layer(|| trade(amount)).ok()
		})
	}

	/// Counts an order, and returns what it moved.
	fn count(outcome: &mut Outcome, moved: Option<(Balance, Balance)>) -> (Balance, Balance) {
		let counter = if moved.is_some() { &mut outcome.done } else { &mut outcome.skipped };
		*counter = counter.saturating_add(1);
		moved.unwrap_or_default()
	}

	/// What an account has of a token, and of coins. The books take what moved from here, whatever a market says.
	fn balances(pot: &T::AccountId, token: TokenId) -> (Balance, Balance) {
		(T::Tokens::balance(token.0, pot), T::Currency::total_balance(pot))
	}

	/// Sells exactly so much. Returns it, and what it brought.
	fn sell(
		pot: &T::AccountId,
		one: &Constituent,
		amount: Balance,
		terms: &Terms,
	) -> Result<(Balance, Balance), DispatchError> {
		let least = Self::least_proceeds(one, amount, terms)?;
		let (tokens, coins) = Self::balances(pot, one.token);
		T::Market::sell_tokens(pot, one.token, amount, least)?;
		let (left, then) = Self::balances(pot, one.token);
		let brought = sub(then, coins)?;
		ensure!(left == sub(tokens, amount)? && brought >= least, Error::<T>::MarketUnfair);
		Ok((amount, brought))
	}

	/// Spends at most so much. Returns what was paid, and what that bought.
	fn buy(
		pot: &T::AccountId,
		one: &Constituent,
		pay: Balance,
		terms: &Terms,
	) -> Result<(Balance, Balance), DispatchError> {
		let least = Self::least_bought(one, pay, terms)?;
		let (tokens, coins) = Self::balances(pot, one.token);
		T::Market::spend_on_tokens(pot, one.token, pay, least)?;
		let (more, then) = Self::balances(pot, one.token);
		let (paid, bought) = (sub(coins, then)?, sub(more, tokens)?);
		ensure!(paid <= pay && bought >= least, Error::<T>::MarketUnfair);
		Ok((paid, bought))
	}

	fn traded_at(price: Option<u128>) -> Result<u128, Error<T>> {
		price.filter(|price| *price > 0).ok_or(Error::<T>::NotTraded)
	}

	/// How much less than its value an order of a token may bring: what the basket allows, and no more than what is safe.
	fn slippage_of(token: TokenId, terms: &Terms) -> u32 {
		terms.slippage.min(T::Market::safe_slippage(token))
	}

	/// At the highest of the price of now and those that were noted.
	fn least_proceeds(one: &Constituent, amount: Balance, terms: &Terms) -> Result<Balance, DispatchError> {
		let spot = Self::traded_at(T::Market::token_price(one.token))?;
		let price = one.noted.map_or(spot, |noted| noted.high.max(spot));
		Ok(least_proceeds_ceil(amount, price, Self::slippage_of(one.token, terms))?)
	}

	/// At the lowest of the asking price of now, as far as the basket accepts it, and those that were noted, of which none is zero
	/// where a token is traded.
	fn least_bought(one: &Constituent, pay: Balance, terms: &Terms) -> Result<Balance, DispatchError> {
		let spot = Self::traded_at(T::Market::token_price(one.token))?;
		let asked = Self::traded_at(T::Market::asking_price(one.token))?;
		let accepted = accepted_floor(spot, asked, terms.most_premium)?;
		let price = one.noted.map_or(accepted, |noted| noted.asking.min(accepted));
		Ok(least_bought_ceil(pay, price, Self::slippage_of(one.token, terms))?)
	}

	/// What a rebalancing would do with each token now, if each sale brought exactly the least.
	pub(crate) fn plans_of(mut record: BasketRecordOf<T>) -> Result<Vec<(TokenId, Plan)>, DispatchError> {
		if Self::schedule_of(&record).rebalance.is_none() {
			record.forget_prices();
		}
		let holdings = Self::traded(&record).ok_or(Error::<T>::NothingToRebalance)?;
		let terms = record.terms;
		let mut plans: Vec<_> = record.constituents.iter().map(|one| (one.token, Plan::Keep)).collect();
		let mut cash = record.cash.held;
		let sales = sales_floor(&holdings, terms.slippage)?;
		for ((one, plan), order) in record.constituents.iter().zip(&mut plans).zip(&sales) {
			if let Order::Sell { amount, .. } = *order {
				let least = Self::least_proceeds(one, amount, &terms)?;
				plan.1 = Plan::Sell { amount, least };
				cash = add(cash, least)?;
			}
		}
		let budget = Self::budget_floor(&record, cash)?;
		let purchases = purchases_floor(&holdings, budget, terms.slippage)?;
		for ((one, plan), order) in record.constituents.iter().zip(&mut plans).zip(&purchases) {
			if let Order::Buy { pay, .. } = *order {
				plan.1 = Plan::Buy { pay, least: Self::least_bought(one, pay, &terms)? };
			}
		}
		Ok(plans)
	}
}
