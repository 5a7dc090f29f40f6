//! What must hold of the weights: they are the runtime's own, every call of ours fits into a block, and hooks leave room for calls.

#![allow(clippy::print_stdout, reason = "it prints what it measures")]

use codec::Decode;
use engram_primitives::{work::PerSegment, Cid, JobId};
use engram_runtime::{
	Attribution, Baskets, Beacon, BlockNumber, Curves, Datanets, Emission, Jobs, Learning, Models, Pools,
	Ratings, Runtime, RuntimeCall, Timing, Workers,
};
use frame_support::{
	dispatch::{DispatchClass, GetDispatchInfo},
	traits::{Authorize, GetCallIndex, Hooks, PalletInfoAccess},
	weights::{constants::ParityDbWeight, Weight},
	BoundedVec,
};
use frame_system::offchain::CreateAuthorizedTransaction;
use pallet_jobs::{AgendaItem, Due, WeightInfo as _};
use pallet_learning::{CheckRecord, Phase, Stage, Terms, WeightInfo};
use sp_core::H256;
use sp_io::TestExternalities;
use sp_runtime::traits::TrailingZeroInput;
use std::{any::type_name, collections::BTreeMap, fs};

/// Each pallet of ours that has weights, and the type it takes them from.
fn sources() -> BTreeMap<&'static str, &'static str> {
	BTreeMap::from([
		("attribution", type_name::<<Runtime as pallet_attribution::Config>::WeightInfo>()),
		("baskets", type_name::<<Runtime as pallet_baskets::Config>::WeightInfo>()),
		("beacon", type_name::<<Runtime as pallet_beacon::Config>::WeightInfo>()),
		("curves", type_name::<<Runtime as pallet_curves::Config>::WeightInfo>()),
		("datanets", type_name::<<Runtime as pallet_datanets::Config>::WeightInfo>()),
		("emission", type_name::<<Runtime as pallet_emission::Config>::WeightInfo>()),
		("jobs", type_name::<<Runtime as pallet_jobs::Config>::WeightInfo>()),
		("learning", type_name::<<Runtime as pallet_learning::Config>::WeightInfo>()),
		("models", type_name::<<Runtime as pallet_models::Config>::WeightInfo>()),
		("pools", type_name::<<Runtime as pallet_pools::Config>::WeightInfo>()),
		("ratings", type_name::<<Runtime as pallet_ratings::Config>::WeightInfo>()),
		("workers", type_name::<<Runtime as pallet_workers::Config>::WeightInfo>()),
	])
}

/// Every call of a pallet. Its arguments are zeros: no weight of ours depends on them.
fn calls<P: PalletInfoAccess, C: GetCallIndex>() -> Vec<RuntimeCall> {
	let pallet = u8::try_from(P::index()).unwrap();
	let call = |index: &u8| {
		let start = [pallet, *index];
		let mut input = TrailingZeroInput::new(&start);
		RuntimeCall::decode(&mut input).unwrap_or_else(|_| panic!("{}: call {index}", P::name()))
	};
	C::get_call_indices().iter().map(call).collect()
}

fn our_calls() -> Vec<RuntimeCall> {
	[
		calls::<Attribution, pallet_attribution::Call<Runtime>>(),
		calls::<Baskets, pallet_baskets::Call<Runtime>>(),
		calls::<Beacon, pallet_beacon::Call<Runtime>>(),
		calls::<Curves, pallet_curves::Call<Runtime>>(),
		calls::<Datanets, pallet_datanets::Call<Runtime>>(),
		calls::<Emission, pallet_emission::Call<Runtime>>(),
		calls::<Jobs, pallet_jobs::Call<Runtime>>(),
		calls::<Learning, pallet_learning::Call<Runtime>>(),
		calls::<Models, pallet_models::Call<Runtime>>(),
		calls::<Pools, pallet_pools::Call<Runtime>>(),
		calls::<Ratings, pallet_ratings::Call<Runtime>>(),
		calls::<Timing, pallet_timing::Call<Runtime>>(),
		calls::<Workers, pallet_workers::Call<Runtime>>(),
	]
	.concat()
}

/// What the market's hook charges for as many items of a kind as a block can have.
fn market_hook(due: Due) -> Weight {
	TestExternalities::new_empty().execute_with(|| {
		let places = usize::try_from(<Runtime as pallet_jobs::Config>::MaxPerBlock::get()).unwrap();
		let item = AgendaItem { job: JobId(1), attempt: 0, due };
		pallet_jobs::Agenda::<Runtime>::insert(1, BoundedVec::truncate_from(vec![item; places]));
		Jobs::on_initialize(1)
	})
}

fn check(phase: Phase<BlockNumber>) -> CheckRecord<engram_runtime::AccountId, BlockNumber> {
	CheckRecord {
		attempt: 0,
		executor: [1; 32].into(),
		root: H256::zero(),
		final_weights: Cid::of_raw(b"weights"),
		committed_at: 0,
		terms: Terms {
			segments: 16,
			interval: 1,
			opened: 4,
			memory_mib: 0,
			held_out_rows: 1,
			fee: 0,
			verifier_pay: 0,
		},
		segments: PerSegment::new(),
		stage: Stage::Single,
		round: 0,
		seats: BoundedVec::new(),
		missed: BoundedVec::new(),
		interior: PerSegment::new(),
		opening: None,
		claimed: None,
		draws: 0,
		retries: 0,
		phase,
		due: 1,
	}
}

