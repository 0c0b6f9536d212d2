#!/usr/bin/env bash
# Runs the tests of PostgreSQL on tables that are partitioned by workspace, which follow the rules of Citus. The shards that each
# statement reaches are written to target/shards.txt and checked. "partitioned.sh TEST..." runs the tests whose names contain one of these.
. "$(dirname "$0")/lib.sh"
. scripts/postgres.sh

export DESKWIRE_TEST_SHARDS=$CARGO_TARGET_DIR/shards.txt
rm -f "$DESKWIRE_TEST_SHARDS"
start_postgres
trap stop_postgres EXIT
DESKWIRE_TEST_POSTGRES=$(partitioned_database deskwire_partitioned)
export DESKWIRE_TEST_POSTGRES
cargo test --workspace --tests -- --skip sqlite "$@"
python3 scripts/shards.py
