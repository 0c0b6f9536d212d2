// Many conversations at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, ids, rows, toast, until } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp } from "./harness.mjs";

const at = setUp();
const { api, contact, conversation, getConversation, teammate } = desk(at);

/** The list with three new conversations at its top, selected. */
async function three() {
  const made = [];
  for (const name of ["One", "Two", "Three"]) made.push((await conversation(`${name} of three`, name)).id);
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await rows(page).first().waitFor();
  const { y } = await rows(page).first().boundingBox();
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+j");
  await page.keyboard.press("Shift+j");
  await page.getByText("3 selected").waitFor();
  assert.equal((await rows(page).first().boundingBox()).y, y, "the bar of the selection does not move the rows");
  assert.deepEqual((await ids(page)).slice(0, 3).sort(), [...made].sort());
  return { page, made };
}
const all = (made, check) =>
  until(async () => (await Promise.all(made.map(getConversation))).every(check), "all of them");

test("a selection is assigned, tagged, snoozed, given a priority and closed, each undone", async () => {
  const { page, made } = await three();
  await page.locator(`[data-id="${made[2]}"]`).click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  for (const id of made) await page.locator(`[data-id="${id}"]`).click({ modifiers: ["Control"] });
  await page.getByText("3 selected").waitFor();
  const pick = async (key, name, typed, leave = false) => {
    await page.keyboard.press(key);
    await page.getByRole("combobox", { name }).fill(typed);
    await page.keyboard.press("Enter");
    if (leave) await page.keyboard.press("Escape");
  };
  const grace = String(await teammate("grace@example.com"));
  await pick("a", "Assign to a teammate", "grace");
  await all(made, (one) => String(one.admin_assignee_id) === grace);
  await pick("t", "Tags", "vip", true);
  await all(made, (one) => one.tags.tags.some((tag) => tag.name === "VIP"));
  await pick("p", "Priority", "high");
  await all(made, (one) => one.priority === "high");
  await page.getByText("3 selected").waitFor();
  await screenshot(page, "bulk-light");
  await checkAccessibility(page, "a selection");
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  const order = page.getByLabel("Order", { exact: true });
  assert.ok(await order.evaluate((one) => one.closest("[inert]") !== null), "what the bar covers is out of reach");
  await pick("z", "Snooze until", "in 2 days");
  await all(made, (one) => one.state === "snoozed");
  await page.getByRole("button", { name: "Undo" }).last().click();
  await all(made, (one) => one.state === "open");
  await at.clean(page);
});

