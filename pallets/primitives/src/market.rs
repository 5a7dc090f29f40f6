//! How pallets trade model tokens, wherever these trade.

use crate::{ModelId, TokenId, VersionId};
use sp_runtime::DispatchError;

/// Where model tokens trade against the native token: on their curves, and in their pools once they have graduated.
/// Amounts of tokens and of money are base units.
pub trait TokenMarket<AccountId> {
	/// What a token costs, in coins per token and units of `10^-18`, rounded down. `None` while it trades nowhere.
	fn token_price(token: TokenId) -> Option<u128>;
	/// What a buyer pays for a token before fees, in the same units and rounded up: its price, and what is charged above it for
	/// the success of its model. Never less than [`Self::token_price`], and `None` exactly where that is.
	fn asking_price(token: TokenId) -> Option<u128>;
	/// The most that an order of a token may cost below its value at the asking price, or the price, before it, in parts per million
	/// and its fee included, so that nobody gains by trading before and after it, nor around several. At most a million, and zero
	/// while the token trades nowhere.
	fn safe_slippage(token: TokenId) -> u32;
	/// Buys what at most `pay` covers, at least `least` tokens. Returns what was paid and what was bought.
	fn spend_on_tokens(
		who: &AccountId,
		token: TokenId,
		pay: u128,
		least: u128,
	) -> Result<(u128, u128), DispatchError>;
	/// Sells exactly `amount` tokens for at least `least`. Returns what was paid for them.
	fn sell_tokens(who: &AccountId, token: TokenId, amount: u128, least: u128)
		-> Result<u128, DispatchError>;
}

/// The pools in which tokens that have graduated trade against the native token. Implemented in the runtime over its pools,
/// used by `curves`. Amounts of tokens and of money are base units.
pub trait TokenPools<AccountId> {
	/// Whose balances are the reserves of a token's pool, whether there is one yet or not.
	fn pool_account(token: TokenId) -> AccountId;
	/// The most money that [`Self::seed`] takes of `who` beside what it puts into the pool: a fee, and deposits that stay on
	/// reserve with `who`.
	fn seed_cost() -> u128;
	/// Creates the pool of a token, if there is none, and puts `money` and `tokens` of `who` into it, who must have one base
	/// unit of the tokens more. Returns how many shares of the pool `who` got.
	fn seed(who: &AccountId, token: TokenId, money: u128, tokens: u128) -> Result<u128, DispatchError>;
	/// The shares of a token's pool that `who` has.
	fn shares_of(who: &AccountId, token: TokenId) -> u128;
	/// What a pool has of money and of tokens, both above zero. `None` where nothing trades.
	fn reserves(token: TokenId) -> Option<(u128, u128)>;
	/// What a pool keeps of each trade, in parts per million.
	fn fee(token: TokenId) -> u32;
	/// Buys for exactly `pay`, at least `least` tokens. Returns what was bought.
	fn buy(who: &AccountId, token: TokenId, pay: u128, least: u128) -> Result<u128, DispatchError>;
	/// Sells exactly `amount` tokens for at least `least`. Returns what was paid for them.
	fn sell(who: &AccountId, token: TokenId, amount: u128, least: u128) -> Result<u128, DispatchError>;
}

/// How a model moves on beside its versions. Implemented by `models`, used by `curves`.
pub trait ModelLifecycle {
	/// The model's token trades in a pool from now on.
	fn deployed(model: ModelId);
}

/// Told of models that are removed, and of those that go back to an older version. Implemented by `curves`, used by `models`.
pub trait RemovedModels {
	/// The model is gone, and its id is never used again.
	fn removed(model: ModelId);
	/// Every version of the model that is newer than `version`, which serves from now on, is rolled back.
	fn rolled_back(model: ModelId, version: VersionId);
}

impl RemovedModels for () {
	fn removed(_: ModelId) {}
	fn rolled_back(_: ModelId, _: VersionId) {}
}
