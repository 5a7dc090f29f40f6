//! Tests of the whole runtime.

mod agents;
mod baskets;
mod checking;
mod common;
mod equivocations;
mod genesis;
mod governed;
mod graduation;
mod identities;
mod invariants;
mod locked;
mod owners;
mod pools;
mod premiums;
mod probes;
mod random;
mod reviews;
mod rollbacks;
mod safe_mode;
mod slashes;
mod tokens;
mod unclaimed;
mod undone;
mod volume;
mod weights;
mod zero;
