import json
import pathlib
import re

import pytest
from conftest import connect, field, ids, refused

NOUNS = json.loads((pathlib.Path(__file__).parent.parent / "read_only.json").read_text())


def method(client, *names):
    """A part of the client by the names that the Node SDK has for it."""
    for name in names:
        client = getattr(client, re.sub("(?=[A-Z])", "_", name).lower())
    return client


@pytest.mark.parametrize("row", NOUNS, ids=lambda row: row["noun"])
def test_nouns_that_are_only_read(unstable, row):
    noun, objects = row["noun"], row["objects"]
    found = method(unstable, noun, row["list"])().data
    retrieve = method(unstable, noun, row["retrieve"])
    assert len(found) == len(objects)
    for listed, fields in zip(found, objects):
        for one in (listed, retrieve(listed.id)):
            assert {name: field(one, name) for name in fields} == fields
    with refused(404, "not_found") as refusal:
        retrieve("999")
    assert row["unknown"] in refusal.message


def test_email_addresses_name_their_brand(unstable):
    brands, addresses = unstable.brands.list_brands().data, unstable.emails.list_emails().data
    assert unstable.emails.retrieve_email(addresses[1].id).brand_id == brands[1].id


def test_macros_are_paged_and_found(unstable):
    first = unstable.macros.list_macros(per_page=1, updated_since=1)
    second = unstable.macros.list_macros(per_page=1, starting_after=first.pages.next.starting_after)
    assert second.pages.next is None
    assert ids(first.data + second.data) == ids(unstable.macros.list_macros().data)
    sorry = next(one for one in first.data + second.data if one.name == "Sorry")
    assert unstable.macros.get_macro(sorry.id).body_text == "We are sorry, {{user.name}}."


def test_the_ip_allowlist_is_changed():
    client = connect("2.16")
    with refused(422, "parameter_invalid"):
        client.ip_allowlist.update_ip_allowlist(enabled=True, ip_allowlist=["192.0.2.1"])
    networks = ["127.0.0.0/8", "::1"]
    assert client.ip_allowlist.update_ip_allowlist(enabled=True, ip_allowlist=networks).enabled
    assert client.ip_allowlist.get_ip_allowlist().ip_allowlist == networks
    assert not client.ip_allowlist.update_ip_allowlist(enabled=False, ip_allowlist=[]).enabled
