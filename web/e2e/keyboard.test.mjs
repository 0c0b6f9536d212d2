// A day's work without a pointer: Tab and shortcuts reach everything, and the focus is always visible.
import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, ids, part, rows, toast, until } from "./desk.mjs";
import { setUp } from "./harness.mjs";

const at = setUp();
const { conversation, getConversation } = desk(at);

test("twenty conversations are worked through by keys alone", async () => {
  for (let n = 0; n < 20; n++) await conversation(`Question ${n}`, `Customer ${n}`);
  const page = await at.signedIn({ path: "/inbox/v/unassigned" });
  await rows(page).first().waitFor();
  // The lazily loaded parts of the page are loaded before a key opens them.
  await page.waitForLoadState("networkidle");
  const queue = (await ids(page)).slice(0, 20);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
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
      await toast(page, "Snoozed");
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
      const style = getComputedStyle(element);
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
