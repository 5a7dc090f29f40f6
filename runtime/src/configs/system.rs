//! System, utility pallets, and how transactions are built.

use super::{
	conversion::PoolsSafe,
	staking::{era_of_claim, ErasOfClaims},
};
use crate::{
	AccountId, Balance, Balances, Block, BlockNumber, Emission, Hash, Nonce, OriginCaller, PalletInfo,
	Preimage, Runtime, RuntimeCall, RuntimeEvent, RuntimeHoldReason, RuntimeOrigin, RuntimeTask, Signature,
	System, TxExtension, UncheckedExtrinsic, VERSION,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_primitives::{
	units::{ENGR, MICRO, MILLI, SS58_PREFIX},
	FIRST_TOKEN,
};
use frame_support::{
	derive_impl,
	dispatch::DispatchClass,
	parameter_types,
	traits::{
		fungible::HoldConsideration, ConstU32, Contains, EqualPrivilegeOnly, InsideBoth, InstanceFilter,
		LinearStoragePrice,
	},
	weights::{
		constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND},
		Weight,
	},
};
use frame_system::{limits, EnsureRoot};
use scale_info::TypeInfo;
use sp_runtime::{generic, traits::AccountIdLookup, Perbill};
use sp_version::RuntimeVersion;

/// Share of a block that normal transactions may fill.
const NORMAL_RATIO: Perbill = Perbill::from_percent(75);
/// Two seconds of computing per block, proofs unbounded (no relay chain).
const MAXIMUM_BLOCK_WEIGHT: Weight =
	Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND.saturating_mul(2), u64::MAX);

/// The longest block, in bytes.
const MAXIMUM_BLOCK_LENGTH: u32 = 5 * 1024 * 1024;

/// A share of a weight, rounded down.
fn weight_share_floor(share: Perbill, of: Weight) -> Weight {
	Weight::from_parts(share.mul_floor(of.ref_time()), share.mul_floor(of.proof_size()))
}

parameter_types! {
	pub const BlockHashCount: BlockNumber = 4096;
	pub const Version: RuntimeVersion = VERSION;
	pub const SS58Prefix: u16 = SS58_PREFIX;
	pub BlockWeights: limits::BlockWeights =
		limits::BlockWeights::with_sensible_defaults(MAXIMUM_BLOCK_WEIGHT, NORMAL_RATIO);
	pub BlockLength: limits::BlockLength = limits::BlockLength::builder()
		.max_length(MAXIMUM_BLOCK_LENGTH)
		.modify_max_length_for_class(DispatchClass::Normal, |m| *m = NORMAL_RATIO.mul_floor(MAXIMUM_BLOCK_LENGTH))
		.build();
}

/// Forced balances, holds and issuance would break the ledger of what was minted and what is owed, and writing raw storage can
/// force all of them: outside development chains nobody may call them, nor have them called by root. What is left to root is an
/// upgrade of the runtime.
pub struct LedgerSafe;
impl Contains<RuntimeCall> for LedgerSafe {
	fn contains(call: &RuntimeCall) -> bool {
		Emission::allows_forced_issuance() || !breaks_ledger(call)
	}
}

/// Whether a call forces balances, holds or issuance, or raw storage, or claims for stakers past the filter, by itself or by a call
/// inside it: root's own calls pass every filter, so the call that makes root's is where it must be stopped.
fn breaks_ledger(call: &RuntimeCall) -> bool {
	use frame_system::Call as System;
	use pallet_balances::Call as Balances;
	use pallet_multisig::Call as Multisig;
	use pallet_proxy::Call as Proxy;
	use pallet_scheduler::Call as Scheduler;
	use pallet_sudo::Call as Sudo;
	use pallet_utility::Call as Utility;
	match call {
		RuntimeCall::Balances(call) => {
			matches!(
				call,
				Balances::force_set_balance { .. }
					| Balances::force_adjust_total_issuance { .. }
					| Balances::force_transfer { .. }
					| Balances::force_unreserve { .. }
			)
		},
		RuntimeCall::System(call) => matches!(
			call,
			System::set_storage { .. } | System::kill_storage { .. } | System::kill_prefix { .. }
		),
		// In somebody else's name root goes past the filter that notes of which era stakers are paid, and without that note what
		// they are paid is minted.
		RuntimeCall::Sudo(Sudo::sudo_as { call, .. })
		| RuntimeCall::Utility(
			Utility::dispatch_as { call, .. } | Utility::dispatch_as_fallible { call, .. },
		) => era_of_claim(call).is_some() || breaks_ledger(call),
		RuntimeCall::Sudo(Sudo::sudo { call } | Sudo::sudo_unchecked_weight { call, .. })
		| RuntimeCall::Utility(Utility::as_derivative { call, .. } | Utility::with_weight { call, .. })
		| RuntimeCall::Scheduler(
			Scheduler::schedule { call, .. }
			| Scheduler::schedule_named { call, .. }
			| Scheduler::schedule_after { call, .. }
			| Scheduler::schedule_named_after { call, .. },
		)
		| RuntimeCall::Multisig(
			Multisig::as_multi { call, .. } | Multisig::as_multi_threshold_1 { call, .. },
		)
		| RuntimeCall::Proxy(Proxy::proxy { call, .. } | Proxy::proxy_announced { call, .. }) => {
			breaks_ledger(call)
		},
		RuntimeCall::Utility(Utility::if_else { main, fallback }) => {
			breaks_ledger(main) || breaks_ledger(fallback)
		},
		RuntimeCall::Utility(
			Utility::batch { calls } | Utility::batch_all { calls } | Utility::force_batch { calls },
		) => calls.iter().any(breaks_ledger),
		_ => false,
	}
}

