// Replies: held for a moment, withdrawn, sent later, sent with closing or snoozing; and when they are delivered.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { choice, desk, editor, part, toast, until } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp } from "./harness.mjs";
import { endpoint, mailServer } from "./outside.mjs";

let hook;
let post;
const at = setUp({
  arguments: async () => {
    [hook, post] = [await endpoint(), await mailServer()];
    return ["--outbound-allow", hook.host, "--smtp-url", post.url, "--mail-from", "desk@example.org"];
  },
});
after(() => [hook, post].forEach((one) => one?.stop()));
const { conversation, contact, api, openConversation, parts, getConversation } = desk(at);
const COUNTDOWN = /Sends in \d+ second/;

test("a withdrawn reply is not delivered; a sent one is delivered once", async () => {
  const app = ["--name", "Listener", "--redirect-uri", "https://listener.example/done", "--scopes", "all"];
  await at.server.run("app", "create", ...app);
  const topics = ["--topics", "conversation.admin.replied"];
  await at.server.run("webhooks", "create", "--app", "Listener", "--url", hook.url, ...topics);
  const { id, email } = await conversation();
  const page = await openConversation(id);
  await page.keyboard.press("r");
  await page.keyboard.type("It leaves today.");
  await page.keyboard.press("Control+Enter");
  await part(page, "It leaves today.").getByText(COUNTDOWN).waitFor();
  assert.equal((await editor(page).innerText()).trim(), "");
  await page.waitForTimeout(2_000);
  const deliveries = () => hook.received.filter((one) => one.topic === "conversation.admin.replied");
  const mails = () => post.mails.filter((mail) => mail.to.includes(email));
  assert.ok(!(await parts(id)).some((one) => one.body?.includes("It leaves today")), "the customer");
  assert.deepEqual([deliveries(), mails()], [[], []], "webhooks and mail");
  await page.keyboard.press("Control+z");
  await part(page, "It leaves today.").waitFor({ state: "detached" });
  await page.waitForFunction(() => document.querySelector(".ProseMirror")?.textContent === "It leaves today.");
  // Its time passes, and nothing is sent.
  await page.waitForTimeout(10_000);
  assert.deepEqual([deliveries(), mails()], [[], []], "webhooks and mail after the time");
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" Promised!");
  await page.keyboard.press("Control+Enter");
  await part(page, "It leaves today. Promised!").getByText(COUNTDOWN).waitFor();
  await until(() => deliveries().length > 0, "the webhook", 20_000);
  await part(page, "Promised!").getByText(COUNTDOWN).waitFor({ state: "detached" });
  const sent = (await parts(id)).filter((one) => one.body?.includes("It leaves today"));
  assert.deepEqual(
    sent.map((one) => one.body),
    ["<p>It leaves today. Promised!</p>"],
  );
  assert.equal(deliveries().length, 1);
  await at.clean(page);
});

test("a held reply is accessible", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  await page.keyboard.press("r");
  await page.keyboard.type("Only to look at.");
  await page.keyboard.press("Control+Enter");
  await part(page, "Only to look at.").getByText(COUNTDOWN).waitFor();
  await screenshot(page, "thread-held-light");
  await checkAccessibility(page, "a held reply");
  await at.clean(page);
});

test("a reply in a conversation by mail is mailed once its time has come", async () => {
  const who = await contact("Mary Anning");
  const { conversation_id: id } = await api("POST", "/messages", {
    message_type: "email",
    subject: "Your fossil",
    body: "It is on its way.",
    template: "plain",
    from: { type: "admin", id: (await api("GET", "/admins")).admins[0].id },
    to: { type: "user", id: who.id },
    create_conversation_without_contact_reply: true,
  });
  const mails = () => post.mails.filter((mail) => mail.to.includes(who.email));
  await until(() => mails().length === 1, "the first mail", 20_000);
  const page = await openConversation(id);
  await page.keyboard.press("r");
  await page.keyboard.type("It has arrived.");
  await page.keyboard.press("Control+Enter");
  await part(page, "It has arrived.").getByText(COUNTDOWN).waitFor();
  await page.waitForTimeout(2_000);
  assert.equal(mails().length, 1, "nothing is mailed before");
  await until(() => mails().length === 2, "the mail with the reply", 30_000);
  assert.match(mails()[1].text, /It has arrived/);
  await at.clean(page);
});

test("a reply is sent with closing, and the next conversation opens", async () => {
  const [first, second] = [await conversation("First"), await conversation("Second")];
  const page = await openConversation(second.id);
  await page.locator(`[data-id="${first.id}"]`).waitFor();
  await page.keyboard.press("r");
  await page.keyboard.type("Done.");
  await page.keyboard.press("Control+Shift+Enter");
  await page.waitForURL(`**/c/${first.id}`);
  await page.locator(`[data-id="${second.id}"]`).waitFor({ state: "detached" });
  await until(async () => (await getConversation(second.id)).state === "closed", "closed", 20_000);
  assert.ok((await parts(second.id)).some((one) => one.body === "<p>Done.</p>"));
  await at.clean(page);
});

/** The toast about a reply of a conversation that is not on screen. */
const heldToast = (page) =>
  page.getByRole("region", { name: "Messages", exact: true }).getByText(/^Reply to .* will be sent$/);

