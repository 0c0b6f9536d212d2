import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { all, company, connect, ids, lead, missing, now, refused, titled, user, word } from "./helpers.js";

const client = connect();

describe(titled("contacts: create, read, update"), () => {
  it("creates a user with everything it was given", async () => {
    const { admins } = await client.admins.list();
    const owner_id = Number(admins.find((admin) => admin.name === "Ada").id);
    const name = word("User ");
    const sent = {
      email: `${word()}@example.test`,
      external_id: word("x"),
      phone: "+353871234567",
      name,
      signed_up_at: 1571672154,
      last_seen_at: now() - 60,
      owner_id,
      unsubscribed_from_emails: true,
      custom_attributes: { plan_tier: "gold", seats: 3, beta: true, renewed_on: 1704067200 },
    };
    const made = await client.contacts.create(sent);
    assert.equal(made.type, "contact");
    assert.match(made.id, /^[0-9a-f]{24}$/);
    assert.equal(made.role, "user");
    for (const key of Object.keys(sent)) assert.deepEqual(made[key], sent[key], key);
    assert.equal(made.workspace_id, (await client.admins.identify()).app.id_code);
    assert.ok(Math.abs(made.created_at - now()) < 120);
    assert.equal(made.has_hard_bounced, false);
    assert.equal(made.last_replied_at, null);
    assert.deepEqual(made.tags, { type: "list", data: [], url: `/contacts/${made.id}/tags`, total_count: 0, has_more: false });
    assert.equal(made.location.type, "location");
    assert.deepEqual(made.social_profiles, { type: "list", data: [] });
    assert.deepEqual(await client.contacts.find({ contact_id: made.id }), made);
  });

  it("creates a lead from its role alone, and chooses its external id", async () => {
    const made = await client.contacts.create({ role: "lead", name: "Roman" });
    assert.equal(made.role, "lead");
    assert.equal(made.name, "Roman");
    assert.match(made.external_id, /^[0-9a-f-]{36}$/);
  });

  it("finds a user by external id, and no lead", async () => {
    const external_id = word("x");
    const made = await client.contacts.create({ external_id });
    assert.equal((await client.contacts.showContactByExternalId({ external_id })).id, made.id);
    await refused(() => client.contacts.showContactByExternalId({ external_id: word("none") }), 404, "not_found");
    const other = await lead(client);
    await refused(() => client.contacts.showContactByExternalId({ external_id: other.external_id }), 404, "not_found");
  });

  it("updates what is named, clears what is null, leaves the rest", async () => {
    const made = await user(client, { name: "Before", phone: "+353871234567", custom_attributes: { seats: 1, plan_tier: "silver" } });
    const updated = await client.contacts.update({
      contact_id: made.id,
      name: "Nico",
      phone: null,
      custom_attributes: { seats: 2 },
    });
    assert.equal(updated.id, made.id);
    assert.equal(updated.name, "Nico");
    assert.equal(updated.phone, null);
    assert.equal(updated.email, made.email);
    assert.equal(updated.custom_attributes.seats, 2);
    assert.equal(updated.custom_attributes.plan_tier, "silver");
    assert.ok(updated.updated_at >= made.updated_at);
  });

  it("promotes a lead to a user", async () => {
    const made = await lead(client);
    const promoted = await client.contacts.update({ contact_id: made.id, role: "user", email: `${word()}@example.test` });
    assert.equal(promoted.role, "user");
    assert.equal(promoted.id, made.id);
  });

  it("does not know an id that was never given", async () => {
    await refused(() => client.contacts.find({ contact_id: missing }), 404, "not_found", /^User Not Found$/);
    await refused(() => client.contacts.update({ contact_id: missing, name: "x" }), 404, "not_found");
  });

  it("refuses a second user of the same e-mail or external id, and names the first", async () => {
    const first = await user(client, { external_id: word("x") });
    const taken = new RegExp(`^A contact matching those details already exists with id=${first.id}$`);
    await refused(() => client.contacts.create({ email: first.email }), 409, "conflict", taken);
    await refused(() => client.contacts.create({ email: first.email.toUpperCase() }), 409, "conflict", taken);
    await refused(() => client.contacts.create({ external_id: first.external_id }), 409, "conflict", taken);
    const second = await user(client);
    await refused(() => client.contacts.update({ contact_id: second.id, email: first.email }), 409, "conflict");
    assert.equal((await client.contacts.find({ contact_id: second.id })).email, second.email);
  });

  it("refuses what it cannot store", async () => {
    const email = () => `${word()}@example.test`;
    await refused(() => client.contacts.create({ email: email(), owner_id: 999999999 }), 400, "parameter_invalid", /owner/);
    await refused(
      () => client.contacts.create({ email: email(), custom_attributes: { nobody_defined_me: 1 } }),
      400,
      "parameter_invalid",
      /^Custom attribute 'nobody_defined_me' does not exist$/,
    );
    await refused(() => client.contacts.create({}), 400);
  });
});

