# shellcheck shell=bash
# Sourced: a throwaway PostgreSQL. start_postgres sets DESKWIRE_TEST_POSTGRES, and DESKWIRE_TEST_POSTGRES_CA where it
# speaks TLS; stop_postgres stops it and removes its data. Durability is off because the data is temporary.

postgres_dir=

# initdb refuses to run as root.
as_postgres() {
  if [ "$(id -u)" != 0 ]; then "$@"
  elif have runuser; then runuser -u postgres -- "$@"
  else su postgres -s /bin/sh -c 'exec "$@"' -- sh "$@"
  fi
}

start_postgres() {
  local bin port tls=
  bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  port=$(free_port)
  postgres_dir=$(mktemp -d /tmp/deskwire-postgres.XXXXXX)
  [ "$(id -u)" != 0 ] || chown postgres "$postgres_dir"
  # A self-signed certificate for 127.0.0.1, without a name.
  if have openssl && as_postgres openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=deskwire-test \
    -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE \
    -keyout "$postgres_dir/server.key" -out "$postgres_dir/server.crt" 2>/dev/null; then
    tls="-c ssl=on -c ssl_cert_file=$postgres_dir/server.crt -c ssl_key_file=$postgres_dir/server.key"
    chmod 755 "$postgres_dir"
    export DESKWIRE_TEST_POSTGRES_CA=$postgres_dir/server.crt
  fi
  (
    cd /
    as_postgres "$bin/initdb" -D "$postgres_dir/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    as_postgres "$bin/pg_ctl" -D "$postgres_dir/data" -l "$postgres_dir/log" -w -s start -o \
      "-p $port -k $postgres_dir -c listen_addresses=127.0.0.1 -c max_connections=200 -c max_locks_per_transaction=512 -c wal_level=minimal -c max_wal_senders=0 -c min_wal_size=32MB -c max_wal_size=128MB -c fsync=off -c synchronous_commit=off -c full_page_writes=off $tls" ||
      { cat "$postgres_dir/log" >&2; exit 1; }
  ) || return 1
  export DESKWIRE_TEST_POSTGRES=postgres://postgres@127.0.0.1:$port/postgres
  postgres_bin=$bin
}

# new_database NAME: recreate it and print its URL
new_database() {
  "$postgres_bin/psql" -q "$DESKWIRE_TEST_POSTGRES" -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1" 2>/dev/null
  printf '%s/%s\n' "${DESKWIRE_TEST_POSTGRES%/*}" "$1"
}

# partitioned_database NAME: one whose tables are partitioned by workspace, as scripts/partitioned.sql says; print its URL
partitioned_database() {
  local url
  url=$(new_database "$1")
  "$postgres_bin/psql" -qX -v ON_ERROR_STOP=1 -f scripts/partitioned.sql "$url" >&2
  printf '%s\n' "$url"
}

stop_postgres() {
  [ -n "$postgres_dir" ] || return 0
  (cd / && as_postgres "$postgres_bin/pg_ctl" -D "$postgres_dir/data" -m immediate -s stop) || true
  rm -rf "$postgres_dir"
  postgres_dir=
}
