import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect, ids, refused, titled, word } from "./helpers.js";

const client = connect();
const type = (fields = {}) => client.ticketTypes.create({ name: word("Type "), category: "Customer", icon: "🎟️", ...fields });
const attributes = (of) => of.ticket_type_attributes.data;

describe(titled("ticket types"), () => {
  it("creates a type with a title, a description and states", async () => {
    const made = await type({ description: "Template" });
    assert.equal(made.type, "ticket_type");
    assert.deepEqual([made.category, made.icon, made.description], ["Customer", "🎟️", "Template"]);
    assert.deepEqual(attributes(made).map((one) => one.name), ["_default_title_", "_default_description_"]);
    assert.deepEqual(made.ticket_states.data.map((state) => state.category), ["submitted", "in_progress", "waiting_on_customer", "resolved"]);
    assert.deepEqual(await client.ticketTypes.get({ ticket_type_id: made.id }), made);
    assert.ok(ids((await client.ticketTypes.list()).data).includes(made.id));
  });

  it("changes and archives a type", async () => {
    const made = await type();
    const after = await client.ticketTypes.update({ ticket_type_id: made.id, name: "Renamed", category: "Tracker", archived: true });
    assert.deepEqual([after.name, after.category, after.archived], ["Renamed", "Tracker", true]);
    await refused(() => client.ticketTypes.get({ ticket_type_id: "999999999" }), 404, "not_found");
    await refused(() => type({ icon: "bug" }), 400, "parameter_invalid", /^icon must be an emoji$/);
  });

  it("gives a type attributes, and changes them", async () => {
    const made = await type();
    const add = (fields) => client.ticketTypes.attributes.create({ ticket_type_id: made.id, description: "", ...fields });
    const list = await add({ name: "Priority", data_type: "list", list_items: "Low,High", required_to_create: true });
    assert.deepEqual(list.input_options.list_options.map((item) => item.label), ["Low", "High"]);
    assert.equal(list.ticket_type_id, Number(made.id));
    assert.equal(list.required_to_create, true);
    const after = await client.ticketTypes.attributes.update({ ticket_type_id: made.id, attribute_id: list.id, list_items: "High,Low", archived: true });
    assert.deepEqual(after.input_options.list_options, list.input_options.list_options.toReversed());
    assert.equal(after.archived, true);
    for (const data_type of ["string", "integer", "decimal", "boolean", "datetime", "files"]) {
      assert.equal((await add({ name: data_type, data_type })).data_type, data_type);
    }
    assert.equal(attributes(await client.ticketTypes.get({ ticket_type_id: made.id })).length, 9);
    await refused(() => add({ name: "Priority", data_type: "string" }), 400, "parameter_invalid");
  });

  it("lists the states", async () => {
    const made = await type();
    const states = (await client.ticketStates.listTicketStates()).data;
    const custom = states.find((state) => state.internal_label === "With engineering");
    assert.deepEqual([custom.category, custom.external_label, custom.archived], ["in_progress", "In work", false]);
    assert.deepEqual(custom.ticket_types.data.map((one) => one.name), ["Bug report"]);
    const submitted = states.find((state) => state.category === "submitted");
    assert.ok(ids(submitted.ticket_types.data).includes(made.id));
  });
});
