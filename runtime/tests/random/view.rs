//! What actors read from the chain at the start of a block.

use engram_primitives::{
	task::Task, traits::WorkerPool, ContributionId, DatanetId, JobId, ModelId, TokenId, VersionId,
};
use engram_runtime::{AccountId, BlockNumber, Emission, Jobs, Learning, Ratings, Runtime, System, Workers};
use pallet_attribution::PayoutRecordOf;
use pallet_baskets::{Asset as BasketAsset, BasketRecordOf};
use pallet_datanets::{ContributionRecordOf, DatanetRecordOf};
use pallet_jobs::JobRecordOf;
use pallet_models::{ModelRecordOf, VersionRecordOf};
use pallet_ratings::{Asset, BudgetOf, ReviewOf};
use pallet_workers::WorkerRecordOf;

/// Rows of the chain's maps in ascending order, so that equal states look equal to every run.
#[derive(Default)]
pub(crate) struct View {
	pub(crate) now: BlockNumber,
	pub(crate) workers: Vec<(AccountId, WorkerRecordOf<Runtime>)>,
	pub(crate) models: Vec<(ModelId, ModelRecordOf<Runtime>)>,
	pub(crate) versions: Vec<(VersionId, VersionRecordOf<Runtime>)>,
	pub(crate) datanets: Vec<(DatanetId, DatanetRecordOf<Runtime>)>,
	pub(crate) contributions: Vec<(ContributionId, ContributionRecordOf<Runtime>)>,
	pub(crate) jobs: Vec<(JobId, JobRecordOf<Runtime>)>,
	pub(crate) payouts: Vec<(JobId, PayoutRecordOf<Runtime>)>,
	/// Epochs that workers did something in.
	pub(crate) epochs: Vec<u32>,
	/// What workers can claim: epoch and worker.
	pub(crate) rewards: Vec<(u32, AccountId)>,
	/// Who rated what, and whether that was in an epoch that is over.
	pub(crate) raters: Vec<(Asset, AccountId, bool)>,
	/// What contributors can claim: epoch and owner.
	pub(crate) owed: Vec<(u32, AccountId)>,
	/// Epochs that contributors earned something in.
	pub(crate) rewarded: Vec<u32>,
	/// What answered jobs may still cause, and who can score the answer, if somebody can.
	pub(crate) budgets: Vec<(JobId, Option<AccountId>)>,
	/// The reviewers that can be drawn.
	pub(crate) panel: Vec<AccountId>,
	/// Shared answers.
	pub(crate) reviews: Vec<(JobId, ReviewOf<Runtime>)>,
	/// Epochs in which versions were reviewed, and whether each is over.
	pub(crate) ranked: Vec<(u32, bool)>,
	/// Tokens of models.
	pub(crate) tokens: Vec<TokenId>,
	/// Tokens of models that have a pool.
	pub(crate) pools: Vec<TokenId>,
	/// Who has some of which token.
	pub(crate) holders: Vec<(TokenId, AccountId)>,
	/// Baskets of tokens.
	pub(crate) baskets: Vec<(TokenId, BasketRecordOf<Runtime>)>,
	/// What redeemers of which baskets were not paid.
	pub(crate) claims: Vec<(TokenId, AccountId, BasketAsset)>,
	/// What the runtime API tells each worker's node.
	pub(crate) tasks: Vec<(AccountId, Task)>,
}

fn sorted<K: Ord, V>(rows: impl Iterator<Item = (K, V)>) -> Vec<(K, V)> {
	let mut rows: Vec<_> = rows.collect();
	rows.sort_by(|one, other| one.0.cmp(&other.0));
	rows
}

