//! The escrows of models: what the premiums of a model's token brought, for jobs of this model alone.
//!
//! An escrow is an account for which nobody can sign. The model's owner buys training with it; the escrow is the requester, so
//! that what a job leaves goes back to where it came from, and never to the owner.
//!
//! The owner stands for the inputs with money of its own: it would otherwise serve its own workers only, at the cost of those who
//! paid the premiums. Workers look for every input at the owner's address too, so that it can serve what it stands for.
//!
//! And what an escrow pays is a wage: at most a price for the work that a job is. At any other fee an owner would pay its own
//! workers all of it for hardly any work.

use crate::{impls::Price, paid::training_work, pallet::*, types::*};
use engram_math::fee::mul_div_floor;
use engram_primitives::{
	economy::ModelEscrow, model::TrainingSpec, traits::ModelRegistry, units::Balance, ModelId,
};
use frame_support::{
	ensure,
	traits::{fungible::Mutate as _, tokens::Preservation, Get},
};
use sp_runtime::{traits::AccountIdConversion, DispatchError, DispatchResult};

/// The work that `MaxFundedPrice` is for, in multiply-adds.
const PRICED_WORK: u128 = 1_000_000_000;

impl<T: Config> ModelEscrow<T::AccountId> for Pallet<T> {
	/// None once the model takes no new jobs, since nothing could spend it.
	fn escrow_of(model: ModelId) -> Option<T::AccountId> {
		T::Models::is_open(model).then(|| Self::escrow(model))
	}

	fn is_escrow(model: ModelId, who: &T::AccountId) -> bool {
		Self::escrow(model) == *who
	}
}

impl<T: Config> Pallet<T> {
	/// The account that pays for jobs of a model.
	pub(crate) fn escrow(model: ModelId) -> T::AccountId {
		T::EscrowPalletId::get().into_sub_account_truncating(model)
	}

	/// `floor(work * MaxFundedPrice / 10^9)`: the most that an escrow pays for training of a model of so many parameters, in base
	/// units. Rounded down, since it is others' money. No least fee is above it: a thousand jobs that are hardly any work would
	/// empty an escrow like one dear one.
	pub(crate) fn funded_limit_floor(spec: &TrainingSpec, parameters: u64) -> Result<Balance, DispatchError> {
		ensure!(spec.is_valid(), Error::<T>::InvalidSpec);
		let work = training_work(spec, parameters);
		Ok(mul_div_floor(work.into(), T::MaxFundedPrice::get(), PRICED_WORK)?)
	}

	pub(crate) fn do_request_funded(
		who: &T::AccountId,
		request: TrainingRequest<AddressOf<T>>,
		memory_mib: u32,
		fee: Balance,
	) -> DispatchResult {
		let model = T::Models::model(request.model).ok_or(Error::<T>::UnknownModel)?;
		ensure!(model.owner == *who, Error::<T>::NotModelOwner);
		let limit = Self::funded_limit_floor(&request.spec, model.architecture.parameters())?;
		ensure!(fee <= limit, Error::<T>::AboveFundedLimit);
		let escrow = Self::escrow(request.model);
		let unserved_fee = Self::funded_guarantee(fee)?;
		let price = Price { unserved_fee, chances: 1, ..Self::training_price(fee)? };
		T::Currency::transfer(who, &escrow, unserved_fee, Preservation::Preserve)?;
		Self::open_training(escrow, request, memory_mib, price)
	}

	/// Who stands for the inputs of a job that an escrow pays: the model's owner.
	pub(crate) fn guarantor(record: &JobRecordOf<T>) -> Option<T::AccountId> {
		let JobKind::Training(TrainingRequest { model, .. }) = &record.kind else { return None };
		let funded = record.requester == Self::escrow(*model);
		T::Models::model(*model).filter(|_| funded).map(|model| model.owner)
	}

	/// Whether somebody may do with a job what its requester may: for one that an escrow pays, the model's owner.
	pub(crate) fn is_requester(who: &T::AccountId, record: &JobRecordOf<T>) -> bool {
		record.requester == *who || Self::guarantor(record).is_some_and(|owner| owner == *who)
	}
}
