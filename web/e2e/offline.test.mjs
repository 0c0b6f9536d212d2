import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, editor, part, until } from "./desk.mjs";
import { checkAccessibility, setUp, signIn } from "./harness.mjs";

const at = setUp();
const { conversation, openConversation, parts, replyAsContact } = desk(at);
// Reads without a network fail, and the browser logs it.
const EXPECTED = [/ERR_INTERNET_DISCONNECTED/, /request failed/, /WebSocket connection/, /Failed to load resource/];

async function rowsOf(page) {
  await page.locator("[data-id]").first().waitFor();
  return page.locator("[data-id]").evaluateAll((all) => all.map((one) => one.dataset.id));
}
/** Waits until the lazily loaded parts of the page are there too. */
const complete = (page) =>
  page.waitForFunction(() => {
    const came = performance.getEntriesByType("resource").filter((one) => one.responseEnd > 0);
    return ["/Thread-", "/Details-", "/common-"].every((name) => came.some((one) => one.name.includes(name)));
  });

test("parts of the page that failed to load are loaded once the network is back", async () => {
  const page = await at.open({ expected: EXPECTED });
  // Only the first paint has loaded when the network goes down.
  const waiting = [];
  await page.route(/assets\/(Thread|Details|PickerHost|Start|editor|common)/, (route) => void waiting.push(route));
  await signIn(page, at.server);
  at.cookies = await page.context().cookies();
  const [first] = await rowsOf(page);
  await page.locator(`[data-id="${first}"]`).click();
  await page.context().setOffline(true);
  await page.keyboard.press("a");
  for (const route of waiting) await route.abort();
  await page.waitForTimeout(1_500);
  await page.unrouteAll();
  await page.context().setOffline(false);
  await page.getByRole("textbox", { name: /^Reply/ }).waitFor();
  await page.keyboard.press("a");
  await page.getByRole("combobox", { name: "Assign to a teammate" }).waitFor();
  await at.clean(page);
});

test("a page that cannot be loaded has its heading and the reason, and opens once the network is back", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all", expected: EXPECTED });
  await rowsOf(page);
  await complete(page);
  await page.context().setOffline(true);
  await page.getByRole("link", { name: "Contacts", exact: true }).click();
  const main = page.getByRole("main");
  await main.getByRole("heading", { name: "Contacts", level: 1 }).waitFor();
  await main.getByRole("alert").getByText("The server cannot be reached").waitFor();
  // The checker itself loads style sheets.
  page.expected.push(/Couldn't load preload assets/);
  await checkAccessibility(page, "a page that cannot be loaded");
  await main.getByRole("button", { name: "Try again" }).click();
  await main.getByRole("alert").waitFor();
  await page.context().setOffline(false);
  await main.getByRole("link").first().waitFor();
  await at.clean(page);
});

test("offline changes are sent once the network is back, exactly once", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all", expected: EXPECTED });
  const [first, second] = await rowsOf(page);
  const sent = [];
  page.on("request", (request) => {
    // Opening a conversation marks it as read, which is a write too.
    if (request.method() === "POST" && request.url().includes("/actions") && !request.postData()?.includes('"read"'))
      sent.push(request.headers()["idempotency-key"]);
  });
  await complete(page);
  await page.context().setOffline(true);
  await page.locator(`[data-id="${first}"]`).click();
  await page.keyboard.press("e");
  await page.waitForFunction((gone) => !document.querySelector(`[data-id="${gone}"]`), first);
  await page.keyboard.press("i");
  await page
    .getByText(/changes? waits? for the server/)
    .first()
    .waitFor({ state: "attached" });
  await page.context().setOffline(false);
  await page
    .getByText(/changes? waits? for the server/)
    .first()
    .waitFor({ state: "detached" });
  // The message disappears when the writes are sent.
  await page.waitForFunction(
    async ([one, other]) => {
      const row = async (id) => (await (await fetch(`/app/v1/conversations/${id}`)).json()).row;
      return (await row(one)).state === "closed" && (await row(other)).admin_assignee_id;
    },
    [first, second],
    { polling: 200 },
  );
  assert.equal(new Set(sent).size, 2, "each write kept its key");
  await at.clean(page);
});