/// A holder who destroys model tokens with an asset's account would do so past the curve, which counts them. Calls inside of
/// batches and proxies meet this filter too; only root, as a holder, could pass it by.
pub struct TokensSafe;
impl Contains<RuntimeCall> for TokensSafe {
	fn contains(call: &RuntimeCall) -> bool {
		use pallet_assets::Call::refund;
		!matches!(call, RuntimeCall::Assets(refund { id, allow_burn: true }) if id.0 >= FIRST_TOKEN.0)
	}
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type BaseCallFilter = InsideBoth<
		LedgerSafe,
		InsideBoth<
			InsideBoth<TokensSafe, PoolsSafe>,
			InsideBoth<InsideBoth<crate::SafeMode, crate::TxPause>, ErasOfClaims>,
		>,
	>;
	type BlockWeights = BlockWeights;
	type BlockLength = BlockLength;
	type AccountId = AccountId;
	type Nonce = Nonce;
	type Hash = Hash;
	type Block = Block;
	type Lookup = AccountIdLookup<AccountId, ()>;
	type BlockHashCount = BlockHashCount;
	type DbWeight = ParityDbWeight;
	type Version = Version;
	type AccountData = pallet_balances::AccountData<Balance>;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Runtime>;
	type SS58Prefix = SS58Prefix;
	type MaxConsumers = ConstU32<128>;
	type SingleBlockMigrations = crate::migrations::SingleBlock;
	type MultiBlockMigrator = crate::migrations::MultiBlock;
}

impl<C> frame_system::offchain::CreateTransactionBase<C> for Runtime
where
	RuntimeCall: From<C>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<C> frame_system::offchain::CreateTransaction<C> for Runtime
where
	RuntimeCall: From<C>,
{
	type Extension = TxExtension;

	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> UncheckedExtrinsic {
		generic::UncheckedExtrinsic::new_transaction(call, extension)
	}
}

impl<C> frame_system::offchain::CreateAuthorizedTransaction<C> for Runtime
where
	RuntimeCall: From<C>,
{
	fn create_extension() -> TxExtension {
		(
			frame_system::AuthorizeCall::new(),
			frame_system::CheckNonZeroSender::new(),
			frame_system::CheckSpecVersion::new(),
			frame_system::CheckTxVersion::new(),
			frame_system::CheckGenesis::new(),
			frame_system::CheckEra::from(generic::Era::Immortal),
			frame_system::CheckNonce::from(0),
			frame_system::CheckWeight::new(),
			pallet_transaction_payment::ChargeTransactionPayment::from(0).into(),
			frame_metadata_hash_extension::CheckMetadataHash::new(false),
			frame_system::WeightReclaim::new(),
		)
	}
}

impl<C> frame_system::offchain::CreateBare<C> for Runtime
where
	RuntimeCall: From<C>,
{
	fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
		generic::UncheckedExtrinsic::new_bare(call)
	}
}

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

/// Price of storage: 20 milli-ENGR an item and 10 micro-ENGR a byte.
#[allow(clippy::as_conversions, reason = "a constant function cannot convert by `From`")]
pub const fn deposit(items: u32, bytes: u32) -> Balance {
	let (items, bytes) = (items as Balance, bytes as Balance);
	// Counts of 32 bits leave room for a thousand billion times as much.
	items.saturating_mul(20 * MILLI).saturating_add(bytes.saturating_mul(10 * MICRO))
}

