//! How each pallet is configured, by theme.

mod baskets;
mod compute;
mod consensus;
mod conversion;
mod governance;
mod monetary;
mod staking;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
mod system;
mod tokens;

pub use compute::pots;
pub use consensus::BABE_GENESIS_EPOCH_CONFIG;
pub use governance::TreasuryAccount;
pub use monetary::{DealWithSlash, FeeShares, JobCut, MarketReference, EXISTENTIAL_DEPOSIT};
pub use system::{deposit, BlockWeights, ProxyType};
