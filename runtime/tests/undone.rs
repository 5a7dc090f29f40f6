//! What is owed for a version's answers and training stays owed when the version is rolled back, to the base unit, and answers that
//! were bought before are given or paid back.

use crate::common::market::{
	account, ask, call, check, events, flows, leaves, signed, Books, Market, AUTHOR, CONTRIBUTORS, MODEL,
	OWNER,
};
use engram_primitives::{
	merkle::sum_prove,
	traits::ModelRegistry,
	units::{Balance, ENGR},
	JobId, VersionId,
};
use engram_runtime::{
	AccountId, Attribution, Balances, BlockNumber, Emission, Jobs, Models, Runtime, RuntimeEvent, Treasury,
};
use frame_support::{assert_noop, assert_ok, traits::Get};
use pallet_attribution::FeeParts;
use pallet_jobs::JobState;
use sp_keyring::Sr25519Keyring::{self, Bob};

/// What an answer costs, and what of it is the contributors'.
const PRICE: Balance = 40 * ENGR;
const THEIRS: Balance = 4 * ENGR;

fn delay() -> u32 {
	<Runtime as pallet_models::Config>::RollbackDelay::get()
}

/// Two versions, of which the second continues the first and serves.
fn trained() -> (Market, [VersionId; 2]) {
	let mut market = Market::new(1_000 * ENGR);
	let first = market.train(None, 80);
	let second = market.train(Some(first), 90);
	market.read(|| assert_eq!(Models::head_of(MODEL), Some(second)));
	(market, [first, second])
}

/// Somebody claims a contributor's part of an answer, which is paid to the base unit.
fn claim(job: JobId, index: usize) {
	let leaves = leaves(THEIRS);
	let (leaf, proof) = (leaves[index], sum_prove(&leaves, index as u32).unwrap());
	let books = Books::read();
	assert_ok!(Attribution::claim(signed(Bob), job, index as u32, leaf, proof.clone()));
	let amount = leaf.amount as i128;
	let expected = [(Attribution::pot_account(), -amount), (account(CONTRIBUTORS[index]), amount)];
	assert_eq!(books.moved(), flows(expected));
	let again = Attribution::claim(signed(Bob), job, index as u32, leaf, proof);
	assert!(again.is_err(), "it is paid once");
}

fn claim_all(job: JobId) {
	assert_eq!(Attribution::payout(job).unwrap().unpaid, THEIRS);
	claim(job, 0);
	claim(job, 1);
	assert_eq!(Attribution::payout(job), None);
}

/// The receipt of a job in this block.
fn accepted(job: JobId) -> (AccountId, FeeParts) {
	let accepted = events().into_iter().find_map(|event| match event {
		RuntimeEvent::Attribution(pallet_attribution::Event::ReceiptAccepted {
			job: of,
			worker,
			parts,
			..
		}) if of == job => Some((worker, parts)),
		_ => None,
	});
	accepted.expect("it was answered in this block")
}

/// An answer is given and its whole price goes where the same price of any version goes.
fn served(market: &mut Market, job: JobId) {
	let moved = market.close(job);
	market.read(|| {
		let state = Jobs::job(job).unwrap().state;
		assert!(matches!(state, JobState::Settled { .. }), "{state:?}");
		let (worker, parts) = accepted(job);
		let FeeParts { worker: computed, model, stakers, contributors, burned, treasury, author } = parts;
		assert_eq!(computed + model + stakers + contributors + burned + treasury + author, PRICE);
		// Seven tenths, one and two of what is not the platform's; of that a twentieth is the protocol's.
		assert_eq!((model, stakers, contributors), (14 * ENGR, 2 * ENGR, THEIRS));
		assert_eq!((computed, burned + treasury + author), (19 * ENGR, ENGR));
		let guarantee = Jobs::guarantee_of(PRICE).unwrap() as i128;
		let expected = [
			(Jobs::escrow_account(), -(PRICE as i128) - guarantee),
			(account(Bob), guarantee),
			(worker, computed as i128),
			(account(OWNER), model as i128),
			(Emission::stakers_inbox(), stakers as i128),
			(Attribution::pot_account(), contributors as i128),
			(Treasury::account_id(), treasury as i128),
			(account(AUTHOR), author as i128),
		];
		assert_eq!(moved, flows(expected));
	});
}

