#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![allow(missing_debug_implementations, reason = "FRAME generates types without it")]
#![cfg_attr(
	test,
	allow(
		clippy::needless_pass_by_value,
		clippy::print_stdout,
		clippy::redundant_clone,
		reason = "tests print what they measure and need not be thrifty"
	)
)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::unwrap_used,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::float_arithmetic,
		clippy::as_conversions
	)
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod impls;
#[cfg(test)]
mod mock;
mod rebalancing;
mod settlement;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
mod types;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

/// A basket of a runtime.
pub type BasketRecordOf<T> = BasketRecord<<T as frame_system::Config>::AccountId>;

#[allow(
	clippy::as_conversions,
	clippy::expect_used,
	clippy::large_enum_variant,
	clippy::needless_pass_by_value,
	reason = "the pallet macros emit the first two; calls and view functions take what they are sent"
)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use engram_math::basket::{share_value_floor, value_floor};
	use engram_primitives::{
		economy::Burns,
		label::{Label, Symbol},
		market::TokenMarket,
		units::Balance,
		TokenId, FIRST_BASKET_TOKEN,
	};
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{self, hold},
			fungibles::{self, metadata},
			AccountTouch,
		},
		PalletId,
	};
	use frame_system::pallet_prelude::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The native token.
		type Currency: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ hold::Mutate<Self::AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;

		/// The models' tokens and the shares. Nobody else may create assets from [`FIRST_BASKET_TOKEN`] on, and no holder may
		/// destroy shares: a runtime over pallet-assets refuses its `refund` with `allow_burn`.
		type Tokens: fungibles::Create<Self::AccountId, AssetId = u32, Balance = Balance>
			+ fungibles::Mutate<Self::AccountId>
			+ fungibles::Destroy<Self::AccountId>
			+ fungibles::Refund<Self::AccountId, AssetId = u32>
			+ AccountTouch<u32, Self::AccountId, Balance = Balance>
			+ metadata::Mutate<Self::AccountId>
			+ metadata::MetadataDeposit<Balance>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Where the models' tokens trade. An order that it refuses is skipped.
		type Market: TokenMarket<Self::AccountId>;

		/// Told of the burned part of creation fees.
		type Burns: Burns;

		/// Takes its part of fees and what strangers sent to a basket. The account must exist.
		type Treasury: Get<Self::AccountId>;

		/// The account of each basket is derived from it. Changing it later strands them all.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Between what limits terms are accepted. Changing them later concerns new baskets only.
		#[pallet::constant]
		type Bounds: Get<Bounds>;

		/// Who gets the fees, each at most `10^6`. Changing it later concerns later fees only.
		#[pallet::constant]
		type FeeShares: Get<FeeShares>;

		/// `B`: what creating a basket costs, in base units. Changing it later concerns new baskets only.
		#[pallet::constant]
		type CreationFee: Get<Balance>;

		/// Blocks from one rebalancing, or from new targets, until prices are noted for the next one, above zero. It is how long
		/// holders have to leave when targets change. Lowering it later shortens that for all baskets at once.
		#[pallet::constant]
		type RebalancePeriod: Get<u32>;

		/// How many blocks the first noted prices must be old before a basket is rebalanced at them, above zero. Until then anybody
		/// can note others beside them.
		#[pallet::constant]
		type PriceAge: Get<u32>;

		/// For how many blocks after that they can be used, above zero. In the second half of these smaller parts of orders are
		/// tried too.
		#[pallet::constant]
		type PriceLife: Get<u32>;

		/// Fixed part of a deposit for a row of storage, be it a basket or a claim, in base units. Changing it later concerns new
		/// rows only.
		#[pallet::constant]
		type DepositBase: Get<Balance>;

		/// Part of such a deposit per byte of the row, in base units. Changing it later concerns new rows only.
		#[pallet::constant]
		type DepositPerByte: Get<Balance>;

		/// How many empty accounts, and how many approvals, a `close` removes of the shares' asset, at least 1.
		#[pallet::constant]
		type CloseLimit: Get<u32>;

		/// Sets up what other pallets hold.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::benchmarking::BenchmarkHelper<Self::AccountId>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The storage of a basket, from `create` to `close`.
		#[codec(index = 0)]
		BasketDeposit,
		/// The storage of what a redeemer is owed, from `redeem` to `collect`.
		#[codec(index = 1)]
		ClaimDeposit,
	}

	/// The shares of the first basket.
	#[pallet::type_value]
	pub fn FirstBasket() -> TokenId {
		FIRST_BASKET_TOKEN
	}

	/// The id of the next basket, which is that of its shares.
	#[pallet::storage]
	pub type NextBasket<T: Config> = StorageValue<_, TokenId, ValueQuery, FirstBasket>;

	/// The baskets. Paid for by the creator's deposit; removed by `close`.
	// Twox64: ids are our own counter.
	#[pallet::storage]
	pub type Baskets<T: Config> = StorageMap<_, Twox64Concat, TokenId, BasketRecordOf<T>>;

	/// What redeemers could not be paid yet, by basket, account and asset. Paid for by the redeemer's deposit, those of the treasury
	/// by the basket's; removed when it is collected.
	// Twox64: ids of baskets are our own counter, those of assets another pallet's. Blake2: anybody chooses an account.
	#[pallet::storage]
	pub type Claims<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, TokenId>,
			NMapKey<Blake2_128Concat, T::AccountId>,
			NMapKey<Twox64Concat, Asset>,
		),
		ClaimRecord,
	>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// There is a basket, of which shares can be minted from now on.
		BasketCreated {
			/// Who created it, and governs it.
			creator: T::AccountId,
			/// The basket.
			basket: TokenId,
			/// What it is made from.
			components: Components,
			/// The fee.
			fee: Balance,
			/// How much of it was burned; the treasury got the rest.
			burned: Balance,
			/// What is on hold for the storage of it, and of what may be owed to the treasury.
			deposit: Balance,
		},
		/// Shares were minted.
		SharesMinted {
			/// Who got them.
			who: T::AccountId,
			/// The basket.
			basket: TokenId,
			/// How many the minter got.
			shares: Balance,
			/// Shares of the fee.
			fee: Balance,
			/// What the minter paid of each token, and of coins.
			paid: Amounts,
		},
		/// Shares were redeemed.
		SharesRedeemed {
			/// Who had them.
			who: T::AccountId,
			/// The basket.
			basket: TokenId,
			/// How many were redeemed.
			shares: Balance,
			/// Shares of the fee, which the redeemer gave beside them.
			fee: Balance,
			/// What the redeemer got of each token, and of coins.
			paid: Amounts,
			/// What could not be paid and waits to be collected.
			left: Amounts,
			/// What went on hold for the storage of that.
			deposit: Balance,
		},
		/// What could not be paid before was paid.
		Collected {
			/// Who got it.
			who: T::AccountId,
			/// The basket.
			basket: TokenId,
			/// A token, or coins.
			asset: Asset,
			/// How much.
			amount: Balance,
			/// The deposit that was released.
			deposit: Balance,
		},
		/// The governor set what a basket aims at, in parts per million.
		TargetsUpdated {
			/// The basket.
			basket: TokenId,
			/// The targets before.
			old: Targets,
			/// The targets from the next rebalancing on.
			new: Targets,
		},
		/// A basket has another governor.
		GovernorUpdated {
			/// The basket.
			basket: TokenId,
			/// Who governed it.
			old: T::AccountId,
			/// Who governs it from now on.
			new: T::AccountId,
		},
		/// The prices of a basket's tokens were noted for its next rebalancing.
		PricesNoted {
			/// The basket.
			basket: TokenId,
			/// The prices of now, in coins per token and units of `10^-18`; zero of a token that trades nowhere. Those that were
			/// noted before and are ageing count too.
			prices: Prices,
			/// The prices that buyers pay now, with what they are charged for the success of a model; zero likewise.
			asking: Prices,
			/// The first block in which it can be rebalanced.
			from: u32,
			/// The last one.
			until: u32,
		},
		/// A basket was rebalanced.
		Rebalanced {
			/// Who did it, and got the fee.
			who: T::AccountId,
			/// The basket.
			basket: TokenId,
			/// What it did.
			outcome: Outcome,
		},
		/// Shares of fees went where they belong, and so did gifts.
		FeesSettled {
			/// The basket.
			basket: TokenId,
			/// Shares that the governor got.
			governor: Balance,
			/// Shares that were redeemed for the treasury.
			treasury: Balance,
			/// What the treasury got for them of each token, and of coins.
			paid: Amounts,
			/// What could not be paid and waits to be collected.
			left: Amounts,
			/// What strangers had sent to the basket, which the treasury got too.
			gifts: Amounts,
		},
		/// A basket without shares was given up; what others left at its shares' asset is being removed. Call `close` again.
		BasketClosing {
			/// The basket.
			basket: TokenId,
		},
		/// A basket is gone.
		BasketClosed {
			/// Who had created it.
			creator: T::AccountId,
			/// The basket.
			basket: TokenId,
			/// The deposit that was released.
			deposit: Balance,
			/// What strangers had sent to it, which the treasury got.
			gifts: Amounts,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The name is refused: give 1 to 64 bytes of printable UTF-8, with no space at either end.
		InvalidName,
		/// The symbol is refused: give 2 to 12 capital letters and digits, a letter first.
		InvalidSymbol,
		/// A fee, the slippage or the premium is out of bounds. Stay within the constant `bounds` of `baskets`.
		TermsOutOfBounds,
		/// A basket has at least two tokens. Name another one.
		TooFewTokens,
		/// A share begins with something of each token. Give a `per_share` above zero for each.
		NothingPerShare,
		/// Baskets are made from tokens of models only, not from other baskets. Name tokens that were launched on curves.
		NotAModelToken,
		/// The token trades nowhere. Choose one of which the view `price` of `curves` tells a price.
		NotTraded,
		/// A basket has each token once. Name it once, with the sum of its parts.
		TokenTwice,
		/// The targets, in parts per million, do not sum to 1,000,000. Change them until they do.
		TargetsNotWhole,
		/// No basket has this id. The event `BasketCreated` tells the id of a new one.
		UnknownBasket,
		/// The basket is being closed: nobody has shares of it any more. Choose another one.
		NotOpen,
		/// Only the governor may do that; its creator may close it too. The view `basket` names both.
		NotGovernor,
		/// The block of the deadline is over: ask for a new quote and send a later deadline.
		DeadlinePassed,
		/// Amounts or targets are one for each token of the basket, in its order; amounts have one more, of coins. The view
		/// `basket` lists the tokens.
		WrongLength,
		/// So few shares are nothing after the fee. Mint more.
		NothingToMint,
		/// So few shares are nothing after the fee. Redeem more.
		NothingToRedeem,
		/// You have fewer shares than that. Redeem at most those you have.
		NotEnoughShares,
		/// It would cost more than you are ready to pay: ask for a new quote.
		AboveMaxIn,
		/// You would get less than you asked for: ask for a new quote.
		BelowMinOut,
		/// Nothing of this is owed to that account. The view `claim` tells what is.
		NothingOwed,
		/// The basket has no shares, nothing to trade, or no market takes any of its orders. Try again when the view `orders`
		/// lists some that markets can take, or in the second half of the blocks that the view `next_rebalance` tells, when
		/// smaller parts of them are tried.
		NothingToRebalance,
		/// It is too early for that: try again in the block that the view `next_rebalance` tells.
		TooEarly,
		/// No prices are noted: call `note_prices` first.
		NoPrices,
		/// The noted prices are too old: note new ones with `note_prices`.
		PricesTooOld,
		/// A market took or brought another amount than it was asked for. The order is left out: the market needs a fix.
		MarketUnfair,
		/// No fees are owed, or nobody can get them, and there are no gifts. Settle again after shares were minted or redeemed.
		NothingToSettle,
		/// There are shares, be it those of fees: redeem and settle first.
		SharesExist,
		/// Something is still to be collected: call `collect` for those who are owed it first.
		ClaimsExist,
		/// A token cannot be paid to you now, and you lack the deposit for what you would be owed: have as many coins as the view
		/// `claim_deposit` tells, for each such token, and redeem again.
		NoClaimDeposit,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::Bounds::get().is_valid(), "no terms are within `Bounds`");
			assert!(T::FeeShares::get().is_valid(), "`FeeShares` must be at most one million each");
			assert!(
				T::RebalancePeriod::get() > 0 && T::PriceAge::get() > 0 && T::PriceLife::get() > 0,
				"rebalancing takes its time"
			);
			assert!(T::CloseLimit::get() > 0, "a basket must be able to close");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Creates a basket of tokens of models, governed by who creates it.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody.
		///
		/// ## Details
		/// Tokens and terms can never be changed; targets can. The creator pays the creation fee, and what the account of the
		/// basket needs to have its tokens; a deposit goes on hold. There are no shares until somebody mints some.
		///
		/// Emits [`Event::BasketCreated`].
		#[pallet::call_index(0)]
		pub fn create(
			origin: OriginFor<T>,
			name: Label,
			symbol: Symbol,
			components: Components,
			terms: Terms,
		) -> DispatchResult {
			let creator = ensure_signed(origin)?;
			Self::do_create(creator, name, symbol, components, terms)
		}

		/// Mints shares in kind, for at most `max_in` of each token and of coins, up to and including block `deadline`.
		///
		/// ## Dispatch Origin
		/// Signed, by the minter.
		///
		/// ## Details
		/// `shares` are minted, and the minter gets them less the fee, which is in shares. Their price is the same part of
		/// everything that the basket holds, or of the first shares what a share begins with, rounded up. Coins are a part of it
		/// while a rebalancing has left some.
		///
		/// Emits [`Event::SharesMinted`].
		#[pallet::call_index(1)]
		pub fn mint(
			origin: OriginFor<T>,
			basket: TokenId,
			#[pallet::compact] shares: Balance,
			max_in: Amounts,
			deadline: BlockNumberFor<T>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_mint(who, basket, shares, &max_in, deadline)
		}

		/// Redeems shares in kind, for at least `min_out` of each token and of coins, up to and including block `deadline`.
		///
		/// ## Dispatch Origin
		/// Signed, by the redeemer.
		///
		/// ## Details
		/// `shares` are given, and what is left of them after the fee is redeemed: the same part of everything that the basket
		/// holds, rounded down. What cannot be paid now is owed, and stops nothing else; call `collect` for it later. Until then a
		/// deposit is on hold for each token of which nothing was owed before.
		///
		/// Emits [`Event::SharesRedeemed`].
		#[pallet::call_index(2)]
		pub fn redeem(
			origin: OriginFor<T>,
			basket: TokenId,
			#[pallet::compact] shares: Balance,
			min_out: Amounts,
			deadline: BlockNumberFor<T>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_redeem(who, basket, shares, &min_out, deadline)
		}

		/// Pays what a redemption could not pay of a token, or of coins.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody: it goes to whom it is owed, and so does the deposit.
		///
		/// Emits [`Event::Collected`].
		#[pallet::call_index(3)]
		pub fn collect(
			origin: OriginFor<T>,
			basket: TokenId,
			who: T::AccountId,
			asset: Asset,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_collect(basket, who, asset)
		}

		/// Sets what the tokens of a basket should be worth, in parts per million of its value.
		///
		/// ## Dispatch Origin
		/// Signed, by the governor.
		///
		/// ## Details
		/// Noted prices are forgotten. No prices can be noted before a whole period is over, and they have to age before anything
		/// is traded. Until then holders can redeem what they have.
		///
		/// Emits [`Event::TargetsUpdated`].
		#[pallet::call_index(4)]
		pub fn set_targets(origin: OriginFor<T>, basket: TokenId, targets: Targets) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_targets(&who, basket, targets)
		}

		/// Makes another account the governor of a basket.
		///
		/// ## Dispatch Origin
		/// Signed, by the governor.
		///
		/// ## Details
		/// Fees that are not settled yet are the new governor's. The deposit stays the creator's.
		///
		/// Emits [`Event::GovernorUpdated`].
		#[pallet::call_index(5)]
		pub fn set_governor(origin: OriginFor<T>, basket: TokenId, governor: T::AccountId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_governor(&who, basket, governor)
		}

		/// Notes the prices of a basket's tokens, so that it can be rebalanced when they have aged.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody, when the period since the last rebalancing and since the last change of targets is over, and again
		/// as long as the prices that were noted first have not aged.
		///
		/// ## Details
		/// Of each token the highest of its prices is kept, and the lowest of those that buyers pay, which are above them by what
		/// is charged for the success of its model, as far as the terms accept that. The age counts from the first note.
		///
		/// Emits [`Event::PricesNoted`].
		#[pallet::call_index(6)]
		pub fn note_prices(origin: OriginFor<T>, basket: TokenId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_note_prices(basket)
		}

		/// Sells tokens of a basket that are worth more than their targets, and buys those that are worth less.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody, once for prices that are noted and have aged.
		///
		/// ## Details
		/// Each order brings at least its value less the slippage, or less what its market says is safe, at the price of now and at
		/// each noted one: a purchase at those that buyers pay, as far as the terms accept them. An order that its market refuses is
		/// tried with a quarter and a sixteenth of its amount, in the second half of the time that prices are good for also with
		/// parts down to a 1,024th, and then skipped. Coins that are not spent wait for the next rebalancing. The signer gets the
		/// rebalancing fee of what was spent.
		///
		/// Emits [`Event::Rebalanced`].
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::rebalance().max(T::WeightInfo::rebalance_pools()))]
		pub fn rebalance(origin: OriginFor<T>, basket: TokenId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_rebalance(who, basket)
		}

		/// Gives the governor its shares of fees, and redeems those of the treasury for it.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody.
		///
		/// ## Details
		/// What strangers sent to the basket's account goes to the treasury; shares that they sent count as fees of it.
		///
		/// Emits [`Event::FeesSettled`].
		#[pallet::call_index(8)]
		pub fn settle(origin: OriginFor<T>, basket: TokenId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_settle(basket)
		}

		/// Ends a basket that has no shares, and gives the deposit back.
		///
		/// ## Dispatch Origin
		/// Signed, by the governor or the creator.
		///
		/// ## Details
		/// Nothing may be left to be collected. Where more empty accounts or approvals are left at the shares' asset than one call
		/// may remove, the call has to be repeated.
		///
		/// Emits [`Event::BasketClosed`] or [`Event::BasketClosing`].
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::close(T::CloseLimit::get()))]
		pub fn close(origin: OriginFor<T>, basket: TokenId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_close(&who, basket)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A basket.
		pub fn basket(basket: TokenId) -> Option<BasketRecordOf<T>> {
			Baskets::<T>::get(basket)
		}

		/// The account of a basket.
		pub fn pot_account(basket: TokenId) -> T::AccountId {
			Self::pot_of(basket)
		}

		/// What a redeemer has not been paid yet of a token, or of coins.
		pub fn claim(basket: TokenId, who: T::AccountId, asset: Asset) -> Balance {
			Claims::<T>::get((basket, who, asset)).map_or(0, |claim| claim.amount)
		}

		/// What a redeemer needs for each token, or coins, that cannot be paid now and of which nothing is owed yet.
		pub fn claim_deposit() -> Option<Balance> {
			Self::deposit_of_claim().ok()
		}

		/// The net asset value of a basket in coins, rounded down. Tokens that trade nowhere count nothing.
		pub fn value(basket: TokenId) -> Option<Balance> {
			value_floor(&Self::priced(&Baskets::<T>::get(basket)?)).ok()
		}

		/// `P_basket`: the value of a whole share in coins, rounded down. Tokens that trade nowhere count nothing.
		pub fn share_value(basket: TokenId) -> Option<Balance> {
			let record = Baskets::<T>::get(basket)?;
			share_value_floor(&Self::priced(&record), record.shares).ok()
		}

		/// What minting so many shares costs now. `None` where it would be refused.
		pub fn quote_mint(basket: TokenId, shares: Balance) -> Option<Quote> {
			let (fee, amounts) = Self::minting(&Self::open_record_of(basket).ok()?, shares).ok()?;
			Some(Quote { shares: shares.checked_sub(fee)?, fee, amounts })
		}

		/// What redeeming so many shares pays now, or leaves to be collected. `None` where it would be refused.
		pub fn quote_redeem(basket: TokenId, shares: Balance) -> Option<Quote> {
			let (fee, amounts) = Self::redeeming(&Self::open_record_of(basket).ok()?, shares).ok()?;
			Some(Quote { shares: shares.checked_sub(fee)?, fee, amounts })
		}

		/// When a basket can be rebalanced.
		pub fn next_rebalance(basket: TokenId) -> Option<Schedule> {
			Some(Self::schedule_of(&Baskets::<T>::get(basket)?))
		}

		/// What a rebalancing would do with each token at the prices of now. `None` where nothing that trades is aimed at.
		pub fn orders(basket: TokenId) -> Option<Vec<(TokenId, Plan)>> {
			Self::plans_of(Self::open_record_of(basket).ok()?).ok()
		}
	}
}
