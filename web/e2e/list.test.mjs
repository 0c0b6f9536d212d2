import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, until } from "./desk.mjs";
import { checkAccessibility, loaded, screenshot, setUp, PHONE } from "./harness.mjs";

const at = setUp();
const { conversation, replyAsContact } = desk(at);
const rows = (page) => page.locator("[data-id]");
const ids = (page) => rows(page).evaluateAll((all) => all.map((one) => one.dataset.id));
const toast = (page, text) => page.getByRole("status").filter({ hasText: text }).first().waitFor();

test("conversations are triaged by keyboard alone", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await rows(page).first().waitFor();
  const [first, second, third] = await ids(page);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/c/${first}`);
  await page.keyboard.press("e");
  await toast(page, "Closed");
  await page.waitForURL(`**/c/${second}`);
  assert.ok(!(await ids(page)).includes(first));
  await page.keyboard.press("i");
  await toast(page, "Assigned to you");
  await page.keyboard.press("j");
  await page.waitForURL(`**/c/${third}`);
  await page.keyboard.press("Shift+u");
  await toast(page, "Marked as unread");
  assert.equal(await page.locator(`[data-id="${third}"]`).evaluate((row) => row.classList.contains("unread")), true);
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await page.waitForURL("**/v/closed");
  await page.locator("[data-id]").first().or(page.getByText("Nothing is closed yet")).first().waitFor();
  await at.clean(page);
});

test("a conversation that was marked as unread stays so when what was requested before arrives", async () => {
  const { id } = await conversation("Is this still to be read?");
  const page = await at.signedIn({ path: "/inbox/v/all" });
  const row = page.locator(`[data-id="${id}"]`);
  await row.click();
  await page.locator(`[data-id="${id}"]:not(.unread)`).waitFor();
  await page.keyboard.press("Escape");
  await page.waitForURL("**/v/all");
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const read = new Promise((resolve) => {
    void page.route(`**/app/v1/conversations/${id}`, async (route) => {
      const response = await route.fetch();
      resolve();
      await released;
      await route.fulfill({ response });
    });
  });
  await row.click();
  await page.waitForURL(`**/c/${id}`);
  await read;
  const marked = page.waitForResponse((one) => one.url().endsWith(`/conversations/${id}/actions`));
  await page.keyboard.press("Shift+u");
  assert.equal((await marked).status(), 200);
  await page.waitForURL("**/v/all");
  const late = page.waitForResponse((one) => one.url().endsWith(`/conversations/${id}`));
  release();
  await late;
  await page.waitForTimeout(500);
  assert.equal(await row.evaluate((element) => element.classList.contains("unread")), true);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await at.clean(page);
});

test("an action is undone from its message, on one and on many", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await rows(page).first().waitFor();
  const before = await ids(page);
  for (const key of ["j", "x", "j", "x", "j", "x"]) await page.keyboard.press(key);
  await page.getByText("3 selected").waitFor();
  await page.keyboard.press("e");
  await toast(page, "Closed 3");
  await page.waitForFunction((gone) => !document.querySelector(`[data-id="${gone}"]`), before[0]);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.locator(`[data-id="${before[0]}"]`).waitFor();
  await page.reload();
  await rows(page).first().waitFor();
  for (const id of before.slice(0, 3)) assert.ok((await ids(page)).includes(id), id);
  await at.clean(page);
});

test("a reply of the customer makes a conversation that was read unread again, at once", async () => {
  const { id, contact } = await conversation("Is my parcel lost?");
  const page = await at.signedIn({ path: `/inbox/v/all/c/${id}` });
  const row = page.locator(`[data-id="${id}"]`);
  const isUnread = () => row.evaluate((element) => element.classList.contains("unread"));
  await page.locator(`[data-id="${id}"]:not(.unread)`).waitFor();
  await page.keyboard.press("Escape");
  await page.waitForURL("**/v/all");
  assert.equal(await isUnread(), false);
  await replyAsContact(id, contact, "It is still not here.");
  await row.filter({ hasText: "It is still not here." }).waitFor();
  assert.equal(await isUnread(), true);
  await row.click();
  await page.locator(`[data-id="${id}"]:not(.unread)`).waitFor();
  // While it is open, a reply is read.
  await replyAsContact(id, contact, "Now it is.");
  await page.getByRole("article").filter({ hasText: "Now it is." }).waitFor();
  await page.locator(`[data-id="${id}"]:not(.unread)`).waitFor();
  await at.clean(page);
});

test("a list stays at its place while it grows, and is there again on the way back", async () => {
  for (let n = 0; n < 60; n++) await conversation(`Question ${n} of many`);
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await rows(page).first().waitFor();
  const box = page.getByRole("listbox");
  const top = () => box.evaluate((element) => element.scrollTop);
  const height = () => box.evaluate((element) => element.scrollHeight);
  const isAt = (place) => until(async () => (await top()) === place, `at ${place}`);
  const first = await height();
  await box.hover();
  for (const place of [150, 300, 450]) {
    await page.mouse.wheel(0, 150);
    await isAt(place);
    await page.waitForTimeout(300);
  }
  await until(async () => (await height()) > first, "the next window");
  await page.waitForTimeout(300);
  assert.equal(await top(), 450);
  await box.evaluate((element) => (element.scrollTop = 1000));
  await page.waitForTimeout(300);
  // A row above moves the rows on screen in the list, not on the screen.
  await conversation("Who is at the top?");
  await isAt(1056);
  for (const name of [/^Unassigned/, /^Contacts$/, /^Settings$/]) {
    await page.getByRole("link", { name }).first().click();
    await page.waitForURL((url) => !url.pathname.endsWith("/v/all"));
    await page.waitForTimeout(300);
    await page.goBack();
    await box.waitFor();
    await isAt(1056);
    await page.waitForTimeout(300);
    assert.equal(await top(), 1056, String(name));
  }
  await at.clean(page);
});

test("an action on a conversation does not change the time of its last message", async () => {
  const { id } = await conversation("When was this written?");
  const page = await at.signedIn({ path: "/inbox/v/all" });
  const row = page.locator(`[data-id="${id}"]`);
  const time = row.locator("time");
  const before = await time.getAttribute("datetime");
  await conversation("Is this newer?");
  await until(async () => (await ids(page))[0] !== id, "the newer one is first");
  await page.waitForTimeout(2_000);
  await row.click({ modifiers: ["Control"] });
  await page.keyboard.press("p");
  await page.getByRole("combobox", { name: "Priority" }).fill("low");
  await page.keyboard.press("Enter");
  await until(async () => (await ids(page))[0] === id, "the one that changed is first");
  assert.equal(await time.getAttribute("datetime"), before);
  await at.clean(page);
});

test("two teammates' lists follow each other at once", async () => {
  const [one, two] = [await at.signedIn({ path: "/inbox/v/all" }), await at.signedIn({ path: "/inbox/v/all" })];
  await rows(one).first().waitFor();
  await rows(two).first().waitFor();
  const [first] = await ids(one);
  await one.locator(`[data-id="${first}"]`).click();
  await one.keyboard.press("e");
  await two.waitForFunction((gone) => !document.querySelector(`[data-id="${gone}"]`), first, { timeout: 10_000 });
  await at.clean(one, two);
});

test("the palette finds commands, views and teammates", async () => {
  const page = await at.signedIn();
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "All commands" });
  await field.waitFor();
  await screenshot(page, "palette-light");
  await checkAccessibility(page, "the palette");
  await field.fill("unassigned");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/v/unassigned");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await checkAccessibility(page, "the keys");
  await screenshot(page, "keys-light");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await at.clean(page);
});

test("the title of the page names the place", async () => {
  const { id } = await conversation("What is this page called?", "Emmy Noether");
  const page = await at.signedIn({ path: "/inbox/v/unassigned" });
  const isTitled = (title) => page.waitForFunction((text) => new RegExp(text).test(document.title), title);
  await isTitled("^(\\(\\d+\\+?\\) )?Unassigned · ");
  await page.locator(`[data-id="${id}"]`).click();
  await isTitled("Emmy Noether · ");
  await page.goto(`${at.server.url}/inbox/settings/tags`);
  await isTitled("Settings: Tags · ");
  await at.clean(page);
});

test("an address that leads nowhere says so, and where to go on", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  page.expected.push(/404/);
  for (const view of ["nonsense", "12345", "team:99999"]) {
    await page.goto(`${at.server.url}/inbox/v/${encodeURIComponent(view)}`);
    await page.getByText("This list does not exist").waitFor();
    await checkAccessibility(page, `the list ${view}`);
    await page.getByRole("link", { name: "Go to my inbox" }).click();
    await page.waitForURL("**/v/mine");
  }
  await page.goto(`${at.server.url}/inbox/nonsense/xyz`);
  await page.getByRole("heading", { name: "This page does not exist" }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/inbox/nonsense/xyz");
  await checkAccessibility(page, "an unknown address");
  await page.getByRole("button", { name: "Go to my inbox" }).click();
  await page.waitForURL("**/v/mine");
  await at.clean(page);
});

test("a view that is deleted in one tab leaves the others", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await page.getByRole("button", { name: "New view" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("For a while");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "For a while" }).waitFor();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByRole("heading", { name: "For a while" }).waitFor();
  await page.getByRole("button", { name: "Change this view" }).click();
  await page.getByRole("button", { name: "Delete the view" }).click();
  await page.waitForURL("**/v/mine");
  await other.getByText("This list does not exist").waitFor();
  assert.equal(await other.getByRole("link", { name: /^For a while/ }).count(), 0);
  await other.close();
  await at.clean(page);
});

for (const theme of ["light", "dark"]) {
  test(`lists are accessible, in every state (${theme})`, async () => {
    const page = await at.signedIn({ theme });
    await loaded(page);
    for (const view of ["mine", "unassigned", "all", "mentions", "tickets"]) {
      await page.goto(`${at.server.url}/inbox/v/${view}`);
      await rows(page)
        .first()
        .or(page.getByRole("link", { name: /^Go to/ }))
        .first()
        .waitFor();
      await checkAccessibility(page, view);
      await screenshot(page, `list-${view}-${theme}`);
    }
    await page.goto(`${at.server.url}/inbox/v/all`);
    await rows(page).first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.getByText("One selected").waitFor();
    await checkAccessibility(page, "a selection");
    await screenshot(page, `list-selection-${theme}`);
    await page.setViewportSize(PHONE);
    await checkAccessibility(page, "one column");
    await screenshot(page, `list-phone-${theme}`);
    // The bar of a selection covers the heading.
    await page.keyboard.press("Escape");
    await page.getByText("One selected").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Views", exact: true }).click();
    await page.getByRole("navigation", { name: "Views" }).waitFor();
    await screenshot(page, `views-phone-${theme}`);
    await checkAccessibility(page, "the drawer");
    await at.clean(page);
  });
}
