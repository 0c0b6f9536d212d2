import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api } from "$shared/api";
import type { Frame } from "$shared/live/frames";
import { live } from "$shared/live/live.svelte";
import { PeopleList } from "$inbox/contact/list.svelte";

type One = { id: string; name: string };

/** The contacts that the server has, newest first. */
let stored: One[];
let asked: string[];
let list: PeopleList<One>;
let stop: () => void;
let screen: [number, number];
let tell: (frame: Frame) => void;

const contact = (id: number): One => ({ id: String(id), name: `Contact ${id}` });
const happened = (type: string, id: string) => tell({ t: "ev", p: 1, type, object: { type: "contact", id } });
const ids = () => list.items.map((one) => one.id);

/** Answers like the server: `after` is the id of the last row before the window. */
const answer = (path: string) => {
  asked.push(path);
  const { searchParams } = new URL(path, "http://localhost");
  const from = stored.findIndex((one) => Number(one.id) < Number(searchParams.get("after") ?? Infinity));
  const items = from < 0 ? [] : stored.slice(from, from + Number(searchParams.get("limit")));
  const last = items.at(-1);
  return Promise.resolve({ position: 1, items, next: last && last !== stored.at(-1) ? last.id : null });
};

beforeEach(async () => {
  vi.useFakeTimers();
  asked = [];
  screen = [0, 15];
  stored = Array.from({ length: 160 }, (_, at) => contact(1000 - at));
  vi.spyOn(api, "get").mockImplementation(answer as never);
  vi.spyOn(live, "onFrame").mockImplementation((listener) => {
    tell = listener;
    return () => {};
  });
  list = new PeopleList<One>("contacts");
  stop = list.follow(() => screen);
  await vi.advanceTimersByTimeAsync(0);
  await list.more();
  await list.more();
  asked = [];
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a list of contacts", () => {
  it("shows new, changed and deleted ones within a second, and keeps the others", async () => {
    const last = list.items.at(-1);
    stored = [contact(1001), { id: "1000", name: "Renamed" }, ...stored.slice(2)];
    for (const type of ["contact.user.created", "contact.user.updated"]) happened(type, "1000");
    happened("contact.deleted", "999");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(list.items.slice(0, 3).map((one) => one.name)).toEqual(["Contact 1001", "Renamed", "Contact 998"]);
    expect(list.items.at(-1)).toBe(last);
    expect(new Set(ids()).size).toBe(list.items.length);
    expect(asked).toHaveLength(1);
  });

  it("loads only what is on screen, and the rest when it comes there", async () => {
    stored = stored.map((one) => ({ ...one, name: "Renamed" }));
    happened("contact.user.updated", "1000");
    happened("contact.user.updated", "900");
    await vi.advanceTimersByTimeAsync(1_000);
    expect([list.items[0]?.name, list.items[100]?.name]).toEqual(["Renamed", "Contact 900"]);
    screen = [100, 115];
    list.scrolled();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(list.items[100]?.name).toBe("Renamed");
    expect(asked).toHaveLength(2);
  });

  it("asks nothing for contacts that it does not show, unless they may match the search", async () => {
    happened("contact.user.updated", "7");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(0);
    list.choose("tagged");
    await vi.advanceTimersByTimeAsync(0);
    happened("contact.user.tag.created", "7");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(2);
  });

  it("asks seldom while an import goes on", async () => {
    for (let at = 0; at < 600; at++) {
      stored = [contact(2000 + at), ...stored];
      happened("contact.user.created", String(2000 + at));
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(asked.length).toBeLessThan(10);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(list.items[0]?.id).toBe("2599");
    const shown = ids();
    expect(shown).toEqual(stored.slice(0, shown.length).map((one) => one.id));
  });

  it("has no rows twice and leaves none out after more were loaded", async () => {
    stored = [contact(1002), contact(1001), ...stored.filter((one) => one.id !== "951")];
    happened("contact.user.created", "1002");
    await vi.advanceTimersByTimeAsync(1_000);
    screen = [45, 60];
    list.scrolled();
    await vi.advanceTimersByTimeAsync(5_000);
    await list.more();
    expect(ids()).toEqual(stored.slice(0, list.items.length).map((one) => one.id));
  });
});
