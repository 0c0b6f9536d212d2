// Fails if the JavaScript exceeds the budgets: up to the first paint of the list, what the editor and the reports add,
// and everything that one person can load, which includes the catalogues of one language (the largest one). Sizes are
// those of the gzip files, which browsers without brotli load. Also fails if all files, which the server embeds with
// their compressed forms, make it too large.
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const dist = new URL("../dist/", import.meta.url);
const KB = 1024;
const budgets = { first: 150 * KB, editor: 75 * KB, reports: 35 * KB, all: 330 * KB, embedded: 2560 * KB };

const manifest = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf8"));
const size = (file) => {
  try {
    return statSync(new URL(`${file}.gz`, dist)).size;
  } catch {
    return statSync(new URL(file, dist)).size;
  }
};

/** The chunks that are loaded before the chunk named `key` runs, itself included. */
function loaded(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) loaded(next, seen);
  return seen;
}
const scripts = (keys) =>
  [...new Set([...keys].map((key) => manifest[key].file))].filter((file) => file.endsWith(".js"));
const sum = (files) => files.reduce((total, file) => total + size(file), 0);

const entries = Object.keys(manifest).filter((key) => manifest[key].isEntry);
const list = Object.keys(manifest).filter((key) => /app\/Shell\.svelte$|list\/List\.svelte$/.test(key));
const first = new Set([...entries, ...list].flatMap((key) => [...loaded(key)]));
// What the composer adds to an open conversation, and the reports, before which the page loads conversations.
const keysOf = (pattern) => Object.keys(manifest).filter((key) => pattern.test(key));
const shown = new Set([...first, ...keysOf(/thread\/Thread\.svelte$/).flatMap((key) => [...loaded(key)])]);
const editor = scripts(keysOf(/richtext\/editor\.ts$/).flatMap((key) => [...loaded(key)]));
const editorOnly = editor.filter((file) => !scripts(shown).includes(file));
const reports = scripts(keysOf(/reports\/Reports\.svelte$/).flatMap((key) => [...loaded(key)]));
const reportsOnly = reports.filter((file) => !scripts(shown).includes(file));

const languageOf = (key) => /i18n\/([^/]+)\/[^/]+\.json$/.exec(key)?.[1];
const catalogues = new Map();
for (const key of Object.keys(manifest).filter(languageOf)) {
  catalogues.set(languageOf(key), [...(catalogues.get(languageOf(key)) ?? []), key]);
}
const common = scripts(Object.keys(manifest).filter((key) => !languageOf(key)));
const largest = Math.max(
  0,
  ...[...catalogues.values()].map((keys) => sum(scripts(keys).filter((f) => !common.includes(f)))),
);

const embedded = readdirSync(dist.pathname, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.startsWith("manifest.json"))
  .reduce((total, entry) => total + statSync(join(entry.parentPath, entry.name)).size, 0);

const measured = {
  first: sum(scripts(first)),
  editor: sum(editorOnly),
  reports: sum(reportsOnly),
  all: sum(common) + largest,
  embedded,
};
let failed = false;
for (const [name, budget] of Object.entries(budgets)) {
  const over = measured[name] > budget;
  failed ||= over;
  const kind = name === "embedded" ? "KB" : "KB gzip";
  const line = `${name.padEnd(8)} ${(measured[name] / KB).toFixed(1).padStart(6)} ${kind}, at most ${budget / KB}`;
  console.log(over ? `error: ${line}` : line);
}
for (const extension of ["", ".br", ".gz"]) rmSync(new URL(`manifest.json${extension}`, dist), { force: true });
process.exit(failed ? 1 : 0);
