#!/usr/bin/env bash
# A PostgreSQL that Patroni makes fail over under four servers, with the files of deploy/failover: three PostgreSQL with Patroni
# and etcd, and HAProxy. Each "machine" is an address of the loopback interface. Fails if an acknowledged write is lost, an
# answer is neither 200 nor 503, or service is not back in time. "patroni.sh EVENT..." runs only these events (see the end).
. "$(dirname "$0")/lib.sh"
. scripts/postgres.sh

# Seconds without an acknowledged write. Patroni waits for its lease of 20 s to expire if the primary's machine is gone.
back_with_lease=35
back=15
# How long all of it may take.
limit=1500
# How long the frozen primary stays frozen.
frozen=30
# How long the cluster may take until it has a primary and two standbys.
settled_within=120

# path_of NAME PLACE: the path of a program that is installed or at this place; fails without one
path_of() {
  local place
  for place in "$(command -v "$1")" "/usr/sbin/$1" "$2"; do
    if [ -x "$place" ]; then printf '%s' "$place"; return; fi
  done
  skip "failovers by Patroni: $1 is not installed (scripts/setup.sh failover)"
  return 1
}
tools=$CARGO_TARGET_DIR/failover-tools
etcd=$(path_of etcd "$tools/usr/bin/etcd") || exit 0
haproxy=$(path_of haproxy "$tools/usr/sbin/haproxy") || exit 0
patroni=$(path_of patroni "$CARGO_TARGET_DIR/patroni/bin/patroni") || exit 0
postgres_bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[ -x "$postgres_bin/initdb" ] || { skip "failovers by Patroni: PostgreSQL is not installed"; exit 0; }
case $(cd / && as_postgres "$patroni" --version 2>&1) in
  "patroni 4."*) ;;
  "patroni "*) die "$patroni is older than version 4, which loses acknowledged writes" ;;
  *) skip "failovers by Patroni: the user postgres cannot run $patroni"; exit 0 ;;
esac
# The libraries of an unpacked HAProxy.
libraries=$(find -L "$tools" -name '*.so*' -printf '%h\n' 2>/dev/null | sort -u | paste -sd : || true)

binary=${DESKWIRE_BINARY:-$CARGO_TARGET_DIR/debug/deskwire}
xtask=${DESKWIRE_XTASK:-$CARGO_TARGET_DIR/debug/xtask}
if [ -z "${DESKWIRE_BINARY:-}" ] || [ -z "${DESKWIRE_XTASK:-}" ]; then cargo build -p deskwire -p xtask; fi
# Deskwire refuses variables that are no settings.
unset DESKWIRE_BINARY DESKWIRE_XTASK

folder=$(mktemp -d /tmp/deskwire-patroni.XXXXXX)
mkdir "$folder/pids"
# Most of these addresses are in use by nobody else, so that two runs do not meet.
net=127.$((RANDOM % 200 + 20)).$((RANDOM % 250 + 1))
proxy=$net.1:25000
front=$net.1:20080

# own PID: whether it still is a process of this run, and not one that got the number of one that ended
own() { [ -n "$1" ] && grep -qaF "$folder/" "/proc/$1/cmdline" 2>/dev/null; }
# The id of a process that was launched here.
pid_of() {
  local pid
  pid=$(cat "$folder/pids/$1" 2>/dev/null) || return 0
  if own "$pid"; then printf '%s\n' "$pid"; fi
}
# The processes of PostgreSQL on a node: the postmaster first.
postgres_of() {
  local postmaster
  postmaster=$(head -n 1 "$folder/$1/data/postmaster.pid" 2>/dev/null) || return 0
  own "$postmaster" || return 0
  printf '%s\n' "$postmaster"
  pgrep -P "$postmaster" || true
}
# signal NAME PID...: none of them need still exist
signal() {
  local name=$1 pid
  shift
  for pid in "$@"; do kill "-$name" "$pid" 2>/dev/null || true; done
}

stop_all() {
  local status=$? found pid pids
  set +e
  trap - EXIT INT TERM
  # All that was started here has the folder in its command, or is a child of such a process (a process of PostgreSQL) or of
  # this script's clients (a server of `xtask failover`). Patroni may start PostgreSQL once more meanwhile.
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    found=$(pgrep -f "$folder/")
    pids=$(jobs -p; printf '%s\n' "$found")
    # shellcheck disable=SC2046,SC2086 # one argument for each process
    signal KILL $(pgrep -P "$(paste -sd , <<<"$pids")" 2>/dev/null) $pids
    [ -n "$found" ] || break
    sleep 0.3
  done
  if [ "$status" != 0 ]; then
    for pid in xtask front app1 app2 haproxy db1.patroni db2.patroni db3.patroni; do
      if [ -s "$folder/$pid.log" ]; then say "-- the end of $pid.log:"; tail -n 30 "$folder/$pid.log" >&2; fi
    done
  fi
  rm -rf "$folder"
  exit "$status"
}
trap stop_all EXIT
trap 'exit 130' INT TERM

