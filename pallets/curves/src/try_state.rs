//! What is always true.
//!
//! 1. INV-CURVES-1: of every token, issuance, what is not released to the creator and what was destroyed sum to what was bought
//!    and not sold back, what was minted for a pool, and what was paid of locked claims; with all of the claims that is at most the
//!    maximum supply.
//! 2. INV-CURVES-2: the account of every curve has its endowment, reserve, fees and premium. Tests check that there is nothing
//!    more but gifts.
//! 3. INV-CURVES-3: every reserve is what was ever paid into it, less what was paid out of it, and covers the integral up to the
//!    supply, so the last seller is paid; that of a graduated curve is nothing.
//! 4. INV-CURVES-4: every price, and what is computed once of every curve, is that of the curve at the supply.
//! 5. INV-CURVES-5: the locked claims of every curve are above zero and sum to what its record says; no other token has any.
//! 6. INV-CURVES-6: what an account has on hold for deposits, and for stakes, is the sum of those of its curves; a graduated one
//!    has no stake.
//! 7. INV-CURVES-7: every model has the token that names it, and no other; its launches are as many as the last one's number;
//!    ids are below the next one and not below the first. Of a model that is gone nothing is kept but its token.
//! 8. INV-CURVES-8: to every creator at most what is vested was released.
//! 9. INV-CURVES-9: metrics are at most one, of an epoch that has begun; samples are in order and none is from the future; what was
//!    measured of a model is at most one, of different versions in the order of their ids.
//! 10. INV-CURVES-10: those curves and no others that have graduated have a pool; their accounts keep the shares they got, and of
//!     each claim at most what is released was paid.

