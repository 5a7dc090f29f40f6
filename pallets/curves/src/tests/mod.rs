//! Tests of this pallet.

mod activity;
mod adversaries;
mod buy;
mod close;
mod config;
mod cycles;
mod history;
mod launch;
mod refresh_metrics;
mod release;
mod sell;
mod settle;
mod spend;
mod storage;
mod try_state;
mod views;
