//! What creation, minting and redeeming do: verify, compute, write, tell.

use crate::{pallet::*, types::*, BasketRecordOf};
use alloc::vec::Vec;
use codec::MaxEncodedLen;
use engram_math::{
	basket::{mint_cost_ceil, redeem_floor},
	fee::share_floor,
	MathError,
};
use engram_primitives::{
	economy::{BurnCause, Burns},
	label::{is_label, is_symbol, Label, Symbol},
	market::TokenMarket,
	units::{Balance, PPM, TOKEN_DECIMALS},
	TokenId, FIRST_BASKET_TOKEN, FIRST_TOKEN,
};
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{
		fungible::{hold::Mutate as _, Inspect as _, Mutate as _},
		fungibles::{
			metadata::{MetadataDeposit, Mutate as _},
			Create, Inspect as _, Mutate as _, Refund as _,
		},
		tokens::{Fortitude, Precision, Preservation},
		AccountTouch, Get,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	traits::{AccountIdConversion, UniqueSaturatedInto},
	DispatchError, DispatchResult, TokenError,
};

impl<T: Config> Pallet<T> {
	/// The account of a basket.
	pub(crate) fn pot_of(basket: TokenId) -> T::AccountId {
		T::PalletId::get().into_sub_account_truncating(basket)
	}

	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	pub(crate) fn open_record_of(basket: TokenId) -> Result<BasketRecordOf<T>, Error<T>> {
		let record = Baskets::<T>::get(basket).ok_or(Error::<T>::UnknownBasket)?;
		ensure!(record.state == BasketState::Open, Error::<T>::NotOpen);
		Ok(record)
	}

	fn record_in_time(basket: TokenId, deadline: BlockNumberFor<T>) -> Result<BasketRecordOf<T>, Error<T>> {
		ensure!(frame_system::Pallet::<T>::block_number() <= deadline, Error::<T>::DeadlinePassed);
		Self::open_record_of(basket)
	}

	fn governed_record_of(who: &T::AccountId, basket: TokenId) -> Result<BasketRecordOf<T>, Error<T>> {
		let record = Self::open_record_of(basket)?;
		ensure!(record.governor == *who, Error::<T>::NotGovernor);
		Ok(record)
	}

	pub(crate) fn do_create(
		creator: T::AccountId,
		name: Label,
		symbol: Symbol,
		components: Components,
		terms: Terms,
	) -> DispatchResult {
		ensure!(is_label(&name), Error::<T>::InvalidName);
		ensure!(is_symbol(&symbol), Error::<T>::InvalidSymbol);
		ensure!(T::Bounds::get().allow(&terms), Error::<T>::TermsOutOfBounds);
		Self::verify(&components)?;

		let basket = NextBasket::<T>::get();
		let next = basket.next().ok_or(MathError::Overflow)?;
		let pot = Self::pot_of(basket);
		let endowment = components
			.iter()
			.map(|component| T::Tokens::deposit_required(component.token.0))
			.chain([T::Tokens::calc_metadata_deposit(&name, &symbol)])
			.try_fold(T::Currency::minimum_balance(), add)?;
		let deposit = Self::deposit_of_basket(components.len())?;
		T::Currency::hold(&HoldReason::BasketDeposit.into(), &creator, deposit)?;
		T::Currency::transfer(&creator, &pot, endowment, Preservation::Preserve)?;
		T::Tokens::create(basket.0, pot.clone(), false, 1)?;
		T::Tokens::set(basket.0, &pot, name.into_inner(), symbol.into_inner(), TOKEN_DECIMALS)?;
		for component in &components {
			Self::open_account(&creator, &pot, component.token)?;
		}
		let burned = Self::take_creation_fee(&creator)?;

		let record = BasketRecord {
			creator: creator.clone(),
			governor: creator.clone(),
			state: BasketState::Open,
			terms,
			constituents: Constituents::truncate_from(components.iter().map(Constituent::from).collect()),
			cash: Book::default(),
			shares: 0,
			fees: BookedFees::default(),
			endowment,
			deposit,
			rebalanced: None,
			noted: None,
			targets_at: None,
		};
		NextBasket::<T>::put(next);
		Baskets::<T>::insert(basket, record);
		let fee = T::CreationFee::get();
		Self::deposit_event(Event::BasketCreated { creator, basket, components, fee, burned, deposit });
		Ok(())
	}

