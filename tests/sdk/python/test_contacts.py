from conftest import MISSING, company, connect, everything, ids, lead, now, refused, user, word
from intercom.types import (
    CreateContactRequestWithEmail,
    CreateContactRequestWithExternalId,
    CreateOrUpdateTagRequest,
    MultipleFilterSearchRequest,
    SingleFilterSearchRequest,
    StartingAfterPaging,
)


def both(*filters):
    return MultipleFilterSearchRequest(operator="AND", value=list(filters))


def either(*filters):
    return MultipleFilterSearchRequest(operator="OR", value=list(filters))


def where(name, operator, value):
    return SingleFilterSearchRequest(field=name, operator=operator, value=value)


def test_creates_a_user_with_everything_it_was_given(client):
    external_id, email = word("x"), f"{word()}@example.test"
    made = client.contacts.create(
        request=CreateContactRequestWithExternalId(
            external_id=external_id,
            email=email,
            phone="+353871234567",
            name="Joe",
            signed_up_at=1571672154,
            unsubscribed_from_emails=False,
            custom_attributes={"plan_tier": "gold", "seats": 4, "beta": False},
        )
    )
    assert (made.type, made.role, made.external_id, made.email) == ("contact", "user", external_id, email)
    assert (made.phone, made.name, made.signed_up_at) == ("+353871234567", "Joe", 1571672154)
    assert made.custom_attributes == {"plan_tier": "gold", "seats": 4, "beta": False}
    assert abs(made.created_at - now()) < 120
    found = client.contacts.find(made.id)
    assert (found.id, found.email, found.custom_attributes) == (made.id, email, made.custom_attributes)
    assert client.contacts.show_contact_by_external_id(external_id).id == made.id


def test_updates_and_promotes(client):
    made = lead(client)
    assert made.role == "lead"
    updated = client.contacts.update(made.id, role="user", email=f"{word()}@example.test", name="Nico", custom_attributes={"seats": 9})
    assert (updated.id, updated.role, updated.name) == (made.id, "user", "Nico")
    assert updated.custom_attributes["seats"] == 9


def test_names_the_contact_that_is_in_the_way(client):
    made = user(client)
    with refused(409, "conflict") as refusal:
        client.contacts.create(request=CreateContactRequestWithEmail(email=made.email))
    assert refusal.message == f"A contact matching those details already exists with id={made.id}"
    client.contacts.archive(made.id)
    with refused(409, "conflict") as refusal:
        client.contacts.create(request=CreateContactRequestWithEmail(email=made.email))
    assert refusal.message == f"An archived contact matching those details already exists with id={made.id}"


def test_refuses_unknown_attributes_and_contacts(client):
    with refused(400, "parameter_invalid") as refusal:
        user(client, custom_attributes={"nobody_defined_me": 1})
    assert refusal.message == "Custom attribute 'nobody_defined_me' does not exist"
    for call in (client.contacts.find, client.contacts.archive, client.contacts.unarchive, client.contacts.delete):
        with refused(404, "not_found"):
            call(MISSING)


def test_archives_unarchives_blocks_and_deletes(client):
    made = user(client)
    assert client.contacts.archive(made.id).archived is True
    assert client.contacts.unarchive(made.id).archived is False
    assert client.contacts.block_contact(made.id).blocked is True
    deleted = client.contacts.delete(made.id)
    assert (deleted.id, deleted.deleted) == (made.id, True)
    with refused(404, "not_found") as refusal:
        client.contacts.find(made.id)
    assert refusal.message == "User Not Found"


def test_merges_duplicates_in_the_newest_version_and_anyone_before(client):
    into, stranger = user(client), lead(client)
    with refused(400, "invalid_merge"):
        client.contacts.merge_lead_in_user(lead_id=stranger.id, contact_id=into.id)
    assert connect("2.14").contacts.merge_lead_in_user(lead_id=stranger.id, contact_id=into.id).id == into.id
    twin = lead(client, email=into.email)
    assert client.contacts.merge_lead_in_user(lead_id=twin.id, contact_id=into.id).email == into.email
    with refused(410, "contact_merged"):
        client.contacts.find(twin.id)


