#!/usr/bin/env python3
"""Validate the recorded traffic against the contract, and check that coverage only grows.

    coverage.py [--write | --implemented] [--contract DIR] [TRAFFIC.jsonl ...]     default: target/traffic/*.jsonl

Fails when an exchange deviates from the published description, when a typed client could not read an answer (see
reader.py), or when an operation of a version that
tests/coverage.txt lists (lines "VERSION METHOD /path/template") was not answered as described this time.
--write puts what was answered soundly into that file. --implemented asks for every operation that
crates/api/src/not_implemented.txt does not list instead.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import sys

import reader
import variants
from deviations import ALL as DEVIATIONS, undescribed, undone

ROOT = pathlib.Path(__file__).resolve().parent.parent
LISTED = ROOT / "tests" / "coverage.txt"
MISSING = ROOT / "crates/api/src/not_implemented.txt"
TRAFFIC = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "traffic"


def shape(template):
    """A path whose parameters have no names."""
    return re.sub(r"\{[^}]*\}", "{}", template)


def refused(exchange):
    """Whether a call of an unknown operation or version was rejected as such."""
    body = exchange.get("body")
    return exchange["status"] in (400, 404) and isinstance(body, dict) and body.get("type") == "error.list"


def not_implemented(exchange):
    """Whether a call was answered as not implemented."""
    body = exchange.get("body")
    errors = body.get("errors") if isinstance(body, dict) else None
    return exchange["status"] == 501 and bool(errors) and errors[0].get("code") == "not_implemented"


class Result:
    """The results of the exchanges of one or more traffic files."""

    def __init__(self):
        self.exchanges = 0
        self.sound = {}  # operation: whether all its successes were answered as described
        self.refused = {}  # operation: why it can only be refused
        self.faults = {}  # fault: [count, detail, example path]
        self.deviations = collections.Counter()
        self.sent = collections.defaultdict(set)  # METHOD and shape: the parts of requests that succeeded

    def add(self, other):
        self.exchanges += other.exchanges
        for operation, ok in other.sound.items():
            self.sound[operation] = self.sound.get(operation, True) and ok
        self.refused.update(other.refused)
        for key, (times, detail, path) in other.faults.items():
            self.faults.setdefault(key, [0, detail, path])[0] += times
        self.deviations += other.deviations
        for operation, parts in other.sent.items():
            self.sent[operation] |= parts

    def hold(self, check, exchange):
        """Validates one exchange against the description."""
        self.exchanges += 1
        known = (check.SPEC / f"{exchange['version']}.json").exists()
        plain, deviations = undone(exchange)
        self.deviations.update(deviations)
        operation, errors = check.check_exchange(plain) if known else (None, [("unknown-version", exchange["version"], "")])
        if operation:
            # Undoing a deviation may change the path to that of another operation.
            operation = (*operation[:2], check.spec(exchange["version"]).find(exchange["method"], exchange["path"])[0])
        if operation is None and refused(exchange):
            return
        if operation:
            errors = errors + reader.faults(check, {**exchange, "path": plain["path"]})
        if operation and 200 <= exchange["status"] < 400:
            self.sound[operation] = self.sound.get(operation, True) and not errors
            if "request" in exchange:
                self.sent[operation[1], shape(operation[2])] |= variants.parts_of(exchange)
        if operation and exchange.get("note", "").startswith("refused: "):
            self.refused[operation] = exchange["note"].removeprefix("refused: ")
        for rule, where, detail in errors:
            key = (rule, operation or (exchange["version"], exchange["method"], ""), exchange["status"], re.sub(r"\[\d+\]", "[]", where))
            self.faults.setdefault(key, [0, detail, exchange["path"]])[0] += 1


def check_file(directory, path):
    """The result of one traffic file."""
    check, result = reader.load_checker(directory), Result()
    for line in path.read_text().splitlines():
        exchange = json.loads(line)
        if exchange["path"].split("?")[0] in ("/readyz", "/healthz", "/metrics") or not_implemented(exchange):
            continue
        deviation = undescribed(exchange)
        if deviation:
            result.deviations[deviation] += 1
        else:
            result.hold(check, exchange)
    return result


def newest_last(version):
    return [int(n) for n in version.split(".")] if version[0].isdigit() else [99]


def pairs(check):
    """{(version, METHOD, template): area} of all descriptions, oldest version first. The newest one names the area."""
    found, areas = {}, {}
    for version in sorted((p.stem for p in check.SPEC.glob("*.json")), key=newest_last):
        for method, template, _, _, description in check.spec(version).operations:
            found[version, method.upper(), template] = (method.upper(), shape(template))
            areas[method.upper(), shape(template)] = (description.get("tags") or ["Other"])[0]
    return {pair: areas[operation] for pair, operation in found.items()}


def missing_pairs(described):
    """The pairs that crates/api/src/not_implemented.txt lists."""
    order = sorted({version for version, _, _ in described}, key=newest_last)
    listed = set()
    for line in MISSING.read_text().splitlines():
        method, template, runs = line.split()
        for run in runs.split(","):
            first, _, last = run.partition("-")
            versions = order[order.index(first) : order.index(last or first) + 1]
            listed |= {(version, method, shape(template)) for version in versions}
    return {(version, method, template) for version, method, template in described if (version, method, shape(template)) in listed}


def grade(pair, result, missing):
    if pair in result.sound:
        return "+" if result.sound[pair] else "!"
    return "r" if pair in result.refused else "-" if pair in missing else "."


GRADES = {"+": "as described", "!": "deviates", "r": "refused", ".": "not answered", "-": "missing"}


def table(described, result, missing):
    """Operation by version, then areas by grade."""
    versions = sorted({version for version, _, _ in described}, key=newest_last)
    marks, areas = collections.defaultdict(dict), collections.defaultdict(collections.Counter)
    for pair, area in described.items():
        version, method, template = pair
        mark = grade(pair, result, missing)
        marks[shape(template), method][version] = mark
        areas[area][mark] += 1
        areas["all"][mark] += 1
    print(f"{'':64}" + "".join(f"{v[:5]:>6}" for v in versions))
    for (template, method), row in sorted(marks.items()):
        print(f"{method:7}{template:57}" + "".join(f"{row.get(v, ''):>6}" for v in versions))
    for mark in "+!":
        counts = [sum(row.get(version) == mark for row in marks.values()) for version in versions]
        print(f"{GRADES[mark]:64}" + "".join(f"{count:>6}" for count in counts))
    print(f"\n{'area':32}" + "".join(f"{name + ' ' + mark:>16}" for mark, name in GRADES.items()))
    for area in sorted(areas, key=lambda name: (name == "all", name)):
        print(f"{area:32}" + "".join(f"{areas[area][mark] or '':>16}" for mark in GRADES))


def notes(result):
    """The current deviations, and the calls that can only be refused."""
    print("\nwhere clients know more than the description (docs/adr/0006):")
    for deviation in DEVIATIONS:
        print(f"  {deviation} (x{result.deviations[deviation]})")
    for reason in sorted(set(result.refused.values())):
        refused_pairs = [pair for pair, why in result.refused.items() if why == reason and pair not in result.sound]
        operations = sorted({f"{method} {shape(template)}" for _, method, template in refused_pairs})
        if operations:
            print(f"refused because {reason}: {', '.join(operations)} ({len(refused_pairs)} pairs)")


def unsent(check, described, result, missing):
    """The parts of requests of implemented operations that no successful recorded request had."""
    offered = variants.offered(check, {version for version, _, _ in described})
    ready = {(method, shape(template)) for _, method, template in described.keys() - missing}
    left = {operation: offered[operation] - result.sent[operation] for operation in ready}
    count, all_parts = sum(map(len, left.values())), sum(len(offered[operation]) for operation in ready)
    print(f"\n{all_parts - count} of {all_parts} parts that requests can have were sent with success; missing:")
    for (method, template), parts in sorted(left.items(), key=lambda item: item[0][::-1]):
        if parts:
            print(f"  {method} {template}: {', '.join(sorted(parts))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("traffic", nargs="*", type=pathlib.Path)
    parser.add_argument("--contract", default=reader.CONTRACT)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--implemented", action="store_true")
    args = parser.parse_args()
    files = args.traffic or sorted(TRAFFIC.glob("**/*.jsonl"))
    if not (pathlib.Path(args.contract) / "check.py").exists():
        sys.exit(f"error: no check.py in {args.contract}")
    if not files:
        sys.exit(f"error: no traffic in {TRAFFIC}: run the tests first")

    blind = reader.self_test(reader.load_checker(args.contract))
    if blind:
        sys.exit("error: the self-test of the strict reader failed\n" + "\n".join(blind))
    result = Result()
    with concurrent.futures.ProcessPoolExecutor() as pool:
        for found in pool.map(check_file, [args.contract] * len(files), files):
            result.add(found)

    described = pairs(reader.load_checker(args.contract))
    missing = missing_pairs(described)
    table(described, result, missing)
    notes(result)
    if result.sent:
        unsent(reader.load_checker(args.contract), described, result, missing)
    for (rule, operation, status, where), (times, detail, path) in result.faults.items():
        print(f"error: {rule}: {' '.join(operation)} {status} {where}: {detail[:200]} (x{times}; {path})")

    answered = {" ".join(operation) for operation, ok in result.sound.items() if ok}
    listed = {line for line in LISTED.read_text().splitlines() if line.strip()}
    if args.implemented:
        listed = {" ".join(pair) for pair in described if pair not in missing and pair not in result.refused}
    lost = sorted(listed - answered)
    if args.write:
        by_version = sorted(answered, key=lambda line: (newest_last(line.split()[0]), line.split()[2], line))
        LISTED.write_text("".join(f"{line}\n" for line in by_version))
        print(f"{LISTED.relative_to(ROOT)}: {len(answered)} lines ({len(answered - listed)} new, {len(lost)} gone)")
    else:
        for line in lost:
            print(f"error: not answered as described: {line}")
        if answered - listed and not args.implemented:
            print(f"{len(answered - listed)} operations more than tests/coverage.txt lists: 'make coverage' adds them")
    print(f"{result.exchanges} exchanges, {len(answered)} of {len(described)} operations answered as described, {len(result.faults)} kinds of fault, {len(lost)} lost")
    sys.exit(1 if result.faults or (lost and not args.write) else 0)


if __name__ == "__main__":
    main()
