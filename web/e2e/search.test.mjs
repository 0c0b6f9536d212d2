import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, part } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp } from "./harness.mjs";

const at = setUp();
const { api, conversation, replyAsContact, teammate } = desk(at);

test("search finds a message and jumps to it", async () => {
  const { id, contact } = await conversation("The quokka has arrived.");
  for (let i = 0; i < 60; i++) await replyAsContact(id, contact, `More words ${i}`);
  await api("PUT", `/conversations/${id}`, { title: "Quókkas at the door" });
  const page = await at.signedIn();
  await page.keyboard.press("/");
  await page.getByRole("searchbox", { name: "Search conversations and people" }).fill("quokka");
  const hit = page.getByRole("link").filter({ hasText: "quokka" });
  await hit.locator("mark").first().waitFor();
  assert.deepEqual(await hit.locator("mark").allTextContents(), ["Quókkas", "quokka"]);
  await screenshot(page, "search-light");
  await checkAccessibility(page, "the search");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/search/c/${id}**`);
  const found = part(page, "The quokka has arrived.");
  await found.waitFor();
  await page.waitForFunction(() => {
    const box = document.querySelector("article.found")?.getBoundingClientRect();
    return box && box.top > 0 && box.bottom < innerHeight;
  });
  await at.clean(page);
});

test("search is narrowed by state and tag, and the address keeps that", async () => {
  const { id: open } = await conversation("A narwhal is here.");
  const { id: closed } = await conversation("A narwhal was there.");
  const body = { message_type: "close", type: "admin", admin_id: await teammate("grace@example.com") };
  await api("POST", `/conversations/${closed}/parts`, body);
  const page = await at.signedIn({ path: "/inbox/search" });
  await page.getByRole("searchbox", { name: "Search conversations and people" }).fill("narwhal");
  const hits = page.locator("a[data-hit]");
  await hits.nth(1).waitFor();
  const filters = page.getByRole("group", { name: "Which conversations are searched" });
  await filters.getByRole("combobox", { name: "State" }).selectOption({ label: "Closed" });
  await hits.nth(1).waitFor({ state: "detached" });
  assert.match(await hits.getAttribute("href"), new RegExp(`/c/${closed}\\?q=narwhal&state=closed`));
  await page.reload();
  await hits.first().waitFor();
  assert.equal(await hits.count(), 1);
  assert.equal(await filters.getByRole("combobox", { name: "State" }).inputValue(), "closed");
  await checkAccessibility(page, "a narrowed search");
  await filters.getByRole("combobox", { name: "State" }).selectOption({ label: "Open" });
  await page.locator(`a[data-hit][href*="/c/${open}"]`).waitFor();
  await filters.getByRole("combobox", { name: "Tag" }).selectOption({ label: "VIP" });
  await page.getByText("Nothing was found").waitFor();
  await at.clean(page);
});

test("search finds people, and reports when nothing is found", async () => {
  const page = await at.signedIn({ path: "/inbox/search" });
  const field = page.getByRole("searchbox", { name: "Search conversations and people" });
  await field.fill("Somerville");
  await page.getByRole("link").filter({ hasText: "Mary Somerville" }).first().waitFor();
  await field.fill("xyzzyplugh");
  await page
    .getByText(/Nothing/)
    .first()
    .waitFor();
  await screenshot(page, "search-nothing-light");
  await checkAccessibility(page, "a search without results");
  assert.equal(await page.locator("mark").count(), 0);
  await at.clean(page);
});
