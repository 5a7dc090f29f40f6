//! Random operations: everybody does everything in any order, and some lie.

use crate::{mock::*, Event, Payouts};
use engram_cases::cases_of_thousand;
use engram_math::fee::{CutShares, NetShares};
use engram_primitives::{
	merkle::SumLeaf, model::InferenceRates, units::Balance, ContributionId, JobId, VersionId,
};
use frame_support::traits::fungible::Mutate;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use sp_runtime::{DispatchResult, StateVersion};
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Op {
	/// Alice buys answers of one of three versions.
	Buy {
		version: u8,
		rows: u32,
	},
	/// The job goes to the next worker.
	Reassign {
		job: u8,
	},
	/// An honest receipt with this distribution.
	Serve {
		job: u8,
		weights: Vec<u64>,
	},
	/// A receipt that is wrong in one way.
	Lie {
		job: u8,
		how: u8,
	},
	/// A claim of a true leaf, whatever its state.
	Claim {
		job: u8,
		index: u32,
	},
	/// A claim that is wrong in one way.
	Forge {
		job: u8,
		index: u32,
		how: u8,
	},
	Expire {
		job: u8,
	},
	/// The contribution is sold.
	Sell {
		contribution: u8,
		to: u8,
	},
	/// The owner sets new rates.
	Reprice {
		input: u64,
		output: u64,
		platform: u64,
	},
	/// The owner retires the model. Here it may come back, or nothing would be bought any more.
	Retire {
		retired: bool,
	},
	/// Governance sets new shares.
	Govern {
		model: u32,
		stakers: u32,
		burn: u32,
		treasury: u32,
		cut: u32,
	},
	/// A stranger sends the pot money.
	Donate {
		amount: u64,
	},
	/// Blocks pass, and the next has an author or not.
	Wait {
		blocks: u32,
		authored: bool,
	},
}

fn op() -> impl Strategy<Value = Op> {
	let job = 0u8..6;
	prop_oneof![
		4 => (0u8..3, 0u32..2_000).prop_map(|(version, rows)| Op::Buy { version, rows }),
		1 => job.clone().prop_map(|job| Op::Reassign { job }),
		6 => (job.clone(), prop::collection::vec(0u64..4, 3))
			.prop_map(|(job, weights)| Op::Serve { job, weights }),
		2 => (job.clone(), 0u8..6).prop_map(|(job, how)| Op::Lie { job, how }),
		12 => (job.clone(), 0u32..3).prop_map(|(job, index)| Op::Claim { job, index }),
		3 => (job.clone(), 0u32..4, 0u8..5)
			.prop_map(|(job, index, how)| Op::Forge { job, index, how }),
		5 => job.prop_map(|job| Op::Expire { job }),
		2 => (0u8..3, 0u8..4).prop_map(|(contribution, to)| Op::Sell { contribution, to }),
		1 => (0u64..1 << 40, 0u64..1 << 40, 0u64..1 << 40)
			.prop_map(|(input, output, platform)| Op::Reprice { input, output, platform }),
		1 => prop::bool::weighted(0.3).prop_map(|retired| Op::Retire { retired }),
		1 => (0u32..500_000, 0u32..500_000, 0u32..500_000, 0u32..500_000, 0u32..1_000_000)
			.prop_map(|(model, stakers, burn, treasury, cut)| Op::Govern {
				model, stakers, burn, treasury, cut
			}),
		1 => (1u64..1 << 40).prop_map(|amount| Op::Donate { amount }),
		5 => (1u32..90, any::<bool>()).prop_map(|(blocks, authored)| Op::Wait { blocks, authored }),
	]
}

const THREE: VersionId = VersionId(7);

fn pick(jobs: Vec<JobId>, at: u8) -> Option<JobId> {
	usize::from(at).checked_rem(jobs.len()).map(|at| jobs[at])
}

/// What the test knows beside the chain.
#[derive(Default)]
struct World {
	bought: Vec<JobId>,
	trees: BTreeMap<JobId, Vec<SumLeaf>>,
	/// Monotone flows.
	escrowed: Balance,
	donated: Balance,
}

impl World {
	/// One of the latest few, so that operations meet.
	fn job(&self, at: u8) -> Option<JobId> {
		self.bought.iter().rev().nth(at.into()).copied()
	}

	/// One that waits for a receipt.
	fn waiting(at: u8) -> Option<JobId> {
		pick(Assignments::get().into_keys().collect(), at)
	}

