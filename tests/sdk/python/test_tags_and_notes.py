from conftest import MISSING, company, everything, field, ids, now, refused, user, word
from intercom.types import (
    CreateOrUpdateTagRequest,
    TagCompanyRequest,
    TagCompanyRequestCompaniesItem,
    TagMultipleUsersRequest,
    TagMultipleUsersRequestUsersItem,
    UntagCompanyRequest,
    UntagCompanyRequestCompaniesItem,
)


def create(client, name=None, **fields):
    return client.tags.create(request=CreateOrUpdateTagRequest(name=name or word("tag "), **fields))


def test_creates_renames_lists_finds_and_deletes(client):
    made = create(client)
    assert made.type == "tag"
    assert create(client, made.name).id == made.id
    name = word("renamed ")
    assert create(client, name, id=made.id).id == made.id
    assert client.tags.find(made.id).name == name
    listed = client.tags.list()
    assert listed.type == "list" and made.id in ids(listed.data)
    assert client.tags.delete(made.id) is None
    with refused(404, "not_found"):
        client.tags.find(made.id)


def test_tags_and_untags_contacts(client):
    tag, contact = create(client), user(client)
    applied = client.tags.tag_contact(contact.id, tag_id=tag.id)
    assert (applied.id, applied.applied_by.type) == (tag.id, "admin")
    assert abs(applied.applied_at - now()) < 120
    assert client.tags.untag_contact(contact.id, tag.id).id == tag.id
    assert client.contacts.list_attached_tags(contact.id).data == []
    with refused(404, "not_found") as refusal:
        client.tags.tag_contact(MISSING, tag_id=tag.id)
    assert refusal.message == "User Not Found"
    with refused(404, "not_found") as refusal:
        client.tags.tag_contact(contact.id, tag_id="999999999")
    assert refusal.message == "Resource Not Found"


def test_tags_and_untags_many(client):
    name, contact, one = word("tag "), user(client), company(client)
    tag = client.tags.create(request=TagMultipleUsersRequest(name=name, users=[TagMultipleUsersRequestUsersItem(id=contact.id)]))
    assert ids(client.contacts.list_attached_tags(contact.id).data) == [tag.id]
    again = client.tags.create(request=TagCompanyRequest(name=name, companies=[TagCompanyRequestCompaniesItem(company_id=one.company_id)]))
    assert again.id == tag.id
    assert [field(applied, "id") for applied in client.companies.find(one.id).tags.tags] == [tag.id]
    client.tags.create(request=UntagCompanyRequest(name=name, companies=[UntagCompanyRequestCompaniesItem(id=one.id, untag=True)]))
    assert client.companies.find(one.id).tags.tags == []


def test_writes_finds_and_pages_notes(client):
    contact, me = user(client), client.admins.identify()
    made = [client.notes.create(contact.id, body=f"Note {n}") for n in range(3)]
    assert made[0].body == "<p>Note 0</p>"
    assert (made[0].author.id, made[0].contact.id) == (me.id, contact.id)
    ada = next(admin for admin in client.admins.list().admins if admin.name == "Ada")
    assert client.notes.create(contact.id, body="By Ada", admin_id=ada.id).author.id == ada.id
    assert client.notes.find(int(made[1].id)).body == "<p>Note 1</p>"
    pager = client.notes.list(contact.id, page=1, per_page=2)
    assert (pager.response.total_count, field(pager.response.pages, "total_pages"), len(pager.items)) == (4, 2, 2)
    assert [note.id for note in everything(pager)][1:] == [note.id for note in reversed(made)]
    with refused(404, "not_found"):
        client.notes.find(999999999)
    with refused(404, "not_found"):
        client.notes.create(MISSING, body="x")
