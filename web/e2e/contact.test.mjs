// A contact: its details next to the conversation and on its own page, edited in place.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { desk, toast, until } from "./desk.mjs";
import { checkAccessibility, PHONE, screenshot, setUp } from "./harness.mjs";

const at = setUp();
const { api, conversation, openConversation } = desk(at);

test("a contact is edited in place next to the conversation", async () => {
  const { id, contact } = await conversation();
  const page = await openConversation(id);
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: /^Phone/ }).click();
  await details.getByRole("textbox", { name: "Phone" }).fill("+49 30 901820");
  await page.keyboard.press("Enter");
  await until(async () => (await api("GET", `/contacts/${contact}`)).phone?.startsWith("+49"), "the phone number");
  await details.getByRole("button", { name: /^plan_tier|^Plan/ }).click();
  const value = details.locator("dd :is(select, input)");
  if (await value.evaluate((element) => element.localName === "select")) await value.selectOption({ index: 1 });
  else await value.fill("gold");
  await page.keyboard.press("Enter");
  await until(
    async () => (await api("GET", `/contacts/${contact}`)).custom_attributes.plan_tier,
    "the attribute of the contact",
  );
  await details.getByRole("textbox", { name: "Add a note" }).fill("Prefers to be called");
  await page.keyboard.press("Control+Enter");
  await details.getByText("Prefers to be called").last().waitFor();
  await until(async () => (await api("GET", `/contacts/${contact}/notes`)).data.length === 1, "the note");
  await checkAccessibility(page, "the details");
  await at.clean(page);
});

test("a note that is being written stays until it is added", async () => {
  const { id, contact } = await conversation();
  const other = await conversation();
  const page = await openConversation(id);
  const field = page.getByRole("textbox", { name: "Add a note" });
  await field.fill("Half a thought");
  await page.locator(`[data-id="${other.id}"]`).click();
  await page.waitForURL(new RegExp(`/c/${other.id}`));
  await until(async () => (await field.inputValue()) === "", "the field of the other contact, which is empty");
  await page.locator(`[data-id="${id}"]`).click();
  await until(async () => (await field.inputValue()) === "Half a thought", "the note, in its field again");
  await page.goto(`${at.server.url}/inbox/contacts/${contact}`);
  await field.waitFor();
  assert.equal(await field.inputValue(), "Half a thought");
  // A rejected note is in its field again, before what was written since.
  page.expected.push(/422/);
  const path = `**/contacts/${contact}/notes`;
  await page.route(path, async (route) => {
    await field.fill("and another one");
    await route.fulfill({ status: 422, json: { error: { code: "parameter_invalid", message: "No such note." } } });
  });
  await page.getByRole("button", { name: "Add note" }).click();
  await until(async () => (await field.inputValue()) === "Half a thought\n\nand another one", "both texts");
  await page.unroute(path);
  await page.getByRole("button", { name: "Add note" }).click();
  await until(async () => (await api("GET", `/contacts/${contact}/notes`)).data.length === 1, "the note");
  await page.reload();
  await page.getByRole("listitem").filter({ hasText: "Half a thought" }).waitFor();
  assert.equal(await field.inputValue(), "");
  await at.clean(page);
});

test("a contact that somebody else changes is up to date wherever it is shown", async () => {
  const { id, contact } = await conversation();
  const page = await openConversation(id);
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: /^Phone/ }).click();
  const phone = details.getByRole("textbox", { name: "Phone" });
  await phone.fill("+49 30");
  await api("PUT", `/contacts/${contact}`, { name: "Rosalind Elsie" });
  await details.getByRole("link", { name: "Rosalind Elsie" }).waitFor();
  await details.getByRole("button", { name: /^Name: Rosalind Elsie/ }).waitFor();
  await page.locator(`[data-id="${id}"]`).filter({ hasText: "Rosalind Elsie" }).waitFor();
  await page.getByRole("main").getByText("Rosalind Elsie").first().waitFor();
  assert.equal(await phone.inputValue(), "+49 30", "what is being typed stays");
  const other = await at.signedIn({ path: `/inbox/contacts/${contact}` });
  await other.getByRole("heading", { name: "Rosalind Elsie" }).waitFor();
  await phone.fill("+49 30 901821");
  await page.keyboard.press("Enter");
  await other.getByRole("button", { name: /901821/ }).waitFor();
  const company = await api("POST", "/companies", { company_id: `live-${Date.now()}`, name: "Franklin Ltd" });
  await api("POST", `/contacts/${contact}/companies`, { id: company.id });
  await other.goto(`${at.server.url}/inbox/companies/${company.id}`);
  await other.getByRole("heading", { name: "Franklin Ltd" }).waitFor();
  await api("PUT", `/companies/${company.id}`, { name: "Franklin & Daughters" });
  await other.getByRole("heading", { name: "Franklin & Daughters" }).waitFor();
  await at.clean(page);
  await at.clean(other);
});

