//! The calls: receipts, claims, expiry.

use crate::{pallet::*, types::*};
use alloc::vec::Vec;
use engram_primitives::{
	economy::{PaidContribution, PaidContributions, ServedAnswer, ServedJobs},
	merkle::{sum_verify, SumLeaf, SumNode},
	model::MAX_PARTS,
	traits::{Contributions, InferenceAssignment, InferenceJobs, InferencePrice, ModelRegistry},
	units::Balance,
	work::Receipt,
	JobId,
};
use frame_support::{
	ensure,
	traits::{
		fungible::{hold::Mutate, Inspect},
		tokens::{Fortitude, Precision, Provenance, Restriction},
		Get,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	traits::{AccountIdConversion, Saturating},
	ArithmeticError, DispatchError, DispatchResult,
};

/// A receipt that fits the state: who waits for it and what is paid for it.
pub(crate) struct Priced<AccountId> {
	pub(crate) assignment: InferenceAssignment<AccountId>,
	pub(crate) model_owner: AccountId,
	pub(crate) quote: Quote,
}

impl<T: Config> Pallet<T> {
	/// The account that holds what contributors are owed.
	pub(crate) fn pot() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	pub(crate) fn now() -> BlockNumberFor<T> {
		frame_system::Pallet::<T>::block_number()
	}

	pub(crate) fn do_submit_receipt(
		worker: T::AccountId,
		job: JobId,
		attempt: u32,
		receipt: &Receipt,
	) -> DispatchResult {
		Self::ensure_well_formed(receipt)?;
		let assignment = Self::wants_receipt(&worker, job, attempt)?;
		let priced = Self::price_receipt(assignment, receipt)?;
		let Division { parts, author } = Self::divide(&priced.quote)?;
		let InferenceAssignment { requester, version, fee, .. } = priced.assignment;

		let payments: Vec<_> = [
			(worker.clone(), parts.worker),
			(priced.model_owner, parts.model),
			(T::StakersPot::get(), parts.stakers),
			(Self::pot(), parts.contributors),
			(T::Treasury::get(), parts.treasury),
		]
		.into_iter()
		.chain(author.clone().map(|author| (author, parts.author)))
		.filter(|(_, amount)| *amount > 0)
		.collect();
		let claimable_at = Self::now().saturating_add(T::ChallengeWindow::get());
		let Receipt { answers, report, root, leaves } = *receipt;
		let owed = parts.contributors > 0;
		// Before the job is paid: whoever is told of that can ask who bought the answer, and whether contributors are owed.
		if owed {
			Payouts::<T>::insert(
				job,
				PayoutRecord {
					version,
					root,
					leaves,
					claimed: Claimed::default(),
					paid: 0,
					unpaid: parts.contributors,
					claimable_at,
					expires_at: claimable_at.saturating_add(T::ClaimPeriod::get()),
					answers,
					report,
					worker: worker.clone(),
					requester: requester.clone(),
					fee,
				},
			);
		}
		T::Jobs::served(job, attempt, &payments, parts.burned)?;
		if owed {
			T::Currency::hold(&HoldReason::Payouts.into(), &Self::pot(), parts.contributors)?;
		}
		Self::deposit_event(Event::ReceiptAccepted {
			worker,
			job,
			version,
			requester,
			answers,
			report,
			fee,
			parts,
			author,
			claimable_at: owed.then_some(claimable_at),
		});
		Ok(())
	}

	pub(crate) fn do_claim(job: JobId, index: u32, leaf: SumLeaf, proof: &[SumNode]) -> DispatchResult {
		let mut record = Payouts::<T>::get(job).ok_or(Error::<T>::UnknownPayout)?;
		ensure!(Self::now() >= record.claimable_at, Error::<T>::WindowOpen);
		ensure!(index < record.leaves, Error::<T>::UnknownLeaf);
		ensure!(!record.claimed.contains(index), Error::<T>::AlreadyClaimed);
		let SumLeaf { contribution, amount } = leaf;
		let version = T::Models::version(record.version).ok_or(Error::<T>::UnknownVersion)?;
		let part = usize::try_from(index).ok().and_then(|at| version.parts.get(at));
		// The root is the worker's word: without this it could name payees of its own.
		ensure!(part == Some(&contribution), Error::<T>::ForeignContribution);
		ensure!(sum_verify(&record.root, record.leaves, index, &leaf, proof), Error::<T>::InvalidProof);
		ensure!(amount > 0, Error::<T>::NothingToClaim);
		let owner = T::Data::contribution(contribution).ok_or(Error::<T>::UnknownContribution)?.owner;
		record.claimed = record.claimed.with(index).ok_or(Error::<T>::UnknownLeaf)?;
		record.paid = record.paid.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		record.unpaid = record.unpaid.checked_sub(amount).ok_or(ArithmeticError::Underflow)?;
		let unpaid = record.unpaid;

		Self::pay_from_pot(&owner, amount)?;
		// Before the record may go: whoever is told can still ask for the answer.
		T::Paid::contribution_paid(PaidContribution {
			job,
			payer: record.requester.clone(),
			contribution,
			owner: owner.clone(),
			amount,
			total: record.root.sum,
		});
		if unpaid == 0 {
			Payouts::<T>::remove(job);
		} else {
			Payouts::<T>::insert(job, record);
		}
		Self::deposit_event(Event::PayoutClaimed { owner, job, contribution, amount, unpaid });
		Ok(())
	}

	pub(crate) fn do_expire(job: JobId) -> DispatchResult {
		let record = Payouts::<T>::get(job).ok_or(Error::<T>::UnknownPayout)?;
		ensure!(Self::now() >= record.expires_at, Error::<T>::NotExpired);
		let amount = record.unpaid;

		Self::pay_from_pot(&T::Treasury::get(), amount)?;
		Payouts::<T>::remove(job);
		Self::deposit_event(Event::PayoutExpired { job, amount });
		Ok(())
	}

	/// What can be said of a receipt without looking at the state.
	pub(crate) fn ensure_well_formed(receipt: &Receipt) -> Result<(), Error<T>> {
		ensure!(receipt.answers.is_valid() && receipt.report.is_valid(), Error::<T>::InvalidCid);
		ensure!(receipt.leaves <= MAX_PARTS, Error::<T>::WrongLeafCount);
		Ok(())
	}

	/// Whether the chain waits for a receipt of this worker at this attempt.
	pub(crate) fn wants_receipt(
		worker: &T::AccountId,
		job: JobId,
		attempt: u32,
	) -> Result<InferenceAssignment<T::AccountId>, Error<T>> {
		let assignment = T::Jobs::inference(job).ok_or(Error::<T>::NotServed)?;
		ensure!(attempt >= assignment.attempt, Error::<T>::AttemptOver);
		ensure!(attempt <= assignment.attempt, Error::<T>::AttemptAhead);
		ensure!(assignment.executor == *worker, Error::<T>::NotAssigned);
		ensure!(!Payouts::<T>::contains_key(job), Error::<T>::AlreadyServed);
		Ok(assignment)
	}

	/// Whether the tree of a receipt is over the right contributions and exactly their part of the escrowed fee.
	///
	/// The price of the request is divided, not today's: what becomes of the model and its rates is no concern of its jobs.
	pub(crate) fn price_receipt(
		assignment: InferenceAssignment<T::AccountId>,
		receipt: &Receipt,
	) -> Result<Priced<T::AccountId>, DispatchError> {
		let (version, model) = Self::model_of(assignment.version)?;
		ensure!(usize::try_from(receipt.leaves) == Ok(version.parts.len()), Error::<T>::WrongLeafCount);
		let InferenceAssignment { fee, platform, contributors, .. } = assignment;
		let quote = Self::divide_price(InferencePrice { fee, platform, contributors })?;
		ensure!(receipt.root.sum == quote.contributors, Error::<T>::WrongSum);
		Ok(Priced { assignment, model_owner: model.owner, quote })
	}

	fn pay_from_pot(to: &T::AccountId, amount: Balance) -> DispatchResult {
		// Asked first for its reason: the transfer would only say that it cannot create the account.
		T::Currency::can_deposit(to, amount, Provenance::Extant).into_result()?;
		T::Currency::transfer_on_hold(
			&HoldReason::Payouts.into(),
			&Self::pot(),
			to,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)
		.map(|_| ())
	}
}

impl<T: Config> ServedJobs<T::AccountId> for Pallet<T> {
	fn served_answer(job: JobId) -> Option<ServedAnswer<T::AccountId>> {
		let record = Payouts::<T>::get(job)?;
		Some(ServedAnswer { payer: record.requester, version: record.version })
	}
}
