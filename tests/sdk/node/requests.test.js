import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Intercom } from "intercom-client";
import { connect, missing, refused, titled, user } from "./helpers.js";

const client = connect();

describe(titled("requests and answers"), () => {
  it("refuses a wrong token everywhere", async () => {
    const stranger = connect(undefined, { token: "not-a-token" });
    for (const call of [
      () => stranger.admins.identify(),
      () => stranger.contacts.list(),
      () => stranger.contacts.create({ email: "x@example.test" }),
      () => stranger.companies.list(),
      () => stranger.tags.list(),
    ]) {
      const error = await refused(call, 401, "unauthorized", /^Access Token Invalid$/);
      assert.equal(error.body.request_id, error.rawResponse.headers.get("x-request-id"));
    }
  });

  it("gives the SDK's own error classes", async () => {
    await assert.rejects(async () => client.companies.find({ company_id: missing }), Intercom.NotFoundError);
    await assert.rejects(async () => connect(undefined, { token: "x" }).admins.list(), Intercom.UnauthorizedError);
    await assert.rejects(async () => client.tags.create({}), Intercom.BadRequestError);
  });

  it("names the version it answered in, and its limits", async () => {
    const { rawResponse } = await client.admins.identify().withRawResponse();
    assert.equal(rawResponse.headers.get("intercom-version"), "2.14");
    assert.match(rawResponse.headers.get("content-type"), /^application\/json/);
    for (const name of ["limit", "remaining", "reset"]) assert.match(rawResponse.headers.get(`x-ratelimit-${name}`), /^\d+$/);
    assert.ok(rawResponse.headers.get("x-request-id"));
    const other = await client.admins.identify({ version: "2.9" }).withRawResponse();
    assert.equal(other.rawResponse.headers.get("intercom-version"), "2.9");
  });

  it("refuses a version there never was", () => refused(() => connect("9.9").admins.identify(), 400, "intercom_version_invalid"));

  it("keeps text as it was written", async () => {
    const name = "Zoë 🍔 <b>O'Brien</b> \"x\" \\ 你好";
    const made = await user(client, { name });
    assert.equal((await client.contacts.find({ contact_id: made.id })).name, name);
  });

  it("serves calls in parallel", async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => user(client)));
    assert.equal(new Set(made.map((one) => one.id)).size, 10);
  });

  it("lets only one of many win an e-mail", async () => {
    const email = `race${Date.now()}@example.test`;
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => client.contacts.create({ email })));
    assert.equal(results.filter((one) => one.status === "fulfilled").length, 1);
    for (const { reason } of results.filter((one) => one.status === "rejected")) assert.equal(reason.statusCode, 409);
  });
});
