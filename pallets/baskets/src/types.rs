//! What this pallet stores, and what a basket is made from.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_math::{
	basket::Holding,
	fee::{mul_div_ceil, mul_div_floor, share_floor},
	fixed::ATTO,
	MathError,
};
use engram_primitives::{
	units::{Balance, PPM},
	TokenId,
};
use frame_support::pallet_prelude::ConstU32;
use scale_info::TypeInfo;
use sp_runtime::BoundedVec;

/// Fewest tokens of a basket.
pub const MIN_CONSTITUENTS: u32 = 2;

/// Most tokens of a basket.
pub const MAX_CONSTITUENTS: u32 = 8;

/// What a new basket is made from.
pub type Components = BoundedVec<Component, ConstU32<MAX_CONSTITUENTS>>;

/// The tokens of a basket and what its books say of them.
pub type Constituents = BoundedVec<Constituent, ConstU32<MAX_CONSTITUENTS>>;

/// The targets of a basket's tokens, in their order, in parts per million.
pub type Targets = BoundedVec<u32, ConstU32<MAX_CONSTITUENTS>>;

/// An amount of each of a basket's tokens, in their order, and as the last one of native coins.
pub type Amounts = BoundedVec<Balance, ConstU32<{ MAX_CONSTITUENTS + 1 }>>;

/// The noted prices of a basket's tokens, in their order; zero of a token that traded nowhere.
pub type Prices = BoundedVec<u128, ConstU32<MAX_CONSTITUENTS>>;

/// One token of a new basket.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Component {
	/// The token.
	pub token: TokenId,
	/// `v_j`: what a whole share begins with, in base units of the token, above zero.
	pub per_share: Balance,
	/// Its part of the value that rebalancing aims at, in parts per million.
	pub target: u32,
}

/// What the creation of a basket fixes. In parts per million.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Terms {
	/// `A`: what is kept of the shares that are minted or redeemed.
	pub trading_fee: u32,
	/// `C`: what who rebalances gets of what is spent on tokens.
	pub rebalancing_fee: u32,
	/// How much less than its value an order of a rebalancing may bring.
	pub slippage: u32,
	/// How much more than its price the basket pays for a token, before fees, for the success of its model.
	pub most_premium: u32,
}

/// Between what limits terms are accepted. In parts per million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, TypeInfo)]
pub struct Bounds {
	/// The largest trading fee.
	pub most_trading_fee: u32,
	/// The largest rebalancing fee.
	pub most_rebalancing_fee: u32,
	/// The least and the largest slippage.
	pub slippage: (u32, u32),
	/// The largest premium that a basket may pay.
	pub most_premium: u32,
}

impl Bounds {
	/// Whether some terms can satisfy them.
	pub fn is_valid(&self) -> bool {
		self.most_trading_fee < PPM
			&& self.most_rebalancing_fee <= PPM
			&& self.slippage.0 <= self.slippage.1
			&& self.slippage.1 < PPM
			&& self.most_premium <= PPM
	}

	/// Whether these terms satisfy them.
	pub fn allow(&self, terms: &Terms) -> bool {
		terms.trading_fee <= self.most_trading_fee
			&& terms.rebalancing_fee <= self.most_rebalancing_fee
			&& (self.slippage.0..=self.slippage.1).contains(&terms.slippage)
			&& terms.most_premium <= self.most_premium
	}
}

/// Who gets what of the fees, in parts per million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, TypeInfo)]
pub struct FeeShares {
	/// The governor's part of trading fees; the treasury gets the rest.
	pub governor: u32,
	/// The part of creation fees that is burned; the treasury gets the rest.
	pub burn: u32,
}

impl FeeShares {
	/// Whether each is at most a whole.
	pub fn is_valid(&self) -> bool {
		self.governor <= PPM && self.burn <= PPM
	}
}

/// What a basket's books say of one token, or of coins.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Book {
	/// What belongs to the shares, in base units.
	pub held: Balance,
	/// What redeemers left and have not collected, in base units.
	pub owed: Balance,
}

impl Book {
	/// What the account must have for it.
	pub fn sum(&self) -> Option<Balance> {
		self.held.checked_add(self.owed)
	}
}

/// What a redeemer could not be paid of one token, or of coins.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ClaimRecord {
	/// How much, in base units.
	pub amount: Balance,
	/// What the redeemer has on hold for the storage of it. Nothing of the treasury, which the basket's deposit covers.
	pub deposit: Balance,
}

/// One token of a basket.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Constituent {
	/// The token.
	pub token: TokenId,
	/// `v_j`: what a whole share begins with, in base units of the token.
	pub per_share: Balance,
	/// Its part of the value that rebalancing aims at, in parts per million.
	pub target: u32,
	/// What the books say of it.
	pub book: Book,
	/// What its prices were when prices were noted. `None` while no prices are.
	pub noted: Option<Noted>,
}

