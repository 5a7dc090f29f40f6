//! Epochs first, then the ledger, jobs, the stakers' pot, governance, genesis, readers, the invariants, and their negative
//! controls.

mod epochs;
mod genesis;
mod invariants;
mod jobs;
mod ledger;
mod set_policy;
mod stakers;
mod try_state;
mod views;
