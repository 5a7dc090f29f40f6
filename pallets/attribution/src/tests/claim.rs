//! Paying contributors.

use crate::{mock::*, Claimed, Error, Event, HoldReason, Payouts};
use engram_primitives::{
	economy::{PaidContribution, ServedAnswer, ServedJobs},
	merkle::{sum_root, SumLeaf},
	traits::ModelRegistry,
	units::MILLI,
	work::Receipt,
	ContributionId, JobId, VersionId,
};
use frame_support::{assert_noop, assert_ok, traits::fungible::hold::Inspect};
use frame_system::RawOrigin;
use sp_runtime::{traits::BadOrigin, TokenError};

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let leaves = quarters();
		serve(&leaves);
		open_claims();
		assert_ok!(claim(JOB, &leaves, 0));
		assert_eq!(balance(&CAROL), RICHES + 32 * MILLI);
		assert_eq!(balance(&ALICE), RICHES - FEE);
		assert_eq!(held(), 96 * MILLI);
		let record = Payouts::<Test>::get(JOB).unwrap();
		assert_eq!((record.claimed, record.paid, record.unpaid), (Claimed(0b01), 32 * MILLI, 96 * MILLI));
		assert_eq!(
			events().last(),
			Some(&Event::PayoutClaimed {
				owner: CAROL,
				job: JOB,
				contribution: ContributionId(0),
				amount: 32 * MILLI,
				unpaid: 96 * MILLI,
			})
		);

		assert_ok!(claim(JOB, &leaves, 1));
		assert_eq!(balance(&DAVE), RICHES + 96 * MILLI);
		assert_eq!((held(), balance(&Attribution::pot())), (0, ED));
		assert!(!Payouts::<Test>::contains_key(JOB));
		assert_eq!(sum_of_balances(), Balances::total_issuance());
	});
}

#[test]
fn every_claim_is_reported_with_its_answer() {
	ExtBuilder.build_and_execute(|| {
		let leaves = quarters();
		serve(&leaves);
		open_claims();
		assert_ok!(claim(JOB, &leaves, 0));
		// Refused: reported to nobody.
		assert_noop!(claim(JOB, &leaves, 0), Error::<Test>::AlreadyClaimed);
		assert_ok!(claim(JOB, &leaves, 1));

		let paid = |contribution, owner, amount| PaidContribution {
			job: JOB,
			payer: ALICE,
			contribution: ContributionId(contribution),
			owner,
			amount: amount * MILLI,
			total: PART,
		};
		// With the last claim the record goes, but not before it is reported.
		let answer = Some(ServedAnswer { payer: ALICE, version: VERSION });
		assert_eq!(Reported::get(), [(paid(0, CAROL, 32), answer.clone()), (paid(1, DAVE, 96), answer)]);
		assert_eq!(Attribution::served_answer(JOB), None);
	});
}

#[test]
fn whoever_owns_the_contribution_now_is_paid() {
	ExtBuilder.build_and_execute(|| {
		let leaves = quarters();
		serve(&leaves);
		Owners::mutate(|owners| owners.insert(ContributionId(0), MALLORY));
		open_claims();
		assert_ok!(claim(JOB, &leaves, 0));
		assert_eq!(balance(&MALLORY), RICHES + 32 * MILLI);
		assert_eq!(balance(&CAROL), RICHES);
	});
}

#[test]
fn every_leaf_of_the_largest_tree_is_paid_once() {
	ExtBuilder.build_and_execute(|| {
		let parts: Vec<u64> = (100..116).collect();
		let weights: Vec<u64> = (1..=16).collect();
		for part in &parts {
			Owners::mutate(|owners| owners.insert(ContributionId(*part), CAROL));
		}
		let version = VersionId(9);
		trained_on(version, &parts);
		buy(JOB, version, ROWS);
		let leaves = leaves(version, PART, &weights);
		assert_ok!(submit(BOB, JOB, 0, receipt(&leaves)));
		open_claims();
		for index in (0..16).rev() {
			assert_ok!(claim(JOB, &leaves, index));
			assert_noop!(
				claim(JOB, &leaves, index),
				if index == 0 { Error::<Test>::UnknownPayout } else { Error::AlreadyClaimed }
			);
		}
		assert_eq!(balance(&CAROL), RICHES + PART);
	});
}

