// `npm run mock`: the development server answers /app/v1 from memory, with all types of objects.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connect, Plugin } from "vite";
import type { Action, Draft, Part, Row } from "../shared/types";
import { applied } from "../shared/store/actions";
import { compare, isIn, type Key, type StateFilter } from "../shared/store/views";
import { answerDevelopers } from "./developers";
import { answerPeople } from "./people";
import { answerReport } from "./reports";
import { answerSettings } from "./settings";
import { me, partsFor, people, person, random, rows, start } from "./data";

let position = 1000;
let nextId = 700000000;
let signedIn = true;
let preferences: Record<string, unknown> = {};
const parts = new Map<string, Part[]>();
const drafts = new Map<string, Draft>();
const answers = new Map<string, unknown>();
const streams = new Set<ServerResponse>();

class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly more: object = {},
  ) {
    super(message);
  }
}

const send = (frame: object) => streams.forEach((stream) => stream.write(`data: ${JSON.stringify(frame)}\n\n`));
const find = (id: string | undefined): Row => {
  const row = rows.find((one) => one.id === id);
  if (!row) throw new Refused(404, "conversation_not_found", "There is no such conversation.");
  return row;
};
const partsOf = (row: Row): Part[] => {
  if (!parts.has(row.id)) parts.set(row.id, partsFor(row));
  return parts.get(row.id) as Part[];
};

function changed(row: Row) {
  position++;
  const { unread: _u, mentioned: _m, draft: _d, ...shared } = row;
  send({ t: "row", p: position, row: shared });
}

function act(id: string, action: Action): Row {
  const row = find(id);
  const own = action.type === "read" || action.type === "unread";
  Object.assign(row, applied(row, action), own ? {} : { updated_at: Math.floor(Date.now() / 1000) });
  changed(row);
  if (own) send({ t: "me", id: row.id, unread: row.unread });
  return row;
}

function counts() {
  return Object.fromEntries(
    start.views.map((view) => [
      view.id,
      Math.min(100, rows.filter((row) => isIn(row, { view: view.id, state: "open", sort: "newest" }, me.id)).length),
    ]),
  );
}

function list(url: URL) {
  const get = (name: string) => url.searchParams.get(name);
  const key = {
    view: get("view") ?? "mine",
    state: (get("state") ?? "open") as StateFilter,
    sort: (get("sort") ?? "newest") as "newest",
  };
  const name = JSON.stringify([position, key]);
  if (sorted?.name !== name) sorted = { name, rows: listed(key) };
  const from = Number(get("after") ?? 0);
  const all = sorted.rows;
  return { items: all.slice(from, from + 50), next: from + 50 < all.length ? String(from + 50) : null };
}

/** The last requested list, in order, until something changes. */
let sorted: { name: string; rows: Row[] } | null = null;

function listed(key: Key): Row[] {
  const [kind, id] = key.view.split(":");
  const of = (row: Row) => (kind === "contact" ? row.contact?.id === id : isIn(row, key, me.id));
  return rows.filter((row) => of(row) ?? row.priority === "urgent").sort((a, b) => compare(a, b, key.sort));
}

function thread(id: string) {
  const row = find(id);
  const all = partsOf(row);
  return {
    row,
    contacts: [row.contact],
    attributes: { order_number: "A-2041", refunded: false },
    ticket: row.ticket
      ? { type_id: "1", state_id: "2", title: row.title, description: null, attributes: { severity: "major" } }
      : null,
    linked: [],
    merged: [],
    parts: all,
    before: null,
    drafts: ["reply", "note"].map((kind) => drafts.get(`${id}/${kind}`)).filter(Boolean),
    read_part_id: row.unread ? (all.at(-2)?.id ?? null) : row.last_part_id,
  };
}

