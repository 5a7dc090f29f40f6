//! What inference costs and who gets how much of it.

use crate::{pallet::*, types::*};
use engram_math::{
	fee::{inference_fee_ceil, share_floor, split_cut, split_net},
	MathError,
};
use engram_primitives::{
	traits::{BlockAuthor, InferencePricing, ModelInfo, ModelRegistry, VersionInfo},
	units::{Balance, PPM},
	VersionId,
};
use frame_support::traits::{fungible::Inspect, Get};
use sp_runtime::{traits::Zero, DispatchError};

impl<T: Config> Pallet<T> {
	/// A version and its open model.
	pub(crate) fn model_of(version: VersionId) -> Result<(VersionInfo, ModelInfo<T::AccountId>), Error<T>> {
		let version = T::Models::version(version).ok_or(Error::<T>::UnknownVersion)?;
		let model = T::Models::model(version.model).ok_or(Error::<T>::UnknownModel)?;
		Ok((version, model))
	}

	/// The price of `rows` answers at the model's present rates: every value of a row is an input, its class an output.
	pub(crate) fn quote_of(version: VersionId, rows: u32) -> Result<Quote, DispatchError> {
		let (version, model) = Self::model_of(version)?;
		let rows = u64::from(rows);
		let inputs = rows.checked_mul(model.architecture.inputs().into()).ok_or(MathError::Overflow)?;
		let rates = model.rates;
		let fee =
			inference_fee_ceil(inputs, rows, rates.input_per_1000, rates.output_per_1000, rates.platform)?;
		Self::quote_for(fee.total, fee.platform, &version)
	}

	/// Takes a fee apart: the flat part first, as far as the fee reaches, the rest is the net.
	///
	/// A version trained on nothing has nobody to pay by influence: that part stays with the model.
	pub(crate) fn quote_for(
		fee: Balance,
		platform: Balance,
		version: &VersionInfo,
	) -> Result<Quote, DispatchError> {
		let platform = platform.min(fee);
		let net = fee.checked_sub(platform).ok_or(MathError::Overflow)?;
		let net = split_net(net, T::NetShares::get())?;
		let (model, contributors) = if version.parts.is_empty() {
			(net.model.checked_add(net.contributors).ok_or(MathError::Overflow)?, 0)
		} else {
			(net.model, net.contributors)
		};
		// The cut by floor: what is lost to rounding is the worker's.
		let cut = share_floor(platform, T::CutShare::get())?;
		let worker = platform.checked_sub(cut).ok_or(MathError::Overflow)?;
		Ok(Quote { fee, platform, model, stakers: net.stakers, contributors, worker, cut })
	}

	/// Divides the cut of a quote in this block. Without an author, that part is the treasury's.
	pub(crate) fn divide(quote: &Quote) -> Result<Division<T>, DispatchError> {
		let cut = split_cut(quote.cut, T::CutShares::get())?;
		let author = T::Author::author().filter(|_| cut.author > 0);
		let (treasury, to_author) = match author {
			Some(_) => (cut.treasury, cut.author),
			None => (cut.treasury.checked_add(cut.author).ok_or(MathError::Overflow)?, 0),
		};
		let parts = FeeParts {
			worker: quote.worker,
			model: quote.model,
			stakers: quote.stakers,
			contributors: quote.contributors,
			burned: cut.burned,
			treasury,
			author: to_author,
		};
		Ok(Division { parts, author })
	}

	pub(crate) fn check_constants() {
		assert!(split_net(0, T::NetShares::get()).is_ok(), "`NetShares` must sum to one million");
		assert!(split_cut(0, T::CutShares::get()).is_ok(), "`CutShares` must sum to at most one million");
		assert!(T::CutShare::get() <= PPM, "`CutShare` must be at most one million");
		assert!(!T::ClaimPeriod::get().is_zero(), "contributors need time to claim");
		assert!(
			T::Currency::minimum_balance() > 0,
			"without an existential deposit the pot could not be told from dust"
		);
	}
}

impl<T: Config> InferencePricing for Pallet<T> {
	fn fee(version: VersionId, rows: u32) -> Result<u128, DispatchError> {
		Self::quote_of(version, rows).map(|quote| quote.fee)
	}

	fn contributors_part(version: VersionId, rows: u32) -> Result<u128, DispatchError> {
		Self::quote_of(version, rows).map(|quote| quote.contributors)
	}
}
