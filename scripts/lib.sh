# shellcheck shell=bash
# Sourced by the scripts here. Leaves the shell in the repository's root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root=$PWD
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
venv=$root/.venv
contract=${DESKWIRE_CONTRACT:-$root/../shared/contract}

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }
# skip WHAT: report a skipped step, also to the script that collects them
skip() {
  say "Skipped: $1"
  [ -z "${SKIPPED_STAGES:-}" ] || printf '%s\n' "$1" >>"$SKIPPED_STAGES"
}
have() { command -v "$1" >/dev/null 2>&1; }
# The path of nginx; empty if it is not installed.
nginx() {
  local place
  for place in "$CARGO_TARGET_DIR/nginx/usr/sbin/nginx" /usr/sbin/nginx; do
    if [ -x "$place" ] && "$place" -v 2>/dev/null; then printf '%s' "$place"; return; fi
  done
}
# The path of PgBouncer; empty if it is not installed.
pgbouncer() {
  local place
  for place in "$(command -v pgbouncer)" /usr/sbin/pgbouncer; do
    if [ -x "$place" ]; then printf '%s' "$place"; return; fi
  done
  return 1
}
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