	/// A basket is of different tokens of models, each of which trades, and its targets are a whole.
	fn verify(components: &Components) -> Result<(), Error<T>> {
		let count = u32::try_from(components.len()).unwrap_or(u32::MAX);
		ensure!(count >= MIN_CONSTITUENTS, Error::<T>::TooFewTokens);
		for (index, component) in components.iter().enumerate() {
			let token = component.token;
			ensure!(component.per_share > 0, Error::<T>::NothingPerShare);
			ensure!((FIRST_TOKEN..FIRST_BASKET_TOKEN).contains(&token), Error::<T>::NotAModelToken);
			ensure!(T::Market::token_price(token).is_some(), Error::<T>::NotTraded);
			let twice = components.iter().skip(index.saturating_add(1)).any(|other| other.token == token);
			ensure!(!twice, Error::<T>::TokenTwice);
		}
		let targets: Vec<u32> = components.iter().map(|component| component.target).collect();
		Self::ensure_whole(&targets)
	}

	fn ensure_whole(targets: &[u32]) -> Result<(), Error<T>> {
		let sum = targets.iter().try_fold(0u32, |sum, target| sum.checked_add(*target));
		ensure!(sum == Some(PPM), Error::<T>::TargetsNotWhole);
		Ok(())
	}

	/// For the record at its longest, and for what may be owed to the treasury of each of so many tokens and of coins: anybody may
	/// have its fees settled, and nobody is asked for a deposit then.
	fn deposit_of_basket(tokens: usize) -> Result<Balance, MathError> {
		let rows =
			Balance::try_from(tokens).map_err(|_| MathError::Overflow).and_then(|tokens| add(tokens, 1))?;
		let claims = Self::deposit_of_claim()?.checked_mul(rows).ok_or(MathError::Overflow)?;
		add(claims, Self::deposit_of(BasketRecordOf::<T>::max_encoded_len())?)
	}

	/// For a row of claims.
	pub(crate) fn deposit_of_claim() -> Result<Balance, MathError> {
		Self::deposit_of(<((TokenId, T::AccountId, Asset), ClaimRecord)>::max_encoded_len())
	}

	fn deposit_of(bytes: usize) -> Result<Balance, MathError> {
		Balance::try_from(bytes)
			.ok()
			.and_then(|bytes| T::DepositPerByte::get().checked_mul(bytes))
			.and_then(|sum| sum.checked_add(T::DepositBase::get()))
			.ok_or(MathError::Overflow)
	}

	/// Opens the basket's account of a token, with a deposit of the endowment: what strangers send cannot use up what it takes
	/// to have tokens. What they sent before there was a basket is the creator's.
	fn open_account(creator: &T::AccountId, pot: &T::AccountId, token: TokenId) -> DispatchResult {
		let early = T::Tokens::balance(token.0, pot);
		if early > 0 {
			T::Tokens::transfer(token.0, pot, creator, early, Preservation::Expendable)?;
		}
		// Anybody can open an account for another. That deposit goes back, so that nobody can take it later, and the account with
		// it.
		if T::Tokens::deposit_held(token.0, pot.clone()).is_some() {
			T::Tokens::refund(token.0, pot.clone())?;
		}
		T::Tokens::touch(token.0, pot, pot)
	}

	/// Takes the creation fee, and returns how much of it was burned.
	fn take_creation_fee(creator: &T::AccountId) -> Result<Balance, DispatchError> {
		let fee = T::CreationFee::get();
		let burned = share_floor(fee, T::FeeShares::get().burn)?;
		Self::pay_coins(creator, &T::Treasury::get(), sub(fee, burned)?)?;
		if burned > 0 {
			T::Currency::burn_from(
				creator,
				burned,
				Preservation::Preserve,
				Precision::Exact,
				Fortitude::Polite,
			)?;
			T::Burns::burned(BurnCause::TradeFee, burned);
		}
		Ok(burned)
	}

