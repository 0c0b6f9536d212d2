import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkAccessibility,
  loaded,
  newPassword,
  PHONE,
  screenshot,
  setLanguage,
  setUp,
  signIn,
  submitSignIn,
} from "./harness.mjs";

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

/** One red pixel. */
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

test("a teammate changes their name, picture and password", async () => {
  const grace = await newPassword(at.server, "grace@example.com");
  const expected = [/40[013] \(|status of 40[013]/, /request failed/, /WebSocket/];
  const [page, other] = [await at.open({ expected }), await at.open({ expected })];
  for (const one of [page, other]) await signIn(one, at.server, grace);
  await page.goto(`${at.server.url}/inbox/settings/account`);
  await page.getByLabel("Your name").fill("Grace B. Hopper");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Everybody sees the new name").first().waitFor();

  const file = page.locator("input[type=file]");
  await file.setInputFiles({ name: "me.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
  await page.getByRole("alert").filter({ hasText: "This file cannot be used" }).waitFor();
  await file.setInputFiles({ name: "me.png", mimeType: "image/png", buffer: Buffer.from(PIXEL, "base64") });
  await page.waitForFunction(() => document.querySelector("[role=group] img")?.naturalWidth > 0);

  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByLabel("Current password").fill("not this one");
  await page.getByLabel("New password").fill("a better password");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "The current password is wrong" }).waitFor();
  await checkAccessibility(page, "changing the password");
  await screenshot(page, "settings-account-password");
  await page.getByLabel("Current password").fill(grace.password);
  await page.keyboard.press("Enter");
  await page.getByText("Your password is changed").first().waitFor();
  await page.waitForFunction(() => document.activeElement?.textContent.trim() === "Change the password");

  await other.goto(`${at.server.url}/inbox/v/all`);
  await other.waitForURL("**/inbox/login?session=ended");
  await submitSignIn(other, { ...grace, password: "a better password" });
  await loaded(other);
  await page.reload();
  await page.getByRole("button", { name: "Remove the picture" }).click();
  await page.getByRole("button", { name: "Remove the picture" }).waitFor({ state: "detached" });
  assert.equal(await page.getByLabel("Your name").inputValue(), "Grace B. Hopper");
  await at.clean(page, other);
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
    // Latin names begin where the lines of the page begin.
    const align = await page.evaluate(() => getComputedStyle(document.querySelector("[data-id] .name")).textAlign);
    assert.equal(align, language === "en-XB" ? "right" : "left");
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
