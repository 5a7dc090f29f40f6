use crate::{mock::*, *};
use engram_primitives::{units::Balance, Cid, ModelId, VersionId};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{ArithmeticError, DispatchError};

#[test]
fn governance_sets_replaces_and_removes_it() {
	ExtBuilder::default().build_and_execute(|| {
		let (first, second) = (Some(probe_terms(7)), Some(probe_terms(u32::MAX)));
		assert_ok!(set_probe(first.clone()));
		assert_eq!(events(), [Event::ProbeUpdated { old: None, new: first.clone() }]);
		assert_ok!(set_probe(second.clone()));
		assert_eq!(events(), [Event::ProbeUpdated { old: first, new: second.clone() }]);
		assert_eq!(Probe::<Test>::get(), second);
		assert_ok!(set_probe(None));
		assert_eq!(events(), [Event::ProbeUpdated { old: second, new: None }]);
		assert!(!Probe::<Test>::exists());
	});
}

#[test]
fn it_is_known_since_when_workers_are_probed() {
	ExtBuilder::default().build_and_execute(|| {
		let since = || ProbedSince::<Test>::get();
		assert_eq!(since(), None);
		assert_ok!(set_probe(None));
		assert_eq!(since(), None);
		run_to(3);
		assert_ok!(set_probe(Some(probe_terms(u32::MAX))));
		run_to(7);
		// Other terms are no new beginning.
		assert_ok!(set_probe(Some(probe_terms(u32::MAX - 1))));
		assert_eq!(since(), Some(3));
		assert_ok!(set_probe(None));
		assert_eq!(since(), None);
		assert_ok!(set_probe(Some(probe_terms(u32::MAX))));
		assert_eq!(since(), Some(7));
	});
}

#[test]
fn setting_fails_when_the_origin_or_the_terms_are_wrong() {
	ExtBuilder::default().build_and_execute(|| {
		let signed = RuntimeOrigin::signed(ALICE);
		assert_noop!(Market::set_probe(signed, Some(probe_terms(1))), DispatchError::BadOrigin);
		assert_noop!(set_probe(Some(probe_terms(0))), Error::<Test>::PeriodIsZero);
		let low = ProbeTerms { fee: 999, ..probe_terms(1) };
		assert_noop!(set_probe(Some(low)), Error::<Test>::FeeTooLow);
		let high = ProbeTerms { fee: Balance::MAX, ..probe_terms(1) };
		assert_noop!(set_probe(Some(high)), ArithmeticError::Overflow);
		let right = training_request();
		let mut long = spec();
		long.steps += 1;
		let cases = [
			(TrainingRequest { model: ModelId(7), ..right.clone() }, Error::<Test>::UnknownModel),
			(TrainingRequest { parent: Some(VersionId(9)), ..right.clone() }, Error::UnknownVersion),
			(
				TrainingRequest { model: OTHER_MODEL, parent: Some(OLD_VERSION), ..right.clone() },
				Error::ForeignParent,
			),
			(TrainingRequest { parts: parts(&[]), ..right.clone() }, Error::NoParts),
			(TrainingRequest { parts: parts(&[1, 2, 1]), ..right.clone() }, Error::DuplicatePart),
			(TrainingRequest { parts: parts(&[1, 20]), ..right.clone() }, Error::UnknownContribution),
			(TrainingRequest { parts: parts(&[1, NARROW.0]), ..right.clone() }, Error::DataDoesNotFit),
			(TrainingRequest { held_out: Cid([0; 36]), ..right.clone() }, Error::InvalidCid),
			(TrainingRequest { held_out_rows: 1_001, ..right.clone() }, Error::RowsOutOfRange),
			(
				TrainingRequest { held_out_source: address(b"http://alice.example"), ..right.clone() },
				Error::InvalidAddress,
			),
			(TrainingRequest { spec: long, ..right }, Error::InvalidSpec),
		];
		for (request, error) in cases {
			assert_noop!(set_probe(Some(ProbeTerms { request, ..probe_terms(1) })), error);
		}
		Retired::set(&vec![MODEL]);
		assert_noop!(set_probe(Some(probe_terms(1))), Error::<Test>::ModelRetired);
	});
}
