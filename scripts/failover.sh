#!/usr/bin/env bash
# Five failovers of PostgreSQL under two servers, and a server behind PgBouncer if it is installed.
. "$(dirname "$0")/lib.sh"
. scripts/postgres.sh

cargo build -p deskwire -p xtask
start_postgres
trap stop_postgres EXIT
"$CARGO_TARGET_DIR/debug/xtask" failover --binary "$CARGO_TARGET_DIR/debug/deskwire"
if pgbouncer >/dev/null; then scripts/pgbouncer.sh; else say "PgBouncer is not installed: the server was not tried behind it"; fi
