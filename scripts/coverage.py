#!/usr/bin/env python3
"""Hold the recorded traffic against the contract, and see that coverage only grows.

    coverage.py [--write] [--contract DIR] [TRAFFIC.jsonl ...]     default: target/traffic/*.jsonl

Fails when an exchange departs from the published description, when a typed client could not read an answer (see
reader.py), or when an operation of a version that
tests/coverage.txt lists (lines "VERSION METHOD /path/template") was not answered soundly this time.
--write puts what was answered soundly into that file.
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

ROOT = pathlib.Path(__file__).resolve().parent.parent
LISTED = ROOT / "tests" / "coverage.txt"
TRAFFIC = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "traffic"


def refused(exchange):
    """A call that its version does not have, or of no known version, and that was answered so."""
    body = exchange.get("body")
    return exchange["status"] in (400, 404) and isinstance(body, dict) and body.get("type") == "error.list"


def not_implemented(exchange):
    """A call of an operation that the server says it does not have yet."""
    body = exchange.get("body")
    errors = body.get("errors") if isinstance(body, dict) else None
    return exchange["status"] == 501 and bool(errors) and errors[0].get("code") == "not_implemented"


def one_company(exchange):
    """GET /companies?company_id= or ?name= answers the company itself, as both official SDKs read it; the description
    only tells of the list. It is held against what the description says of a company."""
    path, _, query = exchange["path"].partition("?")
    one = exchange["method"] == "GET" and path == "/companies" and re.search(r"(^|&)(company_id|name)=[^&]", query)
    one = one and not re.search(r"(^|&)(page|per_page)=[^&]", query)
    return {**exchange, "path": "/companies/one"} if one else exchange


def one_instance(exchange):
    """GET /custom_object_instances/{type}?external_id= answers one instance, as the description says in words; its schema
    (since 2.16) is the list's. It is held against what the description says of an instance."""
    path, _, query = exchange["path"].partition("?")
    listed = exchange["method"] == "GET" and re.fullmatch(r"/custom_object_instances/[^/]+", path)
    return {**exchange, "path": path + "/one"} if listed and re.search(r"(^|&)external_id=[^&]", query) else exchange


def as_described(exchange):
    """The exchange without what official clients read and the description does not tell of (docs/adr/0006): the URL in
    pages.next of companies, the admins of a conversation's teammates, and nulls in statistics and in the sizes of files."""
    def plain(value):
        if isinstance(value, list):
            return [plain(item) for item in value]
        if not isinstance(value, dict):
            return value
        of = value.get("type")
        left = {k: plain(v) for k, v in value.items()}
        if of == "conversation_statistics":
            left = {k: v for k, v in left.items() if v is not None}
        if of == "upload":
            left = {k: 0 if v is None and k in ("width", "height") else v for k, v in left.items()}
        if of == "admin.list" and "teammates" in value:
            left.pop("admins", None)
        return left

    body = plain(exchange.get("body"))
    # In 2.11 all companies have the fields that the description requires, also where an example goes without.
    if exchange["version"] == "2.11" and re.fullmatch(r"/contacts/[^/]+/companies", exchange["path"].split("?")[0]):
        if isinstance(body, dict) and isinstance(body.get("data"), list):
            brief = [{k: v for k, v in c.items() if k not in ("website", "industry", "size")} for c in body["data"]]
            body = {**body, "data": brief}
    # Up to 2.11 a type lists its attributes under both names, also where an example has one.
    if exchange["path"].split("?")[0] == "/ticket_types" and isinstance(body, dict) and isinstance(body.get("data"), list):
        for of in body["data"]:
            of.get("ticket_type_attributes", {}).pop("ticket_type_attributes", None)
    # 2.11 requires the count of a company's segments, and has no property of that name.
    if exchange["version"] == "2.11" and re.fullmatch(r"/companies/[^/]+/segments", exchange["path"].split("?")[0]):
        body = {k: v for k, v in body.items() if k != "total_count"} if isinstance(body, dict) else body
    # The end of a scroll of companies has no parameter to go on with.
    if exchange["path"].split("?")[0] == "/companies/scroll" and isinstance(body, dict) and body.get("data") == []:
        body = {**body, "scroll_param": body.get("scroll_param") or ""}
    if (exchange["method"], exchange["path"].split("?")[0]) in reader.BY_URL and isinstance(body, dict):
        pages = body.get("pages")
        if isinstance(pages, dict) and isinstance(pages.get("next"), str):
            body = {**body, "pages": {**pages, "next": None}}
    return {**exchange, "body": body}


def undescribed(exchange):
    """What the description does not tell of: GET /events without summary=true, which answers the events themselves and
    not their summary, GET /companies/list, and the older path of run_assignment_rules."""
    path, _, query = exchange["path"].partition("?")
    events = exchange["method"] == "GET" and path == "/events" and exchange["status"] == 200
    # The next page of POST /companies/list is followed with GET.
    listed = exchange["method"] == "GET" and path == "/companies/list"
    rules = re.fullmatch(r"/conversations/[^/]+/run_assignment_rules/parts", path)
    return listed or rules or (events and not re.search(r"(^|&)summary=(true|1)(&|$)", query))


