// Actions on one conversation: assigning, snoozing, tagging and the rest, by keyboard and by picker.
import assert from "node:assert/strict";
import { test } from "node:test";
import { choice, desk, toast, until } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp } from "./harness.mjs";

const at = setUp();
const { conversation, openConversation, getConversation, teammate } = desk(at);
const hour = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString("en-GB", {
    timeZone: "Europe/Berlin",
    hour: "2-digit",
    minute: "2-digit",
  });

test("a conversation is snoozed by a typed time, by a quick choice and by a date", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  const snooze = async () => {
    await page.keyboard.press("z");
    const field = page.getByRole("combobox", { name: "Snooze until" });
    await field.waitFor();
    return field;
  };
  const until9 = async (check, what) => until(async () => check((await getConversation(id)).snoozed_until), what);
  const field = await snooze();
  await screenshot(page, "picker-snooze-light");
  await checkAccessibility(page, "the snooze picker");
  await field.fill("tomorrow 9am");
  await page.keyboard.press("Enter");
  await toast(page, "Snoozed");
  await page.getByRole("button", { name: /^Until tomorrow/ }).waitFor();
  await until9((at) => at && hour(at) === "09:00", "tomorrow at nine");
  const first = (await getConversation(id)).snoozed_until;
  await snooze();
  await choice(page).last().click();
  await until9((at) => at > first, "next week");
  await snooze();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Date and time");
  await page.getByLabel("Date and time").fill("2031-05-06T07:08");
  await page.getByLabel("Date and time").press("Enter");
  await until9((at) => hour(at) === "07:08" && new Date(at * 1000).getUTCFullYear() === 2031, "the date");
  // Without a valid date, Tab leaves the picker, which closes.
  const last = await snooze();
  for (let n = 0; n < 12 && (await last.isVisible()); n++) await page.keyboard.press("Tab");
  await last.waitFor({ state: "detached" });
  await at.clean(page);
});

test("each picker opens by its key, and chooses by typing", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  const choose = async (key, name, typed, result) => {
    await page.keyboard.press(key);
    await page.getByRole("combobox", { name }).fill(typed);
    await choice(page).first().waitFor();
    await page.keyboard.press("Enter");
    await result();
  };
  await choose("a", "Assign to a teammate", "grace", () =>
    page.getByRole("button", { name: "Assignee: Grace Hopper" }).waitFor(),
  );
  await choose("p", "Priority", "urg", () => page.getByRole("button", { name: "Urgent" }).waitFor());
  await choose("t", "Tags", "vip", async () => {
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Remove the tag VIP" }).waitFor();
  });
  await choose("Shift+a", "Assign to a team", "sal", () => page.getByRole("button", { name: "Sales" }).waitFor());
  await page.keyboard.press("Shift+r");
  await page.getByRole("textbox", { name: "Edit the title" }).fill("The lost parcel");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /The lost parcel/ }).waitFor();
  const now = await until(async () => {
    const now = await getConversation(id);
    return now.title === "The lost parcel" && now.team_assignee_id ? now : null;
  }, "the title");
  assert.equal(now.priority, "urgent");
  assert.equal(String(now.admin_assignee_id), String(await teammate("grace@example.com")));
  assert.deepEqual(
    now.tags.tags.map((tag) => tag.name),
    ["VIP"],
  );
  await page.keyboard.press("i");
  await toast(page, "Assigned to you");
  await page.getByRole("button", { name: "Undo" }).last().click();
  await page.getByRole("button", { name: "Assignee: Grace Hopper" }).waitFor();
  await at.clean(page);
});

test("a conversation is closed and reopened, and becomes a ticket with a state", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  await page.keyboard.press("Shift+e");
  await page.getByRole("button", { name: "Reopen" }).click();
  await page.getByTitle("Close and go to the next").waitFor();
  await page.getByRole("button", { name: "More actions" }).click();
  await choice(page, /Convert to a ticket/).click();
  await page.getByRole("combobox", { name: /ticket/i }).fill("bug");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /#\d+/ }).waitFor();
  await page.keyboard.press("Shift+t");
  await page.getByRole("combobox", { name: "State of the ticket" }).fill("resol");
  await page.keyboard.press("Enter");
  await until(async () => (await getConversation(id)).state === "closed", "a resolved ticket is closed");
  await screenshot(page, "ticket-light");
  await at.clean(page);
});

test("a tag is created in the picker, and the palette starts with the actions of the conversation", async () => {
  const { id } = await conversation("Where do I change my plan?", "Emmy Noether");
  const page = await openConversation(id);
  await page.keyboard.press("t");
  await page.getByRole("combobox", { name: "Tags" }).fill("Plans of e2e");
  await choice(page, "Create tag “Plans of e2e”").click();
  await choice(page, "Plans of e2e").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Remove the tag Plans of e2e" }).waitFor();
  await until(
    async () => (await getConversation(id)).tags.tags.some((tag) => tag.name === "Plans of e2e"),
    "the new tag",
  );
  // Toasts cover nothing that is clicked.
  const box = await page.getByRole("region", { name: "Messages" }).boundingBox();
  const settings = await page.getByRole("link", { name: "Settings" }).boundingBox();
  const list = await page.getByRole("listbox").first().boundingBox();
  assert.ok(box.x >= settings.x + settings.width, "beside the views");
  assert.ok(box.y >= list.y + list.height - 1, "below the list");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "All commands" }).fill("assign");
  await choice(page).first().waitFor();
  assert.match(await choice(page).first().innerText(), /^Assign to a teammate/);
  await page.keyboard.press("Escape");
  await at.clean(page);
});
