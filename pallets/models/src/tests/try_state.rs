//! Negative controls: each invariant fails when what it speaks of is corrupted.

use crate::{
	mock::*, Heads, HoldReason, Lock, Locks, ModelRecord, Models, NextModelId, NextVersionId, Pallet,
	Requester, Requests, Standing, Standings, VersionRecord, VersionState, Versions, VersionsOf, Vote,
};
use engram_primitives::{ModelId, VersionId};
use frame_support::traits::{
	fungible::hold::Mutate,
	fungibles,
	tokens::{Precision, Preservation},
};

/// Two models, the first with two versions.
fn corrupted(corrupt: impl FnOnce(), message: &'static str) {
	ExtBuilder.build().execute_with(|| {
		let model = register(ALICE).unwrap();
		register(BOB).unwrap();
		let parent = record(trained(model), None).unwrap();
		record(trained(model), Some(parent)).unwrap();
		Pallet::<Test>::do_try_state().unwrap();
		corrupt();
		assert_eq!(Pallet::<Test>::do_try_state(), Err(message.into()));
	});
}

fn change_model(change: impl FnOnce(&mut ModelRecord<AccountId, u64>)) {
	Models::<Test>::mutate(ModelId(0), |record| change(record.as_mut().unwrap()));
}

fn change_version(version: u64, change: impl FnOnce(&mut VersionRecord<u64>)) {
	Versions::<Test>::mutate(VersionId(version), |record| change(record.as_mut().unwrap()));
}

const DEPOSITS: &str = "INV-MODELS-1: what is held is not the sum of the deposits";

#[test]
fn inv_1_deposit_higher_than_the_hold() {
	corrupted(|| change_model(|record| record.deposit += 1), DEPOSITS);
}

#[test]
fn inv_1_hold_higher_than_the_deposits() {
	let hold = || Balances::hold(&HoldReason::ModelDeposit.into(), &BOB, 1).unwrap();
	corrupted(hold, DEPOSITS);
}

#[test]
fn inv_1_deposit_of_another_account() {
	corrupted(|| change_model(|record| record.owner = BOB), DEPOSITS);
}

#[test]
fn inv_1_deposit_of_nobody() {
	corrupted(
		|| {
			Balances::release(&HoldReason::ModelDeposit.into(), &ALICE, held(ALICE), Precision::Exact)
				.unwrap();
			change_model(|record| record.owner = 99);
		},
		"INV-MODELS-1: an account that does not exist has a deposit",
	);
}

#[test]
fn inv_1_sum_overflows() {
	corrupted(
		|| {
			let copy = Models::<Test>::get(ModelId(0)).unwrap();
			Models::<Test>::insert(ModelId(2), ModelRecord { deposit: u128::MAX, ..copy });
		},
		"INV-MODELS-1: the sum of an account's deposits overflows",
	);
}

#[test]
fn inv_2_counter_is_not_the_number_of_rows() {
	corrupted(
		|| change_model(|record| record.versions += 1),
		"INV-MODELS-2: the counter of versions is not the number of rows",
	);
}

const ORPHAN: &str = "INV-MODELS-3: a row of the index is not a version of its model";

#[test]
fn inv_3_row_without_a_version() {
	corrupted(
		|| {
			VersionsOf::<Test>::insert(ModelId(0), VersionId(9), ());
			change_model(|record| record.versions += 1);
		},
		ORPHAN,
	);
}

#[test]
fn inv_3_row_under_another_model() {
	corrupted(
		|| {
			change_version(0, |record| record.model = ModelId(1));
		},
		ORPHAN,
	);
}

#[test]
fn inv_3_row_of_no_model() {
	corrupted(
		|| {
			change_version(0, |record| record.model = ModelId(7));
			VersionsOf::<Test>::remove(ModelId(0), VersionId(0));
			VersionsOf::<Test>::insert(ModelId(7), VersionId(0), ());
			change_model(|record| record.versions -= 1);
		},
		ORPHAN,
	);
}

