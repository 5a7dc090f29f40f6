#!/usr/bin/env bash
# Measures the calls and hooks of our pallets and writes runtime/src/weights. The machine should be idle, and of the kind that
# validators have.
#
# STEPS (50) values of each parameter are measured REPEAT (20) times each. With fewer than ten of either, and three steps at least,
# the run only shows that every benchmark works: it writes nothing. PALLETS ("pallet_jobs pallet_workers") leaves the other files as
# they are.
#
# The runtime is built with the weights there are, so a new benchmark needs a line in runtime/src/weights first; any number does.
set -euo pipefail
cd "$(dirname "$0")/.."

steps=${STEPS:-50} repeat=${REPEAT:-20} least_seconds=4
trial=
if [ "$steps" -lt 10 ] || [ "$repeat" -lt 10 ]; then trial=yes least_seconds=0; fi
folder=runtime/src/weights
source scripts/bencher.sh

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Pools are only measured beside curves, by trades.sh: FRAME's pallets use the SDK's own weights.
all=$("$bencher" --runtime "$runtime" --list=pallets --no-csv-header | grep -vx pallet_asset_conversion | sort)
pallets=${PALLETS:-$all}
for pallet in $pallets; do
	if ! grep -qx "$pallet" <<<"$all"; then
		echo "weights: there is no $pallet with benchmarks, only" $all >&2
		exit 1
	fi
done
for pallet in $pallets; do
	echo "weights: measuring $pallet ($((SECONDS / 60)) minutes so far)"
	"$bencher" --runtime "$runtime" --pallet "$pallet" --extrinsic '*' \
		--steps "$steps" --repeat "$repeat" --min-duration "$least_seconds" --disable-proof-recording \
		--template scripts/weights-template.hbs --output "$scratch" --quiet \
		--no-storage-info --no-median-slopes --no-min-squares
	if [ -z "$trial" ]; then
		# Blocks carry no storage proofs here. What is measured is kept, even if a later pallet fails.
		sed -i '/^\t\/\/ Proof: /d' "$scratch/$pallet.rs"
		cp "$scratch/$pallet.rs" "$folder/"
	fi
done
if [ -n "$trial" ]; then
	echo "weights: every benchmark works; too few measurements to keep"
	exit
fi
for file in "$folder"/pallet_*.rs; do
	grep -qx "$(basename "$file" .rs)" <<<"$all" || rm "$file"
done
{
	echo "//! What our pallets cost, written by \`make weights\`. The only place with such numbers."
	echo
	printf 'pub mod %s;\n' $all
} >"$folder/mod.rs"
rustfmt --edition 2021 "$folder/mod.rs"
echo "weights: wrote" $pallets "in $folder in $((SECONDS / 60)) minutes"
