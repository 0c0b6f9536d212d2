import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAccessibility, credentials, loaded, screenshot, setUp, signIn, PHONE } from "./harness.mjs";

const at = setUp();

test("a wrong password shows an error, and the form keeps its values", async () => {
  const page = await at.open({ expected: [/status of 40[13]/] });
  const { email, password } = credentials(at.server);
  await page.goto(`${at.server.url}/inbox/`);
  await page.waitForURL("**/inbox/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill("not this");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "not right" }).waitFor();
  assert.equal(await page.getByLabel("Email").inputValue(), email);
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
  await loaded(page);
  assert.match(page.url(), /\/inbox\/$/);
  await at.clean(page);
});

test("signing in leads to the requested address", async () => {
  const page = await at.open({ expected: [/status of 40[13]/] });
  await page.goto(`${at.server.url}/inbox/v/all`);
  await page.waitForURL("**/inbox/login");
  const { email, password } = credentials(at.server);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/inbox/v/all");
  await at.clean(page);
});

test("signing out ends the session and clears the stored data", async () => {
  const page = await at.open({ expected: [/status of 40[13]/] });
  await signIn(page, at.server);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("sign out");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/inbox/login");
  const kept = await page.evaluate(async () => (await indexedDB.databases()).map((one) => one.name));
  assert.deepEqual(kept, []);
  await page.goto(`${at.server.url}/inbox/`);
  await page.waitForURL("**/inbox/login");
  await at.clean(page);
});

for (const theme of ["light", "dark"]) {
  test(`the page is accessible (${theme})`, async () => {
    const page = await at.open({ theme, expected: [/status of 40[13]/] });
    await page.goto(`${at.server.url}/inbox/login`);
    await page.getByLabel("Email").waitFor();
    await checkAccessibility(page, "sign-in");
    await screenshot(page, `sign-in-${theme}`);
    await page.setViewportSize(PHONE);
    await screenshot(page, `sign-in-phone-${theme}`);
    await at.clean(page);
  });
}
