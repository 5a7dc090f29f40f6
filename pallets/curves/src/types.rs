//! What this pallet stores, and what a launch fixes.

use crate::history::History;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_math::{
	curve::{graduation_tokens_floor, Curve, Parameters, Spot},
	fee::{mul_div_ceil, mul_div_floor, share_floor},
	market::{FeeSchedule, Limiter, Limits, Metric, Multiplier},
	yields::capped_share_floor,
	MathError,
};
use engram_primitives::{
	economy::METRICS,
	units::{Balance, PPM},
	ModelId, TokenId, VersionId,
};
use frame_support::pallet_prelude::ConstU32;
use scale_info::TypeInfo;
use sp_runtime::BoundedVec;

/// Most locked claims of one launch.
pub const MAX_CLAIMS: u32 = 16;

/// How many measured versions a model's market remembers, so that a roll back to one of them is no loss of knowledge.
pub const MAX_MEASUREMENTS: u32 = 16;

/// The least tokens that a pool begins with, in base units: their number is exact to a millionth, and so is its price.
pub const LEAST_POOL: Balance = 1_000_000;

/// Growth is measured against at least the reference of adoption divided by this. To make up all of it, in four epochs of a quarter
/// each, what is kept of answers has to double from that part on, which is 15 of these parts in all.
const GROWTH_PARTS: Balance = 20;

/// The locked claims of one launch.
pub type Claims<AccountId> = BoundedVec<LockedClaim<AccountId>, ConstU32<MAX_CLAIMS>>;

/// What a launch fixes beside the curve. Shares are parts per million, times blocks, amounts base units.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Terms {
	/// The creator's share of the maximum supply, bought at the launch at the integral.
	pub creator_share: u32,
	/// How long none of it is released: at least as long as the extra fee of the launch lasts, where there is a share.
	pub lock_up: u32,
	/// How long it takes after that until all of it is. Zero: at once.
	pub vesting: u32,
	/// The share of each sale's tokens that is destroyed.
	pub burn_rate: u32,
	/// The fees of trades.
	pub fees: FeeSchedule,
	/// The limiter of price moves.
	pub limits: Limits,
	/// The weights `w_1` to `w_4` of the model's success, at most `10^6` together.
	pub weights: [u32; METRICS],
	/// The creator's stake, on hold as long as the curve exists.
	pub bond: Balance,
	/// The reserve from which on the curve may close into a pool.
	pub graduation: Balance,
	/// How much of each locked claim is released per epoch after that.
	pub emission: Balance,
}

/// Between what limits terms are accepted. Shares are parts per million, times blocks, amounts base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, TypeInfo)]
pub struct Bounds {
	/// The least price at the launch, in units of `10^-18`, at least [`Bounds::FLOOR`].
	pub least_price: u128,
	/// The largest maximum supply.
	pub most_supply: u128,
	/// The least fee of a price that rests.
	pub least_fee: u32,
	/// The most that cap and launch fee make together.
	pub most_fee: u32,
	/// The most that momentum moves the fee.
	pub most_slope: u32,
	/// The least extra fee at the launch.
	pub least_launch_fee: u32,
	/// How long it takes at least, and at most, to fall to zero.
	pub launch_window: (u64, u64),
	/// The largest share of the creator.
	pub most_creator_share: u32,
	/// The shortest lock-up, and the longest lock-up and vesting together.
	pub release: (u32, u32),
	/// The most that all locked claims make together, as a share of the maximum supply.
	pub most_claims: u32,
	/// The largest burn rate.
	pub most_burn_rate: u32,
	/// The shortest and the longest window of the limiter; its rebound is at most the longest.
	pub window: (u64, u64),
	/// The least sell factor, so that sellers can always leave.
	pub least_factor: u32,
	/// The least bond.
	pub least_bond: Balance,
	/// The least reserve of a graduation.
	pub least_graduation: Balance,
}

/// Why terms are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermsError {
	/// No curve has these parameters.
	Curve,
	/// The price at the launch is too low.
	Price,
	/// The maximum supply is too large.
	Supply,
	/// The fees are out of bounds.
	Fees,
	/// The limits are out of bounds.
	Limits,
	/// A block may move the price by as much as a trade costs the creator.
	BlockLimit,
	/// Before the extra fee of the launch is over the price may rise by more than the creator pays of it.
	LaunchFee,
	/// The creator's share, its lock-up or its vesting is out of bounds, or the lock-up ends before the extra fee of the launch.
	Creator,
	/// The burn rate is too high.
	BurnRate,
	/// The weights are more than a whole.
	Weights,
	/// The bond is too small.
	Bond,
	/// The reserve of the graduation is too small.
	Graduation,
}

