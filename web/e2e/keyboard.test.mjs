// A day's work without a pointer: Tab and shortcuts reach everything, and the focus is always visible.
import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, editor, ids, part, rows, until } from "./desk.mjs";
import { setUp } from "./harness.mjs";

const at = setUp();
const { conversation, getConversation, replyAsContact } = desk(at);

test("twenty conversations are worked through by keys alone", async () => {
  for (let n = 0; n < 20; n++) await conversation(`Question ${n}`, `Customer ${n}`);
  const page = await at.signedIn({ path: "/inbox/v/unassigned" });
  await rows(page).first().waitFor();
  // The lazily loaded parts of the page are loaded before a key opens them.
  await page.waitForLoadState("networkidle");
  const queue = (await ids(page)).slice(0, 20);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  // The editor is loaded with the first conversation.
  await editor(page).waitFor();
  for (const [n, id] of queue.entries()) {
    await page.waitForURL(`**/c/${id}`);
    await part(page, /Question \d+/)
      .first()
      .waitFor();
    if (n % 4 === 0) {
      await page.keyboard.press("r");
      await page.keyboard.type(`Answer ${n}`);
      await page.keyboard.press("Control+Shift+Enter");
    } else if (n % 4 === 1) {
      await page.keyboard.press("z");
      await page.keyboard.type("tomorrow");
      await page.keyboard.press("Enter");
      // The notice may be that of an earlier one.
      await until(async () => (await getConversation(id)).state === "snoozed", `${id} is snoozed`);
      await page.keyboard.press("j");
    } else if (n % 4 === 2) {
      await page.keyboard.press("t");
      await page.keyboard.type("vip");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Escape");
      await page.keyboard.press("e");
    } else await page.keyboard.press("e");
  }
  await until(
    async () => {
      const states = (await Promise.all(queue.map(getConversation))).map((one) => one.state);
      return states.every((state, n) => state === (n % 4 === 1 ? "snoozed" : "closed"));
    },
    "all of them are done",
    20_000,
  );
  await at.clean(page);
});

test("what is typed before the editor is loaded is in the reply", async () => {
  const { id } = await conversation("Are you there?");
  const page = await at.signedIn({ path: "/inbox/v/unassigned" });
  await rows(page).first().waitFor();
  let isRequested = false;
  let load;
  const loading = new Promise((resolve) => (load = resolve));
  await page.route(/assets\/editor-.*\.js/, async (route) => {
    isRequested = true;
    await loading;
    await route.fallback();
  });
  await page.goto(`${at.server.url}/inbox/c/${id}`);
  await part(page, "Are you there?").waitFor();
  await until(() => isRequested, "the editor is requested");
  await page.keyboard.press("r");
  await page.keyboard.type("A snooze? Not");
  await page.keyboard.press("Backspace");
  load();
  await editor(page).waitFor();
  await page.keyboard.type("!");
  await page.waitForFunction(() => document.querySelector(".ProseMirror")?.textContent === "A snooze? No!");
  assert.equal(await page.getByRole("dialog").count(), 0);
  await at.clean(page);
});

test("the keys continue in the place of a conversation that has left the list", async () => {
  for (let n = 0; n < 4; n++) await conversation(`Late question ${n}`, `Late customer ${n}`);
  const page = await at.signedIn({ path: "/inbox/v/unassigned" });
  await rows(page).nth(3).waitFor();
  await page.waitForLoadState("networkidle");
  const [, second, third, fourth] = await ids(page);
  for (const key of ["j", "j", "j", "Enter"]) await page.keyboard.press(key);
  await page.waitForURL(`**/c/${third}`);
  await part(page, /question/)
    .first()
    .waitFor();
  await page.keyboard.press("z");
  await page.keyboard.type("tomorrow");
  await page.keyboard.press("Enter");
  await page.locator(`[data-id="${third}"]`).waitFor({ state: "detached" });
  await page.keyboard.press("j");
  await page.waitForURL(`**/c/${fourth}`);
  await page.keyboard.press("k");
  await page.waitForURL(`**/c/${second}`);
  await at.clean(page);
});

