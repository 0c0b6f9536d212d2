// Runs the browser suite, or the files that are named: fills a demo once, and gives each file a copy of it.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pagesAreKnown } from "./data.mjs";
import { serve } from "./harness.mjs";

/** How many files run at a time: most of the time they wait for a page. */
const CONCURRENCY = Number(process.env.E2E_TOGETHER ?? 3);
/** Files that measure times, which run alone. */
const TIMED_FILES = /speed\.test\.mjs$/;
/** Files about the pages alone, which are the same on both databases: they run on SQLite. */
const PAGE_FILES = /(hostile|many|phone|rejected|speed|targets|thread)\.test\.mjs$/;

const folder = fileURLToPath(new URL(".", import.meta.url));
const isTest = (name) => name.endsWith(".test.mjs") && !(pagesAreKnown && PAGE_FILES.test(name));
const all = () => readdirSync(folder).filter(isTest);
const named = process.argv.slice(2);
const files = named.length > 0 ? named : all().map((name) => join(folder, name));

const server = await serve();
await server.end();
const env = { ...process.env, E2E_FILLED: JSON.stringify(server.place) };

/** Runs test files, `concurrency` at a time. */
function run(files, concurrency) {
  if (files.length === 0) return Promise.resolve(0);
  const tests = spawn(process.execPath, ["--test", `--test-concurrency=${concurrency}`, ...files], {
    stdio: "inherit",
    env,
  });
  return new Promise((resolve) => tests.once("exit", (code) => resolve(code ?? 1)));
}

const measures = (file) => TIMED_FILES.test(file);
const code = await run(
  files.filter((file) => !measures(file)),
  CONCURRENCY,
);
process.exitCode = code || (await run(files.filter(measures), 1));
await server.place.remove();
