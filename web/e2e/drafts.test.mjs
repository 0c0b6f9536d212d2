import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, editor, part, until } from "./desk.mjs";
import { checkAccessibility, PHONE, screenshot, setUp } from "./harness.mjs";

const at = setUp();
const { api, conversation, openConversation } = desk(at);
const written = (page, text) =>
  page.waitForFunction((text) => document.querySelector(".ProseMirror")?.textContent === text, text);
const saving = (page) =>
  page.waitForResponse((one) => one.url().includes("/drafts/reply") && one.request().method() === "PUT");
/** The draft of a reply that the server has; null if there is none. */
const onServer = (page, id) =>
  page.evaluate(async (id) => (await (await fetch(`/app/v1/conversations/${id}`)).json()).drafts[0]?.html ?? null, id);

test("a draft survives a reload at once, and another device has it", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  await page.keyboard.press("r");
  await page.keyboard.type("Half a sent");
  await page.reload();
  await written(page, "Half a sent");
  await page.keyboard.press("r");
  await page.keyboard.press("Control+End");
  const saved = saving(page);
  await page.keyboard.type("ence");
  assert.equal((await saved).status(), 200);
  await page.keyboard.type(" and more");
  await page.getByText("Draft saved").waitFor();
  // Saving did not move the cursor.
  await page.keyboard.type("!");
  assert.equal((await editor(page).innerText()).trim(), "Half a sentence and more!");
  await until(
    async () => (await onServer(page, id)) === "<p>Half a sentence and more!</p>",
    "the last letter is saved",
  );
  const other = await openConversation(id);
  await written(other, "Half a sentence and more!");
  await at.clean(page, other);
});

test("an open composer follows the draft of another device, also when that is sent", async () => {
  const { id } = await conversation();
  const [one, two] = [await openConversation(id), await openConversation(id)];
  await editor(two).waitFor();
  await one.keyboard.press("r");
  await one.keyboard.type("From my desk");
  await written(two, "From my desk");
  await two.keyboard.press("r");
  await two.keyboard.press("Control+End");
  await two.keyboard.type(" and my phone");
  await written(one, "From my desk and my phone");
  assert.equal(await two.getByRole("alert").count(), 0, "the writer has nothing to choose");
  await one.keyboard.press("Control+Enter");
  await written(two, "");
  await part(two, "From my desk and my phone").waitFor();
  await at.clean(one, two);
});

test("two devices with words of their own have to choose one of them", async () => {
  const { id } = await conversation();
  const [one, two] = [await openConversation(id), await openConversation(id)];
  two.expected.push(/409/, /request failed/, /Failed to load resource/);
  await two.route("**/drafts/reply", (route) => route.abort("connectionfailed"));
  await two.keyboard.press("r");
  await two.keyboard.type("From the second");
  await two.getByText("Draft kept on this device").waitFor();
  const saved = saving(one);
  await one.keyboard.press("r");
  await one.keyboard.type("From the first tab");
  await saved;
  await two.unroute("**/drafts/reply");
  await two.getByRole("alert").waitFor();
  await two.getByText("The other version: From the first tab").waitFor();
  assert.equal((await editor(two).innerText()).trim(), "From the second");
  await screenshot(two, "composer-conflict-light");
  await checkAccessibility(two, "two versions of a draft");
  await two.getByRole("button", { name: /other/i }).click();
  await written(two, "From the first tab");
  await at.clean(one, two);
});