describe(titled("contacts: archive, delete, block, merge"), () => {
  it("archives and brings back", async () => {
    const made = await user(client, { external_id: word("x") });
    assert.deepEqual(await client.contacts.archive({ contact_id: made.id }), {
      type: "contact",
      id: made.id,
      external_id: made.external_id,
      archived: true,
    });
    await refused(
      () => client.contacts.create({ email: made.email }),
      409,
      "conflict",
      new RegExp(`^An archived contact matching those details already exists with id=${made.id}$`),
    );
    const query = { field: "email", operator: "=", value: made.email };
    assert.deepEqual(await all(client.contacts.search({ query })), []);
    const back = await client.contacts.unarchive({ contact_id: made.id });
    assert.deepEqual(back, { type: "contact", id: made.id, external_id: made.external_id, archived: false });
    assert.deepEqual(ids(await all(client.contacts.search({ query }))), [made.id]);
  });

  it("unarchives what was never archived", async () => {
    const made = await user(client);
    assert.equal((await client.contacts.unarchive({ contact_id: made.id })).archived, false);
  });

  it("deletes for good, and frees the e-mail", async () => {
    const made = await user(client, { external_id: word("x") });
    assert.deepEqual(await client.contacts.delete({ contact_id: made.id }), {
      type: "contact",
      id: made.id,
      external_id: made.external_id,
      deleted: true,
    });
    await refused(() => client.contacts.find({ contact_id: made.id }), 404, "not_found");
    await refused(() => client.contacts.delete({ contact_id: made.id }), 404, "not_found");
    assert.notEqual((await client.contacts.create({ email: made.email })).id, made.id);
  });

  it("blocks", async () => {
    const made = await user(client, { external_id: word("x") });
    assert.deepEqual(await client.contacts.blockContact({ contact_id: made.id }), {
      type: "contact",
      id: made.id,
      external_id: made.external_id,
      blocked: true,
    });
  });

  it("does none of it to an unknown contact", async () => {
    for (const call of ["archive", "unarchive", "delete", "blockContact"])
      await refused(() => client.contacts[call]({ contact_id: missing }), 404, "not_found");
  });

  it("merges a lead into a user", async () => {
    const into = await user(client);
    const from = await lead(client, { phone: "+353871234568" });
    const tag = await client.tags.create({ name: word("tag ") });
    await client.tags.tagContact({ contact_id: from.id, id: tag.id });
    await client.notes.create({ contact_id: from.id, body: "From the lead" });

    const merged = await client.contacts.mergeLeadInUser({ from: from.id, into: into.id });
    assert.equal(merged.id, into.id);
    assert.equal(merged.role, "user");
    assert.equal(merged.email, into.email);
    assert.equal(merged.phone, "+353871234568");
    assert.deepEqual(ids((await client.contacts.listAttachedTags({ contact_id: into.id })).data), [tag.id]);
    assert.equal((await all(client.notes.list({ contact_id: into.id }))).length, 1);
    await refused(() => client.contacts.find({ contact_id: from.id }), 404, "not_found");
  });

  it("refuses to merge with nobody", async () => {
    const into = await user(client);
    await refused(() => client.contacts.mergeLeadInUser({ from: missing, into: into.id }), 404);
  });
});

