//! Money: what leaves an escrow, to whom, and what happens when it cannot be delivered.

use crate::{pallet::*, types::*};
use alloc::vec::Vec;
use engram_math::{
	fee::{mul_div_floor, share_floor, split_cut},
	pool::WORK_ONE,
	MathError,
};
use engram_primitives::{
	economy::{BurnCause, Burns},
	traits::BlockAuthor,
	units::Balance,
	JobId,
};
use frame_support::{
	ensure,
	traits::{
		fungible::{hold::Mutate as _, Inspect, Mutate as _},
		tokens::{DepositConsequence, Fortitude, Precision, Preservation, Provenance, Restriction},
		Get,
	},
};
use sp_runtime::{traits::AccountIdConversion, DispatchError, DispatchResult, TokenError};

/// Verifiers beyond the first that the reserve pays for.
const RESERVED_VERIFIERS: Balance = 2;

/// What the protocol kept of a fee, in base units: it cannot come back to the payer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
	/// Burned as the fee's rules say.
	pub(crate) burned: Balance,
	/// What arrived at the treasury, payments redirected to it included.
	pub(crate) treasury: Balance,
}

impl Kept {
	/// Adds what a payment brought the treasury.
	pub(crate) fn add_to_treasury(&mut self, amount: Balance) -> DispatchResult {
		self.treasury = self.treasury.checked_add(amount).ok_or(MathError::Overflow)?;
		Ok(())
	}
}

/// What the parties of a verified training job got.
pub(crate) struct TrainingPayout<AccountId> {
	pub(crate) executor: Balance,
	pub(crate) verifiers: Vec<(AccountId, Balance)>,
	pub(crate) burned: Balance,
	pub(crate) treasury: Balance,
	pub(crate) author: Option<(AccountId, Balance)>,
	pub(crate) refunded: Balance,
	pub(crate) kept: Kept,
}

impl<T: Config> Pallet<T> {
	/// How a training fee is divided: verifier and cut by floor, the executor gets the rest.
	pub(crate) fn cost_of(fee: Balance) -> Result<TrainingCost, DispatchError> {
		ensure!(fee >= T::MinTrainingFee::get(), Error::<T>::FeeTooLow);
		let verifier_pay = share_floor(fee, T::VerifierShare::get())?;
		let cut = share_floor(fee, T::CutShare::get())?;
		let executor = fee
			.checked_sub(verifier_pay)
			.and_then(|left| left.checked_sub(cut))
			.ok_or(MathError::OutOfDomain)?;
		let reserve = verifier_pay.checked_mul(RESERVED_VERIFIERS).ok_or(MathError::Overflow)?;
		let guarantee = Self::guarantee(fee)?;
		let escrow = fee.checked_add(reserve).and_then(|sum| sum.checked_add(guarantee));
		ensure!(escrow.is_some(), MathError::Overflow);
		Ok(TrainingCost {
			fee,
			executor,
			verifier_pay,
			cut,
			reserve,
			guarantee,
			deposit: T::JobDeposit::get(),
		})
	}

	/// The account on which escrows are on hold.
	pub(crate) fn pot() -> T::AccountId {
		T::PotPalletId::get().into_account_truncating()
	}

	/// Takes the escrow of a new job into the pot, and puts the deposit on hold.
	///
	/// The escrow leaves the requester, because it goes to others: on the requester's own account it could be money that is locked
	/// there. What vests would reach a friend's pocket before its time, and one vote would be cast again by whoever was paid.
	pub(crate) fn hold(who: &T::AccountId, escrow: Balance, deposit: Balance) -> DispatchResult {
		T::Currency::hold(&HoldReason::RecordDeposit.into(), who, deposit)?;
		// Who has too little at all is not told that it is frozen.
		let (pot, kept) = (Self::pot(), Preservation::Preserve);
		let has = T::Currency::reducible_balance(who, kept, Fortitude::Force);
		ensure!(has >= escrow, TokenError::FundsUnavailable);
		T::Currency::transfer(who, &pot, escrow, kept)?;
		T::Currency::hold(&HoldReason::Escrow.into(), &pot, escrow)
	}

