# Engram. `make demo` and `make test` need nothing but Debian 12, Rust and Node; they set up what is missing.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
ENV := source scripts/env.sh;

.PHONY: help setup build demo test test-rust test-e2e bench weights lint fmt clean

help: ## What each target does
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: ## Install Debian packages, the Wasm target and npm packages
	@bash scripts/setup.sh

build: setup ## Build everything, release profile, tests included
	@$(ENV) cargo test --release --workspace --no-run --locked

demo: setup ## Build, then run a local network through a whole training and inference job
	@$(ENV) cargo build --release --locked -p engram-node -p engram-e2e --bins
	@$(ENV) node tests/polkadot-js/demo.mjs

test: test-rust test-e2e ## Every test

test-rust: build ## Unit, property and integration tests in Rust
	@$(ENV) cargo test --release --workspace --locked

test-e2e: build ## polkadot.js against the real node
	@$(ENV) cargo build --release --locked -p engram-node -p engram-e2e --bins
	@$(ENV) npm test --prefix tests/polkadot-js

bench: setup ## Criterion benchmarks
	@$(ENV) cargo bench --locked -p engram-engine

weights: setup ## Regenerate runtime/src/weights from the benchmarks
	@$(ENV) bash scripts/weights.sh

lint: setup ## Formatting and clippy
	@$(ENV) cargo fmt --all --check
	@$(ENV) cargo clippy --release --workspace --all-targets --locked -- -D warnings

fmt: ## Format
	@cargo fmt --all

clean: ## Remove what was built
	@$(ENV) cargo clean
