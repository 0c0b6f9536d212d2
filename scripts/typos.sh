#!/usr/bin/env bash
# Checks spelling (_typos.toml) if typos is installed: setup.sh installs its Python wheel if there is one.
. "$(dirname "$0")/lib.sh"

if have typos; then
  typos
elif [ -x "$venv/bin/typos" ]; then
  "$venv/bin/typos"
else
  skip "spelling: typos is not installed (pip install typos)"
fi
