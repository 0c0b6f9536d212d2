#!/usr/bin/env python3
"""List the operations of the published descriptions that are implemented, and those that are not.

    operations.py [--check] [--contract DIR]

Writes crates/api/src/not_implemented.txt (lines "METHOD /path/template VERSIONS"; the server answers 501 to these) and
the table of README.md. With --check it writes nothing and fails when either is out of date.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
PUBLIC = ROOT / "crates/api/src/public"
MISSING = ROOT / "crates/api/src/not_implemented.txt"
COVERED = ROOT / "tests/coverage.txt"
README = ROOT / "README.md"
BEGIN, END = "<!-- operations: written by scripts/operations.py -->\n", "<!-- end of operations -->\n"
VERSIONS = [f"2.{minor}" for minor in range(7, 17)] + ["Unstable"]
METHODS = ("get", "post", "put", "patch", "delete")
DEVIATIONS = "the deviations in [docs/adr/0006](docs/adr/0006-where-clients-know-more.md)"
# What areas contain whose names do not say it.
CONTENTS = {"Switch": "phone call redirects"}


def shape(path):
    """A path whose parameters have no names, so that templates of two sources can be compared."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def described(contract):
    """{(method, shape): (template, area, versions)} of all descriptions. The newest one names path and area."""
    found = {}
    for version in VERSIONS:
        spec = json.loads((contract / "spec" / f"{version}.json").read_text())
        for path, operations in spec["paths"].items():
            for method, operation in operations.items():
                if method in METHODS:
                    key = (method.upper(), shape(path))
                    versions = found[key][2] if key in found else []
                    found[key] = (path, (operation.get("tags") or ["Other"])[0], versions + [version])
    return found


def routed():
    """{(method, shape): versions} of the rows of the nouns: each is a folder, or a file if it is only read."""
    source = "".join(path.read_text() for path in sorted([*PUBLIC.glob("*.rs"), *PUBLIC.glob("*/mod.rs")]))
    row = re.compile(r'\.row\("([A-Z]+) ([^"]+)",\s*[^"]*?(V2_\d+|Unstable)\.\.(?:=(V2_\d+|Unstable))?,')
    rows = row.findall(source)
    if len(rows) != source.count(".row("):
        sys.exit(f"{PUBLIC}: {source.count('.row(')} rows, of which {len(rows)} could be read")
    number = lambda name: VERSIONS.index(name.removeprefix("V").replace("_", "."))
    found = collections.defaultdict(set)
    for method, path, first, last in rows:
        found[method, shape(path)].update(VERSIONS[number(first) : number(last or "Unstable") + 1])
    return found


def runs(versions):
    """Versions as ranges: 2.7-2.9,Unstable."""
    numbers, ranges = [VERSIONS.index(v) for v in versions], []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join(VERSIONS[a] if a == b else f"{VERSIONS[a]}-{VERSIONS[b]}" for a, b in ranges)


def table(operations, missing):
    """The Markdown table: the number of implemented operations by area, and the operations that are not."""
    areas = collections.defaultdict(lambda: [0, 0])
    for key, (_, area, _) in operations.items():
        areas[area][key in missing] += 1
    whole = sorted(a for a, (_, without) in areas.items() if not without)
    partly = sorted(a for a, (with_, without) in areas.items() if with_ and without)
    none = sorted(a for a, (with_, _) in areas.items() if not with_)
    covered = {(m, shape(p)) for _, m, p in (line.split() for line in COVERED.read_text().splitlines())}
    named = lambda name: f"{name} ({CONTENTS[name]})" if name in CONTENTS else name
    counts = lambda names: ", ".join(f"{named(name)} ({sum(areas[name])})" for name in names)
    described = f"{len(operations)} operations that Intercom's OpenAPI descriptions of 2.7 to Unstable have"
    known, checked = len(operations) - len(missing), len(covered & operations.keys())
    how_many = f"All {described} are" if not missing else f"Of {described}, {known} are"
    whose = "every answer" if checked == known else f"the answers of {checked}"
    lines = [
        textwrap.fill(
            f"{how_many} implemented; the tests check {whose} against them, except for {DEVIATIONS}.",
            width=120,
            break_long_words=False,
            break_on_hyphens=False,
        ),
        "",
        "| | Areas (operations) |",
        "|---|---|",
        f"| Implemented | {counts(whole)} |",
        *[f"| In part | {name}: {areas[name][0]} of {sum(areas[name])} |" for name in partly],
        *([f"| Not yet | {counts(none)} |"] if none else []),
    ]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--contract", default=os.environ.get("DESKWIRE_CONTRACT", ROOT.parent / "shared" / "contract"))
    arguments = parser.parse_args()
    operations, routes = described(pathlib.Path(arguments.contract)), routed()
    lines, missing = [], set()
    for key, (path, _, versions) in operations.items():
        without = [v for v in versions if v not in routes.get(key, ())]
        if without:
            lines.append(f"{key[0]} {path} {runs(without)}\n")
            missing.add(key)
    readme = README.read_text()
    if BEGIN not in readme or END not in readme:
        sys.exit(f"README.md lacks the line {BEGIN.strip()} or {END.strip()}")
    head, rest = readme.split(BEGIN)
    wanted = {
        MISSING: "".join(sorted(lines, key=lambda line: line.split()[1::-1])),
        README: head + BEGIN + table(operations, missing) + END + rest.split(END)[1],
    }
    for path, text in wanted.items():
        if path.exists() and path.read_text() == text:
            continue
        if arguments.check:
            sys.exit(f"{path.relative_to(ROOT)} is out of date: run scripts/operations.py")
        path.write_text(text)


if __name__ == "__main__":
    main()