type Reply = {
  kind: "reply" | "note";
  html: string;
  seen: string | null;
  force?: boolean;
  then?: "close" | "snooze";
  snoozed_until?: number;
};
function reply(id: string, body: Reply) {
  const row = find(id);
  const all = partsOf(row);
  const seen = all.findIndex((part) => part.id === body.seen);
  const newer = body.seen === null || seen < 0 ? [] : all.slice(seen + 1).filter((part) => part.author.id !== me.id);
  if (newer.length && !body.force)
    throw new Refused(409, "newer_activity", "Somebody wrote in the meantime.", { parts: newer });
  const at = Math.floor(Date.now() / 1000);
  const part: Part = {
    id: String(nextId++),
    kind: body.kind === "note" ? "note" : "message",
    part_type: body.kind === "note" ? "note" : "comment",
    author: person(me.id),
    html: body.html,
    attachments: [],
    at,
    redacted: false,
    event: null,
    held_until: body.kind === "reply" ? at + 10 : null,
    subject: null,
  };
  all.push(part);
  Object.assign(row, {
    excerpt: body.html
      .replace(/<[^>]*>/g, " ")
      .trim()
      .slice(0, 140),
    excerpt_by: body.kind === "note" ? "note" : "admin",
    last_author: me.name,
    last_at: at,
    last_part_id: part.id,
    updated_at: at,
    waiting_since: null,
    unread: false,
  });
  if (body.then === "close") row.state = "closed";
  if (body.then === "snooze") Object.assign(row, { state: "snoozed", snoozed_until: body.snoozed_until ?? at + 86400 });
  drafts.delete(`${id}/${body.kind}`);
  changed(row);
  return { row, part, draft: null };
}

/** The answer to a request; undefined if there is no such operation. */
function answer(method: string, url: URL, body: unknown): unknown {
  const [first, id, verb, part, last] = url.pathname.slice("/app/v1/".length).split("/");
  const route = `${method} ${first}`;
  if (first === "session") {
    if (method === "GET") return { step: signedIn ? "done" : "sign_in", workspaces: null, sso: "Acme ID" };
    if (id === "invitation")
      return { workspace: "Acme Bikes", email: "grace@acme.test", role: "Agent", invited_by: me.name };
    if (method === "POST" && (body as { password?: string }).password === "wrong")
      throw new Refused(401, "unauthorized", "Wrong.");
    signedIn = method === "POST";
    return { step: "done" };
  }
  if (!signedIn) throw new Refused(401, "unauthorized", "Sign in first.");
  if (first === "contacts" || first === "companies") return answerPeople(method, url, body);
  const developers = answerDevelopers(method, url);
  if (developers !== undefined) return developers;
  if (first === "reports") return answerReport(url);
  if (first === "settings") return answerSettings(method, url, body);
  switch (route) {
    case "GET start":
      return {
        ...start,
        me: { ...start.me, preferences },
        views: start.views.map((view) => ({ ...view, count: counts()[view.id] ?? 0 })),
      };
    case "PATCH me":
      Object.assign(start.me, body);
      return start.me;
    case "PUT me":
      if (id === "preferences") preferences = body as Record<string, unknown>;
      return {};
    case "GET me":
      if (id === "password") return { exists: true };
      return {
        items: [
          {
            id: "1",
            is_this: true,
            created_at: 1764000000,
            seen_at: 1764300000,
            user_agent: "Chromium",
            address: "127.0.0.1",
          },
        ],
      };
    case "GET conversations":
      if (!id) return list(url);
      if (id === "counts") return { counts: counts() };
      return verb === "parts" ? { parts: [], before: null } : thread(id);
    case "POST conversations": {
      if (id === "actions") {
        const { ids, action } = body as { ids: string[]; action: Action };
        return { results: ids.map((one) => ({ id: one, row: act(one, action), error: null })) };
      }
      if (id === "delete") {
        const { ids } = body as { ids: string[] };
        return { results: ids.map((one) => ({ id: one, row: null, error: null })) };
      }
      if (!id) return { row: rows[0], parts: [] };
      if (verb === "actions") return { row: act(id, body as Action), parts: [] };
      if (verb === "reply") return reply(id, body as Reply);
      if (verb === "parts" && last === "withdraw") {
        const row = find(id);
        const all = partsOf(row);
        const at = all.findIndex((one) => one.id === part);
        const [taken] = all.splice(at, 1);
        const draft = { kind: "reply", html: taken?.html ?? "", attachments: [], updated_at: Date.now() };
        return { row, draft, base: 0 };
      }
      return { row: find(id), parts: [] };
    }
    case "GET held_conversations":
      if (!id) return { items: [] };
      return { id, held_until: 0, conversation_id: rows[0]?.id ?? null, error: null, message: null };
    case "POST held_conversations": {
      const held_until = Math.floor(Date.now() / 1000) + 10;
      return { id: id ?? String(nextId++), held_until, conversation_id: null, error: null, message: null };
    }
    case "PUT conversations": {
      const draft = {
        ...(body as Draft),
        kind: part as "reply",
        attachments: [],
        updated_at: Math.floor(Date.now() / 1000),
      };
      drafts.set(`${id}/${part}`, draft);
      return { draft };
    }
    case "DELETE conversations":
      drafts.delete(`${id}/${part}`);
      return {};
    case "GET macros":
      return {
        html: "<p>Thank you for writing to us, and have a good day!</p>",
        actions: id === "1" ? [{ type: "close" }] : [],
        missing: [],
      };
    case "GET search": {
      const q = (url.searchParams.get("q") ?? "").toLowerCase();
      const hits = rows.filter((row) => q && `${row.title} ${row.excerpt}`.toLowerCase().includes(q)).slice(0, 30);
      return {
        conversations: hits.map((row) => ({
          row,
          part_id: row.last_part_id,
          excerpt_html: row.excerpt.replace(new RegExp(q, "i"), (hit) => `<mark>${hit}</mark>`),
        })),
        contacts: people.filter((one) => q && one.name.toLowerCase().includes(q)).slice(0, 5),
        next: null,
      };
    }
    case "GET views":
      return { items: start.views };
    case "POST uploads":
      return {
        id: String(nextId++),
        name: "file",
        url: "/inbox/icon.svg",
        content_type: "image/svg+xml",
        size: 1000,
        width: null,
        height: null,
      };
    default:
      return method === "GET" ? undefined : {};
  }
}

