#!/usr/bin/env bash
# Deskwire's files in a bucket of SeaweedFS, an S3 server that is not ours: two servers on one PostgreSQL, `deskwire files move`
# there and back, a missing object, and an S3 server that hangs and ends.
. "$(dirname "$0")/lib.sh"
. scripts/postgres.sh

# How long all of it may take.
limit=900

weed=$(command -v weed || printf '%s' "$CARGO_TARGET_DIR/s3/bin/weed")
if ! "$weed" version >/dev/null 2>&1; then
  skip "files in an S3 bucket: SeaweedFS is not installed (scripts/setup.sh s3)"
  exit 0
fi
binary=${DESKWIRE_BINARY:-$CARGO_TARGET_DIR/debug/deskwire}
xtask=${DESKWIRE_XTASK:-$CARGO_TARGET_DIR/debug/xtask}
if [ -z "${DESKWIRE_BINARY:-}" ] || [ -z "${DESKWIRE_XTASK:-}" ]; then cargo build -p deskwire -p xtask; fi
# Deskwire refuses variables that are no settings.
unset DESKWIRE_BINARY DESKWIRE_XTASK

folder=$(mktemp -d /tmp/deskwire-s3.XXXXXX)
run=
stop() {
  local status=$?
  set +e
  trap - EXIT INT TERM
  [ -z "$run" ] || { kill "$run" 2>/dev/null; wait "$run"; }
  stop_postgres
  if [ "$status" != 0 ]; then
    for log in deskwire weed; do
      if [ -s "$folder/$log.log" ]; then say "-- the end of $log.log:"; tail -n 30 "$folder/$log.log" >&2; fi
    done
  fi
  rm -rf "$folder"
  exit "$status"
}
trap stop EXIT
trap 'exit 130' INT TERM

start_postgres
servers=$(new_database deskwire_s3_servers)
database=$(new_database deskwire_s3_files)
unset DESKWIRE_TEST_POSTGRES DESKWIRE_TEST_POSTGRES_CA

export AWS_ACCESS_KEY_ID=test-key AWS_SECRET_ACCESS_KEY=test-secret
mkdir "$folder/data"
cat >"$folder/s3.json" <<JSON
{"identities": [{"name": "deskwire", "actions": ["Admin", "Read", "Write", "List"],
  "credentials": [{"accessKey": "$AWS_ACCESS_KEY_ID", "secretKey": "$AWS_SECRET_ACCESS_KEY"}]}]}
JSON
endpoint_port=$(free_port)
# Each part has two ports. By default, SeaweedFS sends statistics to its makers.
arguments=(server -dir="$folder/data" -ip=127.0.0.1 -ip.bind=127.0.0.1 -master.telemetry=false
  -master.port="$(free_port)" -master.port.grpc="$(free_port)" -master.volumeSizeLimitMB=64
  -volume.port="$(free_port)" -volume.port.grpc="$(free_port)" -volume.max=20 -volume.preStopSeconds=0
  -filer -filer.port="$(free_port)" -filer.port.grpc="$(free_port)" -filer.localSocket="$folder/filer.sock"
  -s3 -s3.port="$endpoint_port" -s3.port.grpc="$(free_port)" -s3.port.iceberg=0 -s3.port.lance=0 -s3.iam=false
  -s3.config="$folder/s3.json" -s3.localSocket="$folder/s3.sock")
bucket="s3://files/desk/wire?endpoint=http://127.0.0.1:$endpoint_port&region=eu-1"
say "$("$weed" version 2>/dev/null | head -n 1)"
timeout -k 60 "$limit" python3 scripts/s3.py "$binary" "$xtask" "$servers" "$database" "$bucket" "$folder" "$weed" "${arguments[@]}" &
run=$!
wait "$run"
run=
say "Files in an S3 bucket: everything is as expected, after $SECONDS s"
