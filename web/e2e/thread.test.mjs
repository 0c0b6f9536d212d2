// A conversation: reading, writing, taking back, colliding, snoozing, macros, and what hostile people send.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, picture, setting, PHONE } from "./harness.mjs";

const at = setting();
const told = (page, text) => page.getByRole("status").filter({ hasText: text }).first().waitFor();
const editor = (page, kind = "Reply") => page.getByRole("textbox", { name: new RegExp(`^${kind}`) });
const part = (page, text) => page.getByRole("article").filter({ hasText: text });

/** Calls the public API as the demo's app. */
async function api(method, path, body) {
  const token = /Token:\s+(\S+)/.exec(at.server.said())[1];
  const response = await fetch(at.server.url + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Intercom-Version": "2.16" },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  assert.ok(response.ok, `${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

let admins;
/** The id of a teammate. */
async function teammate(email) {
  admins ??= (await api("GET", "/admins")).admins;
  return admins.find((one) => one.email === email).id;
}

let number = 0;
/** A conversation that a customer has just started. */
async function conversation(body = "Where is my parcel?", name = "Rosalind Franklin") {
  const contact = await api("POST", "/contacts", {
    role: "user",
    external_id: `e2e-${++number}-${Date.now()}`,
    name,
    email: `e2e${number}@example.net`,
  });
  const { conversation_id } = await api("POST", "/conversations", { from: { type: "user", id: contact.id }, body });
  return { id: conversation_id, contact: contact.id };
}

async function opened(id, options) {
  const page = await at.signedIn(options);
  await page.goto(`${at.server.url}/inbox/c/${id}`);
  await editor(page).waitFor();
  return page;
}

const parts = async (id) => (await api("GET", `/conversations/${id}`)).conversation_parts.conversation_parts;

test("a reply is written by keys alone, held, taken back, changed and sent", async () => {
  const { id } = await conversation();
  const page = await opened(id);
  await page.keyboard.press("r");
  await page.keyboard.type("It leaves today.");
  await page.keyboard.press("Control+Enter");
  await part(page, "It leaves today.")
    .getByText(/Sends in \d+ second/)
    .waitFor();
  assert.equal(
    await editor(page)
      .innerText()
      .then((text) => text.trim()),
    "",
  );
  // Nobody outside of the team knows of it.
  assert.ok(!(await parts(id)).some((one) => one.body?.includes("It leaves today")));
  await picture(page, "thread-held-light");
  await page.keyboard.press("Control+z");
  await part(page, "It leaves today.").waitFor({ state: "detached" });
  await page.waitForFunction(() => document.querySelector(".ProseMirror")?.textContent === "It leaves today.");
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" Promised!");
  await page.keyboard.press("Control+Enter");
  await part(page, "It leaves today. Promised!")
    .getByText(/Sends in/)
    .waitFor();
  await part(page, "Promised!")
    .getByText(/Sends in|Sent/)
    .waitFor({ state: "detached", timeout: 20_000 });
  const sent = (await parts(id)).filter((one) => one.body?.includes("It leaves today"));
  assert.deepEqual(
    sent.map((one) => one.body),
    ["<p>It leaves today. Promised!</p>"],
  );
  await at.clean(page);
});

test("a note looks like none of the replies and goes to nobody", async () => {
  const { id } = await conversation();
  const page = await opened(id);
  await page.keyboard.press("n");
  await editor(page, "Note").waitFor();
  await page.getByText("Only teammates see this").waitFor();
  await page.keyboard.type("She called before, @Gra");
  await page.getByRole("option", { name: "Grace Hopper" }).waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.type("knows :tada");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
  await picture(page, "composer-note-light");
  await accessible(page, "the composer of a note");
  await page.getByRole("button", { name: "Add note" }).click();
  const note = page.getByRole("article", { name: /^Note by/ });
  await note.getByText("@Grace Hopper").waitFor();
  assert.match(await note.innerText(), /knows 🎉/u);
  assert.equal((await parts(id)).at(-1).part_type, "note");
  // The words of a reply are not those of a note.
  await page.keyboard.press("Escape");
  await page.keyboard.press("r");
  await page.keyboard.type("for the customer");
  await page.getByRole("radio", { name: "Note" }).click();
  assert.equal((await editor(page, "Note").innerText()).trim(), "");
  await page.getByRole("radio", { name: "Reply" }).click();
  assert.equal((await editor(page).innerText()).trim(), "for the customer");
  await at.clean(page);
});

test("somebody who answers meanwhile stops the send, and no word is lost", async () => {
  const { id } = await conversation();
  const page = await opened(id);
  await page.keyboard.press("r");
  await page.keyboard.type("I will look into it.");
  // The teammate's answer is under way while this one is sent.
  await page.route(
    `**/app/v1/conversations/${id}`,
    (route) => new Promise((done) => setTimeout(() => done(route.continue()), 4_000)),
  );
  await page.route("**/app/v1/live/**", (route) => route.abort());
  page.expected.push(/409/);
  await api("POST", `/conversations/${id}/reply`, {
    message_type: "comment",
    type: "admin",
    admin_id: await teammate("grace@example.com"),
    body: "Already done!",
  });
  await page.keyboard.press("Control+Enter");
  await page.getByRole("alert").filter({ hasText: "Grace Hopper wrote while you were writing" }).waitFor();
  await part(page, "Already done!").waitFor();
  assert.equal((await editor(page).innerText()).trim(), "I will look into it.");
  await picture(page, "thread-collision-light");
  await accessible(page, "a collision");
  await page.getByRole("button", { name: "Send anyway" }).click();
  await part(page, "I will look into it.").waitFor();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await at.clean(page);
});

test("a draft survives a reload at once, and another device has it", async () => {
  const { id } = await conversation();
  const page = await opened(id);
  await page.keyboard.press("r");
  await page.keyboard.type("Half a sent");
  await page.reload();
  await page.waitForFunction(() => document.querySelector(".ProseMirror")?.textContent === "Half a sent");
  await page.keyboard.press("r");
  await page.keyboard.press("Control+End");
  const saved = page.waitForResponse(
    (response) => response.url().includes("/drafts/reply") && response.request().method() === "PUT",
  );
  await page.keyboard.type("ence");
  assert.equal((await saved).status(), 200);
  await page.keyboard.type(" and more");
  await page.getByText("Draft saved").waitFor();
  // Saving has not moved the cursor.
  await page.keyboard.type("!");
  assert.equal((await editor(page).innerText()).trim(), "Half a sentence and more!");
  await page.waitForTimeout(1_500);
  const other = await opened(id);
  await other.waitForFunction(
    () => document.querySelector(".ProseMirror")?.textContent === "Half a sentence and more!",
  );
  await at.clean(page, other);
});

test("a conversation is snoozed by what is typed", async () => {
  const { id } = await conversation();
  const page = await opened(id);
  await page.keyboard.press("z");
  const field = page.getByRole("combobox", { name: "Snooze until" });
  await field.waitFor();
  await picture(page, "picker-snooze-light");
  await accessible(page, "the snooze picker");
  await field.fill("tomorrow 9am");
  await page.keyboard.press("Enter");
  await told(page, "Snoozed");
  await page.getByRole("button", { name: /^Until tomorrow/ }).waitFor();
  await page.waitForTimeout(300);
  const until = new Date((await api("GET", `/conversations/${id}`)).snoozed_until * 1000);
  assert.equal(
    until.toLocaleTimeString("en-GB", { timeZone: "Europe/Berlin", hour: "2-digit", minute: "2-digit" }),
    "09:00",
  );
  await at.clean(page);
});

test("each picker opens by its key, and chooses by typing", async () => {
  const { id } = await conversation();
  const page = await opened(id);
  const choose = async (key, name, typed, result) => {
    await page.keyboard.press(key);
    await page.getByRole("combobox", { name }).fill(typed);
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Enter");
    await result();
  };
  await choose("a", "Assign to a teammate", "grace", () =>
    page.getByRole("button", { name: "Assignee: Grace Hopper" }).waitFor(),
  );
  await choose("p", "Priority", "urg", () => page.getByRole("button", { name: "Urgent" }).waitFor());
  await choose("t", "Tags", "vip", async () => {
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Remove the tag VIP" }).waitFor();
  });
  await choose("Shift+a", "Assign to a team", "sal", () => page.getByRole("button", { name: "Sales" }).waitFor());
  await page.keyboard.press("Shift+r");
  await page.getByRole("textbox", { name: "Edit the title" }).fill("The lost parcel");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /The lost parcel/ }).waitFor();
  await page.waitForTimeout(500);
  const now = await api("GET", `/conversations/${id}`);
  assert.equal(now.title, "The lost parcel");
  assert.equal(now.priority, "urgent");
  assert.equal(String(now.admin_assignee_id), String(await teammate("grace@example.com")));
  assert.deepEqual(
    now.tags.tags.map((tag) => tag.name),
    ["VIP"],
  );
  await at.clean(page);
});

