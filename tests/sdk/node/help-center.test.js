import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { all, connect, ids, refused, titled, word } from "./helpers.js";

const client = connect();
const newest = connect("Unstable").unstable;
const author = async () => Number((await client.admins.list()).admins[0].id);
const article = async (fields = {}) => client.articles.create({ title: word("Article "), author_id: await author(), ...fields });

describe(titled("help centers"), () => {
  it("lists and finds", async () => {
    const centers = await all(client.helpCenters.list());
    assert.equal(centers.length, 1);
    assert.equal((await client.helpCenters.find({ help_center_id: Number(centers[0].id) })).identifier, "help-center");
    const newer = await newest.helpCenter.listHelpCenters();
    assert.deepEqual(ids(newer.data), ids(centers));
    assert.equal((await newest.helpCenter.retrieveHelpCenter({ id: Number(centers[0].id) })).display_name, centers[0].display_name);
  });

  it("has collections", async () => {
    const { collections } = client.helpCenters;
    const made = await collections.create({ name: word("Collection ") });
    const inner = await collections.create({ name: word("Inner "), parent_id: made.id });
    assert.equal(inner.parent_id, made.id);
    const collection_id = Number(made.id);
    assert.equal((await collections.find({ collection_id })).name, made.name);
    assert.equal((await collections.update({ collection_id, name: "Renamed" })).name, "Renamed");
    assert.ok(ids(await all(collections.list())).includes(inner.id));
    assert.deepEqual(await collections.delete({ collection_id }), { id: made.id, object: "collection", deleted: true });
    await refused(() => collections.find({ collection_id }), 404, "not_found", /^Resource Not Found$/);
    assert.equal((await collections.find({ collection_id: Number(inner.id) })).parent_id, null);
  });

  it("has collections in the newest version", async () => {
    const { helpCenter } = newest;
    const made = await helpCenter.createCollection({ name: word("Collection ") });
    const id = Number(made.id);
    assert.equal((await helpCenter.retrieveCollection({ id })).name, made.name);
    assert.equal((await helpCenter.updateCollection({ id, description: "New" })).description, "New");
    assert.ok(ids((await helpCenter.listAllCollections()).data).includes(made.id));
    assert.equal((await helpCenter.deleteCollection({ id })).deleted, true);
  });
});

describe(titled("articles"), () => {
  it("creates, finds, updates, lists and deletes", async () => {
    const collection = await client.helpCenters.collections.create({ name: word("Collection ") });
    const parent = { parent_id: Number(collection.id), parent_type: "collection" };
    const made = await article({ body: "Body", state: "published", ...parent });
    assert.equal(made.parent_id, parent.parent_id);
    assert.equal(made.body, '<p class="no-margin">Body</p>');
    assert.match(made.url, new RegExp(`/en/articles/${made.id}-article-`));
    const article_id = Number(made.id);
    assert.equal((await client.articles.find({ article_id })).statistics.views, 0);
    assert.equal((await client.articles.update({ article_id, title: "Renamed" })).title, "Renamed");
    assert.ok(ids(await all(client.articles.list())).includes(made.id));
    assert.equal((await client.articles.delete({ article_id })).deleted, true);
    await refused(() => client.articles.find({ article_id }), 404, "not_found");
    await refused(() => client.articles.create({ title: "x" }), 400, "parameter_not_found", /^author_id must be/);
  });

  it("searches", async () => {
    const unique = word("walrus");
    const made = await article({ title: `About ${unique}`, state: "published" });
    const found = await client.articles.search({ phrase: unique, state: "published", highlight: true });
    assert.deepEqual(ids(found.data.articles), [made.id]);
    assert.deepEqual(found.data.highlights[0].highlighted_title, [
      { type: "plain", text: "About " },
      { type: "highlight", text: unique },
    ]);
  });

  it("does so in the newest version", async () => {
    const title = word("walrus");
    const made = await newest.articles.createArticle({ title, author_id: await author(), body_markdown: "**bold**" });
    const id = Number(made.id);
    assert.equal(made.body_markdown, "**bold**\n");
    assert.equal((await newest.articles.retrieveArticle({ id })).title, title);
    assert.ok(ids((await newest.articles.listArticles()).data).includes(made.id));
    assert.equal((await newest.articles.searchArticles({ phrase: title })).total_count, 1);
    assert.equal((await newest.articles.deleteArticle({ id })).deleted, true);
  });
});
