// The corpus of hostile texts in every field that outsiders can write to: nothing runs, no request goes to
// another server, and nothing violates the policy of the page (page.faults collects each of these).
import assert from "node:assert/strict";
import { test } from "node:test";
import { TEXTS } from "./corpus.mjs";
import { desk, editor, rows } from "./desk.mjs";
import { screenshot, setUp } from "./harness.mjs";

const at = setUp({ fill });
const { api, conversation, teammate } = desk(at);
/** Pictures of contacts that the page must not load. */
const AVATARS = [
  "https://tracker.test/face.png",
  "//tracker.test/face.png",
  "/inbox/enter/face",
  "javascript:alert(1)",
  'x" onerror="window.hit=1',
];
/** Texts that one name can hold. */
const short = (text) => text.replaceAll("\u0000", "").slice(0, 200);
const made = { conversations: [], contacts: [] };

/** A call that may be refused, but never with an error of the server. */
async function call(method, path, body) {
  try {
    return await api(method, path, body);
  } catch (error) {
    assert.doesNotMatch(String(error), /server_error|internal/, `${method} ${path} ${JSON.stringify(body)}`);
    return null;
  }
}

async function fill() {
  const grace = await teammate("grace@example.com");
  const attribute = await call("POST", "/data_attributes", { name: "hostile", model: "contact", data_type: "string" });
  const tags = [];
  for (const text of TEXTS.slice(0, 20)) {
    const tag = await call("POST", "/tags", { name: short(text) });
    if (tag) tags.push(tag.id);
  }
  for (const [n, text] of TEXTS.entries()) {
    const who = await call("POST", "/contacts", {
      role: "user",
      external_id: `hostile-${n}`,
      email: `hostile-${n}@example.net`,
      name: short(text),
      avatar: AVATARS[n % AVATARS.length],
      ...(attribute ? { custom_attributes: { hostile: short(text) } } : {}),
    });
    const contact = who?.id ?? (await api("POST", "/contacts", { role: "user", external_id: `plain-${n}` })).id;
    const by = { message_type: "comment", type: "user", intercom_user_id: contact };
    const started = await call("POST", "/conversations", { from: { type: "user", id: contact }, body: text });
    const id =
      started?.conversation_id ??
      (await api("POST", "/conversations", { from: { type: "user", id: contact }, body: "x" })).conversation_id;
    made.conversations.push(id);
    made.contacts.push(contact);
    const path = `/conversations/${id}`;
    await call("POST", `${path}/reply`, { ...by, body: text });
    await call("POST", `${path}/reply`, { message_type: "note", type: "admin", admin_id: grace, body: text });
    await call("POST", `${path}/reply`, {
      message_type: "comment",
      type: "admin",
      admin_id: grace,
      body: `<p>${text}</p>`,
    });
    await call("PUT", path, { title: short(text) });
    if (tags[n]) await call("POST", `${path}/tags`, { id: tags[n], admin_id: grace });
    if (n < 20) {
      await call("POST", `/contacts/${contact}/notes`, { body: text, admin_id: grace });
      await call("POST", `${path}/reply`, {
        ...by,
        body: "A file",
        attachment_files: [
          {
            content_type: "text/html",
            name: `${short(text).slice(0, 60)}.html`,
            data: btoa(`<script>${"x"}</script>`),
          },
        ],
      });
      const company = await call("POST", "/companies", { company_id: `hostile-${n}`, name: short(text) });
      if (company) await call("POST", `/contacts/${contact}/companies`, { id: company.id });
    }
  }
  await call("POST", "/conversations", { from: { type: "user", id: made.contacts[0] }, body: "needle <b>needle</b>" });
}

