//! The end of a curve: its reserve and tokens of the same worth become a pool, and locked claims are paid from then on.

use crate::{impls::add, pallet::*, types::*, CurveRecordOf};
use engram_math::{curve::graduation_tokens_floor, MathError};
use engram_primitives::{
	economy::EpochClock,
	market::{ModelLifecycle, TokenPools},
	traits::{Contributions, ModelRegistry},
	units::Balance,
	TokenId, VersionId,
};
use frame_support::{
	ensure,
	traits::{
		fungible::{hold::Mutate as _, Inspect as _},
		fungibles::{Inspect as _, Mutate as _},
		tokens::{Fortitude, Precision, Preservation, Restriction},
		AccountTouch,
	},
	BoundedVec,
};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_graduate(who: T::AccountId, token: TokenId, version: VersionId) -> DispatchResult {
		let mut record = Self::open_record_of(token)?;
		ensure!(record.reserve >= record.terms.graduation, Error::<T>::NotRipe);
		ensure!(Self::is_of_age(&record), Error::<T>::TooYoung);
		Self::ensure_enough_data(&record, version)?;

		let (account, pot) = (T::Pools::pool_account(token), Self::pot_of(token));
		let destroyed = Self::destroy_tokens_of(token, &account)?;
		record.destroyed = add(record.destroyed, destroyed)?;
		let (money, gifts) = (record.reserve, T::Currency::balance(&account));
		let tokens = Self::pool_tokens(&record, gifts)?;
		let funded = Self::fund_pool(&record, &pot)?;
		let before = T::Currency::total_balance(&pot);
		let shares = Self::seed_pool(token, &pot, money, tokens)?;

		let after = T::Currency::total_balance(&pot);
		let fee = before.checked_sub(after).and_then(|paid| paid.checked_sub(money));
		let kept = funded.checked_sub(fee.ok_or(MathError::Overflow)?).ok_or(MathError::Overflow)?;
		record.endowment = add(record.endowment, kept)?;
		record.pay_out(money)?;
		record.state = CurveState::Graduated;
		let mut paid = BoundedVec::new();
		for _ in LockedClaims::<T>::get(token) {
			paid.try_push(0).map_err(|_| MathError::Overflow)?;
		}
		record.graduation = Some(Graduation { epoch: T::Clock::epoch(), tokens, shares, paid });
		let unminted = record.room()?;
		let (model, price) = (record.model, record.price);
		Curves::<T>::insert(token, record);
		T::Lifecycle::deployed(model);
		Self::deposit_event(Event::CurveGraduated {
			who,
			token,
			model,
			price,
			money,
			tokens,
			shares,
			gifts,
			destroyed,
			unminted,
		});
		Ok(())
	}

	/// Whether the limiter's first window is over, which is no shorter than that of the launch fee: a pool has neither, and whoever
	/// could trade there before would not wait like others.
	pub(crate) fn is_of_age(record: &CurveRecordOf<T>) -> bool {
		u64::from(Self::age_of(record, Self::now())) >= record.terms.limits.window
	}

	/// A version of the model was trained on enough rows. Nobody trains on the same contribution twice.
	fn ensure_enough_data(record: &CurveRecordOf<T>, version: VersionId) -> Result<(), Error<T>> {
		let undone = T::Models::is_rolled_back(version);
		let version = T::Models::version(version).filter(|version| version.model == record.model && !undone);
		let parts = version.ok_or(Error::<T>::UnknownVersion)?.parts;
		let rows = parts.into_iter().filter_map(|part| Some(T::Contributions::contribution(part)?.rows));
		let sum = rows.fold(0u64, |sum, rows| sum.saturating_add(rows.into()));
		ensure!(sum >= record.least_rows, Error::<T>::NotEnoughData);
		Ok(())
	}

	/// What was sent to the address of the pool would skew its price, and nobody can take it back.
	fn destroy_tokens_of(token: TokenId, account: &T::AccountId) -> Result<Balance, DispatchError> {
		let strays = T::Tokens::balance(token.0, account);
		if strays == 0 {
			return Ok(0);
		}
		let (gone, exact) = (Preservation::Expendable, Precision::Exact);
		T::Tokens::burn_from(token.0, account, strays, gone, exact, Fortitude::Force)
	}

	/// The tokens of the pool: with the reserve and the money that its address has already they make the last price. Purchases
	/// leave room for those of the reserve; of those for gifts, only as many as there is room for.
	fn pool_tokens(record: &CurveRecordOf<T>, gifts: Balance) -> Result<Balance, MathError> {
		let room = record.room()?;
		let whole = add(record.reserve, gifts)?;
		// What does not fit a balance is beyond any room.
		Ok(graduation_tokens_floor(whole, record.price).unwrap_or(room).min(room))
	}

	/// The creator's stake pays what the pool costs, and the rest of it is free.
	fn fund_pool(record: &CurveRecordOf<T>, pot: &T::AccountId) -> Result<Balance, DispatchError> {
		let (reason, bond) = (HoldReason::LaunchBond.into(), record.terms.bond);
		let cost = T::Pools::seed_cost().min(bond);
		let rest = bond.checked_sub(cost).ok_or(MathError::Overflow)?;
		// By force: what else freezes the creator's balance must not stop a graduation.
		let (exact, free, force) = (Precision::Exact, Restriction::Free, Fortitude::Force);
		T::Currency::transfer_on_hold(&reason, &record.creator, pot, cost, exact, free, force)?;
		T::Currency::release(&reason, &record.creator, rest, Precision::Exact)?;
		Ok(cost)
	}

	/// Mints the tokens and lets the curve's account put them into the pool. Returns its shares.
	fn seed_pool(
		token: TokenId,
		pot: &T::AccountId,
		money: Balance,
		tokens: Balance,
	) -> Result<Balance, DispatchError> {
		// Strangers may have used up the account's references with assets of their own.
		if T::Tokens::should_touch(token.0, pot) {
			T::Tokens::touch(token.0, pot, pot)?;
		}
		T::Tokens::mint_into(token.0, pot, add(tokens, 1)?)?;
		let shares = T::Pools::seed(pot, token, money, tokens)?;
		let (gone, exact) = (Preservation::Expendable, Precision::Exact);
		T::Tokens::burn_from(token.0, pot, 1, gone, exact, Fortitude::Polite)?;
		Ok(shares)
	}

	pub(crate) fn do_claim(token: TokenId, index: u32) -> DispatchResult {
		let mut record = Self::record_of(token)?;
		let claims = LockedClaims::<T>::get(token);
		let (claim, amount) = Self::due(&record, &claims, index)?;
		ensure!(amount > 0, Error::<T>::NothingToClaim);
		let graduation = record.graduation.as_mut().ok_or(Error::<T>::NotGraduated)?;
		let paid = graduation.paid_mut(index).ok_or(Error::<T>::UnknownClaim)?;
		*paid = add(*paid, amount)?;
		let left = claim.amount.checked_sub(*paid).ok_or(MathError::Overflow)?;
		let beneficiary = claim.beneficiary.clone();
		T::Tokens::mint_into(token.0, &beneficiary, amount)?;
		Curves::<T>::insert(token, record);
		Self::deposit_event(Event::ClaimPaid { beneficiary, token, index, amount, left });
		Ok(())
	}

	/// A locked claim, and what of it can be paid now.
	pub(crate) fn due<'a>(
		record: &CurveRecordOf<T>,
		claims: &'a [LockedClaim<T::AccountId>],
		index: u32,
	) -> Result<(&'a LockedClaim<T::AccountId>, Balance), Error<T>> {
		let graduation = record.graduation.as_ref().ok_or(Error::<T>::NotGraduated)?;
		let at = usize::try_from(index).map_err(|_| Error::<T>::UnknownClaim)?;
		let (claim, paid) = claims.get(at).zip(graduation.paid.get(at)).ok_or(Error::<T>::UnknownClaim)?;
		let released = graduation.released(claim.amount, record.terms.emission, T::Clock::epoch());
		Ok((claim, released.saturating_sub(*paid)))
	}
}
