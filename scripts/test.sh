#!/usr/bin/env bash
# All tests, with their own PostgreSQL. All API traffic of the tests is written to target/traffic
# and, if the contract is available, validated against it. The output of the stages goes to target/test.log; of a stage
# that fails, the part with the errors is shown.
. "$(dirname "$0")/lib.sh"
. scripts/postgres.sh

mkdir -p "$CARGO_TARGET_DIR"
log=$CARGO_TARGET_DIR/test.log
part=$CARGO_TARGET_DIR/test-stage.log
export SKIPPED_STAGES=$CARGO_TARGET_DIR/test-skipped.txt
: >"$log" >"$SKIPPED_STAGES"
stage=

# The ten slowest of the tests that take longer than two seconds.
slowest() {
  local tests
  tests=$(grep -oE 'slow test: .*' "$log" | sort -t ' ' -k 3 -rn | head -n 10 | sed 's/^slow test: /  /') || return 0
  say "The slowest tests:"
  say "$tests"
}

# The browser tests that failed once and passed when they ran again, alone.
flaky() {
  grep '^Flaky, ' "$log" >&2 || return 0
}

finish() {
  local status=$?
  stop_postgres >>"$log" 2>&1
  say ""
  awk '/^test result:/ { passed += $4; failed += $6 } END { printf "%d passed, %d failed\n", passed, failed }' "$log" >&2
  slowest
  flaky
  say "$((SECONDS / 60)) min $((SECONDS % 60)) s"
  if [ "$status" != 0 ]; then
    say "Failed: ${stage:-before the first stage}. All output: $log"
  elif [ -s "$SKIPPED_STAGES" ]; then
    say "All tests passed, but for what was skipped:"
    sed 's/^/  /' "$SKIPPED_STAGES" >&2
  else
    say "All tests passed."
  fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# The reason that a stage failed: its errors with the lines after them, else its last lines.
failures() {
  grep -n -A 12 -E '^error|panicked at|FAILED|^not ok|^✖|^E  |Error:' "$part" | head -n 100 | grep . || tail -n 40 "$part"
}

# stage NAME COMMAND...: run it and print its duration
stage() {
  stage=$1
  local start=$SECONDS status=0
  shift
  printf '%-32s' "$stage" >&2
  "$@" >"$part" 2>&1 || status=$?
  { printf '\n== %s\n' "$stage"; cat "$part"; } >>"$log"
  if [ "$status" != 0 ]; then
    say "failed after $((SECONDS - start)) s"
    failures >&2
    exit "$status"
  fi
  say "$(printf '%5d s' $((SECONDS - start)))"
}

contract() {
  python3 scripts/coverage.py --contract "$contract" && python3 scripts/operations.py --check --contract "$contract"
}

every_operation() {
  "$CARGO_TARGET_DIR/debug/xtask" contract --contract "$contract" --binary "$CARGO_TARGET_DIR/debug/deskwire" "$@"
}

# The binary has the inbox in it, or is not built.
export DESKWIRE_REQUIRE_UI=1
export DESKWIRE_TRAFFIC=$CARGO_TARGET_DIR/traffic
rm -rf "$DESKWIRE_TRAFFIC"
mkdir -p "$DESKWIRE_TRAFFIC"
# The query plans of SQLite: no statement may scan a table that grows.
export DESKWIRE_PLANS=$CARGO_TARGET_DIR/plans.txt
rm -f "$DESKWIRE_PLANS"

say "All output goes to $log"
stage "set-up" scripts/setup.sh test
stage "PostgreSQL" start_postgres
stage "the inbox" scripts/ui.sh build
stage "the inbox: lints" scripts/ui.sh check
stage "the inbox: unit tests" scripts/ui.sh unit
stage "formatting" cargo fmt --check
stage "spelling" scripts/typos.sh
stage "lints" scripts/lints.sh
stage "licences" scripts/deny.sh
stage "unused dependencies" scripts/machete.sh
# This builds the two programs that the next stages run.
stage "Rust tests" cargo test --workspace
# `make test-partitioned` runs all of them.
stage "tables by workspace" scripts/partitioned.sh statements conversations:: tickets:: tags:: notes:: article_search:: subscriptions::
stage "README's quick start" scripts/quickstart.sh
stage "kill -9 on SQLite" "$CARGO_TARGET_DIR/debug/xtask" crash --rounds 3 --binary "$CARGO_TARGET_DIR/debug/deskwire"
stage "kill -9 on PostgreSQL" "$CARGO_TARGET_DIR/debug/xtask" crash --rounds 3 --binary "$CARGO_TARGET_DIR/debug/deskwire" \
  --database "$(new_database deskwire_crash)"
stage "kill -9 of one of two servers" "$CARGO_TARGET_DIR/debug/xtask" servers --rounds 2 --binary "$CARGO_TARGET_DIR/debug/deskwire" \
  --database "$(new_database deskwire_servers)"
# An unoptimised server on a busy machine: checked are lost writes and answers other than 503, and times only roughly.
stage "failovers of PostgreSQL" "$CARGO_TARGET_DIR/debug/xtask" failover --back 60 --limit 600 \
  --binary "$CARGO_TARGET_DIR/debug/deskwire"
for database in sqlite "$(new_database deskwire_crash_inbox)"; do
  stage "kill -9 under the inbox" "$CARGO_TARGET_DIR/debug/xtask" crash --inbox --rounds 2 --database "$database" \
    --binary "$CARGO_TARGET_DIR/debug/deskwire"
done
# An unoptimised server on a busy machine: checked are lost events and the memory of sockets, not times.
stage "sockets and their delay" "$CARGO_TARGET_DIR/debug/xtask" live --idle 500 --seconds 10 --kib 64 --cpu 50 --p95 3000 \
  --binary "$CARGO_TARGET_DIR/debug/deskwire"
# Fifteen seconds, an unoptimised server on a busy machine: compared with the attacker, not with a fixed time.
stage "fairness" "$CARGO_TARGET_DIR/debug/xtask" fairness --seconds 5 --contacts 1000 --streams 300 --relative \
  --binary "$CARGO_TARGET_DIR/debug/deskwire"
stage "the inbox on SQLite" scripts/ui.sh browser sqlite
stage "the inbox on PostgreSQL" scripts/ui.sh browser postgres
stage "the inbox behind proxies" scripts/ui.sh proxies
stage "official SDKs on SQLite" scripts/sdk.sh sqlite
stage "official SDKs on PostgreSQL" scripts/sdk.sh postgres
if [ -f "$contract/check.py" ]; then
  stage "every operation on SQLite" every_operation
  stage "every operation on PostgreSQL" every_operation --database "$(new_database deskwire_contract)"
  stage "contract" contract
else
  skip "contract: there is none at $contract (DESKWIRE_CONTRACT names another place)"
fi
stage "plans" python3 scripts/plans.py