#[test]
fn inv_3_version_without_a_row() {
	corrupted(
		|| {
			VersionsOf::<Test>::remove(ModelId(0), VersionId(0));
			change_model(|record| record.versions -= 1);
		},
		"INV-MODELS-3: a version is not in the index",
	);
}

#[test]
fn inv_4_model_id_not_below_the_next() {
	corrupted(
		|| NextModelId::<Test>::put(ModelId(1)),
		"INV-MODELS-4: a model's id is not below the next one",
	);
}

#[test]
fn inv_4_version_id_not_below_the_next() {
	corrupted(
		|| NextVersionId::<Test>::put(VersionId(1)),
		"INV-MODELS-4: a version's id is not below the next one",
	);
}

const PARENT: &str = "INV-MODELS-5: a parent is not an older version of the same model";

#[test]
fn inv_5_parent_is_itself() {
	corrupted(|| change_version(1, |record| record.parent = Some(VersionId(1))), PARENT);
}

#[test]
fn inv_5_parent_is_younger() {
	corrupted(|| change_version(0, |record| record.parent = Some(VersionId(1))), PARENT);
}

#[test]
fn inv_5_parent_is_of_another_model() {
	corrupted(
		|| {
			let foreign = record(trained(ModelId(1)), None).unwrap();
			let child = record(trained(ModelId(0)), None).unwrap();
			change_version(child.0, |record| record.parent = Some(foreign));
		},
		PARENT,
	);
}

#[test]
fn inv_5_parent_does_not_exist() {
	corrupted(
		|| {
			NextVersionId::<Test>::put(VersionId(5));
			let child = record(trained(ModelId(0)), None).unwrap();
			change_version(child.0, |record| record.parent = Some(VersionId(4)));
		},
		PARENT,
	);
}

#[test]
fn inv_6_more_correct_than_held_out() {
	corrupted(
		|| change_version(0, |record| record.correct = record.held_out_rows + 1),
		"INV-MODELS-6: a version has more correct answers than held-out rows",
	);
}

const TOO_MANY: &str = "INV-MODELS-7: a model has or may get more versions than it may have";

#[test]
fn inv_7_more_reserved_than_there_is_room() {
	corrupted(|| change_model(|record| record.reserved = MaxVersions::get() - record.versions + 1), TOO_MANY);
}

#[test]
fn inv_7_reservations_overflow() {
	corrupted(|| change_model(|record| record.reserved = u32::MAX), TOO_MANY);
}

/// A model with five versions, two holders in their seats and a third without one; the owner has requested to go back.
fn corrupted_standing(corrupt: impl FnOnce(ModelId), message: &'static str) {
	ExtBuilder.build().execute_with(|| {
		let model = seated_model();
		stand(ERIN, model, 10).unwrap();
		request(ALICE, model, VersionId(1)).unwrap();
		Pallet::<Test>::do_try_state().unwrap();
		corrupt(model);
		assert_eq!(Pallet::<Test>::do_try_state(), Err(message.into()));
	});
}

fn change_lock(model: ModelId, who: AccountId, change: impl FnOnce(&mut Lock<u64>)) {
	Locks::<Test>::mutate(model, who, |lock| change(lock.as_mut().unwrap()));
}

fn change_standing(model: ModelId, change: impl FnOnce(&mut Standing<AccountId>)) {
	Standings::<Test>::mutate(model, |standing| change(standing.as_mut().unwrap()));
}

const HEAD: &str = "INV-MODELS-8: a head is not the newest version that was not rolled back";

#[test]
fn inv_8_head_is_older() {
	corrupted_standing(|model| Heads::<Test>::insert(model, VersionId(3)), HEAD);
}

#[test]
fn inv_8_head_is_rolled_back() {
	corrupted_standing(|_| change_version(4, |record| record.state = VersionState::RolledBack), HEAD);
}

#[test]
fn inv_8_head_of_a_model_without_versions() {
	corrupted_standing(|_| Heads::<Test>::insert(ModelId(7), VersionId(0)), HEAD);
}