#[test]
fn claims_go_on_after_expiry_until_somebody_expires_it() {
	ExtBuilder.build_and_execute(|| {
		let leaves = quarters();
		serve(&leaves);
		run_to(1 + WINDOW + PERIOD + 1_000);
		assert_ok!(claim(JOB, &leaves, 0));
		assert_ok!(Attribution::expire(RuntimeOrigin::signed(BOB), JOB));
		assert_noop!(claim(JOB, &leaves, 1), Error::<Test>::UnknownPayout);
	});
}

#[test]
fn the_last_claim_removes_the_record_though_a_leaf_is_worth_nothing() {
	ExtBuilder.build_and_execute(|| {
		let leaves = leaves(VERSION, PART, &[0, 1]);
		serve(&leaves);
		open_claims();
		assert_noop!(claim(JOB, &leaves, 0), Error::<Test>::NothingToClaim);
		assert_ok!(claim(JOB, &leaves, 1));
		assert!(!Payouts::<Test>::contains_key(JOB));
	});
}

#[test]
fn fails_when_unsigned() {
	ExtBuilder.build_and_execute(|| {
		let leaves = quarters();
		serve(&leaves);
		open_claims();
		for origin in [RawOrigin::None, RawOrigin::Authorized] {
			assert_noop!(Attribution::claim(origin.into(), JOB, 0, leaves[0], proof(&leaves, 0)), BadOrigin);
		}
	});
}

#[test]
fn fails_when_the_window_is_open() {
	ExtBuilder.build_and_execute(|| {
		let leaves = quarters();
		serve(&leaves);
		assert_noop!(claim(JOB, &leaves, 0), Error::<Test>::WindowOpen);
		run_to(WINDOW);
		assert_noop!(claim(JOB, &leaves, 0), Error::<Test>::WindowOpen);
		run_to(WINDOW + 1);
		assert_ok!(claim(JOB, &leaves, 0));
	});
}

#[test]
fn fails_when_claimed_twice() {
	ExtBuilder.build_and_execute(|| {
		let leaves = quarters();
		serve(&leaves);
		open_claims();
		assert_ok!(claim(JOB, &leaves, 1));
		assert_noop!(claim(JOB, &leaves, 1), Error::<Test>::AlreadyClaimed);
		// Nor under another owner.
		Owners::mutate(|owners| owners.insert(ContributionId(1), MALLORY));
		assert_noop!(claim(JOB, &leaves, 1), Error::<Test>::AlreadyClaimed);
		assert_ok!(claim(JOB, &leaves, 0));
		assert_noop!(claim(JOB, &leaves, 0), Error::<Test>::UnknownPayout);
	});
}

#[test]
fn fails_when_the_proof_is_forged() {
	ExtBuilder.build_and_execute(|| {
		let leaves = quarters();
		serve(&leaves);
		open_claims();
		let attempt =
			|index, leaf, proof| Attribution::claim(RuntimeOrigin::signed(CAROL), JOB, index, leaf, proof);
		let honest = proof(&leaves, 0);
		let more = SumLeaf { amount: leaves[0].amount + 1, ..leaves[0] };
		assert_noop!(attempt(0, more, honest.clone()), Error::<Test>::InvalidProof);
		// The sibling claims that much less, so that the total still adds up.
		let mut shifted = honest.clone();
		shifted[0].sum -= 1;
		assert_noop!(attempt(0, more, shifted), Error::<Test>::InvalidProof);
		let mut longer = honest.clone();
		longer.try_push(honest[0]).unwrap();
		assert_noop!(attempt(0, leaves[0], longer), Error::<Test>::InvalidProof);
		assert_noop!(attempt(0, leaves[0], Default::default()), Error::<Test>::InvalidProof);
		assert_noop!(attempt(0, leaves[0], proof(&leaves, 1)), Error::<Test>::InvalidProof);
		let huge = SumLeaf { amount: u128::MAX, ..leaves[0] };
		assert_noop!(attempt(0, huge, honest.clone()), Error::<Test>::InvalidProof);
		assert_noop!(attempt(2, leaves[0], honest.clone()), Error::<Test>::UnknownLeaf);
		assert_noop!(attempt(u32::MAX, leaves[0], honest.clone()), Error::<Test>::UnknownLeaf);
		assert_ok!(attempt(0, leaves[0], honest));
	});
}