	/// One with a payout most of the time, else any.
	fn owing(&self, at: u8) -> Option<JobId> {
		let mut owing: Vec<_> = Payouts::<Test>::iter_keys().collect();
		owing.sort_unstable();
		if at == 0 {
			return self.job(at);
		}
		pick(owing, at)
	}

	fn receipt_for(&self, job: JobId, weights: &[u64]) -> Option<(Vec<SumLeaf>, AccountId, u32)> {
		let assignment = Assignments::get().remove(&job)?;
		let version = Versions::get().remove(&assignment.version)?;
		let weights = &weights[..version.parts.len()];
		let leaves = leaves(assignment.version, assignment.contributors, weights);
		Some((leaves, assignment.executor, assignment.attempt))
	}

	fn apply(&mut self, op: &Op) -> DispatchResult {
		match op {
			Op::Buy { version, rows } => {
				let version = [VERSION, BARREN, THREE][usize::from(*version)];
				if Retired::get() {
					assert_eq!(Attribution::quote(version, *rows), None);
					return Ok(());
				}
				let job = JobId(self.bought.len() as u64);
				self.escrowed += buy(job, version, *rows);
				self.bought.push(job);
			},
			Op::Reassign { job } => {
				if let Some(job) = self.job(*job).filter(|job| Assignments::get().contains_key(job)) {
					reassign(job, MALLORY);
				}
			},
			Op::Serve { job, weights } => {
				let Some(job) = Self::waiting(*job) else { return Ok(()) };
				let Some((leaves, worker, attempt)) = self.receipt_for(job, weights) else {
					return Ok(());
				};
				submit(worker, job, attempt, receipt(&leaves)).expect("an honest receipt is accepted");
				self.trees.insert(job, leaves);
			},
			Op::Lie { job, how } => {
				let Some(job) = Self::waiting(*job).or(self.job(*job)) else { return Ok(()) };
				let Some((mut leaves, worker, attempt)) = self.receipt_for(job, &[1, 2, 3]) else {
					return submit(BOB, job, 0, receipt(&quarters()));
				};
				let mut content = receipt(&leaves);
				let (mut who, mut at) = (worker, attempt);
				match how {
					0 => content.root.sum += 1,
					1 => content.leaves += 1,
					2 => at += 1,
					3 => who = CAROL,
					4 => content.report.0[0] = 0,
					_ => {
						let leaf = SumLeaf { contribution: ContributionId(9), amount: 1 };
						leaves.push(leaf);
						content = receipt(&leaves);
					},
				}
				let result = submit(who, job, at, content);
				assert!(result.is_err(), "a lie was accepted: {op:?}");
				return result;
			},
			Op::Claim { job, index } => {
				let Some(job) = self.owing(*job) else { return Ok(()) };
				let Some(leaves) = self.trees.get(&job) else { return Ok(()) };
				let Some(leaf) = leaves.get(*index as usize) else { return Ok(()) };
				let expected = Attribution::claimable(job, *index) && leaf.amount > 0;
				let result = claim(job, leaves, *index);
				// Only dust for an owner without an account is refused though it is due.
				assert!(result.is_ok() == expected || (result.is_err() && leaf.amount < ED));
				return result;
			},
			Op::Forge { job, index, how } => {
				let Some(job) = self.owing(*job) else { return Ok(()) };
				let Some(leaves) = self.trees.get(&job) else { return Ok(()) };
				let Some(mut leaf) = leaves.get(*index as usize).copied() else { return Ok(()) };
				let mut path = proof(leaves, *index);
				let mut at = *index;
				match how {
					0 => leaf.amount += 1,
					1 => leaf.contribution.0 += 1,
					2 => at += 1,
					3 => {
						leaf.amount += 1;
						if let Some(node) = path.iter_mut().next() {
							node.sum = node.sum.saturating_sub(1);
						}
					},
					_ => {
						if path.pop().is_none() {
							return Ok(());
						}
					},
				}
				let result = Attribution::claim(RuntimeOrigin::signed(CAROL), job, at, leaf, path);
				assert!(result.is_err(), "a forgery was paid: {op:?}");
				return result;
			},
			Op::Expire { job } => {
				let Some(job) = self.owing(*job) else { return Ok(()) };
				return Attribution::expire(RuntimeOrigin::signed(MALLORY), job);
			},
			Op::Sell { contribution, to } => {
				let to = [CAROL, DAVE, MALLORY, NOBODY][usize::from(*to)].clone();
				let contribution = ContributionId((*contribution).into());
				Owners::mutate(|owners| owners.insert(contribution, to));
			},
			Op::Reprice { input, output, platform } => Rates::set(InferenceRates {
				input_per_1000: (*input).into(),
				output_per_1000: (*output).into(),
				platform: (*platform).into(),
			}),
			Op::Retire { retired } => Retired::set(*retired),
			Op::Govern { model, stakers, burn, treasury, cut } => {
				let contributors = 1_000_000 - model - stakers;
				Net::set(NetShares { model: *model, stakers: *stakers, contributors });
				Cut::set(CutShares { burn: *burn, treasury: *treasury });
				CutPpm::set(*cut);
			},
			Op::Donate { amount } => {
				let amount = Balance::from(*amount);
				<Balances as Mutate<_>>::mint_into(&Attribution::pot(), amount)?;
				self.donated += amount;
			},
			Op::Wait { blocks, authored } => {
				run_to(System::block_number() + blocks);
				CurrentAuthor::set(authored.then_some(AUTHOR));
			},
		}
		Ok(())
	}
}

