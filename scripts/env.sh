# Sourced by the Makefile's steps: where things are built, and how the Wasm runtime is compiled.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/engram-target}"
export WASM_BUILD_WORKSPACE_HINT="$root"
# Set up without a toolchain server: see install_wasm_target in setup.sh.
if ! ls "$(rustc --print target-libdir --target wasm32v1-none 2>/dev/null)"/libcore-*.rlib >/dev/null 2>&1 &&
	rustup toolchain list 2>/dev/null | grep -q '^wasm-runtime'; then
	export WASM_BUILD_TOOLCHAIN=wasm-runtime
fi
# Silences Mesa's software Vulkan, which wants a place for its runtime files.
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-${TMPDIR:-/tmp}}"
# Installed by setup.sh: the tests that compare a GPU with the CPU must find it.
if compgen -G '/usr/share/vulkan/icd.d/lvp_icd.*.json' >/dev/null; then
	export ENGRAM_REQUIRE_VULKAN=1
fi
export ENGRAM_BIN="$CARGO_TARGET_DIR/release/engram"
export ENGRAM_DISHONEST_WORKER="$CARGO_TARGET_DIR/release/dishonest-worker"
# The same runtime with the next spec_version: the build writes it, the suites upgrade to it.
export ENGRAM_NEXT_RUNTIME="$CARGO_TARGET_DIR/release/wbuild/engram-runtime/engram_next_runtime.compact.compressed.wasm"
