//! One skipped segment is caught as often as the view function says.

use super::*;
use engram_primitives::traits::TrainingChecks;

const DRAWS: u64 = 200;

/// Four standard deviations of the binomial around the stated probability.
fn bounds(ppm: u32) -> std::ops::RangeInclusive<f64> {
	let p = f64::from(ppm) / 1e6;
	let (mean, sd) = (DRAWS as f64 * p, (DRAWS as f64 * p * (1.0 - p)).sqrt());
	mean - 4.0 * sd..=mean + 4.0 * sd
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
		assert!(bounds(ppm).contains(&f64::from(caught)), "{caught} of {DRAWS}");
	});
}

#[test]
fn every_segment_is_as_likely_as_another() {
	let record_terms =
		Terms { segments: 64, interval: 10, opened: 8, memory_mib: 0, held_out_rows: 0, verifier_pay: 0 };
	let ppm = record_terms.catch_probability_ppm();
	assert_eq!(ppm, 125_000);
	for skipped in [0, 1, 31, 62, 63] {
		let caught = (0..DRAWS)
			.filter(|n| {
				let seed = H256::from_low_u64_be(1_000 * u64::from(skipped) + n);
				Learning::draw_segments(seed, &record_terms).unwrap().contains(&skipped)
			})
			.count();
		assert!(bounds(ppm).contains(&(caught as f64)), "{skipped}: {caught} of {DRAWS}");
	}
}

#[test]
fn the_probability_is_rounded_down() {
	let terms = |opened, segments| Terms {
		segments,
		interval: 1,
		opened,
		memory_mib: 0,
		held_out_rows: 0,
		verifier_pay: 0,
	};
	assert_eq!(terms(4, 17).catch_probability_ppm(), 235_294);
	assert_eq!(terms(32, 64).catch_probability_ppm(), 500_000);
	assert_eq!(terms(4, 0).catch_probability_ppm(), 0);
}
