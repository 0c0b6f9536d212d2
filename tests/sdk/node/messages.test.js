import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect, lead, missing, refused, titled, user } from "./helpers.js";

const client = connect();
const { admins } = await client.admins.list();
const from = { type: "admin", id: Number(admins[0].id) };

describe(titled("messages"), () => {
  it("sends in the messenger, without a conversation until it is answered", async () => {
    const to = await user(client);
    const sent = await client.messages.create({ message_type: "inapp", body: "Hello", from, to: { type: "user", id: to.id } });
    assert.deepEqual([sent.type, sent.message_type, sent.body], ["admin_message", "inapp", "Hello"]);
    assert.deepEqual([sent.owner.id, sent.conversation_id], [admins[0].id, undefined]);
  });

  it("sends by mail and starts the conversation at once", async () => {
    const to = await lead(client, { email: `${Date.now()}@example.test` });
    const sent = await client.messages.create({
      message_type: "email",
      subject: "News",
      body: "<p>Hello</p>",
      template: "plain",
      from,
      to: { type: "lead", id: to.id },
      create_conversation_without_contact_reply: true,
    });
    assert.deepEqual([sent.message_type, sent.subject], ["email", "News"]);
    const found = await client.conversations.find({ conversation_id: sent.conversation_id });
    assert.deepEqual([found.source.id, found.source.type, found.source.delivered_as], [sent.id, "email", "admin_initiated"]);
    assert.equal(found.contacts.contacts[0].id, to.id);
  });

  it("refuses what cannot be sent", async () => {
    const to = { type: "user", id: (await user(client)).id };
    const send = (fields) => client.messages.create({ message_type: "email", subject: "S", body: "B", template: "plain", from, to, ...fields });
    await refused(() => send({ body: undefined }), 400, "parameter_invalid", /^Body is required$/);
    await refused(() => send({ subject: undefined }), 422, "parameter_not_found", /^No subject supplied for email message$/);
    await refused(() => send({ to: { type: "user", id: missing } }), 404, "not_found", /^User Not Found$/);
  });

  it("knows no WhatsApp messages unless they are declared, and sends no text messages", async () => {
    const { unstable } = connect("Unstable");
    const list = await unstable.messages.getWhatsAppMessageStatus({ ruleset_id: "1" });
    assert.deepEqual([list.type, list.total_count, list.events], ["list", 0, []]);
    await assert.rejects(
      () => client.phoneCallRedirects.create({ phone: "+353832345678" }),
      (error) => error.statusCode === 400 && error.body.error_key === "sms_failed",
    );
  });
});
