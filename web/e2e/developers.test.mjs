import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, picture, setting } from "./harness.mjs";

const at = setting();

test("mail that waits can be looked at, in a frame that does nothing", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  const id = await page.evaluate(async () => {
    const list = await (await fetch("/app/v1/conversations?view=all&state=open")).json();
    const { id } = list.items[1];
    const headers = { "Content-Type": "application/json", "X-Deskwire": "1", "Idempotency-Key": crypto.randomUUID() };
    const message = {
      kind: "reply",
      html: "<p>The <b>fix</b> is out.</p>",
      attachment_ids: [],
      seen: null,
      mentions: [],
    };
    const sent = await fetch(`/app/v1/conversations/${id}/reply`, {
      method: "POST",
      headers,
      body: JSON.stringify(message),
    });
    if (!sent.ok) throw new Error(await sent.text());
    return id;
  });
  assert.ok(id);
  await page.getByRole("link", { name: "What was sent" }).click();
  await page.getByRole("button", { name: "Open", exact: true }).first().waitFor({ timeout: 40_000 });
  await page.getByRole("button", { name: "Open", exact: true }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.frameLocator("iframe").getByText("is out.").waitFor();
  await accessible(page, "a mail");
  await picture(page, "sent-mail-open");
  await dialog.getByRole("button", { name: "Source" }).click();
  await dialog.getByText("Content-Type: multipart/alternative").waitFor();
  await at.clean(page);
  await at.server.stop();
  at.server = null;
});
