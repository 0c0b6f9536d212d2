// Reports: figures, charts with tables, the busiest hours, files, and who may see them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkAccessibility, screenshot, setUp, setLanguage, PHONE } from "./harness.mjs";

const at = setUp();

/** The reports, once the server's answer is shown. */
async function reports(options = {}) {
  const page = await at.signedIn({ path: "/inbox/reports", ...options });
  await page.getByRole("term").filter({ hasText: "New conversations" }).waitFor();
  return page;
}

test("figures are those of the selected period and group", async () => {
  const page = await at.signedIn();
  await page.getByRole("link", { name: "Reports" }).click();
  await page.waitForURL("**/inbox/reports");
  const tile = page.getByRole("definition").first();
  const answered = () => page.waitForResponse((one) => one.url().includes("/reports/conversations") && one.ok());
  await tile.waitFor();
  const choose = async (label, value) => {
    const answer = answered();
    await page.getByLabel(label).selectOption(value);
    return (await answer).json();
  };
  const year = await choose("Period", "365");
  assert.ok(year.all.figures.began > 0, "the demo has conversations");
  await page.getByRole("img", { name: /^Chart: New and closed/ }).waitFor();
  assert.equal(await tile.textContent(), year.all.figures.began.toLocaleString("en-GB"));
  const of = year.teammates.find((line) => line.id);
  const theirs = await choose("Whose conversations", `admin:${of.id}`);
  assert.deepEqual(theirs.all.figures, of.figures);
  await choose("Whose conversations", "all");
  // A custom period.
  await choose("Period", "custom");
  const answer = answered();
  await page.getByLabel("From").fill("2025-01-01");
  await page.getByLabel("From").blur();
  assert.match((await answer).url(), /from=2025-01-01/);
  await page.getByLabel("From").fill("2000-01-01");
  await page.getByLabel("From").blur();
  await page.getByText("At most 20 years at once.").waitFor();
  await page.getByLabel("Until").fill("1999-01-01");
  await page.getByLabel("Until").blur();
  await page.getByText("The last day must not be before the first.").waitFor();
  assert.equal(await tile.count(), 0, "no figures of other days are shown");
  await page.getByLabel("Until").fill("2000-01-31");
  await page.getByLabel("Until").blur();
  await tile.waitFor();
  await at.clean(page);
});

test("each chart has a table, and the tables are files", async () => {
  const page = await reports();
  await page.getByLabel("Period").selectOption("90");
  await page.getByText("As a table").first().click();
  const table = page.getByRole("region", { name: "New and closed" }).getByRole("table");
  const [name, began] = await table.getByRole("row").nth(1).locator("th,td").allTextContents();
  assert.match(name, /\d{4}$/);
  assert.match(began, /^\d+$/);
  const hours = page.getByRole("table", { name: /^Busiest hours/ });
  assert.equal(await hours.getByRole("cell").filter({ hasText: /^\d/ }).count(), 7 * 24);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download as CSV: By teammate" }).click();
  const file = await download;
  assert.match(file.suggestedFilename(), /^deskwire-teammates-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
  const text = readFileSync(await file.path(), "utf8");
  assert.ok(text.startsWith("\ufeffBy teammate,New,"), text.slice(0, 80));
  const lines = text.trim().split("\r\n");
  assert.ok(lines.length > 1);
  await at.clean(page);
});

test("reports are reached and read by keyboard", async () => {
  const page = await at.signedIn();
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.waitForURL("**/inbox/reports");
  await page.getByLabel("Whose conversations").focus();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Period");
  const summary = page.locator("summary").first();
  await summary.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "New and closed" }).getByRole("table").waitFor();
  await at.clean(page);
});

test("reports are in the language of the teammate after a reload", async () => {
  const page = await reports();
  await setLanguage(page, "es");
  for (let load = 0; load < 3; load += 1) {
    await page.reload();
    await page.getByRole("term").filter({ hasText: "Conversaciones nuevas" }).waitFor();
  }
  await setLanguage(page, "en");
  await at.clean(page);
});

test("charts are mirrored where the language is written from right to left", async () => {
  const page = await reports();
  await page.getByLabel("Period").selectOption("90");
  const chart = page.getByRole("img").first();
  await chart.waitFor();
  const measured = () =>
    chart.evaluate((svg) => {
      const at = (selector) => [...svg.querySelectorAll(selector)].map((one) => one.getBoundingClientRect().x);
      const { x, width } = svg.getBoundingClientRect();
      return { values: (at("text.value")[0] - x) / width, names: at("text.name") };
    });
  const ltr = await measured();
  assert.ok(ltr.values < 0.2, `the axis is on the left: ${ltr.values}`);
  assert.ok(ltr.names.at(0) < ltr.names.at(-1));
  await setLanguage(page, "en-XB");
  await page.getByRole("combobox").nth(1).selectOption("90");
  await chart.waitFor();
  const rtl = await measured();
  assert.ok(rtl.values > 0.8, `the axis is on the right: ${rtl.values}`);
  assert.ok(rtl.names.at(0) > rtl.names.at(-1));
  await chart.hover({ position: { x: 40, y: 60 } });
  await page.locator(".read b").first().waitFor();
  await checkAccessibility(page, "reports from right to left");
  await screenshot(page, "reports-rtl");
  await setLanguage(page, "en");
  await at.clean(page);
});

for (const theme of ["light", "dark"]) {
  test(`reports are accessible (${theme})`, async () => {
    const page = await reports({ theme });
    await page.getByLabel("Period").selectOption("90");
    await page.getByRole("table", { name: /^Busiest hours/ }).waitFor();
    // Figures of the period before are dimmed while those of the new one are loaded.
    await page.locator('[aria-busy="true"]').waitFor({ state: "detached" });
    await checkAccessibility(page, "reports");
    await screenshot(page, `reports-${theme}`);
    await page.getByRole("heading", { name: "By teammate" }).scrollIntoViewIfNeeded();
    await screenshot(page, `reports-tables-${theme}`);
    await page.setViewportSize(PHONE);
    await page.getByRole("heading", { name: "Reports" }).scrollIntoViewIfNeeded();
    await screenshot(page, `reports-phone-${theme}`);
    await checkAccessibility(page, "reports on a phone");
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(beyond <= 0, `${beyond} px beyond the window`);
    await at.clean(page);
  });
}
