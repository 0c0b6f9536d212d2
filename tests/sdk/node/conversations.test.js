import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { all, connect, ids, now, refused, titled, user, word } from "./helpers.js";

const client = connect();
const parts = (conversation) => conversation.conversation_parts.conversation_parts;
const kinds = (conversation) => parts(conversation).map((part) => part.part_type);
const people = (conversation) => ids(conversation.contacts.contacts);

/** A conversation that a new user started: its id and theirs. */
async function started(body = "Help!") {
  const contact = await user(client);
  const message = await client.conversations.create({ from: { type: "user", id: contact.id }, body });
  return [message.conversation_id, contact, message];
}
const me = async () => (await client.admins.identify()).id;

describe(titled("conversations"), () => {
  it("starts, finds and lists", async () => {
    const [id, contact, message] = await started("1 < 2");
    assert.deepEqual([message.type, message.message_type, message.body], ["user_message", "inapp", "1 < 2"]);
    const found = await client.conversations.find({ conversation_id: id });
    assert.deepEqual([found.id, found.state, found.open, found.source.body], [id, "open", true, "<p>1 &lt; 2</p>"]);
    assert.deepEqual(people(found), [contact.id]);
    const plain = await client.conversations.find({ conversation_id: id, display_as: "plaintext" });
    assert.equal(plain.source.body, "1 < 2");
    const page = await client.conversations.list({ per_page: 5 });
    assert.ok(page.data.length >= 1);
    const query = { field: "source.author.id", operator: "=", value: contact.id };
    assert.deepEqual(ids(await all(client.conversations.search({ query }))), [id]);
    await refused(() => client.conversations.find({ conversation_id: "77" }), 404, "not_found", /^Resource Not Found$/);
  });

  it("is replied to by both sides", async () => {
    const [[id, contact], admin_id] = [await started(), await me()];
    const say = (body) => client.conversations.reply({ conversation_id: id, body });
    await say({ type: "admin", admin_id, message_type: "comment", body: "<b>Hi</b>" });
    await say({ type: "admin", admin_id, message_type: "note", body: "A good one" });
    const after = await say({ type: "user", intercom_user_id: contact.id, message_type: "comment", body: "Thanks" });
    assert.deepEqual(kinds(after), ["comment", "note", "comment"]);
    assert.deepEqual(parts(after).map((part) => part.author.type), ["admin", "admin", "user"]);
    assert.equal(parts(after)[0].body, "<p><b>Hi</b></p>");
    const last = await client.conversations.reply({
      conversation_id: "last",
      body: { type: "user", user_id: undefined, intercom_user_id: contact.id, message_type: "comment", body: "One more" },
    });
    assert.equal(last.id, id);
  });

  it("is assigned, snoozed, opened and closed", async () => {
    const [[id], admin_id] = [await started(), await me()];
    const manage = (body) => client.conversations.manage({ conversation_id: id, body });
    const assigned = await manage({ message_type: "assignment", type: "admin", admin_id, assignee_id: admin_id });
    assert.equal(String(assigned.admin_assignee_id), admin_id);
    const snoozed = await manage({ message_type: "snoozed", admin_id, snoozed_until: now() + 600 });
    assert.equal(snoozed.state, "snoozed");
    assert.equal((await manage({ message_type: "open", admin_id })).state, "open");
    const closed = await manage({ message_type: "close", type: "admin", admin_id, body: "Bye" });
    assert.deepEqual([closed.state, closed.open], ["closed", false]);
    assert.deepEqual(kinds(closed), ["assignment", "snoozed", "open", "close"]);
    await refused(() => manage({ message_type: "open", admin_id: "77" }), 404, "admin_not_found");
  });

  it("has a title and attributes", async () => {
    const [id] = await started();
    const update = (fields) => client.conversations.update({ conversation_id: id, ...fields });
    const after = await update({ read: true, title: "Invoice", custom_attributes: { Issue: "Billing", "Order number": "5" } });
    assert.deepEqual([after.read, after.title], [true, "Invoice"]);
    assert.deepEqual(after.custom_attributes, { Issue: "Billing", "Order number": "5" });
    assert.deepEqual(kinds(after), Array(2).fill("conversation_attribute_updated_by_admin"));
    const query = { operator: "AND", value: [{ field: "custom_attributes.Issue", operator: "=", value: "Billing" }, { field: "id", operator: "=", value: id }] };
    assert.deepEqual(ids(await all(client.conversations.search({ query }))), [id]);
    const words = /^Conversation attribute 'Nothing' does not exist$/;
    await refused(() => update({ custom_attributes: { Nothing: "x" } }), 400, "parameter_invalid", words);
    await refused(() => update({ custom_attributes: { Issue: "Nothing" } }), 400, "parameter_invalid");
  });

  it("is tagged and untagged", async () => {
    const [[conversation_id], admin_id] = [await started(), await me()];
    const tag = await client.tags.create({ name: word("tag ") });
    const applied = await client.tags.tagConversation({ conversation_id, id: tag.id, admin_id });
    assert.deepEqual([applied.id, applied.name, applied.applied_by], [tag.id, tag.name, { type: "admin", id: admin_id }]);
    const tags = async () => ids((await client.conversations.find({ conversation_id })).tags.tags);
    assert.deepEqual(await tags(), [tag.id]);
    assert.equal((await client.tags.untagConversation({ conversation_id, tag_id: tag.id, admin_id })).id, tag.id);
    assert.deepEqual(await tags(), []);
    const untag = () => client.tags.untagConversation({ conversation_id, tag_id: tag.id, admin_id });
    await refused(untag, 404, "tag_not_found", /^Tag not found$/);
  });

  it("takes contacts in and lets them go", async () => {
    const [[conversation_id, first], admin_id] = [await started(), await me()];
    const second = await user(client);
    const add = (customer) => client.conversations.attachContactAsAdmin({ conversation_id, admin_id, customer });
    const remove = (contact_id) => client.conversations.detachContactAsAdmin({ conversation_id, contact_id, admin_id });
    assert.deepEqual(people(await add({ intercom_user_id: second.id })).toSorted(), [first.id, second.id].toSorted());
    assert.equal(people(await add({ email: `${word("new")}@example.test` })).length, 3);
    assert.equal(people(await remove(first.id)).length, 2);
    await remove(second.id);
    const [last] = people(await client.conversations.find({ conversation_id }));
    await refused(() => remove(last), 422, "parameter_invalid", /^Removing the last customer is not allowed$/);
  });

  it("takes back what was said", async () => {
    const [[conversation_id], admin_id] = [await started(), await me()];
    const body = { type: "admin", admin_id, message_type: "comment", body: "1234" };
    const [part] = parts(await client.conversations.reply({ conversation_id, body }));
    const redact = () =>
      client.conversations.redactConversationPart({ type: "conversation_part", conversation_id, conversation_part_id: part.id });
    const [gone] = parts(await redact());
    assert.deepEqual([gone.redacted, gone.body], [true, "<p><i>This message was deleted</i></p>"]);
    await refused(redact, 400, "conversation_part_not_redactable");
    const { source } = await client.conversations.find({ conversation_id });
    const after = await client.conversations.redactConversationPart({ type: "source", conversation_id, source_id: source.id });
    assert.equal(after.source.redacted, true);
  });

  it("is deleted for good", async () => {
    const [conversation_id] = await started();
    const gone = await client.conversations.deleteConversation({ conversation_id: Number(conversation_id) });
    assert.deepEqual(gone, { id: conversation_id, object: "conversation", deleted: true });
    await refused(() => client.conversations.find({ conversation_id }), 404, "not_found");
  });
});
