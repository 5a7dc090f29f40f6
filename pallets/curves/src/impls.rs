//! What the calls do: verify, compute, write, tell.

use crate::{history::History, pallet::*, trades::Trade, types::*, ClaimsOf, CurveRecordOf};
use codec::{Encode, MaxEncodedLen};
use engram_math::{
	curve::Parameters,
	fee::share_floor,
	market::{Limiter, Moment},
	MathError,
};
use engram_primitives::{
	economy::{EpochClock, METRICS},
	label::{is_label, is_symbol, Label, Symbol},
	market::TokenPools,
	payment::ModelTokens,
	traits::ModelRegistry,
	units::{Balance, TOKEN_DECIMALS},
	ModelId, TokenId,
};
use frame_support::{
	ensure,
	traits::{
		fungible::{hold::Mutate as _, Inspect as _, Mutate as _},
		fungibles::{
			metadata::{MetadataDeposit, Mutate as _},
			Create, Mutate as _,
		},
		tokens::{Fortitude, Precision, Preservation},
		Get,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	traits::{AccountIdConversion, UniqueSaturatedInto},
	DispatchError, DispatchResult,
};

impl<T: Config> Pallet<T> {
	/// The account of a token's curve.
	pub(crate) fn pot_of(token: TokenId) -> T::AccountId {
		T::PalletId::get().into_sub_account_truncating(token)
	}

	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	pub(crate) fn record_of(token: TokenId) -> Result<CurveRecordOf<T>, Error<T>> {
		Curves::<T>::get(token).ok_or(Error::<T>::UnknownToken)
	}

	pub(crate) fn open_record_of(token: TokenId) -> Result<CurveRecordOf<T>, Error<T>> {
		let record = Self::record_of(token)?;
		ensure!(record.state == CurveState::Open, Error::<T>::NotOpen);
		Ok(record)
	}

	pub(crate) fn do_launch(
		creator: T::AccountId,
		model: ModelId,
		name: Label,
		symbol: Symbol,
		curve: Parameters,
		terms: Terms,
		claims: ClaimsOf<T>,
	) -> DispatchResult {
		ensure!(is_label(&name), Error::<T>::InvalidName);
		ensure!(is_symbol(&symbol), Error::<T>::InvalidSymbol);
		let info = T::Models::model(model).ok_or(Error::<T>::UnknownModel)?;
		ensure!(info.owner == creator, Error::<T>::NotModelOwner);
		ensure!(T::Models::is_open(model), Error::<T>::ModelRetired);
		let market = Markets::<T>::get(model);
		let has_other = T::OtherTokens::model_token(model).is_some();
		ensure!(market.token.is_none() && !has_other, Error::<T>::AlreadyLaunched);
		let bounds = T::Bounds::get();
		let fee_shares = T::FeeShares::get();
		let curve = terms.validate(curve, &bounds, fee_shares.creator).map_err(Error::<T>::from)?;
		let most = curve.parameters().max_supply;
		let locked = Self::locked_by(&claims, share_floor(most, bounds.most_claims)?)?;

		let token = NextToken::<T>::get();
		let next = token.next().ok_or(MathError::Overflow)?;
		let (pot, pool) = (Self::pot_of(token), T::Pools::pool_account(token));
		let is_nobodys = |claim: &LockedClaim<T::AccountId>| [&pot, &pool].contains(&&claim.beneficiary);
		ensure!(!claims.iter().any(is_nobodys), Error::<T>::BeneficiaryIsNobody);
		let launch = market.launches.checked_add(1).ok_or(MathError::Overflow)?;
		let initial = share_floor(most, terms.creator_share)?;
		ensure!(terms.can_graduate(&curve, initial, locked)?, Error::<T>::NoRoomForPool);
		let nothing_released = terms.emission == 0 && locked > 0;
		ensure!(!nothing_released, Error::<T>::ClaimsOutOfBounds);
		let (origin, spot) = (curve.spot(0)?, curve.spot(initial)?);
		let cost = curve.cost_ceil(&origin, &spot)?;
		let price = spot.price_floor();
		let now = Self::now();
		let endowment = T::Tokens::calc_metadata_deposit(&name, &symbol)
			.checked_add(T::Currency::minimum_balance())
			.ok_or(MathError::Overflow)?;
		let deposit = Self::deposit_for(&claims)?;
		let record = CurveRecord {
			model,
			launch,
			creator: creator.clone(),
			state: CurveState::Open,
			curve,
			terms,
			smoothing: T::Smoothing::get().factor,
			fee_shares,
			least_rows: T::LeastRows::get(),
			launched_at: now,
			bought: initial,
			sold: 0,
			destroyed: 0,
			initial,
			released: 0,
			reserve: cost,
			paid_in: cost,
			paid_out: 0,
			fees: 0,
			premium: 0,
			endowment,
			deposit,
			locked,
			origin,
			spot,
			price,
			limiter: Limiter::new(Moment { block: now, time: now.into() }, price),
			history: History::new(price, Self::window()),
			metrics: [0; METRICS],
			refreshed: T::Clock::epoch(),
			graduation: None,
		};

		T::Currency::hold(&HoldReason::LaunchDeposit.into(), &creator, deposit)?;
		T::Currency::hold(&HoldReason::LaunchBond.into(), &creator, terms.bond)?;
		let paid = endowment.checked_add(cost).ok_or(MathError::Overflow)?;
		T::Currency::transfer(&creator, &pot, paid, Preservation::Preserve)?;
		T::Tokens::create(token.0, pot.clone(), false, 1)?;
		T::Tokens::set(token.0, &pot, name.into_inner(), symbol.into_inner(), TOKEN_DECIMALS)?;
		NextToken::<T>::put(next);
		Markets::<T>::insert(model, ModelMarket { launches: launch, token: Some(token), ..market });
		Curves::<T>::insert(token, record);
		LockedClaims::<T>::insert(token, claims);
		Self::deposit_event(Event::CurveLaunched {
			creator,
			model,
			token,
			launch,
			initial,
			cost,
			locked,
			deposit,
		});
		Ok(())
	}

	/// All claims together, each above zero, at most `most`.
	fn locked_by(claims: &ClaimsOf<T>, most: Balance) -> Result<Balance, Error<T>> {
		ensure!(claims.iter().all(|claim| claim.amount > 0), Error::<T>::ClaimsOutOfBounds);
		claims
			.iter()
			.try_fold(Balance::default(), |sum, claim| sum.checked_add(claim.amount))
			.filter(|sum| *sum <= most)
			.ok_or(Error::<T>::ClaimsOutOfBounds)
	}

	/// For the record at its longest, and for the claims.
	fn deposit_for(claims: &ClaimsOf<T>) -> Result<Balance, MathError> {
		let bytes = CurveRecordOf::<T>::max_encoded_len().saturating_add(claims.encoded_size());
		Balance::try_from(bytes)
			.ok()
			.and_then(|bytes| T::LaunchDepositPerByte::get().checked_mul(bytes))
			.and_then(|sum| sum.checked_add(T::LaunchDepositBase::get()))
			.ok_or(MathError::Overflow)
	}

	/// The governed window of momentum, in blocks.
	pub(crate) fn window() -> u32 {
		u32::try_from(T::Smoothing::get().window).unwrap_or(u32::MAX)
	}

	pub(crate) fn do_buy(
		who: T::AccountId,
		token: TokenId,
		amount: Balance,
		max_in: Balance,
		deadline: BlockNumberFor<T>,
	) -> DispatchResult {
		Self::ensure_in_time(deadline)?;
		let record = Self::open_record_of(token)?;
		let trade = Self::purchase(&record, Self::now(), amount)?;
		ensure!(trade.total <= max_in, Error::<T>::AboveMaxIn);
		Self::settle_purchase(who, token, record, &trade)
	}

	pub(crate) fn do_spend(
		who: T::AccountId,
		token: TokenId,
		amount_in: Balance,
		min_out: Balance,
		deadline: BlockNumberFor<T>,
	) -> DispatchResult {
		Self::ensure_in_time(deadline)?;
		let record = Self::record_of(token)?;
		Self::spend_at(who, token, record, amount_in, min_out).map(|_| ())
	}

	/// Buys what a payment covers on the curve.
	pub(crate) fn spend_at(
		who: T::AccountId,
		token: TokenId,
		record: CurveRecordOf<T>,
		amount_in: Balance,
		min_out: Balance,
	) -> Result<Trade, DispatchError> {
		ensure!(record.state == CurveState::Open, Error::<T>::NotOpen);
		let now = Self::now();
		let amount = Self::affordable_floor(&record, now, amount_in)?;
		let trade = Self::purchase(&record, now, amount)?;
		ensure!(trade.total <= amount_in, Error::<T>::AboveMaxIn);
		ensure!(amount >= min_out, Error::<T>::BelowMinOut);
		Self::settle_purchase(who, token, record, &trade)?;
		Ok(trade)
	}

	pub(crate) fn do_sell(
		who: T::AccountId,
		token: TokenId,
		amount: Balance,
		min_out: Balance,
		deadline: BlockNumberFor<T>,
	) -> DispatchResult {
		Self::ensure_in_time(deadline)?;
		let record = Self::record_of(token)?;
		Self::sell_at(who, token, record, amount, min_out).map(|_| ())
	}

	/// Sells to the curve.
	pub(crate) fn sell_at(
		who: T::AccountId,
		token: TokenId,
		mut record: CurveRecordOf<T>,
		amount: Balance,
		min_out: Balance,
	) -> Result<Trade, DispatchError> {
		ensure!(record.state == CurveState::Open, Error::<T>::NotOpen);
		let trade = Self::sale(&record, Self::now(), amount)?;
		let Trade { destroyed, value, fee, total, .. } = trade;
		ensure!(total >= min_out, Error::<T>::BelowMinOut);

		let back = amount.checked_sub(destroyed).ok_or(MathError::Overflow)?;
		record.sold = add(record.sold, back)?;
		record.destroyed = add(record.destroyed, destroyed)?;
		record.pay_out(value)?;
		Self::note(&mut record, &trade)?;
		let price = record.price;
		T::Tokens::burn_from(
			token.0,
			&who,
			amount,
			Preservation::Expendable,
			Precision::Exact,
			Fortitude::Polite,
		)?;
		T::Currency::transfer(&Self::pot_of(token), &who, total, Preservation::Preserve)?;
		Curves::<T>::insert(token, record);
		Self::deposit_event(Event::TokensSold { who, token, amount, destroyed, value, fee, price });
		Ok(trade)
	}

	fn ensure_in_time(deadline: BlockNumberFor<T>) -> Result<(), Error<T>> {
		ensure!(frame_system::Pallet::<T>::block_number() <= deadline, Error::<T>::DeadlinePassed);
		Ok(())
	}

	fn settle_purchase(
		who: T::AccountId,
		token: TokenId,
		mut record: CurveRecordOf<T>,
		trade: &Trade,
	) -> DispatchResult {
		let Trade { amount, value, premium, fee, total, .. } = *trade;
		record.bought = add(record.bought, amount)?;
		record.pay_in(value)?;
		record.premium = add(record.premium, premium)?;
		Self::note(&mut record, trade)?;
		let price = record.price;
		T::Currency::transfer(&who, &Self::pot_of(token), total, Preservation::Preserve)?;
		T::Tokens::mint_into(token.0, &who, amount)?;
		Curves::<T>::insert(token, record);
		Self::deposit_event(Event::TokensBought { who, token, amount, value, premium, fee, price });
		Ok(())
	}

	/// What every trade leaves behind: its fee and its price.
	fn note(record: &mut CurveRecordOf<T>, trade: &Trade) -> Result<(), MathError> {
		record.fees = add(record.fees, trade.fee)?;
		(record.spot, record.price) = (trade.spot, trade.spot.price_floor());
		record.limiter = trade.limiter;
		record.history.record(Self::now(), record.price)
	}

	pub(crate) fn do_release(token: TokenId) -> DispatchResult {
		let mut record = Self::record_of(token)?;
		let amount = Self::releasable(&record)?;
		ensure!(amount > 0, Error::<T>::NothingReleased);
		record.released = add(record.released, amount)?;
		let (creator, locked) = (record.creator.clone(), record.unreleased()?);
		T::Tokens::mint_into(token.0, &creator, amount)?;
		Curves::<T>::insert(token, record);
		Self::deposit_event(Event::TokensReleased { creator, token, amount, locked });
		Ok(())
	}

	/// Tokens of the creator that can be released now.
	pub(crate) fn releasable(record: &CurveRecordOf<T>) -> Result<Balance, DispatchError> {
		let age = Self::age_of(record, Self::now());
		let vested = record.terms.vested_floor(record.initial, age)?;
		Ok(vested.checked_sub(record.released).ok_or(MathError::Overflow)?)
	}
}

pub(crate) fn add(sum: Balance, amount: Balance) -> Result<Balance, MathError> {
	sum.checked_add(amount).ok_or(MathError::Overflow)
}
