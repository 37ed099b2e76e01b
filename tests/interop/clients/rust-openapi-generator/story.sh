#!/usr/bin/env bash
# Compiles everything that was generated, and tells the stories.
set -euo pipefail

cp -r Cargo.toml Cargo.lock src "$OUT/crate"
cd "$OUT/crate"
export CARGO_TARGET_DIR=$OUT/target
cargo build --quiet --locked --workspace
cargo run --quiet --locked
