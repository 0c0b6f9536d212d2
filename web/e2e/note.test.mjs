import assert from "node:assert/strict";
import { test } from "node:test";
import { choice, desk, editor } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp } from "./harness.mjs";

const at = setUp();
const { conversation, openConversation, parts } = desk(at);

test("a note looks different from replies, mentions a teammate, and is sent to nobody", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  await page.keyboard.press("n");
  await editor(page, "Note").waitFor();
  await page.getByText("Only teammates see this").waitFor();
  await page.keyboard.type("She called before, @Gra");
  await choice(page, "Grace Hopper").waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.type("knows :tada");
  await choice(page, /tada/).first().waitFor();
  await page.keyboard.press("Enter");
  await screenshot(page, "composer-note-light");
  await checkAccessibility(page, "the composer of a note");
  await page.getByRole("button", { name: "Add note" }).click();
  const note = page.getByRole("article", { name: /^Note by/ });
  await note.getByText("@Grace Hopper").waitFor();
  assert.match(await note.innerText(), /knows 🎉/u);
  const written = (await parts(id)).at(-1);
  assert.equal(written.part_type, "note");
  await at.clean(page);
});

test("replies and notes have separate drafts", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  await page.keyboard.press("r");
  await page.keyboard.type("for the customer");
  await page.getByRole("radio", { name: "Note" }).click();
  assert.equal((await editor(page, "Note").innerText()).trim(), "");
  await page.keyboard.type("for us");
  await page.getByRole("radio", { name: "Reply" }).click();
  assert.equal((await editor(page).innerText()).trim(), "for the customer");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("article").filter({ hasText: "for the customer" }).waitFor();
  await page.getByRole("radio", { name: "Note" }).click();
  assert.equal((await editor(page, "Note").innerText()).trim(), "for us");
  await at.clean(page);
});
