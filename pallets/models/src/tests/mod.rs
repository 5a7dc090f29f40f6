//! One file per call and per step of a job, then the readers, the invariants, and their negative controls.

mod deployed;
mod invariants;
mod record_version;
mod register;
mod remove;
mod reserve_version;
mod retire;
mod set_rates;
mod try_state;
mod views;
