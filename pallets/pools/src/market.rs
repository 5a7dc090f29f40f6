//! What the market tells: updates that were verified, answers that were served or not.

use crate::{impls::add, pallet::*, types::*, weights::WeightInfo, PaymentOf};
use engram_math::{fee::mul_div_floor, MathError};
use engram_primitives::{
	payment::{ModelTokens, TokenPayments, VerifiedUpdate},
	units::{Balance, PPM},
	JobId, ModelId, TokenId,
};
use frame_support::{
	dispatch::DispatchClass,
	storage::with_storage_layer,
	traits::{fungibles::Mutate as _, tokens::Preservation, Get},
	weights::Weight,
};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> ModelTokens for Pallet<T> {
	fn model_token(model: ModelId) -> Option<TokenId> {
		PoolTokens::<T>::get(model)
	}

	/// What is left, and what is paid for answers under way: the account of the pool has both.
	fn kept(model: ModelId) -> Balance {
		let record = PoolTokens::<T>::get(model).and_then(Pools::<T>::get);
		record.and_then(|record| record.owed()).unwrap_or_default()
	}
}

impl<T: Config> TokenPayments<T::AccountId> for Pallet<T> {
	fn update_verified(update: VerifiedUpdate<T::AccountId>) -> u64 {
		let Some(token) = PoolTokens::<T>::get(update.model) else {
			charge::<T>(T::DbWeight::get().reads(1));
			return 0;
		};
		charge::<T>(T::WeightInfo::update_verified());
		let (executor, job) = (update.executor.clone(), update.job);
		// Whatever is refused, the job is settled: its executor has the native pay.
		match with_storage_layer(|| Self::pay_update(token, update)) {
			Ok(Ok(work)) => Self::spared_floor(work),
			Ok(Err(reason)) => {
				Self::deposit_event(Event::UpdateRefused { executor, token, job, reason });
				0
			},
			Err(error) => {
				Self::deposit_event(Event::Unexpected { job, error });
				0
			},
		}
	}

	fn inference_ended(job: JobId, served: bool) {
		let Some(payment) = Payments::<T>::take(job) else {
			return charge::<T>(T::DbWeight::get().reads(1));
		};
		charge::<T>(T::WeightInfo::inference_ended());
		if let Err(error) = with_storage_layer(|| Self::book(job, payment, served)) {
			Self::deposit_event(Event::Unexpected { job, error });
		}
	}
}

/// The market's own weights know nothing of this pallet.
fn charge<T: Config>(weight: Weight) {
	frame_system::Pallet::<T>::register_extra_weight_unchecked(weight, DispatchClass::Normal);
}

impl<T: Config> Pallet<T> {
	/// The share of the executor's native pay that tokens for such a work stand for, in units of `10^-18`, rounded down.
	pub(crate) fn spared_floor(work: u64) -> u64 {
		let spared = mul_div_floor(work.into(), T::MostSpared::get().into(), PPM.into());
		// At most the work, so it always fits; if it did not, all of the native pay would be owed.
		spared.ok().and_then(|spared| u64::try_from(spared).ok()).unwrap_or_default()
	}

	/// Pays the executor of a verified update out of what is left, and returns the work that was paid.
	fn pay_update(
		token: TokenId,
		update: VerifiedUpdate<T::AccountId>,
	) -> Result<Result<u64, UpdateRefusal>, DispatchError> {
		let VerifiedUpdate { job, executor, requested_at, held_out, held_out_rows, performance, .. } = update;
		let mut record = Self::record_of(token)?;
		if record.state != PoolState::Open {
			return Ok(Err(UpdateRefusal::PoolClosing));
		}
		if requested_at <= u64::from(record.opened_at) {
			return Ok(Err(UpdateRefusal::BeforePool));
		}
		// Whoever buys training names the rows that it is measured on, and might name easy ones.
		if (held_out, held_out_rows) != (record.terms.held_out, record.terms.held_out_rows) {
			return Ok(Err(UpdateRefusal::OtherHeldOut));
		}
		let now = Self::now();
		let Payout { work, amount, best } = match record.payout(performance, now)? {
			Ok(payout) => payout,
			Err(reason) => return Ok(Err(reason)),
		};
		if Self::hand_out(token, &executor, amount).is_err() {
			return Ok(Err(UpdateRefusal::Undeliverable));
		}
		record.left = record.left.checked_sub(amount).ok_or(MathError::Overflow)?;
		record.paid = add(record.paid, amount)?;
		record.best = best;
		record.updates = record.updates.saturating_add(1);
		record.updated_at = Some(now);
		let left = record.left;
		Pools::<T>::insert(token, record);
		Self::deposit_event(Event::UpdatePaid { executor, token, job, work, paid: amount, left, best });
		Ok(Ok(work))
	}

	/// Makes what was paid for answers the pool's, or gives it back.
	fn book(job: JobId, payment: PaymentOf<T>, served: bool) -> DispatchResult {
		let Payment { token, payer, amount } = payment;
		let mut record = Self::record_of(token)?;
		record.pending = record.pending.checked_sub(amount).ok_or(MathError::Overflow)?;
		let who = payer.clone();
		if !served && Self::hand_out(token, &payer, amount).is_ok() {
			Pools::<T>::insert(token, record);
			Self::deposit_event(Event::InferenceRefunded { who, token, job, amount });
			return Ok(());
		}
		record.left = add(record.left, amount)?;
		record.received = add(record.received, amount)?;
		let left = record.left;
		Pools::<T>::insert(token, record);
		Self::deposit_event(if served {
			Event::InferenceEarned { token, job, amount, left }
		} else {
			Event::RefundKept { who, token, job, amount }
		});
		Ok(())
	}

	/// Moves tokens out of a pool's account, or leaves everything as it was. Something is always left in it: a pool never pays
	/// all it has.
	fn hand_out(token: TokenId, who: &T::AccountId, amount: Balance) -> DispatchResult {
		let pot = Self::pot_of(token);
		with_storage_layer(|| {
			T::Tokens::transfer(token.0, &pot, who, amount, Preservation::Preserve).map(|_| ())
		})
	}
}
