//! The largest values that a policy may have, through the end of epochs.

use crate::{mock::*, pallet::*, Policy};
use engram_math::{
	emission::{Parameters, MAX_EPOCH_ISSUANCE},
	yields::Reference,
};
use engram_primitives::{
	economy::{BurnCause, ComputeMarket},
	units::Balance,
};
use frame_support::assert_ok;

/// More than the history keeps, and than the longest window has.
const EPOCHS: u32 = 40;

/// The cap is the most, and a base of the most at the largest factors reaches it.
fn highest_cap(policy: &mut Policy) {
	policy.issuance = Parameters {
		base: MAX_EPOCH_ISSUANCE,
		fee_weight: u32::MAX,
		fee_target: Balance::MAX,
		demand_reference: Balance::MAX,
		demand_min: u32::MAX,
		demand_max: u32::MAX,
		window: 31,
		cap: MAX_EPOCH_ISSUANCE,
		tail: 0,
		epochs_per_year: u32::MAX,
		max_supply: Some(Balance::MAX),
		..policy.issuance
	};
	policy.reference = Reference { demand: Balance::MAX, capacity: u64::MAX, workers: u32::MAX };
}

/// The tail is the most, and the least fee takes all of the base.
fn highest_tail(policy: &mut Policy) {
	policy.issuance = Parameters {
		base: MAX_EPOCH_ISSUANCE,
		fee_weight: u32::MAX,
		fee_target: 1,
		demand_reference: 1,
		demand_min: 0,
		demand_max: u32::MAX,
		window: 31,
		cap: 0,
		tail: MAX_EPOCH_ISSUANCE,
		epochs_per_year: 1,
		..policy.issuance
	};
	policy.reference = Reference { demand: 1, capacity: 1, workers: 1 };
}

#[test]
fn the_largest_parameters_close_every_epoch() {
	let compute = [
		ComputeMarket { mean_capacity: u64::MAX, workers: 1 },
		ComputeMarket { mean_capacity: u64::MAX, workers: u32::MAX },
	];
	for (extreme, compute) in [highest_cap, highest_tail].into_iter().zip(compute) {
		ExtBuilder::default().build_and_execute(|| {
			let mut policy = policy();
			extreme(&mut policy);
			assert_ok!(Emission::set_market_reference(RuntimeOrigin::root(), Balance::MAX));
			assert_ok!(Emission::set_issuance_parameters(RuntimeOrigin::root(), policy.issuance));
			assert_ok!(Emission::set_reference(RuntimeOrigin::root(), policy.reference));
			Compute::set(compute);
			for epoch in 0..EPOCHS {
				pay(job(600, 400));
				let before = issuance();
				let paid = end_epoch(before);
				assert_eq!((Emission::epoch(), issuance()), (epoch + 1, before + MAX_EPOCH_ISSUANCE));
				assert_eq!(Emission::epoch_of(epoch).unwrap().parts.stakers, paid);
				// Half of it is claimed by nobody.
				assert_ok!(Emission::try_expire_stakers(epoch, paid / 2));
				next_block();
				Emission::do_try_state().unwrap();
			}
			let burned = burned(BurnCause::JobFee);
			assert_eq!(burned, 600 * Balance::from(EPOCHS));
			assert_eq!(issuance(), GENESIS + MAX_EPOCH_ISSUANCE * Balance::from(EPOCHS) - burned);
			assert!(Emission::staking_yield().unwrap().annual > 0);
			assert!(!events().iter().any(|event| matches!(event, Event::Unexpected { .. })));
		});
	}
}
