#!/usr/bin/env bash
# Misspelled words (_typos.toml), when typos is there: setup.sh installs its Python wheel where there is one.
. "$(dirname "$0")/lib.sh"

if have typos; then
  typos
elif [ -x "$venv/bin/typos" ]; then
  "$venv/bin/typos"
else
  skip "spelling: typos is not installed (pip install typos)"
fi
