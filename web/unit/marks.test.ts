import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "$shared/store/act";
import { desk } from "$shared/store/desk.svelte";
import { Outbox } from "$shared/store/outbox.svelte";
import { Rows } from "$shared/store/rows.svelte";
import type { Row } from "$shared/types";
import { Thread } from "$inbox/thread/threads.svelte";
import { row } from "./row";

type Request = { path: string; body: unknown; answer: (body: object, status?: number) => void };
let requests: Request[] = [];
let rows = new Rows();
let outbox = new Outbox();

/** A row before and after which nothing happened but marks, which do not move the position. */
const POSITION = 7;
const marked = (unread: boolean, id = "1") => ({ row: row(id, { unread }), position: POSITION });
const mark = (type: "read" | "unread", ...ids: string[]) => act(rows, outbox, ids.length ? ids : ["1"], { type });
const isUnread = (id = "1") => rows.get(id)?.unread;

async function asked(count: number): Promise<Request> {
  await vi.waitFor(() => expect(requests).toHaveLength(count));
  return requests[count - 1] as Request;
}

beforeEach(() => {
  requests = [];
  rows = new Rows();
  outbox = new Outbox();
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    return new Promise<Response>((resolve) => {
      const answer = (body: object, status = 200) => resolve(new Response(JSON.stringify(body), { status }));
      requests.push({ path: url.replace("/app/v1", ""), body: JSON.parse(String(init.body)), answer });
    });
  });
  for (const id of ["1", "2", "3"]) rows.put(row(id, { unread: true }), POSITION);
});
afterEach(() => vi.unstubAllGlobals());

/** Opens the conversation, which marks it as read, and marks it as unread while that is on its way. */
async function readAndUnread() {
  const both = [mark("read"), mark("unread")];
  (await asked(1)).answer(marked(false));
  expect(isUnread()).toBe(true);
  (await asked(2)).answer(marked(true));
  await Promise.all(both);
  expect(requests.map((one) => one.body)).toEqual([{ type: "read" }, { type: "unread" }]);
  expect(isUnread()).toBe(true);
}

describe("a conversation that was marked as unread", () => {
  it("stays unread when the live connection reports later that it was read before", async () => {
    await readAndUnread();
    rows.putMarks("1", { unread: false });
    expect(isUnread()).toBe(true);
    rows.putMarks("1", { unread: true });
    expect(isUnread()).toBe(true);
    // That is another device.
    rows.putMarks("1", { unread: false });
    expect(isUnread()).toBe(false);
  });

  it("stays unread when an answer arrives that was requested before", async () => {
    const since = rows.marks.now;
    await readAndUnread();
    rows.put(row("1", { title: "Loaded", unread: false }), POSITION, since);
    expect(rows.get("1")).toMatchObject({ title: "Loaded", unread: true });
    rows.put(row("1", { unread: false }), POSITION, rows.marks.now);
    expect(isUnread(), "requested afterwards").toBe(false);
  });

  it("stays unread when the answer to an action on many arrives that was sent before", async () => {
    const others = act(rows, outbox, ["1", "2"], { type: "close" });
    const closing = await asked(1);
    const unread = mark("unread");
    (await asked(2)).answer(marked(true));
    await unread;
    const results = ["1", "2"].map((id) => ({ id, row: row(id, { state: "closed" as Row["state"] }), error: null }));
    closing.answer({ results, position: POSITION });
    await others;
    expect(rows.get("1")).toMatchObject({ state: "closed", unread: true });
  });

  it("waits among others for what is on its way", async () => {
    const read = mark("read");
    const first = await asked(1);
    const unread = mark("unread", "1", "2", "3");
    const others = await asked(2);
    expect([others.path, others.body]).toEqual([
      "/conversations/actions",
      { ids: ["2", "3"], action: { type: "unread" } },
    ]);
    first.answer(marked(false));
    (await asked(3)).answer(marked(true));
    expect(requests[2]).toMatchObject({ path: "/conversations/1/actions", body: { type: "unread" } });
    others.answer({
      results: ["2", "3"].map((id) => ({ id, row: marked(true, id).row, error: null })),
      position: POSITION,
    });
    expect((await unread).done.map((one) => one.id)).toEqual(["1", "2", "3"]);
    await read;
    expect(isUnread()).toBe(true);
  });
});

describe("an open conversation", () => {
  it("is not marked as read by itself once the teammate has marked it as unread, until it is opened again", () => {
    const acting = vi.spyOn(desk, "act").mockResolvedValue({ done: [], failed: [], undo: [] });
    const thread = new Thread("5");
    desk.rows.put(row("5", { unread: true, last_part_id: "8" }), POSITION);
    thread.readMark.leave(thread.row);
    thread.readMark.mark(thread.row);
    expect(acting).not.toHaveBeenCalled();
    thread.opened();
    thread.readMark.mark(thread.row);
    expect(acting).toHaveBeenCalledExactlyOnceWith(["5"], { type: "read" });
    acting.mockRestore();
  });
});

describe("a mark from the live connection", () => {
  it("counts if this tab's own was refused", async () => {
    const read = mark("read");
    (await asked(1)).answer({ error: { code: "forbidden", message: "no" } }, 403);
    expect((await read).failed).toHaveLength(1);
    expect(isUnread()).toBe(true);
    rows.putMarks("1", { unread: false });
    expect(isUnread()).toBe(false);
  });

  it("counts after frames were missed", async () => {
    await readAndUnread();
    rows.marks.forgetEchoes();
    rows.putMarks("1", { unread: false });
    expect(isUnread()).toBe(false);
  });

  it("is newer than an answer that was requested before, unless that has a later position", () => {
    const since = rows.marks.now;
    rows.putMarks("1", { unread: false });
    rows.put(row("1", { unread: true }), POSITION, since);
    expect(isUnread()).toBe(false);
    rows.put(row("1", { unread: true, last_part_id: "9" }), POSITION + 1, since);
    expect(isUnread()).toBe(true);
  });

  it("leaves the other marks as they are", async () => {
    await readAndUnread();
    rows.setMarks("1", { draft: true });
    rows.putMarks("1", { unread: false, mentioned: true });
    expect(rows.get("1")).toMatchObject({ unread: true, mentioned: true, draft: true });
  });
});
