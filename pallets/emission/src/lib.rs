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
mod epochs;
mod handlers;
mod impls;
mod jobs;
mod ledger;
#[cfg(test)]
mod mock;
mod stakers;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
mod types;
pub mod weights;

pub use engram_primitives::economy::MarketFactor;
pub use handlers::*;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

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
	use engram_math::{
		emission::{self, PoolWeights, State, MAX_GENESIS_ISSUANCE},
		fee::CutShares,
		yields::{BudgetShares, FactorRange, Reference},
	};
	use engram_primitives::{
		economy::{BurnCause, ComputeRewards, ContributorRewards},
		units::Balance,
	};
	use frame_support::{
		pallet_prelude::*,
		traits::fungible::{self, hold},
		PalletId,
	};
	use frame_system::pallet_prelude::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The native token. What the stakers' pot owes is a hold, so that money sent to it by strangers changes nothing.
		type Currency: fungible::Balanced<Self::AccountId, Balance = Balance>
			+ fungible::Mutate<Self::AccountId, Balance = Balance>
			+ hold::Mutate<Self::AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Who governs the monetary policy.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The workers' pool, and what there is of compute.
		type Compute: ComputeRewards<Self::AccountId>;

		/// The pool of verified contributors.
		type Contributors: ContributorRewards<Self::AccountId>;

		/// How well a model's token trades. `()` where models have no tokens.
		type Market: MarketFactor;

		/// Takes what cannot be distributed, and stakers' rewards that nobody claimed. The account must hold at least the
		/// existential deposit: an epoch whose remainder cannot be minted into it is not closed.
		type Treasury: Get<Self::AccountId>;

		/// Three accounts are derived from it: the stakers' pot, the stakers' inbox and the DAO vault. Changing it later
		/// strands all three.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Closed epochs whose summaries are kept, above zero. Raising it later keeps more from then on; lowering it leaves
		/// rows that no epoch removes, so it takes a migration.
		#[pallet::constant]
		type HistoryDepth: Get<u32>;

		/// Weights of the calls, the hooks and the end of an epoch.
		type WeightInfo: WeightInfo;
	}

	/// Why money of this pallet's accounts is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Stakers' rewards that are not claimed yet.
		#[codec(index = 0)]
		StakersRewards,
	}

	/// The governed monetary policy. Written at genesis and by governance.
	#[pallet::storage]
	pub type CurrentPolicy<T: Config> = StorageValue<_, Policy, ValueQuery>;

	/// What one epoch hands to the next: how many there were, the vault's carry, the demand window.
	#[pallet::storage]
	pub type EmissionState<T: Config> = StorageValue<_, State, ValueQuery>;

	/// What the running epoch has seen so far, in base units. Taken when the epoch is closed.
	#[pallet::storage]
	pub type RunningEpoch<T: Config> = StorageValue<_, Running, ValueQuery>;

	/// Issuance when the ledger was opened, which is the first block that has this pallet. Never changed.
	#[pallet::storage]
	pub type GenesisIssuance<T: Config> = StorageValue<_, Balance>;

	/// What the ledger says the issuance is: genesis plus minted minus burned. Written with each entry.
	#[pallet::storage]
	pub type ExpectedIssuance<T: Config> = StorageValue<_, Balance, ValueQuery>;

	/// Base units minted since genesis, by what for. Only grows.
	// Twox64: the keys are an enum of ours.
	#[pallet::storage]
	pub type Minted<T: Config> = StorageMap<_, Twox64Concat, MintCause, Balance, ValueQuery>;

	/// Base units burned since genesis, by cause. Only grows.
	// Twox64: the keys are an enum of ours.
	#[pallet::storage]
	pub type Burned<T: Config> = StorageMap<_, Twox64Concat, BurnCause, Balance, ValueQuery>;

	/// What went through the stakers' pot beside its minting, in base units. Only grows.
	#[pallet::storage]
	pub type StakersFlows<T: Config> = StorageValue<_, Flows, ValueQuery>;

	/// What the stakers' pot owes for each era that has ended, in base units, above zero: what was put in for it, less what was
	/// paid and withheld of it. Removed when staking forgets the era; what is left goes to the treasury.
	// Twox64: eras are a counter of staking's.
	#[pallet::storage]
	pub type StakersOwed<T: Config> = StorageMap<_, Twox64Concat, u32, Balance>;

	/// The era whose rewards staking is about to move: the one that ends, or the one that somebody claims for. Staking's handlers
	/// are told only how much it is, and take it. What moves nothing leaves it, until the next one.
	#[pallet::storage]
	pub type StakersEra<T: Config> = StorageValue<_, u32>;

	/// The last closed epochs by number. The epoch that falls out of `HistoryDepth` is removed when another is closed.
	// Twox64: epochs are a counter of ours.
	#[pallet::storage]
	pub type Epochs<T: Config> = StorageMap<_, Twox64Concat, u32, EpochSummary>;

	/// Whether issuance may be forced, as development chains want it. Written at genesis, never changed.
	#[pallet::storage]
	pub type ForcedIssuance<T: Config> = StorageValue<_, bool, ValueQuery>;

	/// The monetary policy of a new chain. The three accounts of this pallet must be endowed with the existential deposit in
	/// the genesis of balances.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound, Debug)]
	pub struct GenesisConfig<T: Config> {
		/// The policy.
		pub policy: Policy,
		/// Whether the root of this chain may set balances and issuance at will. Only for development.
		pub forced_issuance: bool,
		/// Binds the type parameter.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			// A policy out of bounds would mint nothing for ever, so such a chain does not start.
			if let Err(reason) = self.policy.validate() {
				panic!("genesis of pallet-emission: {reason}");
			}
			// Only what balances were built before counts: `pallet_balances` comes first in a runtime.
			let issuance = <T::Currency as fungible::Inspect<T::AccountId>>::total_issuance();
			assert!(
				issuance <= MAX_GENESIS_ISSUANCE,
				"genesis of pallet-emission: balances sum to {issuance} base units, at most {MAX_GENESIS_ISSUANCE} may exist"
			);
			CurrentPolicy::<T>::put(self.policy);
			ForcedIssuance::<T>::put(self.forced_issuance);
			for pot in Pot::ALL {
				frame_system::Pallet::<T>::inc_providers(&Pallet::<T>::account_of(pot));
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An epoch ended and was minted. The five parts sum to `minted`.
		EpochClosed {
			/// Which.
			epoch: u32,
			/// What was minted.
			minted: Balance,
			/// Where it went.
			parts: Parts,
			/// What was collected for the stakers without minting.
			collected: Balance,
			/// What was burned in the epoch, by any cause.
			burned: Balance,
			/// Issuance after the minting.
			supply: Balance,
		},
		/// Holders burned what is theirs in this block, by `balances.burn` or otherwise unannounced.
		HolderBurnRecorded {
			/// How much.
			amount: Balance,
		},
		/// Stakers' rewards that nobody claimed, that could not be paid, or that staking withholds, went to the treasury.
		StakersRewardsExpired {
			/// For which era they were.
			era: u32,
			/// How much.
			amount: Balance,
		},
		/// The parameters of the issuance changed.
		IssuanceParametersUpdated {
			/// Before.
			old: emission::Parameters,
			/// Now.
			new: emission::Parameters,
		},
		/// The ultrasound mode was switched, or its limit changed.
		UltrasoundUpdated {
			/// Before.
			old: Option<u32>,
			/// Now: the most that is minted per burned unit, in parts per million, or `None` while it is off.
			new: Option<u32>,
		},
		/// The division among the pools changed.
		PoolWeightsUpdated {
			/// Before.
			old: PoolWeights,
			/// Now.
			new: PoolWeights,
		},
		/// The range of the staking factor changed.
		StakingRangeUpdated {
			/// Before.
			old: FactorRange,
			/// Now.
			new: FactorRange,
		},
		/// The market that counts as a utilisation of one changed.
		ReferenceUpdated {
			/// Before.
			old: Reference,
			/// Now.
			new: Reference,
		},
		/// The staked share at which the workers' pool is paid in full changed.
		TargetRatioUpdated {
			/// Before.
			old: u32,
			/// Now, in parts per million.
			new: u32,
		},
		/// The shares of a job's kept fee that bound its rewards changed.
		BudgetSharesUpdated {
			/// Before.
			old: BudgetShares,
			/// Now.
			new: BudgetShares,
		},
		/// The strength of the workers' bonus changed.
		BonusStrengthUpdated {
			/// Before.
			old: u32,
			/// Now, in parts per million.
			new: u32,
		},
		/// The division of fees between burn, treasury and author changed.
		FeeSharesUpdated {
			/// Before.
			old: CutShares,
			/// Now.
			new: CutShares,
		},
		/// Something that cannot happen, did.
		Unexpected {
			/// What.
			kind: UnexpectedKind,
		},
		/// The treasury's part of slashes and penalties changed; the rest of them is burned.
		SlashTreasuryUpdated {
			/// Before.
			old: u32,
			/// Now, in parts per million.
			new: u32,
		},
		/// What a market factor of one takes changed.
		MarketReferenceUpdated {
			/// Before.
			old: Balance,
			/// Now.
			new: Balance,
		},
		/// The protocol's cut of job fees changed.
		CutUpdated {
			/// Before.
			old: u32,
			/// Now, in parts per million.
			new: u32,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The fee target is zero. Give base units per epoch.
		FeeTargetZero,
		/// The reference demand of the issuance is zero. Give base units per epoch.
		DemandReferenceZero,
		/// The least demand factor is above the largest. Swap or change them.
		DemandRangeInverted,
		/// The window is even or above 31 epochs. Give an odd number up to 31.
		InvalidWindow,
		/// The cap may not grow. Give a decay of at most 1,000,000 parts.
		CapGrows,
		/// A year has no epochs. Give at least one.
		EmptyYear,
		/// Ultrasound mints less than was burned. Give less than 1,000,000 parts.
		UltrasoundTooHigh,
		/// The weights of the pools do not sum to 1,000,000 parts. Change them until they do.
		WeightsDoNotSum,
		/// The range of the staking factor is refused: give `min <= max <= 1,000,000`.
		InvalidStakingRange,
		/// A field of the reference market is zero. Give demand, capacity and workers above zero.
		ReferenceZero,
		/// The target ratio is refused: give from 1 to 1,000,000 parts.
		InvalidTargetRatio,
		/// The budget shares sum to more than 1,000,000 parts: rewards would exceed what the fee leaves. Lower them.
		BudgetAboveKept,
		/// The bonus is at most the work itself. Give at most 1,000,000 parts.
		BonusTooStrong,
		/// The fee shares sum to more than 1,000,000 parts. Lower them: the author of the block gets what they leave.
		FeesAboveOne,
		/// A pool took more than it was offered. The pallet behind it needs a fix.
		PoolOverdrawn,
		/// A sum of base units does not fit 128 bits. No amounts on a chain that works are that large.
		LedgerOverflow,
		/// The treasury's part of a slash is more than the slash. Give at most 1,000,000 parts.
		SlashTreasuryAboveOne,
		/// The base is more than an epoch may mint. Give at most 2^63 base units.
		BaseTooHigh,
		/// The cap is more than an epoch may mint. Give at most 2^63 base units.
		CapTooHigh,
		/// The tail is more than an epoch may mint. Give at most 2^63 base units.
		TailTooHigh,
		/// Washed trades would bring workers more than they cost. Raise the market reference first, or lower the cap, the tail, the
		/// workers' weight or the bonus strength.
		WashingPays,
		/// The cut of job fees is refused: give from 50,000 to 200,000 parts per million.
		CutOutOfRange,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::HistoryDepth::get() > 0, "HistoryDepth must be above zero");
			let mut accounts: alloc::vec::Vec<_> = Pot::ALL.into_iter().map(Self::account_of).collect();
			accounts.push(T::Treasury::get());
			let distinct: alloc::collections::BTreeSet<_> = accounts.iter().collect();
			assert_eq!(
				distinct.len(),
				accounts.len(),
				"pot, inbox, vault and treasury must be four accounts"
			);
		}

		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			let opened = if Self::open_ledger() { T::WeightInfo::open_ledger() } else { Weight::zero() };
			T::WeightInfo::reconcile().saturating_add(opened)
		}

		fn on_finalize(_: BlockNumberFor<T>) {
			Self::reconcile();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Replaces all parameters of the issuance.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// ## Details
		/// They rule from the end of the running epoch on. A maximum supply below the issuance is allowed: nothing is
		/// minted until burns bring the issuance below it.
		///
		/// Emits [`Event::IssuanceParametersUpdated`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_issuance_parameters())]
		pub fn set_issuance_parameters(origin: OriginFor<T>, new: emission::Parameters) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_issuance_parameters(new)
		}

		/// Switches the ultrasound mode on, at the most that may be minted per burned unit in parts per million, or off.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// Emits [`Event::UltrasoundUpdated`].
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_ultrasound())]
		pub fn set_ultrasound(origin: OriginFor<T>, new: Option<u32>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_ultrasound(new)
		}

		/// Sets how what the vault leaves of a minting is divided.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// Emits [`Event::PoolWeightsUpdated`].
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_pool_weights())]
		pub fn set_pool_weights(origin: OriginFor<T>, new: PoolWeights) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_pool_weights(new)
		}

		/// Sets the least and the largest part of their pool that stakers are paid.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// Emits [`Event::StakingRangeUpdated`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::set_staking_range())]
		pub fn set_staking_range(origin: OriginFor<T>, new: FactorRange) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_staking_range(new)
		}

		/// Sets the market that counts as a utilisation of one.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// Emits [`Event::ReferenceUpdated`].
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::set_reference())]
		pub fn set_reference(origin: OriginFor<T>, new: Reference) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_reference(new)
		}

		/// Sets the staked share of the issuance at which the workers' pool is paid in full.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// Emits [`Event::TargetRatioUpdated`].
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::set_target_ratio())]
		pub fn set_target_ratio(origin: OriginFor<T>, new: u32) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_target_ratio(new)
		}

		/// Sets how the kept part of a job's fee bounds the rewards it may cause.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// ## Details
		/// Rules the jobs that are paid from now on.
		///
		/// Emits [`Event::BudgetSharesUpdated`].
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::set_budget_shares())]
		pub fn set_budget_shares(origin: OriginFor<T>, new: BudgetShares) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_budget_shares(new)
		}

		/// Sets how much a well traded, well performing model raises the weight of work on it.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// ## Details
		/// Rules the jobs that are paid from now on.
		///
		/// Emits [`Event::BonusStrengthUpdated`].
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::set_bonus_strength())]
		pub fn set_bonus_strength(origin: OriginFor<T>, new: u32) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_bonus_strength(new)
		}

		/// Sets how the protocol's cut of job fees, and the fees of transactions, are divided between burn and treasury; the
		/// author of the block gets the rest.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// ## Details
		/// Rules the fees that are paid from now on.
		///
		/// Emits [`Event::FeeSharesUpdated`].
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::set_fee_shares())]
		pub fn set_fee_shares(origin: OriginFor<T>, new: CutShares) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_fee_shares(new)
		}

		/// Sets the treasury's part of what slashes and penalties leave, in parts per million; the rest is burned.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// ## Details
		/// Rules what is taken from now on, of workers, reviewers, validators and nominators alike. Slashes of stakers are taken
		/// when they are applied, not when they are reported.
		///
		/// Emits [`Event::SlashTreasuryUpdated`].
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::set_slash_treasury())]
		pub fn set_slash_treasury(origin: OriginFor<T>, new: u32) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_slash_treasury(new)
		}

		/// Sets what the protocol has to keep of the fees of a model's trades in an epoch for a market factor of one, in base units.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// ## Details
		/// Rules the jobs that are paid from now on. It has to keep washed trades from paying, so whoever wants larger pools for
		/// workers or a stronger bonus raises it first.
		///
		/// Emits [`Event::MarketReferenceUpdated`].
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::set_market_reference())]
		pub fn set_market_reference(origin: OriginFor<T>, new: Balance) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_market_reference(new)
		}

		/// Sets the protocol's part of what a job's fee pays for computing, in parts per million.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// ## Details
		/// Rules the training that is bought and the answers that are given from now on: whoever serves an answer gets what the cut
		/// of that day leaves.
		///
		/// Emits [`Event::CutUpdated`].
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::set_cut())]
		pub fn set_cut(origin: OriginFor<T>, new: u32) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_cut(new)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The governed policy.
		pub fn policy() -> Policy {
			CurrentPolicy::<T>::get()
		}

		/// What one epoch hands to the next.
		pub fn state() -> State {
			EmissionState::<T>::get()
		}

		/// Genesis, everything minted and burned by cause, and the issuance.
		pub fn ledger() -> Ledger {
			Self::read_ledger()
		}

		/// The number of the running epoch: one more than the last that was closed.
		pub fn epoch() -> u32 {
			Self::current_epoch()
		}

		/// A closed epoch, if it is among the kept ones.
		pub fn epoch_of(epoch: u32) -> Option<EpochSummary> {
			Epochs::<T>::get(epoch)
		}

		/// What staking yielded in the last closed epoch. `None` before the first.
		pub fn staking_yield() -> Option<StakingYield> {
			Self::last_staking_yield()
		}

		/// The DAO vault: it takes 3 % of every minting.
		pub fn vault_account() -> T::AccountId {
			Self::account_of(Pot::Vault)
		}

		/// The account that holds what stakers are owed.
		pub fn stakers_pot() -> T::AccountId {
			Self::account_of(Pot::Stakers)
		}

		/// The account whose money joins the stakers' next payout, unminted. Anybody may pay into it.
		pub fn stakers_inbox() -> T::AccountId {
			Self::account_of(Pot::Inbox)
		}

		/// What stakers are owed by the pot, all epochs together.
		pub fn stakers_owed() -> Balance {
			Self::owed_to_stakers()
		}

		/// What the running epoch has seen so far, and what it would mint if it ended now.
		pub fn preview() -> Preview {
			Self::preview_epoch()
		}

		/// Whether issuance may be forced on this chain.
		pub fn forced_issuance() -> bool {
			Self::allows_forced_issuance()
		}
	}
}
