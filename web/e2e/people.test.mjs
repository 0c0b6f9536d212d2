import assert from "node:assert/strict";
import { test } from "node:test";
import { editor, ids, rows } from "./desk.mjs";
import { checkAccessibility, loaded, screenshot, setUp, submitSignIn, PHONE } from "./harness.mjs";

const at = setUp();
const open = (options) => at.signedIn({ path: "/inbox/settings/teammates", ...options });

test("an invitation creates a teammate, and its link works once", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Email", { exact: true }).fill("margaret");
  await dialog.getByRole("switch", { name: "Send the link by email" }).click();
  await dialog.getByLabel("Email", { exact: true }).fill("margaret@example.com");
  await dialog.getByRole("button", { name: "Create link" }).click();
  const link = await page.getByLabel("Link", { exact: true }).inputValue();
  assert.match(link, /\/inbox\/join\/[\w-]{43}$/);
  await screenshot(page, "people-link");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await page.getByRole("table", { name: "Invitations" }).getByText("margaret@example.com").waitFor();

  const guest = await at.open({ expected: [/status of 40[04]/] });
  await guest.goto(link);
  await guest.getByRole("heading", { name: /^Join / }).waitFor();
  await checkAccessibility(guest, "the invitation");
  await screenshot(guest, "people-join");
  await guest.getByLabel("Your name").fill("Margaret Hamilton");
  await guest.getByLabel("Password").fill("short");
  await guest.getByRole("button", { name: "Join" }).click();
  await guest.getByRole("alert").filter({ hasText: "at least 8 characters" }).waitFor();
  assert.equal(await guest.getByLabel("Your name").inputValue(), "Margaret Hamilton");
  await guest.getByLabel("Password").fill("analytical engine");
  await guest.getByRole("button", { name: "Join" }).click();
  await loaded(guest);
  assert.match(guest.url(), /\/inbox\/$/);

  const late = await at.open({ expected: [/status of 404/] });
  await late.goto(link);
  await late.getByText("It was used").waitFor();
  await page.reload();
  await page.getByRole("rowheader", { name: /Margaret Hamilton/ }).waitFor();
  assert.equal(await page.getByRole("table", { name: "Invitations" }).count(), 0);
  await at.clean(page, guest, late);
});

