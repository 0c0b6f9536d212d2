import { afterEach, describe, expect, it, vi } from "vitest";
import { adopted } from "$inbox/app/adopted";
import { starting } from "$inbox/start/starting.svelte";
import { EMPTY } from "$inbox/start/begun";
import { Refusal } from "$shared/api";
import { desk } from "$shared/store/desk.svelte";
import type { Entry } from "$shared/store/database";

const entry = (path: string, more: Partial<Entry> = {}): Entry => ({
  key: "k",
  at: 0,
  tab: "closed",
  lane: "1",
  method: "POST",
  path,
  body: {},
  kind: "reply",
  ...more,
});
const reply = (more: Partial<Entry> = {}) =>
  entry("/conversations/1/reply", { draft: { kind: "reply", html: "<p>Hi</p>", attachments: [] }, ...more });
const answer = { draft: null, part: { id: "5", kind: "reply", html: "<p>Hi</p>", attachments: [], held_until: 9 } };

afterEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
});

describe("a write of an earlier page", () => {
  const sends = () => vi.spyOn(desk.outbox, "send").mockRejectedValue(new Refusal(404, { code: "not_found" }));

  it("is withdrawn after the answer if its writer has taken it back, and not else", async () => {
    const send = sends();
    await adopted(reply(), Promise.resolve(answer));
    expect(send).not.toHaveBeenCalled();
    await adopted(reply({ isWanted: true }), Promise.resolve(answer));
    expect(send.mock.calls.map(([write]) => write.path)).toEqual(["/conversations/1/parts/5/withdraw"]);
  });

  it("that is a new conversation goes on in its dialog, with the wish to take it back", async () => {
    const follow = vi.spyOn(starting, "followBefore").mockResolvedValue();
    const held = entry("/held_conversations", { lane: "start", draft: EMPTY, isWanted: true });
    await adopted(held, Promise.resolve({}));
    expect(follow).toHaveBeenCalledWith(held, expect.any(Promise));
  });
});