test("two tabs of one browser follow each other, and the words of a closed one are saved", async () => {
  const { id } = await conversation();
  const one = await openConversation(id);
  const two = await one.context().newPage();
  await two.goto(one.url());
  await editor(two).waitFor();
  await one.keyboard.press("r");
  await one.keyboard.type("From the first tab");
  await written(two, "From the first tab");
  await until(async () => (await onServer(one, id)) === "<p>From the first tab</p>", "the first tab saves");
  await two.keyboard.press("r");
  await two.keyboard.press("Control+End");
  await two.keyboard.type(", and the second");
  await written(one, "From the first tab, and the second");
  await until(async () => (await onServer(two, id))?.includes(", and the second"), "the second tab saves");
  // Now nothing reaches the server, and the tab with the newest words is closed.
  one.expected.push(/request failed/, /Failed to load resource/);
  await one.context().route("**/drafts/reply", (route) => route.abort("connectionfailed"));
  await one.keyboard.press("Control+End");
  await one.keyboard.type(" - unsaved");
  await written(two, "From the first tab, and the second - unsaved");
  assert.equal(await two.getByRole("alert").count(), 0, "the writer has nothing to choose");
  assert.deepEqual(one.faults, []);
  await one.close();
  await two.context().unroute("**/drafts/reply");
  await until(async () => (await onServer(two, id))?.includes(" - unsaved"), "the other tab saves them", 20_000);
  // Sending empties the draft in all tabs.
  const three = await two.context().newPage();
  await three.goto(two.url());
  await written(three, "From the first tab, and the second - unsaved");
  await two.keyboard.press("Control+Enter");
  await written(three, "");
  await two.context().close();
});

/** Leaves a conversation for another one of the list, in the same page. */
async function leaveFor(page, id) {
  await page.locator(`[data-id="${id}"]`).click();
  await page.waitForURL(`**/c/${id}`);
  await written(page, "");
}

test("a draft is still there on coming back to its conversation", async () => {
  const [other, { id }] = [await conversation("Another one"), await conversation()];
  const page = await openConversation(id);
  await page.keyboard.press("r");
  await page.keyboard.type("Words to come back to");
  await page.getByText("Draft saved").waitFor();
  await leaveFor(page, other.id);
  const loaded = page.waitForResponse((one) => one.url().endsWith(`/v1/conversations/${id}`));
  await page.locator(`[data-id="${id}"]`).click();
  await written(page, "Words to come back to");
  // The answer of the server does not change it.
  await loaded;
  await page.keyboard.press("r");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("!");
  assert.equal((await editor(page).innerText()).trim(), "Words to come back to!");
  await at.clean(page);
});

test("the composer that was left does not overwrite what is written later", async () => {
  const [other, { id }] = [await conversation("Another one"), await conversation()];
  const page = await openConversation(id);
  page.expected.push(/request failed/, /Failed to load resource/);
  await page.route("**/drafts/reply", (route) => route.abort("connectionfailed"));
  await page.keyboard.press("r");
  await page.keyboard.type("Old words");
  await page.getByText("Draft kept on this device").waitFor();
  await leaveFor(page, other.id);
  await page.locator(`[data-id="${id}"]`).click();
  await written(page, "Old words");
  await page.keyboard.press("r");
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" and new ones");
  await page.unroute("**/drafts/reply");
  await until(async () => (await onServer(page, id)) === "<p>Old words and new ones</p>", "the newest text is saved");
  assert.equal(await page.getByRole("alert").count(), 0, "the writer has nothing to choose");
  await page.reload();
  await written(page, "Old words and new ones");
  await at.clean(page);
});

/** Keeps a page from loading what other devices have written. */
async function keepBehind(page, id) {
  page.expected.push(/409/, /request failed/, /Failed to load resource/);
  await page.route(`**/app/v1/conversations/${id}`, (route) => route.abort("connectionfailed"));
}

test("emptying a draft keeps what another device has written, and the writer chooses", async () => {
  const { id } = await conversation();
  const one = await openConversation(id);
  await one.keyboard.press("r");
  await one.keyboard.type("Shared");
  await one.getByText("Draft saved").waitFor();
  const two = await openConversation(id);
  await written(two, "Shared");
  await keepBehind(one, id);
  await two.keyboard.press("r");
  await two.keyboard.press("Control+End");
  await two.keyboard.type(" and continued");
  await until(async () => (await onServer(two, id)) === "<p>Shared and continued</p>", "the other device has saved");
  await one.keyboard.press("Control+a");
  await one.keyboard.press("Backspace");
  await one.getByRole("alert").waitFor();
  assert.equal(await onServer(two, id), "<p>Shared and continued</p>");
  await one.getByRole("button", { name: "Keep this one" }).click();
  await one.getByRole("alert").waitFor({ state: "detached" });
  await one.keyboard.type("Begun again");
  await until(async () => (await onServer(two, id)) === "<p>Begun again</p>", "saving continues after the choice");
  await at.clean(one, two);
});

