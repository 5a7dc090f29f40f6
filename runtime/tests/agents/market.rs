//! What happens in the economy: orders, reports of workers, claims of contributors.

use crate::agents::{
	books::{lift_budget, lift_credit},
	conduct::{ordinary, tiny, Conduct, Purchase, FIRST_ANSWERS, HOARDERS_BURN, ROWS, TRAINING_FEE},
	economy::{address, cid, work, Economy, Party, ANSWERS, BOUNDLESS, CONSUMERS, MEMORY, SPEED, TRADING},
};
use crate::common::runs::Claim;
use codec::Encode;
use engram_primitives::{
	merkle::{sum_prove, sum_root, SumLeaf},
	model::TrainingSpec,
	task::{leaves_of, InferencePlan, Task, TrainingPlan},
	traits::WorkerPool,
	units::{Balance, ENGR, PPM},
	work::{FailureReason, Receipt, Verdict, VerdictEvidence, WorkId},
	ContributionId, JobId, ModelId, VersionId,
};
use engram_runtime::{
	AccountId, Attribution, Balances, Jobs, Learning, Models, Ratings, Runtime, RuntimeCall, RuntimeOrigin,
	System, Workers,
};
use frame_support::assert_ok;
use frame_system::RawOrigin;
use pallet_jobs::{ProbeTerms, TrainingRequest};
use pallet_ratings::Asset;
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::{traits::Dispatchable, DispatchResult};

/// The block of the last epoch of trade in which hoarders claim.
const HARVEST: u32 = 17;
/// Blocks between two probes, on average.
const PROBE_PERIOD: u32 = 2;
/// Ids of jobs that a block has where workers are probed.
const IDS: u64 = 100;

fn signed(who: &AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.clone())
}

/// The newest version of a model.
fn latest(model: ModelId) -> VersionId {
	*Models::versions_of(model).last().expect("it was trained in the first epoch")
}

/// Buys training of a model.
fn train(
	who: &AccountId,
	model: ModelId,
	part: ContributionId,
	fee: Balance,
	spec: TrainingSpec,
	memory_mib: u32,
) -> DispatchResult {
	Jobs::request_training(
		signed(who),
		model,
		None,
		vec![part].try_into().unwrap(),
		cid("held out"),
		100,
		address(),
		spec,
		memory_mib,
		fee,
	)
}

/// Buys answers of a version.
fn ask(who: &AccountId, version: VersionId, memory_mib: u32) -> DispatchResult {
	let max_fee = 1_000 * ENGR;
	Jobs::request_inference(signed(who), version, cid("input"), ROWS, address(), memory_mib, max_fee)
}

/// Takes the id of a job, and nothing else.
fn blank(who: &AccountId) {
	let job = pallet_jobs::NextJobId::<Runtime>::get();
	assert_ok!(train(who, ModelId(0), ContributionId(0), ENGR, tiny(), MEMORY));
	assert_ok!(Jobs::cancel(signed(who), job));
	assert_ok!(Jobs::remove(signed(who), job));
}

impl Economy {
	/// Contributors are paid for answers as soon as they can be, but for who hoards.
	pub(crate) fn claim_payouts(&self) {
		let now = System::block_number();
		let due: Vec<_> = pallet_attribution::Payouts::<Runtime>::iter()
			.filter(|(_, payout)| payout.claimable_at <= now)
			.collect();
		for (job, payout) in due {
			// Every version was trained on one contribution, which has all of the influence.
			let [part] = Models::version(payout.version).unwrap().parts[..] else { panic!("one part each") };
			let owner = self.parties.iter().find(|party| party.contribution == part);
			let hoarded = owner.is_some_and(|owner| owner.conduct == Conduct::HoardingRater);
			if hoarded && !self.released {
				continue;
			}
			if !self.scene.guards.credit {
				lift_credit(1_000_000 * ENGR);
			}
			if !self.scene.guards.budgets {
				lift_budget(job, 1_000_000 * ENGR);
			}
			let leaf = SumLeaf { contribution: part, amount: payout.unpaid };
			let proof = sum_prove(&[leaf], 0).unwrap();
			assert_ok!(Attribution::claim(signed(&Alice.to_account_id()), job, 0, leaf, proof));
		}
	}

	pub(crate) fn trade(&mut self, epoch: u32, block: u32) {
		if block == if epoch == 0 { 1 } else { 0 } {
			let answers = if epoch < FIRST_ANSWERS { 0 } else { ANSWERS };
			for party in 0..self.parties.len() {
				let at = 1 + self.below(8);
				self.orders.push((at, party, true));
				for _ in 0..answers {
					let at = 1 + self.below(15);
					self.orders.push((at, party, false));
				}
			}
		}
		let due: Vec<_> = self.orders.extract_if(.., |(at, ..)| *at <= block).collect();
		for (_, party, trains) in due {
			let consumer = self.below(CONSUMERS.into()) as usize;
			let consumer = self.consumers[consumer].clone();
			let Party { model, contribution, .. } = self.parties[party];
			if trains {
				assert_ok!(train(&consumer, model, contribution, TRAINING_FEE, ordinary(), MEMORY));
			} else {
				assert_ok!(ask(&consumer, latest(model), MEMORY));
			}
		}
		if block == 6 {
			self.rate(epoch);
		}
		if epoch == TRADING - 1 && block == HARVEST {
			self.harvest();
		}
		for party in 0..2 {
			match self.parties[party].conduct.purchase(epoch, block) {
				Some(purchase) => self.buy(party, purchase),
				// The honest twin of an attacker takes as many ids.
				None if self.is_twin(party) && self.scene.instead_of.purchase(epoch, block).is_some() => {
					blank(&self.consumers[0])
				},
				None => (),
			}
		}
	}

