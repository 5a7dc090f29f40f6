//! Tests of this pallet.

mod activity;
mod adversaries;
mod buy;
/// The number of cases that property tests of all crates try.
#[allow(unreachable_pub, reason = "elsewhere it is a crate of its own")]
#[path = "../../../../tools/cases/src/lib.rs"]
mod cases;
mod claim;
mod close;
mod config;
mod cycles;
mod graduate;
mod graduations;
mod history;
mod launch;
mod market;
mod refresh_metrics;
mod release;
mod sell;
mod settle;
mod snipers;
mod spend;
mod storage;
mod try_state;
mod views;