impl View {
	/// Reads the state.
	pub(crate) fn read() -> Self {
		let claimable = |(epoch, worker, _): &(u32, AccountId, _)| {
			Workers::rewards_of(worker.clone(), *epoch).is_some_and(|rewards| rewards.claimable > 0)
		};
		let mut rewards: Vec<_> = pallet_workers::Work::<Runtime>::iter()
			.filter(claimable)
			.map(|(epoch, worker, _)| (epoch, worker))
			.collect();
		rewards.sort();
		let epoch = Emission::epoch();
		let mut raters: Vec<_> = pallet_ratings::Raters::<Runtime>::iter()
			.map(|(asset, who, record)| (asset, who, record.epoch < epoch))
			.collect();
		raters.sort();
		let claimable = |(epoch, who, _): &(u32, AccountId, _)| {
			Ratings::reward_of(who.clone(), *epoch).is_some_and(|reward| reward.claimable > Some(0))
		};
		let mut owed: Vec<_> = pallet_ratings::Owed::<Runtime>::iter()
			.filter(claimable)
			.map(|(epoch, who, _)| (epoch, who))
			.collect();
		owed.sort();
		let payer = |(job, budget): (JobId, BudgetOf<Runtime>)| {
			(job, (!budget.scored).then_some(budget.answer.payer))
		};
		let tasks = Self::read_tasks();
		let mut holders: Vec<_> =
			pallet_assets::Account::<Runtime>::iter_keys().map(|(id, who)| (TokenId(id), who)).collect();
		holders.sort();
		let mut claims: Vec<_> = pallet_baskets::Claims::<Runtime>::iter_keys().collect();
		claims.sort();
		Self {
			tokens: sorted(pallet_curves::Curves::<Runtime>::iter()).into_iter().map(|(id, _)| id).collect(),
			pools: sorted(pallet_pools::Pools::<Runtime>::iter()).into_iter().map(|(id, _)| id).collect(),
			holders,
			baskets: sorted(pallet_baskets::Baskets::<Runtime>::iter()),
			claims,
			rewards,
			raters,
			owed,
			rewarded: sorted(pallet_ratings::Epochs::<Runtime>::iter())
				.into_iter()
				.map(|(epoch, _)| epoch)
				.collect(),
			panel: Ratings::reviewers().into_iter().map(|panelist| panelist.who).collect(),
			budgets: sorted(pallet_ratings::Budgets::<Runtime>::iter().map(payer)),
			epochs: sorted(pallet_workers::Epochs::<Runtime>::iter())
				.into_iter()
				.map(|(epoch, _)| epoch)
				.collect(),
			models: sorted(pallet_models::Models::<Runtime>::iter()),
			versions: sorted(pallet_models::Versions::<Runtime>::iter()),
			datanets: sorted(pallet_datanets::Datanets::<Runtime>::iter()),
			contributions: sorted(pallet_datanets::Items::<Runtime>::iter()),
			jobs: sorted(pallet_jobs::Jobs::<Runtime>::iter()),
			payouts: sorted(pallet_attribution::Payouts::<Runtime>::iter()),
			tasks: tasks.tasks,
			workers: tasks.workers,
			..Self::read_reviews()
		}
	}

	/// Reads what reviews are made from.
	pub(crate) fn read_reviews() -> Self {
		let epoch = Emission::epoch();
		Self {
			now: System::block_number(),
			reviews: sorted(pallet_ratings::Reviews::<Runtime>::iter()),
			ranked: sorted(pallet_ratings::Rankings::<Runtime>::iter())
				.into_iter()
				.map(|(ranked, _)| (ranked, ranked < epoch))
				.collect(),
			..Self::default()
		}
	}

	/// Reads what reports are made from.
	pub(crate) fn read_tasks() -> Self {
		let workers = sorted(pallet_workers::Workers::<Runtime>::iter());
		let tasks = workers.iter().flat_map(|(worker, _)| {
			let mut tasks = Jobs::tasks_of(worker);
			tasks.extend(Learning::tasks_of(worker, Jobs::training_plan, |executor| {
				<Workers as WorkerPool<AccountId>>::address_of(executor)
			}));
			tasks.into_iter().map(|task| (worker.clone(), task)).collect::<Vec<_>>()
		});
		Self { now: System::block_number(), tasks: tasks.collect(), workers, ..Self::default() }
	}
}
