// Every state of every screen, in both themes, wide and on a phone: a screenshot in target/screens, and an axe check.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pagesAreKnown } from "./data.mjs";
import { choice, desk, editor, part, rows } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp, setLanguage, PHONE, WIDE } from "./harness.mjs";

const at = setUp({ fill });
const { api, replyAsTeammate, contact, conversation, replyAsContact, teammate } = desk(at);
/** The themes and sizes; the pages are the same over both databases, so one form is enough for the second. */
const FORMS = pagesAreKnown
  ? [["light", "wide"]]
  : ["light", "dark"].flatMap((theme) => ["wide", "phone"].map((size) => [theme, size]));
const made = {};

async function fill() {
  const grace = await teammate("grace@example.com");
  const ada = await teammate("ada@example.com");
  const who = await contact("Wilhelmina Constance Featherstonehaugh-Cholmondeley of Marjoribanks", {
    phone: "+44 20 7946 0018",
    custom_attributes: { plan_tier: "enterprise" },
  });
  const company = await api("POST", "/companies", {
    company_id: `screens-${Date.now()}`,
    name: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk",
    plan: "Enterprise",
    size: 1200,
    website: "https://donau.example",
  });
  await api("POST", `/contacts/${who.id}/companies`, { id: company.id });
  await api("POST", `/contacts/${who.id}/notes`, { body: "Prefers to be called before noon.", admin_id: grace });
  const started = await api("POST", "/conversations", {
    from: { type: "user", id: who.id },
    body: "Hello, the export of our invoices stops after the first page since this morning. Can you have a look?",
  });
  const id = started.conversation_id;
  await api("PUT", `/conversations/${id}`, { title: "The export of invoices stops after the first page" });
  const manage = (type, more = {}) =>
    api("POST", `/conversations/${id}/parts`, { message_type: type, type: "admin", admin_id: grace, ...more });
  await manage("assignment", { assignee_id: grace });
  await manage("assignment", { assignee_id: ada });
  await manage("close");
  await manage("open");
  await replyAsTeammate(
    id,
    "grace@example.com",
    "<p>Good morning! Thank you for telling us.</p><p>Could you send us the <b>number of the workspace</b>? It is:</p><ul><li>in the address of the page, and</li><li>below your name</li></ul><p>Here is <a href='https://example.com/help'>how to find it</a>.</p>",
  );
  await replyAsTeammate(
    id,
    "grace@example.com",
    "Seen before: see the ticket of last week. @Ada Lovelace, do you know more?",
    "note",
  );
  await replyAsContact(id, who.id, "It is 4711. I attach a picture.");
  const [tag] = (await api("GET", "/tags")).data;
  await api("POST", `/conversations/${id}/tags`, { id: tag.id, admin_id: grace });
  const unused = await api("POST", "/tags", { name: "Unused" });
  Object.assign(made, { id, contact: who.id, company: company.id, tag: unused.id });
  made.other = (await conversation("A short question")).id;
  made.noted = (await conversation("The parcel has not come")).id;
  made.tunnel = (await conversation("Are you there?")).id;
}

const goto = (page, path) => page.goto(`${at.server.url}/inbox/${path}`);
const listed = async (page, path) => {
  await goto(page, path);
  await rows(page)
    .first()
    .or(page.getByRole("link", { name: /^Go to/ }))
    .first()
    .waitFor();
};
const openThread = async (page, id = made.id) => {
  await goto(page, `c/${id}`);
  await page.locator(".composer [role=textbox]").waitFor();
  await page.locator("article").first().waitFor();
};
const picking = (key) => async (page) => {
  await openThread(page);
  await page.keyboard.press(key);
  await page.getByRole("combobox").and(page.locator("input")).waitFor();
  await page.waitForTimeout(150);
};
const searched = (q) => async (page) => {
  await goto(page, `search?q=${q}`);
  await page
    .locator("mark")
    .or(page.getByText(/^Nothing/))
    .first()
    .waitFor();
};
/** The mocked answers of the server for each state. */
async function refused(page, pattern, status, show) {
  page.expected.push(/500|404|answer: /);
  await page.route(pattern, (route) =>
    route.fulfill({ status, json: { error: { code: status === 404 ? "not_found" : "server_error", message: "No" } } }),
  );
  await show(page);
}

