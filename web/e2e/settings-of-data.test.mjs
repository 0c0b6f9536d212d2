import assert from "node:assert/strict";
import { test } from "node:test";
import { setting } from "./harness.mjs";

const at = setting();
const row = (page, name) => page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
const dialog = (page) => page.getByRole("dialog");

test("a tag is made, renamed, merged and deleted, and words that are refused stay", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/tags" });
  const make = async (name) => {
    await page.getByRole("button", { name: "New tag" }).click();
    await dialog(page).getByLabel("Name").fill(name);
    await page.keyboard.press("Enter");
  };
  await make("Zebra");
  await row(page, "Zebra").waitFor();
  page.expected.push(/409 \(Conflict\)/);
  await make("ZEBRA");
  await dialog(page).getByRole("alert").getByText("already exists").waitFor();
  assert.equal(await dialog(page).getByLabel("Name").inputValue(), "ZEBRA");
  await dialog(page).getByLabel("Name").fill("Zebra 2");
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await row(page, "Zebra 2").getByRole("button", { name: "Rename" }).click();
  await dialog(page).getByLabel("Name").fill("Zebu");
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await row(page, "Zebu").getByRole("button", { name: "Merge" }).click();
  await dialog(page).getByLabel("The tag that stays").selectOption("Zebra");
  await dialog(page).getByRole("button", { name: "Merge" }).click();
  await row(page, "Zebu").waitFor({ state: "detached" });
  await page.getByRole("searchbox").fill("zeb");
  await page.waitForFunction(() => document.querySelectorAll('[role="rowheader"]').length === 1);
  await row(page, "Zebra").getByRole("button", { name: "Delete" }).click();
  await dialog(page).getByRole("button", { name: "Delete" }).click();
  await page.getByText("Nothing has this name").waitFor();
  await at.clean(page);
});

test("a type of tickets gets an attribute and a state", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/ticket_types" });
  await page.getByRole("button", { name: "New ticket type" }).click();
  await dialog(page).getByLabel("Name").fill("Outage");
  await dialog(page).getByLabel("Icon").fill("🔥");
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "🔥 Outage" }).click();
  await page.getByRole("button", { name: "New attribute" }).click();
  await dialog(page).getByLabel("Name").fill("Region");
  await dialog(page).getByLabel("Type").selectOption("list");
  await dialog(page).getByLabel("Option 1", { exact: true }).fill("Europe");
  await dialog(page).getByLabel("Option 2", { exact: true }).fill("America");
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await page.getByText("Europe, America").waitFor();
  await row(page, "Region").getByRole("button", { name: "Archive" }).click();
  await row(page, /Region/)
    .getByRole("button", { name: "Restore" })
    .click();
  await page.getByRole("link", { name: "Ticket types" }).last().click();
  await page.getByRole("button", { name: "New state" }).click();
  await dialog(page).getByLabel("Label for teammates").fill("With the vendor");
  await dialog(page).getByLabel("Label for customers").fill("We are on it");
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await row(page, "With the vendor").waitFor();
  await page.goto(`${at.server.url}/inbox/settings/activity`);
  await page.getByText("created the ticket state With the vendor.").waitFor();
  await page.getByLabel("About").selectOption({ label: "Signing in" });
  await page.getByText("created the ticket state With the vendor.").waitFor({ state: "detached" });
  await at.clean(page);
});
