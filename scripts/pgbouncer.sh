#!/usr/bin/env bash
# Deskwire behind PgBouncer: "pgbouncer.sh" runs the server behind one that pools sessions and one that pools transactions, and
# calls every operation if the contract is available. Needs DESKWIRE_TEST_POSTGRES, and the programs in target/debug.
. "$(dirname "$0")/lib.sh"
. scripts/postgres.sh

postgres_bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
binary=${DESKWIRE_BINARY:-$CARGO_TARGET_DIR/debug/deskwire}
xtask=${DESKWIRE_XTASK:-$CARGO_TARGET_DIR/debug/xtask}
# Deskwire refuses variables that are no settings.
unset DESKWIRE_BINARY DESKWIRE_XTASK
program=$(pgbouncer) || die "PgBouncer is missing"
folder=$(mktemp -d /tmp/deskwire-pgbouncer.XXXXXX)
server=${DESKWIRE_TEST_POSTGRES#*@}
server=${server%%/*}
pid=

stop() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  [ -z "$pid" ] || wait "$pid" 2>/dev/null || true
  pid=
}
trap 'stop; rm -rf "$folder"' EXIT

# start MODE: a PgBouncer in front of the tests' PostgreSQL
start() {
  stop
  port=$(free_port)
  cat >"$folder/pgbouncer.ini" <<INI
[databases]
* = host=${server%:*} port=${server#*:} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = any
pool_mode = $1
max_client_conn = 500
default_pool_size = 40
query_wait_timeout = 4
INI
  local as=()
  if [ "$(id -u)" = 0 ]; then
    chown -R postgres "$folder"
    as=(-u postgres)
  fi
  "$program" -q "${as[@]}" "$folder/pgbouncer.ini" >"$folder/log" 2>&1 &
  pid=$!
  local tries=0
  until "$postgres_bin/psql" -qAt "postgres://postgres@127.0.0.1:$port/postgres" -c 'SELECT 1' >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { cat "$folder/log" >&2; die "PgBouncer does not answer"; }
    sleep 0.1
  done
}

# drive MODE PARAMETER: the crash test, with kills of the server, and every operation
drive() {
  local name=deskwire_pooled_$1 url
  new_database "$name" >/dev/null
  url=postgres://postgres@127.0.0.1:$port/$name$2
  "$xtask" crash --rounds 1 --binary "$binary" --database "$url"
  if [ -f "$contract/check.py" ]; then
    new_database "${name}_calls" >/dev/null
    "$xtask" contract --contract "$contract" --binary "$binary" --database "postgres://postgres@127.0.0.1:$port/${name}_calls$2"
  else
    skip "every operation behind PgBouncer: there is no contract at $contract"
  fi
}

start session
drive session ""

start transaction
new_database deskwire_pooled_unsaid >/dev/null
if said=$("$binary" migrate --database "postgres://postgres@127.0.0.1:$port/deskwire_pooled_unsaid" 2>&1); then
  die "a URL without pooler=transaction is taken where transactions are pooled"
fi
case $said in
  *"add pooler=transaction"*) ;;
  *) die "it is not said what to do: $said" ;;
esac
drive transaction "?pooler=transaction"
say "Deskwire works behind PgBouncer, by session and by transaction"
