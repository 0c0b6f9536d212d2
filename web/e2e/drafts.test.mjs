import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, editor } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp } from "./harness.mjs";

const at = setUp();
const { conversation, openConversation } = desk(at);
const written = (page, text) =>
  page.waitForFunction((text) => document.querySelector(".ProseMirror")?.textContent === text, text);
const saving = (page) =>
  page.waitForResponse((one) => one.url().includes("/drafts/reply") && one.request().method() === "PUT");

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
  await page.waitForTimeout(1_500);
  const other = await openConversation(id);
  await written(other, "Half a sentence and more!");
  await at.clean(page, other);
});

test("two tabs with the same draft have to choose one of them", async () => {
  const { id } = await conversation();
  const [one, two] = [await openConversation(id), await openConversation(id)];
  two.expected.push(/409/);
  const saved = saving(one);
  await one.keyboard.press("r");
  await one.keyboard.type("From the first tab");
  await saved;
  await two.keyboard.press("r");
  await two.keyboard.type("From the second");
  await two.getByRole("alert").waitFor();
  assert.equal((await editor(two).innerText()).trim(), "From the second");
  await screenshot(two, "composer-conflict-light");
  await checkAccessibility(two, "two versions of a draft");
  await two.getByRole("button", { name: /other/i }).click();
  await written(two, "From the first tab");
  await at.clean(one, two);
});
