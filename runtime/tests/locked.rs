//! Locked money buys nothing of others: what vests would reach a friend before its time.

use crate::common::market::{account, ask, check, signed, Market, OWNER};
use engram_primitives::units::ENGR;
use engram_runtime::{Balances, Jobs, Runtime, RuntimeOrigin, Vesting};
use frame_support::assert_ok;
use pallet_vesting::VestingInfo;
use sp_keyring::Sr25519Keyring::{Bob, Two};
use sp_runtime::TokenError;

#[test]
fn what_vests_does_not_leave_through_a_job() {
	let mut market = Market::new(1_000 * ENGR);
	let version = market.train(None, 90);
	let price = 40 * ENGR;
	let escrow = market.read(|| price + Jobs::guarantee_of(price).unwrap());
	let deposit = market.read(<Runtime as pallet_jobs::Config>::JobDeposit::get);
	let job = market.quiet(|| {
		assert_ok!(Balances::transfer_all(signed(Two), account(Bob).into(), false));
		let locked = VestingInfo::new(1_000 * ENGR, 1, 1_000_000);
		assert_ok!(Vesting::vested_transfer(signed(OWNER), account(Two).into(), locked));
		assert_eq!(ask(Two, version), Err(TokenError::Frozen.into()));
		// What is not locked buys one answer, and what is locked can stand for the deposit.
		let give = |amount| {
			let from = RuntimeOrigin::signed(account(Bob));
			assert_ok!(Balances::transfer_keep_alive(from, account(Two).into(), amount));
		};
		give(escrow - 1);
		assert_eq!(ask(Two, version), Err(TokenError::Frozen.into()));
		give(1);
		let job = ask(Two, version).unwrap();
		assert_eq!(ask(Two, version), Err(TokenError::Frozen.into()));
		job
	});
	market.close(job);
	market.quiet(|| {
		assert_eq!(ask(Two, version), Err(TokenError::Frozen.into()));
		let left = Balances::free_balance(account(Two)) + Balances::reserved_balance(account(Two));
		assert_eq!(left, 1_000 * ENGR + escrow - price);
		assert_eq!(Balances::reserved_balance(account(Two)), deposit);
	});
	market.read(check);
}
