// Measures the built pages in Chromium with a mock workspace of 100,000 conversations: the cost of scrolling, of keys,
// and of opening 5,000 conversations. The times depend on the machine and are only printed. The heap does not depend on
// it, and has a limit.
//   npm run build && npm run measure [-- conversations-to-open]
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROWS = 100_000;
const OPEN_COUNT = Number(process.argv[2] ?? 5_000);
const MAX_HEAP_BYTES = 150 * 1024 * 1024;
const port = 5_199;
const url = `http://127.0.0.1:${port}/inbox/`;
const root = fileURLToPath(new URL("..", import.meta.url));
const CHROMIUM = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"];

const server = spawn(
  process.execPath,
  ["node_modules/vite/bin/vite.js", "preview", "--mode", "mock", "--port", port, "--host", "127.0.0.1"],
  {
    cwd: root,
    env: { ...process.env, MOCK_ROWS: String(ROWS), MOCK_QUIET: "1", MOCK_DELAY: "0" },
    stdio: ["ignore", "ignore", "inherit"],
  },
);
const browser = await chromium.launch({
  executablePath: CHROMIUM.find((path) => path && existsSync(path)),
  args: ["--no-sandbox"],
});
let failed = false;
try {
  await ready();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  page.setDefaultTimeout(60_000);
  await page.addInitScript(() => {
    globalThis.tasks = [];
    new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map((one) => one.duration))).observe({
      type: "longtask",
      buffered: true,
    });
  });
  await paints(page);
  await scrolls(page);
  await keys(page);
  await opens(page);
} finally {
  await browser.close();
  server.kill();
}
process.exit(failed ? 1 : 0);

async function ready() {
  for (let n = 0; n < 300; n++) {
    if (
      await fetch(url).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the pages are not served");
}

/** From navigation to the painted list: without and with data stored on the device. */
async function paints(page) {
  for (const how of ["cold", "warm"]) {
    const from = performance.now();
    await page.goto(`${url}v/all`);
    await page.locator("[data-id]").first().waitFor();
    console.log(`list painted, ${how}: ${Math.round(performance.now() - from)} ms`);
    await page.waitForTimeout(1_000);
  }
}

/** Scrolls through the whole list, as fast as windows load. */
async function scrolls(page) {
  const found = await page.evaluate(async () => {
    globalThis.tasks.length = 0;
    const box = document.querySelector(".rows > div");
    const began = performance.now();
    let [frames, still, height] = [0, 0, 0];
    while (still < 180 && performance.now() - began < 240_000) {
      box.scrollTop += 3_000;
      await new Promise((done) => requestAnimationFrame(done));
      frames++;
      const reached = box.scrollTop;
      still = reached === height ? still + 1 : 0;
      height = reached;
    }
    const rows = Math.round(box.scrollHeight / 56);
    return { rows, frames, seconds: (performance.now() - began) / 1000, tasks: globalThis.tasks };
  });
  const { rows, frames, seconds, tasks } = found;
  console.log(`scrolled through ${rows} rows in ${Math.round(seconds)} s, ${frames} frames`);
  console.log(`  tasks over 50 ms: ${tasks.length}, the longest ${Math.round(Math.max(0, ...tasks))} ms`);
  console.log(`  heap: ${megabytes(await heap(page))}`);
}

/** From a key press to the paint that shows its effect. */
async function keys(page) {
  await page.goto(`${url}v/all`);
  await page.locator("[data-id]").first().waitFor();
  await page.waitForTimeout(1_500);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.locator("article").first().waitFor();
  const spans = [];
  for (let n = 0; n < 200; n++) {
    await page.evaluate(() => {
      globalThis.painted = new Promise((done) =>
        addEventListener(
          "keydown",
          (event) => requestAnimationFrame(() => setTimeout(() => done(performance.now() - event.timeStamp), 0)),
          { once: true, capture: true },
        ),
      );
    });
    await page.keyboard.press("j");
    spans.push(await page.evaluate(() => globalThis.painted));
    await page.waitForTimeout(60);
  }
  spans.sort((a, b) => a - b);
  const at = (share) => Math.round(spans[Math.floor(spans.length * share)]);
  console.log(`key to paint, the next conversation: p50 ${at(0.5)} ms, p98 ${at(0.98)} ms`);
}

/** Opens one conversation after the other, as in a long day, and measures the memory that stays in use. */
async function opens(page) {
  const before = await heap(page);
  const times = [];
  for (let n = 0; n < OPEN_COUNT; n++) {
    times.push(
      await page.evaluate(
        async (id) => {
          const began = performance.now();
          history.pushState({}, "", `/inbox/v/all/c/${id}`);
          dispatchEvent(new PopStateEvent("popstate"));
          for (;;) {
            await new Promise((done) => requestAnimationFrame(done));
            if (document.querySelector("article")) return performance.now() - began;
          }
        },
        String(9_000_000 + n),
      ),
    );
    if ((n + 1) % 1_000 === 0) console.log(`  ${n + 1} opened, heap ${megabytes(await heap(page))}`);
  }
  times.sort((a, b) => a - b);
  const after = await heap(page);
  console.log(`opened ${OPEN_COUNT} conversations, p50 ${Math.round(times[Math.floor(OPEN_COUNT / 2)])} ms to paint`);
  console.log(`  heap: ${megabytes(before)} before, ${megabytes(after)} after, at most ${megabytes(MAX_HEAP_BYTES)}`);
  failed = after > MAX_HEAP_BYTES;
}

async function heap(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

function megabytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
