# Engram. `make demo` and `make test` need nothing but Debian 12, Rust and Node; they set up what is missing.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
ENV := source scripts/env.sh;

.PHONY: help setup build release demo test test-rust test-e2e suite-polkadot-js suite-subxt fuzz bench hooks weights trades economics curves lint fmt clean

help: ## What each target does
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 14

setup: ## Install Debian packages, the Wasm target and npm packages
	@bash scripts/setup.sh

# One selection of packages and targets for everything: Cargo unifies features over what is selected, and another
# selection would build most dependencies a second time.
build: setup ## Build everything, release profile, tests included
	@$(ENV) cargo build --release --workspace --all-targets --locked

# The runtime is built twice: the hash is that of what the first build's metadata says.
release: setup ## Build the binary that networks run, whose runtime knows the hash of its metadata, and sign over it as hardware wallets do
	@$(ENV) cargo build --release --workspace --all-targets --locked --features engram-runtime/metadata-hash; \
		install -D "$$ENGRAM_BIN" "$$CARGO_TARGET_DIR/networks/engram"; \
		ENGRAM_BIN="$$CARGO_TARGET_DIR/networks/engram" node tests/polkadot-js/hardware-wallet.mjs

demo: build ## Build, then run a local network through a whole training and inference job
	@$(ENV) node tests/polkadot-js/demo.mjs

test: test-rust test-e2e ## Every test

test-rust: build ## Unit, property and integration tests in Rust
	@$(ENV) cargo test --release --workspace --lib --bins --tests --locked

# Networks wait for blocks most of the time, so both suites run side by side.
test-e2e: build ## polkadot.js and subxt against networks of real nodes
	@$(MAKE) --no-print-directory --jobs=2 suite-polkadot-js suite-subxt

suite-polkadot-js:
	@$(ENV) npm test --prefix tests/polkadot-js 2>&1 | sed -u 's/^/polkadot.js: /'

suite-subxt:
	@$(ENV) cargo test --release --workspace --test e2e --locked -- --ignored --test-threads=4 --nocapture 2>&1 | \
		sed -u 's/^/subxt: /'

# Cargo names each crate as it comes to it, and each property as it ends. A property of a formula tries CASES inputs, a random
# run of operations on a pallet a fixed part of them. `make fuzz ONLY=curve::` is a million of curves alone;
# `make fuzz CASES=250000 ONLY=in_and_out` a million operations, and more, of traders on curves and baskets.
CASES ?= 1000000
fuzz: build ## Property tests with many cases (CASES, ONLY)
	@$(ENV) echo "$(CASES) cases per property; make test tries 1000"; \
		ENGRAM_FUZZ_CASES=$(CASES) cargo test --release --workspace --lib --locked --no-fail-fast -- $(ONLY)

bench: setup ## Criterion benchmarks
	@$(ENV) cargo bench --locked --workspace --bench step --bench curve

hooks: build ## Measure our hooks on ever fuller chains and draw docs/performance
	@$(ENV) "$$CARGO_TARGET_DIR/release/hooks"

weights: setup ## Measure what our pallets cost and write the runtime's weights (STEPS, REPEAT, PALLETS)
	@bash scripts/weights.sh

trades: setup ## Measure a trade on a curve beside a swap in a pool (REPEAT)
	@bash scripts/trades.sh

economics: build ## Simulate ten years of the monetary policy and draw docs/economics
	@$(ENV) "$$CARGO_TARGET_DIR/release/economics"

curves: build ## Draw the bonding curves and a random market on each of them into docs/curves
	@$(ENV) "$$CARGO_TARGET_DIR/release/curves"

lint: setup ## Formatting, clippy, documentation
	@cargo fmt --all --check
	@cargo fmt --manifest-path tools/bencher/Cargo.toml --check
	@$(ENV) cargo clippy --release --workspace --all-targets --locked -- -D warnings
	@$(ENV) SKIP_WASM_BUILD=1 cargo clippy --release --workspace --all-targets --locked \
		--features engram-runtime/runtime-benchmarks,engram-runtime/try-runtime -- -D warnings
	@$(ENV) RUSTDOCFLAGS='-D warnings' cargo doc --release --workspace --no-deps --locked

fmt: ## Format
	@cargo fmt --all

clean: ## Remove what was built
	@$(ENV) cargo clean
