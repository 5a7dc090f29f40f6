//! Epochs first, then policies at their bounds, the ledger, jobs, the stakers' pot, governance, genesis, readers, the invariants, and their negative
//! controls.

mod epochs;
mod extremes;
mod genesis;
mod invariants;
mod jobs;
mod ledger;
mod set_policy;
mod stakers;
mod try_state;
mod views;
