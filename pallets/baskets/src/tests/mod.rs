//! Tests of this pallet.

mod adversaries;
mod close;
mod config;
mod create;
mod govern;
mod invariants;
mod mint;
mod rebalance;
mod redeem;
mod settle;
mod try_state;
mod views;
