//! What wallets read.

use crate::{mock::*, Ledger, MintCause, Running, StakingYield};
use engram_primitives::economy::{BurnCause, ComputeMarket};

#[test]
fn the_ledger_says_where_the_issuance_came_from() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(
			Emission::ledger(),
			Ledger { genesis: Some(GENESIS), minted: vec![], burned: vec![], issuance: GENESIS }
		);
		pay(job(600, 400));
		burn_of(&BOB, 7);
		next_block();
		end_epoch(1_500_000);
		assert_eq!(
			Emission::ledger(),
			Ledger {
				genesis: Some(GENESIS),
				minted: vec![
					(MintCause::Vault, 30),
					(MintCause::Stakers, 233),
					(MintCause::Workers, 436),
					(MintCause::Contributors, 194),
					(MintCause::Treasury, 107),
				],
				burned: vec![(BurnCause::JobFee, 600), (BurnCause::Holder, 7)],
				issuance: GENESIS + 1_000 - 607,
			}
		);
	});
}

#[test]
fn accounts_are_three() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Emission::stakers_pot(), pot());
		assert_eq!(Emission::stakers_inbox(), inbox());
		assert_eq!(Emission::vault_account(), vault());
		assert!(pot() != inbox() && inbox() != vault() && vault() != pot());
	});
}

#[test]
fn the_yield_of_the_last_epoch() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Emission::staking_yield(), None);
		send(&ALICE, &inbox(), 17);
		pay(job(600, 400));
		assert_eq!(end_epoch(10_000), 250);
		// 250 on 10,000 at a utilisation of one is 2.5 %; a year has a hundred epochs.
		assert_eq!(
			Emission::staking_yield(),
			Some(StakingYield { epoch: 0, paper: 25_000, annual: 2_500_000 })
		);
		// Without demand the paper's yield is zero, and what is paid is not.
		assert_eq!(end_epoch(10_000), 33);
		assert_eq!(Emission::staking_yield(), Some(StakingYield { epoch: 1, paper: 0, annual: 330_000 }));
		// Nobody stakes, nobody is paid.
		end_epoch(0);
		assert_eq!(Emission::staking_yield(), Some(StakingYield { epoch: 2, paper: 0, annual: 0 }));
	});
}

#[test]
fn a_market_without_workers_divides_by_zero() {
	ExtBuilder::default().build_and_execute(|| {
		Compute::set(ComputeMarket { mean_capacity: 1_000, workers: 0 });
		pay(job(600, 400));
		end_epoch(10_000);
		assert_eq!(Emission::staking_yield().unwrap().paper, u128::MAX);
	});
}

#[test]
fn the_preview_is_what_the_epoch_becomes() {
	ExtBuilder::default().build_and_execute(|| {
		pay(job(600, 400));
		Emission::note_fee(3);
		let preview = Emission::preview();
		assert_eq!(preview.epoch, 0);
		assert_eq!(preview.seen, Running { kept: 1_000, fees: 1_003, burned: 600, staker_budget: 200 });
		let before = Emission::state();
		end_epoch(1_500_000);
		let summary = Emission::epoch_of(0).unwrap();
		assert_eq!((preview.issuance, preview.utilisation), (summary.issuance, summary.utilisation));
		assert_eq!(preview.seen, summary.seen);
		assert_eq!((before.epoch, Emission::state().epoch), (0, 1));
	});
}