	/// Whether a party is honest in the place of an attacker, and no attacker is there.
	fn is_twin(&self, party: usize) -> bool {
		party == 0 && !self.scene.conducts.iter().any(|conduct| conduct.attacks())
	}

	/// The protocol probes workers as long as there is trade, with training of a model of somebody who is not compared.
	pub(crate) fn probe(&mut self, epoch: u32, block: u32) {
		// Whether the worker drawn is probed depends on what it has to do. Each block has its own ids, so that no other draw does.
		let id = JobId(IDS * u64::from(System::block_number()));
		pallet_jobs::NextJobId::<Runtime>::put(id);
		let terms = match (epoch, block) {
			(0, 1) => {
				let (funder, prober) = (signed(&self.consumers[0]), Jobs::probe_account());
				assert_ok!(Balances::transfer_keep_alive(funder, prober.into(), 1_000 * ENGR));
				let Party { model, contribution, .. } = *self.parties.last().expect("there are others");
				let request = TrainingRequest {
					model,
					parent: None,
					parts: vec![contribution].try_into().unwrap(),
					held_out: cid("held out"),
					held_out_rows: 100,
					held_out_source: address(),
					spec: ordinary(),
				};
				Some(ProbeTerms { request, memory_mib: MEMORY, fee: ENGR, period: PROBE_PERIOD })
			},
			(TRADING, 0) => None,
			_ => return,
		};
		assert_ok!(Jobs::set_probe(RuntimeOrigin::root(), terms));
	}

	/// Consumers rate what everybody contributed, alike; so does who rates itself.
	fn rate(&mut self, epoch: u32) {
		// Around a hoarder all that is burned in other scenes is burned in the first epoch.
		let burn = match (self.scene.instead_of, epoch) {
			(Conduct::HoardingRater, 0) => Balance::from(TRADING) * 2 * ENGR,
			(Conduct::HoardingRater, _) => return,
			_ => 2 * ENGR,
		};
		for party in &self.parties {
			let asset = Asset::Contribution(party.contribution);
			let consumer = &self.consumers[0];
			assert_ok!(Ratings::rate(signed(consumer), asset, PPM as i32, burn));
			for rater in &party.raters {
				assert_ok!(Ratings::rate(signed(rater), asset, PPM as i32, party.conduct.raters().1));
			}
		}
	}

	/// Hoarders burn, and claim all that they left in the same block.
	fn harvest(&mut self) {
		for hoarder in self.parties.iter().filter(|party| party.conduct == Conduct::HoardingRater) {
			let asset = Asset::Contribution(hoarder.contribution);
			assert_ok!(Ratings::rate(signed(&hoarder.owner), asset, PPM as i32, HOARDERS_BURN));
		}
		self.released = true;
		self.claim_payouts();
	}

	/// Buys for oneself, and asks for as much memory as one may: who has less is not drawn.
	fn buy(&mut self, place: usize, purchase: Purchase) {
		let Party { conduct, model, second, contribution, .. } = self.parties[place];
		let (owner, own) = (self.parties[place].owner.clone(), self.parties[place].workers.clone());
		let job = pallet_jobs::NextJobId::<Runtime>::get();
		let bought = |memory_mib: u32| match purchase {
			Purchase::Training { fee, spec } => train(&owner, model, contribution, fee, spec(), memory_mib),
			Purchase::First => train(&owner, second.unwrap(), contribution, ENGR, tiny(), memory_mib),
			Purchase::Answer => ask(&owner, latest(model), memory_mib),
			Purchase::CheapAnswer => ask(&owner, latest(second.unwrap()), memory_mib),
		};
		if matches!(purchase, Purchase::CheapAnswer) {
			self.cheap.insert(job);
		}
		if conduct.withholds() && matches!(purchase, Purchase::CheapAnswer) {
			assert_ok!(bought(MEMORY));
			self.withheld.insert(job);
			return;
		}
		let asked = (0..27).map(|shift| BOUNDLESS >> shift).find(|memory| bought(*memory).is_ok());
		let mut asked = asked.expect("what others ask for is accepted");
		if !self.scene.guards.memory {
			asked = BOUNDLESS;
			pallet_jobs::Jobs::<Runtime>::mutate(job, |record| record.as_mut().unwrap().memory_mib = asked);
		}
		let alone = Workers::eligible(asked).iter().all(|(worker, _)| own.contains(worker));
		if alone && conduct == Conduct::Inflater {
			self.captured.insert(job);
		}
	}

