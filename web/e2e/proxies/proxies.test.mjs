// The live connection through nginx in four configurations: correct, without WebSockets, with buffered answers, and
// with timeouts of ten seconds. Each time the inbox has to connect with a carrier that works, and to miss nothing.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { credentials, open, setUp, signIn } from "../harness.mjs";

const at = setUp();
const NGINX = process.env.NGINX_BIN ?? "/usr/sbin/nginx";

const UPGRADE = `proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;`;
/** Additional nginx settings, the carriers that may then work, the number of changes and the seconds between them. */
const WAYS = {
  right: { settings: UPGRADE, carriers: ["ws"], times: 5, pause: 1 },
  "without WebSockets": { settings: "", carriers: ["sse"], times: 5, pause: 1 },
  // Even answers with a header against buffering.
  "with buffered answers": {
    settings: "proxy_ignore_headers X-Accel-Buffering;\n      proxy_buffers 8 64k;\n      proxy_buffer_size 64k;",
    // nginx forwards chunked answers chunk by chunk; others it buffers by default until its buffers are full.
    version: "1.0",
    carriers: ["poll"],
    times: 5,
    pause: 1,
  },
  "with time limits of ten seconds": {
    settings: `${UPGRADE}\n      proxy_read_timeout 10s;\n      proxy_send_timeout 10s;`,
    carriers: ["ws"],
    // The connection was cut each time.
    times: 3,
    pause: 12,
  },
};

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts nginx in front of the server. */
async function proxy(settings, version = "1.1") {
  const [folder, port] = [mkdtempSync(join(tmpdir(), "deskwire-nginx-")), await freePort()];
  for (const name of ["body", "proxy", "fastcgi", "uwsgi", "scgi"]) mkdirSync(join(folder, name));
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 100m;
    location / {
      proxy_pass ${at.server.url};
      proxy_http_version ${version};
      proxy_set_header Host $http_host;
      ${settings}
    }
  }
}
`,
  );
  execFileSync(NGINX, ["-t", "-q", "-c", file, "-e", `${folder}/error.log`]);
  const child = spawn(NGINX, ["-c", file, "-e", `${folder}/error.log`], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  for (const until = Date.now() + 10_000; ;) {
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) break;
    if (Date.now() > until) throw new Error("nginx did not get ready");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    url,
    output: at.server.output,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Renames a conversation, as another teammate's browser does. */
const rename = (page, id, title) =>
  page.evaluate(
    async ([id, title]) => {
      const headers = { "Content-Type": "application/json", "X-Deskwire": "1", "Idempotency-Key": crypto.randomUUID() };
      const body = JSON.stringify({ type: "title", title });
      const answer = await fetch(`/app/v1/conversations/${id}/actions`, { method: "POST", headers, body });
      if (!answer.ok) throw new Error(await answer.text());
    },
    [id, title],
  );

const ways = Object.entries(WAYS);
// Most of the time they wait, so they run at once, each with a conversation of its own.
describe("nginx", { concurrency: ways.length }, () => ways.forEach(([name, way], place) => behind(name, way, place)));

function behind(name, { settings, version, carriers, times, pause }, place) {
  test(`${name}: frames come by ${carriers.join(" or ")}, and none is missed`, async () => {
    const front = await proxy(settings, version);
    // nginx cuts or refuses connections on purpose here; the browser logs each to its console.
    const expected = [/\/app\/v1\/live/];
    const page = await open(at.browser, front, { expected });
    const other = await open(at.browser, at.server, {});
    try {
      await signIn(page, front, credentials(at.server));
      await signIn(other, at.server);
      await page.goto(`${front.url}/inbox/v/all`);
      const row = page.locator("[data-id]").nth(place);
      await row.waitFor();
      const id = await row.getAttribute("data-id");
      // The client gives up the first carriers after a while.
      await page.waitForFunction((wanted) => wanted.includes(sessionStorage.getItem("deskwire.carrier")), carriers, {
        timeout: 60_000,
      });
      // Every title that the row ever had.
      await page.evaluate((id) => {
        globalThis.seen = new Set();
        const look = () => globalThis.seen.add(document.querySelector(`[data-id="${id}"]`)?.textContent ?? "");
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
      }, id);
      const names = Array.from({ length: times }, (_, number) => `Renamed ${number} ${Date.now()}`);
      for (const title of names) {
        await rename(other, id, title);
        await page.waitForFunction(
          (title) => [...globalThis.seen].some((text) => text.includes(title)),
          title,
          // A cut connection is back within seconds and then catches up.
          { timeout: 20_000 },
        );
        await new Promise((resolve) => setTimeout(resolve, pause * 1_000));
      }
      assert.ok(carriers.includes(await page.evaluate(() => sessionStorage.getItem("deskwire.carrier"))));
      assert.deepEqual(page.faults, []);
    } finally {
      await page.context().close();
      await other.context().close();
      await front.stop();
    }
  });
}
