#!/usr/bin/env bash
# Finds unused dependencies if cargo-machete is installed: building it takes minutes.
. "$(dirname "$0")/lib.sh"

if have cargo-machete; then
  cargo machete
else
  skip "unused dependencies: cargo-machete is not installed (cargo install cargo-machete --locked)"
fi