parameter_types! {
	pub const MultisigDepositBase: Balance = deposit(1, 88);
	pub const MultisigDepositFactor: Balance = deposit(0, 32);
	pub const ProxyDepositBase: Balance = deposit(1, 8);
	pub const ProxyDepositFactor: Balance = deposit(0, 33);
	pub const AnnouncementDepositBase: Balance = deposit(1, 8);
	pub const AnnouncementDepositFactor: Balance = deposit(0, 66);
	pub const BasicDeposit: Balance = deposit(1, 258);
	pub const ByteDeposit: Balance = deposit(0, 1);
	pub const UsernameDeposit: Balance = deposit(0, 32);
	pub const SubAccountDeposit: Balance = deposit(1, 53);
	pub const PreimageBaseDeposit: Balance = deposit(2, 64);
	pub const PreimageByteDeposit: Balance = deposit(0, 1);
	pub const PreimageHoldReason: RuntimeHoldReason =
		RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
	pub MaximumSchedulerWeight: Weight =
		weight_share_floor(Perbill::from_percent(60), BlockWeights::get().max_block);
	pub const SafeModeEnterDuration: BlockNumber = 600;
	pub const NoDeposit: Option<Balance> = None;
	pub const NoDelay: Option<BlockNumber> = None;
}

impl pallet_multisig::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type DepositBase = MultisigDepositBase;
	type DepositFactor = MultisigDepositFactor;
	type MaxSignatories = ConstU32<100>;
	type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
	type BlockNumberProvider = System;
}

/// What a proxy may do in its principal's name.
#[derive(
	Copy,
	Clone,
	Debug,
	Default,
	Eq,
	PartialEq,
	Ord,
	PartialOrd,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum ProxyType {
	/// Everything.
	#[default]
	#[codec(index = 0)]
	Any,
	/// Everything that does not move tokens out.
	#[codec(index = 1)]
	NonTransfer,
	/// Staking and session keys.
	#[codec(index = 2)]
	Staking,
	/// A worker's registration.
	#[codec(index = 3)]
	Worker,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		match self {
			Self::Any => true,
			Self::NonTransfer => !matches!(
				call,
				RuntimeCall::Balances(..)
					| RuntimeCall::Vesting(..)
					| RuntimeCall::Assets(..)
					| RuntimeCall::PoolAssets(..)
					| RuntimeCall::AssetConversion(..)
					| RuntimeCall::Curves(..)
					| RuntimeCall::Pools(..)
					| RuntimeCall::Baskets(..)
					| RuntimeCall::Jobs(
						pallet_jobs::Call::request_training { .. }
							| pallet_jobs::Call::request_inference { .. }
							| pallet_jobs::Call::request_funded_training { .. }
					) | RuntimeCall::Ratings(pallet_ratings::Call::rate { .. })
					| RuntimeCall::Sudo(..)
			),
			Self::Staking => matches!(
				call,
				RuntimeCall::Staking(..)
					| RuntimeCall::Session(..)
					| RuntimeCall::VoterList(..)
					| RuntimeCall::Utility(..)
			),
			Self::Worker => matches!(call, RuntimeCall::Workers(..) | RuntimeCall::Utility(..)),
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		match (self, other) {
			(Self::Any, _) => true,
			(_, Self::Any) => false,
			(Self::NonTransfer, _) => true,
			(a, b) => a == b,
		}
	}
}

impl pallet_proxy::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type ProxyType = ProxyType;
	type ProxyDepositBase = ProxyDepositBase;
	type ProxyDepositFactor = ProxyDepositFactor;
	type MaxProxies = ConstU32<32>;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
	type MaxPending = ConstU32<32>;
	type CallHasher = sp_runtime::traits::BlakeTwo256;
	type AnnouncementDepositBase = AnnouncementDepositBase;
	type AnnouncementDepositFactor = AnnouncementDepositFactor;
	type BlockNumberProvider = System;
}

impl pallet_identity::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type BasicDeposit = BasicDeposit;
	type ByteDeposit = ByteDeposit;
	type UsernameDeposit = UsernameDeposit;
	type SubAccountDeposit = SubAccountDeposit;
	type MaxSubAccounts = ConstU32<100>;
	type IdentityInformation = pallet_identity::legacy::IdentityInfo<ConstU32<100>>;
	type MaxRegistrars = ConstU32<20>;
	type Slashed = crate::Treasury;
	type ForceOrigin = EnsureRoot<AccountId>;
	type RegistrarOrigin = EnsureRoot<AccountId>;
	type OffchainSignature = Signature;
	type SigningPublicKey = <Signature as sp_runtime::traits::Verify>::Signer;
	type UsernameAuthorityOrigin = EnsureRoot<AccountId>;
	type PendingUsernameExpiration = frame_support::traits::ConstU32<100_800>;
	type UsernameGracePeriod = frame_support::traits::ConstU32<100_800>;
	type MaxSuffixLength = ConstU32<7>;
	type MaxUsernameLength = ConstU32<32>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
	type WeightInfo = pallet_identity::weights::SubstrateWeight<Runtime>;
}

