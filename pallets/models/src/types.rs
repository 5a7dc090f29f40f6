//! What is stored: a model, a version.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_math::fee::mul_div_floor;
use engram_primitives::{
	label::Label,
	model::{Architecture, InferenceRates, InfluenceMethod},
	traits::{Parts, VersionInfo},
	units::{Balance, PPM},
	Cid, JobId, ModelId, VersionId,
};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;

/// How far a model is. It takes new jobs until it is retired.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum ModelState {
	/// It is collected and trained for.
	#[codec(index = 0)]
	Open,
	/// It takes no new jobs any more. Jobs under way still settle.
	#[codec(index = 1)]
	Retired,
	/// Its token has graduated into a pool.
	#[codec(index = 2)]
	Deployed,
}

/// A registered model.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ModelRecord<AccountId, BlockNumber> {
	/// Who sets its rates and is paid the model's part of inference fees.
	pub owner: AccountId,
	/// What it is called. Names are not unique.
	pub name: Label,
	/// Its shape.
	pub architecture: Architecture,
	/// What inference costs.
	pub rates: InferenceRates,
	/// How influence is computed for payouts.
	pub method: InfluenceMethod,
	/// The licence of its weights.
	pub licence: Label,
	/// How far it is.
	pub state: ModelState,
	/// How many versions it has.
	pub versions: u32,
	/// Versions that jobs under way may still record.
	pub reserved: u32,
	/// What is on hold for this record, in base units.
	pub deposit: Balance,
	/// When it was registered.
	pub created_at: BlockNumber,
}

/// [`ModelRecord`] of a runtime.
pub type ModelRecordOf<T> = ModelRecord<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

impl<AccountId, BlockNumber> ModelRecord<AccountId, BlockNumber> {
	/// Whether it takes new jobs.
	pub fn is_open(&self) -> bool {
		self.state != ModelState::Retired
	}
}

/// Where a version stands.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum VersionState {
	/// It can answer and be continued.
	#[codec(index = 0)]
	Active,
	/// It takes no new jobs: its model went back to an older one, or it continues a version that was rolled back. What was
	/// bought of it before is answered and paid all the same.
	#[codec(index = 1)]
	RolledBack,
}

/// A trained version.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct VersionRecord<BlockNumber> {
	/// The model.
	pub model: ModelId,
	/// The version whose weights training started from; none when it started from the initial seed.
	pub parent: Option<VersionId>,
	/// Its weights.
	pub weights: Cid,
	/// The job that trained it.
	pub job: JobId,
	/// Contributions it was trained on, in order.
	pub parts: Parts,
	/// Held-out rows it classifies correctly, by the verifiers' count.
	pub correct: u32,
	/// Held-out rows.
	pub held_out_rows: u32,
	/// Where it stands.
	pub state: VersionState,
	/// When it was recorded.
	pub created_at: BlockNumber,
}

/// [`VersionRecord`] of a runtime.
pub type VersionRecordOf<T> = VersionRecord<BlockNumberFor<T>>;

impl<BlockNumber> VersionRecord<BlockNumber> {
	/// `floor(correct * 10^6 / held_out_rows)`, and 0 when nothing was held out.
	pub fn accuracy_ppm(&self) -> u32 {
		mul_div_floor(self.correct.into(), PPM.into(), self.held_out_rows.into())
			.ok()
			.and_then(|share| u32::try_from(share).ok())
			.unwrap_or(0)
	}
}

impl<BlockNumber> From<VersionRecord<BlockNumber>> for VersionInfo {
	fn from(record: VersionRecord<BlockNumber>) -> Self {
		let VersionRecord { model, weights, job, parts, correct, held_out_rows, .. } = record;
		Self { model, weights, job, parts, correct, held_out_rows }
	}
}