	/// Releases the deposit of a record that is removed.
	pub(crate) fn release_deposit(job: JobId, record: &JobRecordOf<T>) -> DispatchResult {
		let (reason, who, amount) = (HoldReason::RecordDeposit, &record.requester, record.deposit);
		// It lacks the room only when others keep it alive without a balance of its own and the amount is below the existential
		// deposit.
		if amount > 0 && Self::can_take(who, amount) {
			return T::Currency::release(&reason.into(), who, amount, Precision::Exact).map(|_| ());
		}
		Self::deliver(job, reason, who, who, amount).map(|_| ())
	}

	/// Pays out of the escrow, and returns what of it the treasury got.
	///
	/// An amount that cannot create the payee's account goes to the treasury instead: one payee must not be able to keep
	/// all the others from their money.
	pub(crate) fn pay(
		job: JobId,
		record: &mut JobRecordOf<T>,
		payee: &T::AccountId,
		amount: Balance,
	) -> Result<Balance, DispatchError> {
		record.escrow = record.escrow.checked_sub(amount).ok_or(Error::<T>::EscrowExceeded)?;
		Self::deliver(job, HoldReason::Escrow, &Self::pot(), payee, amount)
	}

	/// Burns out of the escrow.
	pub(crate) fn burn(record: &mut JobRecordOf<T>, amount: Balance) -> DispatchResult {
		record.escrow = record.escrow.checked_sub(amount).ok_or(Error::<T>::EscrowExceeded)?;
		Self::burn_from(HoldReason::Escrow, &Self::pot(), amount)
	}

	/// Takes what an attempt without inputs costs: burned and to the treasury as a cut is, but the author of the block gets no part
	/// of it, since the requester may be the author. Returns the two parts.
	pub(crate) fn charge_unserved(job: JobId, record: &mut JobRecordOf<T>) -> Result<Kept, DispatchError> {
		let burned = share_floor(record.unserved_fee, T::CutShares::get().burn)?;
		let treasury = record.unserved_fee.checked_sub(burned).ok_or(MathError::OutOfDomain)?;
		record.chances = record.chances.checked_sub(1).ok_or(MathError::OutOfDomain)?;
		record.unserved = record.unserved.checked_add(1).ok_or(MathError::Overflow)?;
		Self::burn(record, burned)?;
		Self::pay(job, record, &T::Treasury::get(), treasury)?;
		let kept = Kept { burned, treasury };
		// It paid for no work, so it is no demand.
		Self::report_burn(kept);
		Ok(kept)
	}

	/// What of the escrow is there to pay for work.
	pub(crate) fn payable(record: &JobRecordOf<T>) -> Balance {
		record.escrow.saturating_sub(record.guarantee())
	}

	/// Gives what is left of the escrow back, the guarantee to whoever stands for the inputs, and returns how much that was.
	pub(crate) fn refund(job: JobId, record: &mut JobRecordOf<T>) -> Result<Balance, DispatchError> {
		let stood_for = match Self::guarantor(record) {
			Some(owner) => {
				let guarantee = record.guarantee();
				Self::pay(job, record, &owner, guarantee)?;
				guarantee
			},
			None => 0,
		};
		let (requester, amount) = (record.requester.clone(), record.escrow);
		let given_back = if Self::can_take(&requester, amount) { amount } else { 0 };
		Self::pay(job, record, &requester, amount)?;
		Ok(given_back.checked_add(stood_for).ok_or(MathError::Overflow)?)
	}

	/// Pays each verifier once, up to `limit` in all, and returns what each got.
	pub(crate) fn pay_verifiers(
		job: JobId,
		record: &mut JobRecordOf<T>,
		paid: Vec<T::AccountId>,
		mut limit: Balance,
		kept: &mut Kept,
	) -> Result<Vec<(T::AccountId, Balance)>, DispatchError> {
		let mut payments = Vec::with_capacity(paid.len());
		for who in paid {
			let amount = record.verifier_pay.min(limit);
			if amount == 0 {
				break;
			}
			limit = limit.checked_sub(amount).ok_or(Error::<T>::EscrowExceeded)?;
			kept.add_to_treasury(Self::pay(job, record, &who, amount)?)?;
			payments.push((who, amount));
		}
		Ok(payments)
	}

