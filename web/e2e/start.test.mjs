// A conversation that a teammate starts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { choice, desk, openStarted, part, until } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp, PHONE } from "./harness.mjs";

const at = setUp();
const { api, contact, getConversation } = desk(at);
const open = async (page) => {
  await page.keyboard.press("c");
  await page.getByRole("combobox", { name: "To" }).waitFor();
};
const heldToast = (page) =>
  page.getByRole("region", { name: "Messages", exact: true }).getByText(/^Message to .* will be sent$/);
const startedWith = async (id) =>
  (await api("POST", "/conversations/search", { query: { field: "contact_ids", operator: "=", value: id } }))
    .total_count;

test("a mail to a contact is started by keyboard alone", async () => {
  const who = await contact("Chien-Shiung Wu");
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await page.locator("[data-id]").first().waitFor();
  await open(page);
  await checkAccessibility(page, "a new conversation");
  await page.keyboard.type("Chien");
  await choice(page, /Chien-Shiung Wu/).waitFor();
  await screenshot(page, "start-to-light");
  await checkAccessibility(page, "the contacts to write to");
  await page.keyboard.press("Enter");
  await page.getByText(who.email).waitFor();
  await page.getByLabel("Cc", { exact: true }).focus();
  await page.keyboard.type("copy@example.net,");
  await page.getByLabel("Bcc").focus();
  await page.keyboard.type("unseen@example.net,");
  await page.getByLabel("Subject").focus();
  await page.keyboard.type("Your samples");
  await page.keyboard.press("Enter");
  await page.keyboard.type("They are ready.");
  await screenshot(page, "start-light");
  await checkAccessibility(page, "a written message");
  await page.keyboard.press("Control+Enter");
  const id = await openStarted(page);
  await part(page, "They are ready.").waitFor();
  const made = await getConversation(id);
  assert.deepEqual([made.source.type, made.source.subject], ["email", "Your samples"]);
  assert.equal(made.contacts.contacts.length, 2, "who gets an open copy takes part");
  const found = await api("POST", "/contacts/search", {
    query: { field: "email", operator: "=", value: "unseen@example.net" },
  });
  assert.equal(found.data.length, 1, "who gets the other copy is a contact");
  await at.clean(page);
});

test("an unknown address becomes a contact; a started message stays until it is sent", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await page.locator("[data-id]").first().waitFor();
  await open(page);
  await page.getByText("Messenger", { exact: true }).click();
  await page.getByRole("combobox", { name: "To" }).fill("lise@example.net");
  await choice(page, /lise@example.net as a new contact/).click();
  await page.getByRole("textbox", { name: "Message" }).click();
  await page.keyboard.type("Welcome!");
  await page.keyboard.press("Escape");
  await page.reload();
  await page.locator("[data-id]").first().waitFor();
  await page.keyboard.press("c");
  await page.getByRole("textbox", { name: "Message" }).getByText("Welcome!").waitFor();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const id = await openStarted(page);
  const made = await getConversation(id);
  assert.equal(made.source.author.type, "admin");
  const lead = await api("GET", `/contacts/${made.contacts.contacts[0].id}`);
  assert.deepEqual([lead.role, lead.email], ["lead", "lise@example.net"]);
  // Nothing is left of it.
  await page.keyboard.press("Escape");
  await open(page);
  assert.equal((await page.getByRole("textbox", { name: "Message" }).innerText()).trim(), "");
  await at.clean(page);
});

test("a conversation is started from the page of a contact, also on a phone", async () => {
  const who = await contact("Emmy Noether");
  const page = await at.signedIn({ path: `/inbox/contacts/${who.id}`, size: PHONE });
  await page.getByRole("button", { name: "Write a message" }).click();
  await page.getByRole("button", { name: /somebody else than Emmy Noether/ }).waitFor();
  await page.getByText("Messenger", { exact: true }).click();
  await page.getByRole("textbox", { name: "Message" }).click();
  await page.keyboard.type("Your ideal is ready.");
  await screenshot(page, "start-phone-light");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await openStarted(page);
  await part(page, "Your ideal is ready.").waitFor();
  await at.clean(page);
});

