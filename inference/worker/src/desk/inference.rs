//! Answers, and who is owed for them.

use super::{shape_of, Desk, Failure};
use crate::Visibility;
use engram_attribution::{Attribution, Attributor, Method};
use engram_engine::{Answer, Dataset, Format, Weights};
use engram_primitives::{
	merkle::{self, SumLeaf, SumNode},
	model::InfluenceMethod,
	task::{leaves_of, InferencePlan},
	work::{Receipt, Work},
	Cid, ContributionId,
};
use serde::{Deserialize, Serialize};
use std::{
	collections::BTreeMap,
	sync::{Arc, PoisonError},
};

/// Attributors that are kept; each holds the gradients of every training row.
const KEPT: usize = 4;

/// Most multiply-adds that a method takes which is there for comparison only: a few seconds of one core, however many rows there are.
const MAX_COMPARISON: u64 = 1 << 32;

/// What an attributor depends on.
pub(super) type Key = (Cid, InfluenceMethod, Vec<(Cid, u32)>);

#[derive(Serialize)]
struct Answers {
	job: u64,
	attempt: u32,
	weights: String,
	answers: Vec<AnswerRow>,
}

#[derive(Serialize)]
struct AnswerRow {
	class: u32,
	probabilities: Vec<f32>,
}

/// A node of a payout tree, in JSON: amounts are decimal text, since they do not fit JavaScript's numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportNode {
	/// Hash, in hexadecimal.
	pub hash: String,
	/// Sum of base units below.
	pub sum: String,
}

impl From<&SumNode> for ReportNode {
	fn from(node: &SumNode) -> Self {
		Self { hash: format!("{:?}", node.hash), sum: node.sum.to_string() }
	}
}

/// What one contribution is owed, with all that a claim needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportLeaf {
	/// Place in the tree.
	pub index: u32,
	/// The contribution.
	pub contribution: u64,
	/// Rows it has in the training set.
	pub rows: u32,
	/// Its weight by the method that pays.
	pub weight: u64,
	/// Base units owed.
	pub amount: String,
	/// The siblings on the way to the root.
	pub proof: Vec<ReportNode>,
}

/// What one method finds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportMethod {
	/// Weight of each leaf, in their order.
	pub weights: Vec<u64>,
	/// Score of every training row, part by part as the plan lists them; negative where it did harm.
	pub row_scores: Vec<Vec<f64>>,
}

/// The scores and leaves behind the payouts of one inference, as the report artifact has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
	/// The job.
	pub job: u64,
	/// Which assignment of it.
	pub attempt: u32,
	/// The weights that answered.
	pub weights: String,
	/// The rows answered.
	pub input: String,
	/// The method that pays.
	pub method: String,
	/// The root of the tree; its sum is the contributors' part of the fee.
	pub root: ReportNode,
	/// The leaves of the tree, in order.
	pub leaves: Vec<ReportLeaf>,
	/// The method that pays, and the other one where it is cheap to compute, by name.
	pub methods: BTreeMap<String, ReportMethod>,
}

fn name(method: InfluenceMethod) -> &'static str {
	match method {
		InfluenceMethod::DataInf => "DataInf",
		InfluenceMethod::ExactInverse => "ExactInverse",
	}
}

fn by(method: InfluenceMethod) -> Method {
	match method {
		InfluenceMethod::DataInf => Method::DataInf,
		InfluenceMethod::ExactInverse => Method::ExactInverse,
	}
}

fn other(method: InfluenceMethod) -> InfluenceMethod {
	match method {
		InfluenceMethod::DataInf => InfluenceMethod::ExactInverse,
		InfluenceMethod::ExactInverse => InfluenceMethod::DataInf,
	}
}

/// What the weights of the parts add up to for each contribution, in the order of first mention.
fn by_contribution(plan: &InferencePlan, weights: &[u64]) -> Vec<(ContributionId, u64, u32)> {
	let mut found: Vec<(ContributionId, u64, u32)> = Vec::new();
	for (part, weight) in plan.data.iter().zip(weights) {
		match found.iter_mut().find(|(contribution, ..)| *contribution == part.contribution) {
			Some((_, sum, rows)) => {
				*sum = sum.saturating_add(*weight);
				*rows = rows.saturating_add(part.rows);
			},
			None => found.push((part.contribution, *weight, part.rows)),
		}
	}
	found
}

fn method_of(plan: &InferencePlan, attribution: &Attribution) -> ReportMethod {
	let mut scores = attribution.row_scores.iter().copied();
	let parts = plan.data.iter();
	ReportMethod {
		weights: by_contribution(plan, &attribution.weights)
			.into_iter()
			.map(|(_, weight, _)| weight)
			.collect(),
		row_scores: parts.map(|part| scores.by_ref().take(part.rows as usize).collect()).collect(),
	}
}

