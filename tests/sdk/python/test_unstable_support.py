"""Conversations, tickets and their types through the SDK's unstable namespace."""
import pytest
from conftest import connect, field, lead, refused, user, word
from intercom.core.api_error import ApiError

QUERY = {"operator": "AND", "value": [{"field": "created_at", "operator": ">", "value": "1306054154"}]}


@pytest.fixture
def admin(unstable):
    return next(one.id for one in unstable.admins.list_admins().admins if one.name == "Ada")


def test_conversations_go_on_and_are_deleted(client, unstable, admin):
    contact = user(client).id
    talks = unstable.conversations
    made = talks.create_conversation(from_={"type": "user", "id": contact}, body="Hello there")
    id = made.conversation_id
    assert talks.retrieve_conversation(int(id), display_as="plaintext").source.body == "Hello there"
    assert talks.update_conversation(int(id), read=True, title="New title").title == "New title"
    reply = {"message_type": "comment", "type": "user", "body": "Thanks again", "intercom_user_id": contact}
    part = talks.reply_conversation(id, request=reply).conversation_parts.conversation_parts[-1]
    redacted = talks.redact_conversation(request={"type": "conversation_part", "conversation_id": id, "conversation_part_id": part.id})
    assert redacted.conversation_parts.conversation_parts[-1].redacted
    assert talks.manage_conversation(id, request={"message_type": "close", "type": "admin", "admin_id": admin}).state == "closed"
    assert talks.list_handling_events(id).handling_events is not None
    assert len(talks.list_conversations(per_page=5).conversations) >= 1
    assert talks.search_conversations(query=QUERY, pagination={"per_page": 5}).total_count >= 1
    # Versions after 2.11 have no assignment rules.
    assert connect("2.11").conversations.run_assignment_rules(id).id == id
    assert talks.delete_conversation(int(id)).deleted
    with refused(404, "not_found"):
        talks.retrieve_conversation(int(id))


def test_conversations_have_contacts_and_tags_and_become_tickets(client, unstable, admin):
    contact, other = user(client).id, lead(client).id
    id = unstable.conversations.create_conversation(from_={"type": "user", "id": contact}, body="Hello").conversation_id
    attached = unstable.conversations.attach_contact_to_conversation(id, admin_id=admin, customer={"intercom_user_id": other})
    assert len(attached.contacts.contacts) == 2
    assert len(unstable.conversations.detach_contact_from_conversation(id, other, admin_id=admin).contacts.contacts) == 1
    tag = unstable.tags.create_tag(request={"name": word("Tag ")}).id
    assert unstable.tags.attach_tag_to_conversation(id, id=tag, admin_id=admin).id == tag
    assert unstable.tags.detach_tag_from_conversation(id, tag, admin_id=admin).id == tag
    bug = next(one for one in unstable.ticket_types.list_ticket_types().data if one.name == "Bug report")
    assert unstable.conversations.convert_conversation_to_ticket(int(id), ticket_type_id=bug.id).ticket_type.id == bug.id


def test_messages_are_sent_and_texts_to_phones_are_not(client, unstable, admin):
    message = {"message_type": "in_app", "body": "Hey", "from": {"type": "admin", "id": int(admin)}, "to": {"type": "user", "id": user(client).id}}
    assert unstable.messages.create_message(request=message).body == "Hey"
    assert unstable.messages.get_whats_app_message_status(ruleset_id="1").total_count == 0
    for create in (client.phone_call_redirects.create, unstable.switch.create_phone_switch):
        with pytest.raises(ApiError) as refusal:
            create(request={"phone": "+353832345678"})
        assert (refusal.value.status_code, field(refusal.value.body, "error_key")) == (400, "sms_failed")


def test_tickets_are_changed_tagged_replied_to_and_deleted(client, unstable, admin):
    contact = user(client).id
    bug = next(one for one in unstable.ticket_types.list_ticket_types().data if one.name == "Bug report")
    job = unstable.tickets.enqueue_create_ticket(ticket_type_id=bug.id, contacts=[{"id": contact}])
    assert "jobs" in job.url
    id = client.tickets.create(ticket_type_id=bug.id, contacts=[{"id": contact}]).id
    assert unstable.tickets.get_ticket(id).id == id
    assert unstable.tickets.update_ticket(id, ticket_attributes={"_default_title_": "New"}).id == id
    reply = {"message_type": "comment", "type": "user", "body": "Thanks", "intercom_user_id": contact}
    assert "Thanks" in unstable.tickets.reply_ticket(id, request=reply).body
    tag = unstable.tags.create_tag(request={"name": word("Tag ")}).id
    assert unstable.tags.attach_tag_to_ticket(id, id=tag, admin_id=admin).id == tag
    assert unstable.tags.detach_tag_from_ticket(id, tag, admin_id=admin).id == tag
    assert unstable.tickets.search_tickets(query=QUERY, pagination={"per_page": 5}).total_count >= 1
    assert unstable.ticket_states.list_ticket_states().data
    assert unstable.tickets.delete_ticket(id).deleted


def test_ticket_types_have_attributes(unstable):
    made = unstable.ticket_types.create_ticket_type(request={"name": word("Type ")})
    assert unstable.ticket_types.get_ticket_type(made.id).name == made.name
    attribute = unstable.ticket_type_attributes.create_ticket_type_attribute(made.id, name="Colour", description="Of the box", data_type="string")
    changed = unstable.ticket_type_attributes.update_ticket_type_attribute(made.id, attribute.id, description="New")
    assert changed.description == "New"


def test_instances_are_found_and_deleted_by_external_id(unstable):
    orders, external_id = unstable.custom_object_instances, word("order-")
    orders.create_custom_object_instances("Order", external_id=external_id)
    assert orders.get_custom_object_instances_by_external_id("Order", external_id=external_id).external_id == external_id
    assert orders.delete_custom_object_instances_by_id("Order", external_id=external_id).deleted
