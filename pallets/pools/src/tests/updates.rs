//! Verified updates, as the market tells of them.

use crate::{mock::*, pallet::*, PoolState, Terms, UpdateRefusal, WeightInfo};
use engram_math::pool::{update_payout_floor, WORK_ONE};
use engram_primitives::{
	payment::{TokenPayments, VerifiedUpdate},
	units::Balance,
	Cid, JobId,
};
use frame_support::{assert_ok, weights::Weight};

const UNIT: u32 = TERMS.unit_gain;
/// What the first whole unit is paid.
const FIRST: Balance = 9_452_657_938_290_349;

fn refused(reason: UpdateRefusal) {
	assert_eq!(last_event(), Event::UpdateRefused { executor: ALICE, token: TOKEN, job: JobId(77), reason });
}

#[test]
fn a_gain_is_paid_in_the_models_token() {
	ExtBuilder::opened(Terms { baseline: 300_000, ..TERMS }, || {
		assert_eq!(update(&ALICE, 300_000 + UNIT), WORK_ONE);
		assert_eq!((tokens(&ALICE), record().left), (FIRST, POOL - FIRST));
		assert_eq!((record().paid, record().updates, record().updated_at), (FIRST, 1, Some(1)));
		assert_eq!(record().best, 300_000 + UNIT);
		check_pot(0);
		assert_eq!(
			last_event(),
			Event::UpdatePaid {
				executor: ALICE,
				token: TOKEN,
				job: JobId(77),
				work: WORK_ONE,
				paid: FIRST,
				left: POOL - FIRST,
				best: 300_000 + UNIT
			}
		);
	});
}

/// Tokens may be worth nothing, so that some of the native pay is owed beside them, whatever the work.
#[test]
fn tokens_spare_a_part_of_the_native_pay() {
	for (most, spared) in [(ONE, WORK_ONE), (500_000, WORK_ONE / 2), (1, WORK_ONE / 1_000_000), (0, 0)] {
		ExtBuilder::opened(TERMS, || {
			Spared::set(most);
			assert_eq!(update(&ALICE, UNIT), spared);
			// The tokens are those of the whole work.
			assert_eq!(tokens(&ALICE), FIRST);
			assert!(matches!(last_event(), Event::UpdatePaid { work: WORK_ONE, paid: FIRST, .. }));
			// Of a part of a unit it is a part of that, rounded down.
			let third = UNIT / 3;
			let work = u128::from(third) * u128::from(WORK_ONE) / u128::from(UNIT);
			let part = work * u128::from(most) / 1_000_000;
			assert_eq!(u128::from(next_update(&ALICE, UNIT + third)), part);
		});
	}
}

/// Whoever agreed to train before there was the pool agreed to coins.
#[test]
fn a_job_that_is_older_than_the_pool_is_not_paid_in_tokens() {
	ExtBuilder::opened(TERMS, || {
		let opened_at = u64::from(record().opened_at);
		let update = |requested_at| {
			Pooling::update_verified(VerifiedUpdate {
				job: JobId(77),
				model: MODEL,
				executor: ALICE,
				requested_at,
				held_out: TERMS.held_out,
				held_out_rows: TERMS.held_out_rows,
				performance: UNIT,
			})
		};
		assert_eq!(update(opened_at), 0);
		refused(UpdateRefusal::BeforePool);
		assert_eq!(tokens(&ALICE), 0);
		assert_eq!(update(opened_at + 1), WORK_ONE);
	});
}

#[test]
fn a_part_of_a_unit_is_paid_that_part() {
	ExtBuilder::opened(Terms { unit_gain: 30_000, ..TERMS }, || {
		let third = WORK_ONE / 3;
		assert_eq!(update(&ALICE, 10_000), third);
		assert_eq!(Ok(tokens(&ALICE)), update_payout_floor(POOL, RATE, third));
	});
}

/// What an update gains above a unit is left to the next ones.
#[test]
fn a_gain_above_a_unit_is_paid_unit_by_unit() {
	ExtBuilder::opened(TERMS, || {
		let performance = 2 * UNIT + UNIT / 2;
		assert_eq!(next_update(&ALICE, performance), WORK_ONE);
		assert_eq!(record().best, UNIT);
		assert_eq!(next_update(&BOB, performance), WORK_ONE);
		assert_eq!(next_update(&CAROL, performance), WORK_ONE / 2);
		assert_eq!(record().best, performance);
		assert_eq!(next_update(&ALICE, performance), 0);
		refused(UpdateRefusal::NoGain);
	});
}

