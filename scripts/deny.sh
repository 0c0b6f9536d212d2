#!/usr/bin/env bash
# Licences and sources of the dependencies (deny.toml), when cargo-deny is there: building it takes minutes.
. "$(dirname "$0")/lib.sh"

if have cargo-deny; then
  cargo deny --offline check --allow unused-wrapper bans licenses sources
else
  skip "licences: cargo-deny is not installed (cargo install cargo-deny --locked)"
fi
