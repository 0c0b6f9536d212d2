"""Tickets from making to deleting."""
import time

import pytest
from conftest import field, ids, now, refused, user, word
from intercom.types import SingleFilterSearchRequest


@pytest.fixture(scope="module")
def types(client):
    return {one.name: one for one in client.ticket_types.list().data}


@pytest.fixture(scope="module")
def states(client):
    return {one.category: one.id for one in client.ticket_states.list_ticket_states().data if not one.ticket_types.data or len(one.ticket_types.data) > 1}


def ticket(client, types, kind="Bug report", **fields):
    contact = user(client)
    values = {"_default_title_": "Broken", **({"Amount": 1.5} if kind == "Refund" else {})}
    # The client has no parameter for them when a ticket is made.
    more = {"additional_body_parameters": {"ticket_attributes": fields.pop("ticket_attributes", values)}}
    fields = {"contacts": [{"id": contact.id}], **fields}
    return client.tickets.create(ticket_type_id=types[kind].id, request_options=more, **fields)


def test_create_and_get(client, types):
    made = ticket(client, types)
    assert (made.type, made.category, made.is_shared, made.open) == ("ticket", "Customer", True, True)
    assert made.ticket_attributes["_default_title_"] == "Broken"
    assert made.ticket_state.category == "submitted"
    assert client.tickets.get(made.id).ticket_id == made.ticket_id
    lead = ticket(client, types, contacts=[{"email": f"{word('lead')}@example.test"}])
    assert client.contacts.find(lead.contacts.contacts[0].id).role == "lead"
    with refused(400, "parameter_invalid"):
        ticket(client, types, ticket_attributes={"Colour": "red"})
    with refused(404, "ticket_not_found"):
        client.tickets.get("999999999")


def test_update(client, types, states):
    made = ticket(client, types)
    after = client.tickets.update(made.id, ticket_state_id=states["in_progress"], ticket_attributes={"_default_title_": "Better"}, snoozed_until=now() + 3600)
    assert (after.ticket_state.category, after.ticket_attributes["_default_title_"]) == ("in_progress", "Better")
    assert after.snoozed_until
    assert client.tickets.update(made.id, ticket_state_id=states["resolved"]).open is False
    assert client.tickets.update(made.id, ticket_state_id=states["submitted"]).open is True
    with refused(404, "assignee_not_found"):
        client.tickets.update(made.id, assignee_id="999999999")


def test_reply_and_tags(client, types):
    made, me = ticket(client, types), client.admins.identify()
    note = client.tickets.reply(made.id, request={"message_type": "note", "type": "admin", "admin_id": me.id, "body": "inside"})
    assert (note.part_type, note.body) == ("note", "<p>inside</p>")
    contact = made.contacts.contacts[0].id
    reply = client.tickets.reply(made.id, request={"message_type": "comment", "type": "user", "intercom_user_id": contact, "body": "Thanks"})
    assert reply.author.id == contact
    tag = client.tags.create(request={"name": word("tag ")})
    assert client.tags.tag_ticket(made.id, tag_id=tag.id, admin_id=me.id).id == tag.id
    assert client.tags.untag_ticket(made.id, tag.id, admin_id=me.id).id == tag.id
    back = ticket(client, types, "Refund")
    with refused(400, "parameter_mismatch"):
        client.tickets.reply(back.id, request={"message_type": "comment", "type": "user", "intercom_user_id": back.contacts.contacts[0].id, "body": "x"})


def test_search(client, types):
    title = word("needle ")
    made = ticket(client, types, ticket_attributes={"_default_title_": title})
    found = client.tickets.search(query=SingleFilterSearchRequest(field="title", operator="=", value=title))
    assert ids(list(found)) == [made.id]
    with refused(400, "field_not_found"):
        list(client.tickets.search(query=SingleFilterSearchRequest(field="ticket_attribute.Priority", operator="=", value="Low")))


def test_later(client, types):
    contact = user(client)
    job = client.tickets.enqueue_create_ticket(ticket_type_id=types["Bug report"].id, contacts=[{"id": contact.id}])
    assert (field(job, "status"), field(job, "resource_type")) == ("pending", "ticket")
    for _ in range(100):
        job = client.jobs.status(field(job, "id"))
        if field(job, "status") != "pending":
            break
        time.sleep(0.1)
    assert field(job, "status") == "success"
    assert client.tickets.get(field(job, "resource_id")).type == "ticket"


def test_convert_and_delete(client, types):
    contact = user(client)
    started = client.conversations.create(from_={"type": "user", "id": contact.id}, body="Help!")
    made = client.conversations.convert_to_ticket(started.conversation_id, ticket_type_id=types["Bug report"].id)
    assert (made.type, made.id) == ("ticket", started.conversation_id)
    gone = client.tickets.delete_ticket(made.id)
    assert (gone.id, gone.object, gone.deleted) == (made.id, "ticket", True)
    with refused(404, "ticket_not_found"):
        client.tickets.get(made.id)
