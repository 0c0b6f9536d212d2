import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect, ids, refused, titled, word } from "./helpers.js";

const client = connect();

describe(titled("news"), () => {
  it("lists and finds newsfeeds", async () => {
    const list = await client.news.feeds.list();
    assert.deepEqual([list.type, list.data.map((feed) => feed.name)], ["list", ["Product updates"]]);
    assert.equal((await client.news.feeds.find({ newsfeed_id: list.data[0].id })).type, "newsfeed");
  });

  it("creates, changes, publishes and deletes a news item", async () => {
    const [feed] = (await client.news.feeds.list()).data;
    const live = async () => ids((await client.news.feeds.listItems({ newsfeed_id: feed.id })).data);
    const { id: sender_id } = (await client.admins.list()).admins[0];
    const title = word("News ");
    const made = await client.news.items.create({
      title,
      sender_id: Number(sender_id),
      body: "<p>New costumes</p>",
      labels: ["Product", "New"],
      reactions: ["😆", "😅"],
      newsfeed_assignments: [{ newsfeed_id: Number(feed.id) }],
    });
    assert.deepEqual([made.type, made.state, made.labels], ["news-item", "draft", ["New", "Product"]]);
    assert.ok(!(await live()).includes(made.id));
    const news_item_id = Number(made.id);
    const changed = await client.news.items.update({ news_item_id, body: { title, sender_id: Number(sender_id), state: "live" } });
    assert.equal(changed.state, "live");
    assert.ok((await live()).includes(made.id));
    assert.equal((await client.news.items.find({ news_item_id })).title, title);
    assert.ok(ids((await client.news.items.list()).data).includes(made.id));
    assert.equal((await client.news.items.delete({ news_item_id })).deleted, true);
    await refused(() => client.news.items.find({ news_item_id }), 404, "not_found");
  });
});
