//! Tests of this pallet.

mod adversaries;
/// The number of cases that property tests of all crates try.
#[allow(unreachable_pub, reason = "elsewhere it is a crate of its own")]
#[path = "../../../../tools/cases/src/lib.rs"]
mod cases;
mod close;
mod config;
mod create;
mod cycles;
mod govern;
mod mint;
mod rebalance;
mod redeem;
mod settle;
mod try_state;
mod views;
