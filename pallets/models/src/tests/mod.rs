//! One file per call and per step of a job, then the readers, the invariants, and their negative controls.

mod deployed;
mod enact_rollback;
mod flash;
mod invariants;
mod record_version;
mod register;
mod remove;
mod request_rollback;
mod reserve_version;
mod retire;
mod set_rates;
mod stand;
mod take_seat;
mod try_state;
mod veto_rollback;
mod views;
mod withdraw;
