//! Leaving out a part of a training run loses more than it gains: rule 5 of the proof of learning, at the constants of the runtime.

use engram_math::fee::share_floor;
use engram_primitives::model::{MAX_OPENED, MAX_SEGMENTS, MIN_OPENED, MIN_SEGMENTS};
use engram_runtime::Runtime;

/// The chance that none of so many skipped segments is among those that are opened.
fn missed(segments: u32, skipped: u32, opened: u32) -> f64 {
	(0..opened)
		.map(|at| f64::from((segments - at).saturating_sub(skipped)) / f64::from(segments - at))
		.product()
}

/// Whether leaving out so many segments of a run at this fee loses more than it gains, whoever does it. Nobody gains more than the
/// part of the fee for what was left out.
fn loses(fee: f64, slash: f64, segments: u32, skipped: u32, opened: u32) -> bool {
	let missed = missed(segments, skipped, opened);
	slash * (1.0 - missed) > fee * f64::from(skipped) / f64::from(segments) * missed
}

#[test]
fn leaving_out_work_does_not_pay_up_to_a_fee_for_each_opened_segment() {
	// What a slot has at stake: the least bond that buys it.
	let bond = <Runtime as pallet_workers::Config>::BondPerSlot::get();
	let slash = share_floor(bond, <Runtime as pallet_workers::Config>::SlashShare::get()).unwrap() as f64;
	for opened in MIN_OPENED..=MAX_OPENED {
		let fee = slash * f64::from(opened);
		for segments in [MIN_SEGMENTS, 17, 32, 64, 333, MAX_SEGMENTS] {
			if opened * 2 > segments {
				continue;
			}
			for skipped in 1..=segments {
				assert!(
					loses(fee, slash, segments, skipped, opened),
					"{skipped} of {segments}, {opened} opened"
				);
			}
			// The document names no more than holds: a segment of a run at a third more may well be left out, where it is one of many.
			let dearer = loses(fee * 4.0 / 3.0, slash, segments, 1, opened);
			assert!(!dearer || segments < 8 * opened, "{segments} segments, {opened} opened");
		}
	}
	assert_eq!((slash, slash * f64::from(MIN_OPENED)), (45e12, 180e12), "docs/anti-gaming.md names them");
}