test("the next tab sends the waiting writes of a closed tab", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all", expected: EXPECTED });
  const [first] = await rowsOf(page);
  await complete(page);
  await page.context().setOffline(true);
  await page.locator(`[data-id="${first}"]`).click();
  await page.keyboard.press("e");
  await page
    .getByText(/change waits for the server/)
    .first()
    .waitFor({ state: "attached" });
  const next = await page.context().newPage();
  await page.close();
  await next.context().setOffline(false);
  await next.goto(`${at.server.url}/inbox/v/all`);
  await next.locator("[data-id]").first().waitFor();
  await next.waitForFunction(
    async (id) => (await (await fetch(`/app/v1/conversations/${id}`)).json()).row?.state === "closed",
    first,
    { polling: 300 },
  );
  await next.context().close();
});

test("a reply that waits is shown after a reload and in other tabs, and sent once", async () => {
  const { id } = await conversation();
  const page = await openConversation(id, { expected: [...EXPECTED, /answer: 500/] });
  const path = `**/conversations/${id}/reply`;
  await page.context().route(path, (route) => route.fulfill({ status: 500, json: {} }));
  await page.keyboard.press("r");
  await page.keyboard.type("Still on its way");
  await page.keyboard.press("Control+Enter");
  const waiting = part(page, "Still on its way");
  await waiting.getByText("The server had a problem; trying again").waitFor();
  const sign = page.locator(`[data-id="${id}"]`).getByRole("img", { name: "A message waits to be sent" });
  await sign.waitFor();
  await page.reload();
  await waiting.getByText("The server had a problem; trying again").waitFor();
  await sign.waitFor();
  await checkAccessibility(page, "a reply that waits");
  // The server may have it, so it is not offered back.
  assert.equal(await waiting.getByRole("button", { name: "Take back" }).count(), 0);
  assert.equal((await editor(page).innerText()).trim(), "", "it is no draft");
  const other = await page.context().newPage();
  await other.goto(page.url());
  await part(other, "Still on its way").getByText("The server had a problem; trying again").waitFor();
  await page.context().unroute(path);
  const texts = async () => (await parts(id)).filter((one) => one.body?.includes("Still on its way"));
  await until(async () => (await texts()).length > 0, "the reply is sent", 60_000);
  assert.equal((await texts()).length, 1);
  await waiting.filter({ hasText: "trying again" }).waitFor({ state: "detached" });
  await part(other, "Still on its way").filter({ hasText: "trying again" }).waitFor({ state: "detached" });
  await sign.waitFor({ state: "detached" });
  await at.clean(page);
});

test("a reply that has not left the device is taken back", async () => {
  const { id } = await conversation();
  const page = await openConversation(id, { expected: EXPECTED });
  await complete(page);
  await page.context().setOffline(true);
  await page.keyboard.press("r");
  await page.keyboard.type("Better not");
  await page.keyboard.press("Control+Enter");
  const waiting = part(page, "Better not");
  await waiting.getByText("Waits for the connection").waitFor();
  await waiting.getByRole("button", { name: "Take back" }).click();
  await waiting.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.querySelector(".ProseMirror")?.textContent === "Better not");
  await page.context().setOffline(false);
  await page.waitForTimeout(13_000);
  assert.ok(!(await parts(id)).some((one) => one.body?.includes("Better not")));
  await at.clean(page);
});

/** Whether the start and a list are stored on the device. */
const isStored = (page) =>
  page.evaluate(async () => {
    const name = localStorage.getItem("deskwire.last");
    // Opening a database that does not exist would create it.
    if (!(await indexedDB.databases()).some((one) => one.name === name)) return false;
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const reading = opening.result.transaction(["start", "windows"]);
        const counts = ["start", "windows"].map((name) => reading.objectStore(name).count());
        reading.oncomplete = () => {
          opening.result.close();
          resolve(counts.every((one) => one.result > 0));
        };
      };
    });
  });

test("the inbox opens from the data stored on the device", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all", expected: EXPECTED });
  await rowsOf(page);
  await until(() => isStored(page), "the list is stored");
  // The server answers once the list is painted.
  let release;
  const painted = new Promise((resolve) => (release = resolve));
  await page.route("**/app/v1/start", async (route) => {
    await painted;
    await route.continue();
  });
  await page.reload();
  await rowsOf(page);
  const answered = page.waitForResponse("**/app/v1/start");
  release();
  await answered;
  await page.unrouteAll({ behavior: "wait" });
  await at.clean(page);
});

