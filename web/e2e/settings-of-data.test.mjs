import assert from "node:assert/strict";
import { test } from "node:test";
import { choice, desk, editor, until } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp, setLanguage, PHONE } from "./harness.mjs";

const at = setUp();
const { api, conversation, parts, getConversation } = desk(at);
const row = (page, name) => page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
const dialog = (page) => page.getByRole("dialog");

test("a tag is created, renamed, merged and deleted, and a refused name stays in the field", async () => {
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
  await page.waitForFunction(() => document.activeElement?.matches("input[type=search]"));
  // The row that takes the place of a deleted one has the focus.
  for (const name of ["Aardvark 1", "Aardvark 2"]) await api("POST", "/tags", { name });
  await page.getByRole("searchbox").fill("aardvark");
  await row(page, "Aardvark 2").waitFor();
  await row(page, "Aardvark 1").getByRole("button", { name: "Delete" }).press("Enter");
  await dialog(page).getByRole("button", { name: "Delete" }).press("Enter");
  await row(page, "Aardvark 1").waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.closest('[role="row"]')?.textContent.includes("Aardvark 2"));
  await at.clean(page);
});

test("an error is explained in the reader's language, with the server's message marked as English", async () => {
  await api("POST", "/tags", { name: "Quagga" });
  const page = await at.signedIn({ path: "/inbox/settings/tags" });
  await setLanguage(page, "de");
  await page.getByRole("button", { name: "Neuer Tag" }).click();
  await dialog(page).getByLabel("Name").fill("QUAGGA");
  page.expected.push(/409 \(Conflict\)/);
  await page.keyboard.press("Enter");
  const alert = dialog(page).getByRole("alert");
  await alert.filter({ hasText: "Das verträgt sich nicht" }).waitFor();
  assert.equal(await alert.locator("[lang=en]").textContent(), "A tag named 'Quagga' already exists");
  await checkAccessibility(page, "an error in German");
  await setLanguage(page, "en");
  await at.clean(page);
});

test("a macro with rich text and actions is written and used", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/macros/new" });
  await page.getByLabel("Name", { exact: true }).fill("All done");
  const text = page.getByRole("textbox", { name: "What it says" });
  await text.click();
  await page.keyboard.type("Dear ");
  await page.getByLabel("Insert…").selectOption({ label: "Customer’s first name" });
  // A placeholder is shown by its name; its fallback is edited once it is selected.
  await text.locator(".placeholder").getByText("Customer’s first name, or “there”").click();
  await page.getByLabel("Customer’s first name: if not known, say").fill("friend");
  await text.locator(".placeholder").getByText("Customer’s first name, or “friend”").waitFor();
  await screenshot(page, "macro-placeholder-light");
  await text.press("End");
  await page.keyboard.type(", {{app.name}} has it ");
  await text.locator(".placeholder").getByText("Workspace").waitFor();
  await page.keyboard.press("Control+b");
  await page.keyboard.type("solved");
  await page.getByRole("button", { name: "Add an action" }).click();
  await page.getByLabel("Action 1", { exact: true }).selectOption({ label: "Add a note" });
  await page.getByRole("textbox", { name: "Add a note" }).fill("Solved with a macro");
  await page.getByRole("button", { name: "Add an action" }).click();
  await checkAccessibility(page, "a macro");
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL("**/settings/macros");
  // Below the name is the beginning of its text.
  const listed = page.getByRole("row").filter({ has: page.getByRole("link", { name: "All done", exact: true }) });
  await listed.getByText(/^Dear Customer’s first name, Workspace has it solved$/).waitFor();
  await listed.getByRole("link", { name: "All done", exact: true }).click();
  await text.getByText("Dear Customer’s first name, or “friend”, Workspace has it solved").waitFor();

  const { id } = await conversation("Is it solved?", "Rosalind Franklin");
  await page.goto(`${at.server.url}/inbox/c/${id}`);
  await editor(page).waitFor();
  await page.keyboard.press("m");
  await page.getByRole("combobox", { name: "Macros" }).fill("All done");
  await choice(page, /^All done/).waitFor();
  await page.keyboard.press("Enter");
  await editor(page).locator("strong").getByText("solved").waitFor();
  assert.match(await editor(page).textContent(), /^Dear Rosalind, .+ has it solved$/);
  await page.getByText(/When sent, “All done” also does this/).waitFor();
  await page.keyboard.press("Control+Enter");
  await until(async () => (await getConversation(id)).state === "closed", "closed", 20_000);
  assert.ok((await parts(id)).some((one) => one.part_type === "note" && one.body.includes("Solved with a macro")));
  await at.clean(page);
});

