// What keys and controls act on: always conversations that the teammate sees.
import assert from "node:assert/strict";
import { test } from "node:test";
import { choice, desk, ids, rows, toast, until } from "./desk.mjs";
import { setUp, PHONE } from "./harness.mjs";

const at = setUp();
const { conversation, getConversation } = desk(at);
const stateOf = async (id) => (await getConversation(id)).state;
const isClosed = (id) => until(async () => (await stateOf(id)) === "closed", `${id} is closed`);
const select = (page, id) => page.locator(`[data-id="${id}"]`).click({ modifiers: ["Control"] });

test("a selection is dropped with its view, and keys act on the open conversation", async () => {
  const [selected, found] = [await conversation("Selected"), await conversation("Quincunx")];
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await select(page, selected.id);
  await page.getByText("One selected").waitFor();
  await page.keyboard.press("/");
  await page.getByRole("searchbox").fill("quincunx");
  await page.locator(`a[data-hit][href*="/c/${found.id}"]`).click();
  await page.getByRole("textbox", { name: /^Reply/ }).waitFor();
  await page.keyboard.press("e");
  await toast(page, "Closed");
  await isClosed(found.id);
  assert.equal(await stateOf(selected.id), "open");
  // Back in the list, nothing is selected, and its keys work again.
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await rows(page).first().waitFor();
  assert.equal(await page.getByRole("toolbar", { name: "Actions on the selection" }).count(), 0);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/v/all/c/*");
  await at.clean(page);
});

test("on other pages, keys act on no row of the hidden list", async () => {
  const { id } = await conversation("In the list");
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await page.locator(`[data-id="${id}"]`).waitFor();
  await page.keyboard.press("j");
  assert.equal((await ids(page))[0], id);
  await page.keyboard.press("x");
  await page.keyboard.press("g");
  await page.keyboard.press(",");
  await page.waitForURL("**/settings/appearance");
  const sent = [];
  page.on("request", (request) => request.method() !== "GET" && sent.push(request.url()));
  for (const key of ["e", "i", "z", "t", "o", "Control+a"]) await page.keyboard.press(key);
  await page.waitForTimeout(500);
  assert.match(page.url(), /settings\/appearance$/);
  assert.equal(await page.locator(".picker").count(), 0);
  assert.deepEqual(
    sent.filter((url) => url.includes("/conversations/")),
    [],
  );
  assert.equal(await stateOf(id), "open");
  await at.clean(page);
});

test("the header and the menu of a conversation act on it, not on the selection", async () => {
  const [first, second, third] = [await conversation("One"), await conversation("Two"), await conversation("Three")];
  const page = await at.signedIn({ path: `/inbox/v/all/c/${first.id}` });
  await page.getByRole("textbox", { name: /^Reply/ }).waitFor();
  await select(page, second.id);
  await select(page, third.id);
  await page.getByText("2 selected").waitFor();
  const header = page.getByRole("main").locator("header");
  await header.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("combobox", { name: "More actions" }).fill("stay");
  await choice(page).first().click();
  await isClosed(first.id);
  await header.getByRole("button", { name: "Reopen" }).click();
  await until(async () => (await stateOf(first.id)) === "open", "it is open again");
  await header.getByRole("button", { name: "Close" }).click();
  await isClosed(first.id);
  for (const { id } of [second, third]) assert.equal(await stateOf(id), "open");
  // The list shows the selection, so keys act on it.
  await page.getByText("2 selected").waitFor();
  await page.keyboard.press("e");
  for (const { id } of [second, third]) await isClosed(id);
  await at.clean(page);
});

test("on a phone, a selection in the covered list is not acted on", async () => {
  const [open, selected] = [await conversation("Open this"), await conversation("Selected before")];
  const page = await at.signedIn({ path: "/inbox/v/all", size: PHONE });
  await select(page, selected.id);
  await page.getByText("One selected").waitFor();
  await page.locator(`[data-id="${open.id}"]`).click();
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await isClosed(open.id);
  assert.equal(await stateOf(selected.id), "open");
  await at.clean(page);
});
