//! Negative controls: one corrupted item for each thing `try_state` checks.

use crate::{mock::*, pallet::*, EpochSummary, HoldReason, MintCause};
use engram_primitives::{economy::BurnCause, units::Balance};
use frame_support::traits::{
	fungible::{hold::Mutate as _, Mutate},
	tokens::Precision,
};

/// Two epochs with burns, fees and a payout, a third that runs; then corrupts, and expects the message.
fn detects(message: &'static str, corrupt: impl FnOnce()) {
	ExtBuilder::default().build().execute_with(|| {
		for kept in [1_000, 300] {
			pay(job(kept, kept));
			burn_of(&BOB, 5);
			send(&ALICE, &inbox(), 40);
			next_block();
			end_epoch(1_500_000);
			Emission::try_expire_stakers(Emission::epoch() - 1, 20).unwrap();
		}
		pay(job(50, 50));
		next_block();
		Emission::do_try_state().unwrap();
		corrupt();
		let error = Emission::do_try_state().unwrap_err();
		assert_eq!(error, sp_runtime::DispatchError::Other(message));
	});
}

const UNEXPLAINED: &str = "INV-EMISSION-1: the ledger does not explain the issuance";
const UNBALANCED: &str = "INV-EMISSION-1: genesis, minted and burned do not make what the ledger expects";
const VAULT: &str = "INV-EMISSION-2: vault and carry are not 3 % of what epochs minted";
const POT: &str = "INV-EMISSION-3: what the stakers' pot holds is not what went in less what went out";
const ERAS: &str = "INV-EMISSION-10: the stakers' pot does not hold what it owes for the eras";
const ENDOWMENT: &str =
	"INV-EMISSION-4: an account of this pallet is not endowed with the existential deposit";
const SUM: &str = "INV-EMISSION-5: the parts of an epoch do not sum to what it minted";
const PART: &str = "INV-EMISSION-5: a pool of an epoch got more than its part";
const KEPT: &str = "INV-EMISSION-6: the kept epochs are not the last closed ones";
const HISTORY: &str = "INV-EMISSION-7: the epochs do not sum to the ledger";
const ORDER: &str = "INV-EMISSION-9: the running epoch's budget, kept fees and income are out of order";

#[test]
fn issuance_that_nobody_explains_is_found() {
	detects(UNEXPLAINED, || {
		Balances::mint_into(&ALICE, 1).unwrap();
	});
	detects(UNEXPLAINED, || burn_of(&ALICE, 1));
}

#[test]
fn a_wrong_entry_is_found() {
	detects(UNBALANCED, || GenesisIssuance::<Test>::put(GENESIS + 1));
	detects(UNBALANCED, || ExpectedIssuance::<Test>::mutate(|expected| *expected -= 1));
	detects(UNBALANCED, || Burned::<Test>::mutate(BurnCause::Holder, |amount| *amount -= 1));
	detects(UNBALANCED, || Minted::<Test>::insert(MintCause::Forced, 1));
	detects(UNBALANCED, || Minted::<Test>::insert(MintCause::Forced, Balance::MAX));
}

#[test]
fn a_vault_without_its_share_is_found() {
	detects(VAULT, || {
		Minted::<Test>::mutate(MintCause::Vault, |amount| *amount -= 1);
		Minted::<Test>::mutate(MintCause::Treasury, |amount| *amount += 1);
	});
	detects(VAULT, || EmissionState::<Test>::mutate(|state| state.vault_carry ^= 1));
}

#[test]
fn a_pot_that_does_not_hold_what_it_owes_is_found() {
	detects(POT, || {
		Balances::release(&HoldReason::StakersRewards.into(), &pot(), 1, Precision::Exact).unwrap();
	});
	detects(POT, || StakersFlows::<Test>::mutate(|flows| flows.paid += 1));
	detects(POT, || StakersFlows::<Test>::mutate(|flows| flows.expired -= 1));
	detects(POT, || StakersFlows::<Test>::mutate(|flows| flows.collected += 1));
	detects(POT, || StakersFlows::<Test>::mutate(|flows| flows.paid = Balance::MAX));
}

