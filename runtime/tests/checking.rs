//! Leaving out a part of a training run loses more than it gains: rule 5 of the proof of learning, at the constants of the runtime.

use crate::common::{bond_of, chain, register_worker};
use engram_math::fee::share_floor;
use engram_primitives::{
	model::{MAX_OPENED, MAX_SEGMENTS, MIN_OPENED, MIN_SEGMENTS},
	traits::WorkerPool,
	units::{Balance, ENGR},
};
use engram_runtime::{Runtime, Workers};
use pallet_learning::Terms;
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring::Bob;

/// Below this chance nobody tries.
const NEVER: f64 = 1e-6;
/// Runs of so many segments are looked at in every way that they can be left out.
const ALL_WAYS: u32 = 20;

/// `C(n, k)`.
fn choices(n: u32, k: u32) -> f64 {
	(0..k).map(|at| f64::from(n.saturating_sub(at)) / f64::from(at + 1)).product()
}

/// In how many ways 0, 1, .. `most` segments can be chosen in all of these rows of segments, no two of them neighbours. What is
/// left out lies between the rows.
fn ways(rows: &[u32], most: u32) -> Vec<f64> {
	let (singles, longer): (Vec<u32>, Vec<u32>) = rows.iter().partition(|row| **row == 1);
	let start = (0..=most).map(|k| choices(singles.len() as u32, k)).collect();
	longer.iter().fold(start, |sum: Vec<f64>, row| {
		let of_row: Vec<_> = (0..=row.div_ceil(2).min(most)).map(|k| choices(row + 1 - k, k)).collect();
		(0..sum.len())
			.map(|all| (0..of_row.len().min(all + 1)).map(|k| of_row[k] * sum[all - k]).sum())
			.collect()
	})
}

/// The chance that none of the segments that lie between these rows is opened.
fn missed(segments: u32, opened: u32, rows: &[u32]) -> f64 {
	let on_the_circle =
		choices(segments - opened, opened) * f64::from(segments) / f64::from(segments - opened);
	ways(rows, opened)[opened as usize] / on_the_circle
}

/// What is gained by leaving out so many segments and going through with it, against what is lost where that is seen, both in
/// the mean. Nobody gains more than the part of the fee for what was left out. In shares of the fee.
fn gains_and_loses(segments: u32, skipped: u32, missed: f64, loss: f64) -> (f64, f64) {
	(f64::from(skipped) / f64::from(segments) * missed, loss * (1.0 - missed))
}

/// Every way to leave out segments of a short run, as the rows between them; of a long one the best of them, as short runs show:
/// either all rows are alike, or all but one are single segments.
fn rows_between(segments: u32, skipped: u32) -> Vec<Vec<u32>> {
	let kept = segments - skipped;
	if segments <= ALL_WAYS {
		return partitions(kept, skipped, kept);
	}
	let (short, longer) = (kept / skipped, kept % skipped);
	let even = (0..skipped).map(|at| short + u32::from(at < longer)).collect();
	let singles = (0..skipped.min(kept)).map(|singles| {
		let long = kept - singles;
		std::iter::once(long).chain((0..singles).map(|_| 1)).collect()
	});
	singles.chain([even]).collect()
}

/// Every way to write `sum` as at most `parts` numbers up to `most`, in descending order.
fn partitions(sum: u32, parts: u32, most: u32) -> Vec<Vec<u32>> {
	if sum == 0 {
		return vec![Vec::new()];
	}
	if parts == 0 {
		return Vec::new();
	}
	let first = (1..=most.min(sum)).filter(|first| u64::from(*first) * u64::from(parts) >= u64::from(sum));
	first
		.flat_map(|first| {
			let rest = partitions(sum - first, parts - 1, first);
			rest.into_iter().map(move |rest| std::iter::once(first).chain(rest).collect())
		})
		.collect()
}

/// Whether it loses more than it gains, in whatever way segments are left out, where `loss` is a share of the fee.
fn always_loses(segments: u32, opened: u32, loss: f64) -> bool {
	let likeliest = |skipped| {
		let ways = rows_between(segments, skipped);
		(skipped, ways.iter().map(|rows| missed(segments, opened, rows)).fold(0.0, f64::max))
	};
	// Whoever leaves out more is seen more often.
	(1..segments).map(likeliest).take_while(|(_, missed)| *missed >= NEVER).all(|(skipped, missed)| {
		let (gain, lost) = gains_and_loses(segments, skipped, missed, loss);
		gain < lost
	})
}

