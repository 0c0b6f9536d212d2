import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect, ids, refused, titled, user, word } from "./helpers.js";

const client = connect();
const unstable = connect("Unstable");
const types = Object.fromEntries((await client.ticketTypes.list()).data.map((type) => [type.name, type]));
const states = (await client.ticketStates.listTicketStates()).data;
const me = await client.admins.identify();
const state = (category) => states.find((one) => one.category === category).id;
const attribute = (type, name) => types[type].ticket_type_attributes.data.find((one) => one.name === name);
const item = (label) => attribute("Bug report", "Priority").input_options.list_options.find((one) => one.label === label).id;

async function ticket(fields = {}, type = "Bug report") {
  const contact = await user(client, { external_id: word("x") });
  return client.tickets.create({
    ticket_type_id: types[type].id,
    contacts: [{ id: contact.id }],
    ticket_attributes: { _default_title_: "Broken", ...(type === "Refund" && { Amount: 1.5 }) },
    ...fields,
  });
}

describe(titled("tickets"), () => {
  it("creates a ticket for a contact, by id, external id or email", async () => {
    const made = await ticket({ ticket_attributes: { _default_title_: "Broken", _default_description_: "Badly", Priority: item("High") } });
    assert.equal(made.type, "ticket");
    assert.match(made.ticket_id, /^\d+$/);
    assert.deepEqual([made.category, made.is_shared, made.open], ["Customer", true, true]);
    assert.deepEqual(made.ticket_attributes, { _default_title_: "Broken", _default_description_: "Badly", Priority: "High" });
    assert.equal(made.ticket_state.category, "submitted");
    assert.equal(made.ticket_parts.ticket_parts[0].part_type, "ticket_state_updated_by_admin");
    const external_id = made.contacts.contacts[0].external_id;
    assert.equal((await ticket({ contacts: [{ external_id }] })).contacts.contacts[0].external_id, external_id);
    const email = `${word("lead")}@example.test`;
    const lead = (await ticket({ contacts: [{ email }] })).contacts.contacts[0].id;
    assert.equal((await client.contacts.find({ contact_id: lead })).role, "lead");
    assert.deepEqual(await client.tickets.get({ ticket_id: made.id }), made);
  });

  it("refuses what does not fit", async () => {
    await refused(() => ticket({ ticket_attributes: { Colour: "red" } }), 400, "parameter_invalid", /not found on ticket type: Colour$/);
    await refused(() => ticket({ ticket_attributes: {} }, "Refund"), 400, "parameter_invalid", /^Missing required ticket attributes$/);
    await refused(() => ticket({ ticket_type_id: "999999999" }), 404, "not_found");
    await refused(() => client.tickets.get({ ticket_id: "999999999" }), 404, "ticket_not_found", /^Ticket not found$/);
  });

  it("updates state, attributes, assignee and sharing", async () => {
    const made = await ticket();
    const after = await client.tickets.update({
      ticket_id: made.id,
      ticket_state_id: state("in_progress"),
      ticket_attributes: { _default_title_: "Less broken" },
      admin_id: Number(me.id),
      assignee_id: me.id,
      is_shared: false,
      snoozed_until: Math.floor(Date.now() / 1000) + 3600,
    });
    assert.equal(after.ticket_state.category, "in_progress");
    assert.equal(after.ticket_attributes._default_title_, "Less broken");
    assert.equal(after.admin_assignee_id, me.id);
    assert.equal(after.is_shared, false);
    assert.ok(after.snoozed_until > 0);
    const resolved = await client.tickets.update({ ticket_id: made.id, ticket_state_id: state("resolved") });
    assert.equal(resolved.open, false);
    assert.equal((await client.tickets.update({ ticket_id: made.id, ticket_state_id: state("submitted") })).open, true);
    await refused(() => client.tickets.update({ ticket_id: made.id, assignee_id: "999999999" }), 404, "assignee_not_found", /^Assignee not found$/);
    await refused(() => client.tickets.update({ ticket_id: made.id, ticket_state_id: "999999999" }), 400, "ticket_state_id_invalid");
  });

  it("replies", async () => {
    const made = await ticket();
    const reply = (body) => client.tickets.reply({ ticket_id: made.id, body });
    const note = await reply({ message_type: "note", type: "admin", admin_id: me.id, body: "<b>inside</b>" });
    assert.deepEqual([note.part_type, note.body], ["note", "<p><b>inside</b></p>"]);
    const contact = made.contacts.contacts[0];
    const comment = await reply({ message_type: "comment", type: "user", intercom_user_id: contact.id, body: "Thanks" });
    assert.deepEqual([comment.part_type, comment.author.id], ["comment", contact.id]);
    const back = await ticket({}, "Refund");
    await refused(
      () => client.tickets.reply({ ticket_id: back.id, body: { message_type: "comment", type: "user", intercom_user_id: back.contacts.contacts[0].id, body: "x" } }),
      400,
      "parameter_mismatch",
      /^User replies are not allowed on Backoffice tickets$/,
    );
  });

  it("tags and untags", async () => {
    const [made, tag] = [await ticket(), await client.tags.create({ name: word("tag ") })];
    assert.equal((await client.tags.tagTicket({ ticket_id: made.id, id: tag.id, admin_id: me.id })).id, tag.id);
    assert.deepEqual(ids((await client.conversations.find({ conversation_id: made.id })).tags.tags), [tag.id]);
    assert.equal((await client.tags.untagTicket({ ticket_id: made.id, tag_id: tag.id, admin_id: me.id })).id, tag.id);
  });

  it("searches", async () => {
    const made = await ticket({ ticket_attributes: { _default_title_: word("needle "), Priority: item("Low") } });
    const find = async (query) => ids((await client.tickets.search({ query })).data);
    assert.deepEqual(await find({ field: "title", operator: "=", value: made.ticket_attributes._default_title_ }), [made.id]);
    const priority = `ticket_attribute.${attribute("Bug report", "Priority").id}`;
    const both = { operator: "AND", value: [{ field: priority, operator: "=", value: "Low" }, { field: "id", operator: "=", value: made.id }] };
    assert.deepEqual(await find(both), [made.id]);
    await refused(() => find({ field: "ticket_attribute.Priority", operator: "=", value: "Low" }), 400, "field_not_found");
  });

  it("makes tickets later", async () => {
    const contact = await user(client);
    const job = await client.tickets.enqueueCreateTicket({ ticket_type_id: types["Bug report"].id, contacts: [{ id: contact.id }] });
    assert.deepEqual([job.type, job.status, job.resource_type], ["job", "pending", "ticket"]);
    let now = job;
    for (let tries = 0; now.status === "pending" && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      now = await client.jobs.status({ job_id: job.id });
    }
    assert.equal(now.status, "success");
    assert.equal((await client.tickets.get({ ticket_id: now.resource_id })).contacts.contacts[0].id, contact.id);
  });

  it("converts a conversation", async () => {
    const contact = await user(client);
    const started = await client.conversations.create({ from: { type: "user", id: contact.id }, body: "Help!" });
    const made = await client.conversations.convertToTicket({ conversation_id: started.conversation_id, ticket_type_id: types["Bug report"].id, attributes: { _default_title_: "Help" } });
    assert.deepEqual([made.type, made.id], ["ticket", started.conversation_id]);
    assert.equal(made.ticket_parts.ticket_parts[0].body, "<p>Help!</p>");
  });

  it("deletes", async () => {
    const made = await ticket();
    assert.deepEqual(await client.tickets.deleteTicket({ ticket_id: made.id }), { id: made.id, object: "ticket", deleted: true });
    await refused(() => client.tickets.get({ ticket_id: made.id }), 404, "ticket_not_found");
    await refused(() => client.tickets.deleteTicket({ ticket_id: made.id }), 404, "ticket_not_found");
  });

  it("links conversations to a tracker, in the newest version", async () => {
    const [tracker, customer] = [await ticket({}, "Outage"), await ticket()];
    const linked = await unstable.tickets.create({ ticket_type_id: types.Outage.id, contacts: [{ id: customer.contacts.contacts[0].id }], conversation_to_link_id: customer.id });
    assert.deepEqual(ids(linked.linked_objects.data), [customer.id]);
    assert.equal(tracker.linked_objects.total_count, 0);
  });
});