async function read(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString() || "{}");
  } catch {
    return {};
  }
}

async function serve(request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? "/", "http://mock");
  if (url.pathname === "/app/v1/live/stream") {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(`data: ${JSON.stringify({ t: "hello", position, beat: 25, carrier: "sse" })}\n\n`);
    streams.add(response);
    request.on("close", () => streams.delete(response));
    return;
  }
  const body = request.method === "GET" ? undefined : await read(request);
  const key = request.headers["idempotency-key"];
  let status = 200;
  let result: unknown;
  try {
    const known = typeof key === "string" ? answers.get(key) : undefined;
    const made = known ?? answer(request.method ?? "GET", url, body);
    if (made === undefined) throw new Refused(404, "not_found", "There is no such address.");
    result = known ?? { position, ...(made as object) };
    if (typeof key === "string") answers.set(key, result);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    status = error.status;
    result = { error: { code: error.code, message: error.message, field: null, request_id: "mock" }, ...error.more };
  }
  await new Promise((done) => setTimeout(done, Number(process.env["MOCK_DELAY"] ?? 40)));
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(result));
}

/** Regularly a customer writes a message, and a teammate views a conversation. */
function live() {
  const row = rows[Math.floor(random() * 12)] as Row;
  const text = "Are you still there? I have one more question.";
  const at = Math.floor(Date.now() / 1000);
  const id = String(nextId++);
  partsOf(row).push({
    id,
    kind: "message",
    part_type: "comment",
    author: row.contact ?? person("1"),
    html: `<p>${text}</p>`,
    attachments: [],
    at,
    redacted: false,
    event: null,
    held_until: null,
    subject: null,
  });
  Object.assign(row, {
    excerpt: text,
    excerpt_by: "contact",
    last_author: null,
    last_at: at,
    last_part_id: id,
    updated_at: at,
    waiting_since: at,
    unread: true,
    state: "open",
  });
  changed(row);
  send({ t: "eph", kind: random() < 0.5 ? "viewing" : "typing", admin_id: "2", conversation_id: row.id });
}

export function mock(): Plugin {
  const answerHere = ({ middlewares }: { middlewares: Connect.Server }) => {
    if (!process.env["MOCK_QUIET"]) setInterval(live, 15_000).unref();
    middlewares.use((request, response, next) => {
      if (request.url?.startsWith("/app/v1/")) void serve(request, response).catch(next);
      else next();
    });
  };
  return { name: "mock", configureServer: answerHere, configurePreviewServer: answerHere };
}
