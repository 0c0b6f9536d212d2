// Shared code of the browser tests: a real server with the demo's workspace, Debian's Chromium, and pages that fail the
// test on any browser error: a policy report, a console error, or a request that failed or went to another host.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { pagesAreKnown, place } from "./data.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? `${root}target`;
const binary = resolve(process.env.DESKWIRE_BIN ?? `${target}/debug/deskwire`);
const screens = `${target}/screens`;
const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** The one without a window first: it needs a third of the processor time for each page. */
const CHROMIUM = [
  process.env.CHROMIUM,
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
const FLAGS = [
  "--no-sandbox",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--force-color-profile=srgb",
  "--font-render-hinting=none",
  // Otherwise pages without a network origin may not call a server on this machine.
  ...(process.env.E2E_DIST ? ["--disable-features=LocalNetworkAccessChecks"] : []),
];
export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The environment of a server, without the caller's settings. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("DESKWIRE_")));

/** Starts `deskwire demo` with its own data and optional further arguments. */
export async function serve(...more) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const data = await place();
  const stored = ["--database", data.database, "--files", data.files];
  const child = spawn(binary, ["demo", ...stored, "--listen", `127.0.0.1:${port}`, ...more], {
    // Without a database file, it keeps its credentials in its directory.
    cwd: data.folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (output += data));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const server = {
    url,
    place: data,
    output: () => output,
    /** Runs another command of the program on the server's database; returns its output. */
    async run(...command) {
      const { stdout } = await promisify(execFile)(binary, [...command, "--database", data.database], { env });
      return stdout;
    },
    /** Stops it; its data stays. */
    async end() {
      child.kill("SIGTERM");
      await ended;
    },
    /** Stops it and removes its data. */
    async stop() {
      await this.end();
      await data.remove();
    },
  };
  for (const until = Date.now() + 90_000; ;) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${output}`);
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready && /\/inbox\/enter\/\S+/.test(output)) return server;
    if (Date.now() > until) throw new Error(`the server did not get ready:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A page that collects browser errors in `page.faults`, which must be empty at the end of a test. */
export async function open(browser, server, { theme = "light", size = WIDE, expected = [], ...options } = {}) {
  const context = await browser.newContext({
    viewport: size,
    colorScheme: theme,
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    ...options,
  });
  if (process.env.E2E_DIST) await fromDist(context);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.faults = [];
  page.expected = expected;
  // A signed-out page gets this answer.
  const signedOut = /401 \(Unauthorized\) \S+\/app\/v1\/start$/;
  const fault = (text) => {
    if (signedOut.test(text)) return;
    if (!page.expected.some((pattern) => pattern.test(text))) page.faults.push(text);
  };
  await page.exposeFunction("reportViolation", (text) => fault(`policy: ${text}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      globalThis.reportViolation(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) fault(`console: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => fault(`error: ${error.stack ?? error}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(server.url) && !/^(blob|data|about):/.test(url)) fault(`request elsewhere: ${url}`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    if (!why.includes("ERR_ABORTED")) fault(`request failed: ${request.method()} ${request.url()} ${why}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) fault(`answer: ${response.status()} ${response.url()}`);
  });
  return page;
}

/** With E2E_DIST=1 the pages are those of web/dist instead of the embedded ones. */
async function fromDist(context) {
  const dist = fileURLToPath(new URL("../dist/", import.meta.url));
  await context.route("**/inbox/**", async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname.startsWith("/inbox/enter/")) return route.continue();
    const file = pathname.slice("/inbox/".length);
    if (/^[\w./-]+\.\w+$/.test(file) && existsSync(dist + file)) return route.fulfill({ path: dist + file });
    const embedded = Object.entries((await route.fetch()).headers());
    const headers = Object.fromEntries(embedded.filter(([name]) => !/^(content-(encoding|length)|etag)$/.test(name)));
    return route.fulfill({ path: `${dist}index.html`, headers });
  });
}