test("a macro with a deleted tag runs its other actions and reports the skipped one", async () => {
  await api("POST", "/tags", { name: "Soon gone" });
  const page = await at.signedIn({ path: "/inbox/settings/macros/new" });
  await page.getByLabel("Name", { exact: true }).fill("Half done");
  for (const [at, action] of ["Add a tag", "Close"].entries()) {
    await page.getByRole("button", { name: "Add an action" }).click();
    await page.getByLabel(`Action ${at + 1}`, { exact: true }).selectOption({ label: action });
  }
  await page.getByRole("combobox", { name: "Add a tag" }).selectOption("Soon gone");
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL("**/settings/macros");
  await page.goto(`${at.server.url}/inbox/settings/tags`);
  await page.getByRole("searchbox").fill("soon gone");
  await row(page, "Soon gone").getByRole("button", { name: "Delete" }).click();
  await dialog(page).getByRole("button", { name: "Delete" }).click();
  await page.getByText("Nothing has this name").waitFor();

  await page.goto(`${at.server.url}/inbox/settings/macros`);
  await page
    .getByText("Left out, as it no longer exists, your role hides it or required attributes are empty: tag “Soon gone”")
    .waitFor();
  await checkAccessibility(page, "a macro that misses a tag");
  await screenshot(page, "settings-macros-missing-light");
  await page.getByRole("link", { name: "Half done", exact: true }).click();
  await page.getByText("This no longer exists. The macro leaves it out.").waitFor();
  await screenshot(page, "settings-macro-missing-light");
  // It can still be changed.
  await page.getByLabel("Name", { exact: true }).fill("Half done, still");
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL("**/settings/macros");

  const { id } = await conversation("Is it half done?", "Rosalind Franklin");
  await page.goto(`${at.server.url}/inbox/c/${id}`);
  await editor(page).waitFor();
  await page.keyboard.press("m");
  await page.getByRole("combobox", { name: "Macros" }).fill("half done");
  await page
    .getByText("Left out, as it no longer exists, your role hides it or required attributes are empty: tag “Soon gone”")
    .waitFor();
  await page.keyboard.press("Enter");
  await page
    .getByText(
      "“Half done, still” leaves out what no longer exists, what your role hides or what needs attributes filled in: tag “Soon gone”",
    )
    .waitFor();
  await screenshot(page, "macro-missing-light");
  await page.keyboard.press("Control+Enter");
  await until(async () => (await getConversation(id)).state === "closed", "closed", 20_000);
  await at.clean(page);
});

test("a type of tickets gets an attribute and a state", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/ticket_types" });
  await page.getByRole("button", { name: "New ticket type" }).click();
  await dialog(page).getByLabel("Name").fill("Power cut");
  await dialog(page).getByLabel("Icon").fill("🔥");
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "🔥 Power cut" }).click();
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
  await page.getByText("created the ticket state “With the vendor”").waitFor();
  await page.getByLabel("About").selectOption({ label: "Signing in" });
  await page.getByText("created the ticket state “With the vendor”").waitFor({ state: "detached" });
  await at.clean(page);
});

for (const theme of ["light", "dark"]) {
  test(`settings of data are accessible (${theme})`, async () => {
    const page = await at.signedIn({ theme });
    for (const size of ["wide", "phone"]) {
      if (size === "phone") await page.setViewportSize(PHONE);
      for (const name of ["tags", "attributes", "ticket_types", "macros", "macros/new", "object_types", "activity"]) {
        await page.goto(`${at.server.url}/inbox/settings/${name}`);
        await page.getByRole("heading", { level: 2 }).first().waitFor();
        await page.waitForLoadState("networkidle").catch(() => {});
        await checkAccessibility(page, `${name}, ${size}`);
        await screenshot(page, `settings-${name.replace("/", "-")}-${size}-${theme}`);
      }
    }
    await at.clean(page);
  });
}

