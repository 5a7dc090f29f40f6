//! Random pools and random operations.

use crate::{mock::*, PoolRecord, PoolState, Terms};
use engram_cases::{cases, cases_of_thousand};
use engram_math::{curve::WHOLE, pool::WORK_ONE};
use engram_primitives::{units::Balance, JobId};
use frame_support::{
	assert_storage_noop,
	storage::{with_storage_layer, with_transaction},
};
use proptest::prelude::*;
use sp_runtime::{DispatchResult, TransactionOutcome};

fn pool_of(supply: Balance, rate: u64, unit_gain: u32) -> PoolRecord<u8> {
	PoolRecord {
		model: MODEL,
		creator: 0,
		state: PoolState::Open,
		terms: Terms { supply, rate, unit_gain, interval: 1, ..TERMS },
		left: supply,
		paid: 0,
		received: 0,
		gifts: 0,
		pending: 0,
		best: 0,
		updates: 0,
		updated_at: None,
		opened_at: 0,
		endowment: 0,
		deposit: 0,
		bond: 0,
	}
}

/// Pays updates of these performances, one after the other, each again until it has no gain left. Returns the number of updates
/// that were paid, and the sum of their work.
fn train(pool: &mut PoolRecord<u8>, performances: impl IntoIterator<Item = u32>) -> (u128, u128) {
	let (mut updates, mut sum) = (0, 0);
	for performance in performances {
		while let Ok(payout) = pool.payout(performance, u32::MAX).unwrap() {
			pool.left -= payout.amount;
			pool.best = payout.best;
			updates += 1;
			sum += u128::from(payout.work);
		}
	}
	(updates, sum)
}

proptest! {
	#![proptest_config(cases())]

	/// Whatever steps a model takes to where it comes, its trainers are paid the same, up to a base unit an update, and never
	/// more than what there is.
	#[test]
	fn the_path_does_not_matter(
		supply in WHOLE..=BOUNDS.supply.1,
		// Wide enough that no gain is paid less than a base unit.
		rate in WORK_ONE / 100..=WORK_ONE / 10,
		unit_gain in 20_000..=ONE,
		mut steps in proptest::collection::vec(0..=ONE, 0..12),
		end in 0..=ONE,
	) {
		steps.retain(|step| *step < end);
		steps.sort_unstable();
		steps.push(end);
		let (mut straight, mut winding) = (pool_of(supply, rate, unit_gain), pool_of(supply, rate, unit_gain));
		let (few, whole) = train(&mut straight, [end]);
		let (many, parts) = train(&mut winding, steps);
		prop_assert!(straight.best == end && winding.best == end);
		let exact = u128::from(end) * u128::from(WORK_ONE) / u128::from(unit_gain);
		prop_assert!(exact - whole <= few && exact - parts <= many);
		// A work that is rounded down loses less than `R` times 10^-18 each.
		let dust = (few + many) * (2 + supply / u128::from(WORK_ONE));
		prop_assert!(straight.left.abs_diff(winding.left) <= dust, "{} {}", straight.left, winding.left);
		prop_assert!(straight.left > 0 && winding.left > 0);
	}

	/// Cutting what is at most a unit into parts never pays more.
	#[test]
	fn cutting_a_unit_never_pays_more(
		supply in 1_000_000u128..=BOUNDS.supply.1,
		rate in 1u64..=WORK_ONE,
		unit_gain in BOUNDS.least_unit..=ONE,
		share in 0..=ONE,
		cuts in proptest::collection::vec(0..=ONE, 1..12),
	) {
		let gain = (u64::from(unit_gain) * u64::from(share) / u64::from(ONE)) as u32;
		let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut % (gain + 1)).collect();
		cuts.sort_unstable();
		cuts.push(gain);
		let (mut once, mut cut) = (pool_of(supply, rate, unit_gain), pool_of(supply, rate, unit_gain));
		train(&mut once, [gain]);
		train(&mut cut, cuts);
		prop_assert!(cut.left >= once.left);
	}

	/// Who pays the pool and is paid for an update gets less than it paid back.
	#[test]
	fn raising_the_pool_never_pays(
		supply in 1_000_000u128..=BOUNDS.supply.1,
		rate in 1u64..=WORK_ONE,
		gift in 1..=BOUNDS.supply.1,
	) {
		let mut pool = pool_of(supply, rate, ONE);
		let without = pool.payout(ONE, 0).unwrap().map_or(0, |payout| payout.amount);
		pool.left += gift;
		let with = pool.payout(ONE, 0).unwrap().map_or(0, |payout| payout.amount);
		prop_assert!(with >= without && with - without <= gift);
	}
}

