use crate::mock::*;
use frame_support::traits::Hooks;

fn integrity() {
	<Pool as Hooks<u32>>::integrity_test();
}

#[test]
fn the_mock_is_sound() {
	ExtBuilder.build_and_execute(integrity);
}

macro_rules! refused {
	($($name:ident: $value:ident = $bad:expr, $reason:literal;)*) => {$(
		#[test]
		#[should_panic(expected = $reason)]
		fn $name() {
			ExtBuilder.build().execute_with(|| {
				$value::set($bad);
				integrity();
			});
		}
	)*};
}

refused! {
	fails_when_slots_cost_nothing: BondPerSlot = 0, "BondPerSlot is zero";
	fails_when_the_least_bond_buys_no_slot: BondPerSlot = LEAST_BOND + 1, "MinBond buys no slot";
	fails_when_one_miss_ends_the_draws: BondPerSlot = LEAST_BOND - 9, "MinBond does not outlast";
	fails_when_there_are_no_slots: MaxSlots = 0, "MaxSlots is zero";
	fails_when_a_miss_ruins: LatenessShare = 50_001, "LatenessShare is more than MAX_LATENESS_SHARE";
	fails_when_nothing_can_be_unbonded: MaxUnbonding = 0, "MaxUnbonding is zero";
	fails_when_no_measurement_counts: MeasurePeriod = 0, "MeasurePeriod is zero";
	fails_when_nothing_can_be_claimed: ClaimPeriod = 0, "ClaimPeriod is zero";
	fails_when_there_are_no_workers: MaxWorkers = 0, "MaxWorkers is zero";
	fails_when_a_slash_is_more_than_all: SlashShare = 1_000_001, "SlashShare is more than";
	fails_when_a_gain_is_more_than_all: ReputationGain = 1_000_001, "ReputationGain is more than";
	fails_when_a_loss_is_more_than_all: ReputationLoss = 1_000_001, "ReputationLoss is more than";
	fails_when_no_fee_is_enough: ReputationReference = 0, "ReputationReference is zero";
	fails_when_declining_costs_more: DeclineLoss = 500_001, "DeclineLoss is more than ReputationLoss";
	fails_when_newcomers_are_above_one: InitialReputation = 1_000_001, "InitialReputation is more than";
	fails_when_the_known_are_above_one: IdentifiedReputation = 1_000_001, "IdentifiedReputation is more than";
	fails_when_a_name_costs: IdentifiedReputation = 499_999, "IdentifiedReputation is below InitialReputation";
	fails_when_newcomers_are_below_the_floor: ReputationFloor = 500_001, "below ReputationFloor";
	fails_when_newcomers_are_never_drawn: MinReputation = 500_001, "below MinReputation";
}