test("Tab goes through each pane, every stop is visible, and nothing traps the focus", async () => {
  const { id } = await conversation();
  const page = await at.signedIn({ path: `/inbox/v/all/c/${id}` });
  await page.getByRole("textbox", { name: /^Reply/ }).waitFor();
  const seen = new Set();
  for (let n = 0; n < 120; n++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const { width, height, left, top } = element.getBoundingClientRect();
      // In a list, the row of the keyboard shows the focus.
      const shown = document.getElementById(element.getAttribute("aria-activedescendant") ?? "") ?? element;
      const style = getComputedStyle(shown);
      const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      const framed = element.closest(".focused, .composer, .entry, .line, form, .picker, label") !== null;
      return {
        name: `${element.localName} ${element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 30)}`,
        pane: element.closest("nav, section, main, aside")?.getAttribute("aria-label") ?? "",
        visible: width > 0 && height > 0 && left < innerWidth && top < innerHeight,
        marked: ring || framed,
      };
    });
    if (!stop) break;
    assert.ok(stop.visible, `${stop.name} is out of sight`);
    assert.ok(stop.marked, `${stop.name} shows no focus`);
    seen.add(stop.pane);
  }
  for (const pane of ["Views", "Conversations", "Conversation", "Details"])
    assert.ok(seen.has(pane), `Tab reaches ${pane}; it reached ${[...seen]}`);
  await at.clean(page);
});

test("the row of the keyboard is announced, and Enter and Space work on it", async () => {
  await conversation("For the keyboard");
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await rows(page).first().waitFor();
  const [first, second] = await ids(page);
  /** The row that a screen reader announces. */
  const announced = () => page.evaluate(() => document.activeElement?.getAttribute("aria-activedescendant"));
  await page.keyboard.press("j");
  assert.equal(await announced(), `row-${first}`);
  await page.keyboard.press("j");
  assert.equal(await announced(), `row-${second}`);
  await page.keyboard.press("k");
  await page.keyboard.press("Space");
  await page.getByText("One selected").waitFor();
  await page.locator(`[data-id="${first}"][aria-selected=true]`).waitFor();
  await page.keyboard.press("Space");
  await page.locator(`[data-id="${first}"][aria-selected=false]`).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/c/${first}`);
  await page.keyboard.press("j");
  await page.waitForURL(`**/c/${second}`);
  assert.equal(await announced(), `row-${second}`);

  // Tab reaches the list, which starts at its first row.
  await page.goto(`${at.server.url}/inbox/v/all`);
  await rows(page).first().waitFor();
  for (let n = 0; n < 80 && !(await announced()); n++) await page.keyboard.press("Tab");
  assert.equal(await announced(), `row-${first}`);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/c/${first}`);
  await at.clean(page);
});

test("Enter and Space unfold a quote", async () => {
  const { id, contact } = await conversation();
  await replyAsContact(
    id,
    contact,
    "<p>Thank you!</p><p>On Monday, Ada wrote:</p><blockquote><p>It arrives on Tuesday.</p></blockquote>",
  );
  const page = await at.signedIn({ path: `/inbox/v/all/c/${id}` });
  const quote = page.locator("details.quote");
  await quote.locator("summary").focus();
  for (const [key, open] of [
    ["Enter", true],
    ["Space", false],
  ]) {
    await page.keyboard.press(key);
    assert.equal(await quote.evaluate((element) => element.open), open, key);
  }
  await at.clean(page);
});

test("with forced colors, what is unread, active or switched on is still visible", async () => {
  const { id } = await conversation("In forced colors");
  const page = await at.signedIn({ path: "/inbox/v/all", forcedColors: "active" });
  const style = (locator, name) => locator.evaluate((element, name) => getComputedStyle(element)[name], name);
  const canvas = await style(page.locator("body"), "backgroundColor");
  const row = page.locator(`[data-id="${id}"]`);
  assert.notEqual(await style(row.locator(".dot"), "backgroundColor"), canvas);
  await row.click();
  await page.locator(`[data-id="${id}"][aria-current=true]`).waitFor();
  assert.equal(await style(row, "outlineStyle"), "solid");
  await page.getByRole("textbox", { name: /^Reply/ }).waitFor();
  await page.keyboard.press("p");
  const active = page.locator(".picker [role=option].active");
  assert.equal(await style(active, "outlineStyle"), "solid");
  assert.equal(await style(page.locator(".picker"), "borderTopWidth"), "1px");
  await page.goto(`${at.server.url}/inbox/settings/notifications`);
  const [on, off] = [true, false].map((checked) => page.getByRole("switch", { checked }).first());
  const [colorOn, colorOff] = [await style(on, "backgroundColor"), await style(off, "backgroundColor")];
  assert.equal(new Set([colorOn, colorOff, canvas]).size, 3);
  await at.clean(page);
});

test("the focus goes to the list when the button that had it leaves with its conversation", async () => {
  const { id } = await conversation("Close me");
  const page = await at.signedIn({ path: "/inbox/v/unassigned" });
  await page.locator(`[data-id="${id}"]`).click();
  await part(page, "Close me").waitFor();
  await page.getByRole("main").getByRole("button", { name: "Close", exact: true }).first().press("Enter");
  await page.locator(`[data-id="${id}"]`).waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "listbox");
  await at.clean(page);
});