use crate::{pallet::*, types::*, CurveRecordOf};
use alloc::collections::BTreeMap;
use engram_primitives::{
	economy::EpochClock,
	market::TokenPools,
	traits::ModelRegistry,
	units::{Balance, PPM},
	TokenId, FIRST_TOKEN,
};
use frame_support::{
	ensure,
	traits::{
		fungible::{hold::Inspect as _, Inspect as _},
		fungibles::Inspect as _,
	},
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		for (token, record) in Curves::<T>::iter() {
			Self::try_state_tokens(token, &record)?;
			Self::try_state_reserve(token, &record)?;
			Self::try_state_creator(&record)?;
			Self::try_state_past(&record)?;
			Self::try_state_graduation(token, &record)?;
		}
		Self::try_state_claims()?;
		Self::try_state_holds()?;
		Self::try_state_index()
	}

	fn try_state_tokens(token: TokenId, record: &CurveRecordOf<T>) -> Result<(), TryRuntimeError> {
		let minted = record.graduation.as_ref().map_or(Ok(0), Graduation::minted).ok();
		let sold = record.supply().ok().zip(minted).and_then(|(supply, minted)| supply.checked_add(minted));
		let unreleased = record.unreleased().ok();
		let sum = unreleased
			.and_then(|unreleased| unreleased.checked_add(record.destroyed))
			.and_then(|sum| sum.checked_add(T::Tokens::total_issuance(token.0)));
		ensure!(
			sum.is_some() && sum == sold && record.room().is_ok(),
			"INV-CURVES-1: the tokens are not what was bought and not sold"
		);
		Ok(())
	}

	fn try_state_reserve(token: TokenId, record: &CurveRecordOf<T>) -> Result<(), TryRuntimeError> {
		let balance = T::Currency::total_balance(&Self::pot_of(token));
		ensure!(
			record.owed().is_some_and(|owed| {
				owed <= balance && owed.saturating_sub(record.endowment) <= Self::liquid(&Self::pot_of(token))
			}),
			"INV-CURVES-2: the account of a curve has less than it owes"
		);
		ensure!(
			record.paid_in.checked_sub(record.paid_out) == Some(record.reserve),
			"INV-CURVES-3: a reserve is not what was paid in and not paid out"
		);
		let supply = record.supply().map_err(|_| "INV-CURVES-1: more was sold than bought")?;
		let whole = record.curve.integral_to_ceil(supply).ok();
		let graduated = record.state == CurveState::Graduated;
		ensure!(
			whole.is_some_and(|whole| if graduated { record.reserve == 0 } else { whole <= record.reserve }),
			"INV-CURVES-3: a reserve does not cover its curve"
		);
		ensure!(
			record.curve.spot(supply) == Ok(record.spot)
				&& record.curve.spot(0) == Ok(record.origin)
				&& record.price == record.spot.price_floor(),
			"INV-CURVES-4: a price is not that of its curve"
		);
		Ok(())
	}

	fn try_state_creator(record: &CurveRecordOf<T>) -> Result<(), TryRuntimeError> {
		let age = Self::age_of(record, Self::now());
		let vested = record.terms.vested_floor(record.initial, age).ok();
		ensure!(
			vested.is_some_and(|vested| record.released <= vested && vested <= record.initial),
			"INV-CURVES-8: a creator has tokens before their time"
		);
		Ok(())
	}

	fn try_state_past(record: &CurveRecordOf<T>) -> Result<(), TryRuntimeError> {
		ensure!(
			record.metrics.iter().all(|metric| *metric <= PPM) && record.refreshed <= T::Clock::epoch(),
			"INV-CURVES-9: metrics are above one, or from the future"
		);
		let samples = &record.history.samples;
		let in_order = samples.iter().zip(samples.iter().skip(1)).all(|(one, next)| one.slot < next.slot);
		let slot = Self::now().checked_div(record.history.slot_length);
		ensure!(
			in_order && samples.last().is_none_or(|last| Some(last.slot) <= slot),
			"INV-CURVES-9: the samples of a history are not in order"
		);
		Ok(())
	}

	fn try_state_graduation(token: TokenId, record: &CurveRecordOf<T>) -> Result<(), TryRuntimeError> {
		let Some(graduation) = &record.graduation else {
			let graduated = record.state == CurveState::Graduated;
			ensure!(!graduated, "INV-CURVES-10: a graduated curve has no pool");
			return Ok(());
		};
		ensure!(record.state == CurveState::Graduated, "INV-CURVES-10: a curve that trades has a pool");
		let shares = T::Pools::shares_of(&Self::pot_of(token), token);
		ensure!(graduation.shares <= shares, "INV-CURVES-10: shares of a pool have left their curve");
		let claims = LockedClaims::<T>::get(token);
		let epoch = T::Clock::epoch();
		let in_time = claims
			.iter()
			.zip(&graduation.paid)
			.all(|(claim, paid)| *paid <= graduation.released(claim.amount, record.terms.emission, epoch));
		ensure!(
			in_time && claims.len() == graduation.paid.len() && graduation.epoch <= epoch,
			"INV-CURVES-10: claims were paid before their time"
		);
		Ok(())
	}

	fn try_state_claims() -> Result<(), TryRuntimeError> {
		for (token, record) in Curves::<T>::iter() {
			let claims = LockedClaims::<T>::get(token);
			let sum = claims.iter().try_fold(Balance::default(), |sum, claim| sum.checked_add(claim.amount));
			ensure!(
				sum == Some(record.locked) && claims.iter().all(|claim| claim.amount > 0),
				"INV-CURVES-5: locked claims do not sum to what a curve has locked"
			);
		}
		for token in LockedClaims::<T>::iter_keys() {
			ensure!(
				Curves::<T>::contains_key(token),
				"INV-CURVES-5: a token without a curve has locked claims"
			);
		}
		Ok(())
	}

	fn try_state_holds() -> Result<(), TryRuntimeError> {
		let mut sums: BTreeMap<T::AccountId, (Balance, Balance)> = BTreeMap::new();
		for record in Curves::<T>::iter_values() {
			let (deposits, bonds) = sums.entry(record.creator.clone()).or_default();
			*deposits = deposits.saturating_add(record.deposit);
			*bonds = bonds.saturating_add(record.bond());
		}
		for who in frame_system::Account::<T>::iter_keys() {
			let (deposits, bonds) = sums.remove(&who).unwrap_or_default();
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::LaunchDeposit.into(), &who) == deposits,
				"INV-CURVES-6: a hold is not the sum of an account's deposits"
			);
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::LaunchBond.into(), &who) == bonds,
				"INV-CURVES-6: a hold is not the sum of an account's stakes"
			);
		}
		ensure!(sums.is_empty(), "INV-CURVES-6: a creator has no account");
		Ok(())
	}

	fn try_state_index() -> Result<(), TryRuntimeError> {
		for (token, record) in Curves::<T>::iter() {
			let market: ModelMarket = Markets::<T>::get(record.model);
			ensure!(
				market.token == Some(token) && market.launches == record.launch,
				"INV-CURVES-7: a curve is not the one of its model"
			);
			ensure!(
				(FIRST_TOKEN..NextToken::<T>::get()).contains(&token),
				"INV-CURVES-7: an id is out of range"
			);
		}
		for (model, market) in Markets::<T>::iter() {
			let names = |token| Curves::<T>::get(token).is_some_and(|record| record.model == model);
			ensure!(
				market.token.is_none_or(names),
				"INV-CURVES-7: a model has the token of another, or none"
			);
			let in_order = market.measured.is_sorted_by(|one, next| one.version < next.version);
			let most =
				market.measured.iter().flat_map(|one| [Some(one.accuracy), one.improvement]).flatten().max();
			ensure!(
				in_order && most.is_none_or(|most| most <= PPM),
				"INV-CURVES-9: measurements are above one, or out of order"
			);
			ensure!(
				market.token.is_some() || T::Models::model(model).is_some(),
				"INV-CURVES-7: a model is gone, and what was known of it is not"
			);
		}
		Ok(())
	}
}