def check_file(directory, path):
    """(exchanges, {operation: sound}, {fault: [count, detail, example path]}) of one traffic file."""
    check = reader.load_checker(directory)
    exchanges, sound, faults = 0, {}, {}
    for line in path.read_text().splitlines():
        exchange = one_instance(one_company(json.loads(line)))
        if exchange["path"].split("?")[0] in ("/readyz", "/healthz", "/metrics") or undescribed(exchange) or not_implemented(exchange):
            continue
        exchanges += 1
        known = (check.SPEC / f"{exchange['version']}.json").exists()
        operation, errors = check.check_exchange(as_described(exchange)) if known else (None, [("unknown-version", exchange["version"], "")])
        if operation is None and refused(exchange):
            continue
        if operation:
            errors = errors + reader.faults(check, exchange)
        if operation and 200 <= exchange["status"] < 400:
            sound[operation] = sound.get(operation, True) and not errors
        for rule, where, detail in errors:
            key = (rule, operation or (exchange["version"], exchange["method"], ""), exchange["status"], re.sub(r"\[\d+\]", "[]", where))
            faults.setdefault(key, [0, detail, exchange["path"]])[0] += 1
    return exchanges, sound, faults


def newest_last(version):
    return [int(n) for n in version.split(".")] if version[0].isdigit() else [99]


def table(check, sound):
    """Operation by version: + answered as described, ! answered otherwise, . not called, blank: not in that version."""
    versions = sorted((p.stem for p in check.SPEC.glob("*.json")), key=newest_last)
    plain = lambda template: re.sub(r"\{[^}]*\}", "{}", template)
    marks, total = collections.defaultdict(dict), collections.Counter()
    for version in versions:
        for method, template, *_ in check.spec(version).operations:
            good = sound.get((version, method.upper(), template))
            marks[plain(template), method.upper()][version] = "." if good is None else "+" if good else "!"
            total[version] += 1
    print(f"{'':64}" + "".join(f"{v[:5]:>6}" for v in versions))
    for (template, method), row in sorted(marks.items()):
        if set(row.values()) != {"."}:
            print(f"{method:7}{template:57}" + "".join(f"{row.get(v, ''):>6}" for v in versions))
    good = collections.Counter(version for (version, _, _), ok in sound.items() if ok)
    print(f"{'answered as described':64}" + "".join(f"{good[v]:>6}" for v in versions))
    print(f"{'of':64}" + "".join(f"{total[v]:>6}" for v in versions))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("traffic", nargs="*", type=pathlib.Path)
    parser.add_argument("--contract", default=reader.CONTRACT)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    files = args.traffic or sorted(TRAFFIC.glob("**/*.jsonl"))
    if not (pathlib.Path(args.contract) / "check.py").exists():
        sys.exit(f"error: no check.py in {args.contract}")
    if not files:
        sys.exit(f"error: no traffic in {TRAFFIC}: run the tests first")

    blind = reader.self_test(reader.load_checker(args.contract))
    if blind:
        sys.exit("error: the strict reader fails its own test\n" + "\n".join(blind))
    exchanges, sound, faults = 0, {}, {}
    with concurrent.futures.ProcessPoolExecutor() as pool:
        for count, good, bad in pool.map(check_file, [args.contract] * len(files), files):
            exchanges += count
            for operation, ok in good.items():
                sound[operation] = sound.get(operation, True) and ok
            for key, (times, detail, path) in bad.items():
                faults.setdefault(key, [0, detail, path])[0] += times

    table(reader.load_checker(args.contract), sound)
    for (rule, operation, status, where), (times, detail, path) in faults.items():
        print(f"{rule}: {' '.join(operation)} {status} {where}: {detail} (x{times}; {path})")

    answered = {" ".join(operation) for operation, ok in sound.items() if ok}
    listed = {line for line in LISTED.read_text().splitlines() if line.strip()}
    lost = sorted(listed - answered)
    if args.write:
        by_version = sorted(answered, key=lambda line: (newest_last(line.split()[0]), line.split()[2], line))
        LISTED.write_text("".join(f"{line}\n" for line in by_version))
        print(f"{LISTED.relative_to(ROOT)}: {len(answered)} lines ({len(answered - listed)} new, {len(lost)} gone)")
    else:
        for line in lost:
            print(f"no longer covered: {line}")
        if answered - listed:
            print(f"{len(answered - listed)} operations more than tests/coverage.txt lists: 'make coverage' adds them")
    print(f"{exchanges} exchanges, {len(answered)} operations answered as described, {len(faults)} kinds of fault, {len(lost)} lost")
    sys.exit(1 if faults or (lost and not args.write) else 0)


if __name__ == "__main__":
    main()
