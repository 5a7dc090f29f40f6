//! Tests of this pallet.

mod adversaries;
mod buy_inference;
mod close;
mod config;
mod golden;
mod invariants;
mod open;
mod take_gifts;
mod try_state;
mod updates;
mod views;