test("a refused message is restored with its whole text", async () => {
  const who = await contact("Vera Rubin", { email: null });
  const page = await at.signedIn({ path: "/inbox/v/all" });
  page.expected.push(/400/);
  await page.locator("[data-id]").first().waitFor();
  await open(page);
  await page.getByRole("combobox", { name: "To" }).fill("Vera");
  await choice(page, /Vera Rubin/).click();
  // She has no address: a mail cannot be sent.
  await page.getByText("Vera Rubin has no email address").waitFor();
  await page.getByRole("textbox", { name: "Message" }).click();
  await page.keyboard.type("About galaxies");
  assert.equal(await page.getByRole("button", { name: "Send", exact: true }).isDisabled(), true);
  await page.getByText("Messenger", { exact: true }).click();
  await page.route("**/app/v1/held_conversations", (route) =>
    route.fulfill({ status: 400, json: { error: { code: "parameter_invalid", message: "Too many words" } } }),
  );
  await page.keyboard.press("Control+Enter");
  await page.getByRole("alert").filter({ hasText: "Too many words" }).waitFor();
  await page.getByRole("textbox", { name: "Message" }).getByText("About galaxies").waitFor();
  await page.unroute("**/app/v1/held_conversations");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await until(async () => (await startedWith(who.id)) === 1, "the conversation", 20_000);
  await at.clean(page);
});

test("selecting text with the mouse does not close the dialog, a click outside does", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await page.locator("[data-id]").first().waitFor();
  await open(page);
  const dialog = page.getByRole("dialog");
  const box = await dialog.boundingBox();
  const outside = [box.x - 40, box.y + box.height / 2];
  const inside = [box.x + 40, box.y + 20];
  for (const [from, to] of [
    [inside, outside],
    [outside, inside],
  ]) {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(...to, { steps: 5 });
    await page.mouse.up();
    await page.waitForTimeout(300);
    assert.ok(await dialog.isVisible(), "the dialog stays");
  }
  await page.mouse.click(...outside);
  await dialog.waitFor({ state: "detached" });
  await at.clean(page);
});

test("in a small window, a mistyped copy keeps a new conversation from being sent", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await page.setViewportSize({ width: 720, height: 450 });
  await page.locator("[data-id]").first().waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "New conversation" });
  const to = dialog.getByRole("combobox");
  await to.fill("lena@example.com");
  await dialog.getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
  const subject = dialog.getByLabel("Subject");
  await until(() => subject.evaluate((one) => one === document.activeElement), "the focus in the subject");
  await subject.fill("Parts");
  await dialog.getByRole("textbox").last().click();
  await page.keyboard.type("Hello");
  const send = dialog.getByRole("button", { name: "Send" });
  await until(() => send.isEnabled(), "a message that can be sent");
  const { y, height } = await send.boundingBox();
  assert.ok(y >= 0 && y + height <= 450, `Send is at ${y}`);
  const copy = dialog.getByLabel("Bcc");
  await copy.fill("grace@example");
  await page.keyboard.press("Control+Enter");
  await dialog.getByText("This is not an email address").waitFor();
  assert.ok(await send.isDisabled());
  await copy.fill("grace@example.com");
  await page.keyboard.press("Enter");
  await until(() => send.isEnabled(), "a message with a valid copy");
  await dialog.getByRole("button", { name: "Discard" }).click();
  await at.clean(page);
});

test("a new conversation is taken back: it opens again as it was, and nothing was sent", async () => {
  const who = await contact("Mary Cartwright");
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await page.locator("[data-id]").first().waitFor();
  const write = async () => {
    await open(page);
    await page.getByRole("combobox", { name: "To" }).fill("Cartwright");
    await choice(page, /Mary Cartwright/).click();
    await page.getByLabel("Cc", { exact: true }).fill("copy-of-mary@example.net,");
    await page.getByLabel("Subject").fill("On the connexion");
    await page.getByRole("textbox", { name: "Message" }).click();
    await page.keyboard.type("Too early");
    await page.keyboard.press("Control+Enter");
    await heldToast(page).filter({ hasText: "Mary Cartwright" }).waitFor();
  };
  const isAsItWas = async () => {
    const dialog = page.getByRole("dialog", { name: "New conversation" });
    await dialog.getByRole("textbox", { name: "Message" }).getByText("Too early").waitFor();
    await dialog.getByText("copy-of-mary@example.net").waitFor();
    assert.equal(await dialog.getByLabel("Subject").inputValue(), "On the connexion");
    await dialog.getByRole("button", { name: /somebody else than Mary Cartwright/ }).waitFor();
    await heldToast(page).waitFor({ state: "detached" });
    return dialog;
  };
  await write();
  await screenshot(page, "start-held-light");
  await checkAccessibility(page, "a new conversation that is held");
  await page.keyboard.press("Control+z");
  let dialog = await isAsItWas();
  await dialog.getByRole("button", { name: "Discard" }).click();
  // The same with the button.
  await write();
  await page.getByRole("region", { name: "Messages", exact: true }).getByRole("button", { name: "Undo" }).click();
  dialog = await isAsItWas();
  await page.waitForTimeout(12_000);
  assert.equal(await startedWith(who.id), 0);
  const copy = { query: { field: "email", operator: "=", value: "copy-of-mary@example.net" } };
  assert.equal((await api("POST", "/contacts/search", copy)).total_count, 0, "no contact was created");
  // It can be sent after all.
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await openStarted(page);
  assert.equal(await startedWith(who.id), 1);
  await at.clean(page);
});