impl Constituent {
	/// Notes a price, and the asking price that the basket accepts, beside those that are noted.
	pub(crate) fn note(&mut self, price: u128, asking: u128) {
		let noted = self.noted.unwrap_or(Noted { asking, high: price });
		self.noted = Some(Noted { asking: noted.asking.min(asking), high: noted.high.max(price) });
	}
}

/// The strictest of what a token cost whenever prices were noted, in coins per token and units of `10^-18`.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Noted {
	/// The lowest asking price that the basket accepted, by which purchases are judged; zero where the token once traded nowhere.
	pub asking: u128,
	/// The highest price, by which sales are judged.
	pub high: u128,
}

impl From<&Component> for Constituent {
	fn from(component: &Component) -> Self {
		let Component { token, per_share, target } = *component;
		Self { token, per_share, target, book: Book::default(), noted: None }
	}
}

/// Shares of fees that nobody has yet.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct BookedFees {
	/// The governor's, in base units of shares.
	pub governor: Balance,
	/// The treasury's, in base units of shares.
	pub treasury: Balance,
}

/// Where a basket stands.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum BasketState {
	/// Shares can be minted.
	#[codec(index = 0)]
	Open,
	/// It had no shares and was given up; what others left at the shares' asset is being removed.
	#[codec(index = 1)]
	Closing,
}

/// A basket. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct BasketRecord<AccountId> {
	/// Who created it, and has its deposit on hold.
	pub creator: AccountId,
	/// Who sets its targets, and gets a part of its trading fees.
	pub governor: AccountId,
	/// Where it stands.
	pub state: BasketState,
	/// What its creation fixed.
	pub terms: Terms,
	/// Its tokens.
	pub constituents: Constituents,
	/// Coins that sales brought and that are not spent yet.
	pub cash: Book,
	/// All shares, those of fees that nobody has yet among them.
	pub shares: Balance,
	/// Those of fees that nobody has yet.
	pub fees: BookedFees,
	/// What its account needs to exist and to have its tokens.
	pub endowment: Balance,
	/// What the creator has on hold for the storage of it.
	pub deposit: Balance,
	/// The block of the last rebalancing.
	pub rebalanced: Option<u32>,
	/// The block in which the prices of the next one were noted first.
	pub noted: Option<u32>,
	/// The block in which its targets were set last. `None` while they are those of the creation.
	pub targets_at: Option<u32>,
}

/// What belongs to coins or to a token: coins are `None`.
pub type Asset = Option<TokenId>;

impl<AccountId> BasketRecord<AccountId> {
	/// What the books say of each token, and as the last one of coins.
	pub fn books(&self) -> impl Iterator<Item = (Asset, &Book)> {
		let tokens = self.constituents.iter().map(|one| (Some(one.token), &one.book));
		tokens.chain([(None, &self.cash)])
	}

	/// The same, to be written.
	pub(crate) fn books_mut(&mut self) -> impl Iterator<Item = (Asset, &mut Book)> {
		let tokens = self.constituents.iter_mut().map(|one| (Some(one.token), &mut one.book));
		tokens.chain([(None, &mut self.cash)])
	}

	/// What the mathematics knows of each token, at a price and for a target, and as the last one of coins, which cost one coin
	/// and of which there should be none.
	pub(crate) fn holdings(&self, of: impl Fn(&Constituent) -> (u128, u32)) -> Vec<Holding> {
		let token = |one: &Constituent| {
			let (price, target) = of(one);
			Holding { per_share: one.per_share, held: one.book.held, price, target }
		};
		let coins = Holding { per_share: 0, held: self.cash.held, price: ATTO, target: 0 };
		self.constituents.iter().map(token).chain([coins]).collect()
	}

	/// What the mathematics knows where no price matters.
	pub(crate) fn unpriced(&self) -> Vec<Holding> {
		self.holdings(|one| (0, one.target))
	}

	/// The fee of minting or redeeming so many shares, rounded up.
	pub(crate) fn trading_fee_ceil(&self, shares: Balance) -> Result<Balance, MathError> {
		mul_div_ceil(shares, self.terms.trading_fee.into(), PPM.into())
	}

	/// Divides a fee: the governor's part by floor, the treasury gets what is left.
	pub(crate) fn book_fee(&mut self, fee: Balance, governor: u32) -> Result<(), MathError> {
		let governors = share_floor(fee, governor)?;
		let rest = fee.checked_sub(governors).ok_or(MathError::OutOfDomain)?;
		self.fees.governor = add(self.fees.governor, governors)?;
		self.fees.treasury = add(self.fees.treasury, rest)?;
		Ok(())
	}

	/// Other prices have to be noted before anything is traded.
	pub(crate) fn forget_prices(&mut self) {
		self.noted = None;
		for one in &mut self.constituents {
			one.noted = None;
		}
	}

