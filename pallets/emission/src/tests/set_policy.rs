//! The calls of governance.

use super::genesis::BROKEN;
use crate::{mock::*, pallet::*, Policy};
use engram_math::{
	emission::{Parameters, PoolWeights},
	fee::CutShares,
	yields::{BudgetShares, FactorRange, Reference},
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

/// Each call with a value that differs from the policy's, the event it emits, and what the policy is then.
fn calls() -> Vec<(Call<Test>, Event<Test>, Policy)> {
	let old = policy();
	let mut all = Vec::new();

	let new = Parameters { base: 7, max_supply: Some(1), ..old.issuance };
	all.push((
		Call::set_issuance_parameters { new },
		Event::IssuanceParametersUpdated { old: old.issuance, new },
		Policy { issuance: new, ..old },
	));
	let new = Some(999_999);
	all.push((
		Call::set_ultrasound { new },
		Event::UltrasoundUpdated { old: None, new },
		Policy { issuance: Parameters { ultrasound: new, ..old.issuance }, ..old },
	));
	let new = PoolWeights { stakers: 1_000_000, workers: 0, contributors: 0 };
	all.push((
		Call::set_pool_weights { new },
		Event::PoolWeightsUpdated { old: old.issuance.weights, new },
		Policy { issuance: Parameters { weights: new, ..old.issuance }, ..old },
	));
	let new = FactorRange { min: 1_000_000, max: 1_000_000 };
	all.push((
		Call::set_staking_range { new },
		Event::StakingRangeUpdated { old: old.staking_range, new },
		Policy { staking_range: new, ..old },
	));
	let new = Reference { demand: 1, capacity: 1, workers: 1 };
	all.push((
		Call::set_reference { new },
		Event::ReferenceUpdated { old: old.reference, new },
		Policy { reference: new, ..old },
	));
	for new in [1, 1_000_000] {
		all.push((
			Call::set_target_ratio { new },
			Event::TargetRatioUpdated { old: old.target_ratio, new },
			Policy { target_ratio: new, ..old },
		));
	}
	let new = BudgetShares { stakers: 0, worker: 1_000_000, verifiers: 0, contributors: 0, ratings: 0 };
	all.push((
		Call::set_budget_shares { new },
		Event::BudgetSharesUpdated { old: old.budget, new },
		Policy { budget: new, ..old },
	));
	let new = 1_000_000;
	all.push((
		Call::set_bonus_strength { new },
		Event::BonusStrengthUpdated { old: old.bonus_strength, new },
		Policy { bonus_strength: new, ..old },
	));
	for new in [CutShares { burn: 1_000_000, treasury: 0 }, CutShares { burn: 0, treasury: 0 }] {
		all.push((
			Call::set_fee_shares { new },
			Event::FeeSharesUpdated { old: old.fees, new },
			Policy { fees: new, ..old },
		));
	}
	// Of a cap of 5,000 workers are offered at most 2,183: a quarter, times a bonus of 30 %.
	for new in [164, u128::MAX] {
		all.push((
			Call::set_market_reference { new },
			Event::MarketReferenceUpdated { old: old.market_reference, new },
			Policy { market_reference: new, ..old },
		));
	}
	for new in [50_000, 200_000] {
		all.push((
			Call::set_cut { new },
			Event::CutUpdated { old: old.cut, new },
			Policy { cut: new, ..old },
		));
	}
	for new in [0, 1_000_000] {
		all.push((
			Call::set_slash_treasury { new },
			Event::SlashTreasuryUpdated { old: old.slash_treasury, new },
			Policy { slash_treasury: new, ..old },
		));
	}
	all
}

fn dispatch(call: Call<Test>, origin: RuntimeOrigin) -> Result<(), DispatchError> {
	use frame_support::traits::UnfilteredDispatchable;
	call.dispatch_bypass_filter(origin).map(|_| ()).map_err(|failed| failed.error)
}

#[test]
fn works() {
	for (call, event, new) in calls() {
		ExtBuilder::default().build_and_execute(|| {
			assert_ok!(dispatch(call, RuntimeOrigin::root()));
			assert_eq!(Emission::policy(), new);
			assert_eq!(events(), [event]);
			assert_eq!(issuance(), GENESIS);
		});
	}
}

#[test]
fn fails_when_not_governed() {
	for (call, ..) in calls() {
		for origin in [RuntimeOrigin::signed(ALICE), RuntimeOrigin::none()] {
			ExtBuilder::default().build_and_execute(|| {
				assert_noop!(dispatch(call.clone(), origin), DispatchError::BadOrigin);
			});
		}
	}
}

/// The calls that set what differs between two policies.
fn towards(new: &Policy) -> Vec<Call<Test>> {
	let old = policy();
	let mut calls = Vec::new();
	let issuance = new.issuance;
	if issuance != old.issuance {
		calls.push(Call::set_issuance_parameters { new: issuance });
	}
	if issuance.ultrasound != old.issuance.ultrasound {
		calls.push(Call::set_ultrasound { new: issuance.ultrasound });
	}
	if issuance.weights != old.issuance.weights {
		calls.push(Call::set_pool_weights { new: issuance.weights });
	}
	if new.staking_range != old.staking_range {
		calls.push(Call::set_staking_range { new: new.staking_range });
	}
	if new.reference != old.reference {
		calls.push(Call::set_reference { new: new.reference });
	}
	if new.target_ratio != old.target_ratio {
		calls.push(Call::set_target_ratio { new: new.target_ratio });
	}
	if new.budget != old.budget {
		calls.push(Call::set_budget_shares { new: new.budget });
	}
	if new.bonus_strength != old.bonus_strength {
		calls.push(Call::set_bonus_strength { new: new.bonus_strength });
	}
	if new.fees != old.fees {
		calls.push(Call::set_fee_shares { new: new.fees });
	}
	if new.market_reference != old.market_reference {
		calls.push(Call::set_market_reference { new: new.market_reference });
	}
	if new.cut != old.cut {
		calls.push(Call::set_cut { new: new.cut });
	}
	if new.slash_treasury != old.slash_treasury {
		calls.push(Call::set_slash_treasury { new: new.slash_treasury });
	}
	calls
}

#[test]
fn fails_when_a_bound_is_broken() {
	let mut refused = 0;
	for (broken, _, error) in BROKEN {
		let mut new = policy();
		broken(&mut new);
		let error = DispatchError::from(error);
		for call in towards(&new) {
			ExtBuilder::default().build_and_execute(|| {
				assert_noop!(dispatch(call, RuntimeOrigin::root()), error);
				refused += 1;
			});
		}
	}
	// Ultrasound and weights can be broken by two calls each.
	assert_eq!(refused, BROKEN.len() + 2);
}
