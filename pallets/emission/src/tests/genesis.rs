//! What a chain starts with.

use crate::{mock::*, pallet::*, Policy, PolicyBound};
use engram_math::emission::{Bound, MAX_EPOCH_ISSUANCE, MAX_GENESIS_ISSUANCE};
use sp_runtime::BuildStorage;
use std::panic::{catch_unwind, AssertUnwindSafe};

#[test]
fn works() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Emission::policy(), policy());
		assert_eq!(Emission::epoch(), 0);
		assert!(!Emission::allows_forced_issuance());
		// Balances were built after this pallet, and the ledger has them all the same.
		assert_eq!(GenesisIssuance::<Test>::get(), Some(GENESIS));
		assert_eq!(issuance(), GENESIS);
		for account in [pot(), inbox(), vault()] {
			assert_eq!(System::providers(&account), 2);
		}
		assert_eq!(events(), []);
	});
}

#[test]
fn a_development_chain_allows_forced_issuance() {
	ExtBuilder::default().forced_issuance().build_and_execute(|| {
		assert!(Emission::allows_forced_issuance());
		assert!(Emission::forced_issuance());
	});
}

#[test]
fn the_default_policy_is_valid() {
	assert_eq!(Policy::default().validate(), Ok(()));
}

#[test]
fn the_default_is_read_back_from_json() {
	let json = serde_json::to_string(&GenesisConfig::<Test>::default()).unwrap();
	let read: GenesisConfig<Test> = serde_json::from_str(&json).unwrap();
	assert_eq!(read.policy, Policy::default());
	assert!(!read.forced_issuance);
	let unknown = json.replacen("targetRatio", "targetratio", 1);
	assert!(serde_json::from_str::<GenesisConfig<Test>>(&unknown).is_err());
}

type Break = fn(&mut Policy);

/// Every bound, broken by one step.
pub(super) const BROKEN: [(Break, PolicyBound, Error<Test>); 23] = [
	(
		|policy| policy.issuance.base = MAX_EPOCH_ISSUANCE + 1,
		PolicyBound::Issuance(Bound::Base),
		Error::BaseTooHigh,
	),
	(
		|policy| policy.issuance.cap = MAX_EPOCH_ISSUANCE + 1,
		PolicyBound::Issuance(Bound::Cap),
		Error::CapTooHigh,
	),
	(
		|policy| policy.issuance.tail = MAX_EPOCH_ISSUANCE + 1,
		PolicyBound::Issuance(Bound::Tail),
		Error::TailTooHigh,
	),
	(|policy| policy.issuance.fee_target = 0, PolicyBound::Issuance(Bound::FeeTarget), Error::FeeTargetZero),
	(
		|policy| policy.issuance.demand_reference = 0,
		PolicyBound::Issuance(Bound::DemandReference),
		Error::DemandReferenceZero,
	),
	(
		|policy| policy.issuance.demand_min = policy.issuance.demand_max + 1,
		PolicyBound::Issuance(Bound::DemandRange),
		Error::DemandRangeInverted,
	),
	(|policy| policy.issuance.window = 2, PolicyBound::Issuance(Bound::Window), Error::InvalidWindow),
	(|policy| policy.issuance.decay = 1_000_001, PolicyBound::Issuance(Bound::Decay), Error::CapGrows),
	(
		|policy| policy.issuance.epochs_per_year = 0,
		PolicyBound::Issuance(Bound::EpochsPerYear),
		Error::EmptyYear,
	),
	(
		|policy| policy.issuance.ultrasound = Some(1_000_000),
		PolicyBound::Issuance(Bound::Ultrasound),
		Error::UltrasoundTooHigh,
	),
	(
		|policy| policy.issuance.weights.workers -= 1,
		PolicyBound::Issuance(Bound::Weights),
		Error::WeightsDoNotSum,
	),
	(|policy| policy.staking_range.max = 1_000_001, PolicyBound::StakingRange, Error::InvalidStakingRange),
	(
		|policy| policy.staking_range.min = policy.staking_range.max + 1,
		PolicyBound::StakingRange,
		Error::InvalidStakingRange,
	),
	(|policy| policy.reference.workers = 0, PolicyBound::Reference, Error::ReferenceZero),
	(|policy| policy.target_ratio = 0, PolicyBound::TargetRatio, Error::InvalidTargetRatio),
	(|policy| policy.target_ratio = 1_000_001, PolicyBound::TargetRatio, Error::InvalidTargetRatio),
	(|policy| policy.budget.ratings += 1, PolicyBound::Budget, Error::BudgetAboveKept),
	(|policy| policy.bonus_strength = 1_000_001, PolicyBound::BonusStrength, Error::BonusTooStrong),
	(|policy| policy.market_reference = 163, PolicyBound::MarketReference, Error::WashingPays),
	(|policy| policy.cut = 49_999, PolicyBound::Cut, Error::CutOutOfRange),
	(|policy| policy.cut = 200_001, PolicyBound::Cut, Error::CutOutOfRange),
	(|policy| policy.fees.burn = 1_000_001 - policy.fees.treasury, PolicyBound::Fees, Error::FeesAboveOne),
	(|policy| policy.slash_treasury = 1_000_001, PolicyBound::SlashTreasury, Error::SlashTreasuryAboveOne),
];

#[test]
fn fails_when_a_bound_is_broken() {
	for (broken, bound, _) in BROKEN {
		let mut policy = policy();
		broken(&mut policy);
		assert_eq!(policy.validate(), Err(bound));
		let config = GenesisConfig::<Test> { policy, ..Default::default() };
		let panic = catch_unwind(move || config.build_storage()).unwrap_err();
		let message = panic.downcast_ref::<String>().unwrap();
		assert_eq!(*message, format!("genesis of pallet-emission: {bound}"));
	}
}

#[test]
fn fails_when_more_exists_than_ledgers_can_count() {
	let with = |issuance: u128| {
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		pallet_balances::GenesisConfig::<Test> { balances: vec![(ALICE, issuance)], ..Default::default() }
			.assimilate_storage(&mut storage)
			.unwrap();
		catch_unwind(AssertUnwindSafe(move || {
			GenesisConfig::<Test> { policy: policy(), ..Default::default() }
				.assimilate_storage(&mut storage)
				.unwrap();
		}))
	};
	assert!(with(MAX_GENESIS_ISSUANCE).is_ok());
	let panic = with(MAX_GENESIS_ISSUANCE + 1).unwrap_err();
	let message = panic.downcast_ref::<String>().unwrap();
	assert!(message.contains("39614081257132168796771975169 base units"), "{message}");
}