def test_searches_and_pages(client):
    marker = word("mark")
    made = [
        client.contacts.create(
            request=CreateContactRequestWithExternalId(external_id=f"{marker}-{n}", name=f"{marker} {n}", signed_up_at=1600000000 + n * 864000, custom_attributes={"seats": n})
        )
        for n in range(5)
    ]
    marked = where("name", "~", marker)
    pager = client.contacts.search(query=marked, pagination=StartingAfterPaging(per_page=2))
    assert pager.response.total_count == 5
    assert (pager.response.pages.page, pager.response.pages.per_page, pager.response.pages.total_pages) == (1, 2, 3)
    assert pager.has_next
    # The SDK's own next page of a search repeats the same request, so an application carries the cursor itself.
    pages = [pager]
    while pages[-1].response.pages.next and len(pages) < 9:
        after = pages[-1].response.pages.next.starting_after
        pages.append(client.contacts.search(query=marked, pagination=StartingAfterPaging(per_page=2, starting_after=after)))
    assert [len(page.items) for page in pages] == [2, 2, 1]
    assert ids(one for page in pages for one in page.items) == ids(made)

    def found(query):
        return ids(client.contacts.search(query=query))

    assert found(where("external_id", "=", f"{marker}-3")) == [made[3].id]
    assert found(both(marked, where("custom_attributes.seats", ">", 2))) == ids(made[3:])
    assert found(both(both(marked), either(where("external_id", "=", f"{marker}-0"), where("external_id", "=", f"{marker}-4")))) == ids([made[0], made[4]])
    assert found(where("external_id", "IN", [f"{marker}-1", f"{marker}-2"])) == ids(made[1:3])
    assert found(where("name", "=", word("nobody"))) == []
    ordered = client.contacts.search(
        query=marked, request_options={"additional_body_parameters": {"sort": {"field": "signed_up_at", "order": "descending"}}}
    )
    assert [one.id for one in ordered] == [one.id for one in reversed(made)]
    with refused(400, "invalid_sort_order") as refusal:
        client.contacts.search(query=marked, request_options={"additional_body_parameters": {"sort": {"field": "signed_up_at", "order": "desc"}}})
    assert refusal.message == "Invalid sort order 'desc'. Must be one of: ascending, descending"
    with refused(400):
        client.contacts.search(query=where("no_such_field", "=", "x"))


def test_lists_each_contact_once(client):
    made = [user(client) for _ in range(4)]
    pager = client.contacts.list(per_page=3)
    assert len(pager.items) == 3
    seen = [one.id for one in everything(pager)]
    assert len(seen) == len(set(seen)) == pager.response.total_count
    assert set(ids(made)) <= set(seen)


def test_lists_what_is_attached(client):
    contact = user(client, custom_attributes={"plan_tier": "gold"})
    companies = [company(client) for _ in range(3)]
    for one in companies:
        assert client.companies.attach_contact(contact.id, company_id=one.id).id == one.id
    pager = client.contacts.list_attached_companies(contact.id, per_page=2)
    assert pager.response.total_count == 3
    assert ids(pager) == ids(companies)
    assert "Gold" in [segment.name for segment in client.contacts.list_attached_segments(contact.id).data]

    tag = client.tags.create(request=CreateOrUpdateTagRequest(name=word("tag ")))
    client.tags.tag_contact(contact.id, tag_id=tag.id)
    assert ids(client.contacts.list_attached_tags(contact.id).data) == [tag.id]

    newsletter = next(one for one in client.subscription_types.list().data if one.consent_type == "opt_out")
    attached = client.contacts.attach_subscription(contact.id, subscription_id=newsletter.id, consent_type="opt_out")
    assert (attached.id, attached.type) == (newsletter.id, "subscription")
    assert ids(client.contacts.list_attached_subscriptions(contact.id).data) == [newsletter.id]
    assert client.contacts.detach_subscription(contact.id, newsletter.id).id == newsletter.id
    assert client.contacts.list_attached_subscriptions(contact.id).data == []
    with refused(404, "not_found"):
        client.contacts.attach_subscription(contact.id, subscription_id="999999999", consent_type="opt_out")
