//! Builds the Wasm runtime that the native crate embeds; `SKIP_WASM_BUILD=1` leaves it out. With `ENGRAM_NEXT_RUNTIME` set it
//! builds the same runtime with the next `spec_version` too, beside the other, for rehearsing an upgrade.

#[cfg(feature = "std")]
fn main() {
	use substrate_wasm_builder::WasmBuilder;

	println!("cargo:rerun-if-env-changed=ENGRAM_NEXT_RUNTIME");
	if std::env::var_os("ENGRAM_NEXT_RUNTIME").is_some() {
		WasmBuilder::init_with_defaults()
			.enable_feature("next-spec")
			.set_file_name("engram_next_runtime")
			.build();
	}
	let builder = WasmBuilder::init_with_defaults();
	#[cfg(feature = "metadata-hash")]
	let builder = builder.enable_metadata_hash("ENGR", 12);
	builder.build();
}

#[cfg(not(feature = "std"))]
fn main() {}