test("a page whose data could not be loaded says so, and loads it again with a button", async () => {
  await api("POST", "/tags", { name: "Okapi" });
  const page = await at.signedIn({ expected: [/500/] });
  for (const [name, path] of [
    ["tags", "tags"],
    ["activity", "activity"],
    ["macros", "macros"],
    ["webhooks", "webhooks"],
    ["workspace", "workspace"],
    ["teammates", "teammates"],
  ]) {
    const url = new RegExp(`/app/v1/settings/${path}(\\?|$)`);
    await page.route(url, (route) => route.fulfill({ status: 500, json: { error: { code: "server_error" } } }));
    await page.goto(`${at.server.url}/inbox/settings/${name}`);
    const retry = page.getByRole("alert").getByRole("button", { name: "Try again" });
    await retry.waitFor();
    assert.equal(await page.getByRole("table").count(), 0, `${name} shows no empty table`);
    await page.unroute(url);
    await retry.press("Enter");
    await retry.waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement !== document.body);
  }
  await at.clean(page);
});

test("a form with changes is not left without a question", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/macros" });
  const question = page.getByRole("dialog", { name: "Discard changes?" });
  const macros = page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Macros" });
  const tags = page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Tags", exact: true });
  // Without changes nothing is asked.
  await page.getByRole("button", { name: "New macro" }).click();
  await page.getByRole("textbox", { name: "Name" }).waitFor();
  await macros.click();
  await page.getByRole("button", { name: "New macro" }).click();
  const name = page.getByRole("textbox", { name: "Name" });
  await name.fill("Half a macro");
  await tags.click();
  await question.waitFor();
  await screenshot(page, "settings-discard-light");
  await checkAccessibility(page, "the question before changes are discarded");
  await question.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await name.inputValue(), "Half a macro");
  assert.match(page.url(), /\/macros\/new$/);
  // Neither the way back nor a reload loses it.
  await page.goBack();
  await question.waitFor();
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  assert.match(page.url(), /\/macros\/new$/);
  assert.equal(await name.inputValue(), "Half a macro");
  await tags.click();
  await question.getByRole("button", { name: "Discard" }).click();
  await page.waitForURL(/\/settings\/tags$/);
  await macros.click();
  await page.getByRole("button", { name: "New macro" }).waitFor();
  assert.equal(await question.count(), 0);
  await at.clean(page);
});

test("a dialog with changes is not closed by Escape without a question", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/attributes" });
  await page.getByRole("button", { name: "New attribute" }).click();
  const dialog = page.getByRole("dialog").filter({ has: page.getByRole("textbox", { name: "Name" }) });
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "New attribute" }).click();
  const name = dialog.getByRole("textbox", { name: "Name" });
  await name.fill("Half an attribute");
  const question = page.getByRole("dialog", { name: "Discard changes?" });
  for (let times = 0; times < 3; times++) {
    await page.keyboard.press("Escape");
    await question.waitFor();
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "detached" });
    assert.equal(await name.inputValue(), "Half an attribute");
  }
  await page.mouse.click(5, 5);
  await question.getByRole("button", { name: "Discard" }).click();
  await dialog.waitFor({ state: "detached" });
  await at.clean(page);
});

test("the country of the workspace is one of a list", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/workspace" });
  const country = page.getByRole("combobox", { name: "Country" });
  await country.selectOption({ label: "Ireland" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").filter({ hasText: "Saved" }).first().waitFor();
  await page.reload();
  await country.waitFor();
  assert.equal(await country.inputValue(), "IE");
  const addresses = page.getByLabel("Addresses that may use the API");
  await addresses.fill("127.0.0.1\nnowhere");
  page.expected.push(/422/);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").getByText("neither an IP address nor a network").waitFor();
  await addresses.fill("127.0.0.1\n10.0.0.0/8\n");
  await page.getByLabel("The API may be used only from these addresses").check();
  await page.getByRole("checkbox", { name: /^Identity verification/ }).check();
  await page.getByRole("combobox", { name: "Region" }).selectOption("EU");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await page.getByRole("status").filter({ hasText: "Saved" }).first().waitFor();
  await page.reload();
  await addresses.waitFor();
  assert.equal(await addresses.inputValue(), "127.0.0.1\n10.0.0.0/8");
  assert.ok(await page.getByRole("checkbox", { name: /^Identity verification/ }).isChecked());
  const shown = await api("GET", "/ip_allowlist");
  assert.deepEqual([shown.enabled, shown.ip_allowlist], [true, ["127.0.0.1", "10.0.0.0/8"]]);
  await checkAccessibility(page, "the general settings");
  await at.clean(page);
});