test("a custom role is created and assigned, and hides what it does not permit", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/roles" });
  page.expected.push(/status of 40[09]/);
  await page.getByRole("button", { name: "New role" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Agent");
  await dialog.getByLabel("Conversations").selectOption("read");
  await dialog.getByLabel("Teammates and roles").selectOption("read");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByRole("alert").filter({ hasText: "built-in" }).waitFor();
  // The selection stays.
  assert.equal(await dialog.getByLabel("Conversations").inputValue(), "read");
  await dialog.getByLabel("Name", { exact: true }).fill("Reader");
  await checkAccessibility(page, "a role");
  await screenshot(page, "people-role");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("rowheader", { name: "Reader" }).waitFor();

  await page.goto(`${at.server.url}/inbox/settings/teammates`);
  await page.getByRole("button", { name: "Edit Margaret Hamilton" }).click();
  await dialog.getByLabel("Role").selectOption("Reader");
  await dialog.getByRole("switch", { name: "Away" }).click();
  await checkAccessibility(page, "a teammate");
  await screenshot(page, "people-teammate");
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("row").filter({ hasText: "Margaret Hamilton" });
  await row.getByText("Reader").waitFor();
  await row.getByText("Away").waitFor();

  const reader = await at.open({ expected: [/status of 40[13]/] });
  await reader.goto(`${at.server.url}/inbox/login`);
  await reader.getByLabel("Email").fill("margaret@example.com");
  await reader.getByLabel("Password").fill("analytical engine");
  await reader.getByRole("button", { name: "Sign in" }).click();
  await loaded(reader);
  await reader.goto(`${at.server.url}/inbox/settings/teammates`);
  await reader.getByRole("rowheader", { name: /Margaret Hamilton/ }).waitFor();
  assert.equal(await reader.getByRole("button", { name: "Invite" }).count(), 0);
  assert.equal(await reader.getByRole("button", { name: /^Edit / }).count(), 0);

  await reader.goto(`${at.server.url}/inbox/v/all`);
  await loaded(reader);
  await rows(reader).first().click();
  await reader.getByRole("log").getByRole("article").first().waitFor();
  for (const name of [/^Close/, "Snooze", /^Assignee/, /^Remove the tag/, "Reopen", "Edit the title"])
    assert.equal(await reader.getByRole("main").getByRole("button", { name }).count(), 0, `a button ${name}`);
  assert.equal(await editor(reader).count(), 0);
  for (const key of ["e", "a", "z", "r", "n"]) await reader.keyboard.press(key);
  assert.equal(await reader.getByRole("combobox", { name: /^(Assign|Snooze)/ }).count(), 0);
  assert.equal(await reader.getByRole("button", { name: "Undo" }).count(), 0);
  await checkAccessibility(reader, "a conversation that may only be read");
  await screenshot(reader, "people-reader");
  await reader.keyboard.press(".");
  const palette = reader.getByRole("dialog");
  await palette.getByRole("combobox").fill("a");
  await palette.getByRole("option").first().waitFor();
  for (const name of [/Assign/, /Merge/, /Convert/, /Close/, /Snooze/])
    assert.equal(await palette.getByRole("option", { name }).count(), 0, `an option ${name}`);
  await at.clean(page, reader);
});

test("a role without conversations starts at what it shows, and at whom to ask if that is nothing", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/roles" });
  const dialog = page.getByRole("dialog");
  const show = async (levels) => {
    await page.getByRole("button", { name: "Edit Reader" }).click();
    for (const [noun, level] of Object.entries(levels)) await dialog.getByLabel(noun).selectOption(level);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
  };
  await show({ Conversations: "none", "Contacts and companies": "read" });

  const reader = await at.open();
  await reader.goto(`${at.server.url}/inbox/login`);
  await submitSignIn(reader, { email: "margaret@example.com", password: "analytical engine" });
  await reader.waitForURL("**/inbox/contacts");
  const views = reader.getByRole("navigation", { name: "Views" });
  await views.getByRole("link", { name: "Contacts" }).waitFor();
  for (const name of ["Search", "My inbox", "Support"])
    assert.equal(await views.getByRole("link", { name }).count(), 0, `a link ${name}`);
  for (const name of ["Inbox", "My views", "Teams", "Teammates"])
    assert.equal(await views.getByRole("heading", { name }).count(), 0, `a heading ${name}`);
  await reader.goto(`${at.server.url}/inbox/v/all`);
  await reader.getByRole("heading", { name: "Your role does not open this page." }).waitFor();
  await reader.getByRole("button", { name: "Go to Contacts" }).click();
  await reader.waitForURL("**/inbox/contacts");

  await show({ "Contacts and companies": "none" });
  await reader.goto(`${at.server.url}/inbox/v/all`);
  await reader.getByRole("main").getByRole("button", { name: "Settings" }).click();
  await reader.waitForURL("**/inbox/settings/teammates");
  await show({ "Teammates and roles": "none" });
  await reader.goto(`${at.server.url}/inbox/v/all`);
  const nothing = reader.getByRole("heading", { name: "Your role shows nothing here" });
  await nothing.waitFor();
  await reader.goto(`${at.server.url}/inbox/`);
  await nothing.waitFor();
  await reader.getByText("Ask an owner or an admin of Deskwire Demo").waitFor();
  assert.equal(await views.getByRole("link", { name: "Contacts" }).count(), 0);
  await checkAccessibility(reader, "a role that shows nothing");
  await screenshot(reader, "people-nothing");
  await at.clean(page, reader);
});

