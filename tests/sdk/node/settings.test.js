import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connect, ids, refused, titled } from "./helpers.js";

const client = connect();
const { unstable } = connect("Unstable");

describe(titled("settings"), () => {
  it("lists and finds brands", async () => {
    const { type, data } = await unstable.brands.listBrands();
    assert.deepEqual([type, data.map((brand) => [brand.name, brand.is_default])], ["list", [["Acme", true], ["Acme Labs", false]]]);
    for (const { id, name } of data) assert.equal((await unstable.brands.retrieveBrand({ id })).name, name);
    await refused(() => unstable.brands.retrieveBrand({ id: "999" }), 404, "not_found", /Brand not found/);
  });

  it("lists and finds email addresses", async () => {
    const { data } = await unstable.emails.listEmails();
    assert.deepEqual(data.map((one) => [one.email, one.verified]), [["help@acme.test", true], ["labs@acme.test", false]]);
    assert.equal((await unstable.emails.retrieveEmail({ id: data[0].id })).domain, "acme.test");
  });

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
