import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { api, Refusal } from "$shared/api";
import { DraftKeeper, removeOldDrafts } from "$inbox/composer/drafts";

const text = (html: string) => ({ html, attachments: [] });
const draft = (html: string, updated_at: number) => ({ kind: "reply" as const, html, attachments: [], updated_at });
const keeper = () => new DraftKeeper("me", "12", "reply");
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
    expect(again.open(null).html).toBe("<p>words</p>");
    await vi.advanceTimersByTimeAsync(10);
    expect(put).toHaveBeenCalledWith(expect.any(String), { html: "<p>words</p>", attachment_ids: [], base: 0 });
  });

  it("does not reappear once it was sent, even if it was being saved", async () => {
    const one = keeper();
    one.open(null);
    one.change(text("<p>a</p>"));
    put.mockImplementationOnce((async () => {
      one.sent();
      return { draft: draft("<p>a</p>", 7) };
    }) as typeof api.put);
    await vi.advanceTimersByTimeAsync(2000);
    expect(remove).toHaveBeenCalledTimes(1);
    expect(local()).toBeNull();
    expect(keeper().open(null).html).toBe("");
  });

  it("that was saved here and is missing on the server was sent elsewhere", async () => {
    const one = keeper();
    one.open(null);
    one.change(text("<p>a</p>"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(keeper().open(null).html).toBe("");
  });

  it("of another device is offered, and never replaces the local one", async () => {
    const one = keeper();
    const conflict = vi.fn();
    one.onConflict = conflict;
    one.open(draft("<p>old</p>", 5));
    one.change(text("<p>mine</p>"));
    const theirs = draft("<p>theirs</p>", 9);
    put.mockRejectedValueOnce(new Refusal(409, { code: "draft_changed" }, { draft: theirs }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(conflict).toHaveBeenCalledWith(theirs);
    one.change(text("<p>mine!</p>"));
    await vi.advanceTimersByTimeAsync(5000);
    expect(put).toHaveBeenCalledTimes(1);
    expect(local().html).toBe("<p>mine!</p>");
    one.resolve(9, text("<p>mine!</p>"));
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

  it("is removed on the server when it is emptied", async () => {
    const one = keeper();
    one.open(draft("<p>old</p>", 5));
    one.change(text(""));
    await vi.advanceTimersByTimeAsync(1000);
    expect(remove).toHaveBeenCalledWith("/conversations/12/drafts/reply");
    expect(local()).toBeNull();
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
