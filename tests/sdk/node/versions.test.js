// The core of contacts, companies, tags and notes in every version that is served.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { all, company, connect, ids, lead, missing, refused, titled, user, word } from "./helpers.js";

const numbered = ["2.7", "2.8", "2.9", "2.10", "2.11", "2.12", "2.13", "2.14", "2.15", "2.16"];

for (const version of [...numbered, "Unstable"]) {
  const since = (first) => version === "Unstable" || numbered.indexOf(version) >= numbered.indexOf(first);

  describe(titled(`version ${version}`), () => {
    const client = connect(version);

    it("answers in that version", async () => {
      const { data, rawResponse } = await client.admins.identify().withRawResponse();
      assert.equal(data.type, "admin");
      const answered = rawResponse.headers.get("intercom-version");
      assert.ok(answered === version || (version === "Unstable" && /^preview$/i.test(answered)), answered);
    });

    it("creates, finds, searches and updates a contact", async () => {
      const { admins } = await client.admins.list();
      const owner = admins.find((admin) => admin.email === "ada@acme.test").id;
      const made = await user(client, {
        external_id: word("x"),
        name: "Before",
        owner_id: Number(owner),
        custom_attributes: { plan_tier: "gold" },
      });
      assert.equal(made.type, "contact");
      assert.equal(made.role, "user");
      assert.deepEqual(made.custom_attributes, { plan_tier: "gold" });
      assert.deepEqual(made.owner_id, since("2.16") ? owner : Number(owner));
      assert.equal((await client.contacts.find({ contact_id: made.id })).external_id, made.external_id);
      const query = { operator: "AND", value: [{ field: "external_id", operator: "=", value: made.external_id }] };
      assert.deepEqual(ids(await all(client.contacts.search({ query }))), [made.id]);
      assert.equal((await client.contacts.update({ contact_id: made.id, name: "After" })).name, "After");
      assert.ok(ids(await all(client.contacts.list({ per_page: 50 }), 5000)).includes(made.id));
      const again = () => client.contacts.create({ email: made.email });
      await refused(again, 409, "conflict", new RegExp(`id=${made.id}$`));
    });

    it("tags and untags a contact", async () => {
      const contact = await user(client);
      const tag = await client.tags.create({ name: word("tag ") });
      assert.equal((await client.tags.tagContact({ contact_id: contact.id, id: tag.id })).id, tag.id);
      assert.deepEqual(ids((await client.contacts.listAttachedTags({ contact_id: contact.id })).data), [tag.id]);
      await client.tags.untagContact({ contact_id: contact.id, tag_id: tag.id });
      assert.deepEqual((await client.contacts.listAttachedTags({ contact_id: contact.id })).data, []);
      assert.ok(ids((await client.tags.list()).data).includes(tag.id));
      await client.tags.delete({ tag_id: tag.id });
      await refused(() => client.tags.find({ tag_id: tag.id }), 404, "not_found");
    });

    it("creates, finds, updates and deletes a company, and attaches contacts", async () => {
      const made = await company(client, { plan: "Pro", custom_attributes: { region_code: "IE" } });
      assert.equal(made.type, "company");
      assert.equal(made.plan.name, "Pro");
      assert.equal((await client.companies.find({ company_id: made.id })).company_id, made.company_id);
      assert.equal((await client.companies.retrieve({ company_id: made.company_id })).id, made.id);
      assert.equal((await client.companies.update({ company_id: made.id, body: { name: "After" } })).name, "After");
      const contact = await user(client);
      await client.companies.attachContact({ contact_id: contact.id, id: made.id });
      assert.deepEqual(ids((await client.companies.listAttachedContacts({ company_id: made.id })).data), [contact.id]);
      assert.deepEqual(ids((await client.contacts.listAttachedCompanies({ contact_id: contact.id })).data), [made.id]);
      assert.ok(ids(await all(client.companies.list({ per_page: 50 }), 5000)).includes(made.id));
      await client.companies.detachContact({ contact_id: contact.id, company_id: made.id });
      assert.deepEqual(await client.companies.delete({ company_id: made.id }), { id: made.id, object: "company", deleted: true });
      await refused(() => client.companies.find({ company_id: made.id }), 404, "company_not_found");
    });

    it("merges a lead into a user, in its own manner", async () => {
      const into = await user(client);
      const stranger = await lead(client);
      const from = await lead(client, { email: into.email });
      if (since("2.16"))
        await refused(() => client.contacts.mergeLeadInUser({ from: stranger.id, into: into.id }), 400, "invalid_merge");
      else assert.equal((await client.contacts.mergeLeadInUser({ from: stranger.id, into: into.id })).id, into.id);
      const merged = await client.contacts.mergeLeadInUser({ from: from.id, into: into.id });
      assert.equal(merged.id, into.id);
      assert.equal(merged.email, into.email);
      if (since("2.16")) {
        const error = await refused(() => client.contacts.find({ contact_id: from.id }), 410, "contact_merged");
        assert.equal(error.rawResponse.headers.get("link"), `</contacts/${into.id}>; rel="canonical"`);
      } else await refused(() => client.contacts.find({ contact_id: from.id }), 404, "not_found");
    });

    it("archives, unarchives and deletes", async () => {
      const made = await user(client);
      assert.equal((await client.contacts.archive({ contact_id: made.id })).archived, true);
      assert.equal((await client.contacts.unarchive({ contact_id: made.id })).archived, false);
      assert.equal((await client.contacts.delete({ contact_id: made.id })).deleted, true);
      await refused(() => client.contacts.find({ contact_id: made.id }), 404, "not_found", /^User Not Found$/);
    });

    it("writes notes and lists what is around", async () => {
      const contact = await user(client);
      const note = await client.notes.create({ contact_id: contact.id, body: "Hello" });
      assert.equal(note.body, "<p>Hello</p>");
      assert.equal((await client.notes.find({ note_id: Number(note.id) })).id, note.id);
      assert.deepEqual(ids(await all(client.notes.list({ contact_id: contact.id }))), [note.id]);
      assert.equal((await client.segments.list()).type, "segment.list");
      assert.equal((await client.subscriptionTypes.list()).type, "list");
      assert.equal((await client.teams.list()).type, "team.list");
      assert.ok((await client.dataAttributes.list({ model: "company" })).data.some((one) => one.name === "region_code"));
    });

    it("has what came later only where it came", async () => {
      const made = await user(client, { external_id: word("x") });
      const calls = [
        ["2.13", async () => assert.equal((await client.contacts.showContactByExternalId({ external_id: made.external_id })).id, made.id)],
        ["2.13", async () => assert.equal((await client.contacts.blockContact({ contact_id: made.id })).blocked, true)],
        ["2.14", async () => assert.ok(await client.awayStatusReasons.listAwayStatusReasons())],
      ];
      for (const [first, call] of calls)
        if (since(first)) await call();
        else await refused(call, 400, "intercom_version_invalid", /^Requested resource is not available in current API version\.$/);
    });

    it("skips unknown members when tagging since 2.16, and refuses them before", async () => {
      const tag = () => client.tags.create({ name: word("tag "), users: [{ id: missing }] });
      if (since("2.16")) assert.ok(!(await tag()).users.some((one) => one.tagged));
      else await refused(tag, 404, "not_found");
    });
  });
}
