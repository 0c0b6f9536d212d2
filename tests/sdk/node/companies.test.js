import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { all, company, connect, ids, missing, refused, titled, user, word } from "./helpers.js";

const client = connect();
const fields = {
  monthly_spend: 9001,
  plan: "1. Get pizzaid",
  size: 62049,
  website: "http://the-best.one",
  industry: "The Best One",
  remote_created_at: 1374138000,
  custom_attributes: { region_code: "IE" },
};

describe(titled("companies: one at a time"), () => {
  it("creates with everything it was given", async () => {
    const sent = { company_id: word("c"), name: word("Company "), ...fields };
    const made = await client.companies.createOrUpdate(sent);
    assert.equal(made.type, "company");
    assert.match(made.id, /^[0-9a-f]{24}$/);
    for (const key of Object.keys(sent).filter((key) => key !== "plan")) assert.deepEqual(made[key], sent[key], key);
    assert.equal(made.plan.type, "plan");
    assert.equal(made.plan.name, sent.plan);
    assert.equal(made.app_id, (await client.admins.identify()).app.id_code);
    assert.equal(made.user_count, 0);
    assert.equal(made.session_count, 0);
    assert.deepEqual(made.tags, { type: "tag.list", tags: [] });
    assert.equal(made.segments.type, "segment.list");
  });

  it("updates the company of the same company_id", async () => {
    const made = await company(client, fields);
    const again = await client.companies.createOrUpdate({ company_id: made.company_id, name: "BestCompanyInc", monthly_spend: 12 });
    assert.equal(again.id, made.id);
    assert.equal(again.name, "BestCompanyInc");
    assert.equal(again.monthly_spend, 12);
    assert.equal(again.industry, fields.industry);
    assert.equal(again.created_at, made.created_at);
  });

  it("finds by id, by company_id and by name", async () => {
    const made = await company(client);
    for (const found of [
      await client.companies.find({ company_id: made.id }),
      await client.companies.retrieve({ company_id: made.company_id }),
      await client.companies.retrieve({ name: made.name }),
    ]) {
      assert.equal(found.type, "company");
      assert.equal(found.id, made.id);
      assert.equal(found.name, made.name);
    }
    await refused(() => client.companies.find({ company_id: missing }), 404, "company_not_found", /^Company Not Found$/);
    await refused(() => client.companies.retrieve({ company_id: word("none") }), 404, "company_not_found");
    await refused(() => client.companies.retrieve({ name: word("none") }), 404, "company_not_found");
  });

  it("updates by id, but never the company_id", async () => {
    const made = await company(client);
    const updated = await client.companies.update({
      company_id: made.id,
      body: { name: "Renamed", website: "http://www.example.test/", custom_attributes: { region_code: "FR" } },
    });
    assert.equal(updated.id, made.id);
    assert.equal(updated.company_id, made.company_id);
    assert.equal(updated.name, "Renamed");
    assert.equal(updated.website, "http://www.example.test/");
    assert.deepEqual(updated.custom_attributes, { region_code: "FR" });
    await refused(() => client.companies.update({ company_id: missing, body: { name: "x" } }), 404, "company_not_found");
  });

  it("deletes", async () => {
    const made = await company(client);
    assert.deepEqual(await client.companies.delete({ company_id: made.id }), { id: made.id, object: "company", deleted: true });
    await refused(() => client.companies.find({ company_id: made.id }), 404, "company_not_found");
    await refused(() => client.companies.delete({ company_id: made.id }), 404, "company_not_found");
  });

  it("refuses a field it does not know", () =>
    refused(() => client.companies.createOrUpdate({ company_id: word("c"), test: 1 }), 400, "bad_request", /^bad 'test' parameter$/));
});