#[test]
fn nothing_is_paid_without_a_gain() {
	ExtBuilder::opened(Terms { baseline: 300_000, ..TERMS }, || {
		for performance in [0, 299_999, 300_000] {
			assert_eq!(update(&ALICE, performance), 0);
			refused(UpdateRefusal::NoGain);
		}
		assert_eq!(update(&ALICE, 300_001), WORK_ONE / u64::from(UNIT));
		assert_eq!(next_update(&ALICE, 300_001), 0);
		refused(UpdateRefusal::NoGain);
		assert_eq!(record().updates, 1);
	});
}

#[test]
fn nothing_is_paid_before_the_interval_is_over() {
	ExtBuilder::opened(TERMS, || {
		assert_eq!(update(&BOB, UNIT), WORK_ONE);
		assert_eq!(update(&ALICE, 2 * UNIT), 0);
		refused(UpdateRefusal::TooEarly);
		pass(TERMS.interval - 1);
		assert_eq!(update(&ALICE, 2 * UNIT), 0);
		refused(UpdateRefusal::TooEarly);
		// The gain is not lost.
		pass(1);
		assert_eq!(update(&ALICE, 2 * UNIT), WORK_ONE);
	});
}

#[test]
fn nothing_is_paid_for_what_was_measured_on_other_rows() {
	ExtBuilder::opened(TERMS, || {
		assert_eq!(update_on(&ALICE, ONE, Cid::of_raw(b"easy rows"), TERMS.held_out_rows), 0);
		refused(UpdateRefusal::OtherHeldOut);
		assert_eq!(update_on(&ALICE, ONE, TERMS.held_out, 1), 0);
		refused(UpdateRefusal::OtherHeldOut);
		assert_eq!((record().left, record().best), (POOL, 0));
	});
}

#[test]
fn nothing_is_paid_below_a_base_unit() {
	ExtBuilder::opened(Terms { rate: 1, supply: BOUNDS.supply.0, ..TERMS }, || {
		assert_eq!(update(&ALICE, UNIT), 0);
		refused(UpdateRefusal::NothingDue);
		assert_eq!(record().best, 0);
	});
}

#[test]
fn nothing_is_paid_to_whom_nothing_can_be_paid() {
	ExtBuilder::opened(TERMS, || {
		assert_eq!(update(&NOBODY, UNIT), 0);
		let reason = UpdateRefusal::Undeliverable;
		let refused = Event::UpdateRefused { executor: NOBODY, token: TOKEN, job: JobId(77), reason };
		assert_eq!(last_event(), refused);
		assert_eq!((record().left, record().best, tokens(&NOBODY)), (POOL, 0, 0));
		// Somebody else is paid for the same gain.
		assert_eq!(update(&ALICE, UNIT), WORK_ONE);
	});
}

#[test]
fn nothing_is_paid_while_the_pool_closes() {
	ExtBuilder::opened(TERMS, || {
		for who in [ALICE, BOB, CAROL] {
			assert_ok!(Assets::touch(RuntimeOrigin::signed(who), TOKEN.0));
		}
		donate(&CREATOR, SHARE);
		assert_ok!(close());
		assert_eq!(record().state, PoolState::Closing);
		assert_eq!(update(&ALICE, UNIT), 0);
		refused(UpdateRefusal::PoolClosing);
	});
}

#[test]
fn other_models_pay_nothing() {
	ExtBuilder::opened(TERMS, || {
		let before = events().len();
		let work = Pooling::update_verified(VerifiedUpdate {
			job: JobId(1),
			model: OTHER_MODEL,
			executor: ALICE,
			requested_at: u64::MAX,
			held_out: TERMS.held_out,
			held_out_rows: TERMS.held_out_rows,
			performance: ONE,
		});
		assert_eq!((work, events().len()), (0, before));
	});
}

/// What happens at the end of a job is charged to the block, since the market's weights do not know of it.
#[test]
fn the_block_is_charged() {
	ExtBuilder::opened(TERMS, || {
		let charged = |act: &dyn Fn()| {
			let before = System::block_weight().total();
			act();
			System::block_weight().total().saturating_sub(before)
		};
		let read: Weight = <Test as frame_system::Config>::DbWeight::get().reads(1);
		let update_verified = <() as WeightInfo>::update_verified();
		assert_eq!(charged(&|| assert_eq!(update(&ALICE, UNIT), WORK_ONE)), update_verified);
		assert_eq!(charged(&|| assert_eq!(update(&ALICE, UNIT), 0)), update_verified);
		assert_eq!(charged(&|| serve(JobId(9), true)), read);
		let job = ask(&ALICE, 1).unwrap();
		assert_eq!(charged(&|| serve(job, false)), <() as WeightInfo>::inference_ended());
	});
}
