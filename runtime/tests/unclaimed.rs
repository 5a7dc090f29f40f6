//! What becomes of staking rewards that nobody is paid before staking forgets their era, because nobody claims or because those
//! they are due take nothing or are gone: to the base unit, on a chain of real blocks.

use crate::common::{
	blocks::{add_nominator, Chain},
	chain_with,
};
use engram_primitives::units::{Balance, ENGR};
use engram_runtime::{
	AccountId, AllPalletsWithSystem, Balances, BlockNumber, Emission, Hash, Runtime, RuntimeCall,
	RuntimeEvent, RuntimeOrigin, Session, Staking, System, Treasury, Utility,
};
use frame_support::{
	assert_ok,
	traits::{fungible::Inspect, OriginTrait, TryState, TryStateSelect},
};
use pallet_emission::{StakersOwed, UnexpectedKind};
use pallet_session::SessionManager;
use pallet_staking::{
	CurrentEra, ErasRewardPoints, ErasStakersOverview, ErasValidatorReward, RewardDestination, ValidatorPrefs,
};
use sp_genesis_builder::{PresetId, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_io::{
	storage::{rollback_transaction, start_transaction},
	TestExternalities,
};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave};
use sp_runtime::{traits::Dispatchable, Perbill};
use sp_staking::EraIndex;
use std::collections::BTreeMap;

/// In a session of its own each, so that a block that forgets an era never ends one: nothing is minted in it.
const SESSIONS_PER_ERA: u32 = 2;
/// Bob and Charlie have this many nominators each: a page of 64, and one of six.
const NOMINATORS: u8 = 70;
const NOMINATED: u64 = 10_000 * ENGR as u64;
/// What an author gets for a block.
const POINTS: u32 = 20;

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
	/// What the events say, and of which era.
	expired: Vec<(EraIndex, Balance)>,
}

impl Sweep {
	fn since(before: Money) -> Self {
		let after = Money::read();
		let expired = System::read_events_no_consensus().filter_map(|record| match record.event {
			RuntimeEvent::Emission(pallet_emission::Event::StakersRewardsExpired { era, amount }) => {
				Some((era, amount))
			},
			_ => None,
		});
		Self {
			to_treasury: after.treasury - before.treasury,
			from_pot: before.pot - after.pot,
			minted: after.issuance - before.issuance,
			expired: expired.collect(),
		}
	}

	fn of(era: EraIndex, amount: Balance) -> Self {
		Self { to_treasury: amount, from_pot: amount, minted: 0, expired: vec![(era, amount)] }
	}
}

/// What was put into the pot when an era ended.
fn put_in(era: EraIndex) -> Balance {
	let summary = Emission::epoch_of(era).expect("eras and epochs have the same numbers here");
	let amount = summary.parts.stakers + summary.collected;
	assert!(amount > ENGR, "a reward that makes a difference");
	amount
}

/// Blocks that each validator made in an era, by the points staking counted.
fn blocks_of(era: EraIndex) -> [u32; 4] {
	let points = ErasRewardPoints::<Runtime>::get(era);
	let blocks = [Alice, Bob, Charlie, Dave]
		.map(|key| points.individual.get(&key.to_account_id()).copied().unwrap_or(0) / POINTS);
	assert_eq!(points.total, blocks.iter().sum::<u32>() * POINTS);
	blocks
}

/// A claim of an era's page of a validator.
fn claim(era: EraIndex, validator: Sr25519Keyring, page: u32) -> RuntimeCall {
	let validator_stash = validator.to_account_id();
	pallet_staking::Call::payout_stakers_by_page { validator_stash, era, page }.into()
}

/// Dave makes these claims in one call. Returns what Staking says that it paid of which era to whom.
fn pay(claims: Vec<RuntimeCall>) -> BTreeMap<(EraIndex, AccountId), Balance> {
	System::reset_events();
	let batch = RuntimeCall::from(pallet_utility::Call::batch_all { calls: claims });
	assert_ok!(batch.dispatch(RuntimeOrigin::signed(Dave.to_account_id())));
	let (mut paid, mut era) = (BTreeMap::new(), None);
	for record in System::read_events_no_consensus() {
		match record.event {
			RuntimeEvent::Staking(pallet_staking::Event::PayoutStarted { era_index, .. }) => {
				era = Some(era_index);
			},
			RuntimeEvent::Staking(pallet_staking::Event::Rewarded { stash, amount, .. }) => {
				*paid.entry((era.expect("the payout has started"), stash)).or_default() += amount;
			},
			RuntimeEvent::Emission(event) => panic!("{event:?}"),
			_ => (),
		}
	}
	paid
}

/// What was paid of an era.
fn sum(paid: &BTreeMap<(EraIndex, AccountId), Balance>, era: EraIndex) -> Balance {
	paid.iter().filter(|((of, _), _)| *of == era).map(|(_, amount)| amount).sum()
}

