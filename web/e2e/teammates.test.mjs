// Two concurrent teammates: each sees what the other does, and no reply crosses another unnoticed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, editor, part, until } from "./desk.mjs";
import { checkAccessibility, newPassword, screenshot, setUp, signIn } from "./harness.mjs";

const at = setUp();
const { replyAsTeammate, conversation, openConversation, parts } = desk(at);

/** A page of a second teammate. */
async function secondTeammate(path) {
  const page = await at.open();
  await signIn(page, at.server, await newPassword(at.server, "grace@example.com"));
  await page.goto(at.server.url + path);
  return page;
}

test("a teammate sees who is viewing, who is writing, and each change at once", async () => {
  const { id } = await conversation();
  const ada = await openConversation(id);
  const grace = await secondTeammate(`/inbox/c/${id}`);
  await editor(grace).waitFor();
  await ada.getByRole("img", { name: /Grace Hopper is looking at this/ }).waitFor();
  await grace.keyboard.press("n");
  await grace.keyboard.type("I know her.");
  await ada.getByText(/Grace Hopper is writing/).waitFor();
  await screenshot(ada, "thread-presence-light");
  await checkAccessibility(ada, "a teammate who writes");
  await grace.keyboard.press("Control+Enter");
  await part(ada, "I know her.").waitFor();
  await grace.keyboard.press("Escape");
  await grace.keyboard.press("i");
  await ada.getByRole("button", { name: "Assignee: Grace Hopper" }).waitFor();
  await grace.keyboard.press("e");
  await ada.getByRole("button", { name: "Reopen" }).waitFor();
  await at.clean(ada, grace);
});

test("a held reply is seen by a teammate, and goes when it is withdrawn", async () => {
  const { id } = await conversation();
  const ada = await openConversation(id);
  const grace = await secondTeammate(`/inbox/c/${id}`);
  await editor(grace).waitFor();
  await grace.keyboard.press("r");
  await grace.keyboard.type("I am on it.");
  await grace.keyboard.press("Control+Enter");
  await part(ada, "I am on it.").waitFor();
  assert.equal((await parts(id)).filter((one) => one.body === "<p>I am on it.</p>").length, 0);
  await part(grace, "I am on it.").getByRole("button", { name: "Undo" }).click();
  await part(ada, "I am on it.").waitFor({ state: "detached" });
  await at.clean(ada, grace);
});

test("a concurrent reply stops the send, and no text is lost", async () => {
  const { id } = await conversation();
  const page = await openConversation(id);
  await page.keyboard.press("r");
  await page.keyboard.type("I will look into it.");
  // The teammate's answer is in flight while this one is sent.
  let release;
  const refused = new Promise((resolve) => (release = resolve));
  await page.route(`**/app/v1/conversations/${id}`, async (route) => {
    await refused;
    await route.continue();
  });
  await page.route("**/app/v1/live/**", (route) => route.abort());
  page.expected.push(/409/);
  await replyAsTeammate(id, "grace@example.com", "Already done!");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("alert").filter({ hasText: "Grace Hopper wrote while you were writing" }).waitFor();
  release();
  await part(page, "Already done!").waitFor();
  assert.equal((await editor(page).innerText()).trim(), "I will look into it.");
  await screenshot(page, "thread-collision-light");
  await checkAccessibility(page, "a collision");
  await page.getByRole("button", { name: "Send anyway" }).click();
  await part(page, "I will look into it.").waitFor();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await until(
    async () => (await parts(id)).some((one) => one.body === "<p>I will look into it.</p>"),
    "the reply",
    20_000,
  );
  await at.clean(page);
});
