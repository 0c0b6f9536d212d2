import assert from "node:assert/strict";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { choice, desk, editor, openStarted, part, until } from "./desk.mjs";
import { checkAccessibility, screenshot, setUp } from "./harness.mjs";

const at = setUp();
const { api, contact, conversation, getConversation, openConversation, parts, teammate } = desk(at);
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const files = (page) => page.getByRole("list", { name: "Files" });

/** Passes files to the editor as the browser does: by pasting or dropping. */
const passFiles = (page, kind, list, target = editor(page)) =>
  target.evaluate(
    (element, [kind, list]) => {
      const data = new DataTransfer();
      for (const { name, type, base64 } of list)
        data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }));
      const { left, top } = element.getBoundingClientRect();
      const event =
        kind === "paste"
          ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
          : new DragEvent("drop", {
              dataTransfer: data,
              bubbles: true,
              cancelable: true,
              clientX: left + 20,
              clientY: top + 10,
            });
      element.dispatchEvent(event);
    },
    [kind, list],
  );

test("files are chosen and pasted, shown, sent and enlarged", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  await page
    .getByLabel("Attach files")
    .last()
    .setInputFiles({ name: "steps.txt", mimeType: "text/plain", buffer: Buffer.from("one two three") });
  await files(page).getByText("steps.txt").waitFor();
  await page.keyboard.press("r");
  await page.keyboard.type("See the file.");
  // A picture of one pixel, as a screenshot is pasted.
  await passFiles(page, "paste", [{ name: "pixel.png", type: "image/png", base64: PIXEL }]);
  await editor(page).getByAltText("pixel.png").waitFor();
  await page.keyboard.press("Control+Enter");
  const sent = part(page, "See the file.");
  await sent.getByText("steps.txt").waitFor();
  await sent.locator("img").first().waitFor();
  assert.equal(await sent.locator("img").count(), 1);
  await sent.getByRole("button", { name: /^Enlarge/ }).click();
  await page.getByRole("dialog").locator("img").waitFor();
  await checkAccessibility(page, "an enlarged picture");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await at.clean(page);
});

test("a dropped file shows its progress; a failed upload is retried", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  page.expected.push(/uploads/, /ERR_FAILED/);
  // Each upload ends once its progress was seen.
  let end;
  await page.route("**/app/v1/uploads", async (route) => {
    const how = await new Promise((resolve) => (end = resolve));
    await route[how]();
  });
  await passFiles(page, "drop", [{ name: "report.pdf", type: "application/pdf", base64: "JVBERi0xLjQK" }]);
  await files(page)
    .getByRole("progressbar", { name: /report.pdf/ })
    .waitFor();
  await until(() => end, "the upload");
  end("abort");
  end = null;
  await files(page).getByRole("alert").waitFor();
  await screenshot(page, "composer-file-failed-light");
  await checkAccessibility(page, "a file that failed");
  // Nothing is sent without it.
  await page.keyboard.press("r");
  await page.keyboard.type("The report");
  assert.equal(await page.getByRole("button", { name: "Send", exact: true }).isDisabled(), true);
  await page.getByRole("button", { name: "Upload report.pdf again" }).click();
  await files(page).getByRole("progressbar").waitFor();
  await until(() => end, "the second upload");
  end("continue");
  await files(page).getByRole("progressbar").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await part(page, "The report").getByText("report.pdf").waitFor();
  await at.clean(page);
});

