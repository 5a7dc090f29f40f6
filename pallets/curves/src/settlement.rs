//! What does not belong into a trade: dividing the fees, measuring the success, ending a curve.

use crate::{pallet::*, types::*, CurveRecordOf};
use engram_math::{
	market::{LEAST_ACCURACY, LEAST_IMPROVEMENT},
	yields::capped_share_floor,
	MathError,
};
use engram_primitives::{
	economy::{
		BurnCause, Burns, EpochClock, MarketFactor, ModelEscrow, PaidJob, PaidJobs, PaidWork, SuccessMetrics,
		METRICS,
	},
	market::RemovedModels,
	traits::ModelRegistry,
	units::{Balance, PPM},
	ModelId, TokenId, VersionId,
};
use frame_support::{
	dispatch::DispatchClass,
	ensure,
	traits::{
		fungible::{hold::Mutate as _, Inspect as _, Mutate as _},
		fungibles::{Destroy, Inspect as _},
		tokens::{Fortitude, Precision, Preservation, Provenance},
		Get,
	},
};
use sp_runtime::DispatchResult;

/// The lower ends of the paper's ranges.
const LEAST: [u32; METRICS] = [LEAST_ACCURACY, 0, LEAST_IMPROVEMENT, 0];

impl<T: Config> Pallet<T> {
	pub(crate) fn do_settle(token: TokenId) -> DispatchResult {
		let mut record = Self::record_of(token)?;
		let pot = Self::pot_of(token);
		let escrow = Self::escrow_for(&record);
		// A model that is retired stays so: nothing could ever spend what its escrow got.
		let is_retired = T::Escrow::escrow_of(record.model).is_none();
		let (premium, orphaned) = match &escrow {
			Some(_) => (record.premium, 0),
			None if is_retired => (0, record.premium),
			None => (0, 0),
		};
		let gifts = Self::gifts(token, &record)?;
		let anything = [record.fees, premium, orphaned, gifts].into_iter().any(|amount| amount > 0);
		ensure!(anything, Error::<T>::NothingToSettle);

		let TradeParts { creator, burned, treasury } = record.fee_shares.divide(record.fees)?;
		let kept = burned.checked_add(treasury).ok_or(MathError::Overflow)?;
		// A premium is no fee: what the protocol kept of fees does not count it.
		let treasury = treasury.checked_add(orphaned).ok_or(MathError::Overflow)?;
		let to_treasury = treasury.checked_add(gifts).ok_or(MathError::Overflow)?;
		Self::pay(&pot, &record.creator, creator)?;
		Self::pay(&pot, &T::Treasury::get(), to_treasury)?;
		if let Some(escrow) = escrow {
			Self::pay(&pot, &escrow, premium)?;
		}
		if burned > 0 {
			T::Currency::burn_from(
				&pot,
				burned,
				Preservation::Preserve,
				Precision::Exact,
				Fortitude::Polite,
			)?;
			T::Burns::burned(BurnCause::TradeFee, burned);
		}
		record.fees = 0;
		let left = record.premium.checked_sub(premium).and_then(|left| left.checked_sub(orphaned));
		record.premium = left.ok_or(MathError::Overflow)?;
		Markets::<T>::try_mutate(record.model, |market| market.kept.add(T::Clock::epoch(), kept))?;
		Curves::<T>::insert(token, record);
		Self::deposit_event(Event::FeesSettled { token, creator, burned, treasury, premium, gifts });
		Ok(())
	}

	/// Where the premium can go now: an account that need not exist refuses less than the existential deposit.
	fn escrow_for(record: &CurveRecordOf<T>) -> Option<T::AccountId> {
		T::Escrow::escrow_of(record.model).filter(|escrow| {
			let deposit = T::Currency::can_deposit(escrow, record.premium, Provenance::Extant);
			record.premium > 0 && deposit.into_result().is_ok()
		})
	}

	/// What strangers sent to the curve's account and can leave it again. A vested transfer is frozen for as long as its sender
	/// likes, and nothing of what is owed may be taken in its place.
	pub(crate) fn gifts(token: TokenId, record: &CurveRecordOf<T>) -> Result<Balance, MathError> {
		let pot = Self::pot_of(token);
		let owed = record.owed().ok_or(MathError::Overflow)?;
		let payable = owed.checked_sub(record.endowment).ok_or(MathError::Overflow)?;
		let gifts = T::Currency::total_balance(&pot).saturating_sub(owed);
		Ok(gifts.min(Self::liquid(&pot).saturating_sub(payable)))
	}

