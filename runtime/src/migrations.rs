//! Storage migrations, run once on the upgrade that needs them. None yet.

/// Migrations that run in one block.
pub type SingleBlock = ();
/// Migrations that run over several blocks.
pub type MultiBlock = ();
