// The SDK's unstable namespace. Its calls carry the client's version, so the client is an Unstable one.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { company, connect, ids, lead, missing, now, refused, titled, user, word } from "./helpers.js";

const client = connect("Unstable");
const { unstable } = client;
const rows = (list) => (Array.isArray(list) ? list : list.data);

describe(titled("unstable: admins and teams"), () => {
  it("says who it is, lists and finds admins", async () => {
    const me = await unstable.admins.identifyAdmin();
    assert.equal(me.app.name, "Acme");
    const list = await unstable.admins.listAdmins();
    assert.equal(list.type, "admin.list");
    const ada = list.admins.find((admin) => admin.name === "Ada");
    assert.equal((await unstable.admins.retrieveAdmin({ id: Number(ada.id) })).email, "ada@acme.test");
    await refused(() => unstable.admins.retrieveAdmin({ id: 999999999 }), 404, "admin_not_found");
  });

  it("sets away and lists the log and the reasons", async () => {
    const grace = (await unstable.admins.listAdmins()).admins.find((admin) => admin.name === "Grace");
    const lunch = rows(await unstable.awayStatusReasons.listAwayStatusReasons()).find((reason) => reason.label === "Lunch");
    const set = (on) =>
      unstable.admins.setAwayAdmin({
        id: Number(grace.id),
        away_mode_enabled: on,
        away_mode_reassign: on,
        away_status_reason_id: Number(lunch.id),
      });
    assert.equal((await set(true)).away_mode_enabled, true);
    assert.equal((await set(false)).away_mode_enabled, false);
    const log = await unstable.admins.listActivityLogs({ created_at_after: String(now() - 600) });
    assert.equal(log.type, "activity_log.list");
    assert.ok(log.activity_logs.some((entry) => entry.activity_type === "admin_away_mode_change"));
  });

  it("lists and finds teams", async () => {
    const { teams } = await unstable.teams.listTeams();
    const team = teams.find((one) => one.name === "Support");
    assert.equal((await unstable.teams.retrieveTeam({ id: team.id })).name, "Support");
    await refused(() => unstable.teams.retrieveTeam({ id: "999999999" }), 404, "team_not_found");
  });
});

