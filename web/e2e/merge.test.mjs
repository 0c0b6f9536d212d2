import assert from "node:assert/strict";
import { test } from "node:test";
import { choice, desk, part, until } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp } from "./harness.mjs";

const at = setUp();
const { api, contact, openConversation, getConversation } = desk(at);

test("a conversation is merged into another one of its customer, and that is undone", async () => {
  const who = await contact("Barbara McClintock");
  const start = async (body) =>
    (await api("POST", "/conversations", { from: { type: "user", id: who.id }, body })).conversation_id;
  const [into, from] = [await start("The first question"), await start("The same question again")];
  const page = await openConversation(from);
  await page.keyboard.press("Shift+m");
  await page.getByRole("combobox", { name: "Merge into another conversation" }).waitFor();
  await choice(page, /Barbara McClintock/)
    .first()
    .waitFor();
  await screenshot(page, "picker-merge-light");
  await checkAccessibility(page, "the conversations to merge into");
  await page.getByRole("combobox", { name: "Merge into another conversation" }).fill("first question");
  await choice(page, /The first question/).click();
  await page.waitForURL(`**/c/${into}`);
  await page.getByText("You merged another conversation into this").waitFor();
  await until(async () => (await getConversation(from)).state === "closed", "the merged one is closed");
  const merged = page.getByRole("region", { name: "A conversation that was merged into this" });
  await merged.getByRole("link", { name: "The same question again" }).waitFor();
  await merged.getByRole("button", { name: "Show its message" }).click();
  await part(merged, "The same question again").waitFor();
  await screenshot(page, "merged-here-light");
  await checkAccessibility(page, "a thread with the messages of a merged conversation");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.waitForURL(`**/c/${from}`);
  await until(async () => (await getConversation(from)).state === "open", "it is open again");
  await page.goto(`${at.server.url}/inbox/c/${from}`);
  await part(page, "The same question again").first().waitFor();
  assert.equal(await page.getByText(/was merged into/).count(), 0);
  await page.getByRole("button", { name: "3 more changes" }).click();
  await page.getByText("You undid the merge").waitFor();
  await at.clean(page);
});

test("merging conversations of namesakes shows their addresses, and asks first", async () => {
  const [one, other] = [await contact("Dorothy Hodgkin"), await contact("Dorothy Hodgkin")];
  const start = async (who, body) =>
    (await api("POST", "/conversations", { from: { type: "user", id: who.id }, body })).conversation_id;
  const [into, from] = [await start(one, "Crystals"), await start(other, "More crystals")];
  const page = await openConversation(from);
  const pick = async () => {
    await page.keyboard.press("Shift+m");
    await page.getByRole("combobox", { name: "Merge into another conversation" }).fill("dorothy hodgkin");
    await choice(page, new RegExp(one.email)).click();
    await page.getByText("Both customers will see replies").waitFor();
  };
  await pick();
  await checkAccessibility(page, "the question before a merge");
  await screenshot(page, "merge-customers-light");
  await page.keyboard.press("Escape");
  assert.equal((await getConversation(from)).state, "open");
  await pick();
  await page.getByRole("button", { name: "Merge", exact: true }).click();
  await page.waitForURL(`**/c/${into}`);
  await until(async () => (await getConversation(from)).state === "closed", "the merged one is closed");
  await at.clean(page);
});