	/// Pays everybody of a verified training job and refunds the rest.
	///
	/// The model's token stands for the share `in_tokens` of the executor's part, in units of `10^-18`. Rounded down, that comes back
	/// to the requester.
	pub(crate) fn pay_training(
		job: JobId,
		record: &mut JobRecordOf<T>,
		executor: &T::AccountId,
		verifiers: Vec<T::AccountId>,
		in_tokens: u64,
	) -> Result<TrainingPayout<T::AccountId>, DispatchError> {
		let whole = record
			.fee
			.checked_sub(record.verifier_pay)
			.and_then(|left| left.checked_sub(record.cut))
			.ok_or(MathError::OutOfDomain)?;
		let spared = mul_div_floor(whole, in_tokens.into(), WORK_ONE.into())?;
		let for_executor = whole.checked_sub(spared).ok_or(MathError::OutOfDomain)?;
		let cut = split_cut(record.cut, T::CutShares::get())?;
		let author = T::Author::author().filter(|_| cut.author > 0);
		let treasury = match author {
			Some(_) => cut.treasury,
			None => cut.treasury.checked_add(cut.author).ok_or(MathError::Overflow)?,
		};

		let mut kept = Kept { burned: cut.burned, treasury: 0 };
		kept.add_to_treasury(Self::pay(job, record, executor, for_executor)?)?;
		Self::burn(record, cut.burned)?;
		kept.add_to_treasury(Self::pay(job, record, &T::Treasury::get(), treasury)?)?;
		if let Some(author) = &author {
			kept.add_to_treasury(Self::pay(job, record, author, cut.author)?)?;
		}
		// What is left beside the executor's spared part is the first verifier's and the reserve.
		let limit = Self::payable(record).checked_sub(spared).ok_or(Error::<T>::EscrowExceeded)?;
		let verifiers = Self::pay_verifiers(job, record, verifiers, limit, &mut kept)?;
		let refunded = Self::refund(job, record)?;
		Ok(TrainingPayout {
			executor: for_executor,
			verifiers,
			burned: cut.burned,
			treasury,
			author: author.map(|author| (author, cut.author)),
			refunded,
			kept,
		})
	}

	fn can_take(who: &T::AccountId, amount: Balance) -> bool {
		T::Currency::can_deposit(who, amount, Provenance::Extant) == DepositConsequence::Success
	}

	/// Moves what is on hold to a payee, to the treasury, or out of existence, whatever is possible first. Returns what the
	/// treasury got.
	fn deliver(
		job: JobId,
		reason: HoldReason,
		from: &T::AccountId,
		payee: &T::AccountId,
		amount: Balance,
	) -> Result<Balance, DispatchError> {
		let treasury = T::Treasury::get();
		if amount == 0 {
			return Ok(0);
		}
		if Self::can_take(payee, amount) {
			Self::transfer(reason, from, payee, amount)?;
			return Ok(if *payee == treasury { amount } else { 0 });
		}
		let burned = !Self::can_take(&treasury, amount);
		if burned {
			Self::burn_from(reason, from, amount)?;
			// Dust, not a part of the fee: no rule burns it, it is just less than any account can hold.
			T::Burns::burned(BurnCause::Dust, amount);
		} else {
			Self::transfer(reason, from, &treasury, amount)?;
		}
		let payee = payee.clone();
		Self::deposit_event(Event::PaymentRedirected { payee, job, amount, burned });
		Ok(if burned { 0 } else { amount })
	}

	fn transfer(
		reason: HoldReason,
		from: &T::AccountId,
		to: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		// Forced: nothing is frozen in the pot, and a deposit below what an account can hold is the treasury's, locked or not.
		T::Currency::transfer_on_hold(
			&reason.into(),
			from,
			to,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)
		.map(|_| ())
	}

	fn burn_from(reason: HoldReason, from: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Currency::burn_held(&reason.into(), from, amount, Precision::Exact, Fortitude::Force).map(|_| ())
	}
}