test("an open page keeps working when the browser clears its storage", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  const [first] = await rowsOf(page);
  await complete(page);
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.clearDataForOrigin", { origin: at.server.url, storageTypes: "indexeddb" });
  await page.locator(`[data-id="${first}"]`).click();
  await page.keyboard.press("e");
  await page.waitForFunction(
    async (id) => (await (await fetch(`/app/v1/conversations/${id}`)).json()).row?.state === "closed",
    first,
    { polling: 200 },
  );
  await page.goto(`${at.server.url}/inbox/v/unassigned`);
  await page.getByRole("main").or(page.getByRole("listbox")).first().waitFor();
  const kept = await page.evaluate(async () => (await indexedDB.databases()).map((one) => one.name));
  assert.equal(kept.length, 1, "what comes from now on is kept again");
  await at.clean(page);
});

test("an open tab reports an upgrade and loses nothing", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all", expected: EXPECTED });
  const [first] = await rowsOf(page);
  await complete(page);
  let line;
  await page.routeWebSocket(/live/, (socket) => {
    socket.connectToServer();
    line = socket;
  });
  await page.reload();
  await page.locator(`[data-id="${first}"]`).click();
  await page.getByRole("textbox", { name: /^Reply/ }).click();
  await page.keyboard.type("Half a sentence");
  await page.route("**/app/v1/start", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), build: "a later one" } });
  });
  // The connection breaks and reconnects to a server of another build.
  await line.close();
  const bar = page.getByRole("status").filter({ has: page.getByRole("button", { name: "Reload" }) });
  await bar.waitFor({ timeout: 30_000 });
  await bar.getByRole("button", { name: "Reload" }).click();
  await page.waitForFunction(() => document.querySelector(".ProseMirror")?.textContent === "Half a sentence");
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await at.clean(page);
});

test("marks, counts and notifications that changed while the page was disconnected are right afterwards", async () => {
  const { id } = await conversation("Who has read this?");
  const page = await at.signedIn({ expected: EXPECTED });
  // The page hears nothing of marks and counts, as if it had been disconnected.
  let line;
  await page.routeWebSocket(/live/, (socket) => {
    line = socket;
    socket.connectToServer().onMessage((message) => {
      if (!["me", "count"].includes(JSON.parse(message).t)) socket.send(message);
    });
  });
  const markRead = () =>
    page.evaluate(async (path) => {
      const headers = { "Content-Type": "application/json", "X-Deskwire": "1", "Idempotency-Key": crypto.randomUUID() };
      return (await fetch(path, { method: "POST", headers, body: JSON.stringify({ type: "read" }) })).status;
    }, `/app/v1/conversations/${id}/actions`);
  await page.goto(`${at.server.url}/inbox/v/all`);
  await page.locator(`[data-id="${id}"].unread`).waitFor();
  assert.equal(await markRead(), 200);
  await page.waitForTimeout(1_000);
  assert.equal(await page.locator(`[data-id="${id}"].unread`).count(), 1);
  const start = page.waitForResponse((one) => /\/app\/v1\/start$/.test(one.url()));
  await line.close();
  await page.locator(`[data-id="${id}"]:not(.unread)`).waitFor({ timeout: 30_000 });
  assert.equal((await start).status(), 200);
  // An open list of notifications is loaded again too.
  await page.goto(`${at.server.url}/inbox/notifications`);
  await page.getByRole("button", { name: "Mark all as read" }).waitFor();
  await page.waitForTimeout(1_000);
  const listed = page.waitForResponse((one) => one.url().includes("/app/v1/notifications"));
  await line.close();
  assert.equal((await listed).status(), 200);
  await at.clean(page);
});

test("after a gap of the live connection, the open conversation is loaded again", async () => {
  const { id, contact } = await conversation();
  // The list does not contain it, so that its row is not loaded with the list.
  const page = await at.signedIn({ path: `/inbox/v/mentions/c/${id}` });
  let toPage;
  let missed = 0;
  await page.routeWebSocket(/live/, (socket) => {
    toPage = socket;
    socket.connectToServer().onMessage((message) => {
      const frame = JSON.parse(message);
      if (frame.t === "row" && frame.row.id === id) missed = frame.p;
      else if (!frame.p) socket.send(message);
    });
  });
  await page.reload();
  await page.getByRole("textbox", { name: /^Reply/ }).waitFor();
  // The connection is live.
  while (!toPage) await page.waitForTimeout(100);
  await page.waitForTimeout(500);
  await replyAsContact(id, contact, "Nobody heard this");
  while (!missed) await page.waitForTimeout(100);
  await page.waitForTimeout(500);
  assert.equal(await part(page, "Nobody heard this").count(), 0);
  toPage.send(JSON.stringify({ t: "gap", next: missed }));
  await part(page, "Nobody heard this").waitFor();
  await at.clean(page);
});
