//! The stakers' pot: what staking pays comes from it, and issuance stays what it was.

use crate::{
	mock::*, pallet::*, DebtOf, Flows, FromStakersPot, MintCause, StakingRemainder, UnexpectedKind,
	WeightInfo,
};
use engram_primitives::units::Balance;
use frame_support::{
	assert_noop, assert_ok,
	dispatch::DispatchClass,
	traits::{
		fungible::{Balanced, Mutate},
		tokens::{Fortitude, Precision, Preservation},
		Imbalance, OnUnbalanced,
	},
};
use sp_runtime::{DispatchError, TokenError};

const STAKE: Balance = 1_500_000;

/// An epoch that owes stakers 33.
fn epoch() {
	assert_eq!(Emission::end_epoch(STAKE), 33);
	System::reset_events();
}

/// As `payout_stakers` of pallet-staking does it: deposits into accounts, then hands over the sum of the debts.
fn payout(payees: &[(AccountId, Balance)]) {
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
		payout(&[(ALICE, 20), (BOB, 5)]);
		assert_eq!(issuance(), before);
		assert_eq!((balance(&ALICE), balance(&BOB)), (RICHES + 20, RICHES + 5));
		assert_eq!((balance(&pot()), Emission::stakers_owed()), (ED + 8, 8));
		assert_eq!(StakersFlows::<Test>::get(), Flows { paid: 25, ..Default::default() });
		let after = *System::block_weight().get(DispatchClass::Normal);
		assert_eq!(after - weight, <() as WeightInfo>::settle_payout());
		// To the last base unit.
		payout(&[(CAROL, 8)]);
		assert_eq!((balance(&pot()), Emission::stakers_owed()), (ED, 0));
		next_block();
		assert_eq!(events(), []);
	});
}

#[test]
fn an_empty_payout_is_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		payout(&[]);
		assert_eq!(StakersFlows::<Test>::get(), Flows::default());
		assert_eq!(events(), []);
	});
}

#[test]
fn a_payout_the_pot_cannot_cover_is_issued_and_said() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		let before = issuance();
		payout(&[(ALICE, 34)]);
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
		assert_eq!(Emission::end_epoch(STAKE), 33 + 100);
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
		assert_eq!(Emission::end_epoch(STAKE), 33 + 50);
		assert_eq!(Emission::stakers_owed(), 33 + 33 + 50);
	});
}

#[test]
fn never_claimed_rewards_go_to_the_treasury() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		let (before, treasury) = (issuance(), balance(&TREASURY));
		assert_ok!(Emission::try_expire_stakers(13));
		assert_eq!((balance(&TREASURY), Emission::stakers_owed()), (treasury + 13, 20));
		assert_eq!(StakersFlows::<Test>::get(), Flows { expired: 13, ..Default::default() });
		assert_eq!(issuance(), before);
		assert_eq!(events(), [Event::StakersRewardsExpired { amount: 13 }]);
		assert_ok!(Emission::try_expire_stakers(0));
		assert_eq!(events().len(), 1);
	});
}

#[test]
fn fails_when_more_expires_than_is_owed() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		assert_noop!(Emission::try_expire_stakers(34), DispatchError::Token(TokenError::Frozen));
	});
}

#[test]
fn fails_when_flows_do_not_fit() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		StakersFlows::<Test>::mutate(|flows| flows.expired = Balance::MAX);
		assert_noop!(Emission::try_expire_stakers(1), Error::<Test>::LedgerOverflow);
		StakersFlows::<Test>::kill();
	});
}

#[test]
fn what_staking_withholds_goes_to_the_treasury() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		let (before, treasury) = (issuance(), balance(&TREASURY));
		StakingRemainder::<Test>::on_unbalanced(Balances::issue(9));
		assert_eq!(issuance(), before);
		assert_eq!((balance(&TREASURY), Emission::stakers_owed()), (treasury + 9, 24));
		StakingRemainder::<Test>::on_unbalanced(Balances::issue(0));
		assert_eq!(Emission::stakers_owed(), 24);
	});
}

#[test]
fn a_remainder_the_pot_does_not_have_is_said() {
	ExtBuilder::default().build_and_execute(|| {
		epoch();
		let before = issuance();
		StakingRemainder::<Test>::on_unbalanced(Balances::issue(34));
		assert_eq!(issuance(), before);
		let error = DispatchError::Token(TokenError::Frozen);
		let kind = UnexpectedKind::RemainderNotMoved { amount: 34, error };
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
			assert_eq!(Emission::end_epoch(STAKE), 33 + collected);
			assert_eq!(Emission::stakers_owed(), 33 + collected);
			assert_eq!(issuance(), before + 500);
			next_block();
			assert_eq!(Emission::do_try_state().is_ok(), gift >= ED);
			payout(&[(BOB, 33)]);
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
		Emission::expire_stakers(owed + 1);
		assert_eq!(Emission::stakers_owed(), owed);
		let [Event::Unexpected { kind: UnexpectedKind::RemainderNotMoved { amount, .. } }] = &events()[..]
		else {
			panic!("{:?}", events());
		};
		assert_eq!(*amount, owed + 1);
	});
}
