import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Lists } from "$shared/store/lists.svelte";
import { Rows } from "$shared/store/rows.svelte";
import type { Key } from "$shared/store/views";
import type { Row } from "$shared/types";
import { row } from "./row";

const KEY: Key = { view: "mine", state: "open", sort: "newest" };
let pages: { items: Row[]; next: string | null; position: number }[] = [];
let requested: string[] = [];

beforeEach(() => {
  requested = [];
  vi.stubGlobal("fetch", async (url: string) => {
    requested.push(url);
    return new Response(JSON.stringify(pages.shift()), { status: 200 });
  });
});
afterEach(() => vi.unstubAllGlobals());

async function shown(items: Row[], next: string | null = null) {
  pages = [{ items, next, position: 10 }];
  const rows = new Rows();
  const lists = new Lists(rows, () => "me");
  const list = lists.get(KEY);
  lists.show(KEY);
  await vi.waitFor(() => expect(list.loaded).toBe(true));
  return { rows, lists, list };
}
const mine = (id: string, more: Partial<Row> = {}) => row(id, { admin_assignee_id: "me", ...more });

describe("lists", () => {
  it("insert a row at its place in the order, and remove it when it no longer matches", async () => {
    const { rows, list } = await shown([mine("30"), mine("20"), mine("10")]);
    rows.put(mine("25"), 11);
    expect(list.ids).toEqual(["30", "25", "20", "10"]);
    rows.put(mine("10", { updated_at: 99 }), 12);
    expect(list.ids).toEqual(["10", "30", "25", "20"]);
    rows.put(mine("30", { state: "closed" }), 13);
    expect(list.ids).toEqual(["10", "25", "20"]);
  });

  it("leave out a row that belongs below the loaded rows", async () => {
    const { rows, list } = await shown([mine("30"), mine("20")], "cursor");
    rows.put(mine("5"), 11);
    expect(list.ids).toEqual(["30", "20"]);
    rows.put(mine("20", { updated_at: 1 }), 12);
    expect(list.ids).toEqual(["30"]);
  });

  it("continue where the window ended, without duplicate rows", async () => {
    const { lists, list } = await shown([mine("30"), mine("20")], "cursor");
    pages = [{ items: [mine("20"), mine("10")], next: null, position: 11 }];
    await lists.more(list);
    expect(requested.at(-1)).toContain("after=cursor");
    expect(list.ids).toEqual(["30", "20", "10"]);
    expect(list.next).toBeNull();
  });

  it("leave out a row whose pending change takes it away, also when they are read again", async () => {
    const { rows, lists, list } = await shown([mine("30"), mine("20")]);
    rows.patch("30", "key", (row) => ({ ...row, state: "closed" }));
    expect(list.ids).toEqual(["20"]);
    pages = [{ items: [mine("30"), mine("20")], next: null, position: 11 }];
    await lists.refresh(list);
    expect(list.ids).toEqual(["20"]);
    rows.removePatch("30", "key");
    expect(list.ids).toEqual(["30", "20"]);
  });

  it("keep the loaded rows below when the first window is reloaded", async () => {
    const { lists, list } = await shown([mine("30"), mine("20")], "cursor");
    pages = [{ items: [mine("10")], next: null, position: 11 }];
    await lists.more(list);
    pages = [{ items: [mine("40"), mine("30")], next: "cursor", position: 12 }];
    await lists.refresh(list);
    expect(list.ids).toEqual(["40", "30", "20", "10"]);
  });

  it("reload all loaded windows after a gap, because any row may have changed", async () => {
    const { rows, lists, list } = await shown([mine("40", { unread: true }), mine("30")], "one");
    pages = [{ items: [mine("20"), mine("10", { unread: true })], next: "two", position: 10 }];
    await lists.more(list);
    pages = [
      { items: [mine("40"), mine("30")], next: "one", position: 10 },
      { items: [mine("20"), mine("10")], next: "two", position: 10 },
    ];
    lists.allStale();
    await vi.waitFor(() => expect(rows.get("10")?.unread).toBe(false));
    expect(rows.get("40")?.unread).toBe(false);
    expect(list.ids).toEqual(["40", "30", "20", "10"]);
    expect(list.next).toBe("two");
    expect(requested).toHaveLength(4);
    // The next load is of the first window alone.
    pages = [{ items: [mine("40"), mine("30")], next: "one", position: 11 }];
    await lists.refresh(list);
    expect(requested).toHaveLength(5);
    expect(list.ids).toEqual(["40", "30", "20", "10"]);
  });

  it("reload the first window of a view that only the server can evaluate", async () => {
    vi.useFakeTimers();
    pages = [{ items: [row("1")], next: null, position: 1 }];
    const rows = new Rows();
    const lists = new Lists(rows, () => "me");
    lists.show({ ...KEY, view: "77" });
    await vi.advanceTimersByTimeAsync(0);
    pages = [{ items: [row("2"), row("1")], next: null, position: 3 }];
    rows.put(row("2"), 2);
    rows.put(row("3"), 2);
    await vi.advanceTimersByTimeAsync(600);
    expect(requested).toHaveLength(2);
    vi.useRealTimers();
  });

  /** Makes the next answers wait. Returns the functions that let the first and the second one through. */
  function held() {
    const release: (() => void)[] = [];
    vi.stubGlobal("fetch", async (url: string) => {
      requested.push(url);
      const page = pages.shift();
      await new Promise<void>((resolve) => release.push(resolve));
      return new Response(JSON.stringify(page), { status: 200 });
    });
    return release;
  }

  it("load once more if that is requested during a load, whose answer may be older", async () => {
    const { lists, list } = await shown([mine("20")]);
    const release = held();
    pages = [
      { items: [mine("20")], next: null, position: 11 },
      { items: [mine("30"), mine("20")], next: null, position: 12 },
    ];
    const first = lists.refresh(list);
    const second = lists.refresh(list);
    void lists.refresh(list);
    release[0]?.();
    await vi.waitFor(() => expect(release).toHaveLength(2));
    release[1]?.();
    await Promise.all([first, second]);
    expect(requested).toHaveLength(3);
    expect(list.ids).toEqual(["30", "20"]);
    expect(list.loading).toBe(false);
  });

  it("keep changes that arrive during a load, also during the first one", async () => {
    const release = held();
    pages = [{ items: [mine("30"), mine("20")], next: null, position: 10 }];
    const rows = new Rows();
    const lists = new Lists(rows, () => "me");
    const list = lists.show(KEY);
    rows.put(mine("25"), 11);
    rows.put(mine("30", { state: "closed" }), 12);
    release[0]?.();
    await vi.waitFor(() => expect(list.loaded).toBe(true));
    expect(list.ids).toEqual(["25", "20"]);

    pages = [{ items: [mine("25"), mine("20")], next: null, position: 13 }];
    const again = lists.refresh(list);
    rows.put(mine("40"), 14);
    expect(list.ids).toEqual(["40", "25", "20"]);
    release[1]?.();
    await again;
    expect(list.ids).toEqual(["40", "25", "20"]);
    expect(requested).toHaveLength(2);
  });

  it("stay stale if loading them again fails", async () => {
    const { lists, list } = await shown([mine("20")]);
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("network")));
    await lists.refresh(list);
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ items: [], next: null, position: 12 })));
    lists.show(KEY);
    await vi.waitFor(() => expect(list.ids).toEqual([]));
  });
});
