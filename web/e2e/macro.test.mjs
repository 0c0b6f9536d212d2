import assert from "node:assert/strict";
import { test } from "node:test";
import { choice, desk, until } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp } from "./harness.mjs";

const at = setUp();
const { conversation, openConversation, parts, getConversation } = desk(at);
const text = (page, wanted) =>
  page.waitForFunction((wanted) => document.querySelector(".ProseMirror")?.textContent?.includes(wanted), wanted);

test("a macro inserts its text and runs its actions when it is sent", async () => {
  const { id } = await conversation("I want my money back", "Rosalind Franklin");
  const page = await openConversation(id);
  await page.keyboard.press("m");
  await page.getByRole("combobox", { name: "Macros" }).fill("refund");
  await page.getByText("Hi Rosalind Franklin", { exact: false }).waitFor();
  await screenshot(page, "picker-macro-light");
  await checkAccessibility(page, "the macros");
  await page.keyboard.press("Enter");
  await text(page, "Hi Rosalind Franklin");
  await page.getByText(/When sent, “Refund on its way” also does this/).waitFor();
  await page.keyboard.press("Control+Enter");
  await until(async () => (await getConversation(id)).state === "closed", "closed", 20_000);
  assert.ok((await parts(id)).some((one) => one.part_type === "note" && one.body.includes("Refund approved")));
  await at.clean(page);
});

test("in a small window, the macros are inside of it", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  await page.setViewportSize({ width: 720, height: 450 });
  await page.keyboard.press("m");
  const picker = page.getByRole("dialog", { name: "Macros" });
  await choice(page).first().waitFor();
  await until(async () => {
    const { y, height } = await picker.boundingBox();
    return y >= 0 && y + height <= 450;
  }, "a picker inside the window");
  await page.getByRole("combobox", { name: "Macros" }).fill("refund");
  await choice(page, /Refund on its way/).click();
  await text(page, "Hi ");
  await at.clean(page);
});

test("a withdrawn reply runs no actions, and keeps its macro", async () => {
  const { id } = await conversation("I want my money back", "Rosalind Franklin");
  const page = await openConversation(id);
  await page.keyboard.press("m");
  await page.getByRole("combobox", { name: "Macros" }).fill("refund");
  await page.getByText("Hi Rosalind Franklin", { exact: false }).waitFor();
  await page.keyboard.press("Enter");
  const promise = page.getByText(/When sent, “Refund on its way” also does this/);
  await promise.waitFor();
  await page.keyboard.press("Control+Enter");
  await promise.waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^Undo/ }).first().waitFor();
  await page.keyboard.press("Control+z");
  await promise.waitFor();
  assert.equal((await getConversation(id)).state, "open");
  assert.deepEqual(await parts(id), []);
  await page.keyboard.press("Control+Enter");
  await until(async () => (await getConversation(id)).state === "closed", "closed", 20_000);
  // The actions come after the reply.
  assert.deepEqual(
    (await parts(id)).map((one) => one.part_type),
    ["comment", "note", "close"],
  );
  await at.clean(page);
});

test("# in the text finds a macro", async () => {
  const { id } = await conversation("I want my money back", "Rosalind Franklin");
  const page = await openConversation(id);
  await page.keyboard.press("r");
  await page.keyboard.type("#refund");
  await choice(page, /Refund/).waitFor();
  await page.keyboard.press("Enter");
  await text(page, "Hi Rosalind Franklin");
  assert.ok(!(await page.locator(".ProseMirror").textContent()).includes("#refund"));
  await at.clean(page);
});