test("a file that is too large is refused at once and can be removed", async (t) => {
  // By its path: the bytes themselves would take long on their way to the browser.
  const folder = mkdtempSync(join(tmpdir(), "deskwire-e2e-film-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const film = join(folder, "film.mov");
  writeFileSync(film, "");
  truncateSync(film, 21 * 1024 * 1024);
  const { id } = await conversation();
  const page = await openConversation(id);
  await page.getByLabel("Attach files").last().setInputFiles(film);
  await files(page).getByRole("alert").waitFor();
  await page.getByRole("button", { name: /^Remove film.mov/ }).click();
  await files(page).waitFor({ state: "detached" });
  await at.clean(page);
});

const text = (page) => page.getByRole("textbox", { name: "Message" });

/** Opens a new conversation by messenger with a contact. */
async function begin(page, name) {
  await page.keyboard.press("c");
  await page.getByRole("combobox", { name: "To" }).fill(name);
  await choice(page, new RegExp(name)).click();
  await page.getByText("Messenger", { exact: true }).click();
}

test("a new conversation takes files that are chosen, pasted and dropped, and keeps them over a reload", async () => {
  await contact("Hertha Ayrton");
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await page.locator("[data-id]").first().waitFor();
  await begin(page, "Hertha Ayrton");
  const dialog = page.getByRole("dialog");
  const send = dialog.getByRole("button", { name: "Send", exact: true });
  await dialog
    .getByLabel("Attach files")
    .last()
    .setInputFiles({ name: "arc.txt", mimeType: "text/plain", buffer: Buffer.from("one two three") });
  await files(dialog).getByText("arc.txt").waitFor();
  await passFiles(page, "drop", [{ name: "fan.pdf", type: "application/pdf", base64: "JVBERi0xLjQK" }], text(page));
  await dialog.getByRole("button", { name: "Remove fan.pdf" }).click();
  await files(dialog).getByText("fan.pdf").waitFor({ state: "detached" });
  await text(page).click();
  await page.keyboard.type("About the arc");
  await passFiles(page, "paste", [{ name: "pixel.png", type: "image/png", base64: PIXEL }], text(page));
  await text(page).getByAltText("pixel.png").waitFor();
  await screenshot(page, "start-files-light");
  await checkAccessibility(page, "a new conversation with files");
  await page.keyboard.press("Escape");
  await page.reload();
  await page.locator("[data-id]").first().waitFor();
  await page.keyboard.press("c");
  await files(dialog).getByText("arc.txt").waitFor();
  await text(page).getByAltText("pixel.png").waitFor();
  await send.click();
  const started = await openStarted(page);
  const sent = part(page, "About the arc");
  await sent.getByText("arc.txt").waitFor();
  await sent.locator("img").first().waitFor();
  const { source } = await getConversation(started);
  assert.deepEqual(source.attachments.map((one) => one.name).sort(), ["arc.txt", "pixel.png"]);
  // Nothing is left of it.
  await page.keyboard.press("Escape");
  await page.keyboard.press("c");
  await text(page).waitFor();
  assert.equal(await files(dialog).count(), 0);
  await at.clean(page);
});

test("a new conversation waits for its files", async () => {
  await contact("Ida Noddack");
  const page = await at.signedIn({ path: "/inbox/v/all" });
  page.expected.push(/uploads/, /ERR_FAILED/);
  await page.locator("[data-id]").first().waitFor();
  await begin(page, "Ida Noddack");
  const dialog = page.getByRole("dialog");
  const send = dialog.getByRole("button", { name: "Send", exact: true });
  await page.route("**/app/v1/uploads", (route) => route.abort());
  await passFiles(page, "drop", [{ name: "re.pdf", type: "application/pdf", base64: "JVBERi0xLjQK" }], text(page));
  await files(dialog).getByRole("alert").waitFor();
  assert.equal(await send.isDisabled(), true);
  await page.unroute("**/app/v1/uploads");
  await dialog.getByRole("button", { name: "Upload re.pdf again" }).click();
  // A file alone says enough.
  await until(async () => !(await send.isDisabled()), "the file");
  await send.click();
  await openStarted(page);
  await page.getByText("re.pdf").first().waitFor();
  await at.clean(page);
});

test("a forwarded message brings its files, and the writer can remove them", async () => {
  await contact("Otto Hahn");
  const { id } = await conversation();
  const file = (name) => ({ name, content_type: "text/plain", data: Buffer.from(name).toString("base64") });
  await api("POST", `/conversations/${id}/reply`, {
    message_type: "comment",
    type: "admin",
    admin_id: await teammate("grace@example.com"),
    body: "The plans",
    attachment_files: [file("plan.txt"), file("secret.txt")],
  });
  const page = await openConversation(id);
  await part(page, "The plans").waitFor();
  await page.keyboard.press("f");
  const dialog = page.getByRole("dialog");
  await files(dialog).getByText("plan.txt").waitFor();
  await screenshot(page, "start-forward-light");
  await dialog.getByRole("button", { name: "Remove secret.txt" }).click();
  await page.getByRole("combobox", { name: "To" }).fill("Otto Hahn");
  await choice(page, /Otto Hahn/).click();
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  const forwarded = await openStarted(page);
  await part(page, "The plans").getByText("plan.txt").waitFor();
  const { source } = await getConversation(forwarded);
  assert.deepEqual(
    source.attachments.map((one) => one.name),
    ["plan.txt"],
  );
  // The first message keeps its files.
  const [reply] = await parts(id);
  assert.equal(reply.attachments.length, 2);
  await at.clean(page);
});
