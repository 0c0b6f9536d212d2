from datetime import datetime, timezone

import pytest
from conftest import MISSING, NUMBERED, company, connect, everything, field, ids, lead, now, refused, user, word
from intercom.data_attributes.types import DataAttribute
from intercom.events import CreateDataEventSummariesRequestEventSummaries
from intercom.types import (
    CreateContactRequestWithExternalId,
    CreateDataAttributeRequestOne,
    CreateDataAttributeRequestOptions,
    CreateDataAttributeRequestOptionsOptionsItem,
    CreateDataEventRequestWithEmail,
    CreateDataEventRequestWithId,
    CreateDataEventRequestWithUserId,
    CreateOrUpdateTagRequest,
    SingleFilterSearchRequest,
    UpdateCompanyRequestBody,
    UpdateVisitorRequestWithUserId,
)
from intercom.visitors import UserWithUserId, VisitorWithUserId


def admin(client, name):
    return next(one for one in client.admins.list().admins if one.name == name)


def test_identifies_lists_and_finds_admins(client):
    me = client.admins.identify()
    assert (me.type, me.app.type, me.app.name, me.app.timezone) == ("admin", "app", "Acme", "Europe/Dublin")
    ada = admin(client, "Ada")
    assert (ada.email, ada.has_inbox_seat) == ("ada@acme.test", True)
    assert client.admins.find(int(ada.id)).email == "ada@acme.test"
    with refused(404, "admin_not_found") as refusal:
        client.admins.find(999999999)
    assert refusal.message == "Admin not found"


def test_sets_away_and_logs_it(client):
    started, grace = now(), admin(client, "Grace")
    reasons = client.away_status_reasons.list_away_status_reasons()
    lunch = next(one for one in (reasons["data"] if isinstance(reasons, dict) else reasons) if field(one, "label") == "Lunch")
    away = client.admins.away(int(grace.id), away_mode_enabled=True, away_mode_reassign=False, away_status_reason_id=int(field(lunch, "id")))
    assert (away.id, away.away_mode_enabled) == (grace.id, True)
    assert client.admins.away(int(grace.id), away_mode_enabled=False, away_mode_reassign=False).away_mode_enabled is False
    logs = client.admins.list_all_activity_logs(created_at_after=str(started - 60))
    assert logs.type == "activity_log.list"
    assert "admin_away_mode_change" in [entry.activity_type for entry in logs.activity_logs]


def test_lists_and_finds_teams(client):
    support = next(team for team in client.teams.list().teams if team.name == "Support")
    found = client.teams.find(support.id)
    assert found.name == "Support"
    assert sorted(found.admin_ids) == sorted(int(admin(client, name).id) for name in ("Ada", "Grace"))
    with refused(404, "team_not_found"):
        client.teams.find("999999999")


def test_lists_and_finds_segments(client):
    gold = next(one for one in client.segments.list(include_count=True).segments if one.name == "Gold")
    assert (gold.type, gold.person_type, type(gold.count)) == ("segment", "user", int)
    assert client.segments.find(gold.id).name == "Gold"
    with refused(404, "not_found"):
        client.segments.find(MISSING)


def test_lists_subscription_types(client):
    newsletter = next(one for one in client.subscription_types.list().data if one.default_translation.name == "Newsletter")
    assert (newsletter.state, newsletter.consent_type, newsletter.content_types) == ("live", "opt_out", ["email"])
    assert {one.locale for one in newsletter.translations} >= {"en", "fr"}


def test_creates_updates_and_lists_data_attributes(client):
    name = word("attr")
    made = client.data_attributes.create(request=CreateDataAttributeRequestOne(name=name, model="contact", data_type="integer"))
    assert isinstance(made, DataAttribute)
    assert (made.name, made.data_type, made.model, made.full_name) == (name, "integer", "contact", f"custom_attributes.{name}")
    options = [CreateDataAttributeRequestOptionsOptionsItem(value=value) for value in ("a", "b")]
    chosen = client.data_attributes.create(
        request=CreateDataAttributeRequestOptions(name=word("attr"), model="company", data_type="options", options=options)
    )
    assert (chosen.data_type, chosen.options) == ("string", ["a", "b"])
    assert client.data_attributes.update(made.id, request={"description": "Later", "archived": True}).archived is True
    assert made.id not in [one.id for one in client.data_attributes.list(model="contact").data]
    assert made.id in [one.id for one in client.data_attributes.list(model="contact", include_archived=True).data]
    with refused(400, "parameter_invalid"):
        client.data_attributes.create(request=CreateDataAttributeRequestOne(name="no!", model="contact", data_type="string"))
    with refused(404, "field_not_found"):
        client.data_attributes.update(999999999, request={"archived": True})


