#!/usr/bin/env python3
"""Read recorded answers as strictly as typed clients do.

    reader.py [--contract DIR]     self-test: each rule reports its errors, and accepts the published examples

coverage.py reads what the tests recorded.

Clients generated from a published description, in Java, C# or Kotlin, keep a value in the type that the description
gives it. check.py of the contract holds an exchange against the shape; this holds it against those types:

  int32      an integer of no other format is beyond 32 bits, or one of format int64 beyond 64
  time       a time is no unix timestamp in seconds
  key        a key is missing that every published example of the object has
  kind       a value has another kind than the schema and every published example of the object give it
  enum       a text is not one of those that the schema and the examples know
  required   a key is missing that the description requires, even where an example goes without it
  null       a null in a required property that neither schema nor example has as null
  next       pages.next is neither null nor what the official clients follow: the URL of the page in lists that are
             described so, and in those of companies; else an object with a text starting_after
"""
import argparse
import copy
import importlib.util
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONTRACT = os.environ.get("DESKWIRE_CONTRACT", ROOT.parent / "shared" / "contract")
INT32, INT64 = 2**31, 2**63
# The end of the year 2199: a later second is milliseconds.
LATEST = 7_258_118_399
# Every official client that follows links (Java, Ruby, PHP) takes pages.next of these for the URL of the next page, and
# those that count pages themselves (Node, Python) do not look at it. The description types it as a cursor. Of events it
# gives no type; its example is a URL.
BY_URL = re.compile(
    r"GET /(companies|events|admins/activity_logs|articles|articles/search|internal_articles|internal_articles/search"
    r"|help_center/(collections|sections)|(companies|contacts)/[^/]+/notes)|POST /companies/list")
# Required by the description, but null if there is no value: (version, object, key).
NULL = {("2.11", "part_attachment", "width"), ("2.11", "part_attachment", "height"),
        ("2.11", "file_attribute", "width"), ("2.11", "file_attribute", "height")}
# Required by the description, but absent in the one described form of error without it: (version, object, key).
ABSENT = {("2.16", "error", "errors"), ("Unstable", "error", "errors")}


