//! What reviewers do free of fees: what succeeds, which it does once for each seat.

use crate::{mock::*, Ballot, Call};
use engram_primitives::{units::ENGR, JobId};
use frame_support::{assert_ok, dispatch::CheckIfFeeless};

fn commit_is_free(origin: RuntimeOrigin, who: AccountId) -> bool {
	let commitment = Ratings::commitment(JOB, &who, Ballot::Score(7), salt(who));
	let call = RuntimeCall::Ratings(Call::commit_review { job: JOB, commitment });
	call.is_feeless(&origin)
}

fn reveal_is_free(who: AccountId, ballot: Ballot) -> bool {
	let call = RuntimeCall::Ratings(Call::reveal_review { job: JOB, ballot, salt: salt(who) });
	call.is_feeless(&RuntimeOrigin::signed(who))
}

fn signed_commit_is_free(who: AccountId) -> bool {
	commit_is_free(RuntimeOrigin::signed(who), who)
}

#[test]
fn a_seat_commits_free_once() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		assert!(bench.iter().all(|who| signed_commit_is_free(*who)));
		assert_ok!(commit(bench[0], JOB, 7));
		assert!(!signed_commit_is_free(bench[0]));
		assert!(signed_commit_is_free(bench[1]));
		run_to(1 + DELAY + COMMIT_PERIOD);
		assert!(signed_commit_is_free(bench[1]));
		run_to(1 + DELAY + COMMIT_PERIOD + 1);
		assert!(!signed_commit_is_free(bench[1]));
	});
}

#[test]
fn strangers_pay() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		assert!(!signed_commit_is_free(20));
		let bench = drawn(JOB, ENGR);
		let idle = REVIEWERS.into_iter().find(|who| !bench.contains(who)).unwrap();
		for who in [idle, PAYER, ALICE, NOBODY] {
			assert!(!signed_commit_is_free(who));
		}
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert!(!commit_is_free(origin, bench[0]));
		}
		for who in &bench {
			assert_ok!(commit(*who, JOB, 7));
		}
		for who in [idle, PAYER, ALICE, NOBODY] {
			assert!(!reveal_is_free(who, Ballot::Score(7)));
		}
	});
}

#[test]
fn a_seat_reveals_free_once() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		let seven = Ballot::Score(7);
		for who in &bench {
			// Not before all have committed.
			assert!(!reveal_is_free(bench[0], seven));
			assert_ok!(commit(*who, JOB, 7));
		}
		assert!(bench.iter().all(|who| reveal_is_free(*who, seven)));
		// What is not what was committed to fails, as often as one likes: it is never free.
		for wrong in [Ballot::Score(8), Ballot::Score(11), Ballot::Unavailable] {
			assert!(!reveal_is_free(bench[0], wrong));
		}
		assert_ok!(reveal(bench[0], JOB, 7));
		assert!(!reveal_is_free(bench[0], seven));
		run_to(1 + DELAY + COMMIT_PERIOD + REVEAL_PERIOD + 1);
		assert!(!reveal_is_free(bench[1], seven));
	});
}

#[test]
fn its_reviewers_close_a_review_free_once() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let is_free = |who: AccountId| {
			let call = RuntimeCall::Ratings(Call::close_review { job: JOB });
			call.is_feeless(&RuntimeOrigin::signed(who))
		};
		let bench = drawn(JOB, ENGR);
		let idle = REVIEWERS.into_iter().find(|who| !bench.contains(who)).unwrap();
		assert!(!is_free(bench[0]));
		reviewed(JOB, [7; 5]);
		assert!(bench.iter().all(|who| is_free(*who)));
		assert!([idle, PAYER, ALICE, NOBODY].into_iter().all(|who| !is_free(who)));
		assert_ok!(close_review(JOB));
		assert!(!is_free(bench[0]));
	});
}

#[test]
fn nothing_else_is_free() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		let signed = RuntimeOrigin::signed(bench[0]);
		for call in [
			Call::share_answer { job: JobId(1), material: material() },
			Call::join_reviewers { bond: BOND },
			Call::pause_reviewer {},
		] {
			assert!(!RuntimeCall::Ratings(call).is_feeless(&signed));
		}
	});
}
