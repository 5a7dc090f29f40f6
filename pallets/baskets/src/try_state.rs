//! What is always true.
//!
//! 1. INV-BASKETS-1: the issuance of every basket's shares and those of fees that nobody has yet sum to its shares.
//! 2. INV-BASKETS-2: the account of every basket has what its books say of each token, and its endowment and what they say of
//!    coins. Tests check that there is nothing more but gifts.
//! 3. INV-BASKETS-3: the claims on an asset of a basket are above zero and sum to what its book owes; no other asset has any.
//! 4. INV-BASKETS-4: what an account has on hold for deposits is the sum of those of its baskets, and what it has for claims the sum
//!    of those of its claims.
//! 5. INV-BASKETS-5: a basket holds something exactly while it has shares; one that closes has neither shares nor claims.
//! 6. INV-BASKETS-6: a basket has at least two different tokens, each with something per share, and its targets are a whole.
//! 7. INV-BASKETS-7: ids are below the next one and not below the first; no rebalancing, note or change of
//!    targets is from the future; each token has noted prices exactly while there is a note, and an asking one
//!    only where it had a price.

use crate::{pallet::*, types::*, BasketRecordOf};
use alloc::collections::{BTreeMap, BTreeSet};
use engram_primitives::{
	units::{Balance, PPM},
	TokenId, FIRST_BASKET_TOKEN,
};
use frame_support::{
	ensure,
	traits::{
		fungible::{hold::Inspect as _, Inspect as _},
		fungibles::Inspect as _,
	},
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		for (basket, record) in Baskets::<T>::iter() {
			Self::try_state_shares(basket, &record)?;
			Self::try_state_account(basket, &record)?;
			Self::try_state_terms(&record)?;
			Self::try_state_time(basket, &record)?;
		}
		Self::try_state_claims()?;
		Self::try_state_holds()
	}

	fn try_state_shares(basket: TokenId, record: &BasketRecordOf<T>) -> Result<(), TryRuntimeError> {
		ensure!(
			record.issued() == Some(T::Tokens::total_issuance(basket.0)),
			"INV-BASKETS-1: the shares are not those that were minted and not redeemed"
		);
		let holds = record.books().any(|(_, book)| book.held > 0);
		let owes = record.books().any(|(_, book)| book.owed > 0);
		ensure!(
			holds == (record.shares > 0),
			"INV-BASKETS-5: a basket without shares holds something, or one with shares nothing"
		);
		ensure!(
			record.state == BasketState::Open || !(holds || owes),
			"INV-BASKETS-5: a basket that closes has something left"
		);
		Ok(())
	}

	fn try_state_account(basket: TokenId, record: &BasketRecordOf<T>) -> Result<(), TryRuntimeError> {
		let pot = Self::pot_of(basket);
		for (asset, book) in record.books() {
			let has = match asset {
				Some(token) => book.sum().is_some_and(|sum| sum <= T::Tokens::balance(token.0, &pot)),
				None => {
					let whole = book.sum().and_then(|sum| sum.checked_add(record.endowment));
					whole.is_some_and(|whole| whole <= T::Currency::total_balance(&pot))
						&& book.sum().is_some_and(|sum| sum <= Self::liquid(&pot))
				},
			};
			ensure!(has, "INV-BASKETS-2: the account of a basket has less than its books say");
		}
		Ok(())
	}

	fn try_state_terms(record: &BasketRecordOf<T>) -> Result<(), TryRuntimeError> {
		let tokens: BTreeSet<TokenId> = record.constituents.iter().map(|one| one.token).collect();
		let count = u32::try_from(record.constituents.len()).unwrap_or(u32::MAX);
		ensure!(
			u32::try_from(tokens.len()) == Ok(count)
				&& count >= MIN_CONSTITUENTS
				&& record.constituents.iter().all(|one| one.per_share > 0),
			"INV-BASKETS-6: a basket has a token twice, without a part of a share, or too few"
		);
		let targets = record.constituents.iter().try_fold(0u32, |sum, one| sum.checked_add(one.target));
		ensure!(targets == Some(PPM), "INV-BASKETS-6: the targets of a basket are not a whole");
		Ok(())
	}

	fn try_state_time(basket: TokenId, record: &BasketRecordOf<T>) -> Result<(), TryRuntimeError> {
		ensure!(
			(FIRST_BASKET_TOKEN..NextBasket::<T>::get()).contains(&basket),
			"INV-BASKETS-7: an id is out of range"
		);
		let times = [record.rebalanced, record.noted, record.targets_at];
		ensure!(
			times.into_iter().flatten().all(|time| time <= Self::now()),
			"INV-BASKETS-7: a rebalancing, a note or a change of targets is from the future"
		);
		ensure!(
			record.constituents.iter().all(|one| one.noted.is_some() == record.noted.is_some()),
			"INV-BASKETS-7: there are prices that nobody noted, or a note without prices"
		);
		ensure!(
			record
				.constituents
				.iter()
				.filter_map(|one| one.noted)
				.all(|noted| noted.asking == 0 || noted.high > 0),
			"INV-BASKETS-7: what never had a price has an asking price"
		);
		Ok(())
	}

	fn try_state_claims() -> Result<(), TryRuntimeError> {
		let mut sums: BTreeMap<(TokenId, Asset), Balance> = BTreeMap::new();
		for ((basket, _, asset), ClaimRecord { amount, .. }) in Claims::<T>::iter() {
			ensure!(amount > 0, "INV-BASKETS-3: a claim is of nothing");
			let sum = sums.entry((basket, asset)).or_default();
			*sum = sum.saturating_add(amount);
		}
		for (basket, record) in Baskets::<T>::iter() {
			for (asset, book) in record.books() {
				ensure!(
					sums.remove(&(basket, asset)).unwrap_or_default() == book.owed,
					"INV-BASKETS-3: the claims on an asset are not what its book owes"
				);
			}
		}
		ensure!(sums.is_empty(), "INV-BASKETS-3: there are claims on what no basket has");
		Ok(())
	}

	fn try_state_holds() -> Result<(), TryRuntimeError> {
		let mut sums: BTreeMap<T::AccountId, (Balance, Balance)> = BTreeMap::new();
		for record in Baskets::<T>::iter_values() {
			let (baskets, _) = sums.entry(record.creator.clone()).or_default();
			*baskets = baskets.saturating_add(record.deposit);
		}
		for ((_, who, _), claim) in Claims::<T>::iter().filter(|(_, claim)| claim.deposit > 0) {
			let (_, claims) = sums.entry(who).or_default();
			*claims = claims.saturating_add(claim.deposit);
		}
		for who in frame_system::Account::<T>::iter_keys() {
			let (baskets, claims) = sums.remove(&who).unwrap_or_default();
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::BasketDeposit.into(), &who) == baskets,
				"INV-BASKETS-4: a hold is not the sum of an account's deposits"
			);
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::ClaimDeposit.into(), &who) == claims,
				"INV-BASKETS-4: a hold is not the sum of the deposits of an account's claims"
			);
		}
		ensure!(sums.is_empty(), "INV-BASKETS-4: who has a deposit has no account");
		Ok(())
	}
}