describe(titled("companies: contacts and segments"), () => {
  it("attaches a contact, lists and detaches it", async () => {
    const [contact, made] = [await user(client), await company(client)];
    const attached = await client.companies.attachContact({ contact_id: contact.id, id: made.id });
    assert.equal(attached.id, made.id);
    assert.equal(attached.user_count, 1);

    const list = await client.companies.listAttachedContacts({ company_id: made.id });
    assert.equal(list.type, "list");
    assert.equal(list.total_count, 1);
    assert.equal(list.pages.per_page, 50);
    assert.deepEqual(ids(list.data), [contact.id]);
    assert.equal(list.data[0].email, contact.email);

    const detached = await client.companies.detachContact({ contact_id: contact.id, company_id: made.id });
    assert.equal(detached.id, made.id);
    assert.equal(detached.user_count, 0);
    const empty = await client.companies.listAttachedContacts({ company_id: made.id });
    assert.deepEqual(empty.data, []);
    assert.equal(empty.total_count, 0);
    assert.equal(empty.pages.total_pages, 0);
  });

  it("says which of the two is not there", async () => {
    const [contact, made] = [await user(client), await company(client)];
    await refused(() => client.companies.attachContact({ contact_id: missing, id: made.id }), 404, "not_found", /^User Not Found$/);
    await refused(() => client.companies.attachContact({ contact_id: contact.id, id: missing }), 404, "company_not_found", /^Company Not Found$/);
    await refused(() => client.companies.attachContact({ contact_id: contact.id }), 400, "parameter_not_found", /^company not specified$/);
    await refused(() => client.companies.detachContact({ contact_id: contact.id, company_id: missing }), 404, "company_not_found");
    await refused(() => client.companies.listAttachedContacts({ company_id: missing }), 404, "company_not_found");
  });

  it("lists the segments of a company", async () => {
    const made = await company(client, { monthly_spend: 9001 });
    await client.companies.attachContact({ contact_id: (await user(client)).id, id: made.id });
    const list = await client.companies.listAttachedSegments({ company_id: made.id });
    assert.equal(list.type, "list");
    assert.deepEqual(list.data.map((segment) => segment.name), ["Big spenders"]);
    await refused(() => client.companies.listAttachedSegments({ company_id: missing }), 404, "company_not_found");
  });
});

describe(titled("companies: lists"), () => {
  const made = [];
  before(async () => {
    const contact = await user(client);
    for (let n = 0; n < 5; n++) {
      made.push(await company(client));
      await client.companies.attachContact({ contact_id: contact.id, id: made[n].id });
    }
  });

  it("pages through all of them", async () => {
    const page = await client.companies.list({ page: 1, per_page: 2, order: "desc" });
    assert.match(page.response.pages.next, /^http.*[?&]page=2/);
    assert.equal(page.response.type, "list");
    assert.equal(page.response.pages.page, 1);
    assert.equal(page.response.pages.per_page, 2);
    assert.equal(page.data.length, 2);
    const seen = ids(await all(client.companies.list({ per_page: 2 })));
    assert.equal(seen.length, page.response.total_count);
    assert.equal(new Set(seen).size, seen.length);
    for (const one of made) assert.ok(seen.includes(one.id));
  });

  it("lists fifteen to a page when not told, and leaves out companies of nobody", async () => {
    const alone = await company(client);
    const page = await client.companies.list();
    assert.equal(page.response.pages.per_page, 15);
    assert.ok(!ids(await all(client.companies.list())).includes(alone.id));
  });

  it("lists by tag and by segment", async () => {
    const tag = await client.tags.create({ name: word("tag "), companies: [{ id: made[0].id }, { company_id: made[1].company_id }] });
    const tagged = await client.companies.retrieve({ tag_id: tag.id });
    assert.equal(tagged.type, "list");
    assert.deepEqual(ids(tagged.data).toSorted(), [made[0].id, made[1].id].toSorted());
    assert.equal(tagged.total_count, 2);
    await client.companies.update({ company_id: made[2].id, body: { monthly_spend: 7000 } });
    const { data: segments } = await client.companies.listAttachedSegments({ company_id: made[2].id });
    const inSegment = await client.companies.retrieve({ segment_id: segments[0].id, per_page: 60 });
    assert.ok(ids(inSegment.data).includes(made[2].id));
    assert.ok(!ids(inSegment.data).includes(made[3].id));
    assert.equal((await client.companies.retrieve({ per_page: 3 })).data.length, 3);
  });

  it("scrolls: one at a time, the same parameter throughout, an empty page at the end", async () => {
    const page = await client.companies.scroll();
    const { scroll_param } = page.response;
    assert.match(scroll_param, /^[0-9a-f-]{36}$/);
    await refused(() => client.companies.scroll(), 400, "scroll_exists", /^scroll already exists/);
    const seen = [];
    while (page.data.length > 0) {
      assert.equal(page.response.scroll_param, scroll_param);
      seen.push(...ids(page.data));
      assert.ok(page.hasNextPage());
      await page.getNextPage();
    }
    for (const one of made) assert.ok(seen.includes(one.id));
    assert.equal(new Set(seen).size, seen.length);
    assert.ok(page.hasNextPage());
    await page.getNextPage();
    assert.deepEqual([page.data, page.hasNextPage()], [[], false]);
    await refused(() => client.companies.scroll({ scroll_param }), 404);
  });

  it("scrolls to the end by iterating", async () => {
    const seen = [];
    for await (const company of await client.companies.scroll()) seen.push(company.id);
    for (const one of made) assert.ok(seen.includes(one.id));
    assert.equal(new Set(seen).size, seen.length);
  });
});