# launch NAME COMMAND...: in the background, with its log and its process id in the folder
launch() {
  sh -c 'echo $$ >"$0/pids/$1"; log=$0/$1.log; shift; exec "$@" >>"$log" 2>&1' "$folder" "$@" &
  disown
}
# The same as the user that PostgreSQL runs as.
launch_as_postgres() {
  as_postgres sh -c 'echo $$ >"$0/pids/$1"; log=$0/$1.log; shift; exec "$@" >>"$log" 2>&1' "$folder" "$@" 2>/dev/null &
  disown
}

# until_true SECONDS WHAT COMMAND...
until_true() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    [ "$SECONDS" -lt "$limit" ] || die "it takes longer than $limit s ($what)"
    [ "$SECONDS" -lt "$end" ] || die "$what: not in time"
    sleep 0.2
  done
}

# configure FILE NAME: the file of deploy/failover for a node, with the addresses, ports and versions of this run
configure() {
  local own=11
  case $2 in db2) own=12 ;; db3) own=13 ;; esac
  # The ports get a 2 in front, as a program may listen on the usual ones of all addresses. On the loopback interface every
  # client has the address 127.0.0.1. Sockets in the file system would have the same name. The watchdog would restart this
  # machine when the primary is frozen.
  sed -E -e "/^name: /s/db1/$2/" \
    -e "/^initial-cluster:|hosts:|server /!s/10\.0\.0\.11/$net.$own/" \
    -e "s|10\.0\.0\.0/24|127.0.0.0/8|; s/10\.0\.0\./$net./g; s/bind 127\.0\.0\.1:5000/bind $net.1:5000/" \
    -e 's/:(2379|2380|8008|5432|8080|5000)\b/:2\1/g; s/check port 8008/check port 28008/' \
    -e "s/bind :80$/bind $front/" \
    -e "s|/var/lib/etcd/deskwire|$folder/$2/etcd|; s|/var/lib/postgresql/deskwire|$folder/$2/data|" \
    -e "s|/usr/lib/postgresql/15/bin|$postgres_bin|" \
    -e "s|^  data_dir: .*|&\n  parameters: {unix_socket_directories: '$folder/$2'}|" \
    -e 's/mode: automatic/mode: "off"/' "deploy/failover/$1" >"$folder/$2/$1"
}

# What Patroni says about the cluster: "LEADER SYNC STANDBYS", the last being how many follow the leader.
cluster() {
  local node answer
  for node in 11 12 13; do
    if answer=$(curl -fsS -m 2 "http://$net.$node:28008/cluster" 2>/dev/null); then
      printf '%s' "$answer" | python3 -c '
import json, sys
members = json.load(sys.stdin)["members"]
running = [m for m in members if m["state"] in ("running", "streaming")]
leader = [m["name"] for m in running if m["role"] == "leader"]
sync = [m["name"] for m in running if m["role"] in ("sync_standby", "quorum_standby")]
following = [m for m in members if m["state"] == "streaming" and m.get("timeline") == next(
    (l["timeline"] for l in members if l["role"] == "leader"), None)]
print(leader[0] if leader else "-", sync[0] if sync else "-", len(following))'
      return
    fi
  done
  printf -- '- - 0\n'
}
is_settled() {
  local leader sync following
  read -r leader sync following < <(cluster)
  [ "$leader" != - ] && [ "$sync" != - ] && [ "$following" = 2 ]
}
leader() { cluster | cut -d ' ' -f 1; }
ready() { curl -fsS -m 2 -o /dev/null "http://$1/readyz" 2>/dev/null; }

start_node() {
  launch_as_postgres "$1.patroni" "$patroni" "$folder/$1/patroni.yml"
}
start_cluster() {
  local node
  for node in db1 db2 db3; do
    mkdir "$folder/$node"
    configure etcd.yml "$node"
    configure patroni.yml "$node"
  done
  mkdir "$folder/haproxy"
  configure haproxy.cfg haproxy
  chmod 755 "$folder"
  [ "$(id -u)" != 0 ] || chown -R postgres "$folder"
  cd "$folder"
  for node in db1 db2 db3; do launch_as_postgres "$node.etcd" "$etcd" --config-file "$folder/$node/etcd.yml"; done
  for node in db1 db2 db3; do start_node "$node"; done
  launch_as_postgres haproxy env LD_LIBRARY_PATH="$libraries" "$haproxy" -db -f "$folder/haproxy/haproxy.cfg"
  until_true "$settled_within" "the first start of the cluster" is_settled
  until_true 10 "HAProxy in front of PostgreSQL" psql_through_haproxy
  PGPASSWORD=change-me "$postgres_bin/psql" -qX -v ON_ERROR_STOP=1 "postgres://postgres@$proxy/postgres" \
    -c "CREATE ROLE deskwire LOGIN PASSWORD 'change-me'" -c 'CREATE DATABASE deskwire OWNER deskwire'
}
psql_through_haproxy() {
  PGPASSWORD=change-me "$postgres_bin/psql" -qXAt "postgres://postgres@$proxy/postgres" -c 'SELECT 1' >/dev/null 2>&1
}

