//! Reviews on the whole runtime: they are on, the hook draws, a seat costs no fees, and what is lost leaves like every slash.

use crate::common::{answered, chain};
use engram_primitives::{
	economy::{AnswerBudget, BurnCause, ContributorRewards},
	traits::Beacon as Draws,
	units::{Balance, ENGR, PPM},
	Cid, JobId,
};
use engram_runtime::{
	AccountId, Balances, Beacon, BlockNumber, Emission, Ratings, Runtime, RuntimeCall, RuntimeEvent,
	RuntimeOrigin, System, Treasury, TxPause,
};
use frame_support::{
	assert_ok,
	dispatch::GetDispatchInfo,
	traits::{Hooks, TryState, TryStateSelect},
};
use pallet_emission::Burned;
use pallet_ratings::{Ballot, Call, Digest, Finding, ReviewPolicy, Reviews, Stage};
use pallet_skip_feeless_payment::SkipCheckIfFeeless;
use pallet_transaction_payment::ChargeTransactionPayment;
use sp_core::H256;
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	traits::{BlakeTwo256, DispatchTransaction, Hash},
	DispatchResult,
};

const JOB: JobId = JobId(7);
/// What the protocol kept of the job's fee.
const KEPT: Balance = 10 * ENGR;
/// The treasury's part of a slash: not the default.
const SLASH_TREASURY: u32 = 300_000;
const SALT: Digest = H256::repeat_byte(5);

fn payer() -> AccountId {
	Sr25519Keyring::Alice.to_account_id()
}

fn reviewers() -> [AccountId; 5] {
	[
		Sr25519Keyring::Bob,
		Sr25519Keyring::Charlie,
		Sr25519Keyring::Dave,
		Sr25519Keyring::Eve,
		Sr25519Keyring::Ferdie,
	]
	.map(|account| account.to_account_id())
}

fn next_block() {
	let next = System::block_number() + 1;
	System::set_block_number(next);
	Beacon::on_initialize(next);
	Ratings::on_initialize(next);
}

/// Whoever signs this call pays so much for it, and this becomes of it.
fn submit(who: &AccountId, call: Call<Runtime>) -> (Balance, DispatchResult) {
	let before = Balances::free_balance(who);
	let call = RuntimeCall::Ratings(call);
	let info = call.get_dispatch_info();
	// How the runtime's transactions are paid for.
	let payment: SkipCheckIfFeeless<Runtime, ChargeTransactionPayment<Runtime>> =
		ChargeTransactionPayment::from(0).into();
	let origin = RuntimeOrigin::signed(who.clone());
	let result = payment.dispatch_transaction(origin, call, &info, 100, 0).unwrap();
	(before - Balances::free_balance(who), result.map(|_| ()).map_err(|error| error.error))
}

fn commit(who: &AccountId, ballot: Ballot) -> (Balance, DispatchResult) {
	let genesis = System::block_hash(0);
	let commitment = BlakeTwo256::hash_of(&(b"engram/review", genesis, JOB, who, ballot, SALT));
	submit(who, Call::commit_review { job: JOB, commitment })
}

fn reveal(who: &AccountId, ballot: Ballot) -> (Balance, DispatchResult) {
	submit(who, Call::reveal_review { job: JOB, ballot, salt: SALT })
}

#[test]
fn a_review_is_drawn_by_itself_and_free_for_its_seats() {
	chain(&PresetId::from("development")).execute_with(|| {
		System::set_block_number(1);
		let default = Ratings::review_policy();
		assert_eq!(default, ReviewPolicy::default());
		assert!(default.sampling > 0 && default.reviewers > 0 && default.owners > 0);
		let policy = ReviewPolicy { sampling: PPM, ..default };
		assert_ok!(Ratings::set_review_policy(RuntimeOrigin::root(), policy));
		assert_ok!(Emission::set_slash_treasury(RuntimeOrigin::root(), SLASH_TREASURY));
		let bond = <Runtime as pallet_ratings::Config>::ReviewerBond::get();
		for who in reviewers() {
			assert_ok!(Ratings::join_reviewers(RuntimeOrigin::signed(who), bond));
		}
		answered(JOB, payer());
		Ratings::record_budget(JOB, AnswerBudget { kept: KEPT, contributors: KEPT / 4, ratings: KEPT / 10 });
		let material = Cid::of_raw(b"material");
		let (fee, shared) = submit(&payer(), Call::share_answer { job: JOB, material });
		assert_ok!(shared);
		assert!(fee > 0);

		for _ in 0..<Beacon as Draws<BlockNumber>>::delay() {
			assert!(matches!(Reviews::<Runtime>::get(JOB).unwrap().stage, Stage::Shared { .. }));
			next_block();
		}
		assert!(matches!(Reviews::<Runtime>::get(JOB).unwrap().stage, Stage::Drawn(_)));

		let score = Ballot::Score;
		// What is paused fails and changes nothing: it would be free again and again.
		let name = (b"Ratings".to_vec().try_into().unwrap(), b"commit_review".to_vec().try_into().unwrap());
		assert_ok!(TxPause::pause(RuntimeOrigin::root(), name.clone()));
		let (fee, paused) = commit(&reviewers()[0], score(9));
		assert!(fee > 0);
		assert_eq!(paused, Err(frame_system::Error::<Runtime>::CallFiltered.into()));
		assert_ok!(TxPause::unpause(RuntimeOrigin::root(), name));

		// One says that the material cannot be had, and one lies.
		let ballots = [score(9), score(9), score(8), Ballot::Unavailable, score(0)];
		for (who, ballot) in reviewers().iter().zip(ballots) {
			let (fee, committed) = commit(who, ballot);
			assert_ok!(committed);
			assert_eq!(fee, 0);
			let (fee, again) = commit(who, ballot);
			assert!(fee > 0 && again.is_err());
		}
		let (fee, stranger) = commit(&payer(), score(9));
		assert!(fee > 0 && stranger.is_err());
		for (who, ballot) in reviewers().iter().zip(ballots) {
			let (fee, wrong) = reveal(who, score(1));
			assert!(fee > 0 && wrong.is_err());
			let (fee, revealed) = reveal(who, ballot);
			assert_ok!(revealed);
			assert_eq!(fee, 0);
		}

		let (treasury, burned) =
			(Balances::free_balance(Treasury::account_id()), Burned::<Runtime>::get(BurnCause::Slash));
		let (fee, closed) = submit(&reviewers()[0], Call::close_review { job: JOB });
		assert_ok!(closed);
		assert_eq!(fee, 0);
		// The liar's bond, all of it.
		let lost = bond;
		let closed = System::events().into_iter().any(|record| {
			matches!(
				record.event,
				RuntimeEvent::Ratings(pallet_ratings::Event::ReviewClosed {
					finding: Finding::Median(850_000),
					lost: in_all,
					..
				}) if in_all == lost
			)
		});
		assert!(closed);
		// Divided like every slash.
		let part = lost * Balance::from(SLASH_TREASURY) / 1_000_000;
		assert_eq!(Balances::free_balance(Treasury::account_id()) - treasury, part);
		assert_eq!(Burned::<Runtime>::get(BurnCause::Slash) - burned, lost - part);
		let now = System::block_number();
		assert_eq!(<Ratings as TryState<BlockNumber>>::try_state(now, TryStateSelect::All), Ok(()));
	});
}
