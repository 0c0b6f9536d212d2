import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { all, connect, ids, missing, now, refused, titled, user, word } from "./helpers.js";

const client = connect();

describe(titled("notes"), () => {
  let contact, ada;
  before(async () => {
    contact = await user(client);
    ada = (await client.admins.list()).admins.find((admin) => admin.name === "Ada");
  });

  it("writes a note by the admin it names, and by the token's own", async () => {
    const note = await client.notes.create({ contact_id: contact.id, body: "Hello", admin_id: ada.id });
    assert.equal(note.type, "note");
    assert.match(note.id, /^\d+$/);
    assert.equal(note.body, "<p>Hello</p>");
    assert.deepEqual(note.contact, { type: "contact", id: contact.id });
    assert.equal(note.author.type, "admin");
    assert.equal(note.author.id, ada.id);
    assert.equal(note.author.email, "ada@acme.test");
    assert.ok(Math.abs(note.created_at - now()) < 120);

    const own = await client.notes.create({ contact_id: contact.id, body: "Mine" });
    assert.equal(own.author.id, (await client.admins.identify()).id);
    assert.equal((await client.contacts.find({ contact_id: contact.id })).notes.total_count, 2);
  });

  it("finds a note", async () => {
    const note = await client.notes.create({ contact_id: contact.id, body: "Find me" });
    assert.deepEqual(await client.notes.find({ note_id: Number(note.id) }), note);
    await refused(() => client.notes.find({ note_id: 999999999 }), 404, "not_found", /^Resource Not Found$/);
  });

  it("lists the newest first, page by page", async () => {
    const someone = await user(client);
    const made = [];
    for (const body of ["one", "two", "three"]) made.unshift((await client.notes.create({ contact_id: someone.id, body })).id);
    const page = await client.notes.list({ contact_id: someone.id, per_page: 2, page: 1 });
    assert.equal(page.response.total_count, 3);
    assert.equal(page.response.pages.total_pages, 2);
    assert.equal(page.response.pages.per_page, 2);
    assert.match(page.response.pages.next, /^http.*[?&]page=2/);
    assert.deepEqual(ids(page.data), made.slice(0, 2));
    assert.deepEqual(ids(await all(client.notes.list({ contact_id: someone.id, per_page: 1 }))), made);
    assert.equal((await client.notes.list({ contact_id: someone.id })).response.pages.next, null);
  });

  it("needs a contact, and an admin that is there", async () => {
    await refused(() => client.notes.create({ contact_id: missing, body: "x" }), 404, "not_found", /^User Not Found$/);
    await refused(() => client.notes.list({ contact_id: missing }), 404, "not_found", /^User Not Found$/);
    await refused(() => client.notes.create({ contact_id: contact.id, body: "x", admin_id: "999999999" }), 404);
  });
});

describe(titled("segments"), () => {
  it("lists them, with how many are in each when asked", async () => {
    await user(client, { custom_attributes: { plan_tier: "gold" } });
    const plain = await client.segments.list();
    assert.equal(plain.type, "segment.list");
    const gold = plain.segments.find((segment) => segment.name === "Gold");
    assert.equal(gold.type, "segment");
    assert.equal(gold.person_type, "user");
    assert.equal(typeof gold.created_at, "number");
    assert.equal(gold.count, undefined);
    const counted = (await client.segments.list({ include_count: true })).segments.find((segment) => segment.id === gold.id);
    const members = await all(client.contacts.search({ query: { field: "segment_id", operator: "=", value: gold.id } }));
    assert.ok(members.length > 0);
    assert.equal(counted.count, members.length);
  });

  it("finds one", async () => {
    const { segments } = await client.segments.list();
    const found = await client.segments.find({ segment_id: segments[0].id });
    assert.equal(found.id, segments[0].id);
    assert.equal(found.name, segments[0].name);
    await refused(() => client.segments.find({ segment_id: missing }), 404, "not_found", /^Resource Not Found$/);
  });
});

describe(titled("subscription types"), () => {
  it("lists them with their translations", async () => {
    const list = await client.subscriptionTypes.list();
    assert.equal(list.type, "list");
    const { id, ...newsletter } = list.data.find((type) => type.default_translation.name === "Newsletter");
    assert.match(id, /^\d+$/);
    const english = { name: "Newsletter", description: "Monthly news", locale: "en" };
    assert.deepEqual(newsletter.default_translation, english);
    assert.equal(newsletter.type, "subscription");
    assert.equal(newsletter.state, "live");
    assert.equal(newsletter.consent_type, "opt_out");
    assert.deepEqual(newsletter.content_types, ["email"]);
    assert.ok(newsletter.translations.some((one) => one.locale === "fr" && one.name === "Lettre"));
    const alerts = list.data.find((type) => type.default_translation.name === "Alerts");
    assert.equal(alerts.consent_type, "opt_in");
    assert.deepEqual(alerts.content_types, ["sms_message"]);
  });
});

describe(titled("visitors"), () => {
  const user_id = "3ecf64d0-9ed1-4e9f-88e1-da7d6e6782f1";

  it("finds by user id", async () => {
    const visitor = await client.visitors.find({ user_id });
    assert.equal(visitor.type, "visitor");
    assert.match(visitor.id, /^[0-9a-f]{24}$/);
    assert.equal(visitor.user_id, user_id);
    assert.equal(visitor.anonymous, true);
    assert.equal(visitor.name, "Violet Suitcase");
    assert.equal(visitor.avatar.type, "avatar");
    assert.deepEqual(visitor.companies, { type: "company.list", companies: [] });
    assert.deepEqual(visitor.tags, { type: "tag.list", tags: [] });
    await refused(() => client.visitors.find({ user_id: word("none") }), 404, "not_found", /^Visitor Not Found$/);
  });

  it("updates by user id and by id", async () => {
    const named = await client.visitors.update({ user_id, name: "Winston Smith", custom_attributes: { plan_tier: "silver" } });
    assert.equal(named.name, "Winston Smith");
    assert.equal(named.custom_attributes.plan_tier, "silver");
    const again = await client.visitors.update({ id: named.id, name: "Julia" });
    assert.equal(again.user_id, user_id);
    assert.equal((await client.visitors.find({ user_id })).name, "Julia");
    await refused(() => client.visitors.update({ user_id: word("none"), name: "x" }), 404, "not_found", /^Visitor Not Found$/);
  });

  it("becomes a user", async () => {
    const email = `${word()}@example.test`;
    const contact = await client.visitors.mergeToContact({ type: "user", visitor: { user_id }, user: { email } });
    assert.equal(contact.type, "contact");
    assert.equal(contact.role, "user");
    assert.equal(contact.email, email);
    assert.equal((await client.contacts.find({ contact_id: contact.id })).id, contact.id);
    await refused(() => client.visitors.find({ user_id }), 404, "not_found");
  });
});

describe(titled("jobs"), () => {
  it("knows no job that was never started", () =>
    refused(() => client.jobs.status({ job_id: "999999999" }), 404, "job_not_found", /^Job Not Found$/));
});
