// Runs the browser suite, or the files that are named: fills a demo once, and gives each file a copy of it.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "./harness.mjs";

const folder = fileURLToPath(new URL(".", import.meta.url));
const all = () => readdirSync(folder).filter((name) => name.endsWith(".test.mjs"));
const named = process.argv.slice(2);
const files = named.length > 0 ? named : all().map((name) => join(folder, name));

const server = await serve();
await server.end();
const env = { ...process.env, E2E_FILLED: JSON.stringify(server.place) };
const tests = spawn(process.execPath, ["--test", "--test-concurrency=1", ...files], { stdio: "inherit", env });
tests.once("exit", async (code) => {
  await server.place.remove();
  process.exitCode = code ?? 1;
});
