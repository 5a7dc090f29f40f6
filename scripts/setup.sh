#!/usr/bin/env bash
# Installs what building and running Engram needs on Debian 12, and says what it did. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "need root for: $*. Run as root, or install sudo."
	fi
}

# Debian packages: name, then a command or file that shows it is there.
install_packages() {
	local missing=() package probe
	while read -r package probe; do
		if [[ "$probe" == /* ]]; then [ -e "$probe" ] || missing+=("$package")
		else command -v "$probe" >/dev/null || missing+=("$package")
		fi
	done <<-'LIST'
		build-essential c++
		protobuf-compiler protoc
		ca-certificates /etc/ssl/certs/ca-certificates.crt
		mesa-vulkan-drivers /usr/share/vulkan/icd.d/lvp_icd.x86_64.json
		libvulkan1 /usr/lib/x86_64-linux-gnu/libvulkan.so.1
		procps pgrep
	LIST
	if [ "${#missing[@]}" -gt 0 ]; then
		say "installing Debian packages: ${missing[*]}"
		as_root apt-get update -qq
		as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
	else
		say "Debian packages are there"
	fi
}

# Whether the second version is the first one or a later one.
at_least() {
	printf '%s\n' "$1" "$2" | sort --check=quiet --version-sort
}

check_tools() {
	[ "$(uname -m)" = x86_64 ] || die "only x86-64 machines can build this so far, this is $(uname -m)"
	command -v cargo >/dev/null || die "cargo not found. Install Rust 1.88 or newer: https://rustup.rs"
	command -v node >/dev/null || die "node not found. Install Node.js 20.19 or newer: https://nodejs.org"
	command -v npm >/dev/null || die "npm not found. It comes with Node.js: https://nodejs.org"
	cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt >/dev/null || die "rustfmt not found. Run: rustup component add rustfmt"
	cargo clippy --version >/dev/null 2>&1 || rustup component add clippy >/dev/null || die "clippy not found. Run: rustup component add clippy"
	at_least 1.88 "$(rustc --version | cut -d' ' -f2)" || die "Rust 1.88 or newer is needed, this is $(rustc --version). Run: rustup update"
	at_least 20.19 "$(node -p process.versions.node)" || die "Node.js 20.19 or newer is needed, this is $(node --version)"
}

has_wasm_target() {
	rustc --print target-libdir --target wasm32v1-none 2>/dev/null | xargs -I{} sh -c 'ls {}/libcore-*.rlib' >/dev/null 2>&1
}

# The Wasm target of the runtime: from the toolchain server, or built from Debian's sources of the standard library.
install_wasm_target() {
	if has_wasm_target; then
		say "Wasm target is there (rustup)"
		return
	fi
	if [ -e /usr/lib/rustlib/wasm32v1-none/lib ] && rustup toolchain list 2>/dev/null | grep -q '^wasm-runtime'; then
		say "Wasm target is there (Debian's sources, toolchain wasm-runtime)"
		return
	fi
	if command -v rustup >/dev/null && rustup target add wasm32v1-none >/dev/null 2>&1 && has_wasm_target; then
		say "added the Wasm target with rustup"
		return
	fi
	say "no toolchain server: building the Wasm target from Debian's rust-web-src"
	command -v rustup >/dev/null || die "rustup is needed to link the toolchain. Install it from https://rustup.rs"
	as_root apt-get update -qq
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq rustc-web cargo-web rust-web-src >/dev/null
	local scratch linker
	scratch=$(mktemp -d)
	mkdir -p "$scratch/src"
	printf '#![no_std]\n' >"$scratch/src/lib.rs"
	printf '[package]\nname = "target-libraries"\nversion = "0.0.0"\nedition = "2021"\n[profile.release]\npanic = "abort"\n[workspace]\n' >"$scratch/Cargo.toml"
	(cd "$scratch" && env -u CARGO_TARGET_DIR RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes \
		/usr/bin/cargo build --quiet --release -Zbuild-std=core,alloc --target wasm32v1-none)
	as_root mkdir -p /usr/lib/rustlib/wasm32v1-none/lib /usr/lib/rustlib/x86_64-unknown-linux-gnu/bin
	for library in core alloc compiler_builtins; do
		as_root cp "$scratch"/target/wasm32v1-none/release/deps/lib"$library"-*.rlib /usr/lib/rustlib/wasm32v1-none/lib/
	done
	linker=$(rustc --print sysroot)/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld
	[ -e "$linker" ] || die "rust-lld not found at $linker: reinstall the Rust toolchain with rustup"
	as_root ln -sf "$linker" /usr/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld
	rustup toolchain link wasm-runtime /usr
	rm -rf "$scratch"
	say "built the Wasm target; the runtime is compiled with the toolchain wasm-runtime"
}

install_node_modules() {
	local lock=tests/polkadot-js/package-lock.json stamp=tests/polkadot-js/node_modules/.package-lock.json
	if [ -e "$stamp" ] && [ "$stamp" -nt "$lock" ]; then
		say "npm packages are there"
	else
		say "installing npm packages (npm ci)"
		npm ci --prefix tests/polkadot-js --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	fi
}

check_tools
install_packages
install_wasm_target
install_node_modules
say "done"
