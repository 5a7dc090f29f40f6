//! What paid jobs say of a model.

use crate::{mock::*, EpochSums, Event, Measurement, MetricSource, ModelMarket, MAX_MEASUREMENTS};
use engram_primitives::{
	economy::{PaidJob, PaidJobs, PaidWork, SuccessMetrics, METRICS},
	market::RemovedModels,
	units::{Balance, ENGR},
	JobId, ModelId, VersionId,
};
use frame_support::weights::Weight;
use std::collections::BTreeMap;

fn job(kind: PaidWork, performance: u32, burned: Balance, treasury: Balance) -> PaidJob<AccountId> {
	let (job, model, requester, executor, work) = (JobId(1), MODEL, CREATOR, BOB, 1);
	let (verifiers, serves) = (vec![], Some(VersionId(0)));
	PaidJob { job, kind, model, requester, executor, work, verifiers, performance, serves, burned, treasury }
}

fn pay(model: ModelId, kind: PaidWork, performance: u32, burned: Balance, treasury: Balance) {
	Bonding::paid(PaidJob { model, ..job(kind, performance, burned, treasury) });
}

/// Each version has the next id.
fn train(accuracy: u32) -> VersionId {
	let version = VersionId(market().measurement().map_or(1, |last| last.version.0 + 1));
	train_as(version, accuracy);
	version
}

fn train_as(version: VersionId, accuracy: u32) {
	// What training costs is no adoption.
	let job = job(PaidWork::Training, accuracy, ENGR, ENGR);
	Bonding::paid(PaidJob { serves: Some(version), ..job });
}

fn answer(burned: Balance, treasury: Balance) {
	pay(MODEL, PaidWork::Answer, 1, burned, treasury);
}

fn metrics() -> [Option<u32>; METRICS] {
	<Bonding as SuccessMetrics>::metrics(MODEL)
}

#[test]
fn accuracy_and_improvement_are_those_of_verified_versions() {
	ExtBuilder::launched(TERMS, || {
		assert_eq!(metrics(), [None; METRICS]);
		train(600_000);
		assert_eq!(metrics(), [Some(600_000), None, None, None]);
		// Of four tenths of errors three are gone.
		train(900_000);
		assert_eq!(metrics(), [Some(900_000), None, Some(750_000), None]);
		train(800_000);
		assert_eq!(metrics(), [Some(800_000), None, Some(0), None]);
		train(ONE);
		assert_eq!(metrics(), [Some(ONE), None, Some(ONE), None]);
		// There is nothing left to improve.
		train(ONE);
		assert_eq!(metrics(), [Some(ONE), None, None, None]);
		train(u32::MAX);
		assert_eq!(metrics()[0], Some(ONE));
	});
}

/// Such a version is recorded as rolled back. What an answer of one brought in counts, as somebody paid for it.
#[test]
fn versions_that_never_serve_do_not_count() {
	ExtBuilder::launched(TERMS, || {
		train(600_000);
		let undone = |kind| Bonding::paid(PaidJob { serves: None, ..job(kind, ONE, ENGR, ENGR) });
		System::reset_events();
		undone(PaidWork::Training);
		assert_eq!((metrics(), events()), ([Some(600_000), None, None, None], vec![]));
		// The next one is compared with the last that counted.
		train(900_000);
		assert_eq!(metrics(), [Some(900_000), None, Some(750_000), None]);
		undone(PaidWork::Answer);
		next_epoch();
		assert_eq!(metrics(), [Some(900_000), Some(200_000), Some(750_000), Some(ONE)]);
	});
}