fn request(who: Sr25519Keyring, version: VersionId) {
	assert_ok!(call(who, pallet_models::Call::<Runtime>::request_rollback { model: MODEL, version }));
}

#[test]
fn what_a_version_earned_before_is_paid_after_it_is_undone() {
	let (mut market, [first, second]) = trained();
	let answered = [(); 2].map(|()| {
		let job = market.quiet(|| ask(Bob, second).unwrap());
		served(&mut market, job);
		job
	});
	// Of one, a contributor claims before. Neither can be claimed while it can be challenged.
	market.pass(10);
	market.block(|| {
		claim(answered[0], 0);
		request(OWNER, first);
	});
	let delay = market.read(delay);
	market.pass(delay - 1);
	let before = market.read(|| (answered.map(Attribution::payout), Models::version(second).unwrap()));
	market.block(|| {
		let books = Books::read();
		assert_ok!(Models::enact_rollback(signed(Bob), MODEL));
		// The bond is the owner's again; nobody has more or less than before: who executed, verified or contributed least of all.
		assert_eq!(books.moved(), flows([]));
		assert_eq!(Models::head_of(MODEL), Some(first));
		assert!(<Models as ModelRegistry<AccountId>>::is_rolled_back(second));
		assert_noop!(ask(Bob, second), pallet_jobs::Error::<Runtime>::RolledBack);

		let after = Models::version(second).unwrap();
		assert_eq!(answered.map(Attribution::payout), before.0);
		let recorded = |version: &pallet_models::VersionRecord<BlockNumber>| {
			(version.job, version.parts.clone(), version.correct, version.weights)
		};
		assert_eq!(recorded(&after), recorded(&before.1));
	});
	market.block(|| {
		claim(answered[0], 1);
		assert_eq!(Attribution::payout(answered[0]), None);
		claim_all(answered[1]);
	});
	// The version that the model went back to is sold, and answers.
	let job = market.quiet(|| ask(Bob, first).unwrap());
	served(&mut market, job);
	market.read(check);
}

#[test]
fn answers_that_were_bought_before_are_given_or_paid_back() {
	let (mut market, [first, second]) = trained();
	market.block(|| request(OWNER, first));
	let delay = market.read(delay);
	market.pass(delay - 11);
	// A worker has one of them, but not its answer, when the version is undone.
	let assigned = market.quiet(|| ask(Bob, second).unwrap());
	for _ in 0..8 {
		market.quiet(|| ());
	}
	let had = market.read(|| Balances::free_balance(account(Bob)));
	let [queued, regretted] = market.quiet(|| [(); 2].map(|()| ask(Bob, second).unwrap()));
	market.quiet(|| {
		let state = |job| Jobs::job(job).unwrap().state;
		assert!(matches!(state(assigned), JobState::Assigned { .. }));
		assert!([queued, regretted].into_iter().all(|job| matches!(state(job), JobState::Queued { .. })));
		let books = Books::read();
		assert_ok!(Models::enact_rollback(signed(Bob), MODEL));
		assert_eq!(books.moved(), flows([]));
		assert_eq!(Models::head_of(MODEL), Some(first));

		// Who wants no answer of it takes the job back, and all of the money.
		let held = Jobs::job(regretted).unwrap().escrow as i128;
		assert_ok!(Jobs::cancel(signed(Bob), regretted));
		assert_ok!(Jobs::remove(signed(Bob), regretted));
		assert_eq!(books.moved(), flows([(Jobs::escrow_account(), -held), (account(Bob), held)]));
		let job = Jobs::job(queued).unwrap();
		assert_eq!(Balances::free_balance(account(Bob)), had - job.escrow - job.deposit);
	});
	// Who has bought it still gets it, whether a worker had it already or not, for the price of then.
	served(&mut market, assigned);
	served(&mut market, queued);
	market.pass(10);
	market.block(|| {
		claim_all(assigned);
		claim_all(queued);
	});
	market.read(check);
}
