#!/usr/bin/env bash
# Every test there is, with its own PostgreSQL. All API traffic of the tests is written to target/traffic
# and, where the contract is at hand, held against it.
. "$(dirname "$0")/lib.sh"
. scripts/postgres.sh

stages=()
finish() {
  local status=$?
  stop_postgres
  say ""
  for line in "${stages[@]}"; do say "$line"; done
  [ "$status" = 0 ] && say "All tests passed." || say "Failed: ${stage:-set-up}"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# stage NAME COMMAND...: run it and note how long it took
stage() {
  stage=$1
  local start=$SECONDS
  shift
  say ""
  say "== $stage"
  "$@"
  stages+=("$(printf '%5d s  %s' $((SECONDS - start)) "$stage")")
}

contract() {
  if [ -f "$contract/check.py" ]; then
    python3 scripts/coverage.py
  else
    say "No contract at $contract (DESKWIRE_CONTRACT names another place): traffic not checked"
  fi
}

export DESKWIRE_TRAFFIC=$CARGO_TARGET_DIR/traffic
rm -rf "$DESKWIRE_TRAFFIC"
mkdir -p "$DESKWIRE_TRAFFIC"
# How SQLite runs each statement: nothing may walk over a table that grows.
export DESKWIRE_PLANS=$CARGO_TARGET_DIR/plans.txt
rm -f "$DESKWIRE_PLANS"

stage "set-up" scripts/setup.sh test
stage "PostgreSQL" start_postgres
stage "formatting" cargo fmt --check
stage "lints" cargo clippy --workspace --all-targets -- -D warnings
stage "licences" scripts/deny.sh
stage "Rust tests" cargo test --workspace
stage "build" cargo build -p deskwire -p xtask
stage "kill -9 on SQLite" "$CARGO_TARGET_DIR/debug/xtask" crash --rounds 3 --binary "$CARGO_TARGET_DIR/debug/deskwire"
stage "kill -9 on PostgreSQL" "$CARGO_TARGET_DIR/debug/xtask" crash --rounds 3 --binary "$CARGO_TARGET_DIR/debug/deskwire" \
  --database "$(new_database deskwire_crash)"
stage "official SDKs on SQLite" scripts/sdk.sh sqlite
stage "official SDKs on PostgreSQL" scripts/sdk.sh postgres
stage "plans" python3 scripts/plans.py
stage "contract" contract
