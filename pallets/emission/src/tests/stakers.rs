//! The stakers' pot: what staking pays comes from it, and issuance stays what it was.

use crate::{
	mock::*, pallet::*, DebtOf, Flows, FromStakersPot, MintCause, StakingRemainder, UnexpectedKind,
	WeightInfo,
};
use engram_primitives::units::Balance;
use frame_support::{
	assert_noop,
	dispatch::DispatchClass,
	traits::{
		fungible::{Balanced, Mutate},
		tokens::{Fortitude, Precision, Preservation},
		Imbalance, OnUnbalanced,
	},
};
use sp_runtime::{ArithmeticError, DispatchError};

const STAKE: Balance = 1_500_000;

/// An epoch that owes stakers 33.
fn epoch() {
	assert_eq!(end_epoch(STAKE), 33);
	System::reset_events();
}

/// As `payout_stakers` of pallet-staking does it: deposits into accounts, then hands over the sum of the debts.
fn payout(era: u32, payees: &[(AccountId, Balance)]) {
	Emission::payout_started(era);
	hand_over(payees);
}

fn hand_over(payees: &[(AccountId, Balance)]) {
	let mut total = DebtOf::<Test>::zero();
	for (who, amount) in payees {
		total.subsume(Balances::deposit(who, *amount, Precision::Exact).unwrap());
	}
	FromStakersPot::<Test>::on_unbalanced(total);
}

#[test]
fn a_payout_leaves_the_issuance_alone() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		let before = issuance();
		let weight = *System::block_weight().get(DispatchClass::Normal);
		// Whether or not the claim pays anybody.
		Emission::payout_started(0);
		let noted = *System::block_weight().get(DispatchClass::Normal);
		assert_eq!(noted - weight, <Test as frame_system::Config>::DbWeight::get().writes(1));
		hand_over(&[(ALICE, 20), (BOB, 5)]);
		assert_eq!(issuance(), before);
		assert_eq!((balance(&ALICE), balance(&BOB)), (RICHES + 20, RICHES + 5));
		assert_eq!((balance(&pot()), Emission::stakers_owed()), (ED + 8, 8));
		assert_eq!(StakersFlows::<Test>::get(), Flows { paid: 25, ..Default::default() });
		let after = *System::block_weight().get(DispatchClass::Normal);
		assert_eq!(after - noted, <() as WeightInfo>::settle_payout());
		// To the last base unit.
		payout(0, &[(CAROL, 8)]);
		assert_eq!((balance(&pot()), Emission::stakers_owed()), (ED, 0));
		next_block();
		assert_eq!(events(), []);
	});
}

#[test]
fn an_empty_payout_is_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		payout(0, &[]);
		assert_eq!(StakersFlows::<Test>::get(), Flows::default());
		assert_eq!(events(), []);
	});
}

#[test]
fn a_payout_the_pot_cannot_cover_is_issued_and_said() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		let before = issuance();
		payout(0, &[(ALICE, 34)]);
		assert!(matches!(
			events()[..],
			[Event::Unexpected { kind: UnexpectedKind::PayoutNotCovered { amount: 34, .. } }]
		));
		assert_eq!(balance(&ALICE), RICHES + 34);
		assert_eq!(issuance(), before + 34);
		assert_eq!(Emission::stakers_owed(), 33);
		next_block();
		assert_eq!(minted(MintCause::Forced), 34);
		assert_eq!(
			events()[1..],
			[Event::Unexpected { kind: UnexpectedKind::IssuanceForced { amount: 34 } }]
		);
	});
}

#[test]
fn fees_in_the_inbox_are_paid_without_minting() {
	ExtBuilder::default().build_and_execute(|| {
		send(&ALICE, &inbox(), 100);
		assert_eq!(end_epoch(STAKE), 33 + 100);
		assert_eq!(minted(MintCause::Stakers), 33);
		assert_eq!(issuance(), GENESIS + 500);
		assert_eq!(balance(&inbox()), ED);
		assert_eq!(Emission::stakers_owed(), 133);
		assert_eq!(StakersFlows::<Test>::get().collected, 100);
	});
}

#[test]
fn gifts_to_the_pot_are_no_rewards_until_the_epoch_ends() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		send(&ALICE, &pot(), 50);
		assert_eq!(Emission::stakers_owed(), 33);
		Emission::do_try_state().unwrap();
		assert_eq!(end_epoch(STAKE), 33 + 50);
		assert_eq!(Emission::stakers_owed(), 33 + 33 + 50);
	});
}

#[test]
fn what_a_forgotten_era_is_still_owed_goes_to_the_treasury() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		send(&ALICE, &inbox(), 7);
		assert_eq!(end_epoch(STAKE), 33 + 7);
		System::reset_events();
		// Somebody claims for the first era, then for the second, and of one payout for the first only a part arrives.
		for (era, amount) in [(0, 20), (1, 30), (0, 1)] {
			payout(era, &[(BOB, amount)]);
		}
		assert_eq!((StakersOwed::<Test>::get(0), StakersOwed::<Test>::get(1)), (Some(12), Some(10)));
		let (before, treasury) = (issuance(), balance(&TREASURY));
		let weight = *System::block_weight().get(DispatchClass::Mandatory);
		Emission::era_forgotten(0);
		let after = *System::block_weight().get(DispatchClass::Mandatory);
		assert_eq!(after - weight, <() as WeightInfo>::era_forgotten());
		assert_eq!((balance(&TREASURY), Emission::stakers_owed()), (treasury + 12, 10));
		assert_eq!((StakersOwed::<Test>::get(0), StakersOwed::<Test>::get(1)), (None, Some(10)));
		assert_eq!(StakersFlows::<Test>::get(), Flows { collected: 7, paid: 51, expired: 12 });
		assert_eq!(issuance(), before);
		assert_eq!(events(), [Event::StakersRewardsExpired { era: 0, amount: 12 }]);
		// Again, and one that never was.
		Emission::era_forgotten(0);
		Emission::era_forgotten(7);
		assert_eq!(events().len(), 1);
	});
}

