import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { held } from "$inbox/app/held.svelte";
import { toasts } from "$inbox/app/toasts.svelte";
import { EMPTY, type Begun } from "$inbox/start/begun";
import { hold, resume, track, type Dialog } from "$inbox/start/holding";
import { api, Refusal } from "$shared/api";
import { reasonText } from "$shared/problems";
import { desk } from "$shared/store/desk.svelte";
import type { HeldConversation } from "$shared/types";

const sent: Begun = {
  ...EMPTY,
  to: { id: "7", name: "Ada", email: "ada@example.net" },
  subject: "Plans",
  html: "<p>Hi</p>",
};
const answer = (id: string, more: Partial<HeldConversation> = {}): HeldConversation => ({
  id,
  held_until: Date.now() / 1000 + 10,
  conversation_id: null,
  error: null,
  message: null,
  ...more,
});
let during = 0;
const dialog = {
  reopen: vi.fn(() => true),
  restore: vi.fn(() => Promise.resolve()),
  forget: vi.fn(),
  async during<T>(withdrawal: Promise<T>) {
    during++;
    return withdrawal.finally(() => during--);
  },
} satisfies Dialog;
const texts = () => toasts.items.map((one) => reasonText(one.text).replace(/[\u2066-\u2069]/g, ""));
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const paths = (send: { mock: { calls: { path: string }[][] } }) => send.mock.calls.map(([write]) => write?.path);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.clearAllMocks();
  vi.useRealTimers();
  for (const { key } of held.items) held.remove(key);
  for (const { id } of toasts.items) toasts.close(id);
});

