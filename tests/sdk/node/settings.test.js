import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { connect, ids, refused, titled } from "./helpers.js";

const client = connect();
const { unstable } = connect("Unstable");
const nouns = JSON.parse(readFileSync(new URL("../read_only.json", import.meta.url), "utf8"));

/** These fields of an object. */
const only = (fields, object) => Object.fromEntries(Object.keys(fields).map((name) => [name, object[name]]));

describe(titled("settings"), () => {
  for (const { noun, list, retrieve, unknown, objects } of nouns) {
    it(`lists and finds ${noun}`, async () => {
      const { type, data } = await unstable[noun][list]();
      assert.deepEqual([type, data.map((object, at) => only(objects[at] ?? {}, object))], ["list", objects]);
      for (const [at, { id }] of data.entries()) {
        assert.deepEqual(only(objects[at], await unstable[noun][retrieve]({ id })), objects[at]);
      }
      await refused(() => unstable[noun][retrieve]({ id: "999" }), 404, "not_found", new RegExp(unknown));
    });
  }

  it("pages through macros and finds them", async () => {
    const first = await unstable.macros.listMacros({ per_page: 1, updated_since: 1 });
    const second = await unstable.macros.listMacros({ per_page: 1, starting_after: first.pages.next.starting_after });
    assert.equal(second.pages.next, null);
    assert.deepEqual([...first.data, ...second.data].map((one) => one.name).sort(), ["Sorry", "Welcome"]);
    const all = (await unstable.macros.listMacros()).data;
    assert.deepEqual(ids(all), ids([...first.data, ...second.data]));
    const { id } = all.find((one) => one.name === "Welcome");
    assert.equal((await unstable.macros.getMacro({ id })).body, '<p>Hi <attribute key="user.first_name" default="there"/>!</p>');
  });

  it("reads and changes the IP allow-list", async () => {
    const list = { enabled: true, ip_allowlist: ["127.0.0.0/8", "::1"] };
    const shut = { enabled: true, ip_allowlist: ["192.0.2.1"] };
    await refused(() => client.ipAllowlist.updateIpAllowlist(shut), 422, "parameter_invalid", /lock you out/);
    assert.deepEqual(await client.ipAllowlist.updateIpAllowlist(list), { type: "ip_allowlist", ...list });
    assert.deepEqual((await client.ipAllowlist.getIpAllowlist()).ip_allowlist, list.ip_allowlist);
    assert.equal((await client.ipAllowlist.updateIpAllowlist({ enabled: false, ip_allowlist: [] })).enabled, false);
  });
});
