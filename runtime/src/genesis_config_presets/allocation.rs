//! The supply of the presets that follow a paper's table, and how each row is released. `docs/genesis.md` says where the
//! numbers come from.
//!
//! The accounts are placeholders without a key: they derive from the ids below, and only root can spend from them, by
//! `utility.dispatch_as`. A real launch replaces them in an exported spec.

use super::{Funds, STAKE};
use crate::{
	configs::{pots, EXISTENTIAL_DEPOSIT},
	AccountId, Balance, BlockNumber,
};
use alloc::{collections::BTreeSet, vec::Vec};
use engram_math::{
	allocation::{amounts, Share, Vesting, NEURONET, OPENLEDGER},
	fee::share_floor,
};
use engram_primitives::units::ENGR;
use frame_support::PalletId;
use sp_runtime::traits::AccountIdConversion;

/// Everything that exists at genesis: rows, stakes of the validators, and deposits of the pots.
pub const SUPPLY: Balance = 1_000_000_000 * ENGR;

/// What a validator gets beside its stake, so that it can pay fees.
pub const POCKET: Balance = 1_000 * ENGR;

/// A year of 365 days in blocks of six seconds, the slow clock's.
pub const YEAR: u64 = 365 * 24 * 60 * 10;

/// All of it from the start.
const FREE: Vesting = Vesting { liquid: 0, cliff: 0, length: 0 };
/// Nothing for a year, then linearly over three.
const LOCKED: Vesting = Vesting { liquid: 0, cliff: YEAR, length: 3 * YEAR };
/// Linearly over four years.
const STREAM: Vesting = Vesting { liquid: 0, cliff: 0, length: 4 * YEAR };

/// A row of a table, with whom it is given to and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
	/// Who it is for, in the words of the paper.
	pub name: &'static str,
	/// The placeholder that holds it.
	pub account: AccountId,
	/// Its part of the supply. The row of the ecosystem gives what validators and pots start with out of it.
	pub amount: Balance,
	/// How it is released, in blocks.
	pub vesting: Vesting,
	/// Whether it is the row that validators and pots start from.
	pub endows: bool,
}

/// A table with the ids and releases of its rows. That there is one for each row, the compiler checks; that the shares sum
/// to 100 %, `engram-math` does when it is compiled.
struct Table<const ROWS: usize> {
	shares: [Share; ROWS],
	grants: [([u8; 8], Vesting); ROWS],
	/// The row that validators and pots start from. It has to be free.
	endowing: usize,
}

const NEURONET_TABLE: Table<{ NEURONET.len() }> = Table {
	shares: NEURONET,
	grants: [
		(*b"engrnstk", STREAM),
		(*b"engrngpu", STREAM),
		(*b"engrnpub", FREE),
		(*b"engrntea", LOCKED),
		(*b"engrneco", FREE),
		(*b"engrnres", LOCKED),
	],
	endowing: 4,
};

const OPENLEDGER_TABLE: Table<{ OPENLEDGER.len() }> = Table {
	shares: OPENLEDGER,
	grants: [
		(*b"engrocom", STREAM),
		(*b"engroinv", LOCKED),
		(*b"engrotea", LOCKED),
		(*b"engroliq", FREE),
		(*b"engroeco", FREE),
	],
	endowing: 4,
};

impl<const ROWS: usize> Table<ROWS> {
	/// `None` only if the supply could not be divided, which the tests of both tables exclude.
	fn rows(&self) -> Option<Vec<Row>> {
		let amounts = amounts(SUPPLY, &self.shares).ok()?;
		let rows = self.shares.iter().zip(self.grants).zip(amounts).enumerate();
		Some(
			rows.map(|(index, ((share, (id, vesting)), amount))| Row {
				name: share.name,
				account: PalletId(id).into_account_truncating(),
				amount,
				vesting,
				endows: index == self.endowing,
			})
			.collect(),
		)
	}
}

/// The rows of paper N.
pub fn neuronet() -> Option<Vec<Row>> {
	NEURONET_TABLE.rows()
}

/// The rows of paper O.
pub fn openledger() -> Option<Vec<Row>> {
	OPENLEDGER_TABLE.rows()
}

/// Balances that sum to the supply with the deposits of the pots, which `genesis` adds, and the schedules.
///
/// `None` if the rows do not sum to the supply, two of them share an account, or what validators and pots start with is not in
/// exactly one of them: no spec is built of such a table.
pub(super) fn funds(rows: Vec<Row>, validators: &[AccountId]) -> Option<Funds> {
	let each = STAKE.checked_add(POCKET)?;
	let stakes = each.checked_mul(u128::try_from(validators.len()).ok()?)?;
	let deposits = EXISTENTIAL_DEPOSIT.checked_mul(u128::try_from(pots().len()).ok()?)?;
	let given = stakes.checked_add(deposits)?;

	let mut balances: Vec<(AccountId, Balance)> =
		validators.iter().map(|validator| (validator.clone(), each)).collect();
	let mut vesting = Vec::new();
	for row in rows {
		let balance = if row.endows { row.amount.checked_sub(given)? } else { row.amount };
		balances.push((row.account.clone(), balance));
		if row.vesting != FREE {
			vesting.push((
				row.account,
				BlockNumber::try_from(row.vesting.cliff).ok()?,
				BlockNumber::try_from(row.vesting.length).ok()?,
				share_floor(balance, row.vesting.liquid).ok()?,
			));
		}
	}
	let owners: BTreeSet<&AccountId> = balances.iter().map(|(account, _)| account).collect();
	let sum = balances.iter().try_fold(deposits, |sum, (_, balance)| sum.checked_add(*balance))?;
	(owners.len() == balances.len() && sum == SUPPLY).then_some(Funds { balances, vesting })
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn nothing_is_built_of_a_wrong_table() {
		let built = |spoil: fn(&mut Vec<Row>)| {
			let mut rows = neuronet().unwrap();
			spoil(&mut rows);
			funds(rows, &[[1; 32].into()]).is_some()
		};
		assert!(built(|_| ()));
		assert!(!built(|rows| rows[0].amount += 1), "a base unit more than the supply");
		assert!(!built(|rows| rows[5].amount -= 1), "a base unit less");
		assert!(!built(|rows| rows[0].amount = u128::MAX), "the sum overflows");
		assert!(!built(|rows| rows.truncate(5)), "a row is missing");
		assert!(!built(|rows| rows[1].account = rows[0].account.clone()), "two rows share an account");
		assert!(!built(|rows| rows[1].account = [1; 32].into()), "a row is a validator's");
		assert!(!built(|rows| rows[4].endows = false), "validators are given what nobody gives");
		assert!(!built(|rows| rows[5].endows = true), "it is given twice");
	}
}