/// What a slot has at stake: a slash of the least bond that buys it.
fn slash() -> u128 {
	let bond = <Runtime as pallet_workers::Config>::BondPerSlot::get();
	share_floor(bond, <Runtime as pallet_workers::Config>::SlashShare::get()).unwrap()
}

/// Up to a fee of a slash for every opened segment, one of them is what is lost at least: a slash if false work is shown, and the
/// same part of the fee if it is not.
#[test]
fn leaving_out_work_does_not_pay_up_to_a_fee_for_each_opened_segment() {
	for opened in MIN_OPENED..=MAX_OPENED {
		let loss = 1.0 / f64::from(opened);
		for segments in [MIN_SEGMENTS, 17, ALL_WAYS, 3 * opened, 4 * opened, 333, MAX_SEGMENTS] {
			if opened * 3 > segments || segments < MIN_SEGMENTS {
				continue;
			}
			assert!(always_loses(segments, opened, loss), "{opened} of {segments} opened");
			// The document names no more than holds: a segment of a run at a third more may well be left out, where it is one of many.
			let one = missed(segments, opened, &[segments - 1]);
			let (gain, lost) = gains_and_loses(segments, 1, one, loss * 0.75);
			assert!(gain > lost || segments < 8 * opened, "{opened} of {segments} opened");
		}
	}
	let slash = slash();
	assert_eq!((slash, slash * u128::from(MIN_OPENED)), (45 * 10u128.pow(12), 180 * 10u128.pow(12)));
}

/// Of half of the segments there are two ways to open them, and of not much fewer there are few. That is why at most a third is.
#[test]
fn it_would_pay_if_about_half_of_the_segments_were_opened() {
	for opened in [8, 16, 32] {
		let every_second = vec![1; opened as usize];
		assert_eq!(missed(2 * opened, opened, &every_second), 0.5);
	}
	for (segments, opened) in [(16, 8), (17, 8), (52, 24), (68, 32)] {
		assert!(!always_loses(segments, opened, 1.0 / f64::from(opened)), "{opened} of {segments} opened");
	}
}

/// What is opened is drawn as these tests believe: how often none of three segments is opened, two of them with one between.
#[test]
fn draws_are_as_these_tests_count_them() {
	let (segments, opened, draws) = (16, 6, 20_000);
	let skipped = [3, 5, 11];
	let free = (0..draws)
		.filter(|seed| {
			let seed = sp_core::H256::from_low_u64_be(*seed);
			let drawn = engram_math::draw::segments(seed, segments, opened).unwrap();
			!drawn.iter().any(|segment| skipped.contains(segment))
		})
		.count() as f64;
	let expected = missed(segments, opened, &[1, 5, 7]) * draws as f64;
	assert!((free - expected).abs() < 4.0 * expected.sqrt(), "{free} against {expected}");
}

/// The pallets take what these tests count on: never less than an opened segment is worth, as long as a slash is worth as much.
#[test]
fn evasion_costs_at_least_what_an_opened_segment_is_worth() {
	let bond = <Runtime as pallet_workers::Config>::MinBond::get();
	let fees = [1, 4, 19, 100, 180, 500, 1_440, 100_000].map(|fee| fee * ENGR);
	for fee in fees.into_iter().flat_map(|fee| [fee, fee + 1]) {
		chain(&PresetId::from("development")).execute_with(|| {
			let worker = Bob.to_account_id();
			register_worker(&worker, bond);
			let terms = Terms {
				segments: MIN_SEGMENTS,
				interval: 1,
				opened: MIN_OPENED,
				memory_mib: 0,
				held_out_rows: 1,
				fee,
				verifier_pay: 0,
			};
			Workers::penalise_evasion(&worker, terms.evasion_cost());
			let lost = bond - bond_of(&worker);
			assert!(lost <= bond.div_ceil(2), "{lost} of {bond}");
			for opened in
				(MIN_OPENED..=MAX_OPENED).map(Balance::from).filter(|opened| fee <= slash() * opened)
			{
				assert!(lost * opened >= fee, "{lost} for a fee of {fee}, {opened} opened");
			}
			// A hundredth of the bond, a quarter of the fee, or half of the bond.
			assert_eq!(lost, fee.div_ceil(4).clamp(bond / 100, bond / 2));
		});
	}
}