def test_refuses_conversation_attributes_in_the_newest_version_only(client):
    with refused(422, "parameter_invalid"):
        client.data_attributes.list(model="conversation")


def test_records_and_summarises_events(client):
    contact = client.contacts.create(request=CreateContactRequestWithExternalId(external_id=word("x"), email=f"{word()}@example.test"))
    name, started = word("event-"), now()
    for request in (
        CreateDataEventRequestWithUserId(user_id=contact.external_id, event_name=name, created_at=started - 2, metadata={"price": "1"}),
        CreateDataEventRequestWithId(id=contact.id, event_name=name, created_at=started - 1),
        CreateDataEventRequestWithEmail(email=contact.email, event_name=name, created_at=started),
    ):
        assert client.events.create(request=request) is None
    listed = client.events.list(type="user", user_id=contact.external_id, per_page=10)
    assert (listed.intercom_user_id, len(listed.events)) == (contact.id, 3)
    summary = client.events.list(type="user", email=contact.email, summary=True)
    assert summary.type == "event.summary"
    [row] = summary.events
    assert (row.name, row.count) == (name, 3)
    last = datetime.fromisoformat(str(row.last).replace("Z", "+00:00"))
    assert int((last if last.tzinfo else last.replace(tzinfo=timezone.utc)).timestamp()) == started
    summaries = CreateDataEventSummariesRequestEventSummaries(event_name=name, count=4, first=started - 9, last=started)
    assert client.events.summaries(user_id=contact.external_id, event_summaries=summaries) is None
    with refused(404):
        client.events.create(request=CreateDataEventRequestWithUserId(user_id=word("none"), event_name=name, created_at=started))


def test_finds_updates_and_converts_a_visitor(client):
    user_id = "3ecf64d0-9ed1-4e9f-88e1-da7d6e6782f3"
    found = client.visitors.find(user_id=user_id)
    assert (found.type, found.name, found.anonymous) == ("visitor", "Amber Lantern", True)
    assert client.visitors.update(request=UpdateVisitorRequestWithUserId(user_id=user_id, name="Amber")).name == "Amber"
    contact = client.visitors.merge_to_contact(
        type="user", user=UserWithUserId(user_id=word("x"), email=f"{word()}@example.test"), visitor=VisitorWithUserId(user_id=user_id)
    )
    assert (contact.type, contact.role) == ("contact", "user")
    with refused(404, "not_found") as refusal:
        client.visitors.find(user_id=user_id)
    assert refusal.message == "Visitor Not Found"


def test_knows_no_job_that_was_never_started(client):
    with refused(404, "job_not_found"):
        client.jobs.status("999999999")


def test_refuses_a_wrong_token():
    stranger = connect(token="not-a-token")
    for call in (stranger.admins.identify, stranger.contacts.list, stranger.companies.list, stranger.tags.list):
        with refused(401, "unauthorized") as refusal:
            call()
        assert refusal.message == "Access Token Invalid"


def test_answers_in_the_newest_version_when_none_is_asked_for(client):
    assert client.admins.with_raw_response.identify().headers["intercom-version"] == "2.16"


@pytest.mark.parametrize("version", [*NUMBERED, "Unstable"])
def test_serves_the_core_in_every_version(version):
    client = connect(version)
    made = user(client, name="Before", owner_id=int(admin(client, "Ada").id))
    newest = version in ("2.16", "Unstable")
    assert str(made.owner_id) == admin(client, "Ada").id
    assert client.contacts.find(made.id).name == "Before"
    assert ids(client.contacts.search(query=SingleFilterSearchRequest(field="email", operator="=", value=made.email))) == [made.id]
    assert client.contacts.update(made.id, name="After").name == "After"
    tag = client.tags.create(request=CreateOrUpdateTagRequest(name=word("tag ")))
    client.tags.tag_contact(made.id, tag_id=tag.id)
    assert ids(client.contacts.list_attached_tags(made.id).data) == [tag.id]
    one = company(client)
    client.companies.attach_contact(made.id, company_id=one.id)
    assert ids(everything(client.contacts.list_attached_companies(made.id))) == [one.id]
    assert client.companies.update(one.id, request=UpdateCompanyRequestBody(name="After")).name == "After"
    twin = lead(client, email=made.email)
    assert client.contacts.merge_lead_in_user(lead_id=twin.id, contact_id=made.id).id == made.id
    with refused(410 if newest else 404, "contact_merged" if newest else "not_found"):
        client.contacts.find(twin.id)
    with refused(409, "conflict"):
        client.contacts.create(request=CreateContactRequestWithExternalId(external_id=word("x"), email=made.email))
    assert client.companies.delete(one.id).deleted is True
    assert client.contacts.delete(made.id).deleted is True