describe(titled("unstable: contacts"), () => {
  it("creates, shows, updates, searches, lists and deletes", async () => {
    const external_id = word("x");
    const made = await unstable.contacts.createContact({ external_id, email: `${word()}@example.test`, language_override: "fr" });
    assert.equal(made.language_override, "fr");
    assert.equal((await unstable.contacts.showContact({ id: made.id })).id, made.id);
    assert.equal((await unstable.contacts.showContactByExternalId({ external_id })).id, made.id);
    assert.equal((await unstable.contacts.updateContact({ id: made.id, name: "Unstable" })).name, "Unstable");
    const query = { operator: "AND", value: [{ field: "external_id", operator: "=", value: external_id }] };
    const found = await unstable.contacts.searchContacts({ query, pagination: { per_page: 5 } });
    assert.deepEqual(ids(found.data), [made.id]);
    assert.equal(found.pages.per_page, 5);
    const list = await unstable.contacts.listContacts();
    assert.equal(list.type, "list");
    assert.ok(list.total_count >= 1);
    assert.equal((await unstable.contacts.archiveContact({ id: made.id })).archived, true);
    assert.equal((await unstable.contacts.unarchiveContact({ id: made.id })).archived, false);
    assert.equal((await unstable.contacts.blockContact({ id: made.id })).blocked, true);
    assert.equal((await unstable.contacts.deleteContact({ id: made.id })).deleted, true);
    await refused(() => unstable.contacts.showContact({ id: made.id }), 404, "not_found", /^User Not Found$/);
  });

  it("compares timestamps to the second", async () => {
    const marker = word("mark");
    const signed_up_at = 1700000000;
    const made = await unstable.contacts.createContact({ external_id: marker, signed_up_at });
    const matches = async (operator, value) => {
      const query = { operator: "AND", value: [{ field: "external_id", operator: "=", value: marker }, { field: "signed_up_at", operator, value }] };
      return ids((await unstable.contacts.searchContacts({ query })).data).includes(made.id);
    };
    assert.equal(await matches(">", signed_up_at - 1), true);
    assert.equal(await matches(">", signed_up_at), false);
    assert.equal(await matches("<", signed_up_at + 1), true);
    assert.equal(await matches("=", signed_up_at), true);
    assert.equal(await matches("=", signed_up_at + 1), false);
  });

  it("merges duplicates only", async () => {
    const into = await user(client);
    const from = await lead(client, { email: into.email });
    const stranger = await lead(client);
    await refused(() => unstable.contacts.mergeContact({ from: stranger.id, into: into.id }), 400, "invalid_merge");
    const merged = await unstable.contacts.mergeContact({ from: stranger.id, into: into.id, skip_duplicate_validation: true });
    assert.equal(merged.id, into.id);
    assert.equal((await unstable.contacts.mergeContact({ from: from.id, into: into.id })).id, into.id);
    await refused(() => unstable.contacts.showContact({ id: from.id }), 410, "contact_merged");
    const error = await refused(() => unstable.contacts.createContact({ email: into.email }), 409, "conflict", new RegExp(`id=${into.id}$`));
    assert.equal(error.body.type, "error.list");
  });

  it("lists companies, segments, tags and subscriptions of a contact", async () => {
    const contact = await user(client, { custom_attributes: { plan_tier: "gold" } });
    const one = await company(client);
    const tag = await unstable.tags.createTag({ name: word("tag ") });
    const newsletter = (await unstable.subscriptionTypes.listSubscriptionTypes()).data.find((type) => type.consent_type === "opt_out");
    await client.companies.attachContact({ contact_id: contact.id, id: one.id });
    assert.equal((await unstable.tags.attachTagToContact({ contact_id: contact.id, id: tag.id })).id, tag.id);
    const attached = await unstable.subscriptionTypes.attachSubscriptionTypeToContact({ contact_id: contact.id, id: newsletter.id, consent_type: "opt_out" });
    assert.equal(attached.id, newsletter.id);

    const companies = await unstable.contacts.listCompaniesForAContact({ id: contact.id });
    assert.deepEqual(ids(companies.companies ?? companies.data), [one.id]);
    assert.ok((await unstable.contacts.listSegmentsForAContact({ contact_id: contact.id })).data.some((segment) => segment.name === "Gold"));
    assert.deepEqual(ids((await unstable.contacts.listTagsForAContact({ contact_id: contact.id })).data), [tag.id]);
    assert.deepEqual(ids((await unstable.contacts.listSubscriptionsForAContact({ contact_id: contact.id })).data), [newsletter.id]);

    assert.equal((await unstable.tags.detachTagFromContact({ contact_id: contact.id, id: tag.id })).id, tag.id);
    assert.equal((await unstable.subscriptionTypes.detachSubscriptionTypeToContact({ contact_id: contact.id, id: newsletter.id })).id, newsletter.id);
    assert.equal((await unstable.companies.detachContactFromACompany({ contact_id: contact.id, id: one.id })).id, one.id);
  });
});

