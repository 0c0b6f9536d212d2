// The data of a server. `e2e/run.mjs` fills a demo once; then each server starts with a copy.
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** The PostgreSQL server to run on, from `E2E_POSTGRES`; SQLite without it. */
const POSTGRES = process.env.E2E_POSTGRES;
/** Both databases show the same pages, so the suite checks and shows those of SQLite only. */
export const pagesAreKnown = Boolean(POSTGRES);
const VERSIONS = "/usr/lib/postgresql";

/** Creates a place for data, with a copy of the place that `E2E_FILLED` names. */
export async function place() {
  const filled = JSON.parse(process.env.E2E_FILLED ?? "null");
  const folder = mkdtempSync(join(tmpdir(), "deskwire-e2e-"));
  if (filled) cpSync(filled.folder, folder, { recursive: true });
  const name = `deskwire_ui_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  if (POSTGRES) await psql(`CREATE DATABASE ${name}${filled ? ` TEMPLATE ${filled.name}` : ""}`);
  return {
    folder,
    name,
    database: POSTGRES ? POSTGRES.replace(/[^/]*$/, name) : `sqlite:${folder}/demo.db`,
    files: `${folder}/files`,
    async remove() {
      rmSync(folder, { recursive: true, force: true });
      if (POSTGRES) await psql(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function psql(statement) {
  const newest = existsSync(VERSIONS)
    ? readdirSync(VERSIONS)
        .sort((a, b) => a - b)
        .at(-1)
    : null;
  await promisify(execFile)(newest ? `${VERSIONS}/${newest}/bin/psql` : "psql", ["-q", POSTGRES, "-c", statement]);
}
