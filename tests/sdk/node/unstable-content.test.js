// News and AI content through the SDK's unstable namespace.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect, ids, refused, titled, word } from "./helpers.js";

const { unstable } = connect("Unstable");

describe(titled("unstable: news"), () => {
  it("lists newsfeeds, and creates, changes, lists and deletes a news item", async () => {
    const [feed] = (await unstable.news.listNewsfeeds()).data;
    assert.equal((await unstable.news.retrieveNewsfeed({ id: feed.id })).name, "Product updates");
    const sender_id = Number((await unstable.admins.listAdmins()).admins[0].id);
    const title = word("News ");
    const assigned = [{ newsfeed_id: Number(feed.id), published_at: 1664638214 }];
    const made = await unstable.news.createNewsItem({ title, sender_id, state: "live", newsfeed_assignments: assigned });
    const id = Number(made.id);
    assert.equal((await unstable.news.retrieveNewsItem({ id })).title, title);
    assert.ok(ids((await unstable.news.listLiveNewsfeedItems({ id: feed.id })).data).includes(made.id));
    const changed = await unstable.news.updateNewsItem({ id, body: { title, sender_id, reactions: ["😝"] } });
    assert.deepEqual(changed.reactions, ["😝"]);
    assert.ok(ids((await unstable.news.listNewsItems()).data).includes(made.id));
    assert.equal((await unstable.news.deleteNewsItem({ id })).deleted, true);
  });
});

describe(titled("unstable: AI content"), () => {
  it("creates, changes, lists and deletes sources and pages", async () => {
    const url = `https://${word("site")}.example.test`;
    const source = await unstable.aiContent.createContentImportSource({ sync_behavior: "api", url });
    const id = String(source.id);
    assert.equal((await unstable.aiContent.getContentImportSource({ id })).url, url);
    assert.equal((await unstable.aiContent.updateContentImportSource({ id, sync_behavior: "api", url, status: "deactivated" })).status, "deactivated");
    assert.ok(ids((await unstable.aiContent.listContentImportSources()).data).includes(source.id));
    const page = await unstable.aiContent.createExternalPage({ title: "Test", html: "<p>x</p>", url, source_id: source.id, external_id: word("page"), locale: "en" });
    const changed = await unstable.aiContent.updateExternalPage({ id: page.id, title: "New", html: "<p>y</p>", url, source_id: source.id, locale: "en" });
    assert.equal(changed.title, "New");
    assert.equal((await unstable.aiContent.getExternalPage({ id: page.id })).html, "<p>y</p>");
    assert.ok(ids((await unstable.aiContent.listExternalPages()).data).includes(page.id));
    assert.equal((await unstable.aiContent.deleteExternalPage({ id: page.id })).id, page.id);
    await unstable.aiContent.deleteContentImportSource({ id });
    await refused(() => unstable.aiContent.getContentImportSource({ id }), 404, "not_found");
  });
});
