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

mod active;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod capacity;
mod epochs;
mod impls;
#[cfg(test)]
mod mock;
mod pool;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
mod types;
mod unbonding;
pub mod weights;

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
	use crate::{
		AddressOf, CandidateOf, Capacities, ChunkOf, CreditOf, EpochRecord, Rewards, UnexpectedKind,
		WeightInfo, WorkRecordOf, WorkerRecordOf, WorkerStatusOf,
	};
	use alloc::vec::Vec;
	use engram_math::fee::mul_div_ceil;
	use engram_primitives::{
		address::MIN_ADDRESS_BOUND,
		authorization::{WorkerKey, WorkerSignature},
		economy::EpochClock,
		traits::WorkerPool,
		units::{Balance, PPM},
	};
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{Balanced, BalancedHold, Inspect, Mutate, MutateHold},
			Contains, OnUnbalanced,
		},
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use sp_core::H256;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// What bonds are held in.
		type Currency: Inspect<Self::AccountId, Balance = Balance>
			+ Mutate<Self::AccountId>
			+ MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ Balanced<Self::AccountId>
			+ BalancedHold<Self::AccountId>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Who may take a worker out against its will.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Receives what a slash leaves after compensation, and the whole of a penalty, as one credit: whoever divides it
		/// divides all of it.
		type OnSlash: OnUnbalanced<CreditOf<Self>>;

		/// Which epoch runs: the one that work is recorded in.
		type Clock: EpochClock;

		/// Takes what nobody claimed of an epoch's pool.
		type Treasury: Get<Self::AccountId>;

		/// The pool's account is derived from it. Genesis must endow that account with the existential deposit.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Epochs in which a closed epoch's rewards can be claimed, above zero. Changing it later concerns epochs that have
		/// not expired.
		#[pallet::constant]
		type ClaimPeriod: Get<u32>;

		/// Least bond to register with, and what `unbond` has to leave, in base units; it also pays for the record's storage.
		/// Above `BondPerSlot` by a missed deadline or more: a worker is drawn as long as its bond buys a slot, and what lies
		/// between the two is for penalties. Changing it later concerns those who register or take a part back from then on.
		#[pallet::constant]
		type MinBond: Get<Balance>;

		/// Bond behind each job a worker does at the same time, in base units, above zero: it limits outstanding work by
		/// bond. An active worker has one slot at least. Changing it later takes a migration that looks at every active and
		/// underbonded worker again; occupied slots stay.
		#[pallet::constant]
		type BondPerSlot: Get<Balance>;

		/// Most slots of one worker, whatever its bond, above zero. Raising it later is safe; lowering it below what is
		/// occupied breaks INV-WORKERS-6 until those jobs end.
		#[pallet::constant]
		type MaxSlots: Get<u32>;

		/// Most active workers, above zero: a draw reads a list of them. When it is full, whoever enters it displaces the worker
		/// of the least weight, if its own is greater. Those outside it are bounded by their bonds. Raising it later makes draws
		/// heavier; lowering it below the number of active workers makes their list unreadable and takes a migration.
		#[pallet::constant]
		type MaxWorkers: Get<u32>;

		/// Longest address in bytes, at least [`MIN_ADDRESS_BOUND`] so that one with a peer id fits. Raising it later is safe;
		/// lowering it makes longer ones unreadable and takes a migration.
		#[pallet::constant]
		type MaxAddressLen: Get<u32>;

		/// Blocks a bond stays on hold after the last slot is free, and a part of it after `unbond`: longer than an attempt at a
		/// job may take from its assignment to the end of its check. Changing it later concerns those who leave or unbond from
		/// then on.
		#[pallet::constant]
		type UnbondingPeriod: Get<BlockNumberFor<Self>>;

		/// Most parts of a bond that a worker may have waiting at the same time, above zero. Raising it later is safe; lowering
		/// it makes longer queues unreadable and takes a migration.
		#[pallet::constant]
		type MaxUnbonding: Get<u32>;

		/// Part of all that is on hold that proven dishonesty costs, in parts per million, rounded up. Changing it later concerns
		/// later slashes.
		#[pallet::constant]
		type SlashShare: Get<u32>;

		/// Part of all that is on hold that a missed deadline costs, in parts per million, rounded up; at most
		/// [`MAX_LATENESS_SHARE`](crate::MAX_LATENESS_SHARE), so
		/// that one miss ruins nobody. Changing it later concerns later misses.
		#[pallet::constant]
		type LatenessShare: Get<u32>;

		/// Reputation of a new worker, in parts per million: between `ReputationFloor` and 10^6, and at least
		/// `MinReputation`, or nobody new is ever drawn.
		#[pallet::constant]
		type InitialReputation: Get<u32>;

		/// Whose identity somebody has judged to be right.
		type Identified: Contains<Self::AccountId>;

		/// Reputation of a new worker whose identity was judged, in parts per million: between `InitialReputation` and 10^6.
		/// Such a worker has more to lose than a bond: a name.
		#[pallet::constant]
		type IdentifiedReputation: Get<u32>;

		/// What verified work adds: this part of the distance to 10^6, in parts per million.
		#[pallet::constant]
		type ReputationGain: Get<u32>;

		/// What has to be kept of a job's fee for verified work to add all of that, in base units, above zero; where less is kept,
		/// it adds less in proportion, and nothing where nothing is. Near what is kept of a usual job. Changing it later concerns
		/// jobs that are paid from then on.
		#[pallet::constant]
		type ReputationReference: Get<Balance>;

		/// What a missed deadline takes: this part of the reputation, in parts per million.
		#[pallet::constant]
		type ReputationLoss: Get<u32>;

		/// What a job given back for want of its inputs takes: this part of the reputation, in parts per million, at most
		/// `ReputationLoss`. Far below `ReputationGain`: a requester can inflict it on whoever is drawn. Above zero: whoever always
		/// gives back must sink.
		#[pallet::constant]
		type DeclineLoss: Get<u32>;

		/// Where reputation stops falling, and where a slash puts it, in parts per million. Raising it later takes a
		/// migration that lifts those below; lowering it is safe.
		#[pallet::constant]
		type ReputationFloor: Get<u32>;

		/// Least reputation of an active worker, in parts per million: whoever falls below is paused. Above `ReputationFloor`, a
		/// slashed worker is drawn no more. Raising it later takes a migration that pauses active workers below it; lowering it
		/// is safe.
		#[pallet::constant]
		type MinReputation: Get<u32>;

		/// Blocks for which a measured capacity counts while workers are probed, above zero. Changing it later concerns older
		/// measurements too.
		#[pallet::constant]
		type MeasurePeriod: Get<BlockNumberFor<Self>>;

		/// Since which block workers are probed; `None` while they are not. Measurements age from there, and only while they are
		/// probed does coming back to the draws end one: what nothing might renew is kept.
		type ProbedSince: Get<Option<BlockNumberFor<Self>>>;

		/// Sets the clock.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::benchmarking::BenchmarkHelper;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A worker's bond, from `register` to `withdraw`.
		#[codec(index = 0)]
		Bond,
		/// What closed epochs owe, on the account of the pool.
		#[codec(index = 1)]
		Rewards,
	}

	/// Registered workers. Paid for by the bond; removed by `withdraw` and `force_remove`.
	#[pallet::storage]
	pub type Workers<T: Config> = CountedStorageMap<_, Blake2_128Concat, T::AccountId, WorkerRecordOf<T>>;

	/// Who is registered with a hot key. Paid for and removed with the record.
	#[pallet::storage]
	pub type Keys<T: Config> = StorageMap<_, Blake2_128Concat, WorkerKey, T::AccountId>;

	/// Workers whose status is `Active`, ascending, each with what a draw asks of it, at most `MaxWorkers` of them. Follows from
	/// the records and the configuration: a runtime that changes `BondPerSlot`, `MaxSlots` or `MinReputation` writes it anew.
	#[pallet::storage]
	pub type Active<T: Config> = StorageValue<_, BoundedVec<CandidateOf<T>, T::MaxWorkers>, ValueQuery>;

	/// Parts of bonds that wait to be withdrawn, oldest first; they are on hold beside the bond. Paid for by what is on hold;
	/// removed by `withdraw_unbonded` with the last, and with the worker.
	// Blake2: anybody chooses an account.
	#[pallet::storage]
	pub type Unbonding<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, BoundedVec<ChunkOf<T>, T::MaxUnbonding>, ValueQuery>;

	/// The capacities of all active measured workers together.
	#[pallet::storage]
	pub type TotalCapacity<T> = StorageValue<_, Capacities, ValueQuery>;

	/// Epochs with recorded work, the running one included. Removed by `expire_epoch` with the last of their rows.
	// Twox64: the key is our own counter.
	#[pallet::storage]
	pub type Epochs<T> = StorageMap<_, Twox64Concat, u32, EpochRecord>;

	/// What each worker did in an epoch. Rows stay when their workers leave, so an epoch can have more than `MaxWorkers`; each takes
	/// a bond and a job that was paid. Removed by `expire_epoch`, page by page.
	// Twox64: the first key is our own counter. Blake2: anybody chooses an account.
	#[pallet::storage]
	pub type Work<T: Config> =
		StorageDoubleMap<_, Twox64Concat, u32, Blake2_128Concat, T::AccountId, WorkRecordOf<T>>;

	/// In which blocks epochs began: what a worker did not do before the last two is not made up for.
	#[pallet::storage]
	pub type EpochStarts<T: Config> = StorageValue<_, crate::Starts<BlockNumberFor<T>>, ValueQuery>;

	/// Nothing to choose: genesis keeps the pool's account alive.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Carries the type only.
		#[serde(skip)]
		pub phantom: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			frame_system::Pallet::<T>::inc_providers(&Pallet::<T>::pool());
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A worker registered and its bond was put on hold.
		Registered {
			/// The worker's cold account.
			worker: T::AccountId,
			/// Its hot key.
			key: WorkerKey,
			/// What is on hold.
			bond: Balance,
		},
		/// A worker added to its bond.
		BondIncreased {
			/// The worker.
			worker: T::AccountId,
			/// What was added.
			added: Balance,
			/// The bond from now on.
			bond: Balance,
		},
		/// A worker changed where it is reached and what it offers.
		EndpointUpdated {
			/// The worker.
			worker: T::AccountId,
			/// Its multiaddress.
			address: AddressOf<T>,
			/// Memory it offers, in MiB.
			memory_mib: u32,
		},
		/// A worker works under another hot key.
		KeyRotated {
			/// The worker.
			worker: T::AccountId,
			/// The key until now.
			old: WorkerKey,
			/// The key from now on.
			new: WorkerKey,
		},
		/// Whether a worker is drawn changed.
		StatusUpdated {
			/// The worker.
			worker: T::AccountId,
			/// Until now.
			old: WorkerStatusOf<T>,
			/// From now on.
			new: WorkerStatusOf<T>,
		},
		/// A worker took its bond and is no longer registered.
		Withdrawn {
			/// Who was a worker.
			worker: T::AccountId,
			/// What was released.
			bond: Balance,
		},
		/// The admin removed a worker without an occupied slot; its bond was released.
		ForceRemoved {
			/// Who was a worker.
			worker: T::AccountId,
			/// What was released.
			bond: Balance,
		},
		/// A worker's reputation moved.
		ReputationUpdated {
			/// The worker.
			worker: T::AccountId,
			/// Parts per million until now.
			old: u32,
			/// Parts per million from now on.
			new: u32,
		},
		/// A worker was slashed for proven dishonesty.
		Slashed {
			/// The worker.
			worker: T::AccountId,
			/// What its bond lost.
			taken: Balance,
			/// The part of it that was paid to those it had harmed, in order; the rest went where every slash goes.
			compensated: Vec<(T::AccountId, Balance)>,
			/// The bond that is left, without what waits to be withdrawn.
			bond: Balance,
		},
		/// Something that can't happen happened; nobody lost money. Please report it.
		Unexpected {
			/// The worker concerned.
			worker: T::AccountId,
			/// What happened.
			kind: UnexpectedKind,
		},
		/// A worker lost a part of its bond for a missed deadline, or for not showing what was checked.
		PenaltyTaken {
			/// The worker.
			worker: T::AccountId,
			/// What its bond lost; it went where every slash goes.
			taken: Balance,
			/// The bond that is left, without what waits to be withdrawn.
			bond: Balance,
		},
		/// A worker took a part of its bond back; it stays on hold for a while.
		Unbonded {
			/// The worker.
			worker: T::AccountId,
			/// The part.
			amount: Balance,
			/// The first block of its withdrawal.
			until: BlockNumberFor<T>,
			/// The bond from now on.
			bond: Balance,
		},
		/// Parts of a worker's bond that waited long enough were released.
		UnbondedWithdrawn {
			/// The worker.
			worker: T::AccountId,
			/// What was released.
			amount: Balance,
			/// What still waits.
			waiting: Balance,
		},
		/// Verified training measured what a worker can do; or the worker failed a probe, was not measured for too long, came back
		/// to the draws, or offers less memory.
		CapacityMeasured {
			/// The worker.
			worker: T::AccountId,
			/// Multiply-adds per block until now, 0 while it was not measured.
			old: u64,
			/// From now on, 0 if it is not measured any more.
			new: u64,
		},
		/// Verified work counts in the running epoch.
		WorkRecorded {
			/// The worker.
			worker: T::AccountId,
			/// The epoch.
			epoch: u32,
			/// Multiply-adds that count.
			credited: u64,
			/// The weight they add.
			weight: u128,
			/// The most that can be paid for them.
			ceiling: Balance,
		},
		/// An epoch with recorded work ended.
		EpochClosed {
			/// The epoch.
			epoch: u32,
			/// What is shared by weight.
			offered: Balance,
			/// What can be claimed at most: the rest goes elsewhere.
			taken: Balance,
			/// The weights of all workers.
			total_weight: u128,
			/// How many workers can claim.
			workers: u32,
		},
		/// A worker was paid its part of an epoch.
		RewardsClaimed {
			/// The worker.
			worker: T::AccountId,
			/// The epoch.
			epoch: u32,
			/// What it was paid.
			amount: Balance,
		},
		/// An epoch can't be claimed any more; what was left of it went to the treasury.
		EpochExpired {
			/// The epoch.
			epoch: u32,
			/// What was left.
			amount: Balance,
		},
		/// The last row of an expired epoch is gone.
		EpochRemoved {
			/// The epoch.
			epoch: u32,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account is registered already; use `update`, `bond_extra` or `rotate_key`.
		AlreadyRegistered,
		/// No worker is registered under this account; call `register` first.
		UnknownWorker,
		/// As many workers as possible are active, and each that is not busy has at least this one's bond times reputation; come
		/// with a larger bond, or wait until one has left.
		TooManyWorkers,
		/// The bond is too small: below `MinBond` to register or to take a part back, below `BondPerSlot` to be drawn. Add what
		/// is missing with `bond_extra`.
		BondTooSmall,
		/// The amount is zero; give base units above that.
		AmountIsZero,
		/// A worker must offer memory; give its MiB.
		MemoryIsZero,
		/// Not a multiaddress that ends in `/p2p/<peer>`, so nobody could fetch from the worker. Give one of the `addresses` that
		/// `engram worker key` prints, such as `/ip4/203.0.113.7/tcp/30400/p2p/12D3..`.
		AddressMalformed,
		/// Another worker, or this one, is registered with this key; generate a new one.
		KeyTaken,
		/// The signature does not prove that the key works for this account on this chain; take the one that `engram worker
		/// key` prints.
		InvalidPossession,
		/// The worker already is as asked for; there is nothing to do.
		StatusUnchanged,
		/// The worker is leaving; it can register again once it has withdrawn its bond.
		WorkerLeaving,
		/// The worker has not left; call `leave` first.
		NotLeaving,
		/// The bond is on hold for longer; the status in the view `worker_of` says until when.
		StillUnbonding,
		/// Jobs still occupy slots of the worker; try again when they have ended.
		SlotsOccupied,
		/// The worker is not active, so it can't take a job; end its pause or add to its bond.
		NotActive,
		/// All slots of the worker are occupied; try again when one of its jobs has ended.
		NoFreeSlot,
		/// Nobody worked in this epoch, or it was removed; the view `epoch_of` tells which have records.
		UnknownEpoch,
		/// The epoch has not been closed; wait for its end.
		EpochOpen,
		/// The epoch is closed and records no more work; what ends now counts in the running one.
		EpochClosed,
		/// The epoch was claimed for this worker before; claim another one.
		AlreadyClaimed,
		/// There is nothing for this worker in this epoch; the view `rewards_of` tells where there is.
		NothingToClaim,
		/// The epoch has expired; what was not claimed in time went to the treasury.
		ClaimsExpired,
		/// The epoch can still be claimed; it expires `ClaimPeriod` epochs after its end.
		ClaimPeriodOpen,
		/// A page has at least one row; ask for one or more.
		LimitIsZero,
		/// As many parts of the bond as possible wait already; withdraw those that may be, or wait.
		TooManyUnbonding,
		/// No part of the bond has waited long enough; see the view `unbonding_of`.
		NothingUnbonded,
		/// The worker's reputation is too low to be drawn; leave, withdraw and register anew.
		ReputationTooLow,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::BondPerSlot::get() > 0, "BondPerSlot is zero");
			assert!(
				T::MinBond::get() >= T::BondPerSlot::get(),
				"MinBond buys no slot: it must be at least BondPerSlot"
			);
			assert!(T::MaxSlots::get() > 0, "MaxSlots is zero");
			assert!(T::MaxWorkers::get() > 0, "MaxWorkers is zero");
			assert!(T::MaxUnbonding::get() > 0, "MaxUnbonding is zero");
			assert!(
				T::MaxAddressLen::get() >= MIN_ADDRESS_BOUND,
				"MaxAddressLen fits no address with a peer id"
			);
			assert!(
				T::LatenessShare::get() <= crate::MAX_LATENESS_SHARE,
				"LatenessShare is more than MAX_LATENESS_SHARE"
			);
			let penalty = mul_div_ceil(T::MinBond::get(), T::LatenessShare::get().into(), PPM.into());
			let left = penalty.ok().and_then(|penalty| T::MinBond::get().checked_sub(penalty));
			assert!(
				left.is_some_and(Self::buys_slot),
				"MinBond does not outlast a missed deadline: it must leave more above BondPerSlot"
			);
			assert!(T::ClaimPeriod::get() > 0, "ClaimPeriod is zero");
			assert!(T::MeasurePeriod::get() > BlockNumberFor::<T>::default(), "MeasurePeriod is zero");
			for (name, share) in [
				("SlashShare", T::SlashShare::get()),
				("ReputationGain", T::ReputationGain::get()),
				("ReputationLoss", T::ReputationLoss::get()),
				("InitialReputation", T::InitialReputation::get()),
				("IdentifiedReputation", T::IdentifiedReputation::get()),
			] {
				assert!(share <= PPM, "{name} is more than 1,000,000 parts per million");
			}
			assert!(T::ReputationReference::get() > 0, "ReputationReference is zero");
			assert!(
				T::DeclineLoss::get() <= T::ReputationLoss::get(),
				"DeclineLoss is more than ReputationLoss: nobody would give back in time"
			);
			assert!(
				T::ReputationFloor::get() <= T::InitialReputation::get(),
				"InitialReputation is below ReputationFloor"
			);
			assert!(
				T::MinReputation::get() <= T::InitialReputation::get(),
				"InitialReputation is below MinReputation: no new worker would be drawn"
			);
			assert!(
				T::InitialReputation::get() <= T::IdentifiedReputation::get(),
				"IdentifiedReputation is below InitialReputation"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = <T as Config>::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Registers the caller as a worker and puts `bond` on hold.
		///
		/// ## Dispatch Origin
		/// Signed, by the worker's cold account.
		///
		/// ## Details
		/// `possession` is the hot key's signature over `possession_digest` (a view function) of the caller: it proves
		/// that the holder of the key agrees to work for this account, on this chain.
		///
		/// When as many workers as possible are active, the one of the least weight in draws gives way: it is paused. Only whose
		/// own weight is greater is registered then.
		///
		/// Emits [`Event::Registered`], and [`Event::StatusUpdated`] of whoever gives way.
		#[pallet::call_index(0)]
		pub fn register(
			origin: OriginFor<T>,
			key: WorkerKey,
			possession: WorkerSignature,
			address: AddressOf<T>,
			memory_mib: u32,
			#[pallet::compact] bond: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_register(who, key, &possession, address, memory_mib, bond)
		}

		/// Adds to the caller's bond. An underbonded worker comes back when its bond buys a slot, if its reputation is at least
		/// `MinReputation`; else it is paused.
		///
		/// ## Dispatch Origin
		/// Signed, by the worker's cold account.
		///
		/// ## Details
		/// Whoever comes back may make another one give way, as in `register`.
		///
		/// Emits [`Event::BondIncreased`], and [`Event::StatusUpdated`] when the worker comes back or is paused, and of whoever
		/// gives way.
		#[pallet::call_index(1)]
		pub fn bond_extra(origin: OriginFor<T>, #[pallet::compact] amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bond_extra(&who, amount)
		}

		/// Changes where the caller's worker is reached and how much memory it offers, from the next draw on.
		///
		/// ## Dispatch Origin
		/// Signed, by the worker's cold account.
		///
		/// Emits [`Event::EndpointUpdated`].
		#[pallet::call_index(2)]
		pub fn update(origin: OriginFor<T>, address: AddressOf<T>, memory_mib: u32) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_update(who, address, memory_mib)
		}

		/// Replaces the caller's hot key.
		///
		/// ## Dispatch Origin
		/// Signed, by the worker's cold account.
		///
		/// ## Details
		/// From this block on only the new key's signatures count, for jobs under way too.
		///
		/// Emits [`Event::KeyRotated`].
		#[pallet::call_index(3)]
		pub fn rotate_key(
			origin: OriginFor<T>,
			key: WorkerKey,
			possession: WorkerSignature,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_rotate_key(who, key, &possession)
		}

		/// Pauses the caller's worker or ends the pause. A paused worker is not drawn; jobs under way go on.
		///
		/// ## Dispatch Origin
		/// Signed, by the worker's cold account.
		///
		/// ## Details
		/// Jobs that end in the pause are rewarded as always. Who comes back while workers are probed is unmeasured: no work
		/// counts in an epoch until the next verified training, a probe or a job. Whoever comes back may make another one give
		/// way, as in `register`.
		///
		/// Emits [`Event::StatusUpdated`], of whoever gives way too, and [`Event::CapacityMeasured`] when a measured worker comes
		/// back.
		#[pallet::call_index(4)]
		pub fn set_available(origin: OriginFor<T>, available: bool) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_available(&who, available)
		}

		/// Takes the caller's worker out of the draws for good.
		///
		/// ## Dispatch Origin
		/// Signed, by the worker's cold account.
		///
		/// ## Details
		/// The bond stays on hold, and can be slashed, for `UnbondingPeriod` blocks after the last slot is free.
		///
		/// Emits [`Event::StatusUpdated`].
		#[pallet::call_index(5)]
		pub fn leave(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_leave(&who)
		}

		/// Releases the bond of a worker that has left and waited, and forgets it.
		///
		/// ## Dispatch Origin
		/// Signed, by the worker's cold account.
		///
		/// Emits [`Event::Withdrawn`].
		#[pallet::call_index(6)]
		pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw(who)
		}

		/// Takes a worker out against its will.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// ## Details
		/// Without an occupied slot the worker is removed and its bond released at once. With one it becomes `Leaving`, as
		/// after `leave`: its jobs can still end, and its bond can still be slashed.
		///
		/// Emits [`Event::ForceRemoved`] or [`Event::StatusUpdated`].
		#[pallet::call_index(7)]
		pub fn force_remove(origin: OriginFor<T>, worker: T::AccountId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_force_remove(worker)
		}

		/// Pays a worker's cold account its part of a closed epoch.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody.
		///
		/// ## Details
		/// Possible until the epoch expires, whether the worker is still registered or not.
		///
		/// Emits [`Event::RewardsClaimed`].
		#[pallet::call_index(8)]
		pub fn claim_rewards(origin: OriginFor<T>, worker: T::AccountId, epoch: u32) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim_rewards(worker, epoch)
		}

		/// Moves what nobody claimed of an epoch to the treasury, and removes up to `limit` of its rows.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody, `ClaimPeriod` epochs after the end of the epoch.
		///
		/// ## Details
		/// The money moves with the first page, and a page has at most `MaxWorkers` rows. Call again until the epoch is gone.
		/// Weight for rows that are not there is given back.
		///
		/// Emits [`Event::EpochExpired`] with the first page and [`Event::EpochRemoved`] with the last.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::expire_epoch((*limit).min(T::MaxWorkers::get())))]
		pub fn expire_epoch(origin: OriginFor<T>, epoch: u32, limit: u32) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let removed = Self::do_expire_epoch(epoch, limit.min(T::MaxWorkers::get()))?;
			Ok(Some(T::WeightInfo::expire_epoch(removed)).into())
		}

		/// Takes a part of the caller's bond back, of which at least `MinBond` must stay.
		///
		/// ## Dispatch Origin
		/// Signed, by the worker's cold account.
		///
		/// ## Details
		/// From now on the part counts neither for draws nor for slots. It stays on hold, and can be slashed, for
		/// `UnbondingPeriod` blocks. To take everything, call `leave`.
		///
		/// Emits [`Event::Unbonded`].
		#[pallet::call_index(10)]
		pub fn unbond(origin: OriginFor<T>, #[pallet::compact] amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_unbond(who, amount)
		}

		/// Releases every part of the caller's bond that has waited long enough.
		///
		/// ## Dispatch Origin
		/// Signed, by the worker's cold account.
		///
		/// Emits [`Event::UnbondedWithdrawn`].
		#[pallet::call_index(11)]
		pub fn withdraw_unbonded(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_unbonded(who)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A worker's record.
		pub fn worker_of(worker: T::AccountId) -> Option<WorkerRecordOf<T>> {
			Workers::<T>::get(worker)
		}

		/// Up to `limit` workers after `after`, in storage order. Start without `after`, go on with the last account.
		pub fn workers(after: Option<T::AccountId>, limit: u32) -> Vec<(T::AccountId, WorkerRecordOf<T>)> {
			Self::page_of_workers(after, limit)
		}

		/// The worker registered with a hot key.
		pub fn worker_with_key(key: WorkerKey) -> Option<T::AccountId> {
			<Self as WorkerPool<T::AccountId>>::owner_of(&key)
		}

		/// Workers that a draw for a job with this need of memory would consider now, with their weights. The chance of
		/// each is its weight over the sum.
		pub fn eligible(memory_mib: u32) -> Vec<(T::AccountId, u128)> {
			Self::candidates(memory_mib)
		}

		/// How many jobs a worker's bond allows at the same time.
		pub fn slots_of(worker: T::AccountId) -> Option<u32> {
			Workers::<T>::get(worker).map(|record| Self::slots(&record))
		}

		/// What a worker did in an epoch, and what that is worth once the epoch is closed.
		pub fn rewards_of(worker: T::AccountId, epoch: u32) -> Option<Rewards> {
			Self::rewards(&worker, epoch)
		}

		/// The sums of an epoch.
		pub fn epoch_of(epoch: u32) -> Option<EpochRecord> {
			Epochs::<T>::get(epoch)
		}

		/// The parts of a worker's bond that wait to be withdrawn, oldest first.
		pub fn unbonding_of(worker: T::AccountId) -> Vec<ChunkOf<T>> {
			Unbonding::<T>::get(worker).into_inner()
		}

		/// What a hot key signs, as 32 raw bytes, to prove that its holder agrees to work for `owner`.
		pub fn possession_digest(owner: T::AccountId) -> [u8; 32] {
			Self::digest_of_possession(&owner)
		}
	}
}