def load_checker(directory):
    found = importlib.util.spec_from_file_location("check", pathlib.Path(directory) / "check.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


# Only text attributes have it, and all examples of created or changed attributes are of texts.
OF_TEXTS = {"multiline"}


class Reader:
    """Reads one answer of one version."""

    def __init__(self, check, version):
        self.check, self.version, self.out = check, version, []

    def free(self, where):
        """Whether the keys of an object are chosen by the caller; Fin reports unknown ones by name."""
        return where.rsplit(".", 1)[-1] in self.check.FREE_FORM or re.fullmatch(r"\$\.errors\.(user|conversation)\.attributes", where)

    def fault(self, rule, where, detail):
        self.out.append((f"reader-{rule}", where, detail))

    def read(self, schema, value, where="$", places=()):
        """`places` are the components around the value, each with the path from there."""
        described = self.check.below(self.version, schema, value)
        places = [*places, *((name, "") for name, _ in described if name)]
        choices = self.choices(schema)
        seen = [(self.check.shown(self.version).get(name), at) for name, at in places]
        seen = [(pool, at) for pool, at in seen if pool is not None]
        self.kind(choices, seen, value, where)
        if isinstance(value, dict):
            self.object(described, seen, value, where)
            free = self.free(where)
            for key, item in value.items():
                inner = self.check.child(described, key)
                if inner and not free:
                    self.read(inner, item, f"{where}.{key}", [(name, f"{at}.{key}") for name, at in places])
        elif isinstance(value, list):
            for index, item in enumerate(value):
                inner = self.check.child(described, None)
                if inner:
                    self.read(inner, item, f"{where}[{index}]", [(name, f"{at}[]") for name, at in places])

    def choices(self, schema):
        """The schemas that a value may follow."""
        schema = self.check.spec(self.version).resolve(schema or {})
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return [choice for part in schema[word] for choice in self.choices(part)]
        return [schema]

    def kind(self, choices, seen, value, where):
        got = self.check.kind(value)
        wanted = {choice["type"] for choice in choices if "type" in choice}
        if got == "null" or not wanted or len(wanted) < len({id(choice) for choice in choices if "type" not in choice}):
            return
        if got == "integer":
            self.integer([c for c in choices if c.get("type") == "integer"], wanted, value, where)
        fits = got in wanted or (got == "integer" and "number" in wanted)
        if not fits and not any(got in pool.kinds.get(at, ()) for pool, at in seen):
            self.fault("kind", where, f"{' or '.join(sorted(wanted))} expected, {got} found")
        listed = [value for choice in choices for value in choice.get("enum", ())]
        if got == "string" and listed and value not in listed and not any(value in pool.values.get(at, ()) for pool, at in seen):
            self.fault("enum", where, f"{value!r} is not one of {sorted(map(str, listed))}")

    def integer(self, choices, wanted, value, where):
        formats = {choice.get("format") for choice in choices}
        if not choices or "number" in wanted:
            return
        if formats & {"date-time", "timestamp", "date"}:
            if not 0 <= value <= LATEST:
                self.fault("time", where, f"{value} is no unix timestamp in seconds")
            return
        most = INT64 if "int64" in formats else INT32
        if not -most <= value < most:
            self.fault("int32", where, f"{value} does not fit {'64' if most == INT64 else '32'} bits")

    def object(self, described, seen, value, where):
        tag = value.get("type") if isinstance(value.get("type"), str) else None
        # The innermost component has the most examples of the object.
        for pool, at in seen[-1:] if not self.free(where) else ():
            for key in sorted(pool.always.get((at, tag), set()) - OF_TEXTS):
                # An example of another kind of the same object may lack it.
                if key not in value and not any(key not in keys for (place, _), keys in pool.always.items() if place == at):
                    self.fault("key", f"{where}.{key}", "every published example has it")
        for name, schema in described:
            for key in schema.get("required", ()):
                if key not in value and (self.version, name, key) not in ABSENT:
                    self.fault("required", f"{where}.{key}", f"{name or 'the schema'} requires it")
                inner = self.check.spec(self.version).resolve((schema.get("properties") or {}).get(key) or {})
                null = key in value and value[key] is None and inner.get("type") and not inner.get("nullable")
                shown = any("null" in pool.kinds.get(f"{at}.{key}", ()) for pool, at in seen)
                if null and not shown and (self.version, name, key) not in NULL:
                    self.fault("null", f"{where}.{key}", "required and never null")

    def pages(self, operation, schema, body):
        """Whether the next page is named in the way that clients follow."""
        pages = body.get("pages") if isinstance(body, dict) else None
        following = pages.get("next") if isinstance(pages, dict) else None
        if following is None:
            return
        described = self.check.child(self.check.below(self.version, schema, body), "pages")
        described = self.check.child(self.check.below(self.version, described, pages), "next")
        typed = {choice.get("type") for choice in self.choices(described)}
        by_url = BY_URL.fullmatch(" ".join(operation[1:])) or "string" in typed
        if by_url and not (isinstance(following, str) and re.match(r"https?://[^/]+/", following)):
            self.fault("next", "$.pages.next", f"the URL of a page expected, {following!r} found")
        if not by_url and not (isinstance(following, dict) and isinstance(following.get("starting_after"), str)):
            self.fault("next", "$.pages.next", f"an object with starting_after expected, {following!r} found")


def faults(check, exchange):
    """[(rule, where, detail)] for what a typed client of this version cannot read in an exchange."""
    version, method, body = exchange["version"], exchange["method"], exchange.get("body")
    description = check.spec(version)
    found = description.find(method, exchange["path"])
    response = description.response(found[1], exchange["status"]) if found else None
    media = ((response or {}).get("content") or {}).get("application/json")
    if not media or body is None:
        return []
    operation, schema = (version, method.upper(), found[0]), media.get("schema") or {}
    reader = Reader(check, version)
    by_url = BY_URL.fullmatch(" ".join(operation[1:]))
    if by_url and isinstance(body, dict) and isinstance(body.get("pages"), dict):
        reader.read(schema, {**body, "pages": {**body["pages"], "next": None}})
    else:
        reader.read(schema, body)
    reader.pages(operation, schema, body)
    return reader.out


def self_test(check):
    """Each rule must report its errors, and accept the published examples."""
    def example(version, method, path):
        operation = check.spec(version).find(method, path)[1]
        return {"version": version, "method": method, "path": path, "status": 200,
                "body": copy.deepcopy(check.examples_of(operation["responses"]["200"]["content"]["application/json"])[0])}

    def spoilt(version, method, path, *steps):
        """The example with the value at some steps replaced; a value of `del` takes the key out."""
        exchange = example(version, method, path)
        *steps, last, value = steps
        at = exchange["body"]
        for step in steps:
            at = at[step]
        if value is del_:
            del at[last]
        else:
            at[last] = value
        return exchange

    del_ = object()
    cases = [
        ("int32", spoilt("2.14", "GET", "/me", "team_ids", [2**31])),
        ("int32", spoilt("2.14", "GET", "/data_attributes", "data", [{"type": "data_attribute", "id": 10_300_000_000_000}])),
        ("time", spoilt("2.14", "POST", "/messages", "created_at", 1_772_366_400_000)),
        ("key", spoilt("2.14", "GET", "/admins", "admins", 0, "email", del_)),
        ("kind", spoilt("2.14", "GET", "/admins", "admins", 0, "name", 5)),
        ("enum", spoilt("2.14", "GET", "/data_attributes", "data", 0, "model", "person")),
        ("required", example("2.11", "GET", "/tags")),
        ("null", spoilt("2.11", "GET", "/admins", "type", None)),
        ("next", spoilt("2.14", "GET", "/companies", "pages", "next", {"per_page": 1, "starting_after": "x"})),
        ("next", spoilt("2.14", "GET", "/contacts", "pages", "next", "http://127.0.0.1/contacts?page=2")),
    ]
    wrong = []
    for rule, exchange in cases:
        found = {fault[0] for fault in faults(check, exchange)}
        if f"reader-{rule}" not in found:
            wrong.append(f"{rule} is not found in {exchange['method']} {exchange['path']}: {sorted(found)}")
    for version, method, path in (("2.7", "GET", "/me"), ("2.11", "GET", "/admins"), ("2.14", "GET", "/admins"), ("2.14", "GET", "/contacts"), ("Unstable", "GET", "/data_attributes")):
        found = [fault for fault in faults(check, example(version, method, path)) if fault[0] != "reader-required"]
        if found:
            wrong.append(f"{method} {path} of {version} is faulted: {found}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contract", default=CONTRACT)
    args = parser.parse_args()
    wrong = self_test(load_checker(args.contract))
    print("\n".join(wrong) or "every rule works")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
