#!/usr/bin/env python3
"""List the methods of the official SDKs that the tests in tests/sdk never call.

    sdk_methods.py [--list] CALLED     lines "node contacts.create" or "python contacts.create", as the tests write them

Fails when a method of an implemented operation was not called. Methods of other operations are counted: those of
crates/api/src/not_implemented.txt, and those that no description has. --list prints every method with its operation.
"""
import argparse
import os
import pathlib
import re
import sys

import operations

ROOT = operations.ROOT
NODE = ROOT / "tests/sdk/node/node_modules/intercom-client/dist/cjs/api"
# A method as it is called, and at the end of its request the method and the path of the operation.
NODE_METHOD = re.compile(r"^    (?:async )?(\w+)\([^\n]*\) \{$", re.MULTILINE)
NODE_REQUEST = re.compile(r'handleNonStatusCodeError\)?\([^"]*"([A-Z]+)", "([^"]+)"\)')
PYTHON_CLASS = re.compile(r"^class Raw\w+:\n(.*?)(?=^class |\Z)", re.MULTILINE | re.DOTALL)
PYTHON_METHOD = re.compile(r"^    def (\w+)\(", re.MULTILINE)
PYTHON_REQUEST = re.compile(r'httpx_client\.(?:request|stream)\(\s*f?"([^"]+)",\s*(?:base_url=[^,]+,\s*)?method="([A-Z]+)"')


def pieces(source, method):
    """(name, text) of each method: the text extends to the next one."""
    found = list(method.finditer(source))
    ends = [match.start() for match in found[1:]] + [len(source)]
    return [(match.group(1), source[match.start() : end]) for match, end in zip(found, ends)]


def node():
    """{method: (METHOD, shape)}: client.contacts.create is "contacts.create"."""
    methods = {}
    for path in NODE.rglob("client/Client.js"):
        spaces = [part for part in path.relative_to(NODE).parts[:-2] if part != "resources"]
        for name, text in pieces(path.read_text(), NODE_METHOD):
            request = NODE_REQUEST.search(text)
            if request:
                methods[".".join([*spaces, name.lstrip("_")])] = (request[1], operations.shape(request[2]))
    return methods


def python(package):
    """The same for the Python package in this directory."""
    methods = {}
    for path in package.rglob("raw_client.py"):
        spaces = path.relative_to(package).parts[:-1]
        for name, text in pieces(PYTHON_CLASS.search(path.read_text())[1], PYTHON_METHOD):
            request = PYTHON_REQUEST.search(text)
            if request:
                methods[".".join([*spaces, name])] = (request[2], operations.shape("/" + request[1]))
    return methods


def installed(venv):
    """The directory of the Python SDK."""
    found = sorted(pathlib.Path(venv).glob("lib/python*/site-packages/intercom"))
    return found[-1] if found else sys.exit(f"no Python SDK in {venv}: run scripts/setup.sh test")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("called", type=pathlib.Path, nargs="?")
    args = parser.parse_args()
    suites = {"node": node(), "python": python(installed(os.environ.get("DESKWIRE_VENV", ROOT / ".venv")))}
    if not all(suites.values()):
        sys.exit(f"no methods found: {', '.join(f'{name}: {len(methods)}' for name, methods in suites.items())}")
    called = set(args.called.read_text().splitlines()) if args.called else set()
    has, waits = set(operations.routed()), waiting()
    failed = False
    for suite, methods in suites.items():
        missed = [m for m in sorted(methods) if methods[m] in has and f"{suite} {m}" not in called]
        counts = {"called": 0, "not implemented": 0, "not described": 0}
        for method, operation in methods.items():
            known = "called" if operation in has else "not implemented" if operation in waits else "not described"
            counts[known] += f"{suite} {method}" in called if operation in has else 1
            if args.list:
                print(f"{suite} {method} {' '.join(operation)} {known if operation not in has else ''}".rstrip())
        print(f"{suite}: {len(methods)} methods: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
        for method in missed if args.called else ():
            failed = True
            print(f"  never called: {method} ({' '.join(methods[method])})")
    sys.exit(1 if failed else 0)


def waiting():
    """The operations that are not implemented."""
    lines = (line.split() for line in operations.MISSING.read_text().splitlines())
    return {(method, operations.shape(path)) for method, path, _ in lines}


if __name__ == "__main__":
    main()