test("a value that somebody else has changed is not overwritten without a word", async () => {
  const { id, contact } = await conversation();
  const page = await openConversation(id);
  page.expected.push(/409/);
  const details = page.getByRole("complementary", { name: "Details" });
  const field = details.getByRole("textbox", { name: "Name" });
  const name = async () => (await api("GET", `/contacts/${contact}`)).name;
  await details.getByRole("button", { name: /^Name: Rosalind Franklin/ }).click();
  await field.fill("Rosalind F.");
  await api("PUT", `/contacts/${contact}`, { name: "Rosalind Elsie" });
  // The page may know the newer value or not: the server compares them as well.
  await page.keyboard.press("Enter");
  await details.getByRole("alert").filter({ hasText: "Name has been changed to Rosalind Elsie meanwhile." }).waitFor();
  assert.equal(await field.inputValue(), "Rosalind F.");
  assert.equal(await name(), "Rosalind Elsie");
  await screenshot(page, "field-newer-light");
  await checkAccessibility(page, "a value that somebody else has changed");
  await details.getByRole("button", { name: "Save mine" }).click();
  await until(async () => (await name()) === "Rosalind F.", "the name that was saved again");

  await details.getByRole("button", { name: /^Name: Rosalind F\./ }).click();
  await field.fill("Nobody");
  await api("PUT", `/contacts/${contact}`, { name: "Rosalind Elsie" });
  await details.getByRole("link", { name: "Rosalind Elsie" }).waitFor();
  await page.keyboard.press("Enter");
  await details.getByRole("button", { name: "Take the new value" }).click();
  await details.getByRole("button", { name: /^Name: Rosalind Elsie/ }).waitFor();
  assert.equal(await name(), "Rosalind Elsie");
  await at.clean(page);
});

test("a title that somebody else has changed is not overwritten without a word", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  page.expected.push(/409/);
  const title = async () => (await api("GET", `/conversations/${id}`)).title;
  const field = page.getByRole("textbox", { name: "Edit the title" });
  await page.keyboard.press("Shift+R");
  await field.fill("My title");
  await api("PUT", `/conversations/${id}`, { title: "Their title" });
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "Title has been changed to Their title meanwhile." }).waitFor();
  assert.equal(await field.inputValue(), "My title");
  assert.equal(await title(), "Their title");
  await screenshot(page, "title-newer-light");
  await checkAccessibility(page, "a title that somebody else has changed");
  await page.getByRole("button", { name: "Save mine" }).click();
  await until(async () => (await title()) === "My title", "the title that was saved again");
  await at.clean(page);
});

test("a refused change stays in its field, with the error next to it", async () => {
  const { id, contact, email } = await conversation();
  const other = await conversation();
  const page = await openConversation(id);
  page.expected.push(/409|400|422/);
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: /^Email/ }).click();
  const field = details.getByRole("textbox", { name: "Email" });
  await field.fill(other.email);
  await page.keyboard.press("Enter");
  await details.getByRole("alert").filter({ hasText: "Already in use" }).waitFor();
  assert.equal(await field.inputValue(), other.email);
  assert.ok(await field.evaluate((input) => input === document.activeElement), "the focus is in the field");
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  await screenshot(page, "field-refused-light");
  await checkAccessibility(page, "a refused value");
  // Leaving the field does not send the text again.
  let sent = 0;
  page.on("request", (request) => (sent += request.method() === "PATCH" ? 1 : 0));
  await page.keyboard.press("Tab");
  await field.fill(`new-${email}`);
  await page.keyboard.press("Enter");
  await until(async () => (await api("GET", `/contacts/${contact}`)).email === `new-${email}`, "the other address");
  assert.equal(sent, 1);
  await at.clean(page);
});

