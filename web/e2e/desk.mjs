// Shared code of the tests of conversations: calls of the public API by a customer's program, and locators of the page.
import assert from "node:assert/strict";

/** The desk of a test file: `at` is the result of `setUp()`. */
export function desk(at) {
  let admins;
  let number = 0;

  /** Calls the public API as the demo's app. */
  async function api(method, path, body) {
    const token = /Token:\s+(\S+)/.exec(at.server.output())[1];
    const response = await fetch(at.server.url + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Intercom-Version": "2.16" },
      body: body && JSON.stringify(body),
    });
    const answer = await response.json();
    assert.ok(response.ok, `${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** The id of a teammate. */
  async function teammate(email) {
    admins ??= (await api("GET", "/admins")).admins;
    return admins.find((one) => one.email === email).id;
  }

  /** A new contact for each test. */
  function contact(name = "Rosalind Franklin", more = {}) {
    const key = `e2e-${++number}-${Date.now()}`;
    return api("POST", "/contacts", { role: "user", external_id: key, name, email: `${key}@example.net`, ...more });
  }

  /** A conversation that a customer has just started. */
  async function conversation(body = "Where is my parcel?", name = undefined) {
    const who = await contact(name);
    const { conversation_id } = await api("POST", "/conversations", { from: { type: "user", id: who.id }, body });
    return { id: conversation_id, contact: who.id, email: who.email };
  }

  /** The customer, or a teammate, writes a message. */
  const replyAsContact = (id, contact, body) =>
    api("POST", `/conversations/${id}/reply`, {
      message_type: "comment",
      type: "user",
      intercom_user_id: contact,
      body,
    });
  const replyAsTeammate = async (id, email, body, message_type = "comment") =>
    api("POST", `/conversations/${id}/reply`, { message_type, type: "admin", admin_id: await teammate(email), body });

  /** A page that shows a conversation, with the editor ready. */
  async function openConversation(id, options) {
    const page = await at.signedIn(options);
    await page.goto(`${at.server.url}/inbox/c/${id}`);
    await editor(page).waitFor();
    return page;
  }

  const getConversation = (id) => api("GET", `/conversations/${id}`);
  const parts = async (id) => (await getConversation(id)).conversation_parts.conversation_parts;

  return {
    api,
    teammate,
    contact,
    conversation,
    replyAsContact,
    replyAsTeammate,
    openConversation,
    getConversation,
    parts,
  };
}

/** The editor of a reply or a note. */
export const editor = (page, kind = "Reply") => page.getByRole("textbox", { name: new RegExp(`^${kind}`) });
/** The messages with this text. */
export const part = (page, text) => page.getByRole("article").filter({ hasText: text });
/** The options of the open list. */
export const choice = (page, name) => page.locator("li").and(page.getByRole("option", name ? { name } : {}));
/** The rows of the list of conversations. */
export const rows = (page) => page.locator("[data-id]");
export const ids = (page) => rows(page).evaluateAll((all) => all.map((one) => one.dataset.id));
/** Waits for a toast with this text. */
export const toast = (page, text) => page.getByRole("status").filter({ hasText: text }).first().waitFor();

/** Opens the conversation that was started last, once the server has sent it. Returns its id. */
export async function openStarted(page) {
  const before = page.url();
  const messages = page.getByRole("region", { name: "Messages", exact: true });
  await messages.getByRole("button", { name: "Open", exact: true }).click({ timeout: 20_000 });
  await page.waitForURL((url) => /\/c\/\d+$/.test(url.pathname) && url.href !== before);
  return /\/c\/(\d+)$/.exec(page.url())[1];
}

/** Waits until a condition outside of the page holds. */
export async function until(check, what, timeout = 10_000) {
  for (const end = Date.now() + timeout; ;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) assert.fail(`not within ${timeout} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
