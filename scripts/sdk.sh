#!/usr/bin/env bash
# The official SDKs against a running server: sdk.sh [sqlite|postgres ...], both by default.
# Needs a built binary and what "setup.sh test" installs.
. "$(dirname "$0")/lib.sh"
. scripts/postgres.sh

deskwire=${DESKWIRE_BIN:-$CARGO_TARGET_DIR/debug/deskwire}
traffic=${DESKWIRE_TRAFFIC:-$CARGO_TARGET_DIR/traffic}
work=$(mktemp -d /tmp/deskwire-sdk.XXXXXX)
pids=()

stop_servers() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; done
  pids=()
}
finish() {
  local status=$?
  stop_servers
  [ "$status" = 0 ] || tail -n 40 "$work"/*.log >&2 2>/dev/null || true
  [ -z "${own_postgres:-}" ] || stop_postgres
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# answers URL PID: wait until the URL answers with success, while the process is alive
answers() {
  for _ in $(seq 150); do
    python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=2)' "$1" 2>/dev/null && return
    kill -0 "$2" 2>/dev/null || break
    sleep 0.2
  done
  die "no answer from $1"
}

field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

suite() {
  local kind=$1 database created workspace registered port proxy url failed=0
  case $kind in
    sqlite) database=sqlite:$work/deskwire.db ;;
    postgres)
      if [ -z "${DESKWIRE_TEST_POSTGRES:-}" ]; then start_postgres; own_postgres=yes; fi
      postgres_bin=${postgres_bin:-$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)}
      database=$(new_database deskwire_sdk) ;;
    *) die "usage: sdk.sh [sqlite|postgres ...]" ;;
  esac

  created=$("$deskwire" workspace create --name "SDK suite" --database "$database")
  workspace=$(field workspace_id <<<"$created")
  "$deskwire" apply tests/sdk/workspace.toml --database "$database" --workspace "$workspace"

  registered=$("$deskwire" app create --name "OAuth suite" --database "$database" --workspace "$workspace" \
    --redirect-uri http://localhost:3000/back --scopes read_users,read_single_admin)

  port=$(free_port)
  url=http://127.0.0.1:$port
  DESKWIRE_RATE_LIMIT=off "$deskwire" serve --listen "127.0.0.1:$port" --database "$database" >"$work/$kind.log" 2>&1 &
  pids+=($!)
  answers "$url/readyz" $!

  if [ -f "$contract/record.py" ]; then
    mkdir -p "$traffic"
    rm -f "$traffic/sdk-$kind.jsonl"
    proxy=$(free_port)
    # A client that names no version gets the workspace's, which starts as the newest numbered one.
    # Without Nagle's algorithm the recorder answers forty milliseconds sooner.
    python3 -c 'import runpy, socketserver, sys
socketserver.StreamRequestHandler.disable_nagle_algorithm = True
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")' \
      "$contract/record.py" --listen "$proxy" --upstream "$url" --version 2.16 --out "$traffic/sdk-$kind.jsonl" &
    pids+=($!)
    url=http://127.0.0.1:$proxy
    answers "$url/readyz" $!
  fi

  export DESKWIRE_TEST_URL=$url DESKWIRE_TEST_DATABASE=$kind DESKWIRE_TEST_DIRECT_URL=http://127.0.0.1:$port
  DESKWIRE_TEST_CLIENT_ID=$(field client_id <<<"$registered")
  DESKWIRE_TEST_CLIENT_SECRET=$(field client_secret <<<"$registered")
  export DESKWIRE_TEST_CLIENT_ID DESKWIRE_TEST_CLIENT_SECRET
  DESKWIRE_TEST_TOKEN=$(field access_token <<<"$created")
  export DESKWIRE_TEST_TOKEN
  export DESKWIRE_SDK_CALLS=$work/$kind.calls
  (cd tests/sdk/node && timeout 600 node --test --test-concurrency=1 --test-reporter=spec) || failed=1
  timeout 600 "$venv/bin/pytest" -q -p no:cacheprovider -W ignore::DeprecationWarning tests/sdk/python || failed=1
  DESKWIRE_VENV=$venv python3 scripts/sdk_methods.py "$DESKWIRE_SDK_CALLS" || failed=1
  stop_servers
  return $failed
}

[ -x "$deskwire" ] || die "$deskwire is missing: run 'cargo build -p deskwire'"
[ $# -gt 0 ] || set -- sqlite postgres
for kind in "$@"; do
  say "Official SDKs, $kind"
  suite "$kind"
done