describe(titled("contacts: lists and search"), () => {
  const marker = word("mark");
  const made = [];
  const search = (query, more = {}) => all(client.contacts.search({ query, ...more }));
  const marked = { field: "name", operator: "~", value: marker };
  const and = (...value) => ({ operator: "AND", value });
  const or = (...value) => ({ operator: "OR", value });
  const is = (field, operator, value) => ({ field, operator, value });

  before(async () => {
    for (let n = 0; n < 5; n++)
      made.push(
        await client.contacts.create({
          external_id: `${marker}-${n}`,
          email: n < 4 ? `${marker}${n}@${n % 2 ? "odd" : "even"}.example.test` : undefined,
          name: `${marker} number ${n}`,
          signed_up_at: 1600000000 + n * 86400 * 10,
          custom_attributes: { seats: n, plan_tier: n < 2 ? "gold" : "silver" },
        }),
      );
  });
  const of = (...numbers) => numbers.map((n) => made[n].id).toSorted();
  const found = async (query) => ids(await search(query)).toSorted();

  it("pages through a search", async () => {
    const page = await client.contacts.search({ query: marked, pagination: { per_page: 2 } });
    assert.equal(page.response.type, "list");
    assert.equal(page.response.total_count, 5);
    assert.equal(page.response.pages.type, "pages");
    assert.equal(page.response.pages.page, 1);
    assert.equal(page.response.pages.per_page, 2);
    assert.equal(page.response.pages.total_pages, 3);
    assert.ok(page.response.pages.next.starting_after);
    assert.equal(page.data.length, 2);
    assert.ok(page.hasNextPage());
    const second = await page.getNextPage();
    assert.equal(second.response.pages.page, 2);
    assert.equal(second.data.length, 2);
    const third = await second.getNextPage();
    assert.equal(third.data.length, 1);
    assert.equal(third.hasNextPage(), false);
    assert.deepEqual(ids(await search(marked, { pagination: { per_page: 2 } })).toSorted(), of(0, 1, 2, 3, 4));
  });

  it("sorts by the field it is told", async () => {
    for (const [order, expected] of [["ascending", [0, 1, 2, 3, 4]], ["descending", [4, 3, 2, 1, 0]]]) {
      const rows = await search(marked, { sort: { field: "signed_up_at", order }, pagination: { per_page: 2 } });
      assert.deepEqual(ids(rows), expected.map((n) => made[n].id), order);
    }
  });

  it("answers an empty search with an empty list", async () => {
    const { response } = await client.contacts.search({ query: is("name", "=", word("nobody")), pagination: { per_page: 5 } });
    assert.deepEqual(response.data, []);
    assert.equal(response.total_count, 0);
    assert.equal(response.pages.total_pages, 0);
  });

  it("compares strings", async () => {
    assert.deepEqual(await found(is("email", "=", made[1].email)), of(1));
    assert.deepEqual(await found(is("external_id", "=", `${marker}-2`)), of(2));
    assert.deepEqual(await found(is("id", "=", made[3].id)), of(3));
    assert.deepEqual(await found(is("external_id", "^", `${marker}-`)), of(0, 1, 2, 3, 4));
    assert.deepEqual(await found(and(marked, is("email", "$", "odd.example.test"))), of(1, 3));
    assert.deepEqual(await found(and(marked, is("name", "!~", "number 0"))), of(1, 2, 3, 4));
    assert.deepEqual(await found(is("external_id", "IN", [`${marker}-0`, `${marker}-4`])), of(0, 4));
    assert.deepEqual(await found(and(marked, is("external_id", "NIN", [`${marker}-0`, `${marker}-4`]))), of(1, 2, 3));
    assert.deepEqual(await found(and(marked, is("email_domain", "=", "even.example.test"))), of(0, 2));
  });

  it("tells the set from the unset", async () => {
    assert.deepEqual(await found(and(marked, is("email", "=", null))), of(4));
    assert.deepEqual(await found(and(marked, is("email", "!=", null))), of(0, 1, 2, 3));
  });

  it("compares attributes by their type", async () => {
    assert.deepEqual(await found(and(marked, is("custom_attributes.seats", ">", 2))), of(3, 4));
    assert.deepEqual(await found(and(marked, is("custom_attributes.seats", "<", 1))), of(0));
    assert.deepEqual(await found(and(marked, is("custom_attributes.plan_tier", "=", "gold"))), of(0, 1));
  });

  it("compares dates by the day", async () => {
    assert.deepEqual(await found(and(marked, is("signed_up_at", ">", 1600000000 + 15 * 86400))), of(2, 3, 4));
    assert.deepEqual(await found(and(marked, is("signed_up_at", "<", 1600000000 + 15 * 86400))), of(0, 1));
    assert.deepEqual(await found(and(marked, is("created_at", ">", String(now() - 3 * 86400)))), of(0, 1, 2, 3, 4));
  });

  it("combines with AND and OR, two deep", async () => {
    const query = and(marked, or(is("external_id", "=", `${marker}-1`), is("custom_attributes.seats", "=", 4)));
    assert.deepEqual(await found(query), of(1, 4));
    assert.deepEqual(
      await found(or(and(marked, is("role", "=", "user"), is("custom_attributes.seats", "<", 1)), is("id", "=", made[2].id))),
      of(0, 2),
    );
  });

  it("finds by tag and by segment", async () => {
    const tag = await client.tags.create({ name: word("tag "), users: [{ id: made[0].id }, { id: made[3].id }] });
    assert.deepEqual(await found(is("tag_id", "=", tag.id)), of(0, 3));
    const gold = (await client.segments.list()).segments.find((segment) => segment.name === "Gold");
    assert.deepEqual(await found(and(marked, is("segment_id", "=", gold.id))), of(0, 1));
  });

  it("refuses a query it does not understand", async () => {
    for (const query of [undefined, is("no_such_field", "=", "x"), is("email", "??", "x"), { operator: "AND", value: "x" }])
      await refused(() => client.contacts.search({ query }), 400);
  });

  it("pages through the list of all contacts, each once", async () => {
    const page = await client.contacts.list({ per_page: 3 });
    assert.equal(page.response.pages.per_page, 3);
    assert.equal(page.data.length, 3);
    const seen = ids(await all(client.contacts.list({ per_page: 3 })));
    assert.equal(new Set(seen).size, seen.length);
    assert.equal(seen.length, page.response.total_count);
    for (const one of made) assert.ok(seen.includes(one.id));
  });

  it("lists ten to a page when not told", async () => {
    for (let n = 0; n < 6; n++) await user(client);
    const page = await client.contacts.list();
    assert.equal(page.data.length, 10);
    assert.equal(page.response.pages.per_page, 10);
  });
});

