#!/usr/bin/env bash
# Clippy and rustdoc. Warnings are errors with the Rust release that the code was last checked with. A newer one has
# unknown lints, an older one lacks some that the code names: with those, warnings are only shown.
. "$(dirname "$0")/lib.sh"

checked=1.95

release=$(rustc --version | sed 's/^rustc \([0-9]*\.[0-9]*\).*/\1/')
strict=()
if [ "$release" = "$checked" ]; then
  strict=(-D warnings)
  export RUSTDOCFLAGS="-D warnings"
else
  skip "warnings as errors: this is Rust $release, and the lints were last checked with $checked (scripts/lints.sh)"
fi
cargo clippy --workspace --all-targets -- "${strict[@]}"
cargo doc --quiet --workspace --no-deps
