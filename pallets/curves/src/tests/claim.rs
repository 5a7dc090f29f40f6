//! `claim`.

use super::graduate::ripe;
use crate::{mock::*, pallet::*, ClaimKind, Claims, LockedClaim, Terms};
use engram_math::curve::WHOLE;
use engram_primitives::units::ENGR;
use frame_support::{assert_noop, assert_ok, traits::fungibles::Inspect as _};
use sp_runtime::{DispatchError, DispatchResult, TokenError};

fn claim_of(index: u32) -> DispatchResult {
	claim(index)
}

#[test]
fn pays_what_each_epoch_releases() {
	ripe(|| {
		assert_ok!(graduate());
		assert_noop!(claim(1), Error::<Test>::NothingToClaim);
		next_epoch();
		assert_eq!(Bonding::claimable_of(TOKEN, 1), Some(1_000 * WHOLE));
		let issued = Assets::total_issuance(TOKEN.0);
		assert_ok!(claim(1));
		assert_eq!((tokens(&BOB), Assets::total_issuance(TOKEN.0)), (1_000 * WHOLE, issued + 1_000 * WHOLE));
		let (amount, left) = (1_000 * WHOLE, 49_000 * WHOLE);
		assert_eq!(last_event(), Event::ClaimPaid { beneficiary: BOB, token: TOKEN, index: 1, amount, left });
		assert_noop!(claim(1), Error::<Test>::NothingToClaim);
		// Nothing is lost by waiting, and no claim waits for another.
		for _ in 0..3 {
			next_epoch();
		}
		let creators = tokens(&CREATOR);
		assert_ok!(claim(0));
		assert_ok!(claim(1));
		assert_eq!((tokens(&CREATOR) - creators, tokens(&BOB)), (4_000 * WHOLE, 4_000 * WHOLE));
		assert_eq!(graduation().paid.into_inner(), [4_000 * WHOLE; 2]);
	});
}

#[test]
fn pays_no_more_than_the_claim() {
	ripe(|| {
		assert_ok!(graduate());
		Epoch::mutate(|epoch| *epoch += 200);
		assert_ok!(claim(1));
		assert_eq!((tokens(&BOB), Bonding::claimable_of(TOKEN, 1)), (50_000 * WHOLE, Some(0)));
		Epoch::set(u32::MAX);
		assert_noop!(claim(1), Error::<Test>::NothingToClaim);
		assert_ok!(claim(0));
		assert_eq!(graduation().paid.into_inner(), [100_000 * WHOLE, 50_000 * WHOLE]);
	});
}

#[test]
fn fails_before_the_graduation() {
	ripe(|| {
		next_epoch();
		assert_noop!(claim(0), Error::<Test>::NotGraduated);
		assert_eq!(Bonding::claimable_of(TOKEN, 0), None);
	});
}

#[test]
fn fails_when_there_is_no_such_claim() {
	ripe(|| {
		assert_ok!(graduate());
		next_epoch();
		assert_noop!(claim(2), Error::<Test>::UnknownClaim);
		assert_noop!(claim(u32::MAX), Error::<Test>::UnknownClaim);
		let other = Bonding::claim(RuntimeOrigin::signed(ALICE), TOKEN.next().unwrap(), 0);
		assert_noop!(other, Error::<Test>::UnknownToken);
		assert_noop!(Bonding::claim(RuntimeOrigin::none(), TOKEN, 0), DispatchError::BadOrigin);
		assert_eq!(Bonding::claimable_of(TOKEN.next().unwrap(), 0), None);
	});
}

/// Who has no account yet gets everything later.
#[test]
fn waits_for_the_account_of_its_beneficiary() {
	ExtBuilder.build_and_execute(|| {
		let claim =
			|beneficiary| LockedClaim { beneficiary, kind: ClaimKind::Stakeholder, amount: 5 * WHOLE };
		let claims: Claims<AccountId> = vec![claim(NOBODY), claim(POOR)].try_into().unwrap();
		let terms = Terms { graduation: 5_000 * ENGR, emission: 2 * WHOLE, ..TERMS };
		let creator = RuntimeOrigin::signed(CREATOR);
		assert_ok!(Bonding::launch(creator, MODEL, label("digits"), symbol("DIG"), LINEAR, terms, claims));
		mature();
		assert_ok!(graduate());
		next_epoch();
		assert_noop!(claim_of(0), TokenError::CannotCreate);
		assert_ok!(claim_of(1));
		next_epoch();
		assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(BOB), NOBODY, ED));
		assert_ok!(claim_of(0));
		assert_eq!((tokens(&NOBODY), tokens(&POOR)), (4 * WHOLE, 2 * WHOLE));
	});
}

/// A launch whose claims would stay locked for ever is refused.
#[test]
fn a_launch_releases_its_claims() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(launch(LINEAR, Terms { emission: 0, ..TERMS }), Error::<Test>::ClaimsOutOfBounds);
		let terms = Terms { emission: 0, ..TERMS };
		let creator = RuntimeOrigin::signed(CREATOR);
		let none = Claims::<AccountId>::new();
		assert_ok!(Bonding::launch(creator, MODEL, label("digits"), symbol("DIG"), LINEAR, terms, none));
	});
}
