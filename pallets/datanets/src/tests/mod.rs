//! One file per call, then the readers, the invariants, and their negative controls.

mod accept_contribution;
mod contribute;
mod create;
mod invariants;
mod offer_contribution;
mod remove_datanet;
mod try_state;
mod update_source;
mod views;