test("an open page follows the permissions of its role", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/roles" });
  const dialog = page.getByRole("dialog");
  const change = async (levels) => {
    await page.getByRole("button", { name: "Edit Reader" }).click();
    for (const [noun, level] of Object.entries(levels)) await dialog.getByLabel(noun).selectOption(level);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
  };
  // Tickets alone.
  await change({ Tickets: "write" });
  const reader = await at.open({ expected: [/status of 40[134]/] });
  await reader.goto(`${at.server.url}/inbox/login`);
  await submitSignIn(reader, { email: "margaret@example.com", password: "analytical engine" });
  await loaded(reader);
  await reader.goto(`${at.server.url}/inbox/v/all`);
  await rows(reader).first().waitFor();
  const tickets = await ids(reader);
  await reader.goto(`${at.server.url}/inbox/v/tickets`);
  await rows(reader).first().waitFor();
  assert.deepEqual((await ids(reader)).toSorted(), tickets.toSorted(), "the only conversations are tickets");
  await rows(reader).first().click();
  await editor(reader).waitFor();
  await checkAccessibility(reader, "a role for tickets");
  await screenshot(reader, "people-tickets");
  const views = reader.getByRole("navigation", { name: "Views" });
  const main = reader.getByRole("main");
  assert.equal(await views.getByRole("link", { name: "Contacts" }).count(), 0);

  // The page is not reloaded from here on.
  await reader.evaluate(() => (globalThis.stayed = true));
  await change({ Tickets: "read", "Contacts and companies": "read" });
  await views.getByRole("link", { name: "Contacts" }).waitFor();
  await editor(reader).waitFor({ state: "detached" });
  await main.getByRole("button", { name: /^Close/ }).waitFor({ state: "detached" });
  await main.getByRole("article").first().waitFor();
  await change({ Tickets: "none", Conversations: "read" });
  await main.getByRole("heading", { name: "This conversation is no longer there" }).waitFor();
  await views.getByRole("link", { name: "Tickets" }).waitFor({ state: "detached" });
  await views.getByRole("link", { name: /^All/ }).click();
  await rows(reader).first().waitFor();
  const plain = await ids(reader);
  assert.ok(!plain.some((id) => tickets.includes(id)), "tickets leave the lists");
  await change({ Conversations: "none" });
  await reader.getByRole("heading", { name: "Your role does not open this page." }).waitFor();
  assert.equal(await reader.evaluate(() => globalThis.stayed), true);

  // The page starts with what is stored on the device, and adopts what the server permits.
  await reader.close();
  await change({ Conversations: "read" });
  const again = await reader.context().newPage();
  again.setDefaultTimeout(15_000);
  await again.goto(`${at.server.url}/inbox/v/all`);
  await rows(again).first().waitFor();
  await again.close();
  await change({ Conversations: "none", Tickets: "none", "Contacts and companies": "none" });
  await at.clean(page, reader);
});

test("another role applies to an open page at once, and its teammate stays signed in", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/teammates" });
  const dialog = page.getByRole("dialog");
  const give = async (role) => {
    await page.getByRole("button", { name: "Edit Margaret Hamilton" }).click();
    await dialog.getByLabel("Role").selectOption(role);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
  };
  await give("Agent");
  const reader = await at.open({ expected: [/status of 40[13]/] });
  await reader.goto(`${at.server.url}/inbox/login`);
  await submitSignIn(reader, { email: "margaret@example.com", password: "analytical engine" });
  await loaded(reader);
  await reader.goto(`${at.server.url}/inbox/v/all`);
  await rows(reader).first().click();
  await editor(reader).waitFor();
  await reader.evaluate(() => (globalThis.stayed = true));
  await give("Viewer");
  await editor(reader).waitFor({ state: "detached" });
  await reader.getByRole("main").getByRole("article").first().waitFor();
  await give("Agent");
  await editor(reader).waitFor();
  assert.equal(await reader.evaluate(() => globalThis.stayed), true);
  await give("Reader");
  await at.clean(page, reader);
});

test("a refused page reads its permissions again", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/roles" });
  const dialog = page.getByRole("dialog");
  const change = async (level) => {
    await page.getByRole("button", { name: "Edit Reader" }).click();
    await dialog.getByLabel("Contacts and companies").selectOption(level);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
  };
  await change("read");
  const reader = await at.open({ expected: [/status of 40[13]/] });
  // Nothing tells this page of the change.
  await reader.routeWebSocket(/live/, (socket) => socket.send('{"t":"hello","position":0,"beat":60,"carrier":"ws"}'));
  await reader.goto(`${at.server.url}/inbox/login`);
  await submitSignIn(reader, { email: "margaret@example.com", password: "analytical engine" });
  await reader.waitForURL("**/inbox/contacts");
  const contacts = reader.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Contacts" });
  await contacts.waitFor();
  await change("none");
  await reader.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Companies" }).click();
  await contacts.waitFor({ state: "detached" });
  await reader.getByRole("heading", { name: "Your role shows nothing here" }).waitFor();
  await at.clean(page, reader);
});

