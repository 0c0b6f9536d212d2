#!/usr/bin/env bash
# Dependencies that are declared and not used, when cargo-machete is there: building it takes minutes.
. "$(dirname "$0")/lib.sh"

if have cargo-machete; then
  cargo machete
else
  skip "unused dependencies: cargo-machete is not installed (cargo install cargo-machete --locked)"
fi