	/// Shares that somebody has.
	pub fn issued(&self) -> Option<Balance> {
		self.shares.checked_sub(self.fees.governor)?.checked_sub(self.fees.treasury)
	}
}

/// The targets of those tokens that have a price, so that they are a whole: each by floor, the first of them that is aimed at
/// gets what is left. `None` where nothing that has a price is aimed at.
pub(crate) fn spread(targets: &[(u32, bool)]) -> Option<Vec<u32>> {
	let priced = |(target, priced): &(u32, bool)| if *priced { *target } else { 0 };
	let sum = targets.iter().map(priced).try_fold(0u32, u32::checked_add).filter(|sum| *sum > 0)?;
	let part = |one| {
		let part = mul_div_floor(u128::from(priced(one)), PPM.into(), sum.into()).ok()?;
		u32::try_from(part).ok()
	};
	let mut spread = targets.iter().map(part).collect::<Option<Vec<_>>>()?;
	let left = spread.iter().try_fold(PPM, |left, part| left.checked_sub(*part))?;
	let first = spread.iter_mut().find(|part| **part > 0)?;
	*first = first.checked_add(left)?;
	Some(spread)
}

/// `min(asked, price + floor(price * most_premium))`: the asking price by which a purchase is judged at most.
pub(crate) fn accepted_floor(price: u128, asked: u128, most_premium: u32) -> Result<u128, MathError> {
	let above = mul_div_floor(price, most_premium.into(), PPM.into())?;
	// What does not fit is above every price.
	Ok(price.checked_add(above).map_or(asked, |most| asked.min(most)))
}

/// The least that selling `amount` at a price may bring: its value less the slippage, each rounded up.
pub(crate) fn least_proceeds_ceil(amount: Balance, price: u128, slippage: u32) -> Result<Balance, MathError> {
	less_ceil(mul_div_ceil(amount, price, ATTO)?, slippage)
}

/// The least that spending `pay` at a price may buy: what it would buy at that price less the slippage, each rounded up.
pub(crate) fn least_bought_ceil(pay: Balance, price: u128, slippage: u32) -> Result<Balance, MathError> {
	less_ceil(mul_div_ceil(pay, ATTO, price)?, slippage)
}

fn less_ceil(whole: Balance, slippage: u32) -> Result<Balance, MathError> {
	let left = PPM.checked_sub(slippage).ok_or(MathError::OutOfDomain)?;
	mul_div_ceil(whole, left.into(), PPM.into())
}

/// A sum that must fit.
pub(crate) fn add(sum: Balance, amount: Balance) -> Result<Balance, MathError> {
	sum.checked_add(amount).ok_or(MathError::Overflow)
}

/// A difference that must not be below zero.
pub(crate) fn sub(sum: Balance, amount: Balance) -> Result<Balance, MathError> {
	sum.checked_sub(amount).ok_or(MathError::Overflow)
}

/// What minting or redeeming would move now. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Quote {
	/// Shares that the minter gets, or that are redeemed of those which the redeemer gives.
	pub shares: Balance,
	/// Shares of the fee.
	pub fee: Balance,
	/// What the minter pays, or the redeemer gets.
	pub amounts: Amounts,
}

/// What came of paying for shares. Amounts are base units.
pub(crate) struct Payout {
	/// What was paid of each token, and of coins.
	pub(crate) paid: Amounts,
	/// What is owed from now on.
	pub(crate) left: Amounts,
	/// The deposits of what nothing was owed of before.
	pub(crate) deposit: Balance,
}

/// What a rebalancing would do with a token now. Amounts are base units.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Plan {
	/// Nothing.
	#[codec(index = 0)]
	Keep,
	/// Sell it.
	#[codec(index = 1)]
	Sell {
		/// How much of it.
		amount: Balance,
		/// For at least so many coins.
		least: Balance,
	},
	/// Buy it.
	#[codec(index = 2)]
	Buy {
		/// For so many coins.
		pay: Balance,
		/// At least so much of it.
		least: Balance,
	},
}

/// When a basket can be rebalanced. Blocks.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Schedule {
	/// The first block in which prices can be noted; one that is over while they can be.
	pub note: u32,
	/// The first and the last block in which it can be rebalanced at the noted prices.
	pub rebalance: Option<(u32, u32)>,
}

/// What a rebalancing did. Amounts are base units of coins.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Outcome {
	/// What sales brought.
	pub proceeds: Balance,
	/// What was spent on tokens.
	pub spent: Balance,
	/// What who rebalanced got.
	pub fee: Balance,
	/// What waits to be spent.
	pub cash: Balance,
	/// Orders that were carried out, in full or in part.
	pub done: u32,
	/// Orders that no market took.
	pub skipped: u32,
}
