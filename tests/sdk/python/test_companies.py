from conftest import MISSING, company, everything, ids, refused, user, word
from intercom.types import CreateOrUpdateCompanyRequest, CreateOrUpdateTagRequest, TagCompanyRequest, TagCompanyRequestCompaniesItem, UpdateCompanyRequestBody


def with_contact(client, **fields):
    one = company(client, **fields)
    client.companies.attach_contact(user(client).id, company_id=one.id)
    return one


def test_creates_updates_and_deletes(client):
    made = company(client, plan="Pro", size=85, website="http://example.test", industry="Manufacturing", monthly_spend=99, custom_attributes={"region_code": "IE"})
    assert (made.type, made.plan.name, made.size, made.industry, made.monthly_spend) == ("company", "Pro", 85, "Manufacturing", 99)
    assert made.custom_attributes == {"region_code": "IE"}
    again = client.companies.create_or_update(request=CreateOrUpdateCompanyRequest(company_id=made.company_id, name="Again"))
    assert (again.id, again.name, again.size) == (made.id, "Again", 85)
    updated = client.companies.update(made.id, request=UpdateCompanyRequestBody(name="Renamed"))
    assert (updated.id, updated.name, updated.company_id) == (made.id, "Renamed", made.company_id)
    assert client.companies.find(made.id).name == "Renamed"
    assert client.companies.retrieve(company_id=made.company_id).id == made.id
    assert client.companies.retrieve(name="Renamed").type == "company"
    deleted = client.companies.delete(made.id)
    assert (deleted.id, deleted.object, deleted.deleted) == (made.id, "company", True)
    for call in (client.companies.find, client.companies.delete, client.companies.list_attached_contacts, client.companies.list_attached_segments):
        with refused(404, "company_not_found") as refusal:
            call(made.id)
        assert refusal.message == "Company Not Found"


def test_attaches_and_detaches_contacts(client):
    contact, one = user(client), company(client, monthly_spend=9001)
    assert client.companies.attach_contact(contact.id, company_id=one.id).user_count == 1
    attached = client.companies.list_attached_contacts(one.id)
    assert (attached.total_count, ids(attached.data)) == (1, [contact.id])
    assert [segment.name for segment in client.companies.list_attached_segments(one.id).data] == ["Big spenders"]
    assert client.companies.detach_contact(contact.id, one.id).user_count == 0
    assert client.companies.list_attached_contacts(one.id).data == []
    with refused(404, "company_not_found"):
        client.companies.attach_contact(contact.id, company_id=MISSING)
    with refused(404, "not_found"):
        client.companies.attach_contact(MISSING, company_id=one.id)


def test_lists_and_pages(client):
    made = [with_contact(client) for _ in range(3)]
    pager = client.companies.list(page=1, per_page=2, order="desc")
    assert (pager.response.pages.per_page, len(pager.items)) == (2, 2)
    seen = [one.id for one in everything(client.companies.list(per_page=2))]
    assert len(seen) == len(set(seen)) == pager.response.total_count
    assert set(ids(made)) <= set(seen)
    name = word("tag ")
    tag = client.tags.create(request=TagCompanyRequest(name=name, companies=[TagCompanyRequestCompaniesItem(id=made[0].id)]))
    tagged = client.companies.retrieve(tag_id=tag.id)
    assert (tagged.type, ids(tagged.data)) == ("list", [made[0].id])
    assert client.tags.create(request=CreateOrUpdateTagRequest(name=name)).id == tag.id


def test_scrolls(client):
    made = with_contact(client)
    pager = client.companies.scroll()
    with refused(400, "scroll_exists"):
        client.companies.scroll()
    assert made.id in [one.id for one in everything(pager)]
    assert made.id in [one.id for one in everything(client.companies.scroll())]
