//! Tests of this pallet.

mod activity;
mod adversaries;
mod buy;
mod claim;
mod close;
mod config;
mod graduate;
mod graduations;
mod history;
mod invariants;
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