# The two servers that haproxy.cfg names: one reaches PostgreSQL through HAProxy, the other by the names of its three hosts.
start_apps() {
  local at=0 url
  for url in "$through_haproxy" "$by_hosts"; do
    at=$((at + 1))
    DESKWIRE_RATE_LIMIT=off launch "app$at" "$binary" serve --database "$url" --listen "$net.2$at:28080" \
      --files "$folder/files" --trusted-proxies 127.0.0.1 --stop-delay 5 --pg-pool 8
  done
  until_true 120 "the first server" ready "$net.21:28080"
  until_true 120 "the second server" ready "$net.22:28080"
  until_true 10 "HAProxy in front of the servers" ready "$front"
}

# The events. Each returns when the failure is over.
kill_postgresql() {
  # shellcheck disable=SC2046
  signal KILL $(postgres_of "$primary")
}
kill_machine() {
  # shellcheck disable=SC2046
  signal KILL "$(pid_of "$primary.patroni")" $(postgres_of "$primary")
  until_true 60 "another primary" another_leader
  start_node "$primary"
}
switchover() {
  "$(dirname "$patroni")/patronictl" -c "$folder/$primary/patroni.yml" switchover deskwire --leader "$primary" --force >>"$folder/switchover.log" 2>&1
}
freeze() {
  # shellcheck disable=SC2046
  signal STOP "$(pid_of "$primary.patroni")" $(postgres_of "$primary")
  until_true $((frozen + 5)) "the time frozen" passed $((SECONDS + frozen))
  # shellcheck disable=SC2046
  signal CONT $(postgres_of "$primary") "$(pid_of "$primary.patroni")"
}
another_leader() { local now; now=$(leader); [ "$now" != - ] && [ "$now" != "$primary" ]; }
passed() { [ "$SECONDS" -ge "$1" ]; }
ended() { ! kill -0 "$1" 2>/dev/null; }

# event NAME LIMIT SECONDS COMMAND: has it happen while clients write for so long, and counts what they were told
event() {
  local name=$1 within=$2 seconds=$3 clients front_clients gap
  primary=$(leader)
  "$xtask" failover --binary "$binary" --database "$through_haproxy" --seconds "$seconds" --back $((within * 2)) \
    >"$folder/xtask.log" 2>&1 &
  clients=$!
  python3 "$root/scripts/failover_clients.py" "$front" "$token" "$seconds" "$within" >"$folder/front.log" 2>&1 &
  front_clients=$!
  until_true 120 "the first acknowledged writes" grep -qE '^ *[0-9]+ s: [1-9]' "$folder/xtask.log"
  until_true 10 "some seconds of writes" passed $((SECONDS + 3))
  "$4"
  until_true $((seconds + 120)) "the end of the clients" ended "$clients"
  until_true $((seconds + 120)) "the end of the clients of HAProxy" ended "$front_clients"
  wait "$clients" || die "$name: xtask failover failed"
  wait "$front_clients" || die "$name: the clients of HAProxy failed"
  gap=$(sed -n 's/^at most \([0-9.]*\) s without.*/\1/p' "$folder/xtask.log")
  say "$name: at most $gap s without an acknowledged write"
  sed -n 's/^\([0-9]* contacts acknowledged.*\)/  \1/p' "$folder/xtask.log" >&2
  sed 's/^/  through HAProxy: /' "$folder/front.log" >&2
  python3 -c 'import sys; sys.exit(float(sys.argv[1]) > float(sys.argv[2]))' "$gap" "$within" ||
    die "$name: that is more than $within s"
  until_true "$settled_within" "$name: a primary with two standbys" is_settled
}

start_cluster
through_haproxy=postgres://deskwire:change-me@$proxy/deskwire
by_hosts=postgres://deskwire:change-me@$net.11:25432,$net.12:25432,$net.13:25432/deskwire
token=$("$binary" workspace create --name "behind HAProxy" --database "$through_haproxy" |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
start_apps
say "$("$patroni" --version), $("$etcd" --version | head -n 1), $(LD_LIBRARY_PATH=$libraries "$haproxy" -v | head -n 1 | cut -d ' ' -f 1-3), $("$postgres_bin/postgres" --version)"
[ $# -gt 0 ] || set -- postgresql machine switchover freeze
for chosen in "$@"; do
  case $chosen in
    postgresql) event "kill -9 of PostgreSQL on the primary" "$back" 40 kill_postgresql ;;
    machine) event "kill -9 of Patroni and PostgreSQL on the primary" "$back_with_lease" 60 kill_machine ;;
    switchover) event "a switchover" "$back" 30 switchover ;;
    freeze) event "the primary frozen for $frozen s and resumed" "$back_with_lease" 75 freeze ;;
    *) die "unknown event $chosen: postgresql, machine, switchover or freeze" ;;
  esac
done
say "Patroni: nothing acknowledged is lost, after $SECONDS s"
