#!/usr/bin/env bash
# Measures the calls and hooks of our pallets and writes runtime/src/weights. The machine should be idle, and of the kind that
# validators have.
#
# STEPS (50) values of each parameter are measured REPEAT (20) times each. With fewer than ten of either the run only shows that
# every benchmark works: it writes nothing.
#
# The runtime is built with the weights there are, so a new benchmark needs a line in runtime/src/weights first; any number does.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/env.sh
# Other features than everything else is built with, so a place of its own.
export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/weights"
# One runtime is enough here.
unset ENGRAM_NEXT_RUNTIME

steps=${STEPS:-50} repeat=${REPEAT:-20} least_seconds=4
trial=
if [ "$steps" -lt 10 ] || [ "$repeat" -lt 10 ]; then trial=yes least_seconds=0; fi
folder=runtime/src/weights
bencher=$CARGO_TARGET_DIR/release/engram-bencher
runtime=$CARGO_TARGET_DIR/release/wbuild/engram-runtime/engram_runtime.compact.compressed.wasm

cargo build --release --locked -p engram-runtime --features runtime-benchmarks
# Its tree has a test runtime, which is not needed.
SKIP_WASM_BUILD=1 cargo build --release --locked --manifest-path tools/bencher/Cargo.toml

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
pallets=$("$bencher" --runtime "$runtime" --list=pallets --no-csv-header | sort)
echo "//! What our pallets cost, written by \`make weights\`. The only place with such numbers." >"$scratch/mod.rs"
echo >>"$scratch/mod.rs"
for pallet in $pallets; do
	"$bencher" --runtime "$runtime" --pallet "$pallet" --extrinsic '*' \
		--steps "$steps" --repeat "$repeat" --min-duration "$least_seconds" --disable-proof-recording \
		--template scripts/weights-template.hbs --output "$scratch" --quiet \
		--no-storage-info --no-median-slopes --no-min-squares
	echo "pub mod $pallet;" >>"$scratch/mod.rs"
done
if [ -n "$trial" ]; then
	echo "weights: every benchmark works; too few measurements to keep"
	exit
fi
# Blocks carry no storage proofs here.
sed -i '/^\t\/\/ Proof: /d' "$scratch"/pallet_*.rs
# Configuration is looked up from where the file is.
cp rustfmt.toml "$scratch/"
rustfmt --edition 2021 "$scratch/mod.rs"
rm "$folder"/*.rs
cp "$scratch"/*.rs "$folder/"
echo "weights: wrote $folder for" $pallets "in $((SECONDS / 60)) minutes"
