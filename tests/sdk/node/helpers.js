// What every file here needs: a client, names nobody else uses, and words for expected refusals.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { IntercomClient } from "intercom-client";

const { DESKWIRE_TEST_URL: baseUrl, DESKWIRE_TEST_TOKEN: token, DESKWIRE_TEST_DATABASE: database = "unnamed database" } = process.env;
if (!baseUrl || !token) throw new Error("DESKWIRE_TEST_URL and DESKWIRE_TEST_TOKEN say where the server is; scripts/sdk.sh sets both");

const called = new Set();
const watched = new Set();

/** Notes which methods of a client are called, for scripts/sdk_methods.py. */
function watch(client, path = []) {
  const prototype = Object.getPrototypeOf(client);
  if (watched.has(prototype)) return;
  watched.add(prototype);
  for (const [name, { get, value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === "constructor" || name.startsWith("_")) continue;
    const method = [...path, name];
    if (get) watch(client[name], method);
    else if (typeof value === "function") {
      prototype[name] = function (...given) {
        called.add(`node ${method.join(".")}\n`);
        return value.apply(this, given);
      };
    }
  }
}

if (process.env.DESKWIRE_SDK_CALLS) {
  watch(new IntercomClient({ baseUrl, token }));
  process.on("exit", () => appendFileSync(process.env.DESKWIRE_SDK_CALLS, [...called].join("")));
}

/** A client as an application would make it. Without a version it sends the SDK's own, 2.14. */
export const connect = (version, options = {}) => new IntercomClient({ baseUrl, token, version, maxRetries: 0, ...options });

export const titled = (name) => `${name}, ${database}`;

/** A word that occurs nowhere else in the workspace. */
export const word = (prefix = "w") => prefix + randomBytes(5).toString("hex");

export const now = () => Math.floor(Date.now() / 1000);

/** The call must be refused with this status; code and message are looked at when given. Gives the error. */
export async function refused(call, status, code, message) {
  const error = await Promise.resolve()
    .then(call)
    .then(
      () => assert.fail(`answered with success, ${status} expected`),
      (error) => error,
    );
  if (error.statusCode === undefined) throw error;
  const [first] = error.body?.errors ?? [];
  assert.deepEqual(
    { status: error.statusCode, type: error.body?.type, code: first?.code },
    { status, type: "error.list", code: code ?? first?.code },
    error.message,
  );
  if (message) assert.match(first.message, message);
  return error;
}

/** Every item of a list that the SDK pages through by itself. */
export async function all(page, most = 1000) {
  const items = [];
  for await (const item of await page) {
    items.push(item);
    assert.ok(items.length <= most, "the list does not end");
  }
  return items;
}

export const ids = (items) => items.map((item) => item.id);

export const user = (client, fields = {}) => client.contacts.create({ email: `${word("u")}@example.test`, ...fields });
export const lead = (client, fields = {}) => client.contacts.create({ role: "lead", name: word("Lead "), ...fields });
export const company = (client, fields = {}) => client.companies.createOrUpdate({ company_id: word("c"), name: word("Company "), ...fields });

export const missing = "0123456789abcdef01234567";
