# Sourced by weights.sh and trades.sh: builds the runtime with its benchmarks and the program that runs them, and sets
# `bencher` and `runtime`.
source scripts/env.sh
# Other features than everything else is built with, so a place of its own.
export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/weights"
# One runtime is enough here.
unset ENGRAM_NEXT_RUNTIME
bencher=$CARGO_TARGET_DIR/release/engram-bencher
runtime=$CARGO_TARGET_DIR/release/wbuild/engram-runtime/engram_runtime.compact.compressed.wasm

cargo build --release --locked -p engram-runtime --features runtime-benchmarks
# Its tree has a test runtime, which is not needed.
SKIP_WASM_BUILD=1 cargo build --release --locked --manifest-path tools/bencher/Cargo.toml
