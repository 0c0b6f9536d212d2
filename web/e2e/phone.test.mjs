// One column: everything that a teammate needs on a phone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { choice, desk, editor, part, rows, toast } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp, PHONE } from "./harness.mjs";

const at = setUp();
const { conversation, openConversation } = desk(at);
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

test("a conversation is read and answered on a phone", async () => {
  const { id } = await conversation();
  const page = await openConversation(id, { size: PHONE });
  await screenshot(page, "thread-phone-light");
  assert.ok(await fits(page));
  await checkAccessibility(page, "a conversation on a phone");
  await editor(page).click();
  await page.keyboard.type("From the phone");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await part(page, "From the phone").waitFor();
  await page.getByRole("button", { name: "Snooze" }).click();
  await choice(page).first().waitFor();
  await screenshot(page, "snooze-phone-light");
  assert.ok(await fits(page));
  await choice(page, /Tomorrow/).click();
  await toast(page, "Snoozed");
  await page.getByRole("button", { name: "Show or hide the details" }).click();
  await page.getByRole("complementary", { name: "Details" }).waitFor();
  await screenshot(page, "details-phone-light");
  await checkAccessibility(page, "the details on a phone");
  assert.ok(await fits(page));
  await page.getByRole("complementary").getByRole("button", { name: "Close" }).first().click();
  await page.getByRole("button", { name: "Back to the list" }).click();
  await rows(page).first().waitFor();
  await at.clean(page);
});

test("a width of 320 px is enough", async () => {
  const { id } = await conversation("Averylongwordwithoutanyspacesthathastobebrokensomewhere".repeat(4));
  const page = await openConversation(id, { size: { width: 320, height: 640 } });
  assert.ok(await fits(page));
  await screenshot(page, "thread-320-light");
  await page.goto(`${at.server.url}/inbox/v/all`);
  await rows(page).first().waitFor();
  assert.ok(await fits(page));
  await page.goto(`${at.server.url}/inbox/contacts`);
  await page.getByRole("main").getByRole("link").first().waitFor();
  assert.ok(await fits(page));
  await at.clean(page);
});

test("the message of an action covers no row", async () => {
  await conversation("The second row");
  const { id } = await conversation("The first row");
  const page = await at.signedIn({ path: "/inbox/v/all", size: PHONE });
  await page.locator(`[data-id="${id}"]`).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  await toast(page, "Closed");
  const message = await page.getByRole("region", { name: "Messages" }).boundingBox();
  const row = await rows(page).first().boundingBox();
  assert.ok(row && message && row.y + row.height <= message.y, `the row ${row?.y}, the message ${message?.y}`);
  await at.clean(page);
});