test("a draft that was discarded on another device is saved again when it is changed here", async () => {
  const { id } = await conversation();
  const one = await openConversation(id);
  await one.keyboard.press("r");
  await one.keyboard.type("Kept here");
  await one.getByText("Draft saved").waitFor();
  const two = await openConversation(id);
  await written(two, "Kept here");
  await keepBehind(one, id);
  await two.keyboard.press("r");
  await two.keyboard.press("Control+a");
  await two.keyboard.press("Backspace");
  await until(async () => (await onServer(two, id)) === null, "it is discarded");
  await one.keyboard.type(", after all");
  await until(async () => (await onServer(two, id)) === "<p>Kept here, after all</p>", "it is saved");
  assert.equal(await one.getByRole("alert").count(), 0);
  await at.clean(one, two);
});

test("sending one of two versions ends the conflict and keeps the other one", async () => {
  const { id } = await conversation();
  const [one, two] = [await openConversation(id), await openConversation(id)];
  await keepBehind(two, id);
  await one.keyboard.press("r");
  await one.keyboard.type("The first version");
  await until(async () => (await onServer(one, id)) === "<p>The first version</p>", "the first is saved");
  await two.keyboard.press("r");
  await two.keyboard.type("The second version");
  await two.getByRole("alert").waitFor();
  await two.keyboard.press("Control+Enter");
  await part(two, "The second version").waitFor();
  await two.getByRole("alert").waitFor({ state: "detached" });
  await written(two, "The first version");
  await two.keyboard.press("Control+End");
  await two.keyboard.type(", continued");
  await until(async () => (await onServer(one, id)) === "<p>The first version, continued</p>", "saving continues");
  await at.clean(one, two);
});

test("a reply that is sent or taken back leaves the words that another device has written since", async () => {
  const { id } = await conversation();
  const one = await openConversation(id);
  await one.keyboard.press("r");
  await one.keyboard.type("Shared");
  await one.getByText("Draft saved").waitFor();
  const two = await openConversation(id);
  await written(two, "Shared");
  await keepBehind(one, id);
  await two.keyboard.press("r");
  await two.keyboard.press("Control+End");
  await two.keyboard.type(", continued");
  await until(async () => (await onServer(two, id)) === "<p>Shared, continued</p>", "the other device has saved");
  await one.keyboard.press("Control+Enter");
  await written(one, "Shared, continued");
  await two.keyboard.type("!");
  await until(async () => (await onServer(two, id)) === "<p>Shared, continued!</p>", "the other device continues");
  await part(one, "Shared").getByRole("button", { name: /^Undo/ }).click();
  await written(one, "SharedShared, continued!");
  assert.equal(await onServer(two, id), "<p>Shared</p><p>Shared, continued!</p>");
  for (const page of [one, two]) assert.equal(await page.getByRole("alert").count(), 0);
  await at.clean(one, two);
});

test("words typed into a conversation that is deleted meanwhile stay readable, until they are dismissed", async () => {
  const { id } = await conversation();
  const page = await openConversation(id, { permissions: ["clipboard-read", "clipboard-write"] });
  page.expected.push(/404/);
  await page.keyboard.press("r");
  await page.keyboard.type("Words worth keeping");
  await page.getByText("Draft saved").waitFor();
  await page.keyboard.type(", and these");
  await api("DELETE", `/conversations/${id}`);
  const kept = page.getByRole("region", { name: "Your reply, which was not sent" });
  await kept.getByText("Words worth keeping, and these").waitFor();
  await checkAccessibility(page, "the words of a deleted conversation");
  await screenshot(page, "thread-gone-with-words-light");
  await page.setViewportSize(PHONE);
  await screenshot(page, "thread-gone-with-words-phone-light");
  await kept.getByRole("button", { name: "Copy the text" }).click();
  await page.getByRole("status").filter({ hasText: "Text copied" }).first().waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "Words worth keeping, and these");
  await page.reload();
  await kept.getByText("Words worth keeping, and these").waitFor();
  await kept.getByRole("button", { name: "Dismiss" }).click();
  await kept.waitFor({ state: "detached" });
  await page.reload();
  await page.getByRole("heading", { name: "This conversation is no longer there" }).waitFor();
  assert.equal(await kept.count(), 0);
  await at.clean(page);
});
