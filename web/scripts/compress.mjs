// Writes .br and .gz next to each file of dist that shrinks enough, so that the server compresses nothing itself.
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = new URL("../dist", import.meta.url).pathname;
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !/\.(js|css|html|svg|json)$/.test(path)) continue;
  const bytes = readFileSync(path);
  if (bytes.length < 512) continue;
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  writeFileSync(`${path}.br`, brotli);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}
// Only Vite's development server uses these.
rmSync(join(dist, ".vite"), { recursive: true, force: true });
// Cargo embeds what is here now.
const embedder = new URL("../../crates/web/build.rs", import.meta.url);
if (existsSync(embedder)) utimesSync(embedder, new Date(), new Date());
