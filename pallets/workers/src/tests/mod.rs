//! Tests of this pallet.

mod bond_extra;
mod capacity;
mod config;
mod displaced;
mod distrusted;
mod draw;
mod epochs;
mod force_remove;
mod invariants;
mod lateness;
mod leave;
mod register;
mod reputation;
mod rotate_key;
mod set_available;
mod slash;
mod slots;
mod try_state;
mod unbond;
mod update;
mod views;
mod withdraw;