	/// Every worker reports what the chain waits for, as soon as it can.
	pub(crate) fn report(&mut self) {
		let workers: Vec<_> = self
			.parties
			.iter()
			.flat_map(|party| party.workers.iter().map(|worker| (worker.clone(), party.conduct)))
			.collect();
		for (worker, conduct) in workers {
			let mut tasks = Jobs::tasks_of(&worker);
			tasks.extend(Learning::tasks_of(&worker, Jobs::training_plan, |executor| {
				<Workers as WorkerPool<AccountId>>::address_of(executor)
			}));
			for task in tasks {
				let Some(id) = task.id() else { continue };
				let answers = matches!(task, Task::Infer(_));
				let withheld = self.withheld.contains(&id.job) && !conduct.withholds();
				if withheld || (answers && conduct == Conduct::Decliner) {
					assert_ok!(self.give_back(&worker, id).dispatch(RawOrigin::Authorized.into()));
					continue;
				}
				if let Some(call) = self.answer(&worker, conduct, id, task) {
					assert_ok!(call.dispatch(RawOrigin::Authorized.into()));
					if !self.scene.guards.worth && self.cheap.contains(&id.job) {
						<Workers as WorkerPool<AccountId>>::reward_reputation(&worker);
					}
				}
			}
		}
	}

	/// What a worker does that cannot fetch what it needs, or says so. Without the guard that is like any other failure.
	fn give_back(&self, worker: &AccountId, id: WorkId) -> RuntimeCall {
		let (worker, signature) = (worker.clone(), self.signature.clone());
		let guarded = self.scene.guards.inputs;
		let content = if guarded { FailureReason::InputUnavailable } else { FailureReason::Device };
		let WorkId { job, attempt, .. } = id;
		pallet_jobs::Call::give_back { worker, job, attempt, content, signature }.into()
	}

	/// What a worker claims a run to be: the truth, but for what only itself will look at.
	fn claim(&self, plan: &TrainingPlan) -> Claim {
		Claim::new(plan, u64::from(self.captured.contains(&plan.job)))
	}

	/// The report on a task, once it is ready.
	fn answer(
		&mut self,
		worker: &AccountId,
		conduct: Conduct,
		id: WorkId,
		task: Task,
	) -> Option<RuntimeCall> {
		let WorkId { job, attempt, round, .. } = id;
		let (worker, signature) = (worker.clone(), self.signature.clone());
		let call = match task {
			Task::Train(plan) => {
				self.is_computed(&plan, conduct).then_some(())?;
				let content = self.claim(&plan).commitment(&plan.spec);
				pallet_learning::Call::commit { worker, job, attempt, content, signature }.into()
			},
			Task::Replay { plan, segments, .. } => {
				let VerdictEvidence { ends, step_root, salt, .. } =
					self.claim(&plan).evidence(&plan, salt(&worker), &segments, &[]);
				let content = VerdictEvidence::commitment(&ends, &step_root, &salt);
				pallet_learning::Call::commit_verdict { worker, job, attempt, round, content, signature }
					.into()
			},
			Task::Open { plan, segments, interior, .. } => {
				let content = self.claim(&plan).opening(&plan, &segments, &interior);
				pallet_learning::Call::open { worker, job, attempt, round, content, signature }.into()
			},
			Task::Reveal { plan, segments, interior, .. } => {
				let evidence = self.claim(&plan).evidence(&plan, salt(&worker), &segments, &interior);
				let content = Verdict::Replayed(evidence);
				pallet_learning::Call::reveal_verdict { worker, job, attempt, round, content, signature }
					.into()
			},
			Task::Infer(plan) => {
				let content = receipt(&plan);
				pallet_attribution::Call::submit_receipt { worker, job, attempt, content, signature }.into()
			},
			Task::Publish { .. } => return None,
		};
		Some(call)
	}

	/// Whether training has taken its time, and what passes beside.
	fn is_computed(&mut self, plan: &TrainingPlan, conduct: Conduct) -> bool {
		let now = System::block_number();
		let since = *self.seen.entry((plan.job, plan.attempt)).or_insert(now);
		// What is not computed takes as long as what takes least: a block.
		let computing =
			if self.captured.contains(&plan.job) { 1 } else { work(&plan.spec).div_ceil(SPEED) as u32 };
		let probe = Jobs::job(plan.job).is_some_and(|record| record.requester == Jobs::probe_account());
		now >= since + computing + conduct.delay(probe)
	}
}

fn salt(verifier: &AccountId) -> H256 {
	(b"salt", verifier).using_encoded(blake2_256).into()
}

/// All influence is that of the parts, alike.
fn receipt(plan: &InferencePlan) -> Receipt {
	let weights: Vec<_> = plan.data.iter().map(|part| (part.contribution, 1)).collect();
	let leaves = leaves_of(plan.contributors, &weights).unwrap();
	Receipt {
		answers: cid("answers"),
		report: cid("report"),
		root: sum_root(&leaves).unwrap(),
		leaves: leaves.len() as u32,
	}
}
