"""Messages of teammates to contacts."""
from conftest import MISSING, field, lead, refused, user, word
from intercom.types.create_message_request import CreateMessageRequest_Email, CreateMessageRequest_Inapp


def sender(client):
    return {"type": "admin", "id": int(client.admins.list().admins[0].id)}


def to(contact):
    return {"type": contact.role, "id": contact.id}


def test_in_the_messenger(client):
    request = CreateMessageRequest_Inapp(body="Hello", from_=sender(client), to=to(user(client)))
    sent = client.messages.create(request=request)
    assert (sent.type, sent.message_type, sent.body) == ("admin_message", "inapp", "Hello")
    assert getattr(sent, "conversation_id", None) is None


def test_by_mail(client):
    contact = lead(client, email=f"{word()}@example.test")
    request = CreateMessageRequest_Email(
        subject="News",
        body="<p>Hello</p>",
        template="personal",
        from_=sender(client),
        to=to(contact),
        create_conversation_without_contact_reply=True,
    )
    sent = client.messages.create(request=request)
    found = client.conversations.find(sent.conversation_id)
    assert (found.source.id, found.source.delivered_as) == (sent.id, "admin_initiated")
    assert field(found.contacts.contacts[0], "id") == contact.id


def test_refusals(client):
    contact = user(client)
    with refused(422, "parameter_not_found") as error:
        client.messages.create(
            request=CreateMessageRequest_Email(subject="", body="B", template="plain", from_=sender(client), to=to(contact))
        )
    assert error.message == "No subject supplied for email message"
    with refused(400, "parameter_invalid") as error:
        client.messages.create(request=CreateMessageRequest_Inapp(body="", from_=sender(client), to=to(contact)))
    assert error.message == "Body is required"
    with refused(404, "not_found"):
        request = CreateMessageRequest_Inapp(body="B", from_=sender(client), to={"type": "user", "id": MISSING})
        client.messages.create(request=request)