/// Whoever buys a training brings the rows that judge it.
#[test]
fn only_training_of_owner_and_escrow_measures() {
	ExtBuilder::launched(TERMS, || {
		let mut versions = (1..).map(VersionId);
		let mut bought = |requester, kind, performance| {
			let serves = versions.next();
			Bonding::paid(PaidJob { requester, serves, ..job(kind, performance, ENGR, ENGR) });
		};
		bought(CREATOR, PaidWork::Training, 600_000);
		bought(ESCROW, PaidWork::Training, 900_000);
		let measured = [Some(900_000), None, Some(750_000), None];
		assert_eq!(metrics(), measured);
		System::reset_events();
		for accuracy in [0, ONE] {
			bought(ALICE, PaidWork::Training, accuracy);
			assert_eq!((metrics(), events()), (measured, vec![]));
		}
		// An escrow's training counts too when it ends after the model was retired.
		HasEscrow::set(false);
		bought(ESCROW, PaidWork::Training, 950_000);
		assert_eq!(metrics(), [Some(950_000), None, Some(500_000), None]);
		// What a stranger pays for answers counts.
		bought(ALICE, PaidWork::Answer, 0);
		next_epoch();
		assert_eq!(metrics(), [Some(950_000), Some(200_000), Some(500_000), Some(ONE)]);
		// Of a model that is gone nobody is the owner.
		Removed::set(Some(MODEL));
		bought(CREATOR, PaidWork::Training, 0);
		assert_eq!(metrics()[0], Some(950_000));
	});
}

/// What was measured of an older version counts again. Where none of those was, accuracy and improvement are unknown.
#[test]
fn what_a_roll_back_undoes_counts_no_more() {
	ExtBuilder::launched(TERMS, || {
		let [first, second, third] = [600_000, 900_000, 950_000].map(train);
		answer(ENGR, ENGR);
		let before = market();
		Bonding::rolled_back(MODEL, second);
		assert_eq!(last_event(), Event::MeasurementsUndone { model: MODEL, counts: Some(second) });
		let measured = before.measured[..2].to_vec().try_into().unwrap();
		assert_eq!(market(), ModelMarket { measured, ..before });
		next_epoch();
		assert_eq!(metrics(), [Some(900_000), Some(200_000), Some(750_000), Some(ONE)]);
		// The next one is compared with what serves, and has an id of its own.
		train_as(VersionId(third.0 + 1), 950_000);
		assert_eq!(metrics(), [Some(950_000), Some(200_000), Some(500_000), Some(ONE)]);
		// Back to one that nobody measured, between the first and the second: a stranger's, say.
		Bonding::rolled_back(MODEL, first);
		assert_eq!(metrics(), [Some(600_000), Some(200_000), None, Some(ONE)]);
		Bonding::rolled_back(MODEL, VersionId(0));
		assert_eq!(last_event(), Event::MeasurementsUndone { model: MODEL, counts: None });
		assert_eq!(metrics(), [None, Some(200_000), None, Some(ONE)]);
		// There is nothing to compare the next one with.
		train(950_000);
		assert_eq!(metrics(), [Some(950_000), Some(200_000), None, Some(ONE)]);
	});
}

/// Whoever has a model go back to the version that was measured last, because strangers trained it on, changes no metric.
#[test]
fn a_roll_back_to_what_is_measured_takes_nothing_away() {
	ExtBuilder::launched(TERMS, || {
		let version = train(900_000);
		let before = market();
		System::reset_events();
		for target in [version, VersionId(version.0 + 7)] {
			Bonding::rolled_back(MODEL, target);
			assert_eq!((market(), events()), (before.clone(), vec![]));
		}
		// Nobody launched a token of the other model.
		Bonding::rolled_back(OTHER_MODEL, VersionId(0));
		assert_eq!(events(), []);
		assert!(!crate::Markets::<Test>::contains_key(OTHER_MODEL));
	});
}

/// Of more versions than are remembered the oldest are forgotten, and a roll back beyond them leaves nothing measured.
#[test]
fn as_many_measurements_as_fit_are_remembered() {
	ExtBuilder::launched(TERMS, || {
		let versions: Vec<_> = (0..=MAX_MEASUREMENTS).map(|more| train(600_000 + more)).collect();
		let measured =
			|market: ModelMarket| market.measured.iter().map(|one| one.version).collect::<Vec<_>>();
		assert_eq!(measured(market()), versions[1..]);
		Bonding::rolled_back(MODEL, versions[1]);
		assert_eq!((measured(market()), metrics()[0]), (versions[1..2].to_vec(), Some(600_001)));
		Bonding::rolled_back(MODEL, versions[0]);
		assert_eq!((measured(market()), metrics()[0]), (vec![], None));
	});
}

