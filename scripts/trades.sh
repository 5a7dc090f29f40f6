#!/usr/bin/env bash
# Measures trades on a bonding curve beside a swap in a pool, in one run, and fails where a trade takes more than it may: one and
# a half times a swap, which is 120 microseconds where a swap takes 80, five reads, five writes. The machine should be idle, and
# of the kind that validators have.
#
# Curves are sigmoid, the dearest type, with a full history and every metric. The swap is that of pallet-asset-conversion
# through one pool. Times are medians of REPEAT (1,000) runs in Wasm, without what the database takes.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/bencher.sh

repeat=${REPEAT:-1000}
results=$(mktemp)
trap 'rm -f "$results"' EXIT
# A path of two assets is one pool.
"$bencher" --runtime "$runtime" --pallets pallet_curves pallet_asset_conversion \
	--extrinsic buy,spend,sell,swap_exact_tokens_for_tokens --low 2 --high 2 \
	--steps 2 --repeat "$repeat" --min-duration 0 --disable-proof-recording --quiet --json-file "$results"
node scripts/trades.mjs "$results"
