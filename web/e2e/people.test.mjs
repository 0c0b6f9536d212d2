import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, picture, setting, PHONE } from "./harness.mjs";

const at = setting();

test("a team is made, changed and deleted", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/teams" });
  await page.getByRole("button", { name: "New team" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Night shift");
  await dialog.getByRole("checkbox").first().check();
  await dialog.getByLabel("Assignment").selectOption("round_robin");
  await accessible(page, "a team");
  await picture(page, "people-team");
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("row").filter({ hasText: "Night shift" });
  await row.getByText("In turn").waitFor();
  await row.getByRole("button", { name: "Delete Night shift" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText("The team Night shift is deleted.").waitFor();
  assert.equal(await row.count(), 0);
  await at.clean(page);
});

test("office hours are made and changed by the day", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/hours" });
  await page.getByRole("button", { name: "New office hours" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Weekdays");
  await dialog.getByLabel("Time zone").selectOption("Europe/Berlin");
  await dialog.getByRole("button", { name: "Add hours on Saturday" }).click();
  await dialog.getByLabel("Saturday, until").selectOption("1440");
  await accessible(page, "office hours");
  await picture(page, "people-hours");
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("row").filter({ hasText: "Weekdays" });
  await row.getByText(/Sat 0?9:00–24:00/).waitFor();
  await row.getByText(/Mon 0?9:00–17:00/).waitFor();
  await row.getByRole("button", { name: "Delete Weekdays" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await row.waitFor({ state: "detached" });
  await at.clean(page);
});

for (const theme of ["light", "dark"]) {
  test(`the pages are accessible (${theme})`, async () => {
    const page = await at.signedIn({ theme });
    for (const name of ["teammates", "roles", "teams", "workspace", "hours"]) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(`${at.server.url}/inbox/settings/${name}`);
      await page
        .getByRole("rowheader")
        .or(page.getByLabel("Time zone"))
        .or(page.getByText("There are no"))
        .first()
        .waitFor();
      await accessible(page, name);
      await picture(page, `people-${name}-${theme}`);
      await page.setViewportSize(PHONE);
      await accessible(page, `${name} on a phone`);
      await picture(page, `people-${name}-phone-${theme}`);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(beyond <= 0, `${name}: ${beyond} px beyond the window`);
    }
    await at.clean(page);
  });
}