test("a new conversation can also be taken back after a reload, and comes back if it cannot be sent", async () => {
  const who = await contact("Sofia Kovalevskaya");
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await page.locator("[data-id]").first().waitFor();
  const dialog = page.getByRole("dialog", { name: "New conversation" });
  await open(page);
  await page.getByText("Messenger", { exact: true }).click();
  await page.getByRole("combobox", { name: "To" }).fill("Kovalevskaya");
  await choice(page, /Sofia Kovalevskaya/).click();
  await page.getByRole("textbox", { name: "Message" }).click();
  await page.keyboard.type("About waves");
  await page.keyboard.press("Control+Enter");
  await heldToast(page).waitFor();
  await page.reload();
  await heldToast(page).filter({ hasText: "Sofia Kovalevskaya" }).waitFor();
  await page.keyboard.press("Control+z");
  await dialog.getByRole("textbox", { name: "Message" }).getByText("About waves").waitFor();
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await heldToast(page).waitFor();
  await api("DELETE", `/contacts/${who.id}`);
  const report = page.getByText(
    /^Your message to .*Sofia Kovalevskaya.* was not sent: This contact is no longer there\./,
  );
  await report.waitFor({ timeout: 20_000 });
  await page.getByRole("region", { name: "Messages", exact: true }).getByRole("button", { name: "Open" }).click();
  await dialog.getByRole("textbox", { name: "Message" }).getByText("About waves").waitFor();
  await at.clean(page);
});

/** Writes a message to a contact and sends it. */
async function sendTo(page, name, text) {
  await open(page);
  await page.getByText("Messenger", { exact: true }).click();
  await page.getByRole("combobox", { name: "To" }).fill(name);
  await choice(page, new RegExp(name)).click();
  await page.getByRole("textbox", { name: "Message" }).click();
  await page.keyboard.type(text);
  await page.keyboard.press("Control+Enter");
}

test("a new conversation that was taken back before the server answered is not sent after a reload", async () => {
  const who = await contact("Karen Uhlenbeck");
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await page.locator("[data-id]").first().waitFor();
  const dialog = page.getByRole("dialog", { name: "New conversation" });
  // The server does not answer.
  const hang = (route) => (route.request().method() === "POST" ? undefined : route.fallback());
  await page.route("**/app/v1/held_conversations", hang);
  await sendTo(page, "Karen Uhlenbeck", "About bubbles");
  await heldToast(page).filter({ hasText: "Karen Uhlenbeck" }).waitFor();
  await page.keyboard.press("Control+z");
  await dialog.getByRole("textbox", { name: "Message" }).getByText("About bubbles").waitFor();
  await heldToast(page).waitFor({ state: "detached" });
  // The server may have it, so it cannot be sent again before the answer.
  await dialog.getByText("It can be sent again once the server has answered.", { exact: false }).waitFor();
  assert.ok(await dialog.getByRole("button", { name: "Send", exact: true }).isDisabled());
  await checkAccessibility(page, "a message that is being taken back");
  await dialog.getByRole("button", { name: "Discard" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.unroute("**/app/v1/held_conversations", hang);
  const withdrawal = page.waitForResponse((one) => /\/held_conversations\/[^/]+\/withdraw$/.test(one.url()));
  await page.reload();
  assert.equal((await withdrawal).status(), 200);
  await page.waitForTimeout(12_000);
  assert.equal(await heldToast(page).count(), 0);
  assert.equal(await startedWith(who.id), 0);
  await at.clean(page);
});

test("a new conversation that is taken back in one tab cannot be taken back in another", async () => {
  const who = await contact("Ida Rhodes");
  const page = await at.signedIn({ path: "/inbox/v/all" });
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.locator("[data-id]").first().waitFor();
  await page.bringToFront();
  await page.locator("[data-id]").first().waitFor();
  await sendTo(page, "Ida Rhodes", "About calendars");
  await heldToast(page).waitFor();
  const withdrawal = page.waitForResponse((one) => /\/held_conversations\/[^/]+\/withdraw$/.test(one.url()));
  await other.reload();
  await heldToast(other).filter({ hasText: "Ida Rhodes" }).waitFor();
  await page.keyboard.press("Control+z");
  await page.getByRole("dialog").getByRole("textbox", { name: "Message" }).getByText("About calendars").waitFor();
  assert.equal((await withdrawal).status(), 200);
  await heldToast(other).waitFor({ state: "detached", timeout: 3_000 });
  await other.keyboard.press("Control+z");
  await other.waitForTimeout(12_000);
  assert.equal(await other.getByRole("dialog").count(), 0);
  assert.equal(await startedWith(who.id), 0);
  await at.clean(page);
});
