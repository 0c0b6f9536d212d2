import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect, ids, refused, titled, word } from "./helpers.js";

const client = connect();
const newest = connect("Unstable").unstable;

describe(titled("internal articles"), () => {
  for (const [version, { internalArticles }] of [["the default version", client], ["the newest version", newest]]) {
    it(`creates, finds, changes, lists and deletes in ${version}`, async () => {
      const author_id = Number((await client.admins.list()).admins[0].id);
      const made = await internalArticles.createInternalArticle({ title: word("Internal "), body: "Body", author_id, owner_id: author_id });
      assert.deepEqual([made.body, made.locale], ['<p class="no-margin">Body</p>', "en"]);
      // The two versions of the SDK call the parameter by different names.
      const id = { internal_article_id: Number(made.id), id: Number(made.id) };
      assert.equal((await internalArticles.retrieveInternalArticle(id)).title, made.title);
      assert.equal((await internalArticles.updateInternalArticle({ ...id, title: "Renamed" })).title, "Renamed");
      assert.ok(ids((await internalArticles.listInternalArticles()).data).includes(made.id));
      assert.ok(ids((await internalArticles.searchInternalArticles()).data.internal_articles).includes(made.id));
      assert.equal((await internalArticles.deleteInternalArticle(id)).deleted, true);
      await refused(() => internalArticles.retrieveInternalArticle(id), 404, "not_found");
    });
  }
});
