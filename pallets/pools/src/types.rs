//! What this pallet stores, and what an opening fixes.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_math::{
	fee::mul_div_floor,
	pool::{inference_price_ceil, update_payout_floor, WORK_ONE},
	MathError,
};
use engram_primitives::{
	units::{Balance, PPM},
	Cid, ModelId, TokenId,
};
use scale_info::TypeInfo;

/// The least supply that leaves the creator something: 5 % of it are a base unit.
pub const LEAST_SUPPLY: Balance = 20;

/// What an opening fixes for good. Performances are held-out rows classified correctly, in parts per million.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Terms {
	/// All tokens that there will ever be, in base units.
	pub supply: Balance,
	/// `u a`: how fast the pool is paid out per unit of work, in units of `10^-18`.
	pub rate: u64,
	/// `p`: what answers cost, compared with what a unit of work is paid, in units of `10^-18`.
	pub factor: u64,
	/// The held-out rows that updates are measured on. Training that is measured on others pays no tokens.
	pub held_out: Cid,
	/// How many they are.
	pub held_out_rows: u32,
	/// The performance from which on gains are paid, below one.
	pub baseline: u32,
	/// The gain that is one unit of work.
	pub unit_gain: u32,
	/// Blocks between two updates that are paid, at least.
	pub interval: u32,
}

/// Between what limits terms are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, TypeInfo)]
pub struct Bounds {
	/// The least and the largest supply, in base units.
	pub supply: (Balance, Balance),
	/// The largest rate.
	pub most_rate: u64,
	/// The largest factor.
	pub most_factor: u64,
	/// The least gain that may be a unit of work: with the baseline it bounds how many units a pool can ever pay.
	pub least_unit: u32,
	/// The shortest and the longest interval, in blocks.
	pub interval: (u32, u32),
}

/// Why terms are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermsError {
	/// The supply is out of bounds.
	Supply,
	/// The rate is zero or too high.
	Rate,
	/// The factor is zero or too high.
	Factor,
	/// The held-out rows have no valid name, or there are none.
	HeldOut,
	/// Nothing can be gained above the baseline.
	Baseline,
	/// The unit of work is out of bounds.
	Unit,
	/// The interval is out of bounds.
	Interval,
}

impl Bounds {
	/// Whether some terms can satisfy them.
	pub fn is_valid(&self) -> bool {
		(LEAST_SUPPLY..=self.supply.1).contains(&self.supply.0)
			&& self.most_rate > 0
			&& self.most_factor > 0
			&& (1..=PPM).contains(&self.least_unit)
			&& (1..=self.interval.1).contains(&self.interval.0)
	}
}

impl Terms {
	/// Whether an opening may fix these.
	pub fn validate(&self, bounds: &Bounds) -> Result<(), TermsError> {
		let refuse = |wrong: bool, error| if wrong { Err(error) } else { Ok(()) };
		let (least, most) = bounds.supply;
		refuse(!(least..=most).contains(&self.supply), TermsError::Supply)?;
		refuse(!(1..=bounds.most_rate).contains(&self.rate), TermsError::Rate)?;
		refuse(!(1..=bounds.most_factor).contains(&self.factor), TermsError::Factor)?;
		refuse(!self.held_out.is_valid() || self.held_out_rows == 0, TermsError::HeldOut)?;
		refuse(self.baseline >= PPM, TermsError::Baseline)?;
		refuse(!(bounds.least_unit..=PPM).contains(&self.unit_gain), TermsError::Unit)?;
		let (shortest, longest) = bounds.interval;
		refuse(!(shortest..=longest).contains(&self.interval), TermsError::Interval)
	}
}

/// Where a pool stands.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum PoolState {
	/// It pays and is paid.
	#[codec(index = 0)]
	Open,
	/// It had all of its tokens, and its creator gave it up; what others left at the token is being removed.
	#[codec(index = 1)]
	Closing,
}