/// One of all calls and of what the market tells, well or badly made.
#[derive(Clone, Debug)]
enum Op {
	Open { supply: Balance, rate: u64, factor: u64, unit: u32, interval: u32 },
	Train { who: usize, performance: u32, other: bool },
	Ask { who: usize, rows: u32, max: Balance },
	End { job: u64, served: bool },
	Give { from: usize, to: usize, part: u32 },
	Donate { from: usize, part: u32 },
	TakeGifts,
	Close,
	Pass(u32),
	Leave(usize),
}

fn op() -> impl Strategy<Value = Op> {
	let who = || 0usize..4;
	let supply = BOUNDS.supply.0 - 1..=1_000_000 * WHOLE;
	prop_oneof![
		1 => (supply, 0..=WORK_ONE, 0..=WORK_ONE, 4_000u32..200_000, 5u32..60).prop_map(
			|(supply, rate, factor, unit, interval)| Op::Open { supply, rate, factor, unit, interval }
		),
		4 => (who(), 0..=ONE, prop::bool::weighted(0.1))
			.prop_map(|(who, performance, other)| Op::Train { who, performance, other }),
		4 => (who(), 0u32..50, prop_oneof![3 => Just(Balance::MAX), 1 => 0..=WHOLE])
			.prop_map(|(who, rows, max)| Op::Ask { who, rows, max }),
		4 => (0u64..8, any::<bool>()).prop_map(|(job, served)| Op::End { job, served }),
		3 => (who(), who(), 0..=ONE).prop_map(|(from, to, part)| Op::Give { from, to, part }),
		2 => (who(), 0..=ONE).prop_map(|(from, part)| Op::Donate { from, part }),
		1 => Just(Op::TakeGifts),
		1 => Just(Op::Close),
		4 => (1u32..40).prop_map(Op::Pass),
		1 => who().prop_map(Op::Leave),
	]
}

fn part_of(who: &AccountId, part: u32) -> Balance {
	tokens_now(who) * Balance::from(part) / Balance::from(ONE)
}

/// The token of the model now: pools come and go.
fn token() -> engram_primitives::TokenId {
	Pooling::token_of(MODEL).unwrap_or(TOKEN)
}

fn tokens_now(who: &AccountId) -> Balance {
	Assets::balance(token().0, who)
}

fn send(from: AccountId, to: AccountId, amount: Balance) -> DispatchResult {
	give_of(token(), &from, &to, amount)
}

fn apply(op: Op) -> DispatchResult {
	let actors = [CREATOR, ALICE, BOB, CAROL];
	match op {
		Op::Open { supply, rate, factor, unit, interval } => {
			open(Terms { supply, rate, factor, unit_gain: unit, interval, ..TERMS })
		},
		Op::Train { who, performance, other } => {
			let rows = TERMS.held_out_rows - u32::from(other);
			let work = update_on(&actors[who], performance, TERMS.held_out, rows);
			assert!(work <= WORK_ONE && (work == 0 || !other));
			Ok(())
		},
		Op::Ask { who, rows, max } => ask_for(&actors[who], VERSION, rows, max).map(|_| ()),
		// One of the last jobs, or one that ended already.
		Op::End { job, served } => {
			serve(JobId(Requested::get().saturating_sub(1 + job)), served);
			Ok(())
		},
		Op::Give { from, to, part } => {
			send(actors[from].clone(), actors[to].clone(), part_of(&actors[from], part))
		},
		Op::Donate { from, part } => {
			// Now and then everybody gives everything back.
			if part > ONE / 2 {
				for who in &actors {
					let all = tokens_now(who);
					let _ = send(who.clone(), Pooling::pot_of(token()), all);
				}
				return Ok(());
			}
			send(actors[from].clone(), Pooling::pot_of(token()), part_of(&actors[from], part))
		},
		Op::TakeGifts => Pooling::take_gifts(RuntimeOrigin::signed(BOB), token()),
		Op::Close => Pooling::close(RuntimeOrigin::signed(CREATOR), token()),
		Op::Pass(blocks) => {
			pass(blocks);
			Ok(())
		},
		Op::Leave(who) => Assets::touch(RuntimeOrigin::signed(actors[who].clone()), token().0),
	}
}

proptest! {
	#![proptest_config(cases_of_thousand(32))]

	/// Every invariant after every operation, and no trace of one that fails.
	#[test]
	fn nothing_breaks_an_invariant(ops in proptest::collection::vec(op(), 100)) {
		ExtBuilder.build().execute_with(|| {
			open(TERMS).unwrap();
			for op in ops {
				let fails = with_transaction(|| TransactionOutcome::Rollback(apply(op.clone()))).is_err();
				if fails {
					assert_storage_noop!(assert!(with_storage_layer(|| apply(op)).is_err()));
				} else {
					apply(op).unwrap();
				}
				check();
			}
		});
	}
}
