import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect, ids, refused, titled, word } from "./helpers.js";

const client = connect();

describe(titled("AI content"), () => {
  it("keeps sources and their pages", async () => {
    const url = `https://${word("site")}.example.test`;
    const source = await client.aiContent.createContentImportSource({ url });
    assert.deepEqual([source.sync_behavior, source.status, source.url], ["api", "active", url]);
    const source_id = String(source.id);
    const off = await client.aiContent.updateContentImportSource({ source_id, sync_behavior: "api", url, status: "deactivated" });
    assert.equal(off.status, "deactivated");
    assert.equal((await client.aiContent.getContentImportSource({ source_id })).status, "deactivated");
    assert.ok(ids((await client.aiContent.listContentImportSources()).data).includes(source.id));

    const page_of = { title: "Test", html: "<html><body><h1>Test</h1></body></html>", url, source_id: source.id, external_id: word("page") };
    const page = await client.aiContent.createExternalPage(page_of);
    assert.deepEqual([page.type, page.html, page.ai_agent_availability], ["external_page", "<h1>Test</h1>", false]);
    const again = await client.aiContent.createExternalPage({ ...page_of, title: "Again" });
    assert.deepEqual([again.id, again.title], [page.id, "Again"]);
    const page_id = page.id;
    const changed = await client.aiContent.updateExternalPage({ page_id, title: "Changed", html: "<p>x</p>", url, source_id: source.id });
    assert.equal(changed.title, "Changed");
    assert.equal((await client.aiContent.getExternalPage({ page_id })).title, "Changed");
    assert.ok(ids((await client.aiContent.listExternalPages()).data).includes(page_id));
    assert.equal((await client.aiContent.deleteExternalPage({ page_id })).id, page_id);
    await refused(() => client.aiContent.getExternalPage({ page_id }), 404, "not_found");
    await client.aiContent.createExternalPage(page_of);
    await client.aiContent.deleteContentImportSource({ source_id });
    await refused(() => client.aiContent.getContentImportSource({ source_id }), 404, "not_found");
  });
});
