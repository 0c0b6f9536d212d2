#!/usr/bin/env bash
# The inbox: ui.sh build (web/dist, which cargo embeds), check, unit, browser [sqlite|postgres], proxies.
# A build of the same sources is not repeated.
. "$(dirname "$0")/lib.sh"

# A hash of the sources of web/dist.
sources() {
  find web/inbox web/shared web/scripts web/package-lock.json web/vite.config.ts web/svelte.config.js -type f -print0 |
    sort -z | xargs -0 sha256sum | sha256sum
}

build() {
  local stamp=$CARGO_TARGET_DIR/ui-sources.txt now
  now=$(sources)
  if [ -f web/dist/index.html ] && [ "$now" = "$(cat "$stamp" 2>/dev/null)" ]; then
    say "The inbox is built already."
    return
  fi
  (cd web && npm run --silent build)
  mkdir -p "$CARGO_TARGET_DIR"
  printf '%s\n' "$now" >"$stamp"
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
  check) (cd web && npm run --silent check) ;;
  unit) (cd web && npm run --silent unit) ;;
  browser) browser "${2:-}" ;;
  proxies) proxies ;;
  *) die "usage: ui.sh build|check|unit|browser [sqlite|postgres]|proxies" ;;
esac