describe("a new conversation", () => {
  it("can be withdrawn for ten seconds, and is reported when it is sent", async () => {
    vi.spyOn(desk.outbox, "send").mockResolvedValue(answer("1"));
    const asked = vi.spyOn(api, "get").mockResolvedValueOnce(answer("1"));
    asked.mockResolvedValueOnce(answer("1", { conversation_id: "99" }));
    await hold(sent, dialog, () => true);
    expect(held.away.map((one) => [one.conversation, one.name])).toEqual([[null, "Ada"]]);
    await pass(10_000);
    expect(held.items).toEqual([]);
    await pass(2_000);
    expect(asked).toHaveBeenCalledTimes(2);
    expect(texts()).toEqual(["Sent to Ada"]);
    expect(dialog.reopen).not.toHaveBeenCalled();
  });

  it("that is withdrawn is in the form at once", async () => {
    const send = vi.spyOn(desk.outbox, "send").mockResolvedValue(answer("2"));
    const asked = vi.spyOn(api, "get");
    await hold(sent, dialog, () => true);
    held.newest?.undo();
    expect(dialog.reopen).toHaveBeenCalledWith({ ...sent, key: "2" });
    await pass(20_000);
    expect(paths(send)).toEqual(["/held_conversations", "/held_conversations/2/withdraw"]);
    expect([held.items, asked.mock.calls, texts()]).toEqual([[], [], []]);
  });

  it("that is withdrawn before the server has it is withdrawn then, and nothing is sent meanwhile", async () => {
    let arrive = (_: HeldConversation) => {};
    const send = vi.spyOn(desk.outbox, "send").mockReturnValueOnce(new Promise((resolve) => (arrive = resolve)));
    send.mockResolvedValueOnce(answer("3"));
    vi.spyOn(desk.outbox, "takeBack").mockReturnValue(false);
    const holding = hold(sent, dialog, () => true);
    held.newest?.undo();
    expect([dialog.reopen.mock.calls.length, during]).toEqual([1, 1]);
    arrive(answer("3"));
    await holding;
    await pass(0);
    expect(paths(send)).toEqual(["/held_conversations", "/held_conversations/3/withdraw"]);
    expect([during, held.items]).toEqual([0, []]);
  });

  it("that was sent after all leaves the form", async () => {
    const send = vi.spyOn(desk.outbox, "send").mockResolvedValueOnce(answer("4"));
    send.mockRejectedValueOnce(new Refusal(409, { code: "already_sent", message: "Sent" }));
    vi.spyOn(api, "get").mockResolvedValue(answer("4", { conversation_id: "99" }));
    await hold(sent, dialog, () => true);
    held.newest?.undo();
    await pass(0);
    expect(dialog.forget).toHaveBeenCalledWith({ ...sent, key: "4" }, "It was already sent.");
    expect(texts()).toEqual(["It was already sent.", "Sent to Ada"]);
  });

  it("that could not be sent comes back once, with the reason", async () => {
    const error = { code: "forbidden", message: "No.", field: null };
    const send = vi.spyOn(desk.outbox, "send").mockResolvedValue(answer("5"));
    const message = { ...sent, to: { id: "7", name: "Ada", email: null }, attachments: [] };
    vi.spyOn(api, "get").mockResolvedValue({ items: [answer("5", { error, message })] });
    let storeIt = () => {};
    dialog.restore.mockReturnValueOnce(new Promise((resolve) => (storeIt = resolve)));
    await resume(dialog);
    expect(dialog.restore).toHaveBeenCalledOnce();
    const [back] = dialog.restore.mock.calls as unknown[][];
    expect(back).toMatchObject([{ held: "5", html: "<p>Hi</p>", subject: "Plans" }, error]);
    expect(paths(send), "the server keeps it until this browser has it").toEqual([]);
    storeIt();
    await pass(0);
    expect(paths(send)).toEqual(["/held_conversations/5/withdraw"]);
  });

  it("can be withdrawn from the moment of sending", () => {
    vi.spyOn(desk.outbox, "send").mockReturnValue(new Promise(() => {}));
    void hold(sent, dialog, () => true);
    expect(held.away.map((one) => [one.name, one.until])).toEqual([["Ada", null]]);
  });

  const way = { key: "k", forMs: () => 10_000, mayReopen: () => false };

  it("that was withdrawn in an earlier page is withdrawn once the server has it", async () => {
    const send = vi.spyOn(desk.outbox, "send").mockResolvedValue(answer("6"));
    let arrive = (_: HeldConversation) => {};
    const tracking = track({ ...sent, key: "k" }, new Promise((resolve) => (arrive = resolve)), dialog, {
      ...way,
      isWanted: true,
    });
    expect([held.items, during]).toEqual([[], 1]);
    arrive(answer("6"));
    await tracking;
    await pass(20_000);
    expect(paths(send)).toEqual(["/held_conversations/6/withdraw"]);
    expect([dialog.reopen.mock.calls, dialog.restore.mock.calls, texts(), during]).toEqual([[], [], [], 0]);
  });

  it("of an earlier page is followed as if this page had sent it", async () => {
    vi.spyOn(api, "get").mockResolvedValue(answer("7", { conversation_id: "99" }));
    await track({ ...sent, key: "k" }, Promise.resolve(answer("7")), dialog, way);
    expect(held.away.map((one) => one.key)).toEqual(["k"]);
    await pass(11_000);
    expect(texts()).toEqual(["Sent to Ada"]);
  });

  it("that another tab withdraws can no longer be withdrawn here", async () => {
    vi.useRealTimers();
    vi.spyOn(desk.outbox, "send").mockResolvedValue(answer("8"));
    await hold(sent, dialog, () => true);
    expect(held.items).toHaveLength(1);
    const other = new BroadcastChannel("deskwire-held");
    other.postMessage({ who: "another teammate", id: "8" });
    other.postMessage({ who: desk.who, id: "8" });
    await vi.waitFor(() => expect(held.items).toEqual([]));
    other.close();
  });

  it("that another page has withdrawn leaves the form again", async () => {
    const send = vi.spyOn(desk.outbox, "send").mockResolvedValueOnce(answer("9"));
    send.mockRejectedValueOnce(new Refusal(404, { code: "not_found", message: "Gone" }));
    await hold(sent, dialog, () => true);
    held.newest?.undo();
    await pass(0);
    expect(dialog.forget.mock.calls).toMatchObject([[{ key: "9" }, "This message was already taken back elsewhere."]]);
    expect(texts()).toEqual(["This message was already taken back elsewhere."]);
  });
});
