import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, rows, until } from "./desk.mjs";
import {
  checkAccessibility,
  credentials,
  loaded,
  newPassword,
  PHONE,
  screenshot,
  setUp,
  signIn,
  submitSignIn,
} from "./harness.mjs";

const at = setUp();
const { api, conversation, getConversation, parts, teammate } = desk(at);

/** Signs in on the page that is shown, without loading it again. */
async function signInHere(page, credentials) {
  await page.waitForURL((url) => url.pathname === "/inbox/login");
  await submitSignIn(page, credentials);
  await page.waitForURL((url) => !url.pathname.endsWith("/login"));
  await loaded(page);
}
/** The writes that the page sends to conversations. */
function writesOf(page) {
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && /conversations\/\d+\/actions/.test(request.url())) sent.push(request.url());
  });
  return sent;
}
/** Assigns a conversation. */
const assign = async (id, email) =>
  api("POST", `/conversations/${id}/parts`, {
    message_type: "assignment",
    type: "admin",
    admin_id: await teammate(email),
    assignee_id: await teammate(email),
  });

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

test("a sign-in link opens the inbox once, and later says that it was used", async () => {
  const [link] = /\/inbox\/enter\/\S+/.exec(at.server.output());
  const page = await at.open({ expected: [/status of 40[13]/] });
  await page.goto(at.server.url + link);
  await loaded(page);
  // In a browser that is signed in, the link still opens the inbox.
  await page.goto(at.server.url + link);
  await loaded(page);
  assert.match(page.url(), /\/inbox\/$/);
  await page.context().clearCookies();
  await page.goto(at.server.url + link);
  await page.waitForURL("**/inbox/login?link=used");
  await page.getByRole("alert").filter({ hasText: "no longer works" }).waitFor();
  await submitSignIn(page, credentials(at.server));
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

const OFFLINE = [/request failed/, /Failed to load resource/, /status of 40[13]/];
const signOut = async (page) => {
  await page.keyboard.press("Control+k");
  await page.keyboard.type("sign out");
  await page.keyboard.press("Enter");
};
/** A page with a session of its own, which shows a conversation. */
async function reading() {
  const page = await at.open({ expected: OFFLINE });
  await signIn(page, at.server);
  await page.goto(`${at.server.url}/inbox/v/all`);
  await page.locator("[data-id]").first().click();
  await page.getByRole("textbox", { name: /^Reply/ }).waitFor();
  return page;
}
const drafts = (page) =>
  page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("deskwire.draft.")));

test("signing out asks before waiting changes are lost", async () => {
  const page = await reading();
  await page.route("**/conversations/*/actions", (route) => route.abort("connectionfailed"));
  await page.keyboard.press("e");
  await page
    .getByText(/changes? waits? for the server/)
    .first()
    .waitFor({ state: "attached" });
  await signOut(page);
  const question = page.getByRole("dialog", { name: /changes? ha(s|ve) not reached the server/ });
  await question.waitFor();
  await screenshot(page, "sign-out-light");
  await checkAccessibility(page, "the question before signing out");
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  await page.unroute("**/conversations/*/actions");
  // Signing out sends what waits, once the server can be reached.
  await signOut(page);
  await page.waitForURL("**/inbox/login");
  await at.clean(page);
});

test("signing out removes drafts from the device, and asks if the server does not have them", async () => {
  const page = await reading();
  await page.keyboard.press("r");
  await page.keyboard.type("Saved on the server");
  await page.getByText("Draft saved").waitFor();
  assert.equal((await drafts(page)).length, 1);
  await page.route("**/drafts/*", (route) => route.abort("connectionfailed"));
  await page.keyboard.type(", but not this");
  await page.getByText("Draft kept on this device").waitFor();
  await signOut(page);
  const question = page.getByRole("dialog", { name: "One change has not reached the server" });
  await question.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await drafts(page)).length, 1);
  await signOut(page);
  await question.getByRole("button", { name: "Sign out anyway" }).click();
  await page.waitForURL("**/inbox/login");
  assert.deepEqual(await drafts(page), []);
  await at.clean(page);
});

