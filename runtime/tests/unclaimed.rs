//! What becomes of staking rewards that nobody claims before staking forgets their era: to the base unit, on a chain of real
//! blocks.

use crate::common::{
	blocks::{add_nominator, Chain},
	chain_with,
};
use engram_primitives::units::{Balance, ENGR};
use engram_runtime::{
	AllPalletsWithSystem, Balances, BlockNumber, Emission, Hash, Runtime, RuntimeEvent, RuntimeOrigin,
	Session, Staking, System, Treasury,
};
use frame_support::{
	assert_ok,
	dispatch::DispatchClass,
	traits::{fungible::Inspect, TryState, TryStateSelect},
};
use pallet_emission::WeightInfo;
use pallet_session::SessionManager;
use pallet_staking::{
	CurrentEra, ErasRewardPoints, ErasStakersOverview, ErasStakersPaged, ErasStartSessionIndex,
	ErasValidatorReward, ValidatorPrefs,
};
use sp_genesis_builder::{PresetId, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_io::{
	storage::{rollback_transaction, start_transaction},
	TestExternalities,
};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave};
use sp_runtime::Perbill;
use sp_staking::EraIndex;

/// In a session of its own each, so that a block that forgets an era never ends one: nothing is minted in it.
const SESSIONS_PER_ERA: u32 = 2;
/// Bob and Charlie have this many nominators each: a page of 64, and one of six.
const NOMINATORS: u8 = 70;
const NOMINATED: u64 = 10_000 * ENGR as u64;
/// What an author gets for a block.
const POINTS: u32 = 20;
const BILLION: u128 = 1_000_000_000;

/// The local network with short eras and two validators that need two pages for their nominators.
fn genesis() -> TestExternalities {
	chain_with(&PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET), |config| {
		config["timing"]["sessionsPerEra"] = SESSIONS_PER_ERA.into();
		for (first, validator) in [(0, Bob), (100, Charlie)] {
			for index in first..first + NOMINATORS {
				add_nominator(config, &[index; 32].into(), validator, NOMINATED);
			}
		}
	})
}

/// Goes on until staking forgets an era, and says what the block did in which that happens.
fn forget(chain: &mut Chain, era: EraIndex) -> Sweep {
	let planned = era + <Runtime as pallet_staking::Config>::HistoryDepth::get() + 1;
	loop {
		let before = chain.read(Money::read);
		assert!(chain.read(|| ErasValidatorReward::<Runtime>::contains_key(era)));
		chain.turn(Dave);
		if chain.read(CurrentEra::<Runtime>::get) == Some(planned) {
			assert!(!chain.read(|| ErasValidatorReward::<Runtime>::contains_key(era)));
			return chain.read(|| Sweep::since(before));
		}
	}
}

#[derive(Clone, Copy)]
struct Money {
	issuance: Balance,
	treasury: Balance,
	pot: Balance,
}

impl Money {
	fn read() -> Self {
		Self {
			issuance: Balances::total_issuance(),
			treasury: Balances::total_balance(&Treasury::account_id()),
			pot: Balances::total_balance(&Emission::stakers_pot()),
		}
	}
}

/// What changed in a block.
#[derive(Debug, PartialEq, Eq)]
struct Sweep {
	to_treasury: Balance,
	from_pot: Balance,
	minted: Balance,
	/// What the events say.
	expired: Vec<Balance>,
}

impl Sweep {
	fn since(before: Money) -> Self {
		let after = Money::read();
		let expired = System::read_events_no_consensus().filter_map(|record| match record.event {
			RuntimeEvent::Emission(pallet_emission::Event::StakersRewardsExpired { amount }) => Some(amount),
			_ => None,
		});
		Self {
			to_treasury: after.treasury - before.treasury,
			from_pot: before.pot - after.pot,
			minted: after.issuance - before.issuance,
			expired: expired.collect(),
		}
	}

	fn of(amount: Balance) -> Self {
		let expired = if amount > 0 { vec![amount] } else { Vec::new() };
		Self { to_treasury: amount, from_pot: amount, minted: 0, expired }
	}
}

/// Billionths, rounded down.
fn billionths(part: u128, whole: u128) -> u128 {
	part * BILLION / whole
}

/// The time that the block is charged for planning an era, which makes staking forget one, after a change. Both are taken back.
/// A block that begins a session has no proof size left that could be counted.
fn weight_of_forgetting(change: impl FnOnce()) -> u64 {
	let charged = || System::block_weight().get(DispatchClass::Mandatory).ref_time();
	start_transaction();
	change();
	let current = CurrentEra::<Runtime>::get().unwrap();
	let due = ErasStartSessionIndex::<Runtime>::get(current).unwrap() + SESSIONS_PER_ERA;
	let before = charged();
	<<Runtime as pallet_session::Config>::SessionManager as SessionManager<_>>::new_session(due);
	assert_eq!(CurrentEra::<Runtime>::get(), Some(current + 1));
	let weight = charged() - before;
	rollback_transaction();
	weight
}

/// A part of an amount, to the nearest base unit, a half rounded down.
fn nearest(billionths: u128, amount: Balance) -> Balance {
	(billionths * amount + (BILLION / 2 - 1)) / BILLION
}