	/// What an account can pay without being reaped.
	pub(crate) fn liquid(pot: &T::AccountId) -> Balance {
		T::Currency::reducible_balance(pot, Preservation::Preserve, Fortitude::Polite)
	}

	fn pay(pot: &T::AccountId, who: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount > 0 {
			T::Currency::transfer(pot, who, amount, Preservation::Preserve)?;
		}
		Ok(())
	}

	pub(crate) fn do_refresh_metrics(token: TokenId) -> DispatchResult {
		let mut record = Self::open_record_of(token)?;
		let epoch = T::Clock::epoch();
		ensure!(epoch > record.refreshed, Error::<T>::AlreadyRefreshed);

		let measured = T::Metrics::metrics(record.model);
		let most = T::MetricStep::get();
		let mut changes =
			[MetricChange { old: 0, new: 0, measured: None, cause: MetricCause::Unmeasured }; METRICS];
		let sources = record.metrics.into_iter().zip(measured).zip(LEAST);
		for (change, ((old, measured), least)) in changes.iter_mut().zip(sources) {
			*change = moved(old, measured, least, most);
		}
		record.metrics = changes.map(|change| change.new);
		record.refreshed = epoch;
		let multiplier = record.multiplier()?.ppm_floor();
		Curves::<T>::insert(token, record);
		Self::deposit_event(Event::MetricsRefreshed { token, epoch, changes, multiplier });
		Ok(())
	}

	pub(crate) fn do_close(who: &T::AccountId, token: TokenId) -> DispatchResult {
		let mut record = Self::record_of(token)?;
		ensure!(record.creator == *who, Error::<T>::NotCreator);
		ensure!(record.state != CurveState::Graduated, Error::<T>::NotOpen);
		if record.state == CurveState::Open {
			let empty = record.outstanding()? == 0 && T::Tokens::total_issuance(token.0) == 0;
			ensure!(empty, Error::<T>::TokensExist);
			let settled = record.fees == 0 && Self::escrow_for(&record).is_none();
			ensure!(settled, Error::<T>::FeesUnsettled);
			T::Tokens::start_destroy(token.0, None)?;
			record.state = CurveState::Closing;
		}

		// Anybody may remove what is being removed, to the end.
		if T::Tokens::asset_exists(token.0) {
			let limit = T::CloseLimit::get();
			let accounts = T::Tokens::destroy_accounts(token.0, limit)?;
			let approvals = T::Tokens::destroy_approvals(token.0, limit)?;
			if accounts >= limit || approvals >= limit {
				Curves::<T>::insert(token, record);
				Self::deposit_event(Event::CurveClosing { token });
				return Ok(());
			}
			T::Tokens::finish_destroy(token.0)?;
		}
		Self::forget(token, &record)
	}

	/// Gives back what the creator has in a curve that nobody has tokens of; what is left beside that is the treasury's.
	fn forget(token: TokenId, record: &CurveRecordOf<T>) -> DispatchResult {
		let (pot, creator) = (Self::pot_of(token), record.creator.clone());
		let (deposit, bond) = (record.deposit, record.bond());
		T::Currency::release(&HoldReason::LaunchDeposit.into(), &creator, deposit, Precision::Exact)?;
		T::Currency::release(&HoldReason::LaunchBond.into(), &creator, bond, Precision::Exact)?;
		let left = T::Currency::total_balance(&pot).saturating_sub(record.endowment).min(Self::liquid(&pot));
		Self::pay(&pot, &T::Treasury::get(), left)?;
		// Somebody may have sent it another asset, or what is frozen: then the account stays, with the existential deposit.
		let rest = T::Currency::reducible_balance(&pot, Preservation::Expendable, Fortitude::Polite);
		T::Currency::transfer(&pot, &creator, rest, Preservation::Expendable)?;
		Curves::<T>::remove(token);
		LockedClaims::<T>::remove(token);
		if T::Models::model(record.model).is_some() {
			Markets::<T>::mutate(record.model, |market| market.token = None);
		} else {
			Markets::<T>::remove(record.model);
		}
		Self::deposit_event(Event::CurveClosed { creator, token, bond, deposit, left });
		Ok(())
	}
}

