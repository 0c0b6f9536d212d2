import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { api, Refusal } from "$shared/api";
import { DraftKeeper, draftOf } from "$inbox/composer/drafts";
import { keptFor, removeOldDrafts } from "$inbox/composer/stored";
import { row } from "./row";

const text = (html: string) => ({ html, attachments: [] });
const draft = (html: string, updated_at: number) => ({ kind: "reply" as const, html, attachments: [], updated_at });
const withdrawn = (html: string, updated_at: number, base: number) => ({
  row: row("12"),
  draft: draft(html, updated_at),
  base,
});
const keeper = () => new DraftKeeper("me", "12", "reply");
/** The text with which a composer begins. */
const opened = (server: ReturnType<typeof draft> | null, one = keeper()) => {
  one.open(server);
  return one.written.html;
};
const view = () => ({ conflict: vi.fn(), saved: vi.fn(), text: vi.fn() });
const local = () => JSON.parse(localStorage.getItem("deskwire.draft.me.12.reply") ?? "null");

let put: MockInstance<typeof api.put>;
let remove: MockInstance<typeof api.delete>;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  let version = 100;
  put = vi.spyOn(api, "put").mockImplementation((async (_: string, body: { html: string }) => ({
    draft: draft(body.html, ++version),
  })) as typeof api.put);
  remove = vi.spyOn(api, "delete").mockResolvedValue(undefined as never);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a draft in two tabs", () => {
  let held: { name: string }[];
  beforeEach(() => {
    held = [];
    const request = (name: string) => {
      held.push({ name });
      return new Promise(() => {});
    };
    vi.stubGlobal("navigator", { locks: { request, query: async () => ({ held }) } });
  });
  afterEach(() => vi.unstubAllGlobals());

  /** The keeper of another tab. */
  async function tab() {
    vi.resetModules();
    const { api, Refusal } = await import("$shared/api");
    let version = 100;
    const put = vi.spyOn(api, "put").mockImplementation((async (_: string, body: { html: string }) => ({
      draft: draft(body.html, ++version),
    })) as typeof api.put);
    const { draftOf } = await import("$inbox/composer/drafts");
    const one = draftOf("me", "12", "reply");
    const shown = view();
    one.show(shown);
    one.open(null);
    /** Saving fails as without a network. */
    const disconnect = () => put.mockRejectedValue(new Refusal(0, {}));
    return { one, put, shown, disconnect };
  }

  it("follows the tab in which it is written", async () => {
    const [a, b] = [await tab(), await tab()];
    a.one.change(text("<p>a</p>"));
    b.one.changedInTab();
    expect(b.shown.text).toHaveBeenLastCalledWith(text("<p>a</p>"));
    await vi.advanceTimersByTimeAsync(1000);
    b.one.changedInTab();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([a.put.mock.calls.length, b.put.mock.calls.length]).toEqual([1, 0]);
    b.one.change(text("<p>ab</p>"));
    a.one.changedInTab();
    expect(a.one.written.html).toBe("<p>ab</p>");
    await vi.advanceTimersByTimeAsync(1000);
    expect(b.put).toHaveBeenLastCalledWith(expect.any(String), { html: "<p>ab</p>", attachment_ids: [], base: 101 });
    expect(a.put).toHaveBeenCalledTimes(1);
  });

  it("is empty in both once it is sent from one", async () => {
    const [a, b] = [await tab(), await tab()];
    a.one.change(text("<p>a</p>"));
    b.one.changedInTab();
    a.one.sent();
    b.one.changedInTab();
    expect(b.one.written.html).toBe("");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(b.put).not.toHaveBeenCalled();
  });

  it("is saved by the other tab if the one in which it was written is closed before", async () => {
    const [a, b] = [await tab(), await tab()];
    a.disconnect();
    a.one.change(text("<p>a</p>"));
    b.one.changedInTab();
    await vi.advanceTimersByTimeAsync(6000);
    expect(b.put).not.toHaveBeenCalled();
    a.one.stop();
    held.shift();
    await vi.advanceTimersByTimeAsync(6000);
    expect(b.put).toHaveBeenCalledWith(expect.any(String), { html: "<p>a</p>", attachment_ids: [], base: 0 });
  });

  it("keeps the words of both if neither has seen those of the other, also when they are closed", async () => {
    const [a, b] = [await tab(), await tab()];
    a.one.change(text("<p>a</p>"));
    b.one.change(text("<p>b</p>"));
    a.one.changedInTab();
    b.one.changedInTab();
    expect([a.one.written.html, b.one.written.html]).toEqual(["<p>a</p>", "<p>b</p>"]);
    a.one.stop();
    b.one.stop();
    held = [];
    const c = await tab();
    await vi.advanceTimersByTimeAsync(0);
    expect(c.one.written.html).toBe("<p>b</p><p>a</p>");
    await vi.advanceTimersByTimeAsync(1000);
    expect(local()).toMatchObject({ html: "<p>b</p><p>a</p>", saved: true });
    expect(Object.keys(localStorage)).toEqual(["deskwire.draft.me.12.reply"]);
  });

  it("that is saved does not replace what another tab has not saved", async () => {
    const [a, b] = [await tab(), await tab()];
    a.disconnect();
    a.one.change(text("<p>a</p>"));
    b.one.change(text("<p>b</p>"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(b.put).toHaveBeenCalledTimes(1);
    expect(local()).toMatchObject({ html: "<p>a</p>", saved: false });
    expect(Object.keys(localStorage)).toEqual(["deskwire.draft.me.12.reply"]);
  });
});