impl Bounds {
	/// The price at and above which the limiter's rounding stays far below a millionth.
	pub const FLOOR: u128 = 1_000_000_000;

	/// Whether some terms can satisfy them.
	pub fn is_valid(&self) -> bool {
		self.least_price >= Self::FLOOR
			&& self.least_fee > 1
			&& self.least_fee.saturating_add(self.least_launch_fee) <= self.most_fee
			&& self.most_fee < PPM
			&& self.launch_window.0 <= self.launch_window.1.min(self.window.1)
			&& self.most_creator_share <= PPM
			&& self.release.0 <= self.release.1
			&& self.most_claims <= PPM
			&& self.most_burn_rate < PPM
			&& (1..=self.window.1).contains(&self.window.0)
			&& (1..=PPM).contains(&self.least_factor)
	}
}

impl Terms {
	/// Whether a launch may fix these. Returns the curve.
	///
	/// A block may move the price by less than the base fee: all prices of a block lie within `1 - L` and `1 + L` of the one
	/// it began with, and `(1 + L)(1 - f) < (1 - L)(1 + f)` exactly when `L < f`, so no purchase and sale of the same tokens
	/// in one block pays, whoever trades between them. `creator` is the share of the fees that comes back to the creator, in
	/// parts per million: for it this must hold of the rest of the fee.
	///
	/// Within the first window of the limiter, which begins with the launch and is no shorter than that of the extra fee, the
	/// price may rise by at most that fee. Whoever buys in the block of the launch pays at least `1 + f + l` times its price, and
	/// gets at most `(1 + w)(1 - f)` times it before that window is over, which is less by `2 f + f w` at least when `w <= l`: no
	/// sniper sells to those whom the fee made wait. For the creator too this must hold of what it does not get back. For its
	/// share it pays no fee, so none of that is released before the extra fee is over.
	pub fn validate(&self, curve: Parameters, bounds: &Bounds, creator: u32) -> Result<Curve, TermsError> {
		let refuse = |wrong: bool, error| if wrong { Err(error) } else { Ok(()) };
		refuse(curve.max_supply > bounds.most_supply, TermsError::Supply)?;
		let curve = Curve::new(curve).map_err(|_| TermsError::Curve)?;
		let price = curve.price_floor(0).map_err(|_| TermsError::Curve)?;
		refuse(price < bounds.least_price, TermsError::Price)?;

		let fees = &self.fees;
		let most = fees.cap.saturating_add(fees.launch);
		let (shortest, longest) = bounds.launch_window;
		refuse(
			!fees.is_valid()
				|| fees.base < bounds.least_fee
				|| most > bounds.most_fee
				|| fees.slope > bounds.most_slope
				|| fees.launch < bounds.least_launch_fee
				|| !(shortest..=longest).contains(&fees.launch_window),
			TermsError::Fees,
		)?;

		let limits = &self.limits;
		let (shortest, longest) = bounds.window;
		refuse(
			!limits.is_valid()
				|| limits.per_block == 0
				|| limits.per_window < limits.per_block
				|| !(shortest..=longest).contains(&limits.window)
				|| limits.rebound > longest
				|| limits.least_factor < bounds.least_factor
				// At its lowest the factor leaves sellers nothing to move the price by.
				|| mul_div_floor(limits.per_block.into(), limits.least_factor.into(), PPM.into()) == Ok(0),
			TermsError::Limits,
		)?;
		let kept = |fee: u32| u64::from(fee).saturating_mul(PPM.saturating_sub(creator).into());
		let moved = |limit: u32| u64::from(limit).saturating_mul(PPM.into());
		refuse(moved(limits.per_block) >= kept(fees.base), TermsError::BlockLimit)?;
		refuse(
			moved(limits.per_window) > kept(fees.launch) || fees.launch_window > limits.window,
			TermsError::LaunchFee,
		)?;

		let whole = self.lock_up.checked_add(self.vesting).filter(|whole| *whole <= bounds.release.1);
		refuse(
			self.creator_share > bounds.most_creator_share
				|| self.lock_up < bounds.release.0
				|| (self.creator_share > 0 && u64::from(self.lock_up) < fees.launch_window)
				|| whole.is_none(),
			TermsError::Creator,
		)?;
		refuse(self.burn_rate > bounds.most_burn_rate, TermsError::BurnRate)?;
		refuse(self.multiplier([0; METRICS]).is_err(), TermsError::Weights)?;
		refuse(self.bond < bounds.least_bond, TermsError::Bond)?;
		refuse(self.graduation < bounds.least_graduation, TermsError::Graduation)?;
		Ok(curve)
	}

