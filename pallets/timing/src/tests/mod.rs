//! Tests of this pallet.

mod adapters;
mod genesis;
mod try_state;
