// Conversations, tickets and their types through the SDK's unstable namespace.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect, lead, refused, titled, user, word } from "./helpers.js";

const client = connect("Unstable");
const { unstable } = client;
const query = { operator: "AND", value: [{ field: "created_at", operator: ">", value: "1306054154" }] };
const admin = async () => (await unstable.admins.listAdmins()).admins.find((one) => one.name === "Ada").id;

describe(titled("unstable: conversations"), () => {
  it("creates, shows, changes, replies, redacts, lists, searches and deletes", async () => {
    const [{ id: contact }, admin_id] = [await user(client), await admin()];
    const made = await unstable.conversations.createConversation({ from: { type: "user", id: contact }, body: "Hello there" });
    const id = made.conversation_id;
    assert.equal((await unstable.conversations.retrieveConversation({ id: Number(id), display_as: "plaintext" })).source.body, "Hello there");
    const changed = await unstable.conversations.updateConversation({ id: Number(id), read: true, title: "New title" });
    assert.deepEqual([changed.read, changed.title], [true, "New title"]);
    const body = { message_type: "comment", type: "user", body: "Thanks again :)", intercom_user_id: contact };
    const replied = await unstable.conversations.replyConversation({ id, body });
    const part = replied.conversation_parts.conversation_parts.at(-1);
    assert.match(part.body, /Thanks again/);
    const redacted = await unstable.conversations.redactConversation({ type: "conversation_part", conversation_id: id, conversation_part_id: part.id });
    assert.equal(redacted.conversation_parts.conversation_parts.at(-1).redacted, true);
    const closed = await unstable.conversations.manageConversation({ id, body: { message_type: "close", type: "admin", admin_id } });
    assert.equal(closed.state, "closed");
    assert.ok(Array.isArray((await unstable.conversations.listHandlingEvents({ id })).handling_events));
    assert.equal((await unstable.conversations.listConversations({ per_page: 5 })).type, "conversation.list");
    assert.ok((await unstable.conversations.searchConversations({ query, pagination: { per_page: 5 } })).total_count >= 1);
    // Versions after 2.11 have no assignment rules.
    assert.equal((await connect("2.11").conversations.runAssignmentRules({ conversation_id: id })).id, id);
    assert.equal((await unstable.conversations.deleteConversation({ id: Number(id) })).deleted, true);
    await refused(() => unstable.conversations.retrieveConversation({ id: Number(id) }), 404, "not_found");
  });

  it("attaches and detaches contacts and tags, and converts", async () => {
    const [{ id: contact }, { id: other }, admin_id] = [await user(client), await lead(client), await admin()];
    const { conversation_id: id } = await unstable.conversations.createConversation({ from: { type: "user", id: contact }, body: "Hello" });
    const attached = await unstable.conversations.attachContactToConversation({ id, admin_id, customer: { intercom_user_id: other } });
    assert.equal(attached.contacts.contacts.length, 2);
    const detached = await unstable.conversations.detachContactFromConversation({ conversation_id: id, contact_id: other, admin_id });
    assert.equal(detached.contacts.contacts.length, 1);
    const { id: tag } = await unstable.tags.createTag({ name: word("Tag ") });
    assert.equal((await unstable.tags.attachTagToConversation({ conversation_id: id, id: tag, admin_id })).id, tag);
    assert.equal((await unstable.tags.detachTagFromConversation({ conversation_id: id, id: tag, admin_id })).id, tag);
    const type = (await unstable.ticketTypes.listTicketTypes()).data.find((one) => one.name === "Bug report");
    const ticket = await unstable.conversations.convertConversationToTicket({ id: Number(id), ticket_type_id: type.id });
    assert.equal(ticket.ticket_type.id, type.id);
  });

  it("sends a message", async () => {
    const [{ id: contact }, admin_id] = [await user(client), await admin()];
    const sent = await unstable.messages.createMessage({
      message_type: "in_app", body: "Hey", from: { type: "admin", id: Number(admin_id) }, to: { type: "user", id: contact },
    });
    assert.equal(sent.body, "Hey");
  });

  it("is refused a text message to a phone, which the server cannot send", async () => {
    const call = () => unstable.switch.createPhoneSwitch({ phone: "+353832345678" });
    await assert.rejects(call, (error) => error.statusCode === 400 && error.body.error_key === "sms_failed");
  });
});

describe(titled("unstable: tickets"), () => {
  it("changes, tags, replies, searches, enqueues and deletes", async () => {
    const [{ id: contact }, admin_id] = [await user(client), await admin()];
    const { data: types } = await unstable.ticketTypes.listTicketTypes();
    const { id: ticket_type_id } = types.find((one) => one.name === "Bug report");
    const job = await unstable.tickets.enqueueCreateTicket({ ticket_type_id, contacts: [{ id: contact }] });
    assert.match(job.url, /jobs/);
    const { id } = await client.tickets.create({ ticket_type_id, contacts: [{ id: contact }] });
    assert.equal((await unstable.tickets.getTicket({ id })).id, id);
    const title = { _default_title_: word("Ticket ") };
    assert.deepEqual((await unstable.tickets.updateTicket({ id, ticket_attributes: title })).ticket_attributes._default_title_, title._default_title_);
    const body = { message_type: "comment", type: "user", body: "Thanks", intercom_user_id: contact };
    assert.match((await unstable.tickets.replyTicket({ id, body })).body, /Thanks/);
    const { id: tag } = await unstable.tags.createTag({ name: word("Tag ") });
    assert.equal((await unstable.tags.attachTagToTicket({ ticket_id: id, id: tag, admin_id })).id, tag);
    assert.equal((await unstable.tags.detachTagFromTicket({ ticket_id: id, id: tag, admin_id })).id, tag);
    assert.ok((await unstable.tickets.searchTickets({ query, pagination: { per_page: 5 } })).total_count >= 1);
    assert.ok((await unstable.ticketStates.listTicketStates()).data.length > 0);
    assert.equal((await unstable.tickets.deleteTicket({ id })).deleted, true);
  });

  it("makes ticket types and their attributes", async () => {
    const type = await unstable.ticketTypes.createTicketType({ name: word("Type ") });
    assert.equal((await unstable.ticketTypes.getTicketType({ id: type.id })).name, type.name);
    const made = await unstable.ticketTypeAttributes.createTicketTypeAttribute({
      ticket_type_id: type.id, name: "Colour", description: "Of the box", data_type: "string",
    });
    const changed = await unstable.ticketTypeAttributes.updateTicketTypeAttribute({ ticket_type_id: type.id, id: made.id, description: "New" });
    assert.equal(changed.description, "New");
  });
});

describe(titled("unstable: custom objects"), () => {
  it("finds and deletes an instance by its external id", async () => {
    const [custom_object_type_identifier, external_id] = ["Order", word("order-")];
    await unstable.customObjectInstances.createCustomObjectInstances({ custom_object_type_identifier, external_id });
    const found = await unstable.customObjectInstances.getCustomObjectInstancesByExternalId({ custom_object_type_identifier, external_id });
    assert.equal(found.external_id, external_id);
    const gone = await unstable.customObjectInstances.deleteCustomObjectInstancesById({ custom_object_type_identifier, external_id });
    assert.equal(gone.deleted, true);
  });
});