#[test]
fn inv_8_no_head() {
	corrupted_standing(Heads::<Test>::remove, "INV-MODELS-8: a model with a version has no head");
}

#[test]
fn inv_9_a_version_serves_that_continues_an_undone_one() {
	corrupted_standing(
		|_| change_version(2, |record| record.state = VersionState::RolledBack),
		"INV-MODELS-9: a version serves that continues one that was rolled back",
	);
}

const STANDING_DEPOSITS: &str =
	"INV-MODELS-10: what is held for standing is not the sum of the deposits of the locks";
const BONDS: &str = "INV-MODELS-10: what is held for roll backs is not the sum of the bonds";

#[test]
fn inv_10_deposit_higher_than_the_hold() {
	corrupted_standing(|model| change_lock(model, ERIN, |lock| lock.deposit += 1), STANDING_DEPOSITS);
}

#[test]
fn inv_10_hold_without_a_lock() {
	let hold = |_| Balances::hold(&HoldReason::StandingDeposit.into(), &BOB, 1).unwrap();
	corrupted_standing(hold, STANDING_DEPOSITS);
}

#[test]
fn inv_10_deposits_overflow_or_are_of_nobody() {
	let locked = |deposit| Lock { amount: 1, fresh: 1, fresh_since: 1, deposit };
	corrupted_standing(
		|_| Locks::<Test>::insert(ModelId(7), CAROL, locked(u128::MAX)),
		"INV-MODELS-10: the sum of an account's deposits for locks overflows",
	);
	corrupted_standing(
		|_| Locks::<Test>::insert(ModelId(7), 99, locked(1)),
		"INV-MODELS-10: an account that does not exist has a lock",
	);
}

#[test]
fn inv_10_bonds_differ_overflow_or_are_of_nobody() {
	let by = |who, bond| {
		move |model: ModelId| {
			let request = Requests::<Test>::get(model).unwrap();
			Requests::<Test>::insert(
				ModelId(7),
				crate::RollbackRequest { by: Requester::Owner { who, bond }, ..request },
			)
		}
	};
	corrupted_standing(by(ALICE, 1), BONDS);
	corrupted_standing(by(ALICE, u128::MAX), "INV-MODELS-10: the sum of an account's bonds overflows");
	corrupted_standing(by(99, 1), "INV-MODELS-10: an account that does not exist has a bond");
	corrupted_standing(Requests::<Test>::remove, BONDS);
}

const COUNT: &str = "INV-MODELS-11: a model does not count those who stand for it";

#[test]
fn inv_11_the_count_is_wrong() {
	corrupted_standing(|model| change_standing(model, |standing| standing.locks += 1), COUNT);
}

#[test]
fn inv_11_nobody_is_counted() {
	corrupted_standing(
		|model| {
			let standing = Standings::<Test>::get(model).unwrap();
			Standings::<Test>::insert(ModelId(7), Standing { locks: 0, ..standing });
		},
		COUNT,
	);
}

#[test]
fn inv_11_a_lock_of_a_model_that_nobody_stands_for() {
	corrupted_standing(
		|_| {
			let lock = Lock { amount: 1, fresh: 1, fresh_since: 1, deposit: 0 };
			Locks::<Test>::insert(ModelId(7), ERIN, lock);
		},
		"INV-MODELS-11: somebody stands for a model that says nobody does",
	);
}

const KEPT: &str = "INV-MODELS-12: locked tokens are not where they are kept";

#[test]
fn inv_12_less_is_kept_than_locked() {
	corrupted_standing(|model| change_lock(model, ERIN, |lock| lock.amount += 1), KEPT);
	corrupted_standing(
		|model| {
			let custody = Registry::custody_account(model);
			let (token, kept) = (token_of(model), Preservation::Expendable);
			<Assets as fungibles::Mutate<AccountId>>::transfer(token, &custody, &BOB, 1, kept).unwrap();
		},
		KEPT,
	);
}

#[test]
fn inv_12_the_account_has_nothing_to_live_on() {
	corrupted_standing(
		|model| {
			let custody = Registry::custody_account(model);
			frame_system::Account::<Test>::mutate(custody, |account| account.providers = 0);
		},
		KEPT,
	);
}

