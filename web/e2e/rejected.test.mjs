// Messages that the server rejects while the teammate is elsewhere: nothing that was written is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { choice, desk, editor, part, toast, until } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp } from "./harness.mjs";

const at = setUp();
const { api, conversation, contact, openConversation, replyAsTeammate } = desk(at);
const REJECTED = [/request failed/, /Failed to load resource/];
const rejection = { status: 400, json: { error: { code: "parameter_invalid", message: "Too many words." } } };
const draft = (page, id) =>
  page.evaluate(async (id) => (await (await fetch(`/app/v1/conversations/${id}`)).json()).drafts[0]?.html, id);

/** A page that begins a reply, which cannot be sent until its path is unrouted. */
async function replying() {
  const { id } = await conversation();
  const page = await openConversation(id);
  page.expected.push(...REJECTED);
  const path = `**/conversations/${id}/reply`;
  await page.route(path, (route) => route.abort("connectionfailed"));
  await page.keyboard.press("r");
  return { id, page, path };
}

test("a waiting reply that is rejected after a reload of the page is a draft again", async () => {
  const { id, page, path } = await replying();
  await page.keyboard.type("Words that waited");
  await page.keyboard.press("Control+Enter");
  await part(page, "Words that waited").getByText("Waits for the connection").waitFor();
  await page.unroute(path);
  await page.route(path, (route) => route.fulfill(rejection));
  await page.goto(`${at.server.url}/inbox/v/all`);
  await toast(page, "Not sent: Too many words. The text is kept as a draft.");
  await until(async () => (await draft(page, id)) === "<p>Words that waited</p>", "the draft on the server");
  await screenshot(page, "reply-lost-light");
  await checkAccessibility(page, "a rejected reply");
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.waitForURL(`**/c/${id}`);
  await editor(page).getByText("Words that waited").waitFor();
  await at.clean(page);
});

test("the words of a waiting reply stay readable if its conversation is deleted", async () => {
  const { id, page, path } = await replying();
  await page.keyboard.type("Words for nobody");
  await page.keyboard.press("Control+Enter");
  await part(page, "Words for nobody").getByText("Waits for the connection").waitFor();
  await api("DELETE", `/conversations/${id}`);
  await page.goto(`${at.server.url}/inbox/v/all`);
  await page.locator("[data-id]").first().waitFor();
  await page.unroute(path);
  const bar = page.getByRole("status").filter({ hasText: "Words that were not sent are kept." });
  await bar.waitFor({ timeout: 30_000 });
  await page.reload();
  await bar.waitFor();
  await checkAccessibility(page, "words of a deleted conversation");
  await screenshot(page, "reply-of-deleted-light");
  await bar.getByRole("button", { name: "Show them" }).click();
  await page.waitForURL(`**/c/${id}`);
  const kept = page.getByRole("region", { name: "Your reply, which was not sent" });
  await kept.getByText("Words for nobody").waitFor();
  await kept.getByRole("button", { name: "Copy the text" }).waitFor();
  await bar.waitFor({ state: "detached" });
  await kept.getByRole("button", { name: "Dismiss" }).click();
  await page.goto(`${at.server.url}/inbox/v/all`);
  await page.locator("[data-id]").first().waitFor();
  assert.equal(await bar.count(), 0);
  await at.clean(page);
});

test("what is written while a reply waits in the next page stays after the reply is sent", async () => {
  const { id, page, path } = await replying();
  await page.keyboard.type("The reply that waits");
  await page.getByText("Draft saved").waitFor();
  await page.keyboard.press("Control+Enter");
  await part(page, "The reply that waits").getByText("Waits for the connection").waitFor();
  const answered = page.waitForResponse(`**/app/v1/conversations/${id}`);
  await page.reload();
  await answered;
  await editor(page).click();
  await page.keyboard.type("The next reply");
  assert.equal((await editor(page).innerText()).trim(), "The next reply", "the reply that waits is no draft");
  await page.unroute(path);
  await part(page, "The reply that waits").waitFor();
  await until(async () => (await draft(page, id)) === "<p>The next reply</p>", "the next reply is a draft");
  await at.clean(page);
});

test("a reply that is refused after the teammate has moved on is reported, with a way back", async () => {
  const [first, second] = [await conversation("First"), await conversation("Second")];
  const page = await openConversation(second.id);
  page.expected.push(/409/);
  await page.locator(`[data-id="${first.id}"]`).waitFor();
  // A teammate answers while the reply is in flight.
  await page.route(`**/conversations/${second.id}/reply`, async (route) => {
    await replyAsTeammate(second.id, "grace@example.com", "Already done!");
    await route.continue();
  });
  await page.keyboard.press("r");
  await page.keyboard.type("Done.");
  await page.keyboard.press("Control+Shift+Enter");
  await page.waitForURL(`**/c/${first.id}`);
  await toast(page, "Not sent: Somebody wrote in the meantime. The text is kept as a draft.");
  assert.equal((await editor(page).innerText()).trim(), "");
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.waitForURL(`**/c/${second.id}`);
  await part(page, "Already done!").waitFor();
  await editor(page).getByText("Done.").waitFor();
  await until(async () => (await draft(page, second.id)) === "<p>Done.</p>", "the draft on the server");
  await at.clean(page);
});