/// One metric after a refresh: it moves towards what is measured, by at most `most`. What is unmeasured or below its range
/// counts zero.
fn moved(old: u32, measured: Option<u32>, least: u32, most: u32) -> MetricChange {
	let (target, cause) = match measured {
		None => (0, MetricCause::Unmeasured),
		Some(measured) if measured < least => (0, MetricCause::BelowRange),
		Some(measured) => (measured.min(PPM), MetricCause::Measured),
	};
	let new = target.clamp(old.saturating_sub(most), old.saturating_add(most));
	let cause = if cause == MetricCause::Measured && new != target { MetricCause::Limited } else { cause };
	MetricChange { old, new, measured, cause }
}

impl<T: Config> RemovedModels for Pallet<T> {
	/// What is known of a model goes with it, or with the curve of its token.
	fn removed(model: ModelId) {
		Self::charge_for_market();
		Markets::<T>::mutate_exists(model, |market| {
			*market = market.take().filter(|market| market.token.is_some());
		});
	}

	/// The last measured version that is left counts again. Were nothing to count until the next training, whoever got the seats
	/// would have the model go back to the very version that was measured, and buy without a premium.
	fn rolled_back(model: ModelId, version: VersionId) {
		Self::charge_for_market();
		let counts = Markets::<T>::mutate_exists(model, |market| {
			let market = market.as_mut()?;
			market.undo_after(version).then(|| market.measurement().map(|last| last.version))
		});
		if let Some(counts) = counts {
			Self::deposit_event(Event::MeasurementsUndone { model, counts });
		}
	}
}

impl<T: Config> Pallet<T> {
	/// The version by which a training says how good its model is. One that never serves says nothing of it. And whoever buys a
	/// training brings the rows that judge it, so no stranger's counts: for the least fee a buyer of the token would have the model
	/// judged worthless first, and pay no premium.
	// No weight for the model's record: whoever tells of training has read it.
	fn measured_by(job: &PaidJob<T::AccountId>) -> Option<VersionId> {
		let by_owner = || T::Models::model(job.model).is_some_and(|model| model.owner == job.requester);
		let counts = |_: &VersionId| by_owner() || T::Escrow::is_escrow(job.model, &job.requester);
		job.serves.filter(|_| job.kind == PaidWork::Training).filter(counts)
	}

	/// Whoever tells of a model has weights that know nothing of the record of its market.
	fn charge_for_market() {
		let weight = T::DbWeight::get().reads_writes(1, 1);
		frame_system::Pallet::<T>::register_extra_weight_unchecked(weight, DispatchClass::Normal);
	}
}

impl<T: Config> MarketFactor for Pallet<T> {
	/// `min(1, kept / reference)`: `kept` is what the protocol kept of the fees that were settled in the epoch before this
	/// one. Volume itself can be washed; this part of its fees does not come back.
	fn market_factor(model: ModelId) -> u32 {
		let [_, kept, _] = Markets::<T>::get(model).kept.at(T::Clock::epoch());
		capped_share_floor(kept, T::MarketReference::get()).unwrap_or_default()
	}
}

impl<T: Config> SuccessMetrics for Pallet<T> {
	fn metrics(model: ModelId) -> [Option<u32>; METRICS] {
		Markets::<T>::get(model).metrics(T::Clock::epoch(), T::AdoptionReference::get())
	}
}

impl<T: Config> PaidJobs<T::AccountId> for Pallet<T> {
	/// Only models that have, or had, a token are measured: their launch paid for the record.
	fn paid(job: PaidJob<T::AccountId>) {
		Self::charge_for_market();
		let measured = Self::measured_by(&job);
		let counts = measured.is_some() || job.kind == PaidWork::Answer;
		if !counts || !Markets::<T>::contains_key(job.model) {
			return;
		}
		let source = Markets::<T>::mutate(job.model, |market| match measured {
			Some(version) => MetricSource::Version(market.trained(version, job.performance)),
			None => {
				let (epoch, kept) = (T::Clock::epoch(), job.burned.saturating_add(job.treasury));
				// A sum beyond all money that there can be stays what it was: it is far above any reference.
				let _ = market.answered.add(epoch, kept);
				MetricSource::Answer { epoch, kept }
			},
		});
		Self::deposit_event(Event::JobCounted { model: job.model, job: job.job, source });
	}
}