	/// Whether the reserve of the graduation can be reached while claims and pool have room below the maximum supply.
	///
	/// `s + I(s) / P(s)` rises with `s` on every curve, so it is enough to look at the first supply that reaches it, and at
	/// that of the launch.
	pub(crate) fn can_graduate(
		&self,
		curve: &Curve,
		initial: Balance,
		locked: Balance,
	) -> Result<bool, MathError> {
		let most = curve.parameters().max_supply;
		let first = curve.buy_amount_floor(0, self.graduation)?.checked_add(1).ok_or(MathError::Overflow)?;
		if first > most {
			return Ok(false);
		}
		let supply = first.max(initial);
		let (reserve, price) = (curve.integral_to_ceil(supply)?, curve.price_floor(supply)?);
		let pool = graduation_tokens_floor(reserve, price).unwrap_or(most);
		Ok(pool >= LEAST_POOL && fits([supply, pool, locked], most))
	}

	/// `M` of metrics that are counted already: what the paper's ranges leave out is zero among them.
	pub(crate) fn multiplier(&self, counted: [u32; METRICS]) -> Result<Multiplier, MathError> {
		let [first, second, third, fourth] = self.weights;
		let [a, b, c, d] = counted;
		let metric = |weight, measured| Metric { weight, least: 0, measured: Some(measured) };
		Multiplier::of(&[metric(first, a), metric(second, b), metric(third, c), metric(fourth, d)])
	}

	/// What is released of `initial` tokens at an age, rounded down: nothing during the lock-up, then linearly everything.
	pub(crate) fn vested_floor(&self, initial: Balance, age: u32) -> Result<Balance, MathError> {
		let Some(passed) = age.checked_sub(self.lock_up) else { return Ok(0) };
		if passed >= self.vesting {
			return Ok(initial);
		}
		mul_div_floor(initial, passed.into(), self.vesting.into())
	}

	/// How many tokens of a sale are destroyed, rounded up.
	pub(crate) fn destroyed_ceil(&self, amount: Balance) -> Result<Balance, MathError> {
		mul_div_ceil(amount, self.burn_rate.into(), PPM.into())
	}
}

/// Whether all of that is at most `most`.
fn fits(amounts: [Balance; 3], most: Balance) -> bool {
	let sum = amounts.into_iter().try_fold(Balance::default(), Balance::checked_add);
	sum.is_some_and(|sum| sum <= most)
}

/// Tokens that come into being only after the graduation.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct LockedClaim<AccountId> {
	/// Whose they are to be.
	pub beneficiary: AccountId,
	/// What for.
	pub kind: ClaimKind,
	/// How many, in base units, above zero.
	pub amount: Balance,
}

/// What tokens are set aside for.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum ClaimKind {
	/// The model's own reserve.
	#[codec(index = 0)]
	Reserve,
	/// Somebody who has a stake in the model.
	#[codec(index = 1)]
	Stakeholder,
}

/// Where a curve stands.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum CurveState {
	/// It trades.
	#[codec(index = 0)]
	Open,
	/// Its reserve became a pool.
	#[codec(index = 1)]
	Graduated,
	/// Nobody had any of its tokens, and its creator gave it up; what others left at the token is being removed.
	#[codec(index = 2)]
	Closing,
}