describe(titled("unstable: companies, tags, notes, segments"), () => {
  it("creates, retrieves, updates, lists and deletes companies", async () => {
    const company_id = word("c");
    const made = await unstable.companies.createOrUpdateCompany({ company_id, name: word("Company ") });
    assert.equal((await unstable.companies.retrieveCompany({ company_id })).id, made.id);
    assert.equal((await unstable.companies.retrieveACompanyById({ id: made.id })).company_id, company_id);
    // This call sends no body at all.
    assert.equal((await unstable.companies.updateCompany({ id: made.id })).name, made.name);
    const contact = await user(client);
    await client.companies.attachContact({ contact_id: contact.id, id: made.id });
    assert.deepEqual(ids((await unstable.companies.listAttachedContacts({ id: made.id })).data), [contact.id]);
    assert.deepEqual((await unstable.companies.listAttachedSegmentsForCompanies({ id: made.id })).data, []);
    const list = await unstable.companies.listAllCompanies({ page: 1, per_page: 2, order: "asc" });
    assert.equal(list.pages.per_page, 2);
    assert.ok(list.total_count >= 1);
    assert.equal((await unstable.companies.deleteCompany({ id: made.id })).deleted, true);
    await refused(() => unstable.companies.retrieveACompanyById({ id: made.id }), 404, "company_not_found");
  });

  it("is asked for a company by company_id, where the API takes id", async () => {
    const [contact, one] = [await user(client), await company(client)];
    await refused(() => unstable.companies.attachContactToACompany({ id: contact.id, company_id: one.id }), 400, "parameter_not_found", /^company not specified$/);
  });

  it("scrolls to the end", async () => {
    await client.companies.attachContact({ contact_id: (await user(client)).id, id: (await company(client)).id });
    let page = await unstable.companies.scrollOverAllCompanies();
    assert.ok(page.data.length > 0);
    while (page.data.length > 0) page = await unstable.companies.scrollOverAllCompanies({ scroll_param: page.scroll_param });
  });

  it("creates, finds, lists and deletes tags, and says whom it tagged", async () => {
    const [contact, one, name] = [await user(client), await company(client), word("tag ")];
    const tag = await unstable.tags.createTag({ name, users: [{ id: contact.id }] });
    assert.deepEqual(tag.users, [{ id: contact.id, tagged: true }]);
    assert.deepEqual((await unstable.tags.createTag({ name, companies: [{ id: one.id }] })).companies, [{ id: one.id, tagged: true }]);
    assert.equal((await unstable.tags.findTag({ id: tag.id })).name, name);
    assert.ok(ids((await unstable.tags.listTags()).data).includes(tag.id));
    await unstable.tags.deleteTag({ id: tag.id });
    await refused(() => unstable.tags.findTag({ id: tag.id }), 404, "not_found");
  });

  it("writes notes on contacts and lists those of companies", async () => {
    const contact = await user(client);
    const note = await unstable.notes.createNote({ id: contact.id, body: "Hello" });
    assert.equal(note.body, "<p>Hello</p>");
    assert.deepEqual(ids((await unstable.notes.listNotes({ id: contact.id })).data), [note.id]);
    assert.equal((await unstable.notes.retrieveNote({ id: Number(note.id) })).id, note.id);
    const one = await company(client);
    assert.deepEqual((await unstable.notes.listCompanyNotes({ id: one.id })).data, []);
  });

  it("lists and finds segments", async () => {
    const { segments } = await unstable.segments.listSegments({ include_count: true });
    assert.equal(typeof segments[0].count, "number");
    assert.equal((await unstable.segments.retrieveSegment({ id: segments[0].id })).name, segments[0].name);
  });
});

describe(titled("unstable: attributes, events, visitors, jobs"), () => {
  it("lists, creates and updates data attributes", async () => {
    const name = word("attr");
    const made = await unstable.dataAttributes.createDataAttribute({ name, model: "contact", data_type: "string" });
    assert.equal(made.name, name);
    const updated = await unstable.dataAttributes.updateDataAttribute({ id: made.id, body: { description: "Later" } });
    assert.equal(updated.description, "Later");
    const { data } = await unstable.dataAttributes.lisDataAttributes({ model: "contact", include_archived: true });
    assert.ok(ids(data).includes(made.id));
  });

  it("records and lists events", async () => {
    const { external_id: user_id } = await user(client, { external_id: word("x") });
    const event_name = word("event-");
    await unstable.dataEvents.createDataEvent({ user_id, event_name, created_at: now() });
    // The SDK sends its filter as one JSON value.
    const list = await unstable.dataEvents.lisDataEvents({ type: "user", filter: { user_id } });
    assert.deepEqual(list.events.map((event) => event.event_name), [event_name]);
    const summaries = unstable.dataEvents.dataEventSummaries({ user_id, event_summaries: { event_name, count: 2, first: now() - 9, last: now() } });
    assert.equal((await summaries.withRawResponse()).rawResponse.status, 200);
  });

  it("finds, updates and converts a visitor", async () => {
    const user_id = "3ecf64d0-9ed1-4e9f-88e1-da7d6e6782f2";
    assert.equal((await unstable.visitors.retrieveVisitorWithUserId({ user_id })).name, "Indigo Umbrella");
    assert.equal((await unstable.visitors.updateVisitor({ user_id, name: "Indigo" })).name, "Indigo");
    const contact = await unstable.visitors.convertVisitor({ type: "lead", visitor: { user_id }, user: { email: `${word()}@example.test` } });
    assert.equal(contact.role, "lead");
    assert.equal((await unstable.contacts.showContact({ id: contact.id })).id, contact.id);
  });

  it("knows no job that was never started", () => refused(() => unstable.jobs.status({ id: "999999999" }), 404, "job_not_found"));
});

