#!/usr/bin/env python3
"""Check that each statement that the tests ran on partitioned tables reaches one shard.

    shards.py [--write] [PLANS]                                    default: target/shards.txt

Rows of a workspace are in the shard of one number of every table, so a plan that names two numbers asks for rows of other
workspaces: on Citus, all nodes are asked. Statements that may are in tests/shards.txt, below a line that begins with # and
says why; an ellipsis stands for any text. --write puts those that are not yet there under a heading that is to be replaced
by the reason. Backups and restores, the only ones that quote names, read and write every row.
"""
import argparse
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ALLOWED = ROOT / "tests" / "shards.txt"
PLANS = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "shards.txt"
OPEN = "# Why?"
# The numbers that scripts/partitioned.sql assigns.
SHARD = re.compile(r"_(10200\d)\b")
OF_BACKUPS = re.compile(r'(SELECT|DELETE FROM|INSERT INTO) "')


def allowed():
    """The statements that may reach several shards, by reason."""
    sections, reason = {}, None
    for line in ALLOWED.read_text().splitlines():
        if line.startswith("# "):
            reason = line
            sections[reason] = []
        elif line:
            if reason is None:
                sys.exit(f"{ALLOWED}: no reason above {line}")
            sections[reason].append(line)
    return sections


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--write", action="store_true", help="add to tests/shards.txt")
    arguments.add_argument("plans", nargs="?", default=PLANS, type=pathlib.Path)
    options = arguments.parse_args()
    if not options.plans.exists():
        sys.exit(f"{options.plans}: the tests recorded no plans")
    plans = dict(line.split("\t") for line in options.plans.read_text().splitlines())
    across = {
        statement
        for statement, plan in plans.items()
        if (len(set(SHARD.findall(plan))) > 1 or plan == "no plan") and not OF_BACKUPS.match(statement)
    }
    sections = allowed()
    patterns = [pattern for listed in sections.values() for pattern in listed]
    known = re.compile("|".join(".*".join(map(re.escape, pattern.split("…"))) for pattern in patterns) or "(?!)")
    new = sorted(statement for statement in across if not known.fullmatch(statement))
    if options.write:
        sections[OPEN] = sorted(sections.get(OPEN, []) + new)
        ALLOWED.write_text("\n".join("\n".join([reason, *listed, ""]) for reason, listed in sections.items() if listed))
        new = []
    for statement in new:
        print(f"reaches several shards: {statement}")
    if sections.get(OPEN) and not options.write:
        sys.exit(f"{ALLOWED}: the heading {OPEN} stands for a reason")
    print(f"{len(plans)} statements on partitioned tables, {len(across)} reach several shards, {len(new)} not allowed")
    sys.exit(1 if new else 0)


if __name__ == "__main__":
    main()
