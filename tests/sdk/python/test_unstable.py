"""The SDK's unstable namespace, with a client that asks for that version."""
from conftest import MISSING, ids, now, refused, word
from intercom.unstable.data_events import CreateDataEventSummariesRequestEventSummaries, LisDataEventsRequestFilterUserId
from intercom.unstable.types import CreateOrUpdateTagRequest, SingleFilterSearchRequest, StartingAfterPaging


def create(unstable, **fields):
    return unstable.contacts.create_contact(request={"email": f"{word()}@example.test", **fields})


def company(unstable):
    return unstable.companies.create_or_update_company(request={"company_id": word("c"), "name": word("Company ")})


def test_admins_and_teams(unstable):
    assert unstable.admins.identify_admin().app.name == "Acme"
    admins = {admin.name: admin for admin in unstable.admins.list_admins().admins}
    assert unstable.admins.retrieve_admin(int(admins["Ada"].id)).email == "ada@acme.test"
    grace = int(admins["Grace"].id)
    reasons = unstable.away_status_reasons.list_away_status_reasons()
    labels = {(one["label"] if isinstance(one, dict) else one.label): one for one in (reasons["data"] if isinstance(reasons, dict) else reasons)}
    assert {"Lunch", "Sabbatical"} <= set(labels)
    lunch = labels["Lunch"]
    reason = int(lunch["id"] if isinstance(lunch, dict) else lunch.id)
    for on in (True, False):
        set_to = unstable.admins.set_away_admin(grace, away_mode_enabled=on, away_mode_reassign=on, away_status_reason_id=reason)
        assert set_to.away_mode_enabled is on
    assert unstable.admins.list_activity_logs(created_at_after=str(now() - 600)).activity_logs
    support = next(team for team in unstable.teams.list_teams().teams if team.name == "Support")
    assert unstable.teams.retrieve_team(support.id).id == support.id


def test_contacts(unstable):
    external_id = word("x")
    made = create(unstable, external_id=external_id, name="Before")
    assert unstable.contacts.show_contact(made.id).external_id == external_id
    assert unstable.contacts.show_contact_by_external_id(external_id).id == made.id
    assert unstable.contacts.update_contact(made.id, name="After", language_override="fr").language_override == "fr"
    found = unstable.contacts.search_contacts(
        query=SingleFilterSearchRequest(field="external_id", operator="=", value=external_id), pagination=StartingAfterPaging(per_page=5)
    )
    assert (ids(found.data), found.total_count, found.pages.per_page) == ([made.id], 1, 5)
    assert unstable.contacts.list_contacts().total_count >= 1
    with refused(409, "conflict") as refusal:
        create(unstable, email=made.email)
    assert refusal.message.endswith(f"id={made.id}")
    lead = unstable.contacts.create_contact(request={"role": "lead", "email": made.email})
    assert unstable.contacts.merge_contact(from_=lead.id, into=made.id).id == made.id
    with refused(410, "contact_merged"):
        unstable.contacts.show_contact(lead.id)
    assert unstable.contacts.archive_contact(made.id).archived is True
    assert unstable.contacts.unarchive_contact(made.id).archived is False
    assert unstable.contacts.block_contact(made.id).blocked is True
    assert unstable.contacts.delete_contact(made.id).deleted is True
    with refused(404, "not_found"):
        unstable.contacts.show_contact(made.id)