/** The email address and password that the demo prints. */
export function credentials(server) {
  const [, email, password] = /Sign-in:\s+(\S+), password (\S+)/.exec(server.output()) ?? [];
  assert.ok(email && password, `the demo prints no credentials:\n${server.output()}`);
  return { email, password };
}

/** Gives a teammate a new password. */
export async function newPassword(server, email) {
  const printed = await server.run("admin", "password", "--generate", "--email", email);
  return { email, password: printed.trim().split(/\s+/).at(-1) };
}

/** Fills in the form of the sign-in page that is shown, and sends it. */
export async function submitSignIn(page, { email, password }) {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Signs in with email and password, as a person does. */
export async function signIn(page, server, { email, password } = credentials(server)) {
  await page.goto(`${server.url}/inbox/login`);
  await submitSignIn(page, { email, password });
  await loaded(page);
}

/** Waits for the list of conversations, or its empty state. */
export async function loaded(page) {
  await page.locator(".rows[aria-busy=false]").first().waitFor();
}

/** Sets the teammate's language and reloads the page. */
export async function setLanguage(page, language) {
  await page.evaluate(async (language) => {
    const headers = { "Content-Type": "application/json", "X-Deskwire": "1", "Idempotency-Key": crypto.randomUUID() };
    const { me } = await (await fetch("/app/v1/start")).json();
    const body = JSON.stringify({ ...me.preferences, language });
    const answer = await fetch("/app/v1/me/preferences", { method: "PUT", headers, body });
    if (!answer.ok) throw new Error(await answer.text());
  }, language);
  await page.reload();
  await page.waitForFunction((dir) => document.dir === dir, language === "en-XB" ? "rtl" : "ltr");
}

/** Fails on anything that axe finds. */
export async function checkAccessibility(page, name = "the page") {
  if (pagesAreKnown) return;
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      resultTypes: ["violations"],
      // A frame shows a mail that others wrote, and has no scripts to answer with.
      iframes: false,
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  const found = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes
        .slice(0, 5)
        .map(
          (node) =>
            `    ${node.target}  ${node.html.slice(0, 160)}\n    ${node.failureSummary?.split("\n").slice(1, 3).join(" ")}`,
        )
        .join("\n")}`,
  );
  assert.deepEqual(found, [], `axe on ${name}`);
}

/** Writes a screenshot of the page into target/screens. */
export async function screenshot(page, name) {
  if (pagesAreKnown) return;
  mkdirSync(screens, { recursive: true });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${screens}/${name}.png` });
}

/** For a test file: a browser, and a server unless another one is given, for its whole run. */
export function setUp({ server: wanted = true, arguments: more = async () => [], fill = async () => {} } = {}) {
  const at = { browser: null, server: null, pages: [] };
  before(async () => {
    const executablePath = CHROMIUM.find((path) => path && existsSync(path));
    assert.ok(executablePath, "Chromium is missing: on Debian, apt-get install chromium-headless-shell");
    assert.ok(existsSync(binary), `${binary} is missing: run cargo build -p deskwire`);
    at.browser = await chromium.launch({ executablePath, args: FLAGS });
    if (wanted) at.server = await serve(...(await more()));
    await fill();
  });
  after(async () => {
    await at.browser?.close();
    await at.server?.stop();
  });
  at.open = async (options) => {
    const page = await open(at.browser, at.server, options);
    at.pages.push(page);
    return page;
  };
  /** A signed-in page; all pages use the session of the first. */
  at.signedIn = async ({ path = "/inbox/", ...options } = {}) => {
    const page = await at.open(options);
    if (at.cookies) await page.context().addCookies(at.cookies);
    else {
      await signIn(page, at.server);
      at.cookies = await page.context().cookies();
    }
    await page.goto(at.server.url + path);
    await page.getByRole("main").or(page.getByRole("listbox")).first().waitFor();
    return page;
  };
  /** Closes these pages and asserts that there were no browser errors. */
  at.clean = async (...pages) => {
    for (const page of pages) {
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  };
  return at;
}
