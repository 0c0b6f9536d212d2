#!/usr/bin/env python3
"""Check that no statement that the tests ran on SQLite scans a table that grows, and that each index is used.

    plans.py [--write] [PLANS]                                     default: target/plans.txt

A statement walks when SQLite scans a table, finds rows only by their workspace, or skips from workspace to workspace in an
index. Statements that may walk are in tests/walks.txt, one a line: those of the tests themselves, of the command line, and
lists in the order of an index. Searches name the index they walk (INDEXED BY), and are measured by the benchmark. Lists of
queues (WITH RECURSIVE queues) step from one workspace to the next in an index of what waits. Backups and restores read
every row, and the judge of pairs counts what its own workspace has (OF_ALL). --write puts what walks into that file.

Every index costs each write, so one that appears in no plan fails the run: drop it in a migration. Unique indexes are
there for what they refuse.
"""
import argparse
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ALLOWED = ROOT / "tests" / "walks.txt"
PLANS = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "plans.txt"

MIGRATIONS = (ROOT / "crates" / "store" / "migrations").glob("**/*.sql")
SCHEMA = "".join(file.read_text() for file in sorted(MIGRATIONS))
TABLES = set(re.findall(r"^CREATE TABLE (\w+)", SCHEMA, re.M))
# Tables of settings: tens of rows, rarely hundreds.
SMALL = set(re.findall(r"^-- small\nCREATE TABLE (\w+)", SCHEMA, re.M))
CHANGES = re.findall(r"^(CREATE|DROP) INDEX (\w+)", SCHEMA, re.M)
# Indexes are dropped with their tables.
DROPPED = set(re.findall(r"^DROP TABLE (\w+)", SCHEMA, re.M))
OF_DROPPED = {name for name, table in re.findall(r"^CREATE INDEX (\w+) ON (\w+)", SCHEMA, re.M) if table in DROPPED}
# The indexes whose last change is their creation.
INDEXES = {name for name, change in {name: change for change, name in CHANGES}.items() if change == "CREATE"} - OF_DROPPED
# Statements that are meant to see all rows: slices of a backup by primary key (the only ones that quote names), of the texts
# that a restore indexes, and counts of what is left over, which tests take.
OF_ALL = re.compile(
    r'SELECT "|SELECT workspace_id, id, .* \(workspace_id, id\) > \(\$1, \$2\)\s+ORDER BY workspace_id, id LIMIT \$3$'
    r"|SELECT count\(\*\) FROM \w+ t WHERE t\.workspace_id = \$1 AND "
)
STEP = re.compile(r"(SCAN|SEARCH) (\w+)(.*)")
ALL = re.compile(r"\(workspace_id[=>]\?\)$")


def walked(statement, plan):
    """The tables that a plan scans."""
    aliases = re.findall(r"(?:FROM|JOIN|UPDATE|,)\s+(\w+)\s+(?:AS\s+)?(\w+)", statement)
    named = {alias: table for table, alias in aliases if table in TABLES}
    for step in plan.split("; "):
        found = STEP.match(step)
        if not found or "VIRTUAL TABLE" in step:
            continue
        table = named.get(found[2], found[2])
        if table in TABLES - SMALL and (found[1] == "SCAN" or ALL.search(found[3]) or "(ANY(" in found[3]):
            yield table


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--write", action="store_true", help="rewrite tests/walks.txt")
    arguments.add_argument("plans", nargs="?", default=PLANS, type=pathlib.Path)
    options = arguments.parse_args()
    if not options.plans.exists():
        sys.exit(f"{options.plans}: the tests recorded no plans")
    statements = dict(line.split("\t") for line in options.plans.read_text().splitlines())
    walking = {
        statement: sorted(set(walked(statement, plan)))
        for statement, plan in statements.items()
        if "INDEXED BY" not in statement
        and not statement.startswith("WITH RECURSIVE queues(")
        and not OF_ALL.match(statement)
    }
    walking = {statement: tables for statement, tables in walking.items() if tables}
    if options.write:
        ALLOWED.write_text("".join(f"{statement}\n" for statement in sorted(walking)))
    allowed = set(ALLOWED.read_text().splitlines())
    new = [statement for statement in sorted(walking) if statement not in allowed]
    for statement in new:
        print(f"scans {', '.join(walking[statement])}: {statement}")
    used = set(re.findall(r"\bINDEX (\w+)", " ".join(statements.values())))
    for index in sorted(INDEXES - used):
        print(f"no statement uses the index {index}")
    print(f"{len(statements)} statements on SQLite, {len(walking)} scan a table that grows, {len(new)} not allowed")
    sys.exit(1 if new or INDEXES - used else 0)


if __name__ == "__main__":
    main()