impl Desk {
	/// Answers, attributes, and reports.
	pub fn infer(&self, plan: &InferencePlan) -> Result<Work, Failure> {
		let shape = shape_of(&plan.architecture)?;
		let weights = self.weights(&plan.weights, &[], &shape)?;
		let input = self.dataset(&plan.input, &[], &Format::unlabelled(&shape, plan.rows))?;
		let mut parts = Vec::with_capacity(plan.data.len());
		for part in &plan.data {
			parts.push(self.dataset(&part.artifact, &[], &Format::labelled(&shape, part.rows))?);
		}
		self.ensure_wanted()?;
		let paying = self.attributor(plan, plan.method, &weights, &parts)?.attribute(&input)?;
		self.ensure_wanted()?;
		let mut methods = BTreeMap::from([(name(plan.method).to_owned(), method_of(plan, &paying))]);
		// The second method is for comparison only; nobody is paid by it, so it must not cost the deadline.
		let second = other(plan.method);
		let rows = parts.iter().map(Dataset::rows).fold(0, u32::saturating_add);
		if by(second).multiply_adds(&shape, rows, plan.rows) <= MAX_COMPARISON {
			let compared = self.attributor(plan, second, &weights, &parts);
			match compared.and_then(|attributor| Ok(attributor.attribute(&input)?)) {
				Ok(found) => {
					methods.insert(name(second).to_owned(), method_of(plan, &found));
				},
				Err(error) => {
					tracing::warn!(target: "engram::runner", job = %plan.job, %error, "the other method is left out");
				},
			}
		}
		let answers = self.put_json(&answers_of(plan, &paying.answers))?;
		let (report, root) = report_of(plan, &paying, methods)?;
		let leaves =
			u32::try_from(report.leaves.len()).map_err(|_| Failure::Senseless("it has too many parts"))?;
		let report = self.put_json(&report)?;
		Ok(Work::Serve(Receipt { answers, report, root, leaves }))
	}

	fn put_json(&self, value: &impl Serialize) -> Result<Cid, Failure> {
		let text =
			serde_json::to_vec(value).map_err(|_| Failure::Lost("the report cannot be written as JSON"))?;
		Ok(self.store.put(&text, Visibility::Public)?)
	}

	/// The attributor of these weights and parts; kept, since all but the answers is the same for every job of a version.
	fn attributor(
		&self,
		plan: &InferencePlan,
		method: InfluenceMethod,
		weights: &Weights,
		parts: &[Dataset],
	) -> Result<Arc<Attributor>, Failure> {
		let data = plan.data.iter().map(|part| (part.artifact.cid, part.rows)).collect();
		let key: Key = (plan.weights.cid, method, data);
		let kept = || self.attributors.lock().unwrap_or_else(PoisonError::into_inner);
		if let Some((_, found)) = kept().iter().find(|(known, _)| *known == key) {
			return Ok(found.clone());
		}
		let made = Arc::new(Attributor::new(by(method), weights, parts)?);
		let mut kept = kept();
		kept.insert(0, (key, made.clone()));
		kept.truncate(KEPT);
		Ok(made)
	}
}

fn answers_of(plan: &InferencePlan, answers: &[Answer]) -> Answers {
	let row =
		|answer: &Answer| AnswerRow { class: answer.class, probabilities: answer.probabilities.clone() };
	Answers {
		job: plan.job.0,
		attempt: plan.attempt,
		weights: plan.weights.cid.to_string(),
		answers: answers.iter().map(row).collect(),
	}
}

fn report_of(
	plan: &InferencePlan,
	paying: &Attribution,
	methods: BTreeMap<String, ReportMethod>,
) -> Result<(Report, SumNode), Failure> {
	let owed = by_contribution(plan, &paying.weights);
	let weights: Vec<_> = owed.iter().map(|(contribution, weight, _)| (*contribution, *weight)).collect();
	let senseless = || Failure::Senseless("the contributors' part cannot be divided");
	let leaves: Vec<SumLeaf> = leaves_of(plan.contributors, &weights).ok_or_else(senseless)?;
	let root = merkle::sum_root(&leaves).ok_or_else(senseless)?;
	let mut listed = Vec::with_capacity(leaves.len());
	for ((index, leaf), (_, weight, rows)) in (0u32..).zip(&leaves).zip(owed) {
		let proof = merkle::sum_prove(&leaves, index).ok_or_else(senseless)?;
		listed.push(ReportLeaf {
			index,
			contribution: leaf.contribution.0,
			rows,
			weight,
			amount: leaf.amount.to_string(),
			proof: proof.iter().map(ReportNode::from).collect(),
		});
	}
	let report = Report {
		job: plan.job.0,
		attempt: plan.attempt,
		weights: plan.weights.cid.to_string(),
		input: plan.input.cid.to_string(),
		method: name(plan.method).to_owned(),
		root: ReportNode::from(&root),
		leaves: listed,
		methods,
	};
	Ok((report, root))
}
