import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { company, connect, now, refused, titled, user, word } from "./helpers.js";

const client = connect();
const create = (fields) => client.dataAttributes.create({ name: word("attr"), model: "contact", data_type: "string", ...fields });
const list = async (query) => (await client.dataAttributes.list(query)).data;

describe(titled("data attributes"), () => {
  it("lists the standard and the custom ones of a model", async () => {
    const answer = await client.dataAttributes.list({ model: "contact" });
    assert.equal(answer.type, "list");
    const email = answer.data.find((one) => one.name === "email");
    assert.equal(email.type, "data_attribute");
    assert.equal(email.custom, false);
    assert.equal(email.full_name, "email");
    assert.equal(email.id, undefined);
    const tier = answer.data.find((one) => one.name === "plan_tier");
    assert.equal(typeof tier.id, "number");
    assert.equal(tier.full_name, "custom_attributes.plan_tier");
    assert.equal(tier.custom, true);
    assert.equal(tier.data_type, "string");
    assert.deepEqual(tier.options, ["gold", "silver"]);
    assert.ok(answer.data.every((one) => one.model === "contact"));
    const companies = await list({ model: "company" });
    assert.ok(companies.some((one) => one.name === "region_code"));
    assert.ok(companies.some((one) => one.name === "monthly_spend" && !one.custom));
    assert.ok(companies.every((one) => one.model === "company"));
  });

  it("creates attributes of every type, and contacts can use them", async () => {
    const values = { string: "x", integer: 7, float: 1.5, boolean: true, date: 1704067200 };
    const custom_attributes = {};
    for (const [data_type, value] of Object.entries(values)) {
      const made = await create({ data_type, description: "Dummy" });
      assert.equal(made.type, "data_attribute");
      assert.equal(made.data_type, data_type);
      assert.equal(made.label, made.name);
      assert.equal(made.full_name, `custom_attributes.${made.name}`);
      assert.equal(made.description, "Dummy");
      assert.equal(made.model, "contact");
      assert.equal(made.custom, true);
      assert.equal(made.archived, false);
      assert.equal(made.api_writable, true);
      assert.equal(made.messenger_writable, false);
      assert.ok(Math.abs(made.created_at - now()) < 120);
      custom_attributes[made.name] = value;
    }
    const contact = await user(client, { custom_attributes });
    for (const [name, value] of Object.entries(custom_attributes)) assert.equal(contact.custom_attributes[name], value);
  });

  it("creates a list and changes its options and description", async () => {
    const made = await create({ data_type: "options", options: [{ value: "yey" }, { value: "yoy" }] });
    assert.equal(made.data_type, "string");
    assert.deepEqual(made.options, ["yey", "yoy"]);
    const updated = await client.dataAttributes.update({
      data_attribute_id: made.id,
      body: { description: "Woo", archived: false, options: [{ value: "1-10" }, { value: "11-20" }] },
    });
    assert.equal(updated.id, made.id);
    assert.equal(updated.description, "Woo");
    assert.deepEqual(updated.options, ["1-10", "11-20"]);
  });

  it("keeps company attributes apart", async () => {
    const made = await create({ model: "company", data_type: "integer" });
    assert.equal(made.model, "company");
    const one = await company(client, { custom_attributes: { [made.name]: 3 } });
    assert.equal(one.custom_attributes[made.name], 3);
    await refused(() => create({ name: made.name, model: "contact" }), 400, "parameter_invalid", /^You already have '.*' in your company data/);
    await refused(() => create({ name: made.name, model: "company" }), 400, "parameter_invalid", /^You already have/);
  });

  it("archives, and lists the archived when asked", async () => {
    const made = await create();
    await client.dataAttributes.update({ data_attribute_id: made.id, body: { archived: true } });
    const has = async (query) => (await list({ model: "contact", ...query })).some((one) => one.id === made.id);
    assert.equal(await has({}), false);
    assert.equal(await has({ include_archived: true }), true);
  });

  it("refuses bad names, types and models, and unknown ids", async () => {
    await refused(() => create({ name: "no!" }), 400, "parameter_invalid", /alphanumeric characters/);
    await refused(() => create({ data_type: "nonsense" }), 400, "parameter_invalid", /^Data Type isn't an option$/);
    await refused(() => create({ model: "planet" }), 400, "parameter_invalid", /must be either contact or company$/);
    await refused(
      () => client.dataAttributes.update({ data_attribute_id: 999999999, body: { archived: true } }),
      404,
      "field_not_found",
      /^We couldn't find that data attribute to update$/,
    );
  });
});

describe(titled("events"), () => {
  const event_name = word("event-");

  it("records, lists and summarises", async () => {
    const contact = await user(client, { external_id: word("x") });
    const started = now();
    const send = (who, created_at) =>
      client.events
        .create({ ...who, event_name, created_at, metadata: { guidance: "provided", price: "9001" } })
        .withRawResponse();
    for (const [who, at] of [
      [{ user_id: contact.external_id }, started - 20],
      [{ id: contact.id }, started - 10],
      [{ email: contact.email }, started],
    ]) {
      const { data, rawResponse } = await send(who, at);
      assert.equal(rawResponse.status, 202);
      assert.equal(data, undefined);
    }

    const listed = await client.events.list({ type: "user", user_id: contact.external_id });
    assert.equal(listed.type, "event.list");
    assert.equal(listed.user_id, contact.external_id);
    assert.equal(listed.intercom_user_id, contact.id);
    assert.equal(listed.email, contact.email);
    assert.deepEqual(listed.events.map((event) => event.created_at), [started, started - 10, started - 20]);
    assert.equal(listed.events[0].event_name, event_name);
    assert.equal(listed.events[0].type, "event");
    assert.deepEqual(listed.events[0].metadata, { guidance: "provided", price: "9001" });
    assert.equal((await client.events.list({ type: "user", email: contact.email, per_page: 2 })).events.length, 2);
    assert.equal((await client.events.list({ type: "user", intercom_user_id: contact.id })).events.length, 3);

    const summary = await client.events.list({ type: "user", user_id: contact.external_id, summary: true });
    assert.equal(summary.type, "event.summary");
    const [row] = summary.events;
    assert.equal(row.name, event_name);
    assert.equal(row.count, 3);
    assert.equal(Math.floor(new Date(row.first) / 1000), started - 20);
    assert.equal(Math.floor(new Date(row.last) / 1000), started);
  });

  it("counts a repeated event once", async () => {
    const { external_id: user_id } = await user(client, { external_id: word("x") });
    for (let n = 0; n < 2; n++) await client.events.create({ user_id, event_name, created_at: 1700000000 + now() % 1000 });
    const created_at = now();
    for (let n = 0; n < 2; n++) await client.events.create({ user_id, event_name, created_at });
    const { events } = await client.events.list({ type: "user", user_id });
    assert.deepEqual(events.map((event) => event.created_at), [created_at], "and none older than ninety days is listed");
  });

  it("takes summaries", async () => {
    const { external_id: user_id } = await user(client, { external_id: word("x") });
    const { rawResponse } = await client.events
      .summaries({ user_id, event_summaries: { event_name, count: 4, first: now() - 500, last: now() } })
      .withRawResponse();
    assert.equal(rawResponse.status, 200);
  });

  it("refuses events of nobody, and lists of nothing", async () => {
    await refused(() => client.events.create({ user_id: word("none"), event_name, created_at: now() }), 404);
    await refused(() => client.events.list({ type: "user", user_id: word("none") }), 404);
  });
});
