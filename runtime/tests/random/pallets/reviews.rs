//! Reviewers come and go, payers share answers, and what is drawn is committed to, revealed and judged.

use super::{drawn, Generator};
use crate::random::{
	chain::genesis_hash,
	world::{governed, signed, Operation, World},
};
use codec::Encode;
use engram_math::rating::Agreement;
use engram_primitives::{units::PPM, JobId};
use engram_runtime::{AccountId, Runtime};
use pallet_ratings::{Ballot, Call, Digest, ReviewOf, ReviewPolicy, Stage, Vote};
use sp_io::hashing::blake2_256;

/// Reviewers that there should be, so that draws find some.
const WANTED: usize = 40;

pub(super) fn generators() -> Vec<Generator> {
	vec![
		drawn(60, join_reviewers),
		drawn(8, pause_reviewer),
		drawn(16, leave_reviewers),
		drawn(60, share_answer),
		drawn(200, commit_review),
		drawn(200, reveal_review),
		drawn(10, close_review),
		drawn(2, allocate_epoch),
		drawn(10, set_review_policy),
	]
}

type Review = (JobId, ReviewOf<Runtime>);

fn join_reviewers(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	if right && world.view.panel.len() >= WANTED {
		return None;
	}
	let user = world.user();
	let bond = if right { world.milli(100_000, 200_000) } else { world.milli(1, 99_000) };
	signed(user, Call::<Runtime>::join_reviewers { bond })
}

/// A reviewer on the list, or somebody else.
fn reviewer(world: &mut World) -> Option<usize> {
	let panel = world.view.panel.clone();
	let who = world.pick(&panel)?;
	let right = !world.mistaken();
	world.owner_or_stranger(&who, right)
}

fn pause_reviewer(world: &mut World) -> Option<Operation> {
	signed(reviewer(world)?, Call::<Runtime>::pause_reviewer {})
}

fn leave_reviewers(world: &mut World) -> Option<Operation> {
	signed(reviewer(world)?, Call::<Runtime>::leave_reviewers {})
}

/// By who bought the answer, or by a stranger.
fn share_answer(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let (job, payer) = world.pick_row(|view| &view.budgets, |(_, payer)| payer.is_some())?;
	let actor = world.owner_or_stranger(&payer?, right)?;
	let material = world.unique_cid();
	signed(actor, Call::<Runtime>::share_answer { job, material })
}

/// What a reviewer says of an answer: mostly what the others say, and the same whenever it is asked.
fn opinion(job: JobId, who: &AccountId) -> (Ballot, Digest) {
	let salt = (b"salt", job, who).using_encoded(blake2_256);
	let ballot = match salt[0] {
		// The material of some answers is hard to get.
		0..=150 if job.0.is_multiple_of(8) => Ballot::Unavailable,
		0..=200 => Ballot::Score(6 + salt[1] % 3),
		201..=220 => Ballot::Unavailable,
		_ => Ballot::Score(salt[1] % 11),
	};
	(ballot, salt.into())
}

/// A review, one of its seats, and who signs for it: the reviewer, or a stranger.
fn seat(world: &mut World, suits: fn(&Vote) -> bool) -> Option<(JobId, AccountId, usize)> {
	let open = |(_, review): &Review| match &review.stage {
		Stage::Drawn(bench) => bench.seats.iter().any(|seat| suits(&seat.vote)),
		Stage::Shared { .. } => false,
	};
	let (job, review) = world.pick_row(|view| &view.reviews, open)?;
	let Stage::Drawn(bench) = review.stage else { return None };
	let seats: Vec<_> = bench.seats.into_iter().filter(|seat| suits(&seat.vote)).collect();
	let who = world.pick(&seats)?.who;
	let right = world.chance(90);
	let actor = world.owner_or_stranger(&who, right)?;
	Some((job, who, actor))
}

fn commit_review(world: &mut World) -> Option<Operation> {
	let (job, who, actor) = seat(world, |vote| *vote == Vote::Pending)?;
	let (ballot, salt) = opinion(job, &who);
	let commitment = (b"engram/review", genesis_hash(), job, &who, ballot, salt).using_encoded(blake2_256);
	signed(actor, Call::<Runtime>::commit_review { job, commitment: commitment.into() })
}

fn reveal_review(world: &mut World) -> Option<Operation> {
	let (job, who, actor) = seat(world, |vote| matches!(vote, Vote::Committed(_)))?;
	let (ballot, salt) = opinion(job, &who);
	let ballot = if world.chance(90) { ballot } else { Ballot::Score(11) };
	signed(actor, Call::<Runtime>::reveal_review { job, ballot, salt })
}

/// A review that is over, or another.
pub(crate) fn close_review(world: &mut World) -> Option<Operation> {
	let over = |(_, review): &Review| match &review.stage {
		Stage::Drawn(bench) => bench.seats.iter().all(|seat| matches!(seat.vote, Vote::Revealed(_))),
		Stage::Shared { .. } => false,
	};
	let right = !world.mistaken();
	let (job, _) = world.pick_row(|view| &view.reviews, |review| over(review) == right)?;
	let user = world.user();
	signed(user, Call::<Runtime>::close_review { job })
}

/// The pot of an epoch in which something was reviewed, over or not.
fn allocate_epoch(world: &mut World) -> Option<Operation> {
	let epochs = world.view.ranked.clone();
	let (epoch, _) = world.pick(&epochs)?;
	let user = world.user();
	signed(user, Call::<Runtime>::allocate_epoch { epoch })
}

/// Divides the pot of an epoch that is over, or closes a review so that the running one gets a pot.
pub(crate) fn finish(world: &mut World) -> Option<Operation> {
	let past = world.view.ranked.iter().find(|(_, over)| *over).map(|(epoch, _)| *epoch);
	let user = world.user();
	match past {
		Some(epoch) => signed(user, Call::<Runtime>::allocate_epoch { epoch }),
		None if world.view.ranked.is_empty() => close_review(world),
		None => None,
	}
}

fn set_review_policy(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let policy = ReviewPolicy {
		sampling: world.range(700_000, PPM.into()) as u32,
		reviewers: world.range(300_000, 600_000) as u32,
		owners: world.range(100_000, 400_000) as u32,
		least_bonus: u128::from(right),
		agreement: Agreement { tolerance: 200_000, limit: 500_000 },
		manipulation: 500_000,
		withholding: 100_000,
		absence: world.range(0, 100_000) as u32,
		pot: world.milli(1, 1_000),
	};
	governed(world, Call::<Runtime>::set_review_policy { policy })
}
