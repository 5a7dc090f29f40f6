//! Tests of the whole runtime.

mod agents;
mod common;
mod equivocations;
mod genesis;
mod owners;
mod probes;
mod random;
mod reviews;
mod slashes;
mod tokens;
mod unclaimed;
mod weights;
mod zero;
