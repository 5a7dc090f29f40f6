//! How pallets trade model tokens, wherever these trade.

use crate::TokenId;
use sp_runtime::DispatchError;

/// Where model tokens trade against the native token: on their curves, and in their pools once they have graduated.
/// Amounts of tokens and of money are base units.
pub trait TokenMarket<AccountId> {
	/// What a token costs, in coins per token and units of `10^-18`, rounded down. `None` while it trades nowhere.
	fn token_price(token: TokenId) -> Option<u128>;
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
