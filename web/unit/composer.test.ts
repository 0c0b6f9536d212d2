import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api, Refusal } from "$shared/api";
import type { Frame } from "$shared/live/frames";
import { live } from "$shared/live/live.svelte";
import { desk } from "$shared/store/desk.svelte";
import type { Part, Row, Start } from "$shared/types";
import { Composer } from "$inbox/composer/composer.svelte";
import { router } from "$inbox/app/router.svelte";
import { Thread } from "$inbox/thread/threads.svelte";

const row = { id: "12", state: "open", snoozed_until: null, tag_ids: [], unread: false } as unknown as Row;
const part = (id: string, author: string): Part => ({
  id,
  kind: "message",
  part_type: "comment",
  author: { type: "admin", id: author, name: author, avatar: null, email: null },
  html: `<p>${id}</p>`,
  attachments: [],
  at: 1,
  redacted: false,
  event: null,
  held_until: null,
  subject: null,
});

let thread: Thread;
let composer: Composer;
let send: ReturnType<typeof vi.fn>;
const write = (html: string) => {
  composer.now.html = html;
  composer.empty = false;
};

beforeEach(() => {
  localStorage.clear();
  desk.start = {
    workspace: { id: "w" },
    me: { id: "me", name: "Me", permissions: [] },
    teammates: [],
    teams: [],
    tags: [],
    views: [],
  } as unknown as Start;
  desk.rows.put(row, 1);
  send = vi.fn(() => new Promise(() => {}));
  vi.spyOn(desk.outbox, "send").mockImplementation(send as never);
  vi.spyOn(api, "get").mockRejectedValue(new Refusal(0, {}));
  vi.spyOn(api, "put").mockRejectedValue(new Refusal(0, {}));
  vi.spyOn(api, "post").mockRejectedValue(new Refusal(0, {}));
  vi.spyOn(api, "delete").mockRejectedValue(new Refusal(0, {}));
  thread = new Thread("12");
  thread.parts = [part("1", "me")];
  composer = new Composer(thread);
  router.open("12");
});
afterEach(async () => {
  // A thread with new events is reloaded shortly. This must not reach the network.
  await new Promise((done) => setTimeout(done, 200));
  vi.restoreAllMocks();
});

describe("sending", () => {
  it("shows the message at once, sends the last seen part, and empties the composer", async () => {
    const mine = { ...part("2", "me"), held_until: 99 };
    send.mockResolvedValue({ position: 5, row, part: mine });
    write("<p>Hello</p>");
    expect(composer.send()).toBe(true);
    expect(thread.pending).toMatchObject([{ html: "<p>Hello</p>", kind: "reply" }]);
    expect(composer.now.html).toBe("");
    await vi.waitFor(() => expect(thread.pending).toEqual([]));
    expect(send.mock.calls[0]?.[0]).toMatchObject({
      lane: "12",
      body: { html: "<p>Hello</p>", seen: "1", kind: "reply" },
    });
    expect(thread.parts.map((one) => one.id)).toEqual(["1", "2"]);
    expect(thread.deadlines.get("2")).toBeGreaterThan(Date.now());
  });

  it("restores the text when another message came in between, before newer text", async () => {
    send.mockRejectedValue(new Refusal(409, { code: "newer_activity" }, { parts: [part("2", "grace")] }));
    write("<p>One</p>");
    composer.send({ then: "close" });
    expect(desk.rows.get("12")?.state).toBe("closed");
    write("<p>Two</p>");
    await vi.waitFor(() => expect(thread.meanwhile.map((one) => one.author.id)).toEqual(["grace"]));
    expect(composer.now.html).toBe("<p>One</p><p>Two</p>");
    expect(thread.parts.map((one) => one.id)).toEqual(["1", "2"]);
    expect(desk.rows.get("12")?.state).toBe("open");
    // The next attempt sends the newer part as seen.
    send.mockResolvedValue({ position: 6, row, part: part("3", "me") });
    composer.empty = false;
    composer.send();
    await vi.waitFor(() => expect(thread.pending).toEqual([]));
    expect(send.mock.lastCall?.[0].body.seen).toBe("2");
    expect(thread.meanwhile).toEqual([]);
  });

  it("keeps reply and note separate", () => {
    write("<p>To the customer</p>");
    composer.switch("note");
    expect(composer.now.html).toBe("");
    write("<p>To the team</p>");
    composer.switch("reply");
    expect(composer.now.html).toBe("<p>To the customer</p>");
    expect(composer.send()).toBe(true);
    composer.switch("note");
    expect(composer.now.html).toBe("<p>To the team</p>");
  });

  it("puts a withdrawn reply before newer text", () => {
    composer.now.html = "<p>More</p>";
    const draft = { kind: "reply" as const, html: "<p>9</p>", attachments: [], updated_at: 50 };
    thread.onWithdrawn?.(part("9", "me"), { row, draft, base: 0 });
    expect(composer.now.html).toBe("<p>9</p><p>More</p>");
  });

  it("sends nothing if there is nothing to send", () => {
    expect(composer.send()).toBe(false);
    expect(send).not.toHaveBeenCalled();
  });
});

describe("the draft of another device", () => {
  let tell: (frame: Frame) => void;
  // The drafts of the other one may still be on their way.
  const other = { ...row, id: "13" };
  const draft = (html: string, updated_at: number) => ({ kind: "reply", html, attachments: [], updated_at });
  const load = (...drafts: unknown[]) =>
    vi.mocked(api.get).mockResolvedValue({ row: other, parts: [part("1", "me")], before: null, position: 2, drafts });
  /** A frame arrives, and what it leads to is loaded. */
  async function hear(reply: number) {
    tell({ t: "me", id: "13", draft: reply > 0, drafts: { reply, note: 0 } });
    await new Promise((done) => setTimeout(done, 500));
    composer.begin();
  }

  beforeEach(async () => {
    vi.spyOn(live, "onFrame").mockImplementation((listener) => {
      tell = listener;
      return () => {};
    });
    thread = new Thread("13");
    composer = new Composer(thread);
    load();
    await thread.load();
    composer.begin();
  });
  afterEach(() => composer.unmount());

  it("is shown once it is saved, and gone once it is sent there", async () => {
    load(draft("<p>theirs</p>", 9));
    await hear(9);
    expect(composer.now.html).toBe("<p>theirs</p>");
    const loads = vi.mocked(api.get).mock.calls.length;
    await hear(9);
    expect(vi.mocked(api.get).mock.calls.length).toBe(loads);
    load();
    await hear(0);
    expect(composer.now.html).toBe("");
  });

  it("is offered if something was written here that is not saved", async () => {
    const theirs = draft("<p>theirs</p>", 9);
    vi.mocked(api.put).mockRejectedValue(new Refusal(409, { code: "draft_changed" }, { draft: theirs }));
    load(theirs);
    write("<p>mine</p>");
    composer.now.changed();
    await hear(9);
    await vi.waitFor(() => expect(composer.now.conflict).toEqual(theirs));
    expect(composer.now.html).toBe("<p>mine</p>");
  });
});
