#!/usr/bin/env bash
# Checks licences and sources of the dependencies (deny.toml) if cargo-deny is installed: building it takes minutes.
. "$(dirname "$0")/lib.sh"

if have cargo-deny; then
  cargo deny --offline check --allow unused-wrapper bans licenses sources
else
  skip "licences: cargo-deny is not installed (cargo install cargo-deny --locked)"
fi