const STATES = {
  "list-mine": (page) => listed(page, "v/mine"),
  "list-all": (page) => listed(page, "v/all"),
  "list-unassigned": (page) => listed(page, "v/unassigned"),
  "list-empty": (page) => listed(page, `v/tag:${made.tag}`),
  "list-tickets": (page) => listed(page, "v/tickets"),
  "list-selection": async (page) => {
    await listed(page, "v/all");
    for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
    await page.getByText("2 selected").waitFor();
  },
  "list-refused": async (page) => {
    await refused(page, "**/app/v1/conversations?**", 500, (page) => goto(page, "v/tag:1"));
    await page.getByText("The conversations could not be loaded.").waitFor();
  },
  thread: openThread,
  "thread-short": (page) => openThread(page, made.other),
  "thread-note": async (page) => {
    await openThread(page, made.noted);
    await page.keyboard.press("n");
    await editor(page, "Note").waitFor();
    await page.keyboard.type("I know the cause. @");
    await choice(page).first().waitFor();
  },
  "thread-held": async (page) => {
    await openThread(page, made.other);
    await page.keyboard.press("r");
    await page.keyboard.type("We will look into it today.");
    await page.keyboard.press("Control+Enter");
    await part(page, "We will look into it today.")
      .getByText(/Sends in/)
      .waitFor();
  },
  "thread-gone": async (page) => {
    page.expected.push(/404/);
    await goto(page, "c/999");
    await page.getByRole("heading", { name: "This conversation is no longer there" }).waitFor();
    await page.getByRole("main").getByRole("button", { name: "Go to my inbox" }).waitFor();
  },
  "picker-assign": picking("a"),
  "picker-tag": picking("t"),
  "picker-snooze": picking("z"),
  "picker-macro": picking("m"),
  palette: async (page) => {
    await listed(page, "v/mine");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "All commands" }).waitFor();
  },
  keys: async (page) => {
    await listed(page, "v/mine");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  },
  start: async (page) => {
    await listed(page, "v/mine");
    await page.keyboard.press("c");
    await page.getByRole("combobox", { name: "To" }).fill("wilhelmina");
    await choice(page, /Wilhelmina/).waitFor();
  },
  search: searched("invoices"),
  "search-nothing": searched("xyzzyplugh"),
  contacts: async (page) => {
    await goto(page, "contacts");
    await page.getByRole("main").getByRole("link").first().waitFor();
  },
  contact: async (page) => {
    await goto(page, `contacts/${made.contact}`);
    await page.getByText("Prefers to be called").waitFor();
  },
  companies: async (page) => {
    await goto(page, "companies");
    await page.getByRole("main").getByRole("link").first().waitFor();
  },
  company: async (page) => {
    await goto(page, `companies/${made.company}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
  },
  "view-editor": async (page) => {
    await listed(page, "v/mine");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("new view");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
  },
  appearance: async (page) => {
    await goto(page, "settings/appearance");
    await page.getByLabel("Theme").waitFor();
  },
  offline: async (page) => {
    page.expected.push(/ERR_INTERNET_DISCONNECTED|request failed|WebSocket/);
    await openThread(page, made.tunnel);
    await page.context().setOffline(true);
    await page.keyboard.press("r");
    await page.keyboard.type("Written in a tunnel");
    await page.keyboard.press("Control+Enter");
    await page
      .getByText(/Waits for the connection/)
      .first()
      .waitFor();
    await page.waitForTimeout(9_000);
  },
};

/** States that look different on a phone. */
const ON_PHONE =
  /^(list-all|list-empty|list-selection|thread|thread-note|thread-held|picker-assign|picker-snooze|palette|start|search|contacts|contact|company|appearance|offline)$/;

for (const [theme, size] of FORMS) {
  test(`every state looks right and is accessible (${theme}, ${size})`, async () => {
    const page = await at.signedIn({ theme, size: size === "phone" ? PHONE : WIDE });
    for (const [name, show] of Object.entries(STATES)) {
      if (size === "phone" && !ON_PHONE.test(name)) continue;
      await page.unrouteAll();
      await show(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
      assert.ok(wide, `${name} is wider than the window`);
      await screenshot(page, size === "phone" ? `${name}-phone-${theme}` : `${name}-${theme}`);
      await checkAccessibility(page, `${name}, ${theme}, ${size}`);
    }
    await page.context().setOffline(false);
    await at.clean(page);
  });
}

/** Every page with an address. */
const PLACES = () =>
  Object.entries({
    list: "v/all",
    thread: `c/${made.id}`,
    search: "search?q=invoices",
    notifications: "notifications",
    reports: "reports",
    contacts: "contacts",
    contact: `contacts/${made.contact}`,
    companies: "companies",
    company: `companies/${made.company}`,
    ...Object.fromEntries(SETTINGS.map((page) => [`settings-${page.replace("/", "-")}`, `settings/${page}`])),
  });
const SETTINGS =
  "appearance keys notifications account teammates roles teams workspace brands hours activity tags attributes ticket_types macros macros/new object_types apps tokens webhooks".split(
    " ",
  );
/** Texts of the page that are missing in the catalogue: pseudo-languages change all others. */
const untranslated = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("button, label, h2, th, [role=columnheader]")]
      .filter((one) => one.getClientRects().length > 0 && !one.closest("article, [data-id], .rich, main header"))
      .map((element) => element.innerText.trim())
      .filter((text) => /^[A-Z][a-z]+( [a-z]+)+$/.test(text)),
  );

for (const [language, theme, size] of [
  ["en-XB", "light", "wide"],
  ["en-XB", "dark", "phone"],
  ["en-XA", "light", "phone"],
]) {
  test(`${language === "en-XB" ? "right to left" : "words a third longer"} (${theme}, ${size})`, async () => {
    const page = await at.signedIn({ theme, size: size === "phone" ? PHONE : WIDE });
    await setLanguage(page, language);
    for (const [name, path] of PLACES()) {
      await goto(page, path);
      await page.waitForFunction(() => document.body.innerText.includes("["));
      await page.waitForLoadState("networkidle").catch(() => {});
      await page.waitForTimeout(400);
      assert.deepEqual(await untranslated(page), [], `words that no catalogue has: ${name}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} fits`);
      await screenshot(page, `${name}-${language === "en-XB" ? "rtl" : "pseudo"}-${size}`);
      await checkAccessibility(page, `${name}, ${language}`);
    }
    await setLanguage(page, "en");
    await at.clean(page);
  });
}
