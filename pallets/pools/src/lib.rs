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
mod impls;
mod market;
#[cfg(test)]
mod mock;
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

/// A pool of a runtime.
pub type PoolRecordOf<T> = PoolRecord<<T as frame_system::Config>::AccountId>;

/// What was paid for answers of a runtime.
pub type PaymentOf<T> = Payment<<T as frame_system::Config>::AccountId>;

#[allow(
	clippy::as_conversions,
	clippy::expect_used,
	clippy::needless_pass_by_value,
	clippy::too_many_arguments,
	reason = "the pallet macros emit the first two; calls and view functions take what they are sent"
)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use engram_math::fee::mul_div_ceil;
	use engram_primitives::{
		label::{Label, Symbol},
		payment::{AnswerMarket, AnswerRequest, ModelTokens},
		traits::ModelRegistry,
		units::{Balance, PPM},
		Cid, JobId, ModelId, TokenId, VersionId, FIRST_POOL_TOKEN,
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
		/// The native token, which deposits, stakes and computation are paid in.
		type Currency: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ hold::Mutate<Self::AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;

		/// The models' tokens. Nobody else may create assets from [`FIRST_POOL_TOKEN`] on, and no holder may destroy tokens: a
		/// runtime over pallet-assets refuses its `refund` with `allow_burn`.
		type Tokens: fungibles::Create<Self::AccountId, AssetId = u32, Balance = Balance>
			+ fungibles::Mutate<Self::AccountId>
			+ fungibles::Destroy<Self::AccountId>
			+ metadata::Mutate<Self::AccountId>
			+ metadata::MetadataDeposit<Balance>
			+ AccountTouch<u32, Self::AccountId, Balance = Balance>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// The models, their owners and versions.
		type Models: ModelRegistry<Self::AccountId>;

		/// The other kind of token that a model may have instead of one with a pool.
		type OtherTokens: ModelTokens;

		/// Where answers are computed.
		type Jobs: AnswerMarket<Self::AccountId>;

		/// The account of each pool is derived from it. Changing it later strands them all.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Between what limits terms are accepted. Changing them later concerns new pools only.
		#[pallet::constant]
		type Bounds: Get<Bounds>;

		/// How much of the executor's native pay a whole unit of work spares, in parts per million, at most `10^6`. A token may be
		/// worth nothing: what is not spared is owed in coins. Changing it later concerns updates that are verified later.
		#[pallet::constant]
		type MostSpared: Get<u32>;

		/// The creator's stake in a pool, in base units. Changing it later concerns new pools only.
		#[pallet::constant]
		type Bond: Get<Balance>;

		/// Fixed part of a pool's deposit, in base units. Changing it later concerns new pools only.
		#[pallet::constant]
		type DepositBase: Get<Balance>;

		/// Part of a pool's deposit per byte of its record, in base units. Changing it later concerns new pools only.
		#[pallet::constant]
		type DepositPerByte: Get<Balance>;

		/// Longest multiaddress of a consumer's rows, in bytes: that of the market.
		#[pallet::constant]
		type MaxAddressLen: Get<u32>;

		/// How many empty accounts, and how many approvals, a `close` removes of a token, at least 1.
		#[pallet::constant]
		type CloseLimit: Get<u32>;

		/// Sets up what other pallets hold.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::benchmarking::BenchmarkHelper<Self::AccountId>;

		/// Weights of the calls, and of the parts of a job's end.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The storage of a pool, from `open` to `close`.
		#[codec(index = 0)]
		PoolDeposit,
		/// The creator's stake in a pool, from `open` to `close`.
		#[codec(index = 1)]
		PoolBond,
	}

	/// The first token with a pool.
	#[pallet::type_value]
	pub fn FirstToken() -> TokenId {
		FIRST_POOL_TOKEN
	}

	/// The id of the next token with a pool.
	#[pallet::storage]
	pub type NextToken<T: Config> = StorageValue<_, TokenId, ValueQuery, FirstToken>;

	/// The pools. Paid for by the creator's deposit; removed by `close`.
	// Twox64: ids are our own counter.
	#[pallet::storage]
	pub type Pools<T: Config> = StorageMap<_, Twox64Concat, TokenId, PoolRecordOf<T>>;

	/// The token of each model that has a pool. Paid for and removed with the pool.
	// Twox64: ids are a counter of the models' registry.
	#[pallet::storage]
	pub type PoolTokens<T: Config> = StorageMap<_, Twox64Concat, ModelId, TokenId>;

	/// What was paid for answers that are under way, at most one row for each open job of the market; removed when the job ends.
	// Twox64: ids are a counter of the market.
	#[pallet::storage]
	pub type Payments<T: Config> = StorageMap<_, Twox64Concat, JobId, PaymentOf<T>>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A model has a token. There will never be more of it.
		PoolOpened {
			/// Who opened the pool, and has a twentieth of the tokens.
			creator: T::AccountId,
			/// The model.
			model: ModelId,
			/// Its token.
			token: TokenId,
			/// All tokens.
			supply: Balance,
			/// The creator's.
			share: Balance,
			/// The pool's.
			left: Balance,
			/// What is on hold for the storage.
			deposit: Balance,
			/// The stake that is on hold.
			bond: Balance,
		},
		/// A verified update was paid in the model's token.
		UpdatePaid {
			/// Who trained it.
			executor: T::AccountId,
			/// The token.
			token: TokenId,
			/// The job.
			job: JobId,
			/// The work, in units of `10^-18`.
			work: u64,
			/// What it was paid.
			paid: Balance,
			/// What the pool has left.
			left: Balance,
			/// The performance up to which gains are paid now, in parts per million.
			best: u32,
		},
		/// A verified update was paid no tokens. Its executor has its native pay.
		UpdateRefused {
			/// Who trained it.
			executor: T::AccountId,
			/// The token.
			token: TokenId,
			/// The job.
			job: JobId,
			/// Why.
			reason: UpdateRefusal,
		},
		/// Answers were bought. The payment waits for them.
		InferenceBought {
			/// Who paid.
			who: T::AccountId,
			/// The token.
			token: TokenId,
			/// The job.
			job: JobId,
			/// What answers.
			version: VersionId,
			/// How much was paid.
			amount: Balance,
		},
		/// Answers were served: what was paid for them is the pool's.
		InferenceEarned {
			/// The token.
			token: TokenId,
			/// The job.
			job: JobId,
			/// How much was paid.
			amount: Balance,
			/// What the pool has now.
			left: Balance,
		},
		/// Answers were not served: what was paid for them went back.
		InferenceRefunded {
			/// Who had paid.
			who: T::AccountId,
			/// The token.
			token: TokenId,
			/// The job.
			job: JobId,
			/// How much.
			amount: Balance,
		},
		/// Answers were not served, but the account of who had paid for them could not take the tokens: they are the pool's.
		RefundKept {
			/// Who had paid.
			who: T::AccountId,
			/// The token.
			token: TokenId,
			/// The job.
			job: JobId,
			/// How much.
			amount: Balance,
		},
		/// What strangers had sent to a pool is its own from now on.
		GiftsTaken {
			/// The token.
			token: TokenId,
			/// How much.
			amount: Balance,
			/// What the pool has now.
			left: Balance,
		},
		/// The creator gave up a pool that had all of its tokens; what others left at the token is being removed. Call `close`
		/// again.
		PoolClosing {
			/// The token.
			token: TokenId,
		},
		/// A pool is gone, and its token with it.
		PoolClosed {
			/// Who had opened it.
			creator: T::AccountId,
			/// The token.
			token: TokenId,
			/// The stake that was released.
			bond: Balance,
			/// The deposit that was released.
			deposit: Balance,
		},
		/// Something that cannot happen, did. Please report it.
		Unexpected {
			/// The job whose end was not booked.
			job: JobId,
			/// Why.
			error: DispatchError,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No model has this id. The event `ModelRegistered` of `models` tells the id of a new one.
		UnknownModel,
		/// Only the model's owner may open its pool. The view `model` of `models` names it.
		NotModelOwner,
		/// The model is retired: it gets no token any more. Choose another one.
		ModelRetired,
		/// The model has a token already, with a pool or on a curve. Open a pool when that one has ended.
		HasToken,
		/// The name is refused: give 1 to 64 bytes of printable UTF-8, with no space at either end.
		InvalidName,
		/// The symbol is refused: give 2 to 12 capital letters and digits, a letter first.
		InvalidSymbol,
		/// The supply is out of bounds. Stay within the constant `bounds` of `pools`.
		SupplyOutOfBounds,
		/// The rate is zero or too high. Give at most `most_rate` of the constant `bounds` of `pools`.
		RateOutOfBounds,
		/// The factor is zero or too high. Give at most `most_factor` of the constant `bounds` of `pools`.
		FactorOutOfBounds,
		/// Held-out rows need a CIDv1 over SHA2-256, and there must be some. Give what `engram artifact add` and `engram
		/// artifact rows-root` print.
		InvalidHeldOut,
		/// Nothing can be gained above this baseline. Give less than 1,000,000 parts per million.
		BaselineOutOfBounds,
		/// The gain that is a unit of work is too small, or more than everything. Give at least `least_unit` of the constant `bounds`
		/// of `pools`, and at most 1,000,000 parts per million.
		UnitOutOfBounds,
		/// The interval between updates is out of bounds. Stay within the constant `bounds` of `pools`.
		IntervalOutOfBounds,
		/// Every id of tokens with pools is used up. No pool can be opened until the runtime is upgraded.
		IdsExhausted,
		/// No pool has this token. The view `token_of` tells the token of a model.
		UnknownToken,
		/// No version has this id. The view `versions_of` of `models` lists those of a model.
		UnknownVersion,
		/// The version's model has no pool: buy its answers for coins, with `request_inference` of `jobs`.
		NoPool,
		/// The pool is being closed. Choose another one.
		NotOpen,
		/// The block of the deadline is over: ask for a new quote and send a later deadline.
		DeadlinePassed,
		/// It would cost more tokens than you are ready to pay: ask for a new quote.
		AboveMaxIn,
		/// Nobody sent the pool anything. Try again when the view `gifts_of` tells some.
		NothingToTake,
		/// Only who opened a pool may close it. The view `pool` names the creator.
		NotCreator,
		/// Somebody has tokens. All of them must be in the pool.
		TokensExist,
		/// Answers that were paid for are under way. Wait for them.
		AnswersPending,
	}

	impl<T> From<TermsError> for Error<T> {
		fn from(error: TermsError) -> Self {
			match error {
				TermsError::Supply => Self::SupplyOutOfBounds,
				TermsError::Rate => Self::RateOutOfBounds,
				TermsError::Factor => Self::FactorOutOfBounds,
				TermsError::HeldOut => Self::InvalidHeldOut,
				TermsError::Baseline => Self::BaselineOutOfBounds,
				TermsError::Unit => Self::UnitOutOfBounds,
				TermsError::Interval => Self::IntervalOutOfBounds,
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::Bounds::get().is_valid(), "no terms are within `Bounds`");
			assert!(T::MostSpared::get() <= PPM, "`MostSpared` must be at most one million");
			assert!(T::CloseLimit::get() > 0, "a pool must be able to close");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Gives a model a token of a fixed supply: a twentieth is the caller's, the rest the pool's.
		///
		/// ## Dispatch Origin
		/// Signed, by the model's owner.
		///
		/// ## Details
		/// The terms can never be changed, and no call mints tokens afterwards. Deposit and stake go on hold, and the account of
		/// the pool is endowed with what it and the token's metadata need.
		///
		/// Emits [`Event::PoolOpened`].
		#[pallet::call_index(0)]
		pub fn open(
			origin: OriginFor<T>,
			model: ModelId,
			name: Label,
			symbol: Symbol,
			terms: Terms,
		) -> DispatchResult {
			let creator = ensure_signed(origin)?;
			Self::do_open(creator, model, name, symbol, terms)
		}

		/// Buys answers of a version for at most `max_in` base units of its model's token, up to and including block `deadline`.
		///
		/// ## Dispatch Origin
		/// Signed, by the consumer.
		///
		/// ## Details
		/// The computation is paid in the native token, at most `max_fee`; nothing else is. The tokens are the pool's when the
		/// answers are served, and go back when the job ends otherwise. The view function `quote_inference` says how many they
		/// are.
		///
		/// Emits [`Event::InferenceBought`].
		#[pallet::call_index(1)]
		pub fn buy_inference(
			origin: OriginFor<T>,
			version: VersionId,
			input: Cid,
			rows: u32,
			input_source: BoundedVec<u8, T::MaxAddressLen>,
			memory_mib: u32,
			#[pallet::compact] max_fee: Balance,
			#[pallet::compact] max_in: Balance,
			deadline: BlockNumberFor<T>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let input_source = input_source.into_inner();
			let request = AnswerRequest { version, input, rows, input_source, memory_mib, max_fee };
			Self::do_buy_inference(who, request, max_in, deadline)
		}

		/// Makes what strangers sent to a pool's account its own.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody.
		///
		/// Emits [`Event::GiftsTaken`].
		#[pallet::call_index(2)]
		pub fn take_gifts(origin: OriginFor<T>, token: TokenId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_take_gifts(token)
		}

		/// Ends a pool whose account has all of the tokens, and gives deposit and stake back.
		///
		/// ## Dispatch Origin
		/// Signed, by the creator.
		///
		/// ## Details
		/// Where more empty accounts or approvals are left at the token than one call may remove, the call has to be repeated;
		/// the pool does nothing meanwhile. Training under way is paid in the native token.
		///
		/// Emits [`Event::PoolClosed`] or [`Event::PoolClosing`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::close(T::CloseLimit::get()))]
		pub fn close(origin: OriginFor<T>, token: TokenId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_close(&who, token)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A token's pool.
		pub fn pool(token: TokenId) -> Option<PoolRecordOf<T>> {
			Pools::<T>::get(token)
		}

		/// The token of a model that has a pool.
		pub fn token_of(model: ModelId) -> Option<TokenId> {
			PoolTokens::<T>::get(model)
		}

		/// What was paid for answers that are under way.
		pub fn payment(job: JobId) -> Option<PaymentOf<T>> {
			Payments::<T>::get(job)
		}

		/// What `rows` answers of a version cost in its model's token now; `limit` is the `max_in` of a price that slips by at
		/// most `slippage` parts per million. The computation is paid beside it, in the native token.
		pub fn quote_inference(version: VersionId, rows: u32, slippage: u32) -> Option<AnswerQuote> {
			let (token, _, amount) = Self::price_of(version, rows).ok()?;
			let slipped = mul_div_ceil(amount, slippage.into(), PPM.into()).ok()?;
			Some(AnswerQuote { token, amount, limit: amount.checked_add(slipped)? })
		}

		/// What an update of this performance, in parts per million, would be paid now. `None` where it would be paid no tokens.
		pub fn quote_update(token: TokenId, performance: u32) -> Option<Payout> {
			let record = Self::open_record_of(token).ok()?;
			record.payout(performance, Self::now()).ok()?.ok()
		}

		/// What strangers sent to a pool's account.
		pub fn gifts_of(token: TokenId) -> Option<Balance> {
			Self::gifts(token, &Pools::<T>::get(token)?).ok()
		}

		/// The account of a token's pool.
		pub fn pot_account(token: TokenId) -> T::AccountId {
			Self::pot_of(token)
		}
	}
}