describe("a draft", () => {
  it("is stored locally at once and on the server within a second, even while typing", async () => {
    const one = keeper();
    one.open(null);
    for (let i = 0; i < 20; i++) {
      one.change(text(`<p>${i}</p>`));
      expect(local().html).toBe(`<p>${i}</p>`);
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(put).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(put).toHaveBeenLastCalledWith("/conversations/12/drafts/reply", {
      html: "<p>19</p>",
      attachment_ids: [],
      base: 101,
    });
    expect(local().saved).toBe(true);
  });

  it("survives a crash before it was saved", async () => {
    keeper().change(text("<p>words</p>"));
    vi.clearAllTimers();
    const again = keeper();
    expect(opened(null, again)).toBe("<p>words</p>");
    await vi.advanceTimersByTimeAsync(10);
    expect(put).toHaveBeenCalledWith(expect.any(String), { html: "<p>words</p>", attachment_ids: [], base: 0 });
  });

  it("whose conversation was deleted stays on this device until it is forgotten", async () => {
    put.mockRejectedValue(new Refusal(404, { code: "not_found" }));
    const one = keeper();
    one.change(text("<p>words</p>"));
    await vi.advanceTimersByTimeAsync(2000);
    expect(keeper().written.html).toBe("<p>words</p>");
    expect(keptFor("me")).toEqual(["12"]);
    one.forget();
    one.leave();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(local()).toBeNull();
    expect(keptFor("me")).toEqual([]);
    expect(put).toHaveBeenCalledTimes(1);
  });

  it("does not reappear once it was sent, even if it was being saved", async () => {
    const one = keeper();
    one.open(null);
    one.change(text("<p>a</p>"));
    put.mockImplementationOnce((async () => {
      await null;
      one.sent();
      return { draft: draft("<p>a</p>", 7) };
    }) as typeof api.put);
    await vi.advanceTimersByTimeAsync(2000);
    // A reload of the page does not show it while the message is in flight.
    expect(opened(draft("<p>a</p>", 7))).toBe("");
    await one.answered(true);
    expect(remove.mock.calls).toEqual([["/conversations/12/drafts/reply", { base: 7 }]]);
    expect(local()).toBeNull();
    expect(opened(null)).toBe("");
  });

  it("that was saved here and is missing on the server was sent elsewhere", async () => {
    const one = keeper();
    one.open(null);
    one.change(text("<p>a</p>"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(opened(null)).toBe("");
  });

  it("of another device is offered, and never replaces the local one", async () => {
    const one = keeper();
    const shown = view();
    one.show(shown);
    one.open(draft("<p>old</p>", 5));
    one.change(text("<p>mine</p>"));
    const theirs = draft("<p>theirs</p>", 9);
    put.mockRejectedValueOnce(new Refusal(409, { code: "draft_changed" }, { draft: theirs }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown.conflict).toHaveBeenLastCalledWith(theirs);
    one.change(text("<p>mine!</p>"));
    await vi.advanceTimersByTimeAsync(5000);
    expect(put).toHaveBeenCalledTimes(1);
    expect(local().html).toBe("<p>mine!</p>");
    one.resolve(9, text("<p>mine!</p>"));
    expect(shown.conflict).toHaveBeenLastCalledWith(null);
    await vi.advanceTimersByTimeAsync(1000);
    expect(put).toHaveBeenLastCalledWith(expect.any(String), { html: "<p>mine!</p>", attachment_ids: [], base: 9 });
  });

  it("waits for the server and is retried", async () => {
    const one = keeper();
    one.open(null);
    put.mockRejectedValueOnce(new Refusal(0, {}));
    one.change(text("<p>a</p>"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(local().saved).toBe(false);
    await vi.advanceTimersByTimeAsync(6000);
    expect(local().saved).toBe(true);
  });

  it("is removed on the server when it is emptied, but not a version of another device", async () => {
    const one = keeper();
    const shown = view();
    one.show(shown);
    one.open(draft("<p>old</p>", 5));
    const theirs = draft("<p>theirs</p>", 9);
    remove.mockRejectedValueOnce(new Refusal(409, { code: "draft_changed" }, { draft: theirs }));
    one.change(text(""));
    await vi.advanceTimersByTimeAsync(1000);
    expect(remove).toHaveBeenLastCalledWith("/conversations/12/drafts/reply", { base: 5 });
    expect(shown.conflict).toHaveBeenLastCalledWith(theirs);
    one.resolve(9, text(""));
    await vi.advanceTimersByTimeAsync(1000);
    expect(remove).toHaveBeenLastCalledWith("/conversations/12/drafts/reply", { base: 9 });
    expect(local()).toBeNull();
  });

  it("stays empty after a reload of the page before that was saved", () => {
    keeper().open(draft("<p>old</p>", 5));
    const one = keeper();
    one.change(text(""));
    expect(opened(draft("<p>old</p>", 5))).toBe("");
  });

  it("that was sent or discarded on another device is saved as a new one when it is changed", async () => {
    const one = keeper();
    one.open(draft("<p>old</p>", 5));
    put.mockRejectedValueOnce(new Refusal(409, { code: "draft_changed" }, { draft: null }));
    one.change(text("<p>more</p>"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(put.mock.calls.map(([, body]) => (body as { base: number }).base)).toEqual([5, 0]);
    expect(local()).toMatchObject({ html: "<p>more</p>", saved: true });
  });

  it("is saved after a message was sent in a conflict", async () => {
    const one = keeper();
    const shown = view();
    one.show(shown);
    one.open(null);
    put.mockRejectedValueOnce(new Refusal(409, { code: "draft_changed" }, { draft: draft("<p>theirs</p>", 9) }));
    one.change(text("<p>mine</p>"));
    await vi.advanceTimersByTimeAsync(1000);
    one.sent();
    expect(shown.conflict).toHaveBeenLastCalledWith(null);
    one.change(text("<p>next</p>"));
    await vi.advanceTimersByTimeAsync(2000);
    // The server removes the draft with the message, so the next one waits for it.
    expect(put).toHaveBeenCalledTimes(1);
    await one.answered(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(put).toHaveBeenLastCalledWith(expect.any(String), { html: "<p>next</p>", attachment_ids: [], base: 0 });
  });

  it("contains a rejected message, also if its composer was left and another one continues it", async () => {
    const sender = draftOf("me", "12", "reply");
    sender.show(view());
    sender.open(draft("<p>first</p>", 5));
    sender.sent();
    sender.leave();
    const again = draftOf("me", "12", "reply");
    expect(again).toBe(sender);
    const shown = view();
    again.show(shown);
    again.change(text("<p>second</p>"));
    sender.prepend(text("<p>first</p>"));
    await sender.answered(false);
    expect(shown.text).toHaveBeenLastCalledWith(text("<p>first</p><p>second</p>"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(put).toHaveBeenLastCalledWith(expect.any(String), {
      html: "<p>first</p><p>second</p>",
      attachment_ids: [],
      base: 5,
    });
  });

  it("has one keeper until it is saved, so that nothing older overwrites it", async () => {
    put.mockRejectedValue(new Refusal(0, {}));
    const left = draftOf("me", "13", "reply");
    left.show(view());
    left.change(text("<p>old</p>"));
    left.leave();
    await vi.advanceTimersByTimeAsync(1000);
    const one = draftOf("me", "13", "reply");
    expect(one).toBe(left);
    one.show(view());
    expect(one.written.html).toBe("<p>old</p>");
    one.change(text("<p>new</p>"));
    put.mockClear();
    put.mockImplementation((async (_: string, body: { html: string }) => ({
      draft: draft(body.html, 200),
    })) as typeof api.put);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(put.mock.calls.map(([, body]) => (body as { html: string }).html)).toEqual(["<p>new</p>"]);
    one.leave();
    expect(draftOf("me", "13", "reply")).not.toBe(left);
  });

  it("is saved after a message of an earlier page, with which the server removes it", async () => {
    const one = keeper();
    one.open(draft("<p>sent before</p>", 5));
    one.change(text("<p>next</p>"));
    await vi.advanceTimersByTimeAsync(1000);
    one.sentBefore();
    await one.answered(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(put.mock.calls.map(([, body]) => body)).toEqual([
      { html: "<p>next</p>", attachment_ids: [], base: 5 },
      { html: "<p>next</p>", attachment_ids: [], base: 0 },
    ]);
  });

  it("of another device that a message has left is shown, or chosen if something was written since", async () => {
    const one = keeper();
    const shown = view();
    one.show(shown);
    one.open(draft("<p>a</p>", 5));
    expect(one.base).toBe(5);
    one.sent();
    await one.answered(true, draft("<p>theirs</p>", 9));
    expect(shown.text).toHaveBeenLastCalledWith(text("<p>theirs</p>"));
    expect(local()).toMatchObject({ html: "<p>theirs</p>", base: 9, saved: true });
    one.sent();
    one.change(text("<p>next</p>"));
    const newer = draft("<p>theirs too</p>", 12);
    put.mockRejectedValueOnce(new Refusal(409, { code: "draft_changed" }, { draft: newer }));
    await one.answered(true, newer);
    await vi.advanceTimersByTimeAsync(1000);
    expect(put).toHaveBeenLastCalledWith(expect.any(String), { html: "<p>next</p>", attachment_ids: [], base: 0 });
    expect(shown.conflict).toHaveBeenLastCalledWith(newer);
    expect(one.written.html).toBe("<p>next</p>");
  });

  it("is discarded after its message if the answer to its save was lost", async () => {
    const one = keeper();
    one.open(null);
    one.change(text("<p>a</p>"));
    put.mockRejectedValueOnce(new Refusal(0, {}));
    await vi.advanceTimersByTimeAsync(1000);
    one.change(text("<p>ab</p>"));
    one.sent();
    await one.answered(true, draft("<p>a</p>", 7));
    expect(remove.mock.calls).toEqual([["/conversations/12/drafts/reply", { base: 7 }]]);
    expect(local()).toBeNull();
  });

  it("continues a reply that was taken back, and keeps what another device has written", async () => {
    const one = keeper();
    const shown = view();
    one.show(shown);
    one.open(draft("<p>mine</p>", 5));
    await one.restore(text("<p>reply</p>"), withdrawn("<p>reply</p><p>mine</p>", 6, 5));
    await vi.advanceTimersByTimeAsync(1000);
    expect(put.mock.calls).toEqual([
      [expect.any(String), { html: "<p>reply</p><p>mine</p>", attachment_ids: [], base: 6 }],
    ]);
    // Another device has changed the draft, and nothing was typed here.
    await one.restore(text("<p>two</p>"), withdrawn("<p>two</p><p>theirs</p>", 120, 110));
    expect(one.written.html).toBe("<p>two</p><p>theirs</p>");
    // Something was typed here.
    one.change(text("<p>typed</p>"));
    const back = withdrawn("<p>three</p><p>theirs too</p>", 140, 130);
    await one.restore(text("<p>three</p>"), back);
    expect(one.written.html).toBe("<p>three</p><p>typed</p>");
    expect(shown.conflict).toHaveBeenLastCalledWith(back.draft);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(put).toHaveBeenCalledTimes(1);
  });

  it("is no conflict with its own save, whose answer was lost", async () => {
    const one = keeper();
    const shown = view();
    one.show(shown);
    one.open(null);
    put.mockRejectedValueOnce(new Refusal(0, {}));
    one.change(text("<p>a</p>"));
    await vi.advanceTimersByTimeAsync(1000);
    one.change(text("<p>ab</p>"));
    put.mockRejectedValueOnce(new Refusal(409, { code: "draft_changed" }, { draft: draft("<p>a</p>", 9) }));
    await vi.advanceTimersByTimeAsync(6000);
    expect(shown.conflict).not.toHaveBeenCalled();
    expect(put).toHaveBeenLastCalledWith(expect.any(String), { html: "<p>ab</p>", attachment_ids: [], base: 9 });
  });

  it("ignores an answer that was requested before a save", async () => {
    const one = keeper();
    const before = one.version;
    one.change(text("<p>new</p>"));
    await vi.advanceTimersByTimeAsync(1000);
    one.open(null, before);
    expect(one.written.html).toBe("<p>new</p>");
  });

  it("keeps the newer version of this browser", async () => {
    const one = keeper();
    one.open(null);
    one.change(text("<p>new</p>"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(opened(draft("<p>older</p>", 50))).toBe("<p>new</p>");
    expect(opened(draft("<p>newer</p>", 500))).toBe("<p>newer</p>");
  });

  it("makes room in a full storage", () => {
    localStorage.setItem("deskwire.draft.me.1.reply", JSON.stringify({ saved: true, at: 0 }));
    const one = keeper();
    one.open(null);
    const set = vi.spyOn(localStorage, "setItem").mockImplementationOnce(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    one.change(text("<p>a</p>"));
    set.mockRestore();
    expect(local().html).toBe("<p>a</p>");
    expect(localStorage.getItem("deskwire.draft.me.1.reply")).toBeNull();
  });

  it("removes old drafts when the first one is opened", async () => {
    vi.resetModules();
    const fresh = await import("$inbox/composer/drafts");
    localStorage.setItem("deskwire.draft.me.1.reply", JSON.stringify({ saved: true, at: 0 }));
    new fresh.DraftKeeper("me", "12", "reply").open(null);
    expect(localStorage.getItem("deskwire.draft.me.1.reply")).toBeNull();
  });

  it("is removed locally after a month, or a day after it was saved", () => {
    const day = 24 * 3_600_000;
    localStorage.setItem("deskwire.draft.me.1.reply", JSON.stringify({ saved: true, at: 0 }));
    localStorage.setItem("deskwire.draft.me.2.reply", JSON.stringify({ saved: false, at: 0 }));
    localStorage.setItem("other", "x");
    removeOldDrafts(day, 2 * day);
    expect(Object.keys(localStorage).sort()).toEqual(["deskwire.draft.me.2.reply", "other"]);
  });
});
