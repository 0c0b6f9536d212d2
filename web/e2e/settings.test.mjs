import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAccessibility, screenshot, setUp, setLanguage, PHONE } from "./harness.mjs";

const at = setUp();
const saved = (page) => page.waitForResponse((response) => response.url().endsWith("/me/preferences") && response.ok());

test("settings apply on the next device", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/appearance" });
  const answer = saved(page);
  await page.getByLabel("Theme").selectOption("dark");
  await page.getByLabel("Density").selectOption("compact");
  await answer;
  const other = await at.signedIn({ path: "/inbox/settings/appearance" });
  await other.waitForFunction(
    () => document.documentElement.dataset.theme === "dark" && document.documentElement.dataset.density === "compact",
  );
  const back = saved(other);
  await other.getByLabel("Theme").selectOption("system");
  await other.getByLabel("Density").selectOption("comfortable");
  await back;
  await at.clean(page, other);
});

test("a key is changed, and single keys are switched off", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/keys" });
  await page.getByRole("button", { name: "Change the key of: Go to Unassigned" }).click();
  const answer = saved(page);
  await page.keyboard.press("w");
  await answer;
  await page.keyboard.press("Tab");
  await page.locator("body").click({ position: { x: 5, y: 400 } });
  await page.keyboard.press("w");
  await page.waitForURL("**/v/unassigned");
  await page.goto(`${at.server.url}/inbox/settings/keys`);
  const off = saved(page);
  await page.getByRole("switch", { name: "Single keys" }).click();
  await off;
  await page.goto(`${at.server.url}/inbox/v/mine`);
  await page.getByRole("listbox").waitFor();
  await page.keyboard.press("w");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "All commands" }).waitFor();
  assert.match(page.url(), /\/v\/mine$/);
  await page.keyboard.press("Escape");
  await page.goto(`${at.server.url}/inbox/settings/keys`);
  const on = saved(page);
  await page.getByRole("switch", { name: "Single keys" }).click();
  await on;
  await at.clean(page);
});

test("every language is complete, and both directions work", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/appearance" });
  for (const [language, title] of [
    ["de", "Aussehen"],
    ["es", "Apariencia"],
    ["fr", "Apparence"],
    ["pt", "Aspeto"],
    ["en", "Appearance"],
  ]) {
    await page.locator("select[id$=-language]").selectOption(language);
    await page.getByRole("heading", { name: title }).waitFor();
  }
  await at.clean(page);
});

test("nothing is cut off in longer texts or from right to left", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  for (const language of ["en-XA", "en-XB"]) {
    await setLanguage(page, language);
    await page.getByText("[Öpéñ").first().waitFor({ state: "attached" });
    await page.locator("[data-id]").first().waitFor();
    await checkAccessibility(page, language);
    await screenshot(page, `list-${language}`);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(beyond <= 0, `${language}: ${beyond} px beyond the window`);
  }
  await setLanguage(page, "en");
  await at.clean(page);
});

for (const theme of ["light", "dark"]) {
  test(`settings are accessible (${theme})`, async () => {
    const page = await at.signedIn({ theme });
    for (const name of ["appearance", "keys", "notifications", "account"]) {
      await page.goto(`${at.server.url}/inbox/settings/${name}`);
      await page.getByRole("heading", { level: 2 }).first().waitFor();
      await page.waitForLoadState("networkidle").catch(() => {});
      await checkAccessibility(page, name);
      await screenshot(page, `settings-${name}-${theme}`);
    }
    await page.setViewportSize(PHONE);
    await screenshot(page, `settings-phone-${theme}`);
    await checkAccessibility(page, "settings on a phone");
    await at.clean(page);
  });
}