test("a reply that was sent with closing is taken back from the next conversation", async () => {
  const [first, second] = [await conversation("First"), await conversation("Second", "Ada Lovelace")];
  const page = await openConversation(second.id);
  await page.locator(`[data-id="${first.id}"]`).waitFor();
  await page.keyboard.press("r");
  await page.keyboard.type("Too early.");
  await page.keyboard.press("Control+Shift+Enter");
  await page.waitForURL(`**/c/${first.id}`);
  await heldToast(page).filter({ hasText: "Ada Lovelace" }).waitFor();
  await checkAccessibility(page, "a reply held elsewhere");
  // It does not come back while the reply is held.
  await page.waitForTimeout(1_000);
  assert.equal(await page.locator(`[data-id="${second.id}"]`).count(), 0);
  await page.keyboard.press("Control+z");
  await page.waitForURL(`**/c/${second.id}`);
  await page.waitForFunction(() => document.querySelector(".ProseMirror")?.textContent === "Too early.");
  await page.locator(`[data-id="${second.id}"]`).waitFor();
  await heldToast(page).waitFor({ state: "detached" });
  await page.waitForTimeout(12_000);
  assert.equal((await getConversation(second.id)).state, "open");
  assert.ok(!(await parts(second.id)).some((one) => one.body?.includes("Too early")));
  await at.clean(page);
});

test("a held reply whose conversation was left is taken back with the button, and nowhere shown twice", async () => {
  const [first, second] = [await conversation("First"), await conversation("Second")];
  const page = await openConversation(second.id);
  await page.keyboard.press("r");
  await page.keyboard.type("Not like this.");
  await page.keyboard.press("Control+Enter");
  await part(page, "Not like this.").getByText(COUNTDOWN).waitFor();
  assert.equal(await heldToast(page).count(), 0, "the conversation itself shows it");
  await page.locator(`[data-id="${first.id}"]`).click();
  await heldToast(page).waitFor();
  await page.getByRole("region", { name: "Messages", exact: true }).getByRole("button", { name: "Undo" }).click();
  await page.waitForURL(`**/c/${second.id}`);
  await page.waitForFunction(() => document.querySelector(".ProseMirror")?.textContent === "Not like this.");
  await part(page, "Not like this.").waitFor({ state: "detached" });
  await page.waitForTimeout(11_000);
  assert.ok(!(await parts(second.id)).some((one) => one.body?.includes("Not like this")));
  await at.clean(page);
});

test("a reply is sent with snoozing, and one is sent later", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  const more = async (name) => {
    await page.getByRole("button", { name: "More ways to send" }).click();
    await choice(page, name).click();
  };
  await page.keyboard.press("r");
  await page.keyboard.type("We will see in a week.");
  await more("Send and snooze…");
  await page.getByRole("combobox", { name: "Snooze until" }).fill("in 7 days");
  await page.keyboard.press("Enter");
  await until(async () => (await getConversation(id)).state === "snoozed", "snoozed", 20_000);
  await page.goto(`${at.server.url}/inbox/c/${id}`);
  await editor(page).waitFor();
  await page.keyboard.press("r");
  await page.keyboard.type("Good morning!");
  await more("Send later…");
  await page.getByRole("combobox", { name: "Send later" }).fill("tomorrow 9am");
  await page.keyboard.press("Enter");
  const later = part(page, "Good morning!");
  await later.getByText(/^Will be sent: tomorrow/i).waitFor();
  await screenshot(page, "thread-later-light");
  assert.ok(!(await parts(id)).some((one) => one.body?.includes("Good morning")));
  await later.getByRole("button", { name: "Take back" }).click();
  await later.waitFor({ state: "detached" });
  assert.equal((await editor(page).innerText()).trim(), "Good morning!");
  await at.clean(page);
});

test("a refused reply is restored with its text", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  page.expected.push(/400/);
  await page.route(`**/conversations/${id}/reply`, (route) =>
    route.fulfill({
      status: 400,
      contentType: "application/json",
      body: JSON.stringify({ error: { code: "parameter_invalid", message: "The text is too long", field: "html" } }),
    }),
  );
  await page.keyboard.press("r");
  await page.keyboard.type("Words that must stay");
  await page.keyboard.press("Control+Enter");
  await toast(page, "The text is too long").catch(() => page.getByText("The text is too long").waitFor());
  assert.equal((await editor(page).innerText()).trim(), "Words that must stay");
  await at.clean(page);
});

test("an address becomes a link in the composer and in the thread; undo takes back the link alone", async () => {
  const { id } = await conversation("See https://example.com/orders/7, please.");
  const page = await openConversation(id);
  const link = part(page, "See https").getByRole("link", { name: "https://example.com/orders/7", exact: true });
  assert.equal(await link.getAttribute("href"), "https://example.com/orders/7");
  assert.equal(await link.getAttribute("target"), "_blank");
  assert.equal(await link.getAttribute("rel"), "nofollow noopener noreferrer");
  await page.keyboard.press("r");
  await page.keyboard.type("Look at https://example.com/help. ");
  const written = editor(page).locator("a");
  assert.equal(await written.innerText(), "https://example.com/help");
  await page.keyboard.press("Control+z");
  await written.waitFor({ state: "detached" });
  assert.equal((await editor(page).innerText()).trim(), "Look at https://example.com/help.");
});
