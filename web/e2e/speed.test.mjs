// How fast the inbox shows pages. The times depend on the machine: they are printed, and their limits only catch
// pages that became several times slower. Values that do not depend on the machine have their budget as the limit.
import assert from "node:assert/strict";
import { test } from "node:test";
import { desk } from "./desk.mjs";
import { setUp } from "./harness.mjs";

const at = setUp({ fill });
const { conversation } = desk(at);
/** More than a list shows at once, the newest first. */
const made = [];
async function fill() {
  for (let n = 0; n < 45; n++) {
    const body = `How soon is message number ${n} shown?`;
    made.unshift({ ...(await conversation(body)), body });
  }
}
/** Every third one, because the next conversation is always prefetched. */
const apart = () => made.filter((_, n) => n % 3 === 0);
const MB = 1024 * 1024;
const report = (what, ms) => console.log(`# ${what}: ${Math.round(ms)} ms`);
const middle = (all, share = 0.5) => [...all].sort((a, b) => a - b)[Math.floor(all.length * share)];

/** From a change of the address to the paint that shows this message. */
const opens = (page, { id, body }) =>
  page.evaluate(
    async ({ id, body }) => {
      const began = performance.now();
      history.pushState({}, "", `/inbox/v/all/c/${id}`);
      dispatchEvent(new PopStateEvent("popstate"));
      const shown = () => [...document.querySelectorAll("main article")].some((one) => one.textContent.includes(body));
      while (!shown()) await new Promise((done) => requestAnimationFrame(done));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
      return performance.now() - began;
    },
    { id, body },
  );

async function heap(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

test("the list is painted quickly, without and with data stored on the device", async () => {
  const page = await at.signedIn();
  for (const [how, most] of [
    ["cold", 30_000],
    ["warm", 30_000],
  ]) {
    if (how === "cold") {
      // An open page would store data again while it is cleared.
      await page.goto("about:blank");
      const session = await page.context().newCDPSession(page);
      await session.send("Network.clearBrowserCache");
      await session.send("Storage.clearDataForOrigin", {
        origin: at.server.url,
        storageTypes: "indexeddb,local_storage,cache_storage",
      });
    }
    const began = performance.now();
    await page.goto(`${at.server.url}/inbox/v/all`, { waitUntil: "commit" });
    await page.locator("[data-id]").first().waitFor();
    const took = performance.now() - began;
    report(`the list is painted, ${how}`, took);
    assert.ok(took < most, `${how}: ${took} ms`);
    await page.waitForTimeout(1_000);
  }
  await at.clean(page);
});

test("a conversation is shown quickly, and immediately if it was open before", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await page.locator("[data-id]").first().waitFor();
  // The code of the page is loaded with the first one.
  await opens(page, made[1]);
  await page.waitForTimeout(1_000);
  const times = { fresh: [], kept: [] };
  for (const how of ["fresh", "kept"]) {
    for (const one of apart()) {
      times[how].push(await opens(page, one));
      await page.waitForTimeout(150);
    }
  }
  for (const [how, most] of [
    ["fresh", 5_000],
    ["kept", 3_000],
  ]) {
    report(`a conversation is painted, ${how}`, middle(times[how]));
    assert.ok(middle(times[how]) < most, `${how}: ${times[how].map(Math.round)}`);
  }
  // A conversation that was open before does not wait for the server.
  let release;
  const blocked = new Promise((done) => (release = done));
  await page.route(/\/app\/v1\/conversations\/\d+$/, async (route) => {
    await blocked;
    await route.continue();
  });
  for (const one of apart().slice(0, 5)) await opens(page, one);
  release();
  await page.unrouteAll({ behavior: "wait" });
  await at.clean(page);
});

test("a key press has an effect quickly", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await page.locator("[data-id]").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.locator("main article").first().waitFor();
  const spans = [];
  for (let n = 0; n < 40; n++) {
    await page.evaluate(() => {
      const answered = (event) => (done) =>
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - event.timeStamp), 0));
      globalThis.painted = new Promise((done) =>
        addEventListener("keydown", (event) => answered(event)(done), { once: true, capture: true }),
      );
    });
    await page.keyboard.press("j");
    spans.push(await page.evaluate(() => globalThis.painted));
    await page.waitForTimeout(60);
  }
  report("key to paint, half of all", middle(spans));
  report("key to paint, 98 of 100", middle(spans, 0.98));
  assert.ok(middle(spans) < 3_000, `${spans.map(Math.round)}`);
  await at.clean(page);
});

test("the layout does not shift while the list and a conversation appear", async () => {
  const page = await at.signedIn();
  await page.addInitScript(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) =>
      globalThis.shifts.push(...list.getEntries().map((one) => (one.hadRecentInput ? 0 : one.value))),
    ).observe({ type: "layout-shift", buffered: true });
  });
  for (const path of ["v/all", `v/all/c/${made[0].id}`]) {
    await page.goto(`${at.server.url}/inbox/${path}`);
    await page.locator("[data-id]").first().waitFor();
    await page.waitForTimeout(1_500);
    const shifted = await page.evaluate(() => globalThis.shifts.reduce((sum, one) => sum + one, 0));
    console.log(`# layout shift of ${path.split("/")[2] ? "a conversation" : "the list"}: ${shifted.toFixed(3)}`);
    assert.ok(shifted < 0.1, `${path}: ${shifted}`);
  }
  await at.clean(page);
});

test("closed conversations do not stay in memory", async () => {
  const page = await at.signedIn({ path: "/inbox/v/all" });
  await page.locator("[data-id]").first().waitFor();
  const sizes = [];
  for (let round = 0; round < 5; round++) {
    for (const one of made) await opens(page, one);
    sizes.push(await heap(page));
  }
  const [early, late] = [sizes[1], sizes.at(-1)];
  console.log(
    `# heap after ${2 * made.length} conversations ${(early / MB).toFixed(1)} MB, after ${5 * made.length} ${(late / MB).toFixed(1)} MB`,
  );
  assert.ok(late < 150 * MB, `${sizes}`);
  assert.ok(late - early < 5 * MB, `it grows: ${sizes}`);
  await at.clean(page);
});