test("a refused title stays in its field, with the error next to it", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  page.expected.push(/400/);
  const path = `**/conversations/${id}/actions`;
  await page.route(path, (route) =>
    route.fulfill({ status: 400, json: { error: { code: "parameter_invalid", message: "No such title." } } }),
  );
  await page.keyboard.press("Shift+R");
  const field = page.getByRole("textbox", { name: "Edit the title" });
  await field.fill("A title that is refused");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "No such title." }).waitFor();
  assert.equal(await field.inputValue(), "A title that is refused");
  assert.ok(await field.evaluate((input) => input === document.activeElement), "the focus is in the field");
  await screenshot(page, "title-refused-light");
  await checkAccessibility(page, "a refused title");
  await page.unroute(path);
  await page.keyboard.press("Enter");
  const title = page.getByRole("button", { name: /A title that is refused/ }).first();
  await title.waitFor();
  assert.ok(await title.evaluate((button) => button === document.activeElement), "the focus is back at the title");
  await at.clean(page);
});

test("a contact and a company have a page each, with their conversations", async () => {
  const { contact } = await conversation("A question from the company");
  const company = await api("POST", "/companies", { company_id: `e2e-${Date.now()}`, name: "Franklin & Sons" });
  await api("POST", `/contacts/${contact}/companies`, { id: company.id });
  const page = await at.signedIn({ path: `/inbox/contacts/${contact}` });
  await page.getByRole("heading", { name: "Rosalind Franklin" }).waitFor();
  await page.getByText("A question from the company").waitFor();
  await screenshot(page, "contact-light");
  await checkAccessibility(page, "the page of a contact");
  await page.getByRole("link", { name: "Franklin & Sons" }).click();
  await page.getByRole("heading", { name: "Franklin & Sons" }).waitFor();
  await page.getByText("A question from the company").waitFor();
  await screenshot(page, "company-light");
  await checkAccessibility(page, "the page of a company");
  await page.getByText("A question from the company").click();
  await page.getByRole("article").filter({ hasText: "A question from the company" }).waitFor();
  assert.match(page.url(), /\/c\/\d+$/);
  await at.clean(page);
});

test("a contact or company that does not exist offers the way back", async () => {
  const page = await at.signedIn({ path: "/inbox/contacts/zzz", size: PHONE, expected: [/404/] });
  await page.getByRole("heading", { name: "This contact is no longer there" }).waitFor();
  await screenshot(page, "contact-missing-phone-light");
  await checkAccessibility(page, "a contact that does not exist");
  await page.getByRole("button", { name: "Views", exact: true }).click();
  await page.getByRole("navigation").getByRole("link", { name: "Companies" }).waitFor();
  await page.goto(`${at.server.url}/inbox/companies/zzz`);
  await page.getByRole("heading", { name: "This company is no longer there" }).waitFor();
  await page.getByRole("button", { name: "Back to the list" }).click();
  await page.getByRole("heading", { name: "Companies" }).waitFor();
  await at.clean(page);
});

test("contacts are listed, filtered and found", async () => {
  const page = await at.signedIn({ path: "/inbox/contacts" });
  await page.getByRole("link").filter({ hasText: "User" }).first().waitFor();
  await page.getByText("Last seen", { exact: true }).first().waitFor();
  await screenshot(page, "contacts-light");
  await checkAccessibility(page, "the contacts");
  await page.getByRole("searchbox", { name: "Search contacts" }).fill("Somerville");
  await page.getByRole("main").getByRole("link").filter({ hasText: "Mary Somerville" }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll("main a[href^='/inbox/contacts/']").length === 1);
  await at.clean(page);
});