test("the state of the selected tickets is set, and undone", async () => {
  const type = (await api("GET", "/ticket_types")).data.find((one) => one.name === "Bug report");
  const made = [];
  for (const name of ["Ticket one", "Ticket two"]) {
    const { id } = await contact(name);
    const attributes = { _default_title_: name, Priority: "High" };
    const ticket = { ticket_type_id: type.id, contacts: [{ id }], ticket_attributes: attributes };
    made.push((await api("POST", "/tickets", ticket)).id);
  }
  const plain = (await conversation("No ticket", "Three")).id;
  const category = async (id) => (await api("GET", `/tickets/${id}`)).ticket_state.category;
  const allAre = (wanted) =>
    until(async () => (await Promise.all(made.map(category))).every((one) => one === wanted), wanted);
  const page = await at.signedIn({ path: "/inbox/v/all" });
  for (const id of [...made, plain]) await page.locator(`[data-id="${id}"]`).click({ modifiers: ["Control"] });
  await page.getByText("3 selected").waitFor();
  await page.keyboard.press("Shift+t");
  await page.getByRole("combobox", { name: "State of the ticket" }).fill("progress");
  await page.keyboard.press("Enter");
  await toast(page, "State of 2");
  await allAre("in_progress");
  await page.locator(`[data-id="${made[0]}"]`).getByText("In progress", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Undo" }).last().click();
  await allAre("submitted");
  // From the menu, too.
  const actions = page.getByRole("toolbar", { name: "Actions on the selection" });
  await actions.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("combobox", { name: "More actions" }).fill("state");
  await page.keyboard.press("Enter");
  await page.getByRole("combobox", { name: "State of the ticket" }).fill("resolved");
  await checkAccessibility(page, "the states of the selected tickets");
  await page.keyboard.press("Enter");
  await allAre("resolved");
  await at.clean(page);
});

test("a selection is deleted after a question, for everybody", async () => {
  const { page, made } = await three();
  const other = await at.signedIn({ path: "/inbox/v/all" });
  const row = (one, id) => one.locator(`[data-id="${id}"]`);
  for (const id of made) await row(other, id).waitFor();
  const question = page.getByRole("dialog", { name: "Delete 3 conversations?" });
  await page.keyboard.press("Delete");
  await question.waitFor();
  await checkAccessibility(page, "the question before deleting");
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  await page.getByText("3 selected").waitFor();
  const actions = page.getByRole("toolbar", { name: "Actions on the selection" });
  await actions.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("combobox", { name: "More actions" }).fill("delete");
  await page.keyboard.press("Enter");
  await question.getByRole("button", { name: "Delete", exact: true }).click();
  await toast(page, "Deleted 3");
  for (const id of made) for (const one of [page, other]) await row(one, id).waitFor({ state: "detached" });
  await page.reload();
  await rows(page).first().waitFor();
  const left = await ids(page);
  assert.deepEqual(
    made.filter((id) => left.includes(id)),
    [],
  );
  await at.clean(page);
  await at.clean(other);
});

test("the open conversation is deleted, and the next one opens", async () => {
  const { id: following } = await conversation("Stays");
  const { id } = await conversation("Unwanted");
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await page.locator(`[data-id="${id}"]`).click();
  await page.waitForURL(`**/c/${id}`);
  await page.getByRole("article").filter({ hasText: "Unwanted" }).waitFor();
  await page.keyboard.press("Delete");
  const question = page.getByRole("dialog", { name: "Delete this conversation?" });
  await question.getByRole("button", { name: "Delete", exact: true }).click();
  await page.waitForURL(`**/c/${following}`);
  await page.locator(`[data-id="${id}"]`).waitFor({ state: "detached" });
  await at.clean(page);
});

test("an action on a partly deleted selection changes the rest and reports what failed", async () => {
  const { page, made } = await three();
  page.expected.push(/404/);
  await page.route("**/app/v1/conversations/actions", async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    answer.results[0] = { ...answer.results[0], row: null, error: { code: "not_found", message: "Gone", field: null } };
    await route.fulfill({ response, json: answer });
  });
  await page.keyboard.press("e");
  await toast(page, "This is no longer there.");
  await all(made, (one) => one.state === "closed");
  await page.getByText("One selected").waitFor();
  await at.clean(page);
});

test("what an action on a selection could not change is named with the reason, and selected", async () => {
  const { page, made } = await three();
  await page.route("**/app/v1/conversations/actions", async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    const error = { code: "forbidden", message: "No.", field: null };
    for (const one of answer.results.slice(0, 2)) Object.assign(one, { row: null, error });
    await route.fulfill({ response, json: answer });
  });
  await page.keyboard.press("p");
  await page.getByRole("combobox", { name: "Priority" }).fill("high");
  await page.keyboard.press("Enter");
  const message = page.getByText(/^Not changed: .* and .* Your role does not allow this/);
  await message.waitFor();
  await screenshot(page, "bulk-failed-light");
  await checkAccessibility(page, "an action that failed for some");
  await page.getByText("3 selected").waitFor();
  await page.getByRole("button", { name: "Select these" }).click();
  await page.getByText("2 selected").waitFor();
  assert.equal(made.length, 3);
  await at.clean(page);
});

test("rows that leave the list stay selected for the next action, until the selection is cleared", async () => {
  const made = [];
  for (const name of ["Four", "Five"]) made.push((await conversation(`${name} of three`, name)).id);
  const page = await at.signedIn({ path: "/inbox/v/unassigned" });
  for (const id of made) await page.locator(`[data-id="${id}"]`).click({ modifiers: ["Control"] });
  await page.getByText("2 selected").waitFor();
  await page.keyboard.press("i");
  for (const id of made) await page.locator(`[data-id="${id}"]`).waitFor({ state: "detached" });
  await page.getByText("2 selected").waitFor();
  await page.keyboard.press("t");
  await page.getByRole("combobox", { name: "Tags" }).fill("vip");
  await page.keyboard.press("Enter");
  await all(made, (one) => one.tags.tags.some((tag) => tag.name === "VIP"));
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.getByText("2 selected").waitFor({ state: "detached" });
  await at.clean(page);
});

test("all loaded conversations stay selected while an action moves them", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await rows(page).first().waitFor();
  await page.getByRole("listbox").focus();
  await page.keyboard.press("Control+a");
  const count = page.getByText(/^\d+ selected$/);
  await count.waitFor();
  const selected = await count.textContent();
  await page.keyboard.press("p");
  await page.getByRole("combobox", { name: "Priority" }).fill("low");
  await page.keyboard.press("Enter");
  await toast(page, "Priority");
  await page.waitForTimeout(1000);
  assert.equal(await count.textContent(), selected);
  await at.clean(page);
});
