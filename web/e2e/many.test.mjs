// A large workspace: 500 teammates, 2,000 tags and 100 teams are found by typing, and no list shows all of them at once.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { choice, desk, until } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp } from "./harness.mjs";

const at = setUp({ fill });
const { conversation, openConversation, getConversation } = desk(at);
const three = (n) => String(n).padStart(3, "0");

async function fill() {
  const folder = mkdtempSync(join(tmpdir(), "deskwire-many-"));
  const table = (kind, fields) => `[[${kind}]]\n${fields.map(([name, value]) => `${name} = ${value}`).join("\n")}\n`;
  const admins = Array.from({ length: 500 }, (_, n) => [
    ["email", `"mate-${three(n)}@example.com"`],
    ["name", `"Mate ${three(n)}"`],
  ]);
  const tags = Array.from({ length: 2_000 }, (_, n) => [["name", `"Label ${n}"`]]);
  const teams = Array.from({ length: 100 }, (_, n) => [
    ["name", `"Crew ${three(n)}"`],
    ["members", `["mate-${three(n)}@example.com"]`],
  ]);
  const tables = { admins, tags, teams };
  const text = Object.entries(tables).flatMap(([kind, all]) => all.map((fields) => table(kind, fields)));
  writeFileSync(join(folder, "many.toml"), text.join("\n"));
  await at.server.run("apply", join(folder, "many.toml"));
  rmSync(folder, { recursive: true });
}

test("pickers show some, and find all", async () => {
  const { id } = await conversation("Who takes this?");
  const page = await openConversation(id);
  await page.keyboard.press("a");
  const text = page.getByRole("combobox", { name: "Assign to a teammate" });
  await text.waitFor();
  await page.getByText(/\d+ more\. Type to find them\./).waitFor();
  assert.ok((await choice(page).count()) <= 101, "not all at once");
  await screenshot(page, "picker-many-light");
  await checkAccessibility(page, "a picker with many");
  await text.fill("mate 499");
  await choice(page, /Mate 499/).waitFor();
  await page.keyboard.press("Enter");
  await until(async () => (await getConversation(id)).admin_assignee_id, "assigned");
  await page.keyboard.press("t");
  await page.getByRole("combobox", { name: "Tags" }).fill("label 1999");
  await choice(page, /^Label 1999/).waitFor();
  await page.keyboard.press("Enter");
  await until(async () => (await getConversation(id)).tags.tags.some((tag) => tag.name === "Label 1999"), "tagged");
  await page.keyboard.press("Escape");
  // A selected option is listed although it is far behind the first ones.
  await page.keyboard.press("t");
  await choice(page, /^Label 1999/).waitFor();
  await page.keyboard.press("Escape");
  await at.clean(page);
});

test("the left pane shows the first of many teams and teammates", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  const crews = page.getByRole("link", { name: /^Crew/ });
  await crews.first().waitFor();
  assert.ok((await crews.count()) <= 20);
  await page.getByRole("button", { name: /^Show \d+ more$/ }).click();
  await crews.nth(99).waitFor();
  await at.clean(page);
});

test("settings show windows, and find all", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/teammates" });
  const heads = page.getByRole("rowheader");
  await heads.first().waitFor();
  assert.equal(await heads.count(), 50);
  await page.getByRole("button", { name: "Show more" }).click();
  await heads.nth(99).waitFor();
  await page.getByRole("searchbox").fill("mate-432@");
  await page.getByRole("rowheader", { name: /Mate 432/ }).waitFor();
  assert.equal(await heads.count(), 1);
  await screenshot(page, "settings-teammates-many-light");
  await page.goto(`${at.server.url}/inbox/settings/teams`);
  await page.getByRole("searchbox").fill("crew 077");
  await page
    .getByRole("button", { name: /Crew 077/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  // Members come first.
  assert.ok(await dialog.getByRole("checkbox").first().isChecked());
  await dialog.getByRole("searchbox").fill("mate 499");
  await dialog.getByRole("checkbox", { name: /Mate 499/ }).check();
  await checkAccessibility(page, "a team of many");
  await screenshot(page, "settings-team-many-light");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("Mate 077, Mate 499").waitFor();
  await at.clean(page);
});
