//! Tests of this pallet.

mod authors;
mod config;
mod outputs;
mod try_state;
mod vrf;