/// A token's curve. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct CurveRecord<AccountId> {
	/// The model.
	pub model: ModelId,
	/// Which launch of that model, from 1.
	pub launch: u32,
	/// Who launched it.
	pub creator: AccountId,
	/// Where it stands.
	pub state: CurveState,
	/// The curve.
	pub curve: Curve,
	/// What else the launch fixed.
	pub terms: Terms,
	/// The governed smoothing of momentum, as it was at the launch.
	pub smoothing: u32,
	/// Who gets the fees of its trades, as it was at the launch.
	pub fee_shares: TradeShares,
	/// How many rows a version of the model must have been trained on for a graduation, as it was at the launch.
	pub least_rows: u64,
	/// The block of the launch.
	pub launched_at: u32,
	/// Tokens that the curve ever sold, the creator's among them.
	pub bought: Balance,
	/// Tokens that the curve ever bought back.
	pub sold: Balance,
	/// Tokens that were destroyed: of sellers, and those that the pool's address had before the pool.
	pub destroyed: Balance,
	/// Tokens that the creator bought at the launch.
	pub initial: Balance,
	/// Of them, those that were released.
	pub released: Balance,
	/// What backs the tokens; nothing once it has become a pool.
	pub reserve: Balance,
	/// What ever entered the reserve: the cost of the launch and the values of purchases.
	pub paid_in: Balance,
	/// What ever left it: the values of sales, and what became a pool.
	pub paid_out: Balance,
	/// Fees that are not settled yet.
	pub fees: Balance,
	/// Premiums that are not settled yet.
	pub premium: Balance,
	/// What the account of the curve needs to exist, and has on reserve.
	pub endowment: Balance,
	/// What the creator has on hold for the storage of it.
	pub deposit: Balance,
	/// All locked claims together.
	pub locked: Balance,
	/// The curve where nothing is sold, computed once.
	pub origin: Spot,
	/// The curve at the present supply, computed by the last trade.
	pub spot: Spot,
	/// The price at the present supply, rounded down; the last one once the curve has graduated.
	pub price: u128,
	/// What the limiter remembers.
	pub limiter: Limiter,
	/// Past prices.
	pub history: History,
	/// The model's success as it counts: zero for what is unmeasured or below its range.
	pub metrics: [u32; METRICS],
	/// The epoch of the last refresh of them; at first that of the launch.
	pub refreshed: u32,
	/// What became of it, once it has graduated.
	pub graduation: Option<Graduation>,
}

/// What a curve became.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Graduation {
	/// The epoch of it. Locked claims are released in the epochs after it.
	pub epoch: u32,
	/// Tokens that were minted for the pool.
	pub tokens: Balance,
	/// Shares of the pool that the account of the curve got, and keeps for good.
	pub shares: Balance,
	/// What was paid of each locked claim, in the order of the claims.
	pub paid: BoundedVec<Balance, ConstU32<MAX_CLAIMS>>,
}

impl Graduation {
	/// `min(amount, emission * epochs since the graduation)`: what is released of a claim.
	pub(crate) fn released(&self, amount: Balance, emission: Balance, epoch: u32) -> Balance {
		let epochs = Balance::from(epoch.saturating_sub(self.epoch));
		emission.saturating_mul(epochs).min(amount)
	}

	pub(crate) fn paid_mut(&mut self, index: u32) -> Option<&mut Balance> {
		self.paid.get_mut(usize::try_from(index).ok()?)
	}

	/// Tokens that came into being with and after the graduation.
	pub(crate) fn minted(&self) -> Result<Balance, MathError> {
		let sum = self.paid.iter().try_fold(self.tokens, |sum, paid| sum.checked_add(*paid));
		sum.ok_or(MathError::Overflow)
	}
}

impl<AccountId> CurveRecord<AccountId> {
	/// `s`: what was bought from the curve and not sold back.
	pub fn supply(&self) -> Result<Balance, MathError> {
		self.bought.checked_sub(self.sold).ok_or(MathError::Overflow)
	}

	/// Tokens that are not destroyed, those of the creator that are not released among them.
	pub fn outstanding(&self) -> Result<Balance, MathError> {
		self.supply()?.checked_sub(self.destroyed).ok_or(MathError::Overflow)
	}

	/// Tokens of the creator that are not released.
	pub fn unreleased(&self) -> Result<Balance, MathError> {
		self.initial.checked_sub(self.released).ok_or(MathError::Overflow)
	}

	/// What can still come into being beside the locked claims, the tokens of the pool included until there is one.
	pub fn room(&self) -> Result<Balance, MathError> {
		let pool = self.graduation.as_ref().map_or(0, |graduation| graduation.tokens);
		let taken = [self.locked, pool].into_iter().try_fold(self.supply()?, Balance::checked_add);
		let left = taken.and_then(|taken| self.curve.parameters().max_supply.checked_sub(taken));
		left.ok_or(MathError::Overflow)
	}

	/// Puts what a purchase is worth into the reserve.
	pub(crate) fn pay_in(&mut self, value: Balance) -> Result<(), MathError> {
		self.paid_in = self.paid_in.checked_add(value).ok_or(MathError::Overflow)?;
		self.reserve = self.reserve.checked_add(value).ok_or(MathError::Overflow)?;
		Ok(())
	}

