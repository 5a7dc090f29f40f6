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

#[cfg(any(feature = "try-runtime", test))]
extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod graduation;
mod history;
mod impls;
mod market;
#[cfg(test)]
mod mock;
mod settlement;
#[cfg(test)]
mod tests;
mod trades;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
mod types;
pub mod weights;

pub use history::*;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

/// A curve of a runtime.
pub type CurveRecordOf<T> = CurveRecord<<T as frame_system::Config>::AccountId>;

/// The locked claims of a runtime's curve.
pub type ClaimsOf<T> = Claims<<T as frame_system::Config>::AccountId>;

#[allow(
	clippy::as_conversions,
	clippy::expect_used,
	clippy::large_enum_variant,
	clippy::needless_pass_by_value,
	clippy::too_many_arguments,
	reason = "the pallet macros emit the first two; calls and view functions take what they are sent, a launch's terms too"
)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use engram_math::{
		curve::Parameters,
		fee::mul_div_ceil,
		market::{Momentum, Smoothing},
	};
	use engram_primitives::{
		economy::{Burns, EpochClock, MarketFactor as _, ModelEscrow, SuccessMetrics, METRICS},
		label::{Label, Symbol},
		market::{ModelLifecycle, TokenMarket as _, TokenPools},
		payment::ModelTokens,
		traits::{Contributions, ModelRegistry},
		units::{Balance, PPM},
		JobId, ModelId, TokenId, VersionId, FIRST_TOKEN,
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
		/// The native token, which buyers pay and sellers get.
		type Currency: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ hold::Mutate<Self::AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;

		/// The models' tokens. Nobody else may create assets from [`FIRST_TOKEN`] on, and no holder may destroy tokens: a
		/// runtime over pallet-assets refuses its `refund` with `allow_burn`.
		type Tokens: fungibles::Create<Self::AccountId, AssetId = u32, Balance = Balance>
			+ fungibles::Mutate<Self::AccountId>
			+ fungibles::Destroy<Self::AccountId>
			+ metadata::Mutate<Self::AccountId>
			+ metadata::MetadataDeposit<Balance>
			+ AccountTouch<u32, Self::AccountId, Balance = Balance>;

		/// The pools that curves graduate into. Nobody else may create the pool of a token that a curve has launched.
		type Pools: TokenPools<Self::AccountId>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// The models and their owners.
		type Models: ModelRegistry<Self::AccountId>;

		/// The data that versions were trained on.
		type Contributions: Contributions<Self::AccountId>;

		/// Told of the models whose curves have graduated.
		type Lifecycle: ModelLifecycle;

		/// The other kind of token that a model may have instead of one on a curve.
		type OtherTokens: ModelTokens;

		/// What verified jobs and settled receipts say of a model's success: this pallet, where `jobs` reports to it.
		type Metrics: SuccessMetrics;

		/// Where the premium of a model's token goes. While a model has no escrow, its premium stays with the curve.
		type Escrow: ModelEscrow<Self::AccountId>;

		/// Which epoch runs.
		type Clock: EpochClock;

		/// Told of the burned part of fees.
		type Burns: Burns;

		/// Takes its part of fees and what strangers sent to a curve. The account must exist.
		type Treasury: Get<Self::AccountId>;

		/// The account of each curve is derived from it. Changing it later strands them all.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Between what limits terms are accepted. Changing them later concerns new launches only.
		#[pallet::constant]
		type Bounds: Get<Bounds>;

		/// Smoothing and window of momentum, at most `10^6` and at least a block. Changing it later concerns new launches
		/// only.
		#[pallet::constant]
		type Smoothing: Get<Smoothing>;

		/// Who gets the fees of trades, at most `10^6` together. Changing it later concerns new launches only: the limits of a launch
		/// are judged by the creator's share.
		#[pallet::constant]
		type FeeShares: Get<TradeShares>;

		/// The most that an epoch moves a metric, in parts per million, above zero.
		#[pallet::constant]
		type MetricStep: Get<u32>;

		/// What the protocol keeps of a model's fees in an epoch for a market factor of one, in base units, above zero.
		type MarketReference: Get<Balance>;

		/// What the protocol keeps of the fees of a model's answers in an epoch for an adoption of one, in base units, above
		/// zero.
		#[pallet::constant]
		type AdoptionReference: Get<Balance>;

		/// Fixed part of a launch's deposit, in base units. Changing it later concerns new launches only.
		#[pallet::constant]
		type LaunchDepositBase: Get<Balance>;

		/// Part of a launch's deposit per byte of its record and its claims, in base units. Changing it later concerns new
		/// launches only.
		#[pallet::constant]
		type LaunchDepositPerByte: Get<Balance>;

		/// How many rows one version of a model must have been trained on before its curve may graduate. Changing it later
		/// concerns new launches only.
		#[pallet::constant]
		type LeastRows: Get<u64>;

		/// How many empty accounts, and how many approvals, a `close` removes of a token, at least 1.
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
		/// The storage of a curve, from `launch` to `close`.
		#[codec(index = 0)]
		LaunchDeposit,
		/// The creator's stake in a curve, from `launch` to `graduate` or `close`.
		#[codec(index = 1)]
		LaunchBond,
	}

	/// The first model token.
	#[pallet::type_value]
	pub fn FirstToken() -> TokenId {
		FIRST_TOKEN
	}

	/// The id of the next model token.
	#[pallet::storage]
	pub type NextToken<T: Config> = StorageValue<_, TokenId, ValueQuery, FirstToken>;

	/// The curves. Paid for by the creator's deposit; removed by `close`.
	// Twox64: ids are our own counter.
	#[pallet::storage]
	pub type Curves<T: Config> = StorageMap<_, Twox64Concat, TokenId, CurveRecordOf<T>>;

	/// The locked claims of each curve. Paid for and removed with it.
	// Twox64: ids are our own counter.
	#[pallet::storage]
	pub type LockedClaims<T: Config> = StorageMap<_, Twox64Concat, TokenId, ClaimsOf<T>, ValueQuery>;

	/// The token of each model, what its trades brought the protocol, and what its jobs say of it. Paid for by the first launch;
	/// removed with the model, because it counts the launches.
	// Twox64: ids are a counter of the models' registry.
	#[pallet::storage]
	pub type Markets<T: Config> = StorageMap<_, Twox64Concat, ModelId, ModelMarket, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A model has a token, which trades from now on.
		CurveLaunched {
			/// Who launched it.
			creator: T::AccountId,
			/// The model.
			model: ModelId,
			/// Its token.
			token: TokenId,
			/// Which launch of that model, from 1.
			launch: u32,
			/// Tokens the creator bought, all of them locked.
			initial: Balance,
			/// What the creator paid for them.
			cost: Balance,
			/// Tokens of locked claims.
			locked: Balance,
			/// What is on hold for the storage.
			deposit: Balance,
		},
		/// Tokens were bought from the curve. The buyer paid value, premium and fee.
		TokensBought {
			/// Who bought.
			who: T::AccountId,
			/// The token.
			token: TokenId,
			/// How many.
			amount: Balance,
			/// What entered the reserve.
			value: Balance,
			/// What was paid for the model's success.
			premium: Balance,
			/// The fee.
			fee: Balance,
			/// The price from now on.
			price: u128,
		},
		/// Tokens were sold to the curve. The seller got the value less the fee.
		TokensSold {
			/// Who sold.
			who: T::AccountId,
			/// The token.
			token: TokenId,
			/// How many.
			amount: Balance,
			/// How many of them were destroyed.
			destroyed: Balance,
			/// What left the reserve.
			value: Balance,
			/// The fee.
			fee: Balance,
			/// The price from now on.
			price: u128,
		},
		/// What trades were charged went where it belongs. Creator, burned and treasury are the fees; where the model is retired or
		/// gone, the treasury's part has the premium in it. The treasury got the gifts too.
		FeesSettled {
			/// The token.
			token: TokenId,
			/// What the creator got.
			creator: Balance,
			/// What was burned.
			burned: Balance,
			/// What the treasury got of the fees, and the premium where the model has no escrow any more.
			treasury: Balance,
			/// Premium that went to the model's escrow.
			premium: Balance,
			/// What strangers had sent to the curve.
			gifts: Balance,
		},
		/// A paid job counts for a model's metrics from the next refresh on. Training does only if the model's owner or its escrow
		/// bought it.
		JobCounted {
			/// The model.
			model: ModelId,
			/// The job.
			job: JobId,
			/// What it counts for.
			source: MetricSource,
		},
		/// A model's success was measured: accuracy, adoption, improvement, growth of its network. What was measured is what the
		/// [`Event::JobCounted`] of the model's jobs said, as far as no [`Event::MeasurementsUndone`] took it back.
		MetricsRefreshed {
			/// The token.
			token: TokenId,
			/// The epoch.
			epoch: u32,
			/// How each metric changed, and why.
			changes: [MetricChange; METRICS],
			/// What buyers pay from now on per unit of value, in parts per million, rounded down.
			multiplier: u32,
		},
		/// Tokens of the creator were released.
		TokensReleased {
			/// Who got them.
			creator: T::AccountId,
			/// The token.
			token: TokenId,
			/// How many.
			amount: Balance,
			/// How many are left.
			locked: Balance,
		},
		/// The creator gave up a curve without tokens; what others left at the token is being removed. Call `close` again.
		CurveClosing {
			/// The token.
			token: TokenId,
		},
		/// A curve is gone, and its token with it.
		CurveClosed {
			/// Who had launched it.
			creator: T::AccountId,
			/// The token.
			token: TokenId,
			/// The stake that was released.
			bond: Balance,
			/// The deposit that was released.
			deposit: Balance,
			/// What the treasury got: the reserve behind destroyed tokens, a premium that is too little for an escrow, gifts.
			left: Balance,
		},
		/// A curve has become a pool, where its token trades from now on. Nobody can take the pool's first shares.
		CurveGraduated {
			/// Who called.
			who: T::AccountId,
			/// The token.
			token: TokenId,
			/// Its model.
			model: ModelId,
			/// The last price of the curve, which is the first one of the pool.
			price: u128,
			/// The reserve, which is in the pool now.
			money: Balance,
			/// Tokens that were minted for the pool.
			tokens: Balance,
			/// Shares of the pool that the curve's account keeps.
			shares: Balance,
			/// What strangers had sent to the pool's address, which is in the pool too.
			gifts: Balance,
			/// Tokens that strangers had sent there, which are destroyed.
			destroyed: Balance,
			/// Of the maximum supply, what never comes into being.
			unminted: Balance,
		},
		/// Tokens of a locked claim were paid.
		ClaimPaid {
			/// Who got them.
			beneficiary: T::AccountId,
			/// The token.
			token: TokenId,
			/// Which of the token's claims, from 0.
			index: u32,
			/// How many.
			amount: Balance,
			/// How many are left.
			left: Balance,
		},
		/// Measured versions were rolled back: accuracy and improvement of their model are again what was measured of an older one,
		/// until training brings another.
		MeasurementsUndone {
			/// The model.
			model: ModelId,
			/// Whose measurement counts. If none is known the model is unmeasured.
			counts: Option<VersionId>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No model has this id. The event `ModelRegistered` of `models` tells the id of a new one.
		UnknownModel,
		/// Only the model's owner may launch its token. The view `model` of `models` names it.
		NotModelOwner,
		/// The model is retired: it gets no token any more. Choose another one.
		ModelRetired,
		/// The model has a token already. Another one can be launched when it has ended.
		AlreadyLaunched,
		/// The name is refused: give 1 to 64 bytes of printable UTF-8, with no space at either end.
		InvalidName,
		/// The symbol is refused: give 2 to 12 capital letters and digits, a letter first.
		InvalidSymbol,
		/// No curve has these parameters: a price or the cost of all tokens is zero or does not fit, or an angle is missing.
		/// Raise what is zero, and lower price, angle or maximum supply where the cost does not fit.
		InvalidCurve,
		/// The price at the launch is too low. Raise it to `least_price` of the constant `bounds` of `curves`.
		PriceTooLow,
		/// The maximum supply is too large. Lower it to `most_supply` of the constant `bounds` of `curves`.
		SupplyTooLarge,
		/// A fee or the window of the launch fee is out of bounds. Stay within the constant `bounds` of `curves`.
		FeesOutOfBounds,
		/// The limiter of price moves is out of bounds. Stay within the constant `bounds` of `curves`.
		LimitsOutOfBounds,
		/// A block may move the price by as much as a trade costs the creator, who gets a share of the fee back: lower the
		/// limit or raise the base fee, or a purchase around another's in the same block would pay.
		BlockLimitAboveFee,
		/// The creator's share, its lock-up or its vesting is out of bounds, or the lock-up of a share ends before the extra fee
		/// of the launch. Stay within the constant `bounds` of `curves`.
		CreatorTermsOutOfBounds,
		/// The burn rate is too high. Lower it to `most_burn_rate` of the constant `bounds` of `curves`.
		BurnRateTooHigh,
		/// The weights of the metrics sum to more than 1,000,000 parts per million. Lower them.
		WeightsAboveOne,
		/// The creator's stake is too small. Raise it to `least_bond` of the constant `bounds` of `curves`.
		BondTooSmall,
		/// The reserve of the graduation is too small. Raise it to `least_graduation` of the constant `bounds` of `curves`.
		GraduationTooSmall,
		/// A claim is zero, all claims together are above `most_claims` of the constant `bounds` of `curves`, or no epoch would
		/// release any. Give other claims, or an emission above zero.
		ClaimsOutOfBounds,
		/// No curve has this token. The view `token_of` tells the token of a model.
		UnknownToken,
		/// The curve does not trade any more. Where it has graduated, trade in the pool of its token.
		NotOpen,
		/// The block of the deadline is over: ask for a new quote and send a later deadline.
		DeadlinePassed,
		/// Nothing would be bought or sold. Give an amount above zero, or a payment that buys some.
		NothingToTrade,
		/// The curve has fewer tokens left than that, beside those of locked claims and of the pool to come. Buy less.
		SupplyExhausted,
		/// Fewer tokens than that can be sold by anybody, because the creator's are locked. Sell less.
		NotEnoughTokens,
		/// It would cost more than you are ready to pay: ask for a new quote.
		AboveMaxIn,
		/// You would get less than you asked for: ask for a new quote.
		BelowMinOut,
		/// The trade would move the price too far from where the block began: trade less, or in the next block.
		BeyondBlockLimit,
		/// The trade would move the price too far from where the window began: trade less, or later.
		BeyondWindowLimit,
		/// There are no fees, no premium that could go anywhere, and no gifts. Settle again after the next trades.
		NothingToSettle,
		/// The metrics were refreshed in this epoch already. Refresh them again in the next one.
		AlreadyRefreshed,
		/// No token of the creator can be released now. Try again when the view `releasable_of` tells some.
		NothingReleased,
		/// Only who launched a curve may close it. The view `curve` names the creator.
		NotCreator,
		/// Somebody has tokens, or some are still to be released. Close when all of them are sold to the curve.
		TokensExist,
		/// Fees are owed: settle first.
		FeesUnsettled,
		/// The supply would end before the reserve of the graduation is reached: claims and pool need room below it. Raise the
		/// maximum supply, or lower the claims or the reserve of the graduation.
		NoRoomForPool,
		/// The reserve has not reached that of the graduation yet. Try again when the view `is_ripe` says yes.
		NotRipe,
		/// The model has no version with this id. The view `versions_of` of `models` lists them.
		UnknownVersion,
		/// The version was trained on fewer rows of contributions that still exist than the curve's `least_rows`, which the view
		/// `curve` tells. Name one that was trained on more.
		NotEnoughData,
		/// Claims are locked until the curve graduates. Call `graduate` when the view `is_ripe` says yes.
		NotGraduated,
		/// The token has no claim with this index. The view `claims` lists them; the first is 0.
		UnknownClaim,
		/// Of this claim nothing can be paid now: wait for the next epoch.
		NothingToClaim,
		/// Before the extra fee of the launch is over the price may rise by as much as that fee, less what the creator gets back
		/// of it: raise the fee, lower the limit of a window, or make the window as long as that of the fee, or buying first and
		/// selling to the next would pay.
		LaunchFeeBelowWindowLimit,
		/// The first window of the limiter is not over: wait until `limits.window` blocks have passed since the launch.
		TooYoung,
		/// A claim is for the account of the token's curve or that of its pool, where its tokens were nobody's and would move the
		/// price. Name somebody who has a key.
		BeneficiaryIsNobody,
	}

	impl<T> From<TermsError> for Error<T> {
		fn from(error: TermsError) -> Self {
			match error {
				TermsError::Curve => Self::InvalidCurve,
				TermsError::Price => Self::PriceTooLow,
				TermsError::Supply => Self::SupplyTooLarge,
				TermsError::Fees => Self::FeesOutOfBounds,
				TermsError::Limits => Self::LimitsOutOfBounds,
				TermsError::BlockLimit => Self::BlockLimitAboveFee,
				TermsError::LaunchFee => Self::LaunchFeeBelowWindowLimit,
				TermsError::Creator => Self::CreatorTermsOutOfBounds,
				TermsError::BurnRate => Self::BurnRateTooHigh,
				TermsError::Weights => Self::WeightsAboveOne,
				TermsError::Bond => Self::BondTooSmall,
				TermsError::Graduation => Self::GraduationTooSmall,
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::Bounds::get().is_valid(), "no terms are within `Bounds`");
			assert!(T::FeeShares::get().is_valid(), "`FeeShares` must be at most one million together");
			let Smoothing { factor, window } = T::Smoothing::get();
			assert!(
				factor <= PPM && (1..=u64::from(u32::MAX)).contains(&window),
				"`Smoothing` must have a factor of at most one million and a window of at least a block"
			);
			assert!((1..=PPM).contains(&T::MetricStep::get()), "metrics must be able to move");
			assert!(
				T::MarketReference::get() > 0 && T::AdoptionReference::get() > 0,
				"market factor and adoption need a reference"
			);
			assert!(T::CloseLimit::get() > 0, "a curve must be able to close");
			assert!(T::Bounds::get().least_bond >= T::Pools::seed_cost(), "a stake must pay for a pool");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Launches the token of a model on a bonding curve.
		///
		/// ## Dispatch Origin
		/// Signed, by the model's owner.
		///
		/// ## Details
		/// Curve, terms and claims can never be changed. The creator buys its share at the integral, without a fee; the
		/// tokens are released by and by after the lock-up. Deposit and stake go on hold, and the account of the curve is
		/// endowed with what it and the token's metadata need. Claims are no tokens before the graduation.
		///
		/// Emits [`Event::CurveLaunched`].
		#[pallet::call_index(0)]
		pub fn launch(
			origin: OriginFor<T>,
			model: ModelId,
			name: Label,
			symbol: Symbol,
			curve: Parameters,
			terms: Terms,
			claims: ClaimsOf<T>,
		) -> DispatchResult {
			let creator = ensure_signed(origin)?;
			Self::do_launch(creator, model, name, symbol, curve, terms, claims)
		}

		/// Buys exactly `amount` base units of a token, for at most `max_in`, up to and including block `deadline`.
		///
		/// ## Dispatch Origin
		/// Signed, by the buyer.
		///
		/// ## Details
		/// The buyer pays the integral, the premium of the model's success and the fee, which are all known from the view
		/// function `quote_buy`. Only the integral enters the reserve.
		///
		/// Emits [`Event::TokensBought`].
		#[pallet::call_index(1)]
		pub fn buy(
			origin: OriginFor<T>,
			token: TokenId,
			#[pallet::compact] amount: Balance,
			#[pallet::compact] max_in: Balance,
			deadline: BlockNumberFor<T>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_buy(who, token, amount, max_in, deadline)
		}

		/// Buys what at most `amount_in` pays, at least `min_out` base units, up to and including block `deadline`.
		///
		/// ## Dispatch Origin
		/// Signed, by the buyer.
		///
		/// ## Details
		/// The buyer is charged what the tokens cost, which may be a little less than `amount_in`.
		///
		/// Emits [`Event::TokensBought`].
		#[pallet::call_index(2)]
		pub fn spend(
			origin: OriginFor<T>,
			token: TokenId,
			#[pallet::compact] amount_in: Balance,
			#[pallet::compact] min_out: Balance,
			deadline: BlockNumberFor<T>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_spend(who, token, amount_in, min_out, deadline)
		}

		/// Sells exactly `amount` base units of a token, for at least `min_out`, up to and including block `deadline`.
		///
		/// ## Dispatch Origin
		/// Signed, by the seller.
		///
		/// ## Details
		/// The burn rate's part of the tokens is destroyed. The curve pays the integral of the rest, less the fee. The
		/// model's success raises no payout.
		///
		/// Emits [`Event::TokensSold`].
		#[pallet::call_index(3)]
		pub fn sell(
			origin: OriginFor<T>,
			token: TokenId,
			#[pallet::compact] amount: Balance,
			#[pallet::compact] min_out: Balance,
			deadline: BlockNumberFor<T>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_sell(who, token, amount, min_out, deadline)
		}

		/// Divides the fees of a token's trades, and moves the premium to the model's escrow, or to the treasury where the model is
		/// retired or gone.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody.
		///
		/// ## Details
		/// What strangers sent to the curve's account goes to the treasury.
		///
		/// Emits [`Event::FeesSettled`].
		#[pallet::call_index(4)]
		pub fn settle(origin: OriginFor<T>, token: TokenId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_settle(token)
		}

		/// Moves the metrics of a token towards what is measured of its model, once an epoch.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody.
		///
		/// Emits [`Event::MetricsRefreshed`].
		#[pallet::call_index(5)]
		pub fn refresh_metrics(origin: OriginFor<T>, token: TokenId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_refresh_metrics(token)
		}

		/// Releases those of the creator's tokens whose time has come.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody: the tokens go to the creator.
		///
		/// Emits [`Event::TokensReleased`].
		#[pallet::call_index(6)]
		pub fn release(origin: OriginFor<T>, token: TokenId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_release(token)
		}

		/// Ends a curve of which nobody has tokens, and gives deposit and stake back.
		///
		/// ## Dispatch Origin
		/// Signed, by the creator.
		///
		/// ## Details
		/// Fees must be settled. The reserve behind destroyed tokens goes to the treasury. Where more empty accounts or
		/// approvals are left at the token than one call may remove, the call has to be repeated; nothing trades meanwhile.
		///
		/// Emits [`Event::CurveClosed`] or [`Event::CurveClosing`].
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::close(T::CloseLimit::get()))]
		pub fn close(origin: OriginFor<T>, token: TokenId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_close(&who, token)
		}

		/// Turns a curve into a pool, for good: its reserve, and as many tokens as that buys at the last price.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody.
		///
		/// ## Details
		/// The reserve must have reached that of the graduation, the first window of the limiter must be over, and `version`
		/// must be one of the model that was trained on enough rows. The creator's stake pays for the pool, and the rest of it
		/// is released. The curve's account, of which nobody has the key, keeps the shares of the pool. What strangers sent to
		/// the pool's address before does not change the price: for money more tokens are minted, as far as there is room, and
		/// tokens are destroyed. Fees and premium stay for `settle`.
		///
		/// Emits [`Event::CurveGraduated`].
		#[pallet::call_index(8)]
		pub fn graduate(origin: OriginFor<T>, token: TokenId, version: VersionId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_graduate(who, token, version)
		}

		/// Pays of a locked claim what the epochs since the graduation have released.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody: the tokens go to the beneficiary.
		///
		/// Emits [`Event::ClaimPaid`].
		#[pallet::call_index(9)]
		pub fn claim(origin: OriginFor<T>, token: TokenId, index: u32) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim(token, index)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A token's curve.
		pub fn curve(token: TokenId) -> Option<CurveRecordOf<T>> {
			Curves::<T>::get(token)
		}

		/// The token of a model.
		pub fn token_of(model: ModelId) -> Option<TokenId> {
			Markets::<T>::get(model).token
		}

		/// The locked claims of a token.
		pub fn claims(token: TokenId) -> ClaimsOf<T> {
			LockedClaims::<T>::get(token)
		}

		/// The price of a token on its curve or in its pool, in coins per token and units of `10^-18`, rounded down.
		pub fn price(token: TokenId) -> Option<u128> {
			Self::token_price(token)
		}

		/// `mu`: how the price moves per block, smoothed, in units of `10^-18`, rounded down.
		pub fn momentum(token: TokenId) -> Option<i128> {
			let record = Curves::<T>::get(token)?;
			let smoothing = Smoothing { factor: record.smoothing, window: record.history.window() };
			let before = record.history.before(Self::now());
			Momentum { before, now: record.price }.rate_floor(smoothing).ok()
		}

		/// What launches, trades and jobs say of a model.
		pub fn market(model: ModelId) -> ModelMarket {
			Markets::<T>::get(model)
		}

		/// The past prices of a token.
		pub fn history(token: TokenId) -> Option<History> {
			Curves::<T>::get(token).map(|record| record.history)
		}

		/// `M`: what buyers pay per unit of value, in parts per million, rounded down.
		pub fn multiplier(token: TokenId) -> Option<u32> {
			Curves::<T>::get(token)?.multiplier().ok().map(|multiplier| multiplier.ppm_floor())
		}

		/// `V`: the market factor of a model, in parts per million.
		pub fn market_factor_of(model: ModelId) -> u32 {
			Self::market_factor(model)
		}

		/// What buying exactly `amount` costs in the next block; `limit` is the `max_in` of a price that slips by at most `slippage`
		/// parts per million. `None` where the trade would be refused.
		pub fn quote_buy(token: TokenId, amount: Balance, slippage: u32) -> Option<Quote> {
			let record = Self::open_record_of(token).ok()?;
			let trade = Self::purchase(&record, Self::next(), amount).ok()?;
			let slipped = mul_div_ceil(trade.total, slippage.into(), PPM.into()).ok()?;
			Some(Self::quote_of(&record, &trade, trade.total.checked_add(slipped)?))
		}

		/// What `amount_in` buys in the next block; `limit` is the `min_out` of an amount that slips by at most `slippage` parts per
		/// million. `None` where the trade would be refused.
		pub fn quote_spend(token: TokenId, amount_in: Balance, slippage: u32) -> Option<Quote> {
			let record = Self::open_record_of(token).ok()?;
			let next = Self::next();
			let amount = Self::affordable_floor(&record, next, amount_in).ok()?;
			let trade = Self::purchase(&record, next, amount).ok()?;
			let slipped = mul_div_ceil(amount, slippage.into(), PPM.into()).ok()?;
			Some(Self::quote_of(&record, &trade, amount.saturating_sub(slipped)))
		}

		/// What selling exactly `amount` pays in the next block; `limit` is the `min_out` of a price that slips by at most `slippage`
		/// parts per million. `None` where the trade would be refused.
		pub fn quote_sell(token: TokenId, amount: Balance, slippage: u32) -> Option<Quote> {
			let record = Self::open_record_of(token).ok()?;
			let trade = Self::sale(&record, Self::next(), amount).ok()?;
			let slipped = mul_div_ceil(trade.total, slippage.into(), PPM.into()).ok()?;
			Some(Self::quote_of(&record, &trade, trade.total.saturating_sub(slipped)))
		}

		/// Tokens of the creator that `release` would release now.
		pub fn releasable_of(token: TokenId) -> Option<Balance> {
			Self::releasable(&Curves::<T>::get(token)?).ok()
		}

		/// Whether the curve is old enough and its reserve has reached what the terms ask for before it may close into a pool.
		pub fn is_ripe(token: TokenId) -> bool {
			Curves::<T>::get(token)
				.is_some_and(|record| record.reserve >= record.terms.graduation && Self::is_of_age(&record))
		}

		/// What `claim` would pay now.
		pub fn claimable_of(token: TokenId, index: u32) -> Option<Balance> {
			let record = Curves::<T>::get(token)?;
			let claims = LockedClaims::<T>::get(token);
			Self::due(&record, &claims, index).ok().map(|(_, amount)| amount)
		}

		/// Whose balances are the reserves of a token's pool. Before there is one nobody can send tokens there.
		pub fn pool_account(token: TokenId) -> T::AccountId {
			T::Pools::pool_account(token)
		}

		/// The account of a token's curve.
		pub fn pot_account(token: TokenId) -> T::AccountId {
			Self::pot_of(token)
		}
	}
}