fn reward_of(era: EraIndex) -> Balance {
	let reward = ErasValidatorReward::<Runtime>::get(era).expect("the era has ended");
	assert!(reward > ENGR, "a reward that makes a difference");
	reward
}

/// Blocks that each validator made in an era, by the points staking counted.
fn blocks_of(era: EraIndex) -> [u32; 4] {
	let points = ErasRewardPoints::<Runtime>::get(era);
	let blocks = [Alice, Bob, Charlie, Dave]
		.map(|key| points.individual.get(&key.to_account_id()).copied().unwrap_or(0) / POINTS);
	assert_eq!(points.total, blocks.iter().sum::<u32>() * POINTS);
	blocks
}

/// The stake on each page of a validator, and the sum.
fn pages_of(era: EraIndex, validator: Sr25519Keyring) -> ([u128; 2], u128) {
	let who = validator.to_account_id();
	let overview = ErasStakersOverview::<Runtime>::get(era, &who).unwrap();
	assert_eq!(overview.page_count, 2);
	let page = |index: u32| {
		let page = ErasStakersPaged::<Runtime>::get((era, &who, index)).unwrap();
		page.others.iter().map(|nominator| nominator.value).sum::<u128>()
	};
	let pages = [overview.own + page(0), page(1)];
	assert_eq!(pages.iter().sum::<u128>(), overview.total);
	(pages, overview.total)
}

fn pay(era: EraIndex, pages: &[(Sr25519Keyring, u32)]) {
	for (validator, page) in pages {
		let anybody = RuntimeOrigin::signed(Dave.to_account_id());
		assert_ok!(Staking::payout_stakers_by_page(anybody, validator.to_account_id(), era, *page));
	}
}

#[test]
fn what_nobody_claims_of_a_forgotten_era_goes_to_the_treasury_to_the_base_unit() {
	let mut chain = Chain::new(genesis(), Hash::default());
	// Era 0: Alice makes one block and Bob two, and nobody claims. From era 1 on Bob takes a commission.
	chain.block(Alice, 0, || {
		let prefs = ValidatorPrefs { commission: Perbill::from_percent(10), blocked: false };
		assert_ok!(Staking::validate(RuntimeOrigin::signed(Bob.to_account_id()), prefs));
	});
	chain.turn(Bob);
	chain.turn(Bob);
	// Era 1: seven blocks.
	for author in [Bob, Bob, Bob, Charlie, Charlie] {
		chain.block(author, 1, || ());
	}
	chain.turn(Alice);
	chain.turn(Dave);
	// Era 2: one block of each validator that has two pages.
	chain.turn(Bob);
	chain.turn(Charlie);

	let issuance = chain.read(Balances::total_issuance);
	chain.block(Alice, 1, || {
		// All of Alice's, Bob's second page, Charlie's first, nothing of Dave's.
		pay(1, &[(Alice, 0), (Bob, 1), (Charlie, 0)]);
		pay(2, &[(Bob, 0), (Bob, 1), (Charlie, 0), (Charlie, 1)]);
	});
	assert_eq!(chain.read(Balances::total_issuance), issuance, "payouts come out of the pot");

	let (nobody_claimed, partly_claimed) = chain.read(|| {
		assert_eq!([0, 1, 2].map(blocks_of), [[1, 2, 0, 0], [1, 3, 2, 1], [0, 1, 1, 0]]);
		let [third, two_thirds] = [1, 2].map(|blocks| nearest(billionths(blocks, 3), reward_of(0)));

		let part = |blocks| nearest(billionths(blocks, 7), reward_of(1));
		let ([bob, _], of_bob) = pages_of(1, Bob);
		let ([_, charlie], of_charlie) = pages_of(1, Charlie);
		let bob = nearest(billionths(bob, of_bob), part(3));
		let charlie = nearest(billionths(charlie, of_charlie), part(2));
		(third + two_thirds, bob + charlie + part(1))
	});
	assert_eq!(forget(&mut chain, 0), Sweep::of(nobody_claimed));
	chain.read(|| {
		let known = weight_of_forgetting(|| ());
		let unknown = weight_of_forgetting(|| ErasValidatorReward::<Runtime>::remove(1));
		// Claims and overview of four validators, and one page, with the overview again, of the two that were paid in part.
		let reads = <Runtime as frame_system::Config>::DbWeight::get().reads(4 * 2 + 2 * 2);
		let moved = <Runtime as pallet_emission::Config>::WeightInfo::settle_payout();
		assert_eq!(known - unknown, reads.ref_time() + moved.ref_time());
	});
	assert_eq!(forget(&mut chain, 1), Sweep::of(partly_claimed));

	// Planning the same session again finds nothing of the era.
	let swept = chain.read(|| {
		System::reset_events();
		let before = Money::read();
		let planned = Session::current_index() + 1;
		<<Runtime as pallet_session::Config>::SessionManager as SessionManager<_>>::new_session(planned);
		Sweep::since(before)
	});
	assert_eq!(swept, Sweep::of(0));
	// And nothing is left of an era that was claimed whole.
	assert_eq!(forget(&mut chain, 2), Sweep::of(0));

	chain.read(|| {
		let now = System::block_number();
		let checked = <AllPalletsWithSystem as TryState<BlockNumber>>::try_state(now, TryStateSelect::All);
		assert_eq!(checked, Ok(()));
	});
}
