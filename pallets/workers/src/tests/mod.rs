//! Tests of this pallet.

mod bond_extra;
mod config;
mod draw;
mod force_remove;
mod invariants;
mod leave;
mod register;
mod reputation;
mod rotate_key;
mod set_available;
mod slash;
mod slots;
mod try_state;
mod update;
mod views;
mod withdraw;