test("lists of contacts and companies follow what others change, and stay at their place", async () => {
  const page = await at.signedIn({ path: "/inbox/contacts" });
  const line = (name) => page.getByRole("main").getByRole("link").filter({ hasText: name });
  const key = `live-${Date.now()}`;
  await line("User").first().waitFor();
  const made = [];
  for (const n of [1, 2]) {
    const more = { role: "user", external_id: `${key}-${n}`, name: `Newcomer ${n}` };
    made.push((await api("POST", "/contacts", more)).id);
    await line(`Newcomer ${n}`).waitFor();
  }
  await api("PUT", `/contacts/${made[0]}`, { name: "Newcomer Renamed" });
  await line("Newcomer Renamed").waitFor();

  // The line with the focus leaves, and the next one gets it.
  await line("Newcomer 2").focus();
  await api("DELETE", `/contacts/${made[1]}`);
  await line("Newcomer 2").waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.matches("[data-line]"));

  const rows = page.getByRole("list", { name: "Contacts", exact: true });
  const scroll = (to) => rows.evaluate((list, to) => (list.firstElementChild.scrollTop = to), to);
  await scroll(480);
  const first = await rows.evaluate((list) => {
    const { top } = list.getBoundingClientRect();
    const lines = [...list.querySelectorAll("[data-line]")];
    return lines.find((line) => line.getBoundingClientRect().bottom > top + 1).dataset.line;
  });
  const top = () => page.locator(`[data-line="${first}"]`).evaluate((line) => line.getBoundingClientRect().top);
  const before = await top();
  await page.locator(`[data-line="${first}"]`).focus();
  const last = await api("POST", "/contacts", { role: "user", external_id: `${key}-3`, name: "Newcomer 3" });
  await until(
    () => rows.evaluate((list) => list.firstElementChild.scrollTop === 480 + 48),
    "the list keeps its place below the new contact",
  );
  assert.equal(await top(), before);
  assert.ok(await page.evaluate((id) => document.activeElement?.dataset.line === id, first), "the focus stays");
  await scroll(0);
  await line("Newcomer 3").waitFor();
  await api("POST", `/contacts/${last.id}/archive`);
  await line("Newcomer 3").waitFor({ state: "detached" });

  await page.goto(`${at.server.url}/inbox/companies`);
  await page.getByRole("heading", { name: "Companies" }).waitFor();
  const company = await api("POST", "/companies", { company_id: key, name: "Live & Sons" });
  // As in the API, a company without people is not listed.
  await api("POST", `/contacts/${made[0]}/companies`, { id: company.id });
  await line("Live & Sons").filter({ hasText: "One person" }).waitFor();
  await at.clean(page);
});

test("contacts that are exported are a file, and an entry of the activity log", async () => {
  const { email } = await api("POST", "/contacts", {
    role: "user",
    email: "hertha@example.net",
    name: "Hertha Ayrton",
  });
  const page = await at.signedIn({ path: "/inbox/contacts" });
  await page.getByRole("searchbox", { name: "Search contacts" }).fill("hertha");
  const line = page.getByRole("listitem").filter({ hasText: "Hertha Ayrton" });
  await line.waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export as CSV" }).click();
  const file = await download;
  assert.equal(file.suggestedFilename(), "contacts.csv");
  const lines = readFileSync(await file.path(), "utf8")
    .trim()
    .split("\n");
  assert.equal(lines.length, 2);
  assert.ok(lines[1].includes(email), lines[1]);
  await page.goto(`${at.server.url}/inbox/settings/activity`);
  await page
    .getByText(/exported contacts/)
    .first()
    .waitFor();
  // An export that fails says so.
  page.expected.push(/503/);
  await page.goto(`${at.server.url}/inbox/companies`);
  await page.route("**/app/v1/companies/export*", (route) =>
    route.fulfill({ status: 503, json: { error: { code: "server_error", message: "Busy" } } }),
  );
  await page.getByRole("button", { name: "Export as CSV" }).click();
  await toast(page, "server");
  await at.clean(page);
});