#[test]
fn eras_that_do_not_sum_to_the_pot_are_found() {
	detects(ERAS, || StakersOwed::<Test>::insert(1, 1));
	detects(ERAS, || StakersOwed::<Test>::remove(0));
	detects(ERAS, || StakersOwed::<Test>::insert(2, 0));
	detects(ERAS, || StakersOwed::<Test>::insert(2, Balance::MAX));
}

#[test]
fn a_hold_elsewhere_is_found() {
	detects("INV-EMISSION-3: another account has stakers' rewards on hold", || {
		Balances::hold(&HoldReason::StakersRewards.into(), &ALICE, 1).unwrap();
	});
}

#[test]
fn an_account_without_endowment_or_provider_is_found() {
	for account in [pot as fn() -> AccountId, inbox, vault] {
		detects(ENDOWMENT, || {
			frame_system::Account::<Test>::mutate(account(), |info| info.providers = 0);
		});
		detects(ENDOWMENT, || {
			let rest = pallet_balances::Pallet::<Test>::free_balance(account());
			send(&account(), &ALICE, rest);
		});
	}
}

fn change(with: impl FnOnce(&mut EpochSummary)) {
	Epochs::<Test>::mutate(1, |summary| with(summary.as_mut().unwrap()));
}

#[test]
fn parts_that_do_not_sum_are_found() {
	detects(SUM, || change(|epoch| epoch.parts.treasury += 1));
	detects(SUM, || change(|epoch| epoch.parts.treasury = Balance::MAX));
	detects(SUM, || change(|epoch| epoch.supply_after += 1));
	detects(SUM, || change(|epoch| epoch.supply_before += 1));
}

#[test]
fn a_pool_above_its_part_is_found() {
	detects(PART, || {
		change(|epoch| {
			epoch.parts.vault -= 1;
			epoch.parts.treasury += 1;
		})
	});
	detects(PART, || change(|epoch| epoch.issuance.pools.stakers = epoch.parts.stakers - 1));
	detects(PART, || change(|epoch| epoch.issuance.pools.workers = epoch.parts.workers - 1));
	detects(PART, || change(|epoch| epoch.issuance.pools.contributors = epoch.parts.contributors - 1));
}

#[test]
fn a_history_with_holes_is_found() {
	detects(KEPT, || Epochs::<Test>::remove(0));
	detects(KEPT, || Epochs::<Test>::insert(2, EpochSummary::default()));
	detects(KEPT, || {
		Epochs::<Test>::insert(2, EpochSummary::default());
		Epochs::<Test>::remove(1);
	});
	detects(KEPT, || EmissionState::<Test>::mutate(|state| state.epoch += 1));
}

#[test]
fn epochs_beside_the_ledger_are_found() {
	detects(HISTORY, || change(|epoch| epoch.seen.burned += 1));
	detects(HISTORY, || RunningEpoch::<Test>::mutate(|running| running.burned -= 1));
	detects(HISTORY, || {
		change(|epoch| {
			epoch.issuance.minted += 1;
			epoch.parts.treasury += 1;
			epoch.supply_after += 1;
		})
	});
}

#[test]
fn a_policy_out_of_bounds_is_found() {
	detects("INV-EMISSION-8: the policy is out of its bounds", || {
		CurrentPolicy::<Test>::mutate(|policy| policy.target_ratio = 0);
	});
}

#[test]
fn a_running_epoch_out_of_order_is_found() {
	detects(ORDER, || RunningEpoch::<Test>::mutate(|running| running.staker_budget = running.kept + 1));
	detects(ORDER, || RunningEpoch::<Test>::mutate(|running| running.fees = running.kept - 1));
}