test("a session that ended elsewhere is explained, and what waits is sent after the sign-in", async () => {
  const { id } = await conversation();
  const page = await at.open({ expected: [...OFFLINE, /ERR_FAILED/] });
  await signIn(page, at.server);
  await page.goto(`${at.server.url}/inbox/c/${id}`);
  await page.getByRole("textbox", { name: /^Reply/ }).waitFor();
  await page.locator(`[data-id="${id}"]:not(.unread)`).waitFor();
  await page.keyboard.press("r");
  await page.keyboard.type("Nobody loses this");
  await page.getByText("Draft saved").waitFor();
  // Nothing else is sent any more that would find out before the reply does.
  await page.context().clearCookies();
  await page.keyboard.press("Control+Enter");
  await page.waitForURL("**/inbox/login?session=ended");
  const reason = page.getByRole("status").filter({ hasText: "Your session has ended." });
  await reason.filter({ hasText: /kept on this device/ }).waitFor();
  await checkAccessibility(page, "the sign-in after a session has ended");
  await screenshot(page, "sign-in-ended-light");
  // Also after a reload.
  await page.reload();
  await reason.filter({ hasText: /kept on this device/ }).waitFor();
  await signInHere(page, credentials(at.server));
  await page.waitForURL(`**/c/${id}`);
  const isSent = async () => (await parts(id)).some((one) => one.body === "<p>Nobody loses this</p>");
  await until(isSent, "the reply is sent", 30_000);
  await at.clean(page);
});

test("another teammate in the same tab sees only their own, and sends nothing of the first", async () => {
  const ada = credentials(at.server);
  const grace = await newPassword(at.server, "grace@example.com");
  const [first, hers] = [await conversation("For Ada"), await conversation("For Grace")];
  await assign(first.id, ada.email);
  await assign(hers.id, grace.email);
  const page = await at.open({ expected: [/40[13] \(|status of 40[13]/, /ERR_FAILED/, /request failed/] });
  await signIn(page, at.server, ada);
  await page.locator(`[data-id="${first.id}"]`).waitFor();
  // Closing it has to wait, and the session ends meanwhile.
  await page.route("**/actions", (route) => route.abort());
  await page.keyboard.press("j");
  await page.locator(`[data-id="${first.id}"]`).click();
  await page.keyboard.press("e");
  await page
    .getByText(/changes? waits? for the server/)
    .first()
    .waitFor({ state: "attached" });
  const session = await page.context().cookies();
  await page.context().clearCookies();
  await page.keyboard.press("g");
  await page.keyboard.press("u");
  await page.waitForURL("**/inbox/login?session=ended");
  await page.unroute("**/actions");
  const sent = writesOf(page);
  await signInHere(page, grace);
  await page.locator(`[data-id="${hers.id}"]`).waitFor();
  assert.equal(await page.locator(`[data-id="${first.id}"]`).count(), 0, "the list is Grace's");
  await page.evaluate(() => dispatchEvent(new Event("online")));
  // Longer than the first retries.
  await page.waitForTimeout(4_000);
  assert.deepEqual(sent, []);
  assert.equal((await getConversation(first.id)).state, "open");

  // Ada's next session sends what she did.
  await page.context().clearCookies();
  await page.context().addCookies(session);
  await page.goto(`${at.server.url}/inbox/v/mine`);
  await until(async () => (await getConversation(first.id)).state === "closed", "Ada's write is sent");
  await rows(page).first().or(page.getByRole("main")).first().waitFor();
  await at.clean(page);
});

test("a tab follows when another teammate signs in elsewhere in the browser", async () => {
  const ada = credentials(at.server);
  const grace = await newPassword(at.server, "grace@example.com");
  const hers = await conversation("Another one for Grace");
  await assign(hers.id, grace.email);
  const page = await at.open({ expected: [/status of 40[13]/] });
  await signIn(page, at.server, ada);
  await page.getByTitle(ada.email).waitFor();
  const other = await page.context().newPage();
  await other.goto(`${at.server.url}/inbox/login`);
  await signInHere(other, grace);
  await page.locator(`[data-id="${hers.id}"]`).waitFor();
  await page.getByTitle(grace.email).waitFor();
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