	/// Takes what a sale is worth, or what becomes a pool, out of the reserve.
	pub(crate) fn pay_out(&mut self, value: Balance) -> Result<(), MathError> {
		self.paid_out = self.paid_out.checked_add(value).ok_or(MathError::Overflow)?;
		self.reserve = self.reserve.checked_sub(value).ok_or(MathError::Overflow)?;
		Ok(())
	}

	/// Whether at such a supply, reserve and price there is room for the locked claims and the pool.
	pub(crate) fn has_room(&self, supply: Balance, reserve: Balance, price: u128) -> bool {
		let pool = graduation_tokens_floor(reserve, price).ok();
		pool.is_some_and(|pool| fits([supply, pool, self.locked], self.curve.parameters().max_supply))
	}

	/// What the creator has on hold as a stake.
	pub fn bond(&self) -> Balance {
		if self.state == CurveState::Graduated {
			0
		} else {
			self.terms.bond
		}
	}

	/// `M` now.
	pub fn multiplier(&self) -> Result<Multiplier, MathError> {
		self.terms.multiplier(self.metrics)
	}

	/// What the account of the curve owes: its endowment and each ledger.
	pub fn owed(&self) -> Option<Balance> {
		[self.reserve, self.fees, self.premium].into_iter().try_fold(self.endowment, Balance::checked_add)
	}
}

/// A sum of each of the last three epochs.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct EpochSums {
	/// The epoch of the first sum.
	pub epoch: u32,
	/// The sum of that epoch, of the one before it, and of the one before that.
	pub sums: [Balance; 3],
}

impl EpochSums {
	/// The sums as they are in an epoch: of it, of the one before it, and of the one before that.
	pub fn at(&self, epoch: u32) -> [Balance; 3] {
		let [running, last, before] = self.sums;
		match epoch.checked_sub(self.epoch) {
			Some(0) => [running, last, before],
			Some(1) => [0, running, last],
			Some(2) => [0, 0, running],
			_ => [0; 3],
		}
	}

	/// Adds to the sum of an epoch.
	pub(crate) fn add(&mut self, epoch: u32, amount: Balance) -> Result<(), MathError> {
		let [running, last, before] = self.at(epoch);
		let running = running.checked_add(amount).ok_or(MathError::Overflow)?;
		*self = Self { epoch, sums: [running, last, before] };
		Ok(())
	}
}

/// A model's tokens, what their trades brought the protocol, and what its jobs say of it. Shares are parts per million.
#[derive(
	Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ModelMarket {
	/// How many curves were launched.
	pub launches: u32,
	/// The one that exists.
	pub token: Option<TokenId>,
	/// What the protocol kept of its trades' fees, burned or in the treasury, by the epoch of the settlement.
	pub kept: EpochSums,
	/// What the protocol kept of its answers' fees, burned or in the treasury.
	pub answered: EpochSums,
	/// The last versions that were measured since the first launch and are not rolled back, in the order of their ids. Measured are
	/// the verified versions that serve, of training that the model's owner or its escrow bought.
	pub measured: BoundedVec<Measurement, ConstU32<MAX_MEASUREMENTS>>,
}

/// What a training says of the version that it made. Parts per million.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Measurement {
	/// The version.
	pub version: VersionId,
	/// Held-out rows that it classifies correctly.
	pub accuracy: u32,
	/// The share of the errors of the version that was measured before it that it does not make; `None` where there were none, or
	/// no version.
	pub improvement: Option<u32>,
}

impl ModelMarket {
	/// What the last of them says: the one that counts.
	pub fn measurement(&self) -> Option<Measurement> {
		self.measured.last().copied()
	}

	/// Versions newer than one were rolled back. Whether any of them was measured.
	pub(crate) fn undo_after(&mut self, version: VersionId) -> bool {
		let before = self.measured.len();
		self.measured.retain(|one| one.version <= version);
		self.measured.len() < before
	}

	/// A version was measured. Of more than [`MAX_MEASUREMENTS`] the oldest is forgotten.
	pub(crate) fn trained(&mut self, version: VersionId, accuracy: u32) -> Measurement {
		let accuracy = accuracy.min(PPM);
		let errors = self.measurement().map(|before| PPM.saturating_sub(before.accuracy));
		let left = PPM.saturating_sub(accuracy);
		let improvement = errors
			.and_then(|errors| capped_share_floor(errors.saturating_sub(left).into(), errors.into()).ok());
		let measurement = Measurement { version, accuracy, improvement };
		if self.measured.is_full() {
			self.measured.remove(0);
		}
		// There is room now.
		let _ = self.measured.try_push(measurement);
		measurement
	}

