"""The official Python SDK against a running Deskwire (DESKWIRE_TEST_URL, DESKWIRE_TEST_TOKEN; see scripts/sdk.sh)."""
import functools
import os
import pathlib
import time
import uuid

import pytest
from intercom import Intercom
from intercom.core.api_error import ApiError
from intercom.types import CreateContactRequestWithEmail, CreateContactRequestWithRole, CreateOrUpdateCompanyRequest

MISSING = "0123456789abcdef01234567"
NUMBERED = ["2.7", "2.8", "2.9", "2.10", "2.11", "2.12", "2.13", "2.14", "2.15", "2.16"]


def pytest_report_header():
    return f"Deskwire on {os.environ.get('DESKWIRE_TEST_DATABASE', 'an unnamed database')}"


CALLED, WATCHED = set(), set()


def noted(method, name):
    @functools.wraps(method)
    def call(*args, **kwargs):
        CALLED.add(name)
        return method(*args, **kwargs)

    return call


def watch(client, path=()):
    """Notes which methods of a client are called, for scripts/sdk_methods.py."""
    of = type(client)
    if of in WATCHED:
        return
    WATCHED.add(of)
    for name, member in list(vars(of).items()):
        if name.startswith("_") or name == "with_raw_response":
            continue
        if isinstance(member, property):
            watch(getattr(client, name), (*path, name))
        elif callable(member):
            setattr(of, name, noted(member, ".".join((*path, name))))


def pytest_sessionstart():
    if os.environ.get("DESKWIRE_SDK_CALLS"):
        watch(connect())


def pytest_sessionfinish():
    if os.environ.get("DESKWIRE_SDK_CALLS"):
        with pathlib.Path(os.environ["DESKWIRE_SDK_CALLS"]).open("a") as out:
            out.writelines(f"python {name}\n" for name in sorted(CALLED))


def connect(version=None, token=None):
    """A client as an application makes it. Without a version it sends none, so the workspace's own holds."""
    headers = {"Intercom-Version": version} if version else None
    return Intercom(base_url=os.environ["DESKWIRE_TEST_URL"], token=token or os.environ["DESKWIRE_TEST_TOKEN"], headers=headers)


@pytest.fixture(scope="session")
def client():
    return connect()


@pytest.fixture(scope="session")
def unstable():
    return connect("Unstable").unstable


def word(prefix="w"):
    return prefix + uuid.uuid4().hex[:10]


def now():
    return int(time.time())


def ids(items):
    return sorted(item.id for item in items)


def field(thing, name):
    """A value of an answer, which the SDK gives as a model, or as it came where its type did not fit."""
    return thing[name] if isinstance(thing, dict) else getattr(thing, name)


class refused:
    """with refused(404, "not_found"): ... The refusal's first error is in .message afterwards."""

    def __init__(self, status, code=None):
        self.status, self.code, self.message = status, code, ""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        assert kind is not None, f"answered with success, {self.status} expected"
        if not isinstance(error, ApiError):
            return False
        errors = field(error.body, "errors")
        assert (error.status_code, field(error.body, "type")) == (self.status, "error.list"), error
        assert self.code in (None, field(errors[0], "code")), error
        self.message = field(errors[0], "message")
        return True


def user(client, **fields):
    return client.contacts.create(request=CreateContactRequestWithEmail(email=f"{word('u')}@example.test", **fields))


def lead(client, **fields):
    return client.contacts.create(request=CreateContactRequestWithRole(role="lead", name=word("Lead "), **fields))


def company(client, **fields):
    return client.companies.create_or_update(request=CreateOrUpdateCompanyRequest(company_id=word("c"), name=word("Company "), **fields))


def everything(pager, most=5000):
    items = []
    for item in pager:
        items.append(item)
        assert len(items) <= most, "the list does not end"
    return items
