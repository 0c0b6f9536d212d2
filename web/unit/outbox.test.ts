import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refusal } from "$shared/api";
import * as database from "$shared/store/database";
import type { Entry } from "$shared/store/database";
import { Outbox, TAKEN_BACK } from "$shared/store/outbox.svelte";

type Sent = { url: string; key: string; body: unknown };
let sent: Sent[] = [];
let answers: (() => Response)[] = [];

const ok =
  (body: object = {}) =>
  () =>
    new Response(JSON.stringify(body), { status: 200 });
const lost = () => {
  throw new TypeError("network");
};
const refused = (status: number, code: string) => () =>
  new Response(JSON.stringify({ error: { code, message: code } }), { status });

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  answers = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    sent.push({ url, key: headers["Idempotency-Key"] ?? "", body: JSON.parse(String(init.body)) });
    return (answers.shift() ?? ok())();
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const write = (lane: string, n = 1) => ({
  lane,
  method: "POST" as const,
  path: `/x/${n}`,
  body: { n },
  kind: "action",
});

describe("outbox", () => {
  it("sends a write again with the same key until it is answered", async () => {
    const outbox = new Outbox();
    answers = [lost as () => Response, refused(503, "busy"), ok({ position: 7 })];
    const answer = outbox.send<{ position: number }>(write("1"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await answer).toEqual({ position: 7 });
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map((one) => one.key)).size).toBe(1);
    expect(outbox.waiting).toBe(0);
  });

  it("keeps the order within a lane, and lanes do not wait for each other", async () => {
    const outbox = new Outbox();
    answers = [lost as () => Response];
    void outbox.send(write("1", 1));
    void outbox.send(write("1", 2));
    void outbox.send(write("2", 3));
    await vi.advanceTimersByTimeAsync(10);
    expect(sent.map((one) => one.url)).toEqual(["/app/v1/x/1", "/app/v1/x/3"]);
    expect(outbox.waiting).toBe(2);
    outbox.flush();
    await vi.advanceTimersByTimeAsync(10);
    expect(sent.map((one) => one.url).slice(2)).toEqual(["/app/v1/x/1", "/app/v1/x/2"]);
  });

  it("reports a refusal to the writer, and continues", async () => {
    const outbox = new Outbox();
    answers = [refused(409, "newer_activity"), ok()];
    const first = outbox.send(write("1", 1));
    const second = outbox.send(write("1", 2));
    await expect(first).rejects.toThrow(Refusal);
    await expect(first).rejects.toMatchObject({ status: 409, code: "newer_activity" });
    await second;
    expect(sent).toHaveLength(2);
  });

  it("waits for a sign-in instead of losing a write", async () => {
    const outbox = new Outbox();
    answers = [refused(401, "unauthorized"), ok()];
    const answer = outbox.send(write("1"));
    await vi.advanceTimersByTimeAsync(0);
    expect(outbox.waiting).toBe(1);
    outbox.flush();
    await answer;
  });

  const message = (lane: string) => ({ ...write(lane), kind: "reply", draft: { html: "<p>Hello</p>" } });

  it("says why a message waits, and keeps saying it until it is sent", async () => {
    const outbox = new Outbox();
    answers = [refused(500, "server_error"), lost as () => Response, ok()];
    const answer = outbox.send({ ...message("1"), key: "k" });
    expect(outbox.messages).toMatchObject([{ key: "k", lane: "1", trouble: null }]);
    await vi.advanceTimersByTimeAsync(10);
    expect(outbox.messages).toMatchObject([{ trouble: "server", mayTakeBack: false }]);
    expect(outbox.hasWaiting("1")).toBe(true);
    outbox.flush();
    await vi.advanceTimersByTimeAsync(10);
    expect(outbox.messages).toMatchObject([{ trouble: "unreachable", mayTakeBack: false }]);
    outbox.flush();
    await answer;
    expect(outbox.messages).toEqual([]);
  });

  it("gives back a message only if the server cannot have received it", async () => {
    const outbox = new Outbox();
    const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    answers = [lost as () => Response];
    const answer = outbox.send({ ...message("1"), key: "k" });
    expect(outbox.takeBack("k"), "it is on its way").toBe(false);
    await expect(answer, "until that fails").rejects.toMatchObject({ code: TAKEN_BACK });
    online.mockReturnValue(true);
    answers = [lost as () => Response, ok(), ok()];
    const [first, second] = [outbox.send({ ...message("2"), key: "a" }), outbox.send({ ...message("2"), key: "b" })];
    await vi.advanceTimersByTimeAsync(10);
    expect(outbox.messages.map((one) => one.mayTakeBack)).toEqual([false, true]);
    expect(outbox.takeBack("a"), "the answer may have been lost").toBe(false);
    expect(outbox.takeBack("b"), "it was not tried").toBe(true);
    await expect(second).rejects.toMatchObject({ code: TAKEN_BACK });
    outbox.flush();
    await first;
    expect(sent.map((one) => one.key)).toEqual(["k", "a", "a"]);
    online.mockRestore();
  });

  it("stores the wish to take a message back, for the page that gets its answer", async () => {
    const stored: Entry[] = [];
    const put = (_: string, entry: Entry) => Promise.resolve(stored.push({ ...entry }));
    vi.spyOn(database, "withDatabase").mockImplementation((work) =>
      work({ put, getAll: async () => [], delete: async () => {} } as never),
    );
    const outbox = new Outbox();
    answers = [refused(500, "server_error"), ok()];
    const answer = outbox.send({ ...message("1"), key: "k" });
    await vi.advanceTimersByTimeAsync(10);
    expect(outbox.takeBack("k")).toBe(false);
    expect(stored.at(-1)).toMatchObject({ key: "k", isWanted: true });
    outbox.flush();
    await answer;
    vi.restoreAllMocks();
  });
});
