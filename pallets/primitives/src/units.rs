//! Units of money, shares and time.

/// Integer base units of the native token.
pub type Balance = u128;

/// Decimals of the native token.
pub const TOKEN_DECIMALS: u8 = 12;

/// Symbol of the native token.
pub const TOKEN_SYMBOL: &str = "ENGR";

/// SS58 prefix of addresses. 42 is the generic Substrate prefix, kept until one is registered.
pub const SS58_PREFIX: u16 = 42;

/// One ENGR in base units.
pub const ENGR: Balance = 1_000_000_000_000;

/// One thousandth of an ENGR in base units.
pub const MILLI: Balance = 1_000_000_000;

/// One millionth of an ENGR in base units.
pub const MICRO: Balance = 1_000_000;

/// One whole in parts per million: the unit of shares, rates and reputation.
pub const PPM: u32 = 1_000_000;