test("a value that is rejected after the teammate has moved on is offered again in its field", async () => {
  const [first, second] = [await conversation("First"), await conversation("Second")];
  const page = await openConversation(second.id);
  page.expected.push(...REJECTED);
  const details = page.getByRole("complementary", { name: "Details" });
  const field = details.getByRole("textbox", { name: "Email" });
  let reject;
  const held = new Promise((resolve) => (reject = resolve));
  await page.route(`**/contacts/${second.contact}`, async (route) => {
    if (route.request().method() !== "PATCH") return route.continue();
    await held;
    await route.fulfill({ status: 400, json: { error: { code: "parameter_invalid", message: "No such address." } } });
  });
  await details.getByRole("button", { name: /^Email/ }).click();
  await field.fill("typed@example.net");
  await page.keyboard.press("Enter");
  await page.locator(`[data-id="${first.id}"]`).click();
  await page.waitForURL(`**/c/${first.id}`);
  await details.getByText(first.email).first().waitFor();
  reject();
  await toast(page, "No such address.");
  // It stays until the field is closed.
  for (let times = 0; times < 2; times++) {
    await page.locator(`[data-id="${second.id}"]`).click();
    await details.getByRole("alert").filter({ hasText: "No such address." }).waitFor();
    assert.equal(await field.inputValue(), "typed@example.net");
    await page.locator(`[data-id="${first.id}"]`).click();
    await details.getByText(first.email).first().waitFor();
  }
  await page.locator(`[data-id="${second.id}"]`).click();
  await field.click();
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
  await page.locator(`[data-id="${first.id}"]`).click();
  await details.getByText(first.email).first().waitFor();
  await page.locator(`[data-id="${second.id}"]`).click();
  await details.getByText(second.email).first().waitFor();
  assert.equal(await field.count(), 0);
  await page.unrouteAll({ behavior: "wait" });
  await at.clean(page);
});

test("a rejected message and the one that is being written are both kept", async () => {
  await contact("Maria Mitchell");
  const page = await at.signedIn({ path: "/inbox/v/all" });
  page.expected.push(...REJECTED);
  await page.locator("[data-id]").first().waitFor();
  const message = page.getByRole("textbox", { name: "Message" });
  const write = async (text) => {
    await page.keyboard.press("c");
    await page.getByText("Messenger", { exact: true }).click();
    await page.getByRole("combobox", { name: "To" }).fill("Maria Mit");
    await choice(page, /Maria Mitchell/).click();
    await message.click();
    await page.keyboard.type(text);
  };
  let reject;
  const held = new Promise((resolve) => (reject = resolve));
  await page.route("**/app/v1/held_conversations", async (route) => {
    await held;
    await route.fulfill(rejection);
  });
  await write("The first message");
  await page.keyboard.press("Control+Enter");
  await message.waitFor({ state: "detached" });
  await write("The second message");
  reject();
  const notice = page.getByRole("alert").filter({ hasText: "Your message to Maria Mitchell was not sent" });
  await notice.waitFor();
  assert.equal((await message.innerText()).trim(), "The second message");
  await checkAccessibility(page, "two unfinished messages");
  await notice.getByRole("button", { name: "Show it" }).click();
  await message.getByText("The first message").waitFor();
  await page.getByRole("alert").filter({ hasText: "Too many words." }).waitFor();
  await page.unrouteAll({ behavior: "wait" });
  // Both are still there after a reload.
  await page.reload();
  await page.locator("[data-id]").first().waitFor();
  await page.keyboard.press("c");
  await message.getByText("The first message").waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  await page.keyboard.press("c");
  await message.getByText("The second message").waitFor();
  await at.clean(page);
});

// Last, because every conversation of this server needs the attribute from then on.
test("a conversation that lacks a required attribute stays open, with its empty field", async () => {
  const [first, second] = [await conversation("First"), await conversation("Second")];
  const page = await openConversation(second.id);
  const status = await page.evaluate(async () => {
    const attribute = { on: "conversation", name: "Reason", data_type: "string", required: true };
    const headers = { "Content-Type": "application/json", "X-Deskwire": "1", "Idempotency-Key": crypto.randomUUID() };
    const body = JSON.stringify({ description: "", options: [], team_ids: [], ...attribute });
    return (await fetch("/app/v1/settings/attributes", { method: "POST", headers, body })).status;
  });
  assert.ok(status < 300, `the attribute: ${status}`);
  await page.reload();
  await editor(page).waitFor();
  await page.locator(`[data-id="${first.id}"]`).waitFor();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByText("Reason").first().waitFor();
  await part(page, "Second").waitFor();
  let asked = 0;
  page.on("request", (request) => {
    if (request.method() === "POST" && request.postData()?.includes('"close"')) asked++;
  });
  const field = details.getByRole("textbox", { name: "Reason" });
  const asksForIt = async () => {
    await details.getByText("Fill this in before you close the conversation.").waitFor();
    await until(() => field.evaluate((one) => one === document.activeElement), "the focus in the field");
  };
  const fillIn = async () => {
    await page.keyboard.type("Lost");
    await page.keyboard.press("Enter");
    await field.waitFor({ state: "detached" });
  };
  await page.keyboard.press("e");
  await asksForIt();
  assert.equal(await field.getAttribute("aria-required"), "true");
  await checkAccessibility(page, "a required attribute");
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
  await details.getByText("required before closing").waitFor();
  await page.keyboard.press("r");
  await page.keyboard.type("Found it.");
  await page.keyboard.press("Control+Shift+Enter");
  await asksForIt();
  assert.equal((await editor(page).innerText()).trim(), "Found it.", "the reply is not sent");
  assert.match(page.url(), new RegExp(`/c/${second.id}$`));
  assert.equal(asked, 0, "the page knows it without the server");
  await fillIn();
  await page.keyboard.press("r");
  await page.keyboard.press("Control+Shift+Enter");
  await page.waitForURL(`**/c/${first.id}`);
  await part(page, "First").waitFor();
  await page.keyboard.press("e");
  await asksForIt();
  await fillIn();
  await page.keyboard.press("e");
  await page.waitForURL((url) => !url.pathname.endsWith(`/c/${first.id}`));
  await at.clean(page);
});
