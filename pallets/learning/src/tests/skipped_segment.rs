//! One skipped segment is caught as often as the view function says.

use super::*;
use engram_primitives::{traits::TrainingChecks, units::PPM};

const DRAWS: u64 = 200;

/// What the fixed seeds give; a draw that leaves out one segment or repeats one gives another count.
const CAUGHT: u32 = 39;

/// Whether a count of `DRAWS` independent draws is at most four standard deviations from what the stated probability lets
/// expect: `(count - n p)^2 <= 16 n p (1 - p)`.
fn is_as_stated(count: u32, ppm: u32) -> bool {
	let (whole, p) = (u64::from(PPM), u64::from(ppm));
	let off = (u64::from(count) * whole).abs_diff(DRAWS * p);
	off * off <= 16 * DRAWS * p * (whole - p)
}

#[test]
fn four_deviations_are_an_interval() {
	// sqrt(200 * 1/4 * 3/4) = 6.12 around 50, and sqrt(200 * 1/8 * 7/8) = 4.68 around 25.
	let stated = |ppm| (0..=200).filter(|count| is_as_stated(*count, ppm)).collect::<Vec<_>>();
	assert_eq!(stated(250_000), (26..=74).collect::<Vec<_>>());
	assert_eq!(stated(125_000), (7..=43).collect::<Vec<_>>());
}

#[test]
fn caught_at_the_stated_probability() {
	ExtBuilder::default().build_and_execute(|| {
		let skipped = 6;
		let run = Run::skipping(skipped);
		let (mut caught, mut ppm) = (0u32, 0);
		for salt in 0..DRAWS {
			BeaconSalt::set(salt);
			let job = committed(&run);
			ppm = Learning::catch_probability_ppm(job).unwrap();
			wait_replaying(job);
			let opened = record(job).segments.contains(&skipped);
			round(job, &run, |_| Belief::Honest);
			// Exactly the checks that open it see it: the segments after it are honest work on a false start.
			let disputed = Checks::<Test>::get(job).is_some();
			assert_eq!(disputed, opened);
			if disputed {
				caught += 1;
				round(job, &run, |_| Belief::Honest);
				assert_eq!(member(1).reputation, -100);
				Members::mutate(account(1), |member| member.as_mut().unwrap().bond = BOND);
			}
			Learning::forget(job);
		}
		assert_eq!(ppm, 250_000);
		assert!(is_as_stated(caught, ppm), "{caught} of {DRAWS} were caught");
		assert_eq!(caught, CAUGHT);
	});
}

#[test]
fn every_segment_is_as_likely_as_another() {
	let record_terms = Terms {
		segments: 64,
		interval: 10,
		opened: 8,
		memory_mib: 0,
		held_out_rows: 0,
		fee: 0,
		verifier_pay: 0,
	};
	let ppm = record_terms.catch_probability_ppm();
	assert_eq!(ppm, 125_000);
	let drawn = |seed| Learning::draw_segments(H256::from_low_u64_be(seed), &record_terms).unwrap();
	// These are what the fixed seeds give.
	for (skipped, caught) in [(0, 31), (1, 25), (31, 16), (62, 22), (63, 25)] {
		let hits = (0..DRAWS).filter(|n| drawn(1_000 * u64::from(skipped) + n).contains(&skipped)).count();
		assert!(is_as_stated(hits as u32, ppm), "{skipped}: {hits}");
		assert_eq!(hits, caught, "{skipped}");
	}
	let mut hits = [0u32; 64];
	for segment in (0..DRAWS).flat_map(drawn) {
		hits[segment as usize] += 1;
	}
	assert!(hits.iter().all(|count| is_as_stated(*count, ppm)), "{hits:?}");
	assert_eq!(hits.iter().sum::<u32>(), 1_600);
	assert_eq!((hits.iter().min(), hits.iter().max()), (Some(&15), Some(&33)), "{hits:?}");
}

#[test]
fn the_probability_is_rounded_down() {
	let terms = |opened, segments| Terms {
		segments,
		interval: 1,
		opened,
		memory_mib: 0,
		held_out_rows: 0,
		fee: 0,
		verifier_pay: 0,
	};
	assert_eq!(terms(4, 17).catch_probability_ppm(), 235_294);
	assert_eq!(terms(32, 64).catch_probability_ppm(), 500_000);
	assert_eq!(terms(4, 0).catch_probability_ppm(), 0);
}
