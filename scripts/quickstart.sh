#!/usr/bin/env bash
# Runs the quick start of README.md unchanged: its blocks, one after the other, in one fresh shell, in a fresh
# directory. Needs a built binary. Nothing is installed: the block that builds is skipped.
. "$(dirname "$0")/lib.sh"

deskwire=${DESKWIRE_BIN:-$CARGO_TARGET_DIR/debug/deskwire}
[ -x "$deskwire" ] || die "$deskwire is missing: run 'cargo build -p deskwire'"
place=$(mktemp -d /tmp/deskwire-quickstart.XXXXXX)
shell=
finish() {
  local status=$?
  # The server that the quick start leaves running is in the group of its shell.
  [ -z "$shell" ] || kill -- "-$shell" 2>/dev/null || true
  [ "$status" = 0 ] || tail -n 40 "$place/out" "$place/err" >&2 2>/dev/null || true
  rm -rf "$place"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# The indented blocks that follow a line "<!-- quick start -->".
python3 - README.md >"$place/steps" <<'PYTHON'
import sys

wanted, begun, blocks = False, False, 0
for line in open(sys.argv[1]).read().splitlines():
    if line == "<!-- quick start -->":
        wanted, begun, blocks = True, False, blocks + 1
    elif wanted and line.startswith("    "):
        begun = True
        print(line[4:])
    elif wanted and line.strip() and begun:
        wanted = False
if not blocks:
    sys.exit("README.md has no block marked as quick start")
PYTHON

# Without the caller's settings; README says that DESKWIRE_LISTEN selects another port.
for name in $(compgen -e DESKWIRE_ || true); do unset "$name"; done
export DESKWIRE_LISTEN=127.0.0.1:$(free_port)
PATH=$(dirname "$deskwire"):$PATH
mkdir "$place/work"
set -m
(cd "$place/work" && exec bash -eu "$place/steps") >"$place/out" 2>"$place/err" </dev/null &
shell=$!
set +m
wait "$shell"

# expect WHAT PATTERN: a line of the output of the steps
expect() { grep -qE "$2" "$place/out" || die "the quick start did not print $1"; }
expect "a workspace" '^\{"workspace_id":"[a-z0-9]{8}","admin_id":"[0-9]+","access_token":'
expect "the admin" '"type":"admin".*"email":"ada@acme.example"'
expect "a contact" '"type":"contact".*"email":"you@example.com"'
expect "a list of tags in version 2.11" '"type":"list","data":\[.*"name":"VIP"'
! grep -q "warning" "$place/err" || die "the quick start warns"
