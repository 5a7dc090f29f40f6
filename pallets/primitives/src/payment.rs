//! How a model pays, and is paid for, in its own token.

use crate::{units::Balance, Cid, JobId, ModelId, TokenId, VersionId};
use alloc::vec::Vec;
use sp_runtime::DispatchError;

/// One kind of model tokens. A model has at most one token, so each kind is asked before another is made.
pub trait ModelTokens {
	/// The token of this kind that a model has. It does not change while anybody has some of it.
	fn model_token(model: ModelId) -> Option<TokenId>;
	/// How many base units of it the model itself keeps, which nobody can buy. What lies in a pool of `pallet-asset-conversion` is
	/// none of that: it is for sale.
	fn kept(_model: ModelId) -> Balance {
		0
	}
}

impl<First: ModelTokens, Second: ModelTokens> ModelTokens for (First, Second) {
	fn model_token(model: ModelId) -> Option<TokenId> {
		First::model_token(model).or_else(|| Second::model_token(model))
	}

	/// A model has a token of one kind at most.
	fn kept(model: ModelId) -> Balance {
		First::kept(model).saturating_add(Second::kept(model))
	}
}

impl ModelTokens for () {
	fn model_token(_: ModelId) -> Option<TokenId> {
		None
	}
}

/// A training job that was verified, before anybody is paid for it. Part of [`TokenPayments`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedUpdate<AccountId> {
	/// The job.
	pub job: JobId,
	/// The model.
	pub model: ModelId,
	/// Who trained.
	pub executor: AccountId,
	/// The block in which it was requested.
	pub requested_at: u64,
	/// The held-out rows that the verifiers counted on.
	pub held_out: Cid,
	/// How many they are.
	pub held_out_rows: u32,
	/// Those that are classified correctly, by the verifiers' count, in parts per million.
	pub performance: u32,
}

/// What the market tells of jobs that may be paid in a model's token. Implemented by `pools`, used by `jobs`.
pub trait TokenPayments<AccountId> {
	/// Pays the executor of a verified update in the model's token. Returns what share of the executor's native pay is not owed any
	/// more, in units of `10^-18` and at most one. Zero where nothing was paid.
	fn update_verified(update: VerifiedUpdate<AccountId>) -> u64;
	/// An inference job ended, served or not: what was paid for it in tokens is earned, or goes back.
	fn inference_ended(job: JobId, served: bool);
}

impl<AccountId> TokenPayments<AccountId> for () {
	fn update_verified(_: VerifiedUpdate<AccountId>) -> u64 {
		0
	}

	fn inference_ended(_: JobId, _: bool) {}
}

/// Answers of a version that somebody asks for. Part of [`AnswerMarket`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRequest {
	/// The version that answers.
	pub version: VersionId,
	/// The consumer's rows.
	pub input: Cid,
	/// Rows in it.
	pub rows: u32,
	/// Multiaddress that serves it.
	pub input_source: Vec<u8>,
	/// Memory a worker needs, in MiB.
	pub memory_mib: u32,
	/// The most that the computation may cost, in base units of the native token.
	pub max_fee: u128,
}

/// Where answers are bought for the price of the computation alone. Implemented by `jobs`, used by `pools`, which charges for
/// the model itself.
pub trait AnswerMarket<AccountId> {
	/// Requests answers in the name of `who`, who pays the flat part of the model's price in the native token. Neither the
	/// model's owner nor stakers nor contributors are owed anything for them.
	fn request_answers(who: AccountId, request: AnswerRequest) -> Result<JobId, DispatchError>;
}