def test_companies_and_notes(unstable, client):
    contact, one = create(unstable), company(unstable)
    assert unstable.companies.retrieve_a_company_by_id(one.id).name == one.name
    assert unstable.companies.retrieve_company(company_id=one.company_id).id == one.id
    assert unstable.companies.update_company(one.id).name == one.name  # sends no body
    with refused(400, "parameter_not_found"):  # sends company_id, where the API takes id
        unstable.companies.attach_contact_to_a_company(contact.id, company_id=one.id)
    client.companies.attach_contact(contact.id, company_id=one.id)
    assert ids(unstable.companies.list_attached_contacts(one.id).data) == [contact.id]
    assert unstable.companies.list_attached_segments_for_companies(one.id).data == []
    assert unstable.contacts.list_companies_for_a_contact(contact.id).total_count == 1
    assert unstable.companies.list_all_companies(page=1, per_page=2, order="asc").pages.per_page == 2
    page = unstable.companies.scroll_over_all_companies()
    while page.data:
        page = unstable.companies.scroll_over_all_companies(scroll_param=page.scroll_param)
    note = unstable.notes.create_note(contact.id, body="Hello")
    assert note.body == "<p>Hello</p>"
    assert ids(unstable.notes.list_notes(contact.id).data) == [note.id]
    assert unstable.notes.retrieve_note(int(note.id)).id == note.id
    assert unstable.notes.list_company_notes(one.id).data == []
    assert unstable.companies.detach_contact_from_a_company(contact.id, one.id).id == one.id
    assert unstable.companies.delete_company(one.id).deleted is True
    with refused(404, "company_not_found"):
        unstable.companies.retrieve_a_company_by_id(one.id)


def test_tags_segments_and_subscriptions(unstable):
    contact = create(unstable, custom_attributes={"plan_tier": "gold"})
    tag = unstable.tags.create_tag(request=CreateOrUpdateTagRequest(name=word("tag ")))
    assert unstable.tags.attach_tag_to_contact(contact.id, id=tag.id).id == tag.id
    assert ids(unstable.contacts.list_tags_for_a_contact(contact.id).data) == [tag.id]
    assert unstable.tags.detach_tag_from_contact(contact.id, tag.id).id == tag.id
    assert unstable.tags.find_tag(tag.id).name == tag.name
    assert tag.id in ids(unstable.tags.list_tags().data)
    assert unstable.tags.delete_tag(tag.id) is None
    gold = next(one for one in unstable.segments.list_segments(include_count=True).segments if one.name == "Gold")
    assert unstable.segments.retrieve_segment(gold.id).name == "Gold"
    assert gold.id in ids(unstable.contacts.list_segments_for_a_contact(contact.id).data)
    alerts = next(one for one in unstable.subscription_types.list_subscription_types().data if one.consent_type == "opt_in")
    attach = unstable.subscription_types.attach_subscription_type_to_contact
    assert attach(contact.id, id=alerts.id, consent_type="opt_in").id == alerts.id
    assert ids(unstable.contacts.list_subscriptions_for_a_contact(contact.id).data) == [alerts.id]
    assert unstable.subscription_types.detach_subscription_type_to_contact(contact.id, alerts.id).id == alerts.id


def test_attributes_events_visitors_and_jobs(unstable):
    made = unstable.data_attributes.create_data_attribute(request={"name": word("attr"), "model": "contact", "data_type": "string"})
    assert unstable.data_attributes.update_data_attribute(made.id, request={"description": "Later"}).description == "Later"
    assert made.id in [one.id for one in unstable.data_attributes.lis_data_attributes(model="contact", include_archived=False).data]

    contact, name = create(unstable, external_id=word("x")), word("event-")
    assert unstable.data_events.create_data_event(request={"user_id": contact.external_id, "event_name": name, "created_at": now()}) is None
    # The SDK sends its filter as filter[user_id].
    listed = unstable.data_events.lis_data_events(filter=LisDataEventsRequestFilterUserId(user_id=contact.external_id), type="user")
    assert len(listed.events) == 1
    summaries = CreateDataEventSummariesRequestEventSummaries(event_name=name, count=2, first=now() - 9, last=now())
    assert unstable.data_events.data_event_summaries(user_id=contact.external_id, event_summaries=summaries) is None

    user_id = "3ecf64d0-9ed1-4e9f-88e1-da7d6e6782f4"
    assert unstable.visitors.retrieve_visitor_with_user_id(user_id=user_id).name == "Cobalt Kettle"
    assert unstable.visitors.update_visitor(request={"user_id": user_id, "name": "Cobalt"}).name == "Cobalt"
    converted = unstable.visitors.convert_visitor(type="user", visitor={"user_id": user_id}, user={"email": f"{word()}@example.test"})
    assert converted.role == "user"
    with refused(404, "job_not_found"):
        unstable.jobs.status("999999999")
    with refused(404, "not_found"):
        unstable.contacts.show_contact(MISSING)