// Operations that the SDK has no methods for yet, as an application would call them beside it.
describe(titled("unstable: beyond the SDK"), () => {
  const call = async (method, path, body) => {
    const answer = await fetch(new URL(path, process.env.DESKWIRE_TEST_URL), {
      method,
      headers: {
        authorization: `Bearer ${process.env.DESKWIRE_TEST_TOKEN}`,
        "content-type": "application/json",
        "intercom-version": "Unstable",
      },
      body: body && JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const until = async (done) => {
    for (let n = 0; n < 100; n++) {
      if (await done()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.fail("ten seconds were not enough");
  };
  const byExternalId = (external_id) => unstable.contacts.showContactByExternalId({ external_id }).catch(() => undefined);

  it("creates, updates and deletes contacts in bulk", async () => {
    const externalIds = [word("x"), word("x")];
    const made = await call("POST", "/contacts/bulk", { contacts: externalIds.map((external_id) => ({ external_id, name: "Bulk" })) });
    assert.equal(made.status, 202);
    assert.equal(made.body.type, "contacts.bulk.job");
    assert.equal(made.body.tasks[0].item_count, 2);
    await until(async () => (await byExternalId(externalIds[0])) && (await byExternalId(externalIds[1])));
    const [first, second] = [await byExternalId(externalIds[0]), await byExternalId(externalIds[1])];
    const updated = await call("PUT", "/contacts/bulk", { contacts: [{ id: first.id, name: "Bulkier" }] });
    assert.equal(updated.status, 202);
    await until(async () => (await byExternalId(externalIds[0])).name === "Bulkier");
    const deleted = await call("POST", "/contacts/bulk/delete", { contacts: [{ id: first.id }, { id: second.id }] });
    assert.equal(deleted.status, 202);
    await until(async () => !(await byExternalId(externalIds[0])) && !(await byExternalId(externalIds[1])));
    assert.equal((await call("POST", "/contacts/bulk", {})).status, 422);
    assert.equal((await call("POST", "/contacts/bulk", { contacts: Array(101).fill({ role: "lead" }) })).status, 422);
  });

  it("previews a merge", async () => {
    const into = await user(client);
    const from = await lead(client, { email: into.email });
    const good = await call("POST", "/contacts/merge/preview", { from: from.id, into: into.id });
    assert.equal(good.status, 200);
    assert.equal(good.body.allowed, true);
    const stranger = await lead(client);
    const bad = await call("POST", "/contacts/merge/preview", { from: stranger.id, into: into.id });
    assert.equal(bad.body.allowed, false);
    assert.equal(bad.body.reasons[0].code, "no_shared_identifier");
    await client.contacts.mergeLeadInUser({ from: from.id, into: into.id });
    const history = await call("GET", `/contacts/${into.id}/merge_history`);
    assert.deepEqual(ids(history.body.data.map((row) => ({ id: row.source_contact_id }))), [from.id]);
    assert.equal(history.body.data[0].source_contact_role, "lead");
    const activities = await call("GET", "/contacts/activities?per_page=150");
    assert.equal(activities.body.type, "list");
    assert.equal(activities.body.data[0].type, "contact_activity");
  });

  it("searches companies", async () => {
    const one = await company(client);
    await client.companies.attachContact({ contact_id: (await user(client)).id, id: one.id });
    const search = (field, value) => call("POST", "/companies/search", { query: { field, operator: "=", value } });
    assert.deepEqual(ids((await search("company_id", one.company_id)).body.data), [one.id]);
    assert.deepEqual((await search("name", word("none"))).body.data, []);
    const refusal = await search("segment_id", missing);
    assert.equal(refusal.status, 400);
    assert.equal(refusal.body.errors[0].code, "invalid_field");
  });
});