impl pallet_preimage::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type ManagerOrigin = EnsureRoot<AccountId>;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		PreimageHoldReason,
		LinearStoragePrice<PreimageBaseDeposit, PreimageByteDeposit, Balance>,
	>;
}

impl pallet_scheduler::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type MaximumWeight = MaximumSchedulerWeight;
	type ScheduleOrigin = EnsureRoot<AccountId>;
	type OriginPrivilegeCmp = EqualPrivilegeOnly;
	type MaxScheduledPerBlock = ConstU32<50>;
	type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
	type Preimages = Preimage;
	type BlockNumberProvider = System;
}

/// Calls that neither the safe mode nor a pause may stop: blocks, finality, and the way out.
pub struct AlwaysAllowed;
impl Contains<RuntimeCall> for AlwaysAllowed {
	fn contains(call: &RuntimeCall) -> bool {
		matches!(
			call,
			RuntimeCall::System(..)
				| RuntimeCall::Timestamp(..)
				| RuntimeCall::Babe(..)
				| RuntimeCall::Grandpa(..)
				| RuntimeCall::Session(..)
				| RuntimeCall::Sudo(..)
				| RuntimeCall::SafeMode(..)
				| RuntimeCall::TxPause(..)
		)
	}
}

/// What the safe mode lets through beside that: reports of workers and reviewers whose deadlines go on in it, and the veto of
/// a roll back, whose delay does. They would lose reputation, bond or a version for what they must not say. A pause of a single call is aimed, so it may stop them.
pub struct AllowedInSafeMode;
impl Contains<RuntimeCall> for AllowedInSafeMode {
	fn contains(call: &RuntimeCall) -> bool {
		use pallet_attribution::Call::submit_receipt;
		use pallet_jobs::Call::give_back;
		use pallet_learning::Call::{commit, commit_verdict, open, reveal_verdict};
		use pallet_models::Call::veto_rollback;
		use pallet_ratings::Call::{commit_review, reveal_review};
		AlwaysAllowed::contains(call)
			|| matches!(
				call,
				RuntimeCall::Jobs(give_back { .. })
					| RuntimeCall::Attribution(submit_receipt { .. })
					| RuntimeCall::Learning(
						commit { .. } | commit_verdict { .. } | open { .. } | reveal_verdict { .. }
					) | RuntimeCall::Ratings(commit_review { .. } | reveal_review { .. })
					| RuntimeCall::Models(veto_rollback { .. })
			)
	}
}

impl Contains<pallet_tx_pause::RuntimeCallNameOf<Runtime>> for AlwaysAllowed {
	fn contains((pallet, _): &pallet_tx_pause::RuntimeCallNameOf<Runtime>) -> bool {
		[
			b"System".as_slice(),
			b"Timestamp",
			b"Babe",
			b"Grandpa",
			b"Session",
			b"Sudo",
			b"SafeMode",
			b"TxPause",
		]
		.contains(&pallet.as_slice())
	}
}

impl pallet_tx_pause::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PauseOrigin = EnsureRoot<AccountId>;
	type UnpauseOrigin = EnsureRoot<AccountId>;
	type WhitelistedCalls = AlwaysAllowed;
	type MaxNameLen = ConstU32<256>;
	type WeightInfo = pallet_tx_pause::weights::SubstrateWeight<Runtime>;
}

impl pallet_safe_mode::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WhitelistedCalls = AllowedInSafeMode;
	type EnterDuration = SafeModeEnterDuration;
	type ExtendDuration = SafeModeEnterDuration;
	type EnterDepositAmount = NoDeposit;
	type ExtendDepositAmount = NoDeposit;
	type ForceEnterOrigin = frame_system::EnsureRootWithSuccess<AccountId, SafeModeEnterDuration>;
	type ForceExtendOrigin = frame_system::EnsureRootWithSuccess<AccountId, SafeModeEnterDuration>;
	type ForceExitOrigin = EnsureRoot<AccountId>;
	type ForceDepositOrigin = EnsureRoot<AccountId>;
	type Notify = ();
	type ReleaseDelay = NoDelay;
	type WeightInfo = pallet_safe_mode::weights::SubstrateWeight<Runtime>;
}

impl pallet_sudo::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}

/// Vesting schedules start with at least one ENGR.
pub(super) const MIN_VESTED_TRANSFER: Balance = ENGR;