#[test]
fn an_era_that_was_paid_whole_leaves_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		payout(0, &[(ALICE, 33)]);
		assert!(!StakersOwed::<Test>::contains_key(0));
		Emission::era_forgotten(0);
		assert_eq!(events(), []);
	});
}

#[test]
fn a_payout_takes_nothing_from_other_eras() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		epoch();
		let before = issuance();
		payout(0, &[(ALICE, 34)]);
		let kind = UnexpectedKind::PayoutNotCovered { amount: 34, error: ArithmeticError::Underflow.into() };
		assert_eq!(events(), [Event::Unexpected { kind }]);
		assert_eq!((issuance(), Emission::stakers_owed()), (before + 34, 66));
	});
}

#[test]
fn a_payout_for_no_era_is_issued_and_said() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		payout(0, &[(ALICE, 3)]);
		let before = issuance();
		hand_over(&[(ALICE, 5)]);
		let kind = UnexpectedKind::PayoutNotCovered { amount: 5, error: DispatchError::CannotLookup };
		assert_eq!(events(), [Event::Unexpected { kind }]);
		assert_eq!((issuance(), StakersOwed::<Test>::get(0)), (before + 5, Some(30)));
	});
}

#[test]
fn fails_when_more_expires_than_is_owed() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		epoch();
		assert_noop!(Emission::try_expire_stakers(0, 34), ArithmeticError::Underflow);
		assert_noop!(Emission::try_expire_stakers(2, 1), ArithmeticError::Underflow);
	});
}

#[test]
fn fails_when_flows_do_not_fit() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		StakersFlows::<Test>::mutate(|flows| flows.expired = Balance::MAX);
		assert_noop!(Emission::try_expire_stakers(0, 1), Error::<Test>::LedgerOverflow);
		StakersFlows::<Test>::kill();
	});
}

#[test]
fn what_staking_withholds_goes_to_the_treasury() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		// A claim for an era before says nothing of the one that ends.
		Emission::payout_started(7);
		epoch();
		let (before, treasury) = (issuance(), balance(&TREASURY));
		StakingRemainder::<Test>::on_unbalanced(Balances::issue(9));
		assert_eq!(issuance(), before);
		assert_eq!((balance(&TREASURY), Emission::stakers_owed()), (treasury + 9, 33 + 24));
		assert_eq!(StakersOwed::<Test>::get(1), Some(24));
		assert_eq!(events(), [Event::StakersRewardsExpired { era: 1, amount: 9 }]);
		StakingRemainder::<Test>::on_unbalanced(Balances::issue(0));
		assert_eq!(StakersOwed::<Test>::get(1), Some(24));
	});
}

#[test]
fn a_remainder_the_pot_does_not_have_is_said() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		let before = issuance();
		StakingRemainder::<Test>::on_unbalanced(Balances::issue(34));
		assert_eq!(issuance(), before);
		let kind = UnexpectedKind::RemainderNotMoved { amount: 34, error: ArithmeticError::Underflow.into() };
		assert_eq!(events(), [Event::Unexpected { kind }]);
		assert_eq!(Emission::stakers_owed(), 33);
	});
}

#[test]
fn what_is_owed_cannot_be_taken_otherwise() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		let taken =
			Balances::withdraw(&pot(), ED + 1, Precision::Exact, Preservation::Expendable, Fortitude::Polite);
		assert!(taken.is_err());
	});
}

// The accounts at one below, at, and one above the existential deposit.
#[test]
fn accounts_at_the_edge_of_the_existential_deposit() {
	for gift in [ED - 1, ED, ED + 1] {
		ExtBuilder::default().without_endowments().build().execute_with(|| {
			// Genesis keeps them alive without money.
			assert_eq!(System::providers(&pot()), 1);
			let before = issuance();
			for account in [pot(), inbox(), vault()] {
				let sent =
					<Balances as Mutate<_>>::transfer(&ALICE, &account, gift, Preservation::Expendable);
				assert_eq!(sent.is_ok(), gift >= ED);
			}
			let collected = 2 * gift.saturating_sub(ED);
			// Neither the vault's 15 nor the stakers' 33 are too little to bring an account to life.
			assert_eq!(end_epoch(STAKE), 33 + collected);
			assert_eq!(Emission::stakers_owed(), 33 + collected);
			assert_eq!(issuance(), before + 500);
			next_block();
			assert_eq!(Emission::do_try_state().is_ok(), gift >= ED);
			payout(0, &[(BOB, 33)]);
			// A pot without its endowment would die of the payout, so the payout is issued instead.
			let uncovered = if gift < ED { 33 } else { 0 };
			assert_eq!(issuance(), before + 500 + uncovered);
		});
	}
}

#[test]
fn what_cannot_expire_is_reported_and_stays() {
	ExtBuilder::default().build_and_execute(|| {
		let owed = Emission::stakers_owed();
		Emission::expire_remainder(owed + 1);
		assert_eq!(Emission::stakers_owed(), owed);
		let [Event::Unexpected { kind: UnexpectedKind::RemainderNotMoved { amount, .. } }] = &events()[..]
		else {
			panic!("{:?}", events());
		};
		assert_eq!(*amount, owed + 1);
	});
}
