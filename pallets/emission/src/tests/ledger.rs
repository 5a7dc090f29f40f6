//! Issuance is genesis plus minted minus burned, whoever changes it.

use crate::{
	mock::*, pallet::*, BurnSlash, BurnTransactionFee, CreditOf, MintCause, UnexpectedKind, WeightInfo,
};
use engram_primitives::economy::{BurnCause, Burns};
use frame_support::{
	assert_ok,
	traits::{
		fungible::{Balanced, Mutate},
		tokens::{Fortitude, Precision, Preservation},
		Hooks, OnUnbalanced,
	},
};

fn withdraw(amount: u128) -> CreditOf<Test> {
	Balances::withdraw(&ALICE, amount, Precision::Exact, Preservation::Preserve, Fortitude::Polite).unwrap()
}

#[test]
fn a_credit_is_burned_under_its_cause() {
	ExtBuilder::default().build_and_execute(|| {
		BurnTransactionFee::<Test>::on_unbalanced(withdraw(30));
		BurnSlash::<Test>::on_unbalanced(withdraw(4));
		BurnSlash::<Test>::on_unbalanced(CreditOf::<Test>::default());
		assert_eq!((burned(BurnCause::TransactionFee), burned(BurnCause::Slash)), (30, 4));
		assert_eq!(issuance(), GENESIS - 34);
		assert_eq!(RunningEpoch::<Test>::get().burned, 34);
		next_block();
		// Everything was explained.
		assert_eq!(events(), []);
	});
}

#[test]
fn every_cause_has_its_entry() {
	ExtBuilder::default().build_and_execute(|| {
		let causes = [
			BurnCause::JobFee,
			BurnCause::TransactionFee,
			BurnCause::Slash,
			BurnCause::Rating,
			BurnCause::Dust,
			BurnCause::Holder,
			BurnCause::TradeFee,
		];
		for (cause, amount) in causes.into_iter().zip(1..) {
			burn_of(&ALICE, amount);
			Emission::burned(cause, amount);
			assert_eq!(burned(cause), amount);
		}
		Emission::burned(BurnCause::Rating, 0);
		assert_eq!(issuance(), GENESIS - 28);
		next_block();
		assert_eq!(events(), []);
	});
}

#[test]
fn dust_is_burned() {
	ExtBuilder::default().build_and_execute(|| {
		// Alice keeps one base unit less than the existential deposit.
		send(&ALICE, &BOB, RICHES - ED + 1);
		assert_eq!(balance(&ALICE), 0);
		assert_eq!(burned(BurnCause::Dust), ED - 1);
		assert_eq!(issuance(), GENESIS - (ED - 1));
		next_block();
		assert_eq!(events(), []);
	});
}

#[test]
fn what_a_holder_burns_is_found_at_the_end_of_the_block() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Balances::burn(RuntimeOrigin::signed(ALICE), 123, true));
		assert_eq!(burned(BurnCause::Holder), 0);
		next_block();
		assert_eq!(burned(BurnCause::Holder), 123);
		assert_eq!(RunningEpoch::<Test>::get().burned, 123);
		assert_eq!(events(), [Event::HolderBurnRecorded { amount: 123 }]);
		// Once.
		next_block();
		assert_eq!(events().len(), 1);
	});
}

#[test]
fn forced_issuance_is_found() {
	ExtBuilder::default().forced_issuance().build_and_execute(|| {
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), ALICE, RICHES + 50));
		next_block();
		assert_eq!(minted(MintCause::Forced), 50);
		assert_eq!(events(), [Event::Unexpected { kind: UnexpectedKind::IssuanceForced { amount: 50 } }]);
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), ALICE, RICHES));
		next_block();
		assert_eq!(burned(BurnCause::Holder), 50);
		assert_eq!(issuance(), GENESIS);
		// The vault has no part in it.
		assert_eq!(minted(MintCause::Vault), 0);
	});
}

#[test]
fn a_burn_that_was_reported_twice_is_found() {
	ExtBuilder::default().build_and_execute(|| {
		burn_of(&ALICE, 5);
		Emission::burned(BurnCause::Rating, 5);
		Emission::burned(BurnCause::Rating, 5);
		next_block();
		assert_eq!(events(), [Event::Unexpected { kind: UnexpectedKind::IssuanceForced { amount: 5 } }]);
	});
}

#[test]
fn a_burn_of_more_than_there_is_is_not_booked() {
	ExtBuilder::default().build_and_execute(|| {
		let amount = GENESIS + 1;
		Emission::burned(BurnCause::Slash, amount);
		let cause = BurnCause::Slash;
		assert_eq!(events(), [Event::Unexpected { kind: UnexpectedKind::BurnNotBooked { cause, amount } }]);
		assert_eq!(burned(BurnCause::Slash), 0);
		assert_eq!(RunningEpoch::<Test>::get(), Default::default());
	});
}

#[test]
fn a_block_that_mints_and_burns_unannounced_is_booked_net() {
	ExtBuilder::default().build_and_execute(|| {
		Balances::mint_into(&ALICE, 30).unwrap();
		burn_of(&BOB, 50);
		next_block();
		assert_eq!((minted(MintCause::Forced), burned(BurnCause::Holder)), (0, 20));
	});
}

#[test]
fn the_ledger_opens_once_and_with_what_was_reported_before() {
	ExtBuilder::default().build_and_execute(|| {
		// As on a chain that gets this pallet by an upgrade, and burns in a hook before the first of this pallet.
		GenesisIssuance::<Test>::kill();
		burn_of(&ALICE, 40);
		Emission::burned(BurnCause::JobFee, 40);
		Emission::on_finalize(1);
		assert_eq!(burned(BurnCause::Holder), 0);

		let weight = Emission::on_initialize(2);
		assert_eq!(weight, <() as WeightInfo>::reconcile() + <() as WeightInfo>::open_ledger());
		assert_eq!(GenesisIssuance::<Test>::get(), Some(GENESIS));
		assert_eq!(ExpectedIssuance::<Test>::get(), GENESIS - 40);
		burn_of(&ALICE, 1);
		assert_eq!(Emission::on_initialize(3), <() as WeightInfo>::reconcile());
		assert_eq!(GenesisIssuance::<Test>::get(), Some(GENESIS));
	});
}