/** Nothing has run, and nothing is on the page that could. */
async function assertHarmless(page, where) {
  assert.equal(await page.evaluate(() => window.hit), undefined, `a script ran: ${where}`);
  const found = await page.evaluate(() => {
    const elsewhere = (address) => new URL(address, location.href).origin !== location.origin;
    const inMessages = "script, svg:not(.lucide), math, form, input, [style], [id], [class~=shell]";
    const bad = [
      ...document.querySelectorAll("iframe, object, embed, base, meta[http-equiv], template, noscript"),
      ...document.querySelectorAll(`.rich:not(.rich-editor) :is(${inMessages})`),
      ...[...document.querySelectorAll("script[src], img[src], link[href], source, video, audio")].filter((element) =>
        elsewhere(element.src || element.href || element.srcset || ""),
      ),
      ...[...document.querySelectorAll("*")].filter((element) =>
        [...element.attributes].some(
          ({ name, value }) =>
            /^on/.test(name) || (/^(href|src|action)$/.test(name) && /^\s*(javascript|data|vbscript):/i.test(value)),
        ),
      ),
    ];
    return bad.map((element) => element.outerHTML.slice(0, 200));
  });
  assert.deepEqual(found, [], where);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${where} is too wide`);
}

test("in the list", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await rows(page).first().waitFor();
  for (let n = 0; n < 12; n++) {
    await assertHarmless(page, `the list, ${n}`);
    await page.mouse.move(400, 400);
    await page.mouse.wheel(0, 700);
    await page.waitForTimeout(80);
  }
  await screenshot(page, "hostile-list-light");
  await at.clean(page);
});

test("in each conversation and beside it", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await rows(page).first().waitFor();
  for (const [n, id] of made.conversations.entries()) {
    await page.evaluate((id) => {
      history.pushState({}, "", `/inbox/v/all/c/${id}`);
      dispatchEvent(new PopStateEvent("popstate"));
    }, id);
    await page.locator("article").first().waitFor();
    await page.getByRole("complementary", { name: "Details" }).locator("dl").first().waitFor();
    await assertHarmless(page, `conversation ${n}: ${TEXTS[n]}`);
  }
  await screenshot(page, "hostile-thread-light");
  await at.clean(page);
});

test("on the pages of contacts and companies, and in search", async () => {
  const page = await at.signedIn({ path: "/inbox/contacts" });
  await page.getByRole("main").getByRole("link").first().waitFor();
  await assertHarmless(page, "contacts");
  for (const id of made.contacts.slice(0, 20)) {
    await page.evaluate((id) => {
      history.pushState({}, "", `/inbox/contacts/${id}`);
      dispatchEvent(new PopStateEvent("popstate"));
    }, id);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await assertHarmless(page, `the page of contact ${id}`);
  }
  await page.goto(`${at.server.url}/inbox/companies`);
  await page.getByRole("main").getByRole("link").first().waitFor();
  await assertHarmless(page, "companies");
  for (const text of [...TEXTS.slice(0, 12), "needle", "window", "evil", "<b>", "onerror"]) {
    await page.goto(`${at.server.url}/inbox/search?q=${encodeURIComponent(text)}`);
    await page.getByRole("searchbox").waitFor();
    await page.waitForTimeout(250);
    await assertHarmless(page, `search for ${text}`);
  }
  await at.clean(page);
});

test("in the name of a tag, which turns no sentence and is shown whole in a tooltip", async () => {
  const { id } = await conversation("A long tag");
  const words = "that is much longer than the space of its chip above the messages";
  const tag = await api("POST", "/tags", { name: `\u202Eשלום ${words}` });
  await api("POST", `/conversations/${id}/tags`, { id: tag.id, admin_id: await teammate("grace@example.com") });
  const page = await at.signedIn({ path: `/inbox/c/${id}` });
  const chip = page.locator(".chips").getByTitle(`שלום ${words}`, { exact: true });
  await chip.waitFor();
  assert.ok(await chip.evaluate((element) => element.scrollWidth > element.clientWidth), "the chip is cut");
  const event = await page.getByText(/added the tag/).textContent();
  assert.ok(event.endsWith(`added the tag \u2068שלום ${words}\u2069`), event);
  await at.clean(page);
});

test("in pickers and the palette", async () => {
  const page = await at.signedIn({ path: `/inbox/c/${made.conversations[0]}` });
  await editor(page).waitFor();
  for (const [key, typed] of [
    ["t", ""],
    ["Shift+m", ""],
    ["Control+k", "evil"],
    ["Control+k", TEXTS[0]],
  ]) {
    await page.keyboard.press(key);
    const field = page.getByRole("combobox").and(page.locator("input"));
    await field.fill(typed);
    await page.waitForTimeout(200);
    await assertHarmless(page, `the picker of ${key} ${typed}`);
    await page.keyboard.press("Escape");
    await field.waitFor({ state: "detached" });
  }
  await at.clean(page);
});

test("in pasted content", async () => {
  const page = await at.signedIn({ path: `/inbox/c/${made.conversations[0]}` });
  await editor(page).waitFor();
  const paste = (html) =>
    editor(page).evaluate((element, html) => {
      const data = new DataTransfer();
      data.setData("text/html", html);
      data.setData("text/plain", html);
      element.focus();
      element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, html);
  for (const text of TEXTS) {
    await paste(`<p>before</p>${text}`);
    await editor(page).getByText("before").waitFor();
    await assertHarmless(page, `pasted: ${text}`);
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
  }
  await paste(
    `<p onclick="window.hit=1" style="color:red">It is <b>bold</b> &amp; <a href="https://a.test/">linked</a></p>`,
  );
  await editor(page).getByText("It is bold & linked").waitFor();
  assert.equal(await editor(page).locator("strong").textContent(), "bold");
  assert.equal(await editor(page).getByRole("link").getAttribute("href"), "https://a.test/");
  await at.clean(page);
});