#[test]
fn adoption_and_growth_are_what_the_protocol_kept_of_answers() {
	ExtBuilder::launched(TERMS, || {
		answer(ENGR, ENGR);
		assert_eq!(metrics(), [None; METRICS]);
		next_epoch();
		// Nothing before is a twentieth of the reference.
		assert_eq!(metrics(), [None, Some(200_000), None, Some(ONE)]);
		answer(ENGR, 2 * ENGR);
		next_epoch();
		assert_eq!(metrics(), [None, Some(300_000), None, Some(500_000)]);
		answer(9 * ENGR, 2 * ENGR);
		answer(ENGR, 0);
		next_epoch();
		assert_eq!(metrics(), [None, Some(ONE), None, Some(ONE)]);
		// Nobody asked for anything.
		next_epoch();
		assert_eq!(metrics(), [None, None, None, Some(0)]);
		next_epoch();
		assert_eq!(metrics(), [None; METRICS]);
		answer(Balance::MAX, Balance::MAX);
		answer(1, 0);
		next_epoch();
		assert_eq!(metrics(), [None, Some(ONE), None, Some(ONE)]);
	});
}

/// A twentieth of the reference is half a coin.
#[test]
fn dust_that_doubles_is_no_growth() {
	ExtBuilder::launched(TERMS, || {
		let grows = |kept| {
			answer(kept, 0);
			next_epoch();
			metrics()[3]
		};
		assert_eq!(grows(0), None);
		assert_eq!((grows(1), grows(2), grows(4)), (Some(0), Some(0), Some(0)));
		assert_eq!(grows(4 + ENGR / 4), Some(500_000));
		// The same again, and a little more: it is half a coin that counts, not the quarter before.
		assert_eq!(grows(4 + ENGR / 2), Some(500_000));
		assert_eq!(grows(4 + ENGR), Some(999_999));
		assert_eq!(grows(2 * ENGR), Some(999_999));
		assert_eq!((grows(ENGR), grows(0), grows(0)), (Some(0), Some(0), None));
		Adoption::set(19);
		assert_eq!((grows(0), grows(1), grows(2)), (None, None, Some(ONE)));
	});
}

/// Who makes growth up pays for it: what is kept of the answers of the four epochs that it takes, doubling from the least that
/// counts, is three quarters of the reference.
#[test]
fn all_of_the_growth_costs_three_quarters_of_the_reference() {
	ExtBuilder::launched(TERMS, || {
		let reference = Adoption::get();
		let (mut paid, mut counted) = (0, 0);
		for epoch in 0..4 {
			let kept = (reference / 20) << epoch;
			answer(kept, 0);
			paid += kept;
			next_epoch();
			Measured::set(metrics());
			refresh().unwrap();
			counted += 250_000;
			assert_eq!(record().metrics[3], counted);
		}
		assert_eq!((counted, paid), (ONE, reference * 3 / 4));
	});
}

/// The metrics of a model in an epoch, as whoever has nothing but the events works them out.
fn told(epoch: u32) -> [Option<u32>; METRICS] {
	let (mut measured, mut sums) = (BTreeMap::new(), BTreeMap::<u32, Balance>::new());
	let mut last = None;
	for event in events() {
		match event {
			Event::JobCounted { model: MODEL, job, source } => {
				assert_eq!(job, JobId(1));
				match source {
					MetricSource::Version(measurement) => {
						measured.insert(measurement.version, measurement);
						last = Some(measurement.version);
					},
					MetricSource::Answer { epoch, kept } => *sums.entry(epoch).or_default() += kept,
				}
			},
			Event::MeasurementsUndone { model: MODEL, counts } => last = counts,
			_ => (),
		}
	}
	let kept = |ago| sums.get(&(epoch - ago)).copied().unwrap_or_default();
	let (recent, before, reference) = (kept(1), kept(2), Adoption::get());
	let share = |part: Balance, whole: Balance| (part * 1_000_000 / whole).min(1_000_000) as u32;
	let adoption = (recent > 0).then(|| share(recent, reference));
	let growth = share(recent.saturating_sub(before), before.max(reference / 20));
	let measurement = last.map(|version| measured[&version]);
	let accuracy = measurement.map(|one| one.accuracy);
	let improvement = measurement.and_then(|one| one.improvement);
	[accuracy, adoption, improvement, (recent + before > 0).then_some(growth)]
}

