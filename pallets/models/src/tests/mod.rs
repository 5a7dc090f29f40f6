//! One file per call, then the readers, the invariants, and their negative controls.

mod invariants;
mod record_version;
mod register;
mod remove;
mod retire;
mod set_rates;
mod try_state;
mod views;