#[test]
fn inv_12_sum_overflows() {
	corrupted_standing(
		|model| change_lock(model, ERIN, |lock| lock.amount = u128::MAX),
		"INV-MODELS-12: the sum of locked tokens overflows",
	);
}

const SEAT: &str = "INV-MODELS-13: who has a seat must not have it";

#[test]
fn inv_13_a_seat_without_a_lock_that_counts() {
	// Erin's lock is young; Bob has none.
	for who in [ERIN, BOB] {
		corrupted_standing(|model| change_standing(model, |standing| standing.seats[0].who = who), SEAT);
	}
}

#[test]
fn inv_13_both_seats_are_of_one() {
	corrupted_standing(|model| change_standing(model, |standing| standing.seats[0].who = DAVE), SEAT);
}

#[test]
fn inv_13_the_owner_has_a_seat() {
	corrupted(
		|| {
			let model = ModelId(0);
			for who in [ALICE, BOB] {
				give(model, who, TOKENS);
			}
			stand(BOB, model, 300).unwrap();
			pass(PERIOD);
			take_seat(BOB, model).unwrap();
			let deposit = held(ALICE);
			Balances::release(&HoldReason::ModelDeposit.into(), &ALICE, deposit, Precision::Exact).unwrap();
			Balances::hold(&HoldReason::ModelDeposit.into(), &BOB, deposit).unwrap();
			change_model(|record| record.owner = BOB);
		},
		SEAT,
	);
}

const AGREED: &str = "INV-MODELS-14: what the holders agree on is not what they have requested";

fn all_vote(model: ModelId, vote: Vote) {
	change_standing(model, |standing| standing.seats.iter_mut().for_each(|seat| seat.vote = Some(vote)));
}

#[test]
fn inv_14_signed_and_not_requested() {
	corrupted_standing(|model| all_vote(model, Vote::RollBack(VersionId(1))), AGREED);
}

#[test]
fn inv_14_requested_and_not_signed() {
	let by_holders = |model: ModelId| {
		Requests::<Test>::mutate(model, |request| request.as_mut().unwrap().by = Requester::Holders);
		Balances::release(&HoldReason::RollbackBond.into(), &ALICE, BOND, Precision::Exact).unwrap();
	};
	corrupted_standing(by_holders, AGREED);
	corrupted_standing(
		|model| {
			by_holders(model);
			all_vote(model, Vote::RollBack(VersionId(0)));
		},
		AGREED,
	);
}

#[test]
fn inv_14_vetoed_and_pending() {
	corrupted_standing(
		|model| all_vote(model, Vote::Veto),
		"INV-MODELS-14: a request is pending that both holders have vetoed",
	);
}

#[test]
fn inv_14_holders_of_a_model_that_nobody_stands_for() {
	corrupted(
		|| {
			let request = crate::RollbackRequest {
				version: VersionId(0),
				by: Requester::Holders,
				due: 1,
				expires_at: 2,
			};
			Requests::<Test>::insert(ModelId(0), request);
		},
		"INV-MODELS-14: holders have requested what nobody stands for",
	);
}

const TARGET: &str = "INV-MODELS-15: a request names a version that a model cannot go back to";

#[test]
fn inv_15_the_version_serves_already_or_is_of_nobody() {
	for version in [4, 77] {
		corrupted_standing(
			|model| {
				Requests::<Test>::mutate(model, |request| {
					request.as_mut().unwrap().version = VersionId(version);
				})
			},
			TARGET,
		);
	}
}

#[test]
fn inv_15_a_veto_of_nothing() {
	corrupted_standing(
		|model| {
			Requests::<Test>::remove(model);
			Balances::release(&HoldReason::RollbackBond.into(), &ALICE, BOND, Precision::Exact).unwrap();
			change_standing(model, |standing| standing.seats[0].vote = Some(Vote::Veto));
		},
		"INV-MODELS-15: a holder vetoes what nobody requested",
	);
}