/// A token's pool. Amounts of tokens are base units.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct PoolRecord<AccountId> {
	/// The model.
	pub model: ModelId,
	/// Who opened it.
	pub creator: AccountId,
	/// Where it stands.
	pub state: PoolState,
	/// What the opening fixed.
	pub terms: Terms,
	/// `R`: what is left to be paid for updates.
	pub left: Balance,
	/// What was paid for updates, ever.
	pub paid: Balance,
	/// What answers brought, ever.
	pub received: Balance,
	/// What strangers gave and the pool took, ever.
	pub gifts: Balance,
	/// What was paid for answers that are under way. It is no part of `R` before they are served.
	pub pending: Balance,
	/// The performance up to which gains were paid.
	pub best: u32,
	/// How many updates were paid.
	pub updates: u32,
	/// The block of the last of them.
	pub updated_at: Option<u32>,
	/// The block in which it was opened.
	pub opened_at: u32,
	/// Native coins that the account of the pool needs to exist.
	pub endowment: Balance,
	/// What the creator has on hold for the storage of it.
	pub deposit: Balance,
	/// The creator's stake.
	pub bond: Balance,
}

/// An update that a pool pays.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Payout {
	/// The work, in units of `10^-18`, at most one.
	pub work: u64,
	/// What it is paid, in base units of the token.
	pub amount: Balance,
	/// The performance up to which gains are paid then.
	pub best: u32,
}

/// Why an update is paid no tokens. Its executor has its native pay instead.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum UpdateRefusal {
	/// It was measured on other held-out rows than the pool's.
	#[codec(index = 0)]
	OtherHeldOut,
	/// The last paid update is too recent.
	#[codec(index = 1)]
	TooEarly,
	/// Its gains were paid already.
	#[codec(index = 2)]
	NoGain,
	/// Less than a base unit is due.
	#[codec(index = 3)]
	NothingDue,
	/// The executor's account cannot take the tokens.
	#[codec(index = 4)]
	Undeliverable,
	/// The pool is being closed.
	#[codec(index = 5)]
	PoolClosing,
	/// It was requested before there was the pool: its executor agreed to be paid in coins.
	#[codec(index = 6)]
	BeforePool,
}

impl<AccountId> PoolRecord<AccountId> {
	/// What an update of this performance is paid in a block.
	///
	/// `work = min(1, (performance - best) / unit_gain)`, rounded down. What a gain is above a unit is not lost: the next
	/// update is measured from where this one was paid to. So the sum of all work is what was gained in all, however it is
	/// cut.
	pub fn payout(&self, performance: u32, now: u32) -> Result<Result<Payout, UpdateRefusal>, MathError> {
		let due = self.next_update_at().is_none_or(|at| at <= now);
		if !due {
			return Ok(Err(UpdateRefusal::TooEarly));
		}
		let gain = performance.saturating_sub(self.best).min(self.terms.unit_gain);
		if gain == 0 {
			return Ok(Err(UpdateRefusal::NoGain));
		}
		let work = mul_div_floor(gain.into(), WORK_ONE.into(), self.terms.unit_gain.into())?;
		let work = u64::try_from(work).map_err(|_| MathError::Overflow)?;
		let amount = update_payout_floor(self.left, self.terms.rate, work)?;
		if amount == 0 {
			return Ok(Err(UpdateRefusal::NothingDue));
		}
		let best = self.best.checked_add(gain).ok_or(MathError::Overflow)?;
		Ok(Ok(Payout { work, amount, best }))
	}

	/// The first block in which another update can be paid; `None` before the first one.
	pub fn next_update_at(&self) -> Option<u32> {
		self.updated_at.map(|at| at.saturating_add(self.terms.interval))
	}

	/// What so many values, read and written, cost.
	pub fn price_ceil(&self, values: u64) -> Result<Balance, MathError> {
		inference_price_ceil(self.left, self.terms.rate, self.terms.factor, values)
	}

	/// What the account of the pool has at least: what is left, and what is owed to one or the other side.
	pub fn owed(&self) -> Option<Balance> {
		self.left.checked_add(self.pending)
	}
}

/// What was paid for answers that are under way.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Payment<AccountId> {
	/// The token it was paid in.
	pub token: TokenId,
	/// Who paid.
	pub payer: AccountId,
	/// How much, in base units.
	pub amount: Balance,
}

/// What answers cost now, in base units of the token.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct AnswerQuote {
	/// The token.
	pub token: TokenId,
	/// What is charged.
	pub amount: Balance,
	/// What to send as `max_in`, if the price may slip by so much.
	pub limit: Balance,
}