/// The pot has all that it owes, and nothing else, and every other invariant holds too.
fn check(chain: &mut Chain) {
	chain.read(|| {
		let now = System::block_number();
		let checked = <AllPalletsWithSystem as TryState<BlockNumber>>::try_state(now, TryStateSelect::All);
		assert_eq!(checked, Ok(()));
	});
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
	let left = chain.block(Alice, 1, || {
		assert_eq!([0, 1, 2].map(blocks_of), [[1, 2, 0, 0], [1, 3, 2, 1], [0, 1, 1, 0]]);
		for validator in [Bob, Charlie] {
			let overview = ErasStakersOverview::<Runtime>::get(1, validator.to_account_id());
			assert_eq!(overview.map(|overview| overview.page_count), Some(2));
		}
		// Of era 1 all of Alice's, Bob's second page, Charlie's first, nothing of Dave's; era 2 whole.
		let paid = pay(vec![
			claim(2, Bob, 0),
			claim(1, Alice, 0),
			claim(1, Bob, 1),
			claim(2, Charlie, 1),
			claim(1, Charlie, 0),
			claim(2, Charlie, 0),
			claim(2, Bob, 1),
		]);
		let left = [0, 1, 2].map(|era| put_in(era) - sum(&paid, era));
		assert_eq!([0, 1, 2].map(StakersOwed::<Runtime>::get), left.map(Some));
		// Of what was claimed whole, roundings are left, and what was kept for those in the other direction.
		assert!(left[1] > ENGR && left[2] < put_in(2) / 1_000_000);
		left
	});
	assert_eq!(chain.read(Balances::total_issuance), issuance, "payouts come out of the pot");

	for (era, left) in (0..).zip(left) {
		assert_eq!(forget(&mut chain, era), Sweep::of(era, left));
		assert_eq!(chain.read(|| StakersOwed::<Runtime>::get(era)), None);
	}
	// Planning the same session again finds nothing of the era.
	let swept = chain.read(|| {
		System::reset_events();
		let before = Money::read();
		let planned = Session::current_index() + 1;
		<<Runtime as pallet_session::Config>::SessionManager as SessionManager<_>>::new_session(planned);
		Sweep::since(before)
	});
	assert_eq!(swept, Sweep { to_treasury: 0, from_pot: 0, minted: 0, expired: Vec::new() });
	check(&mut chain);
}

#[test]
fn what_is_due_to_those_who_take_nothing_or_are_gone_goes_to_the_treasury_to_the_base_unit() {
	let mut chain = Chain::new(genesis(), Hash::default());
	// Era 0: Bob makes two blocks of three.
	chain.block(Alice, 0, || ());
	chain.turn(Bob);
	chain.turn(Bob);
	let gone = AccountId::from([3; 32]);
	let left = chain.block(Charlie, 1, || {
		let (bob, claims) = (Bob.to_account_id(), vec![claim(0, Bob, 0), claim(0, Bob, 1)]);
		start_transaction();
		let mut due = pay(claims.clone());
		rollback_transaction();
		assert_eq!(due.len(), usize::from(NOMINATORS) + 1);

		assert_ok!(Staking::set_payee(RuntimeOrigin::signed(bob.clone()), RewardDestination::None));
		assert_ok!(Staking::force_unstake(RuntimeOrigin::root(), gone.clone(), 0));
		let origin = RuntimeOrigin::signed(gone.clone());
		assert_ok!(Balances::transfer_all(origin, Dave.to_account_id().into(), false));
		assert!(!System::account_exists(&gone));

		let paid = pay(claims);
		let lost = due.remove(&(0, bob)).unwrap() + due.remove(&(0, gone)).unwrap();
		assert_eq!(paid, due, "all others get what they would have got");
		let left = put_in(0) - sum(&paid, 0);
		// What nobody claims of Alice's part is left too.
		assert!(lost > ENGR && left > lost);
		assert_eq!(StakersOwed::<Runtime>::get(0), Some(left));
		left
	});
	assert_eq!(forget(&mut chain, 0), Sweep::of(0, left));
	check(&mut chain);
}

/// Nobody needs root to claim, so only who means harm, or knows no better, does it that way.
#[test]
fn what_root_claims_as_somebody_else_is_issued_and_said() {
	let mut chain = Chain::new(genesis(), Hash::default());
	chain.block(Alice, 0, || ());
	chain.turn(Bob);
	chain.turn(Bob);
	let left = chain.block(Charlie, 1, || {
		pay(vec![claim(0, Bob, 0)]);
		let (owed, issuance) = (StakersOwed::<Runtime>::get(0), Balances::total_issuance());
		System::reset_events();
		let as_origin = RuntimeOrigin::signed(Dave.to_account_id()).caller().clone();
		let call = Box::new(claim(0, Bob, 1));
		assert_ok!(Utility::dispatch_as(RuntimeOrigin::root(), Box::new(as_origin), call));
		let said = System::read_events_no_consensus().find_map(|record| match record.event {
			RuntimeEvent::Emission(pallet_emission::Event::Unexpected {
				kind: UnexpectedKind::PayoutNotCovered { amount, .. },
			}) => Some(amount),
			_ => None,
		});
		assert_eq!(Some(Balances::total_issuance() - issuance), said);
		assert_eq!(StakersOwed::<Runtime>::get(0), owed);
		owed.unwrap()
	});
	check(&mut chain);
	assert_eq!(forget(&mut chain, 0), Sweep::of(0, left));
}
