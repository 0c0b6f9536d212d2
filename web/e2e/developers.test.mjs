import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { checkAccessibility, screenshot, PHONE, setUp } from "./harness.mjs";

const at = setUp({ arguments: async () => ["--outbound-allow", "127.0.0.1", "--webhook-retries", "off"] });

/** An endpoint with configurable answers, which stores the requests. */
async function endpoint() {
  const got = [];
  const here = { got, status: 200 };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (data) => (body += data));
    request.on("end", () => {
      if (request.method === "POST") got.push(JSON.parse(body));
      response.statusCode = request.method === "HEAD" ? 200 : here.status;
      response.end(`answered ${here.status}`);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  here.url = `http://127.0.0.1:${server.address().port}/hook`;
  here.close = () => server.close();
  return here;
}

async function until(what, why) {
  for (let tries = 0; tries < 100; tries++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(why);
}

test("an app, its webhook and its log", async () => {
  const hook = await endpoint();
  const page = await at.signedIn({ path: "/inbox/settings/apps", expected: [/status of 400/] });
  await page.getByRole("button", { name: "New app" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create" }).click();
  // The error is scrolled into view, although it is far down.
  const refused = dialog.getByText("at least one scope is required");
  await refused.waitFor();
  const [foot, why] = [await dialog.getByRole("button", { name: "Create" }).boundingBox(), await refused.boundingBox()];
  assert.ok(why.y + why.height <= foot.y, "the reason is in sight");
  await dialog.getByLabel("All", { exact: true }).check();
  await dialog.getByRole("button", { name: "Create" }).click();
  await dialog.getByText("This must not be empty.").waitFor();
  await dialog.getByLabel("Name", { exact: true }).fill("Sync");
  await checkAccessibility(page, "the form of an app");
  await screenshot(page, "settings-app-form");
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByRole("dialog", { name: "The secret of Sync" }).waitFor();
  await screenshot(page, "settings-app-secret");
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.getByRole("rowheader", { name: "Sync" }).waitFor();
  await screenshot(page, "settings-apps");

  await page.goto(`${at.server.url}/inbox/settings/webhooks`);
  await page.getByRole("button", { name: "Set up a webhook" }).click();
  await dialog.getByLabel("App").selectOption({ label: "Sync" });
  await dialog.getByLabel("URL").fill("no-url");
  await dialog.getByRole("searchbox").fill("tag.created");
  await dialog.getByLabel("contact.user.tag.created").check();
  await dialog.getByRole("searchbox").fill("conversation.admin.closed");
  await dialog.getByLabel("conversation.admin.closed").check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("no-url is not a https:// or http:// URL").waitFor();
  await dialog.getByLabel("URL").fill(hook.url);
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("cell", { name: "Live" }).waitFor();
  await screenshot(page, "settings-webhooks");
  await page.getByRole("link", { name: "Sync" }).click();
  await until(() => hook.got.length === 1, "the first ping comes");
  await page.getByRole("button", { name: "Send a test" }).click();
  await until(() => hook.got.length === 2, "the second ping comes");

  hook.status = 500;
  await page.evaluate(async () => {
    const headers = { "Content-Type": "application/json", "X-Deskwire": "1", "Idempotency-Key": crypto.randomUUID() };
    const list = await (await fetch("/app/v1/conversations?view=all&state=open")).json();
    const path = `/app/v1/conversations/${list.items[0].id}/actions`;
    await fetch(path, { method: "POST", headers, body: JSON.stringify({ type: "close" }) });
  });
  await until(() => hook.got.length === 3, "the change comes");
  await until(async () => {
    await page.getByRole("button", { name: "Refresh" }).click();
    return (await page.getByRole("cell", { name: "Failed" }).count()) === 1;
  }, "the failure is in the log");
  await checkAccessibility(page, "the log");
  await screenshot(page, "settings-webhook-log");
  await page.getByRole("row").filter({ hasText: "Failed" }).getByRole("button", { name: "Details" }).click();
  await dialog.getByText("answered 500").waitFor();
  await dialog.getByText('"topic": "conversation.admin.closed"').waitFor();
  await checkAccessibility(page, "a delivery");
  await screenshot(page, "settings-webhook-delivery");
  hook.status = 200;
  await dialog.getByRole("button", { name: "Send again" }).click();
  await until(() => hook.got.length === 4, "it comes again");
  assert.equal(hook.got[3].id, hook.got[2].id);
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Send what failed again" }).click();
  await dialog.getByRole("button", { name: "Send again" }).click();
  await page.getByText("0 deliveries are sent again.").waitFor();
  hook.close();
  await at.clean(page);
});

test("a token is shown once, and is revoked", async () => {
  const page = await at.signedIn({ path: "/inbox/settings/tokens" });
  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Reports");
  await dialog.getByRole("searchbox").fill("read_users");
  await dialog.getByLabel("read_users").check();
  await dialog.getByRole("button", { name: "Create" }).click();
  const secret = await page.getByRole("dialog", { name: "The token Reports" }).locator("code").textContent();
  const me = await fetch(`${at.server.url}/contacts`, { headers: { Authorization: `Bearer ${secret}` } });
  assert.equal(me.status, 200);
  await page.getByRole("button", { name: "I have kept it" }).click();
  const row = page.getByRole("row").filter({ hasText: "Reports" });
  await checkAccessibility(page, "tokens");
  await screenshot(page, "settings-tokens");
  await page.setViewportSize(PHONE);
  await checkAccessibility(page, "tokens on a phone");
  await screenshot(page, "settings-tokens-phone");
  await row.getByRole("button", { name: "Revoke" }).click();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await row.waitFor({ state: "detached" });
  await until(async () => {
    const answer = await fetch(`${at.server.url}/contacts`, { headers: { Authorization: `Bearer ${secret}` } });
    return answer.status === 401;
  }, "it is refused");
  await at.clean(page);
});

for (const theme of ["light", "dark"]) {
  test(`the sent mail and the notifications are accessible (${theme})`, async () => {
    const page = await at.signedIn({ path: "/inbox/sent/mail", theme });
    await page.getByRole("heading", { name: "What was sent" }).waitFor();
    await page.getByRole("table").or(page.getByText("No email yet")).waitFor();
    await checkAccessibility(page, "mails");
    await screenshot(page, `sent-mail-${theme}`);
    await page.getByRole("link", { name: "Webhooks", exact: true }).click();
    // Those of the first test.
    await page.getByRole("table", { name: "Webhooks" }).waitFor();
    await checkAccessibility(page, "webhooks");
    await screenshot(page, `sent-webhooks-${theme}`);
    await page.goto(`${at.server.url}/inbox/notifications`);
    await page.getByRole("heading", { name: "Notifications" }).waitFor();
    await page.getByRole("button", { name: "Mark all as read" }).waitFor();
    await checkAccessibility(page, "notifications");
    await screenshot(page, `notifications-${theme}`);
    await page.setViewportSize(PHONE);
    await checkAccessibility(page, "notifications on a phone");
    await screenshot(page, `notifications-phone-${theme}`);
    await at.clean(page);
  });
}

test("waiting mail is shown in a sandboxed frame", async () => {
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
  await checkAccessibility(page, "a mail");
  await screenshot(page, "sent-mail-open");
  await dialog.getByRole("button", { name: "Source" }).click();
  await dialog.getByText("Content-Type: multipart/alternative").waitFor();
  await at.clean(page);
  await at.server.stop();
  at.server = null;
});