describe(titled("contacts: what is attached"), () => {
  it("lists the companies, page by page", async () => {
    const contact = await user(client);
    const attached = [];
    for (let n = 0; n < 3; n++) {
      const one = await company(client);
      const answer = await client.companies.attachContact({ contact_id: contact.id, id: one.id });
      assert.equal(answer.id, one.id);
      assert.equal(answer.user_count, 1);
      attached.push(one.id);
    }
    const page = await client.contacts.listAttachedCompanies({ contact_id: contact.id, per_page: 2 });
    assert.equal(page.response.type, "list");
    assert.equal(page.response.total_count, 3);
    assert.equal(page.data.length, 2);
    assert.deepEqual(ids(await all(client.contacts.listAttachedCompanies({ contact_id: contact.id, per_page: 2 }))).toSorted(), attached.toSorted());
    const { companies } = await client.contacts.find({ contact_id: contact.id });
    assert.equal(companies.total_count, 3);
    assert.equal(companies.url, `/contacts/${contact.id}/companies`);
  });

  it("lists the segments a contact is in", async () => {
    const contact = await user(client, { last_seen_at: now() - 60, custom_attributes: { plan_tier: "gold" } });
    const list = await client.contacts.listAttachedSegments({ contact_id: contact.id });
    assert.equal(list.type, "list");
    const names = list.data.map((segment) => segment.name);
    assert.ok(names.includes("Gold") && names.includes("Active"), names.join());
    assert.equal(list.data[0].type, "segment");
    const plain = await user(client);
    const others = (await client.contacts.listAttachedSegments({ contact_id: plain.id })).data;
    assert.deepEqual(others.map((segment) => segment.name), ["New"]);
  });

  it("attaches, lists and detaches subscriptions", async () => {
    const contact = await user(client);
    const types = (await client.subscriptionTypes.list()).data;
    const newsletter = types.find((type) => type.default_translation.name === "Newsletter");
    const alerts = types.find((type) => type.default_translation.name === "Alerts");
    const attach = (type) => client.contacts.attachSubscription({ contact_id: contact.id, id: type.id, consent_type: type.consent_type });
    const list = async () => ids((await client.contacts.listAttachedSubscriptions({ contact_id: contact.id })).data).toSorted();

    assert.deepEqual(await attach(newsletter), newsletter);
    assert.deepEqual(await attach(alerts), alerts);
    assert.deepEqual(await list(), [newsletter.id, alerts.id].toSorted());
    const found = await client.contacts.find({ contact_id: contact.id });
    assert.deepEqual(ids(found.opted_out_subscription_types.data), [newsletter.id]);
    assert.deepEqual(ids(found.opted_in_subscription_types.data), [alerts.id]);

    const gone = await client.contacts.detachSubscription({ contact_id: contact.id, subscription_id: newsletter.id });
    assert.equal(gone.id, newsletter.id);
    assert.deepEqual(await list(), [alerts.id]);

    await refused(() => client.contacts.listAttachedSubscriptions({ contact_id: missing }), 404, "not_found", /^User Not Found$/);
    await refused(
      () => client.contacts.attachSubscription({ contact_id: contact.id, id: "999999999", consent_type: "opt_in" }),
      404,
      "not_found",
      /^Resource Not Found$/,
    );
  });

  it("lists the tags", async () => {
    const contact = await user(client);
    const tag = await client.tags.create({ name: word("tag ") });
    await client.tags.tagContact({ contact_id: contact.id, id: tag.id });
    const list = await client.contacts.listAttachedTags({ contact_id: contact.id });
    assert.equal(list.type, "list");
    assert.deepEqual(list.data.map(({ id, name }) => ({ id, name })), [{ id: tag.id, name: tag.name }]);
    await refused(() => client.contacts.listAttachedTags({ contact_id: missing }), 404, "not_found", /^User Not Found$/);
  });

  it("knows nothing of what is attached to nobody", async () => {
    await refused(() => client.contacts.listAttachedCompanies({ contact_id: missing }), 404, "not_found", /^User Not Found$/);
    await refused(() => client.contacts.listAttachedSegments({ contact_id: missing }), 404, "not_found", /^User Not Found$/);
  });
});
