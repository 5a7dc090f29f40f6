//! What the calls do: verify, compute, write, tell.

use crate::{pallet::*, types::*, PoolRecordOf};
use codec::MaxEncodedLen;
use engram_math::{
	pool::{launch_floor, Launch},
	MathError,
};
use engram_primitives::{
	label::{is_label, is_symbol, Label, Symbol},
	payment::{AnswerMarket, AnswerRequest, ModelTokens},
	traits::ModelRegistry,
	units::{Balance, TOKEN_DECIMALS},
	ModelId, TokenId, VersionId, FIRST_BASKET_TOKEN,
};
use frame_support::{
	ensure,
	traits::{
		fungible::{hold::Mutate as _, Inspect as _, Mutate as _},
		fungibles::{
			metadata::{MetadataDeposit, Mutate as _},
			Create, Destroy, Inspect as _, Mutate as _,
		},
		tokens::{Fortitude, Precision, Preservation},
		AccountTouch, Get,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	traits::{AccountIdConversion, UniqueSaturatedInto},
	DispatchError, DispatchResult,
};

impl<T: Config> Pallet<T> {
	/// The account of a token's pool.
	pub(crate) fn pot_of(token: TokenId) -> T::AccountId {
		T::PalletId::get().into_sub_account_truncating(token)
	}

	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().unique_saturated_into()
	}

	pub(crate) fn record_of(token: TokenId) -> Result<PoolRecordOf<T>, Error<T>> {
		Pools::<T>::get(token).ok_or(Error::<T>::UnknownToken)
	}

	pub(crate) fn open_record_of(token: TokenId) -> Result<PoolRecordOf<T>, Error<T>> {
		let record = Self::record_of(token)?;
		ensure!(record.state == PoolState::Open, Error::<T>::NotOpen);
		Ok(record)
	}

	pub(crate) fn do_open(
		creator: T::AccountId,
		model: ModelId,
		name: Label,
		symbol: Symbol,
		terms: Terms,
	) -> DispatchResult {
		ensure!(is_label(&name), Error::<T>::InvalidName);
		ensure!(is_symbol(&symbol), Error::<T>::InvalidSymbol);
		let info = T::Models::model(model).ok_or(Error::<T>::UnknownModel)?;
		ensure!(info.owner == creator, Error::<T>::NotModelOwner);
		ensure!(T::Models::is_open(model), Error::<T>::ModelRetired);
		let has_other = T::OtherTokens::model_token(model).is_some();
		ensure!(!has_other && !PoolTokens::<T>::contains_key(model), Error::<T>::HasToken);
		terms.validate(&T::Bounds::get()).map_err(Error::<T>::from)?;

		let token = NextToken::<T>::get();
		ensure!(token < FIRST_BASKET_TOKEN, Error::<T>::IdsExhausted);
		let next = token.next().ok_or(Error::<T>::IdsExhausted)?;
		let Launch { creator: share, pool: left } = launch_floor(terms.supply)?;
		let endowment = T::Tokens::calc_metadata_deposit(&name, &symbol)
			.checked_add(T::Currency::minimum_balance())
			.and_then(|sum| sum.checked_add(T::Tokens::deposit_required(token.0)))
			.ok_or(MathError::Overflow)?;
		let (deposit, bond) = (Self::deposit_for()?, T::Bond::get());
		let record = PoolRecord {
			model,
			creator: creator.clone(),
			state: PoolState::Open,
			terms,
			left,
			paid: 0,
			received: 0,
			gifts: 0,
			pending: 0,
			best: terms.baseline,
			updates: 0,
			updated_at: None,
			opened_at: Self::now(),
			endowment,
			deposit,
			bond,
		};

		let pot = Self::pot_of(token);
		T::Currency::hold(&HoldReason::PoolDeposit.into(), &creator, deposit)?;
		T::Currency::hold(&HoldReason::PoolBond.into(), &creator, bond)?;
		T::Currency::transfer(&creator, &pot, endowment, Preservation::Preserve)?;
		T::Tokens::create(token.0, pot.clone(), false, 1)?;
		T::Tokens::set(token.0, &pot, name.into_inner(), symbol.into_inner(), TOKEN_DECIMALS)?;
		// Strangers may have used up the account's references with assets of their own: a deposit takes the place of one.
		T::Tokens::touch(token.0, &pot, &pot)?;
		// The only place that mints.
		T::Tokens::mint_into(token.0, &creator, share)?;
		T::Tokens::mint_into(token.0, &pot, left)?;
		NextToken::<T>::put(next);
		PoolTokens::<T>::insert(model, token);
		Pools::<T>::insert(token, record);
		let supply = terms.supply;
		Self::deposit_event(Event::PoolOpened { creator, model, token, supply, share, left, deposit, bond });
		Ok(())
	}

	/// For the record at its longest.
	fn deposit_for() -> Result<Balance, MathError> {
		Balance::try_from(PoolRecordOf::<T>::max_encoded_len())
			.ok()
			.and_then(|bytes| T::DepositPerByte::get().checked_mul(bytes))
			.and_then(|sum| sum.checked_add(T::DepositBase::get()))
			.ok_or(MathError::Overflow)
	}

	pub(crate) fn do_buy_inference(
		who: T::AccountId,
		request: AnswerRequest,
		max_in: Balance,
		deadline: BlockNumberFor<T>,
	) -> DispatchResult {
		ensure!(frame_system::Pallet::<T>::block_number() <= deadline, Error::<T>::DeadlinePassed);
		let version = request.version;
		let (token, mut record, amount) = Self::price_of(version, request.rows)?;
		ensure!(amount <= max_in, Error::<T>::AboveMaxIn);

		record.pending = add(record.pending, amount)?;
		// Something stays, so that the account is there for a refund: strangers could keep it from coming back.
		T::Tokens::transfer(token.0, &who, &Self::pot_of(token), amount, Preservation::Preserve)?;
		let job = T::Jobs::request_answers(who.clone(), request)?;
		Payments::<T>::insert(job, Payment { token, payer: who.clone(), amount });
		Pools::<T>::insert(token, record);
		Self::deposit_event(Event::InferenceBought { who, token, job, version, amount });
		Ok(())
	}

	/// The token that answers of a version are paid in, its open pool, and how much they cost: every value of a row that is
	/// read counts, and its class.
	pub(crate) fn price_of(
		version: VersionId,
		rows: u32,
	) -> Result<(TokenId, PoolRecordOf<T>, Balance), DispatchError> {
		let model = T::Models::version(version).ok_or(Error::<T>::UnknownVersion)?.model;
		let token = PoolTokens::<T>::get(model).ok_or(Error::<T>::NoPool)?;
		let record = Self::open_record_of(token)?;
		let inputs = T::Models::model(model).ok_or(Error::<T>::UnknownModel)?.architecture.inputs();
		let values = u64::from(inputs)
			.checked_add(1)
			.and_then(|values| values.checked_mul(rows.into()))
			.ok_or(MathError::Overflow)?;
		let amount = record.price_ceil(values)?;
		Ok((token, record, amount))
	}

	/// What strangers sent to a pool's account.
	pub(crate) fn gifts(token: TokenId, record: &PoolRecordOf<T>) -> Result<Balance, MathError> {
		let owed = record.owed().ok_or(MathError::Overflow)?;
		Ok(T::Tokens::balance(token.0, &Self::pot_of(token)).saturating_sub(owed))
	}

	pub(crate) fn do_take_gifts(token: TokenId) -> DispatchResult {
		let mut record = Self::open_record_of(token)?;
		let amount = Self::gifts(token, &record)?;
		ensure!(amount > 0, Error::<T>::NothingToTake);
		record.left = add(record.left, amount)?;
		record.gifts = add(record.gifts, amount)?;
		let left = record.left;
		Pools::<T>::insert(token, record);
		Self::deposit_event(Event::GiftsTaken { token, amount, left });
		Ok(())
	}

	pub(crate) fn do_close(who: &T::AccountId, token: TokenId) -> DispatchResult {
		let mut record = Self::record_of(token)?;
		ensure!(record.creator == *who, Error::<T>::NotCreator);
		if record.state == PoolState::Open {
			ensure!(record.pending == 0, Error::<T>::AnswersPending);
			let (pot, supply) = (Self::pot_of(token), record.terms.supply);
			ensure!(T::Tokens::balance(token.0, &pot) == supply, Error::<T>::TokensExist);
			T::Tokens::burn_from(
				token.0,
				&pot,
				supply,
				Preservation::Expendable,
				Precision::Exact,
				Fortitude::Polite,
			)?;
			T::Tokens::start_destroy(token.0, None)?;
			record.state = PoolState::Closing;
		}

		// Anybody may remove what is being removed, to the end.
		if T::Tokens::asset_exists(token.0) {
			let limit = T::CloseLimit::get();
			let accounts = T::Tokens::destroy_accounts(token.0, limit)?;
			let approvals = T::Tokens::destroy_approvals(token.0, limit)?;
			if accounts >= limit || approvals >= limit {
				Pools::<T>::insert(token, record);
				Self::deposit_event(Event::PoolClosing { token });
				return Ok(());
			}
			T::Tokens::finish_destroy(token.0)?;
		}
		Self::forget(token, &record)
	}

	/// Gives back what the creator has in a pool without tokens, and whatever native coins its account has.
	fn forget(token: TokenId, record: &PoolRecordOf<T>) -> DispatchResult {
		let (pot, creator) = (Self::pot_of(token), record.creator.clone());
		let (deposit, bond) = (record.deposit, record.bond);
		T::Currency::release(&HoldReason::PoolDeposit.into(), &creator, deposit, Precision::Exact)?;
		T::Currency::release(&HoldReason::PoolBond.into(), &creator, bond, Precision::Exact)?;
		// Somebody may have sent it another asset, or what is frozen: then the account stays, with the existential deposit.
		let rest = T::Currency::reducible_balance(&pot, Preservation::Expendable, Fortitude::Polite);
		T::Currency::transfer(&pot, &creator, rest, Preservation::Expendable)?;
		Pools::<T>::remove(token);
		PoolTokens::<T>::remove(record.model);
		Self::deposit_event(Event::PoolClosed { creator, token, bond, deposit });
		Ok(())
	}
}

pub(crate) fn add(sum: Balance, amount: Balance) -> Result<Balance, MathError> {
	sum.checked_add(amount).ok_or(MathError::Overflow)
}
