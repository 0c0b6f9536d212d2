// The thread of a conversation: days, folded events, folded quotes, earlier messages, both themes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, editor, part, until } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp } from "./harness.mjs";

const at = setUp();
const { api, conversation, contact, openConversation, replyAsContact, teammate } = desk(at);

/** Whether a conversation is unread, as the server has it. */
const read = async (id) => (await (await fetch(`/app/v1/conversations/${id}`)).json()).row.unread;

test("earlier messages are loaded above without moving the scroll position", async () => {
  const { id, contact } = await conversation("The first of many");
  for (let i = 0; i < 80; i++) await replyAsContact(id, contact, `Message number ${i}.`);
  const page = await openConversation(id);
  await part(page, "Message number 79.").waitFor();
  await until(async () => (await page.evaluate(read, id)) === false, "it is read");
  // A read conversation opens at its end.
  await page.reload();
  await part(page, "Message number 79.").waitFor();
  const box = page.getByRole("log");
  assert.equal(await part(page, "The first of many").count(), 0);
  const first = await page.getByRole("article").first().getAttribute("data-part");
  await box.evaluate((log) => (log.scrollTop = 10));
  await part(page, "The first of many").waitFor({ state: "attached" });
  const top = await page.locator(`[data-part="${first}"]`).evaluate(async (element) => {
    // The place is restored before the next frame is painted.
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    return element.getBoundingClientRect().top;
  });
  assert.ok(top > -100 && top < 400, `what is read stays in view, at ${top}`);
  await box.evaluate((log) => (log.scrollTop = log.scrollHeight));
  await replyAsContact(id, contact, "And a new one");
  await part(page, "And a new one").waitFor();
  await page.waitForFunction(() => {
    const box = [...document.querySelectorAll("article")].at(-1).getBoundingClientRect();
    return box.bottom < innerHeight && box.top > 0;
  });
  await at.clean(page);
});

test("a conversation that cannot be marked as read is tried once for each message, and once when it is opened", async () => {
  const { id, contact } = await conversation("Unread for good");
  const page = await at.signedIn();
  page.expected.push(/status of 403/);
  let tries = 0;
  await page.route(`**/conversations/${id}/actions`, (route) => {
    tries++;
    return route.fulfill({ status: 403, json: { error: { code: "forbidden", message: "No." } } });
  });
  const tried = async (times) => {
    await until(() => tries >= times, `try number ${times}`);
    await page.waitForTimeout(500);
    assert.equal(tries, times);
  };
  await page.goto(`${at.server.url}/inbox/v/all/c/${id}`);
  await part(page, "Unread for good").waitFor();
  await tried(1);
  await replyAsContact(id, contact, "Are you there?");
  await part(page, "Are you there?").waitFor();
  await tried(2);
  await page.keyboard.press("Escape");
  await page.getByRole("log").waitFor({ state: "detached" });
  await page.locator(`[data-id="${id}"]`).click();
  await tried(3);
  await at.clean(page);
});

test("a new message below what is read is announced, and stays unread until it is on screen", async () => {
  const { id, contact } = await conversation("The first one");
  for (let i = 0; i < 40; i++) await replyAsContact(id, contact, `Message number ${i}.`);
  const page = await openConversation(id);
  const isUnread = () => page.evaluate(read, id);
  await until(async () => !(await isUnread()), "it is read");
  await page.reload();
  await part(page, "Message number 39.").waitFor();
  const row = page.locator(`[data-id="${id}"]`);
  await page.locator(`[data-id="${id}"]:not(.unread)`).waitFor();
  await page.getByRole("log").evaluate((log) => (log.scrollTop = log.scrollHeight / 3));
  await page.getByRole("button", { name: "Newest" }).waitFor();
  await replyAsContact(id, contact, "Did you see this?");
  const button = page.getByRole("button", { name: "1 new message" });
  await button.waitFor();
  await page.locator(`[data-id="${id}"].unread`).waitFor();
  await replyAsContact(id, contact, "And this?");
  await page.getByRole("button", { name: "2 new messages" }).waitFor();
  await checkAccessibility(page, "new messages below");
  await screenshot(page, "thread-news-light");
  await page.waitForTimeout(1_000);
  assert.equal(await isUnread(), true);
  await page.getByRole("button", { name: "2 new messages" }).click();
  await until(async () => !(await isUnread()), "it is read once it is on screen");
  await row.and(page.locator(":not(.unread)")).waitFor();
  assert.equal(await button.count(), 0);
  await at.clean(page);
});