	/// What minting so many shares costs of each token and of coins, and the shares of the fee.
	pub(crate) fn minting(
		record: &BasketRecordOf<T>,
		shares: Balance,
	) -> Result<(Balance, Amounts), DispatchError> {
		let fee = record.trading_fee_ceil(shares)?;
		ensure!(fee < shares, Error::<T>::NothingToMint);
		let costs = mint_cost_ceil(&record.unpriced(), record.shares, shares)?;
		ensure!(costs.iter().any(|cost| *cost > 0), Error::<T>::NothingToMint);
		Ok((fee, Amounts::truncate_from(costs)))
	}

	/// What redeeming so many shares pays of each token and of coins, and the shares of the fee.
	pub(crate) fn redeeming(
		record: &BasketRecordOf<T>,
		shares: Balance,
	) -> Result<(Balance, Amounts), DispatchError> {
		let fee = record.trading_fee_ceil(shares)?;
		ensure!(fee < shares, Error::<T>::NothingToRedeem);
		Ok((fee, Self::parts_of(record, sub(shares, fee)?)?))
	}

	/// What so many shares have of each token and of coins, rounded down.
	pub(crate) fn parts_of(record: &BasketRecordOf<T>, shares: Balance) -> Result<Amounts, MathError> {
		redeem_floor(&record.unpriced(), record.shares, shares).map(Amounts::truncate_from)
	}

	pub(crate) fn do_mint(
		who: T::AccountId,
		basket: TokenId,
		shares: Balance,
		max_in: &Amounts,
		deadline: BlockNumberFor<T>,
	) -> DispatchResult {
		let mut record = Self::record_in_time(basket, deadline)?;
		let (fee, costs) = Self::minting(&record, shares)?;
		ensure!(max_in.len() == costs.len(), Error::<T>::WrongLength);
		ensure!(costs.iter().zip(max_in).all(|(cost, most)| cost <= most), Error::<T>::AboveMaxIn);

		let pot = Self::pot_of(basket);
		for ((asset, book), cost) in record.books_mut().zip(&costs) {
			book.held = add(book.held, *cost)?;
			Self::pay(asset, &who, &pot, *cost)?;
		}
		let minted = sub(shares, fee)?;
		record.shares = add(record.shares, shares)?;
		record.book_fee(fee, T::FeeShares::get().governor)?;
		T::Tokens::mint_into(basket.0, &who, minted)?;
		Baskets::<T>::insert(basket, record);
		Self::deposit_event(Event::SharesMinted { who, basket, shares: minted, fee, paid: costs });
		Ok(())
	}

	pub(crate) fn do_redeem(
		who: T::AccountId,
		basket: TokenId,
		shares: Balance,
		min_out: &Amounts,
		deadline: BlockNumberFor<T>,
	) -> DispatchResult {
		let mut record = Self::record_in_time(basket, deadline)?;
		ensure!(shares <= T::Tokens::balance(basket.0, &who), Error::<T>::NotEnoughShares);
		let (fee, amounts) = Self::redeeming(&record, shares)?;
		ensure!(min_out.len() == amounts.len(), Error::<T>::WrongLength);
		ensure!(amounts.iter().zip(min_out).all(|(amount, least)| amount >= least), Error::<T>::BelowMinOut);

		T::Tokens::burn_from(
			basket.0,
			&who,
			shares,
			Preservation::Expendable,
			Precision::Exact,
			Fortitude::Polite,
		)?;
		let redeemed = sub(shares, fee)?;
		record.book_fee(fee, T::FeeShares::get().governor)?;
		let each = Self::deposit_of_claim()?;
		let Payout { paid, left, deposit } =
			Self::pay_out(basket, &mut record, &who, redeemed, &amounts, each)?;
		if deposit > 0 {
			// After all is paid, so that coins which are redeemed count too.
			let held = T::Currency::hold(&HoldReason::ClaimDeposit.into(), &who, deposit);
			held.map_err(|refused| match refused {
				DispatchError::Token(TokenError::FundsUnavailable) => Error::<T>::NoClaimDeposit.into(),
				other => other,
			})?;
		}
		Baskets::<T>::insert(basket, record);
		Self::deposit_event(Event::SharesRedeemed {
			who,
			basket,
			shares: redeemed,
			fee,
			paid,
			left,
			deposit,
		});
		Ok(())
	}