/// Whoever has the events needs no storage to say where a metric comes from.
#[test]
fn every_measurement_follows_from_the_events_of_jobs() {
	ExtBuilder::launched(TERMS, || {
		let counted = || {
			let sources = events().into_iter().filter_map(|event| match event {
				Event::JobCounted { source, .. } => Some(source),
				_ => None,
			});
			sources.collect::<Vec<_>>()
		};
		let epoch = Epoch::get();
		let next = || {
			next_epoch();
			assert_eq!(told(Epoch::get()), metrics());
		};
		train(600_000);
		answer(ENGR, ENGR);
		next();
		train(900_000);
		answer(ENGR, 0);
		answer(0, 2 * ENGR);
		next();
		pay(OTHER_MODEL, PaidWork::Training, ONE, 0, 0);
		let version = |version, accuracy, improvement| {
			MetricSource::Version(Measurement { version: VersionId(version), accuracy, improvement })
		};
		let paid = |epoch, kept| MetricSource::Answer { epoch, kept };
		assert_eq!(
			counted(),
			[
				version(1, 600_000, None),
				paid(epoch, 2 * ENGR),
				version(2, 900_000, Some(750_000)),
				paid(epoch + 1, ENGR),
				paid(epoch + 1, 2 * ENGR)
			]
		);
		// Of ten coins three; and half as much again as two.
		assert_eq!(metrics(), [Some(900_000), Some(300_000), Some(750_000), Some(500_000)]);

		// What a roll back takes away is told too, and so is what comes after it.
		Bonding::rolled_back(MODEL, VersionId(1));
		assert_eq!((told(Epoch::get()), metrics()[0]), (metrics(), Some(600_000)));
		answer(ENGR / 4, 0);
		next();
		train(800_000);
		next();
		train(950_000);
		next();
		assert_eq!(metrics(), [Some(950_000), None, Some(750_000), None]);
		Bonding::rolled_back(MODEL, VersionId(0));
		next();
		assert_eq!(metrics(), [None; METRICS]);
	});
}

#[test]
fn models_without_a_token_are_not_measured() {
	ExtBuilder::launched(TERMS, || {
		pay(OTHER_MODEL, PaidWork::Training, ONE, 0, 0);
		pay(OTHER_MODEL, PaidWork::Answer, ONE, ENGR, 0);
		assert_eq!(Bonding::market(OTHER_MODEL), ModelMarket::default());
		assert!(!crate::Markets::<Test>::contains_key(OTHER_MODEL));
	});
}

#[test]
fn a_report_is_paid_for_in_weight() {
	ExtBuilder::launched(TERMS, || {
		let before = System::block_weight().total();
		train(ONE);
		let weight = <Test as frame_system::Config>::DbWeight::get().reads_writes(1, 1);
		assert_eq!(System::block_weight().total() - before, weight);
		assert_ne!(weight, Weight::zero());
	});
}

#[test]
fn sums_of_three_epochs_are_kept() {
	let mut sums = EpochSums::default();
	for (epoch, amount) in [(3, 5), (3, 1), (4, 7), (5, 2)] {
		sums.add(epoch, amount).unwrap();
	}
	assert_eq!(sums, EpochSums { epoch: 5, sums: [2, 7, 6] });
	assert_eq!((sums.at(6), sums.at(7), sums.at(8)), ([0, 2, 7], [0, 0, 2], [0; 3]));
	sums.add(7, 1).unwrap();
	assert_eq!(sums.sums, [1, 0, 2]);
	assert!(sums.add(7, Balance::MAX).is_err());
	assert_eq!(sums.sums, [1, 0, 2]);
}