test("the line above the unread messages moves to the first one when it is loaded", async () => {
  const { id, contact } = await conversation("Already read");
  const page = await openConversation(id);
  await until(async () => !(await page.evaluate(read, id)), "it is read");
  await page.goto(`${at.server.url}/inbox/v/closed`);
  for (let i = 0; i < 70; i++) await replyAsContact(id, contact, `Unread number ${i}.`);
  // Earlier messages load once they are wanted.
  let release;
  const wanted = new Promise((resolve) => (release = resolve));
  await page.route(`**/conversations/${id}/parts?*`, async (route) => {
    await wanted;
    await route.continue();
  });
  await page.goto(`${at.server.url}/inbox/v/all/c/${id}`);
  await page.getByRole("separator", { name: "50+ unread messages" }).waitFor();
  release();
  await page.keyboard.press("Shift+N");
  await page.getByRole("separator", { name: "70 unread messages" }).waitFor();
  await page.locator("[data-unread] + article").filter({ hasText: "Unread number 0." }).waitFor();
  await at.clean(page);
});

test("days are separated, events are folded, and quotes are folded", async () => {
  const who = await contact("Lise Meitner");
  const day = 24 * 3600;
  const now = Math.floor(Date.now() / 1000);
  const { conversation_id: id } = await api("POST", "/conversations", {
    from: { type: "user", id: who.id },
    body: "Two days ago",
    created_at: now - 2 * day,
  });
  await api("POST", `/conversations/${id}/reply`, {
    message_type: "comment",
    type: "admin",
    admin_id: await teammate("grace@example.com"),
    body: "<p>Thank you!</p><p>On Monday, Lise Meitner wrote:</p><blockquote><p>A long text from before that nobody needs twice</p></blockquote>",
    created_at: now - day,
  });
  const manage = async (type, more = {}) =>
    api("POST", `/conversations/${id}/parts`, {
      message_type: type,
      type: "admin",
      admin_id: await teammate("grace@example.com"),
      ...more,
    });
  await manage("close");
  await manage("open");
  await manage("assignment", { assignee_id: await teammate("grace@example.com") });
  await manage("assignment", { assignee_id: "0" });
  const page = await openConversation(id);
  await page.getByRole("separator", { name: "Today" }).waitFor();
  await page.getByRole("separator", { name: "Yesterday" }).waitFor();
  assert.equal((await page.getByRole("separator").count()) >= 3, true);
  const fold = page.getByRole("button", { name: /more change/ }).first();
  await fold.click();
  assert.ok((await page.locator("li").filter({ hasText: "Grace Hopper" }).count()) >= 4);
  const quote = page.locator("details.quote");
  assert.equal(await quote.getByText("nobody needs twice").isVisible(), false);
  await quote.locator("summary").click();
  await quote.getByText("nobody needs twice").waitFor();
  await screenshot(page, "thread-folded-light");
  await checkAccessibility(page, "folded events and quotes");
  await at.clean(page);
});

for (const theme of ["light", "dark"]) {
  test(`a conversation and its details are accessible (${theme})`, async () => {
    const page = await at.signedIn({ theme });
    await page.goto(`${at.server.url}/inbox/v/all`);
    await page.locator("[data-id]").nth(2).click();
    await editor(page).waitFor();
    await page.getByRole("complementary", { name: "Details" }).getByText("Created").waitFor();
    await screenshot(page, `thread-${theme}`);
    await checkAccessibility(page, `a conversation, ${theme}`);
    await page.locator("[data-id]").nth(2).hover();
    await checkAccessibility(page, `the open row under the pointer, ${theme}`);
    await at.clean(page);
  });
}

test("a ticket begins with its description", async () => {
  const who = await contact("Barbara McClintock");
  const types = (await api("GET", "/ticket_types")).data;
  const { id } = await api("POST", "/tickets", {
    ticket_type_id: types[0].id,
    contacts: [{ id: who.id }],
    ticket_attributes: {
      _default_title_: "The export stops",
      _default_description_: "After 10,000 lines.\n\nEach time.",
    },
  });
  const page = await openConversation(id);
  const first = page.getByRole("article", { name: "Description by Barbara McClintock" });
  await first.getByText("After 10,000 lines.").waitFor();
  await checkAccessibility(page, "a ticket with a description");
  await page.getByRole("button", { name: /^Description: After/ }).click();
  await page.getByRole("textbox", { name: "Description" }).fill("After 10,000 lines.\nOnly on Mondays.");
  await page.keyboard.press("Control+Enter");
  await first.getByText("Only on Mondays.").waitFor();
  await at.clean(page);
});

test("a conversation that cannot be loaded says why in the language of the reader", async () => {
  const { id } = await conversation();
  const page = await at.signedIn({ expected: [/status of 4/] });
  const refuse = (status, code) =>
    page.route(`**/app/v1/conversations/${id}`, (route) =>
      route.fulfill({ status, json: { error: { code, message: "The caller lacks a permission" } } }),
    );
  for (const [status, code, text] of [
    [403, "forbidden", "Your role does not allow this."],
    [400, "something_new", "Something went wrong on the server. Try again in a moment."],
  ]) {
    await refuse(status, code);
    await page.goto(`${at.server.url}/inbox/c/${id}`);
    await page.getByRole("heading", { name: "The conversation could not be loaded" }).waitFor();
    await page.getByText(text).waitFor();
    assert.equal(await page.getByText("The caller lacks a permission").count(), 0);
  }
  await at.clean(page);
});