	/// `m_1` to `m_4`: accuracy and improvement of the last version, what answers brought in the epoch before this one as a
	/// share of a reference, and by how much more that is than in the epoch before it, as a share of what it was then and at
	/// least of a twentieth of the reference: twice nothing is nothing.
	pub(crate) fn metrics(&self, epoch: u32, reference: Balance) -> [Option<u32>; METRICS] {
		let [_, last, before] = self.answered.at(epoch);
		let adoption = capped_share_floor(last, reference).ok().filter(|_| last > 0);
		let least = reference.checked_div(GROWTH_PARTS).unwrap_or_default();
		let growth = capped_share_floor(last.saturating_sub(before), before.max(least)).ok();
		let growth = growth.filter(|_| last > 0 || before > 0);
		let measurement = self.measurement();
		let accuracy = measurement.map(|last| last.accuracy);
		let improvement = measurement.and_then(|last| last.improvement);
		[accuracy, adoption, improvement, growth]
	}
}

/// Who gets the fees of trades, in parts per million. The treasury gets the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct TradeShares {
	/// The creator of the curve.
	pub creator: u32,
	/// Burned.
	pub burn: u32,
}

/// Fees, divided. The parts sum to them exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TradeParts {
	/// To the creator.
	pub creator: Balance,
	/// Burned.
	pub burned: Balance,
	/// To the treasury, what rounding leaves included.
	pub treasury: Balance,
}

impl TradeShares {
	/// Whether they are at most a whole.
	pub fn is_valid(&self) -> bool {
		self.creator.checked_add(self.burn).is_some_and(|sum| sum <= PPM)
	}

	/// Divides fees: creator and burn by floor, the treasury gets what is left. Domain: valid shares.
	pub fn divide(&self, fees: Balance) -> Result<TradeParts, MathError> {
		let creator = share_floor(fees, self.creator)?;
		let burned = share_floor(fees, self.burn)?;
		let rest = fees.checked_sub(creator).and_then(|rest| rest.checked_sub(burned));
		Ok(TradeParts { creator, burned, treasury: rest.ok_or(MathError::OutOfDomain)? })
	}
}

/// Why a metric counts what it counts after a refresh.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum MetricCause {
	/// It was measured.
	#[codec(index = 0)]
	Measured,
	/// It was measured farther away than an epoch may move it.
	#[codec(index = 1)]
	Limited,
	/// It is below the paper's range, and falls to zero.
	#[codec(index = 2)]
	BelowRange,
	/// Nothing was measured, and it falls to zero.
	#[codec(index = 3)]
	Unmeasured,
}

/// What a paid job says of its model's success.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum MetricSource {
	/// The job made a version for the model's owner or its escrow, which counts for accuracy and improvement until the next one, or
	/// until it is rolled back.
	#[codec(index = 0)]
	Version(Measurement),
	/// The job was an answer, which counts for adoption and growth in the two epochs after it.
	#[codec(index = 1)]
	Answer {
		/// The epoch of its payment.
		epoch: u32,
		/// What the protocol kept of its fee.
		kept: Balance,
	},
}

/// How a refresh changed one metric, in parts per million.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct MetricChange {
	/// What it counted.
	pub old: u32,
	/// What it counts.
	pub new: u32,
	/// What was measured, if anything.
	pub measured: Option<u32>,
	/// Why.
	pub cause: MetricCause,
}

/// What a trade would move now. Amounts are base units, prices units of `10^-18`.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Quote {
	/// Tokens that are bought or sold.
	pub amount: Balance,
	/// The integral: what a purchase adds to the reserve, or a sale takes out of it.
	pub value: Balance,
	/// What a buyer pays above it for the model's success; zero for a sale.
	pub premium: Balance,
	/// The fee.
	pub fee: Balance,
	/// What a buyer pays in all, or a seller gets.
	pub total: Balance,
	/// Tokens that a sale destroys.
	pub destroyed: Balance,
	/// The price before.
	pub price_before: u128,
	/// The price after.
	pub price_after: u128,
	/// How far the price moves, in parts per million of the price before, rounded up.
	pub impact: u32,
	/// What to send as `max_in`, or as `min_out`, if the price may slip by so much.
	pub limit: Balance,
}
