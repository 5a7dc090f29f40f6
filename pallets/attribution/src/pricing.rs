//! What inference costs and who gets how much of it.

use crate::{pallet::*, types::*};
use engram_math::{
	fee::{inference_fee_ceil, share_floor, split_cut, split_net},
	MathError,
};
use engram_primitives::{
	traits::{BlockAuthor, InferencePrice, InferencePricing, ModelInfo, ModelRegistry, VersionInfo},
	units::PPM,
	VersionId,
};
use frame_support::{
	ensure,
	traits::{fungible::Inspect, Get},
};
use sp_runtime::{traits::Zero, DispatchError};

impl<T: Config> Pallet<T> {
	/// A version and its model, retired or not.
	pub(crate) fn model_of(version: VersionId) -> Result<(VersionInfo, ModelInfo<T::AccountId>), Error<T>> {
		let version = T::Models::version(version).ok_or(Error::<T>::UnknownVersion)?;
		let model = T::Models::model(version.model).ok_or(Error::<T>::UnknownModel)?;
		Ok((version, model))
	}

	/// The price of `rows` answers at the model's present rates: every value of a row is an input, its class an output.
	pub(crate) fn quote_of(version: VersionId, rows: u32) -> Result<Quote, DispatchError> {
		let (info, model) = Self::model_of(version)?;
		ensure!(T::Models::is_open(info.model), Error::<T>::ModelRetired);
		ensure!(!T::Models::is_rolled_back(version), Error::<T>::RolledBack);
		let rows = u64::from(rows);
		let inputs = rows.checked_mul(model.architecture.inputs().into()).ok_or(MathError::Overflow)?;
		let rates = model.rates;
		let fee =
			inference_fee_ceil(inputs, rows, rates.input_per_1000, rates.output_per_1000, rates.platform)?;
		// A version trained on nothing has nobody to pay by influence: that part stays with the model.
		let contributors =
			if info.parts.is_empty() { 0 } else { split_net(fee.net, T::NetShares::get())?.contributors };
		Self::divide_price(InferencePrice { fee: fee.total, platform: fee.platform, contributors })
	}

	/// Takes a price apart. Its own parts stay what they are; the rest is the stakers' and the model's.
	pub(crate) fn divide_price(price: InferencePrice) -> Result<Quote, DispatchError> {
		let InferencePrice { fee, platform, contributors } = price;
		let net = fee.checked_sub(platform).ok_or(MathError::OutOfDomain)?;
		let rest = net.checked_sub(contributors).ok_or(MathError::OutOfDomain)?;
		// Shares that changed since the request may promise the stakers more than is left.
		let stakers = split_net(net, T::NetShares::get())?.stakers.min(rest);
		let model = rest.checked_sub(stakers).ok_or(MathError::Overflow)?;
		// The cut by floor: what is lost to rounding is the worker's.
		let cut = share_floor(platform, T::CutShare::get())?;
		let worker = platform.checked_sub(cut).ok_or(MathError::Overflow)?;
		Ok(Quote { fee, platform, model, stakers, contributors, worker, cut })
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
	fn quote(version: VersionId, rows: u32) -> Result<InferencePrice, DispatchError> {
		let Quote { fee, platform, contributors, .. } = Self::quote_of(version, rows)?;
		Ok(InferencePrice { fee, platform, contributors })
	}
}