test("a macro says its words and does its actions when it is sent", async () => {
  const { id } = await conversation("I want my money back", "Rosalind Franklin");
  const page = await opened(id);
  await page.keyboard.press("m");
  await page.getByRole("combobox", { name: "Macros" }).fill("refund");
  await page.getByText("Hi Rosalind Franklin", { exact: false }).waitFor();
  await picture(page, "picker-macro-light");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() =>
    document.querySelector(".ProseMirror")?.textContent?.includes("Hi Rosalind Franklin"),
  );
  await page.getByText(/When sent, “Refund on its way” also does this/).waitFor();
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => /reopen/i.test(document.querySelector("main header")?.textContent ?? ""), null, {
    timeout: 10_000,
  });
  assert.ok((await parts(id)).some((one) => one.part_type === "note" && one.body.includes("Refund approved")));
  await at.clean(page);
});

test("files are pasted, shown and sent", async () => {
  const { id } = await conversation();
  const page = await opened(id);
  await page
    .getByLabel("Attach files")
    .last()
    .setInputFiles({ name: "steps.txt", mimeType: "text/plain", buffer: Buffer.from("one two three") });
  await page.getByRole("list", { name: "Files" }).getByText("steps.txt").waitFor();
  await page.keyboard.press("r");
  await page.keyboard.type("See the file.");
  // A picture of one pixel, as a screenshot is pasted.
  await editor(page).evaluate((element) => {
    const bytes = Uint8Array.from(
      atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
      (c) => c.charCodeAt(0),
    );
    const data = new DataTransfer();
    data.items.add(new File([bytes], "pixel.png", { type: "image/png" }));
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await editor(page).locator("img").waitFor();
  await page.keyboard.press("Control+Enter");
  const sent = part(page, "See the file.");
  await sent.getByText("steps.txt").waitFor();
  await sent.locator("img").first().waitFor();
  assert.equal(await sent.locator("img").count(), 1);
  await sent.getByRole("button", { name: /^Enlarge/ }).click();
  await page.getByRole("dialog").locator("img").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await at.clean(page);
});

test("what hostile people send does nothing", async () => {
  const attack = [
    "<script>window.hit = 1</script>",
    '<img src=x onerror="window.hit = 1">',
    '<img src="https://tracker.example/pixel.png">',
    '<svg onload="window.hit = 1"><p>svg</p></svg>',
    '<a href="javascript:window.hit = 1">click</a>',
    '<iframe src="https://evil.example"></iframe>',
    '<p style="position:fixed;inset:0;background:url(https://tracker.example/css)">styled</p>',
    '<form action="https://evil.example"><input name="password"></form>',
    '<math><mi//xlink:href="data:x,<script>window.hit = 1</script>">',
    '<p onclick="window.hit = 1" id="id" class="class">text that stays</p>',
  ].join("");
  const { id, contact } = await conversation(attack, "<img src=x onerror=window.hit=1>");
  await api("POST", `/conversations/${id}/reply`, {
    message_type: "comment",
    type: "user",
    intercom_user_id: contact,
    body: attack,
  });
  await api("POST", `/conversations/${id}/reply`, {
    message_type: "note",
    type: "admin",
    admin_id: await teammate("grace@example.com"),
    body: attack,
  });
  const page = await opened(id);
  await page.getByText("text that stays").first().waitFor();
  for (const link of await page.locator("article a").all())
    assert.doesNotMatch((await link.getAttribute("href")) ?? "", /^javascript/i);
  await page.waitForTimeout(500);
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.equal(
    await page.locator("article :is(script, iframe, svg:not(.lucide), form, input, [onclick], [style*=fixed])").count(),
    0,
  );
  await page.goto(`${at.server.url}/inbox/search?q=text+that+stays`);
  await page.getByRole("search").getByText(/text/).first().waitFor();
  assert.equal(await page.evaluate(() => window.hit), undefined);
  await at.clean(page);
});

test("search finds a message and jumps to it", async () => {
  const { id, contact } = await conversation("The quokka has arrived.");
  for (let i = 0; i < 60; i++)
    await api("POST", `/conversations/${id}/reply`, {
      message_type: "comment",
      type: "user",
      intercom_user_id: contact,
      body: `More words ${i}`,
    });
  const page = await at.signedIn();
  await page.keyboard.press("/");
  await page.getByRole("searchbox", { name: "Search conversations and people" }).fill("quokka");
  const hit = page.getByRole("link").filter({ hasText: "quokka" });
  await hit.locator("mark").first().waitFor();
  await picture(page, "search-light");
  await accessible(page, "the search");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/search/c/${id}**`);
  const found = part(page, "The quokka has arrived.");
  await found.waitFor();
  assert.ok(
    await found.evaluate(
      (element) => element.getBoundingClientRect().top > 0 && element.getBoundingClientRect().bottom < innerHeight,
    ),
  );
  await at.clean(page);
});

test("earlier messages come in above without moving what is read", async () => {
  const { id, contact } = await conversation("The first of many");
  for (let i = 0; i < 80; i++)
    await api("POST", `/conversations/${id}/reply`, {
      message_type: "comment",
      type: "user",
      intercom_user_id: contact,
      body: `Message number ${i}`,
    });
  const page = await opened(id);
  await page.getByRole("log").evaluate((log) => (log.scrollTop = 0));
  await part(page, /^(?!.*Message number).*|Message number 0\b/)
    .first()
    .waitFor();
  const box = page.getByRole("log");
  await box.evaluate((log) => (log.scrollTop = log.scrollHeight));
  const before = await part(page, "Message number 79").evaluate((element) => element.getBoundingClientRect().top);
  await api("POST", `/conversations/${id}/reply`, {
    message_type: "comment",
    type: "user",
    intercom_user_id: contact,
    body: "And a new one",
  });
  await part(page, "And a new one").waitFor();
  const after = await part(page, "And a new one").evaluate(
    (element) => innerHeight - element.getBoundingClientRect().bottom,
  );
  assert.ok(after > 0 && before > 0, "the newest is in view");
  await at.clean(page);
});

for (const theme of ["light", "dark"]) {
  test(`a conversation and its details are accessible (${theme})`, async () => {
    const page = await at.signedIn({ theme });
    await page.goto(`${at.server.url}/inbox/v/all`);
    await page.locator("[data-id]").nth(2).click();
    await editor(page).waitFor();
    await page.getByRole("complementary").getByText("Created").waitFor();
    await picture(page, `thread-${theme}`);
    await accessible(page, `a conversation, ${theme}`);
    await at.clean(page);
  });
}

test("a conversation is usable on a phone", async () => {
  const { id } = await conversation();
  const page = await opened(id, { size: PHONE });
  await picture(page, "thread-phone-light");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await editor(page).click();
  await page.keyboard.type("From the phone");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await part(page, "From the phone").waitFor();
  await page.getByRole("button", { name: "Back to the list" }).click();
  await page.getByRole("option").first().waitFor();
  await at.clean(page);
});