test("a team is created, changed and deleted", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/teams" });
  await page.getByRole("button", { name: "New team" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Night shift");
  await dialog.getByRole("checkbox").first().check();
  await dialog.getByLabel("Assignment").selectOption("round_robin");
  await checkAccessibility(page, "a team");
  await screenshot(page, "people-team");
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("row").filter({ hasText: "Night shift" });
  await row.getByText("In turn").waitFor();
  await row.getByRole("button", { name: "Delete Night shift" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText("The team Night shift is deleted.").waitFor();
  await row.waitFor({ state: "detached" });
  await at.clean(page);
});

test("office hours are created and changed by the day", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/hours" });
  await page.getByRole("button", { name: "New office hours" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Weekdays");
  await dialog.getByLabel("Time zone").selectOption("Europe/Berlin");
  await dialog.getByRole("button", { name: "Add hours on Saturday" }).click();
  await dialog.getByLabel("Saturday, until").selectOption("1440");
  await checkAccessibility(page, "office hours");
  await screenshot(page, "people-hours");
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("row").filter({ hasText: "Weekdays" });
  await row.getByText(/Sat 0?9:00–24:00/).waitFor();
  await row.getByText(/Mon 0?9:00–17:00/).waitFor();
  await row.getByRole("button", { name: "Exceptions to Weekdays" }).click();
  await dialog.getByLabel("Date").fill("2030-12-25");
  await dialog.getByLabel("Name (optional)").fill("Christmas");
  await dialog.getByRole("switch", { name: "Every year" }).click();
  await dialog.getByRole("button", { name: "Add" }).click();
  await dialog.getByRole("listitem").filter({ hasText: "25 Dec: Closed (Every year)" }).waitFor();
  await dialog.getByLabel("Date").fill("2030-12-24");
  await dialog.getByRole("switch", { name: "Closed all day" }).click();
  await dialog.getByLabel("Open until").selectOption("720");
  await dialog.getByRole("button", { name: "Add" }).click();
  await dialog
    .getByRole("listitem")
    .filter({ hasText: /24 Dec 2030: 0?9:00–12:00/ })
    .waitFor();
  await checkAccessibility(page, "exceptions to office hours");
  await screenshot(page, "people-hours-exceptions");
  await dialog.getByRole("button", { name: /^Remove the exception 25 Dec/ }).click();
  await dialog.getByRole("listitem").filter({ hasText: "25 Dec" }).waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await row.getByText(/24 Dec 2030: 0?9:00–12:00/).waitFor();
  await row.getByRole("button", { name: "Delete Weekdays" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await row.waitFor({ state: "detached" });
  await at.clean(page);
});

test("a teammate is removed after a confirmation, by keyboard alone", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Edit Margaret Hamilton" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Remove" }).focus();
  await page.keyboard.press("Enter");
  await dialog.getByRole("heading", { name: "Remove Margaret Hamilton?" }).waitFor();
  await dialog.getByRole("button", { name: "Remove" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Margaret Hamilton is removed.").waitFor();
  await page.getByRole("rowheader", { name: /Margaret Hamilton/ }).waitFor({ state: "detached" });
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
      await checkAccessibility(page, name);
      await screenshot(page, `people-${name}-${theme}`);
      await page.setViewportSize(PHONE);
      await checkAccessibility(page, `${name} on a phone`);
      await screenshot(page, `people-${name}-phone-${theme}`);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(beyond <= 0, `${name}: ${beyond} px beyond the window`);
    }
    await at.clean(page);
  });
}

test("a brand is created, and the default one is renamed", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/brands" });
  const dialog = page.getByRole("dialog");
  await page.getByText("Default", { exact: true }).waitFor();
  await page.getByRole("button", { name: "New brand" }).click();
  await dialog.getByLabel("Name").fill("Otter Labs");
  await checkAccessibility(page, "a brand");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("rowheader", { name: "Otter Labs" }).waitFor();
  page.expected.push(/409 \(Conflict\)/);
  await page.getByRole("button", { name: "New brand" }).click();
  await dialog.getByLabel("Name").fill("Otter Labs");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByRole("alert").getByText("already exists").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Edit Deskwire Demo" }).click();
  await dialog.getByLabel("Name").fill("Deskwire Bicycles");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("rowheader", { name: /Deskwire Bicycles/ }).waitFor();
  for (const size of ["wide", "phone"]) {
    if (size === "phone") await page.setViewportSize(PHONE);
    await checkAccessibility(page, `brands, ${size}`);
    await screenshot(page, `settings-brands-${size}-light`);
  }
  await at.clean(page);
});
