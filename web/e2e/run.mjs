// Runs the browser suite, or the files that are named: fills a demo once, and gives each file a copy of it.
import { readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { run } from "node:test";
import { tap } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import { pagesAreKnown } from "./data.mjs";
import { serve } from "./harness.mjs";

/** How many files run at a time: most of the time they wait for a page. */
const CONCURRENCY = Number(process.env.E2E_TOGETHER ?? 3);
/** At most this many files may fail and pass when they run again, alone: a busy machine can be slower than a test waits. */
const MAX_FLAKY_FILES = 2;
/** Files that measure times, which run alone. */
const TIMED_FILES = /speed\.test\.mjs$/;
/** Files about the pages alone, which are the same on both databases: they run on SQLite. */
const PAGE_FILES = /(hostile|many|phone|rejected|speed|targets|thread)\.test\.mjs$/;

const folder = fileURLToPath(new URL(".", import.meta.url));
const isTest = (name) => name.endsWith(".test.mjs") && !(pagesAreKnown && PAGE_FILES.test(name));
const named = process.argv.slice(2).map((name) => resolve(name));
const files =
  named.length > 0
    ? named
    : readdirSync(folder)
        .filter(isTest)
        .map((name) => join(folder, name));

/** Runs test files, `concurrency` at a time; returns the names of the tests that failed, by file. */
function runFiles(files, concurrency) {
  const failed = new Map();
  if (files.length === 0) return Promise.resolve(failed);
  const tests = run({ files, concurrency });
  // A file that cannot be run fails as a test of its own, which has no file.
  tests.on("test:fail", ({ name, file = name }) => failed.set(file, [...(failed.get(file) ?? []), name]));
  tests.compose(tap).pipe(process.stdout, { end: false });
  return new Promise((done) => tests.once("end", () => done(failed)));
}

const server = await serve();
await server.end();
process.env.E2E_FILLED = JSON.stringify(server.place);
const measures = (file) => TIMED_FILES.test(file);
const failed = await runFiles(
  files.filter((file) => !measures(file)),
  CONCURRENCY,
);
for (const [file, tests] of await runFiles(files.filter(measures), 1)) failed.set(file, tests);
// Named files are being worked on: their failures are not tried again.
const isRepeated = named.length === 0 && failed.size <= MAX_FLAKY_FILES;
const failedAgain = isRepeated ? await runFiles([...failed.keys()], 1) : failed;
for (const [file, tests] of failed) {
  const outcome = failedAgain.has(file) ? "Failed" : "Flaky, passed when it ran again";
  console.log(`${outcome}: ${basename(file)}: ${tests.join(", ")}`);
}
process.exitCode = failedAgain.size > 0 ? 1 : 0;
await server.place.remove();
