from conftest import everything, field, now, refused, user, word
from intercom.conversations import (
    AttachContactToConversationRequestCustomerCustomer,
    AttachContactToConversationRequestCustomerIntercomUserId,
    ConversationsManageRequestBody_Assignment,
    ConversationsManageRequestBody_Close,
    ConversationsManageRequestBody_Open,
    ConversationsManageRequestBody_Snoozed,
    CreateConversationRequestFrom,
)
from intercom.types import (
    AdminReplyConversationRequest,
    ContactReplyIntercomUserIdRequest,
    CreateOrUpdateTagRequest,
    RedactConversationRequest_ConversationPart,
    RedactConversationRequest_Source,
    SingleFilterSearchRequest,
)


def started(client, body="Help!"):
    contact = user(client)
    message = client.conversations.create(from_=CreateConversationRequestFrom(type="user", id=contact.id), body=body)
    return message.conversation_id, contact


def parts(conversation):
    return field(conversation.conversation_parts, "conversation_parts")


def kinds(conversation):
    return [field(part, "part_type") for part in parts(conversation)]


def people(conversation):
    return [field(contact, "id") for contact in field(conversation.contacts, "contacts")]


def say(client, conversation, body="Hi", kind="comment"):
    admin = client.admins.identify().id
    request = AdminReplyConversationRequest(message_type=kind, type="admin", admin_id=admin, body=body)
    return client.conversations.reply(conversation, request=request)


def test_starts_finds_and_searches(client):
    conversation, contact = started(client, "1 < 2")
    found = client.conversations.find(conversation)
    assert (found.id, found.state, found.source.body) == (conversation, "open", "<p>1 &lt; 2</p>")
    assert people(found) == [contact.id]
    query = SingleFilterSearchRequest(field="source.author.id", operator="=", value=contact.id)
    assert [one.id for one in everything(client.conversations.search(query=query))] == [conversation]
    assert len(client.conversations.list(per_page=2).items) >= 1
    with refused(404, "not_found") as refusal:
        client.conversations.find("77")
    assert refusal.message == "Resource Not Found"


def test_both_sides_reply(client):
    conversation, contact = started(client)
    say(client, conversation, "<b>Hi</b>")
    say(client, conversation, "A good one", "note")
    request = ContactReplyIntercomUserIdRequest(
        message_type="comment", type="user", body="Thanks", intercom_user_id=contact.id
    )
    after = client.conversations.reply(conversation, request=request)
    assert kinds(after) == ["comment", "note", "comment"]
    assert field(parts(after)[0], "body") == "<p><b>Hi</b></p>"


def test_is_managed(client):
    conversation, _ = started(client)
    admin = client.admins.identify().id

    def manage(request):
        return client.conversations.manage(conversation, request=request)

    assigned = manage(ConversationsManageRequestBody_Assignment(type="admin", admin_id=admin, assignee_id=admin))
    assert str(assigned.admin_assignee_id) == admin
    snoozed = manage(ConversationsManageRequestBody_Snoozed(admin_id=admin, snoozed_until=now() + 600))
    assert snoozed.state == "snoozed"
    assert manage(ConversationsManageRequestBody_Open(admin_id=admin)).state == "open"
    closed = manage(ConversationsManageRequestBody_Close(type="admin", admin_id=admin, body="Bye"))
    assert (closed.state, closed.open) == ("closed", False)
    assert kinds(closed) == ["assignment", "snoozed", "open", "close"]


def test_has_a_title_and_attributes(client):
    conversation, _ = started(client)
    after = client.conversations.update(
        conversation, read=True, title="Invoice", custom_attributes={"Issue": "Billing", "Order number": "5"}
    )
    assert (after.read, after.title) == (True, "Invoice")
    assert after.custom_attributes == {"Issue": "Billing", "Order number": "5"}
    with refused(400, "parameter_invalid") as refusal:
        client.conversations.update(conversation, custom_attributes={"Nothing": "x"})
    assert refusal.message == "Conversation attribute 'Nothing' does not exist"


def test_is_tagged_and_untagged(client):
    conversation, _ = started(client)
    admin = client.admins.identify().id
    tag = client.tags.create(request=CreateOrUpdateTagRequest(name=word("tag ")))
    applied = client.tags.tag_conversation(conversation, tag_id=tag.id, admin_id=admin)
    assert (applied.id, applied.applied_by.id) == (tag.id, admin)
    assert [field(one, "id") for one in client.conversations.find(conversation).tags.tags] == [tag.id]
    assert client.tags.untag_conversation(conversation, tag.id, admin_id=admin).id == tag.id
    with refused(404, "tag_not_found"):
        client.tags.untag_conversation(conversation, tag.id, admin_id=admin)


def test_takes_contacts_in_and_lets_them_go(client):
    conversation, first = started(client)
    admin, second = client.admins.identify().id, user(client)
    customer = AttachContactToConversationRequestCustomerIntercomUserId(intercom_user_id=second.id)
    after = client.conversations.attach_contact_as_admin(conversation, admin_id=admin, customer=customer)
    assert sorted(people(after)) == sorted([first.id, second.id])
    customer = AttachContactToConversationRequestCustomerCustomer(email=f"{word('new')}@example.test")
    assert len(people(client.conversations.attach_contact_as_admin(conversation, admin_id=admin, customer=customer))) == 3
    for contact in (first, second):
        client.conversations.detach_contact_as_admin(conversation, contact.id, admin_id=admin)
    (last,) = people(client.conversations.find(conversation))
    with refused(422, "parameter_invalid") as refusal:
        client.conversations.detach_contact_as_admin(conversation, last, admin_id=admin)
    assert refusal.message == "Removing the last customer is not allowed"


def test_takes_back_what_was_said(client):
    conversation, _ = started(client)
    part = field(parts(say(client, conversation, "1234"))[0], "id")
    request = RedactConversationRequest_ConversationPart(conversation_id=conversation, conversation_part_id=part)
    (gone,) = parts(client.conversations.redact_conversation_part(request=request))
    assert (field(gone, "redacted"), field(gone, "body")) == (True, "<p><i>This message was deleted</i></p>")
    with refused(400, "conversation_part_not_redactable"):
        client.conversations.redact_conversation_part(request=request)
    source = client.conversations.find(conversation).source.id
    request = RedactConversationRequest_Source(conversation_id=conversation, source_id=source)
    assert client.conversations.redact_conversation_part(request=request).source.redacted is True


def test_is_deleted_for_good(client):
    conversation, _ = started(client)
    gone = client.conversations.delete_conversation(int(conversation))
    assert (gone.id, gone.object, gone.deleted) == (conversation, "conversation", True)
    with refused(404, "not_found"):
        client.conversations.find(conversation)
