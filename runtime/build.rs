//! Builds the Wasm runtime that the native crate embeds. `SKIP_WASM_BUILD=1` leaves it out.

fn main() {
	#[cfg(feature = "metadata-hash")]
	substrate_wasm_builder::WasmBuilder::init_with_defaults().enable_metadata_hash("ENGR", 12).build();

	#[cfg(all(feature = "std", not(feature = "metadata-hash")))]
	substrate_wasm_builder::WasmBuilder::build_using_defaults();
}