#[test]
fn fails_when_the_worker_invents_a_payee() {
	ExtBuilder.build_and_execute(|| {
		// Contribution 7 is the worker's, and the version was not trained on it.
		Owners::mutate(|owners| owners.insert(ContributionId(7), BOB));
		let invented = vec![
			SumLeaf { contribution: ContributionId(7), amount: PART },
			SumLeaf { contribution: ContributionId(1), amount: 0 },
		];
		serve(&invented);
		open_claims();
		assert_noop!(claim(JOB, &invented, 0), Error::<Test>::ForeignContribution);
		// Nor does a swapped order move money between those who are in it.
		assert_eq!(held(), PART);
	});
}

#[test]
fn fails_when_a_contribution_stands_at_anothers_index() {
	ExtBuilder.build_and_execute(|| {
		let mut swapped = quarters();
		swapped.swap(0, 1);
		serve(&swapped);
		open_claims();
		for index in [0, 1] {
			assert_noop!(claim(JOB, &swapped, index), Error::<Test>::ForeignContribution);
		}
	});
}

#[test]
fn a_tree_with_an_unopenable_node_pays_at_most_its_root() {
	ExtBuilder.build_and_execute(|| {
		// The worker hides Dave's leaf: nobody can prove it, and Carol's proof still holds for her amount only.
		let leaves = quarters();
		buy(JOB, VERSION, ROWS);
		let root = sum_root(&leaves).unwrap();
		assert_ok!(submit(BOB, JOB, 0, Receipt { root, ..receipt(&leaves) }));
		open_claims();
		assert_ok!(claim(JOB, &leaves, 0));
		run_to(1 + WINDOW + PERIOD);
		assert_ok!(Attribution::expire(RuntimeOrigin::signed(BOB), JOB));
		assert_eq!(balance(&TREASURY), ED + (20 + 96) * MILLI);
	});
}

#[test]
fn fails_when_the_owners_account_cannot_be_created() {
	ExtBuilder.build_and_execute(|| {
		let dust = ED - 1;
		let leaves = vec![
			SumLeaf { contribution: ContributionId(0), amount: dust },
			SumLeaf { contribution: ContributionId(1), amount: PART - dust },
		];
		serve(&leaves);
		Owners::mutate(|owners| owners.insert(ContributionId(0), NOBODY));
		open_claims();
		assert_noop!(claim(JOB, &leaves, 0), TokenError::BelowMinimum);
		// It stays claimable: once the account exists, it is paid.
		assert!(Attribution::claimable(JOB, 0));
		assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(ALICE), NOBODY, ED));
		assert_ok!(claim(JOB, &leaves, 0));
		assert_eq!(balance(&NOBODY), ED + dust);
	});
}

#[test]
fn an_owner_without_an_account_gets_one_from_a_large_enough_claim() {
	ExtBuilder.build_and_execute(|| {
		let leaves = quarters();
		serve(&leaves);
		Owners::mutate(|owners| owners.insert(ContributionId(0), NOBODY));
		open_claims();
		assert_ok!(claim(JOB, &leaves, 0));
		assert_eq!(Balances::free_balance(NOBODY), 32 * MILLI);
		assert_eq!(Balances::balance_on_hold(&HoldReason::Payouts.into(), &NOBODY), 0);
	});
}

#[test]
fn fails_when_something_is_gone() {
	ExtBuilder.build_and_execute(|| {
		let leaves = quarters();
		serve(&leaves);
		open_claims();
		assert_noop!(claim(JobId(1), &leaves, 0), Error::<Test>::UnknownPayout);
		Owners::mutate(|owners| owners.remove(&ContributionId(0)));
		assert_noop!(claim(JOB, &leaves, 0), Error::<Test>::UnknownContribution);
		let version = FakeModels::version(VERSION).unwrap();
		Versions::mutate(|versions| versions.remove(&VERSION));
		assert_noop!(claim(JOB, &leaves, 0), Error::<Test>::UnknownVersion);
		Versions::mutate(|versions| versions.insert(VERSION, version));
	});
}