	/// Takes so many shares out of the books and pays what they have. What cannot be paid now is owed from now on, for a deposit of
	/// `each` where nothing of it was owed before, which is the caller's to take.
	pub(crate) fn pay_out(
		basket: TokenId,
		record: &mut BasketRecordOf<T>,
		who: &T::AccountId,
		shares: Balance,
		amounts: &Amounts,
		each: Balance,
	) -> Result<Payout, DispatchError> {
		let pot = Self::pot_of(basket);
		record.shares = sub(record.shares, shares)?;
		let (mut paid, mut left, mut deposit) = (Vec::new(), Vec::new(), 0);
		for ((asset, book), amount) in record.books_mut().zip(amounts) {
			book.held = sub(book.held, *amount)?;
			// Whatever stops one token, the others are paid.
			let owed = match with_storage_layer(|| Self::pay(asset, &pot, who, *amount)) {
				Ok(()) => 0,
				Err(_) => *amount,
			};
			if owed > 0 {
				book.owed = add(book.owed, owed)?;
				let old = Claims::<T>::get((basket, who, asset));
				let claim = old.unwrap_or(ClaimRecord { amount: 0, deposit: each });
				let claim = ClaimRecord { amount: add(claim.amount, owed)?, ..claim };
				Claims::<T>::insert((basket, who, asset), claim);
				deposit = add(deposit, if old.is_none() { each } else { 0 })?;
			}
			paid.push(sub(*amount, owed)?);
			left.push(owed);
		}
		Ok(Payout { paid: Amounts::truncate_from(paid), left: Amounts::truncate_from(left), deposit })
	}

	/// Moves coins or a token. Amounts of a token are at least one or nothing is moved.
	pub(crate) fn pay(
		asset: Asset,
		from: &T::AccountId,
		to: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		match asset {
			None => Self::pay_coins(from, to, amount),
			Some(token) if amount > 0 => {
				T::Tokens::transfer(token.0, from, to, amount, Preservation::Expendable)?;
				Ok(())
			},
			Some(_) => Ok(()),
		}
	}

	pub(crate) fn pay_coins(from: &T::AccountId, to: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount > 0 {
			T::Currency::transfer(from, to, amount, Preservation::Preserve)?;
		}
		Ok(())
	}

	pub(crate) fn do_collect(basket: TokenId, who: T::AccountId, asset: Asset) -> DispatchResult {
		let mut record = Self::open_record_of(basket)?;
		let ClaimRecord { amount, deposit } =
			Claims::<T>::take((basket, &who, asset)).ok_or(Error::<T>::NothingOwed)?;
		let book = record.books_mut().find(|(other, _)| *other == asset).map(|(_, book)| book);
		let book = book.ok_or(Error::<T>::NothingOwed)?;
		book.owed = sub(book.owed, amount)?;
		if deposit > 0 {
			// Before it is paid: a hold takes one of the places that an account has for tokens.
			T::Currency::release(&HoldReason::ClaimDeposit.into(), &who, deposit, Precision::Exact)?;
		}
		Self::pay(asset, &Self::pot_of(basket), &who, amount)?;
		Baskets::<T>::insert(basket, record);
		Self::deposit_event(Event::Collected { who, basket, asset, amount, deposit });
		Ok(())
	}

	pub(crate) fn do_set_targets(who: &T::AccountId, basket: TokenId, targets: Targets) -> DispatchResult {
		let mut record = Self::governed_record_of(who, basket)?;
		ensure!(targets.len() == record.constituents.len(), Error::<T>::WrongLength);
		Self::ensure_whole(&targets)?;
		let old = record.constituents.iter().map(|one| one.target).collect();
		for (one, target) in record.constituents.iter_mut().zip(&targets) {
			one.target = *target;
		}
		// Holders have a whole period to leave before prices are noted, let alone anything is traded, for new targets.
		record.forget_prices();
		record.targets_at = Some(Self::now());
		Baskets::<T>::insert(basket, record);
		Self::deposit_event(Event::TargetsUpdated { basket, old: Targets::truncate_from(old), new: targets });
		Ok(())
	}

	pub(crate) fn do_set_governor(
		who: &T::AccountId,
		basket: TokenId,
		governor: T::AccountId,
	) -> DispatchResult {
		let mut record = Self::governed_record_of(who, basket)?;
		record.governor = governor.clone();
		Baskets::<T>::insert(basket, record);
		Self::deposit_event(Event::GovernorUpdated { basket, old: who.clone(), new: governor });
		Ok(())
	}
}
