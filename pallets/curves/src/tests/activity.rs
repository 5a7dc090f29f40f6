//! What paid jobs say of a model.

use crate::{mock::*, EpochSums, Event, MetricSource, ModelMarket};
use engram_primitives::{
	economy::{PaidJob, PaidJobs, PaidWork, SuccessMetrics, METRICS},
	market::RemovedModels,
	units::{Balance, ENGR},
	JobId, ModelId,
};
use frame_support::weights::Weight;
use std::collections::BTreeMap;

fn job(kind: PaidWork, performance: u32, burned: Balance, treasury: Balance) -> PaidJob<AccountId> {
	let (job, model, requester, executor, work) = (JobId(1), MODEL, CREATOR, BOB, 1);
	let (verifiers, serves) = (vec![], true);
	PaidJob { job, kind, model, requester, executor, work, verifiers, performance, serves, burned, treasury }
}

fn pay(model: ModelId, kind: PaidWork, performance: u32, burned: Balance, treasury: Balance) {
	Bonding::paid(PaidJob { model, ..job(kind, performance, burned, treasury) });
}

fn train(accuracy: u32) {
	// What training costs is no adoption.
	pay(MODEL, PaidWork::Training, accuracy, ENGR, ENGR);
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
		let undone = |kind| Bonding::paid(PaidJob { serves: false, ..job(kind, ONE, ENGR, ENGR) });
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
		let bought = |requester, kind, performance| {
			Bonding::paid(PaidJob { requester, ..job(kind, performance, ENGR, ENGR) });
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

/// Neither accuracy nor improvement is known until training brings another version.
#[test]
fn what_a_roll_back_undoes_counts_no_more() {
	ExtBuilder::launched(TERMS, || {
		train(600_000);
		train(900_000);
		answer(ENGR, ENGR);
		let before = market();
		Bonding::rolled_back(MODEL);
		assert_eq!(last_event(), Event::MeasurementForgotten { model: MODEL });
		assert_eq!(market(), ModelMarket { accuracy: None, improvement: None, ..before });
		next_epoch();
		assert_eq!(metrics(), [None, Some(200_000), None, Some(ONE)]);
		// There is nothing to compare the next one with.
		train(950_000);
		assert_eq!(metrics(), [Some(950_000), Some(200_000), None, Some(ONE)]);
		// Nobody launched a token of the other model, and nothing is known twice.
		Bonding::rolled_back(MODEL);
		System::reset_events();
		Bonding::rolled_back(MODEL);
		Bonding::rolled_back(OTHER_MODEL);
		assert_eq!(events(), []);
		assert!(!crate::Markets::<Test>::contains_key(OTHER_MODEL));
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
	let (mut accuracy, mut improvement, mut sums) = (None, None, BTreeMap::<u32, Balance>::new());
	for event in events() {
		match event {
			Event::JobCounted { model: MODEL, job, source } => {
				assert_eq!(job, JobId(1));
				match source {
					MetricSource::Version { accuracy: measured, improvement: by } => {
						(accuracy, improvement) = (Some(measured), by);
					},
					MetricSource::Answer { epoch, kept } => *sums.entry(epoch).or_default() += kept,
				}
			},
			Event::MeasurementForgotten { model: MODEL } => (accuracy, improvement) = (None, None),
			_ => (),
		}
	}
	let kept = |ago| sums.get(&(epoch - ago)).copied().unwrap_or_default();
	let (last, before, reference) = (kept(1), kept(2), Adoption::get());
	let share = |part: Balance, whole: Balance| (part * 1_000_000 / whole).min(1_000_000) as u32;
	let adoption = (last > 0).then(|| share(last, reference));
	let growth = share(last.saturating_sub(before), before.max(reference / 20));
	[accuracy, adoption, improvement, (last + before > 0).then_some(growth)]
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
		let version = |accuracy, improvement| MetricSource::Version { accuracy, improvement };
		let paid = |epoch, kept| MetricSource::Answer { epoch, kept };
		assert_eq!(
			counted(),
			[
				version(600_000, None),
				paid(epoch, 2 * ENGR),
				version(900_000, Some(750_000)),
				paid(epoch + 1, ENGR),
				paid(epoch + 1, 2 * ENGR)
			]
		);
		// Of ten coins three; and half as much again as two.
		assert_eq!(metrics(), [Some(900_000), Some(300_000), Some(750_000), Some(500_000)]);

		// What a roll back takes away is told too, and so is what comes after it.
		Bonding::rolled_back(MODEL);
		assert_eq!((told(Epoch::get()), metrics()[0]), (metrics(), None));
		answer(ENGR / 4, 0);
		next();
		train(800_000);
		next();
		train(950_000);
		next();
		assert_eq!(metrics(), [Some(950_000), None, Some(750_000), None]);
		Bonding::rolled_back(MODEL);
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