/// What came in, what went out, and what is there, by the events.
fn check_flows(world: &World, genesis: Balance) {
	let (mut fees, mut burned, mut owed, mut claimed, mut expired) = (0, 0, 0, 0, 0);
	for event in events() {
		match event {
			Event::ReceiptAccepted { fee, parts, .. } => {
				let sum = parts.worker
					+ parts.model + parts.stakers
					+ parts.contributors
					+ parts.burned + parts.treasury
					+ parts.author;
				assert_eq!(sum, fee);
				fees += fee;
				burned += parts.burned;
				owed += parts.contributors;
			},
			Event::PayoutClaimed { amount, .. } => claimed += amount,
			Event::PayoutExpired { amount, .. } => expired += amount,
			Event::__Ignore(..) => {},
		}
	}
	let unpaid: Balance = Payouts::<Test>::iter_values().map(|record| record.unpaid).sum();
	assert_eq!(owed, claimed + expired + unpaid);
	assert_eq!(held(), unpaid);
	assert_eq!(balance(&Attribution::pot()), ED + world.donated + unpaid);
	assert_eq!(balance(&ESCROW), ED + world.escrowed - fees);
	assert_eq!(Balances::total_issuance(), genesis + world.donated - burned);
	assert_eq!(sum_of_balances(), Balances::total_issuance());
}

/// Runs the operations on a fresh chain; returns how many receipts, claims and expiries there were.
fn run(ops: &[Op]) -> [usize; 3] {
	ExtBuilder.build().execute_with(|| {
		trained_on(THREE, &[0, 1, 2]);
		Owners::mutate(|owners| owners.insert(ContributionId(2), CAROL));
		let genesis = Balances::total_issuance();
		let mut world = World::default();
		for op in ops {
			let before = sp_io::storage::root(StateVersion::V1);
			if world.apply(op).is_err() {
				let after = sp_io::storage::root(StateVersion::V1);
				assert_eq!(before, after, "an error left a trace: {op:?}");
			}
			Attribution::do_try_state().unwrap();
			check_flows(&world, genesis);
		}
		let count = |kind: fn(&Event<Test>) -> bool| events().iter().filter(|e| kind(e)).count();
		[
			count(|event| matches!(event, Event::ReceiptAccepted { .. })),
			count(|event| matches!(event, Event::PayoutClaimed { .. })),
			count(|event| matches!(event, Event::PayoutExpired { .. })),
		]
	})
}

proptest! {
	#![proptest_config(cases_of_thousand(512))]

	#[test]
	fn nothing_is_lost_and_nothing_is_paid_twice(ops in prop::collection::vec(op(), 1..80)) {
		run(&ops);
	}
}

/// The property above would hold of operations that never meet.
#[test]
fn random_operations_reach_every_end() {
	let mut runner = TestRunner::deterministic();
	let mut reached = [0; 3];
	for _ in 0..64 {
		let ops = prop::collection::vec(op(), 60..80).new_tree(&mut runner).unwrap().current();
		for (sum, more) in reached.iter_mut().zip(run(&ops)) {
			*sum += more;
		}
	}
	assert!(reached.iter().all(|count| *count >= 32), "receipts, claims, expiries: {reached:?}");
}
