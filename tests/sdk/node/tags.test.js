import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { all, company, connect, ids, missing, now, refused, titled, user, word } from "./helpers.js";

const client = connect();
const tag = () => client.tags.create({ name: word("tag ") });
const tagsOf = async (contact) => ids((await client.contacts.listAttachedTags({ contact_id: contact.id })).data);
const tagged = async (one) => ids((await client.companies.find({ company_id: one.id })).tags.tags);

describe(titled("tags"), () => {
  it("creates a tag, and gives the same one for the same name", async () => {
    const made = await tag();
    assert.equal(made.type, "tag");
    assert.match(made.id, /^\d+$/);
    assert.equal((await client.tags.create({ name: made.name })).id, made.id);
    assert.equal((await client.tags.create({ name: made.name.toUpperCase() })).id, made.id);
  });

  it("renames", async () => {
    const made = await tag();
    const name = word("renamed ");
    const renamed = await client.tags.create({ id: made.id, name });
    assert.equal(renamed.id, made.id);
    assert.equal((await client.tags.find({ tag_id: made.id })).name, name);
  });

  it("lists and finds", async () => {
    const made = await tag();
    const list = await client.tags.list();
    assert.equal(list.type, "list");
    assert.ok(list.data.some((one) => one.name === "VIP"));
    assert.ok(ids(list.data).includes(made.id));
    assert.deepEqual(await client.tags.find({ tag_id: made.id }), { type: "tag", id: made.id, name: made.name });
    await refused(() => client.tags.find({ tag_id: "999999999" }), 404, "not_found", /^Resource Not Found$/);
  });

  it("deletes, and takes the tag off everything", async () => {
    const made = await tag();
    const contact = await user(client);
    await client.tags.tagContact({ contact_id: contact.id, id: made.id });
    const { data, rawResponse } = await client.tags.delete({ tag_id: made.id }).withRawResponse();
    assert.equal(rawResponse.status, 200);
    assert.equal(data, undefined);
    assert.deepEqual(await tagsOf(contact), []);
    await refused(() => client.tags.find({ tag_id: made.id }), 404, "not_found");
    await refused(() => client.tags.delete({ tag_id: made.id }), 404, "not_found");
  });

  it("refuses a tag without a name", () =>
    refused(() => client.tags.create({}), 400, "parameter_invalid", /^invalid tag parameters$/));

  it("tags and untags a contact", async () => {
    const [made, contact] = [await tag(), await user(client)];
    const me = await client.admins.identify();
    const applied = await client.tags.tagContact({ contact_id: contact.id, id: made.id });
    assert.equal(applied.id, made.id);
    assert.equal(applied.name, made.name);
    assert.deepEqual(applied.applied_by, { type: "admin", id: me.id });
    assert.ok(Math.abs(applied.applied_at - now()) < 120);
    await client.tags.tagContact({ contact_id: contact.id, id: made.id });
    assert.deepEqual(await tagsOf(contact), [made.id]);
    const found = await client.contacts.find({ contact_id: contact.id });
    assert.equal(found.tags.total_count, 1);
    assert.deepEqual(found.tags.data.map(({ id, type }) => ({ id, type })), [{ id: made.id, type: "tag" }]);

    assert.equal((await client.tags.untagContact({ contact_id: contact.id, tag_id: made.id })).id, made.id);
    assert.deepEqual(await tagsOf(contact), []);
  });

  it("says which of the two is not there", async () => {
    const [made, contact] = [await tag(), await user(client)];
    await refused(() => client.tags.tagContact({ contact_id: missing, id: made.id }), 404, "not_found", /^User Not Found$/);
    await refused(() => client.tags.tagContact({ contact_id: contact.id, id: "999999999" }), 404, "not_found", /^Resource Not Found$/);
    await refused(() => client.tags.untagContact({ contact_id: missing, tag_id: made.id }), 404, "not_found", /^User Not Found$/);
    await refused(() => client.tags.untagContact({ contact_id: contact.id, tag_id: "999999999" }), 404, "not_found");
  });

  it("tags and untags companies, creating the tag", async () => {
    const [one, two, name] = [await company(client), await company(client), word("tag ")];
    const made = await client.tags.create({ name, companies: [{ id: one.id }, { company_id: two.company_id }] });
    assert.equal(made.name, name);
    assert.deepEqual(await tagged(one), [made.id]);
    assert.deepEqual(await tagged(two), [made.id]);
    const again = await client.tags.create({ name, companies: [{ id: one.id, company_id: one.company_id, untag: true }] });
    assert.equal(again.id, made.id);
    assert.deepEqual(await tagged(one), []);
    assert.deepEqual(await tagged(two), [made.id]);
    await refused(() => client.tags.create({ name, companies: [{ id: missing }] }), 404, "company_not_found");
  });

  it("tags and untags many users", async () => {
    const [one, two, name] = [await user(client), await user(client), word("tag ")];
    const made = await client.tags.create({ name, users: [{ id: one.id }, { id: two.id }] });
    assert.deepEqual(await tagsOf(one), [made.id]);
    assert.deepEqual(await tagsOf(two), [made.id]);
    const found = await all(client.contacts.search({ query: { field: "tag_id", operator: "=", value: made.id } }));
    assert.deepEqual(ids(found).toSorted(), [one.id, two.id].toSorted());
    await client.tags.create({ name, users: [{ id: one.id, untag: true }] });
    assert.deepEqual(await tagsOf(one), []);
    assert.deepEqual(await tagsOf(two), [made.id]);
    await refused(() => client.tags.create({ name, users: [{ id: missing }] }), 404, "not_found");
  });
});