/// What the hook of the checks charges for as many checks in a phase as a block can have, all of which fail.
fn check_hook(phase: Phase<BlockNumber>) -> Weight {
	TestExternalities::new_empty().execute_with(|| {
		let places = <Runtime as pallet_learning::Config>::MaxPerBlock::get();
		let jobs: Vec<_> = (0..u64::from(places)).map(JobId).collect();
		for job in &jobs {
			pallet_learning::Checks::<Runtime>::insert(job, check(phase));
		}
		pallet_learning::Agenda::<Runtime>::insert(1, BoundedVec::truncate_from(jobs));
		let postponed = <Runtime as pallet_learning::Config>::WeightInfo::postpone();
		Learning::on_initialize(1).saturating_add(postponed.saturating_mul(places.into()))
	})
}

/// What the hook of reviews charges for as many draws as a block can have, from a full list.
fn draws_hook() -> Weight {
	type Weights = <Runtime as pallet_ratings::Config>::WeightInfo;
	let places = <Runtime as pallet_ratings::Config>::MaxDraws::get();
	let listed = <Runtime as pallet_ratings::Config>::MaxReviewers::get();
	let charged = TestExternalities::new_empty().execute_with(|| {
		let jobs = (0..u64::from(places)).map(JobId).collect();
		pallet_ratings::Draws::<Runtime>::insert(1, BoundedVec::truncate_from(jobs));
		Ratings::on_initialize(1)
	});
	let draw = |listed| <Weights as pallet_ratings::WeightInfo>::draw_reviewers(listed);
	// The list of this chain is empty.
	let missing = draw(listed).saturating_sub(draw(0)).saturating_mul(places.into());
	charged.saturating_add(missing)
}

fn heaviest(weights: impl IntoIterator<Item = Weight>) -> Weight {
	weights.into_iter().fold(Weight::zero(), |most, weight| most.max(weight))
}

#[test]
fn no_pallet_of_ours_takes_the_weights_of_its_tests() {
	let with_weights: Vec<_> = fs::read_dir("../pallets")
		.unwrap()
		.map(|entry| entry.unwrap().path())
		.filter(|path| path.join("src/weights.rs").exists())
		.map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
		.collect();
	assert!(with_weights.len() > 5);
	let sources = sources();
	for pallet in &with_weights {
		let source = sources.get(pallet.as_str()).unwrap_or_else(|| panic!("{pallet} is not listed here"));
		assert!(source.starts_with(&format!("engram_runtime::weights::pallet_{pallet}::")), "{source}");
	}
	assert_eq!(sources.len(), with_weights.len());
}

#[test]
fn the_database_of_the_weights_is_the_one_of_the_node() {
	assert_eq!(<Runtime as frame_system::Config>::DbWeight::get(), ParityDbWeight::get());
}

#[test]
fn every_call_fits_into_a_block_with_its_authorization() {
	let most = engram_runtime::configs::BlockWeights::get().get(DispatchClass::Normal).max_extrinsic.unwrap();
	let calls = our_calls();
	assert!(calls.len() >= 30);
	let mut authorized = 0;
	for call in calls {
		let authorization = call.weight_of_authorize();
		authorized += u32::from(authorization != Weight::zero());
		let name = format!("{call:?}");
		let info = call.get_dispatch_info();
		assert_eq!(info.class, DispatchClass::Normal, "{name}");
		let extrinsic =
			<Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_authorized_transaction(call);
		let whole = extrinsic.get_dispatch_info().total_weight();
		assert!(whole.all_gte(info.call_weight.saturating_add(authorization)), "{name}");
		assert!(whole.all_lte(most), "{name}: {whole:?} of {most:?}");
	}
	// give_back, commit, commit_verdict, open, reveal_verdict, submit_receipt.
	assert_eq!(authorized, 6);
}

#[test]
fn full_hooks_leave_three_quarters_of_a_block() {
	let probe = <Runtime as pallet_jobs::Config>::WeightInfo::process_probe();
	let market =
		heaviest([Due::Draw, Due::Redraw, Due::Seed, Due::Deadline].map(market_hook)).saturating_add(probe);
	let checks = heaviest(
		[
			Phase::Drawing { at: 0 },
			Phase::Replaying { deadline: 0 },
			Phase::InteriorDraw { at: 0 },
			Phase::Revealing { deadline: 0 },
		]
		.map(check_hook),
	);
	let beacon = TestExternalities::new_empty().execute_with(|| Beacon::on_initialize(1));
	let draws = draws_hook();
	let all = market.saturating_add(checks).saturating_add(beacon).saturating_add(draws);
	let quarter = engram_runtime::configs::BlockWeights::get().max_block.saturating_div(4);
	println!(
		"market {market:?}, checks {checks:?}, draws {draws:?}, beacon {beacon:?} of a quarter {quarter:?}"
	);
	assert!(all.all_lte(quarter), "{all:?} of {quarter:?}");
	// The hooks were full: each charges more than one item.
	assert!(market.ref_time() > 10 * ParityDbWeight::get().reads(1).ref_time());
}
