//! One file per call, then prices, reports, readers, the invariants, and their negative controls.

mod authorize;
mod claim;
mod expire;
mod invariants;
mod outbox;
mod pricing;
mod submit_receipt;
mod try_state;
mod views;
