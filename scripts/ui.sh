#!/usr/bin/env bash
# The inbox: ui.sh build (web/dist, which cargo embeds), check, unit, browser [sqlite|postgres], proxies.
# What has succeeded is not repeated on the same sources, but for the tests in browsers.
. "$(dirname "$0")/lib.sh"

# The sources of web/dist, and what is checked and tested besides.
built=(web/inbox web/shared web/scripts web/package-lock.json web/vite.config.ts web/svelte.config.js)
checked=("${built[@]}" web/e2e web/unit web/mock web/.prettier* web/*.json web/*.js web/*.ts)

# once NAME PATH...: run `npm run NAME`, unless it has succeeded on the same files
once() {
  local name=$1 stamp=$CARGO_TARGET_DIR/ui-$1.txt now
  shift
  now=$(find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
  if [ "$now" = "$(cat "$stamp" 2>/dev/null)" ]; then
    say "Nothing has changed since this succeeded."
    return
  fi
  (cd web && npm run --silent "$name")
  mkdir -p "$CARGO_TARGET_DIR"
  printf '%s\n' "$now" >"$stamp"
}

build() {
  [ -f web/dist/index.html ] || rm -f "$CARGO_TARGET_DIR/ui-build.txt"
  once build "${built[@]}"
}

# browser DATABASE: every test file has its own server and data.
browser() {
  if [ "${1:-sqlite}" = postgres ]; then
    export E2E_POSTGRES=${DESKWIRE_TEST_POSTGRES:?names a PostgreSQL: scripts/test.sh starts one}
  fi
  (cd web && npm run --silent e2e)
}

# The live connection behind nginx.
proxies() {
  NGINX_BIN=$(nginx)
  if [ -z "$NGINX_BIN" ]; then
    skip "the inbox behind proxies: nginx is missing (on Debian, apt-get install nginx)"
    return
  fi
  export NGINX_BIN
  (cd web && node --test --test-concurrency=1 e2e/proxies/*.test.mjs)
}

case ${1:-} in
  build) build ;;
  check) once check "${checked[@]}" ;;
  unit) once unit "${checked[@]}" ;;
  browser) browser "${2:-}" ;;
  proxies) proxies ;;
  *) die "usage: ui.sh build|check|unit|browser [sqlite|postgres]|proxies" ;;
esac
