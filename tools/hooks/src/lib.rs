//! How long the hooks of our pallets take as the chain fills: [`population`] fills chains up to a bound, [`measure`] runs the
//! hooks on them, [`report`] draws what came out.
//!
//! Times are of the native runtime on a state in memory: they show whether a hook grows with what the chain holds, not what it
//! costs in a block. The weights are measured for that, by `make weights`.

#![deny(missing_docs)]

pub mod measure;
pub mod population;
pub mod report;
