//! Zero-sized handlers of imbalances, for the `Config` items of other pallets.

use crate::{pallet::*, types::*, weights::WeightInfo};
use core::marker::PhantomData;
use engram_primitives::economy::{BurnCause, Burns};
use frame_support::{
	dispatch::DispatchClass,
	traits::{
		fungible::{Credit, Debt},
		Get, Imbalance, OnUnbalanced,
	},
};

/// A credit of the native token.
pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;

/// A debt of the native token.
pub type DebtOf<T> = Debt<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;

macro_rules! causes {
	($( $(#[$doc:meta])* $name:ident: $cause:ident, $handler:ident; )*) => {$(
		$(#[$doc])*
		#[derive(Debug)]
		pub struct $name;

		impl Get<BurnCause> for $name {
			fn get() -> BurnCause {
				BurnCause::$cause
			}
		}

		$(#[$doc])*
		pub type $handler<T> = BurnCredit<T, $name>;
	)*};
}

causes! {
	/// The burned share of transaction fees.
	TransactionFeeCause: TransactionFee, BurnTransactionFee;
	/// The burned share of slashes.
	SlashCause: Slash, BurnSlash;
	/// What was left in reaped accounts, for `DustRemoval` of pallet-balances.
	DustCause: Dust, DustHandler;
}

/// Burns a credit and books it under cause `C`.
#[derive(Debug)]
pub struct BurnCredit<T, C>(PhantomData<(T, C)>);

impl<T: Config, C: Get<BurnCause>> OnUnbalanced<CreditOf<T>> for BurnCredit<T, C> {
	fn on_nonzero_unbalanced(credit: CreditOf<T>) {
		let amount = credit.peek();
		drop(credit);
		Pallet::<T>::burned(C::get(), amount);
	}
}

/// Settles what pallet-staking paid out from the stakers' pot, for its `Reward`. Issuance stays what it was.
#[derive(Debug)]
pub struct FromStakersPot<T>(PhantomData<T>);

impl<T: Config> OnUnbalanced<DebtOf<T>> for FromStakersPot<T> {
	fn on_nonzero_unbalanced(debt: DebtOf<T>) {
		// Staking's own weights know nothing of the pot.
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::WeightInfo::settle_payout(),
			DispatchClass::Normal,
		);
		let amount = debt.peek();
		match Pallet::<T>::withdraw_payout(amount) {
			// Equal amounts leave nothing on either side.
			Ok(credit) => drop(credit.offset(debt)),
			Err(error) => {
				// The stakers have their money already: dropping the debt raises the issuance by it.
				drop(debt);
				let kind = UnexpectedKind::PayoutNotCovered { amount, error };
				Pallet::<T>::deposit_event(Event::Unexpected { kind });
			},
		}
	}
}

/// What staking's governed maximum keeps from stakers, for its `RewardRemainder`. Staking issues it a second time; that
/// credit is dropped, and as much goes from the pot to the treasury.
#[derive(Debug)]
pub struct StakingRemainder<T>(PhantomData<T>);

impl<T: Config> OnUnbalanced<CreditOf<T>> for StakingRemainder<T> {
	fn on_nonzero_unbalanced(credit: CreditOf<T>) {
		let amount = credit.peek();
		drop(credit);
		Pallet::<T>::expire_remainder(amount);
	}
}
