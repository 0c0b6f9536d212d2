import { describe, expect, it } from "vitest";
import type { Part } from "$shared/types";
import { countNews, describes, firstUnread, itemsOf, mergeParts } from "$inbox/thread/model";
import { Unread } from "$inbox/thread/unread.svelte";

let clock = 1_790_000_000;
function part(id: string, more: Partial<Part> = {}): Part {
  return {
    id,
    kind: "message",
    part_type: "comment",
    author: { type: "contact", id: "c1", name: "Ada", avatar: null, email: null },
    html: "<p>x</p>",
    attachments: [],
    at: (clock += 10),
    redacted: false,
    event: null,
    held_until: null,
    subject: null,
    ...more,
  };
}
const admin = (id: string) => ({ type: "admin" as const, id, name: id, avatar: null, email: null });
const shape = (parts: Part[], unread: string | null = null) =>
  itemsOf(parts, unread, "me").map((item) =>
    item.kind === "part"
      ? item.continued
        ? `+${item.part.id}`
        : item.part.id
      : item.kind === "events"
        ? `events ${item.parts.map((p) => p.id).join()}`
        : item.kind,
  );

describe("a thread", () => {
  it("has a separator for each day and folds events that follow each other", () => {
    const parts = [part("source"), part("1", { kind: "event" }), part("2", { kind: "event" }), part("3"), part("4")];
    expect(shape(parts)).toEqual(["day", "source", "events 1,2", "3", "+4"]);
    const later = part("5", { at: (parts[4]?.at ?? 0) + 86_400 });
    expect(shape([...parts, later]).slice(-2)).toEqual(["day", "5"]);
  });

  it("starts a new block for another author, a note, a held reply and after five minutes", () => {
    const first = part("1");
    expect(shape([first, part("2", { author: admin("a") })])).toEqual(["day", "1", "2"]);
    expect(shape([first, part("2", { kind: "note" })])).toEqual(["day", "1", "2"]);
    expect(shape([first, part("2", { held_until: clock })])).toEqual(["day", "1", "2"]);
    const at = first.at + 301;
    expect(shape([first, part("2", { at })]).slice(-1)).toEqual(["2"]);
  });

  it("marks where the unread part starts, which is never one's own message", () => {
    const parts = [
      part("source"),
      part("1", { author: admin("me") }),
      part("2", { kind: "event" }),
      part("3"),
      part("4"),
    ];
    expect(firstUnread(parts, "source", "me")).toBe("3");
    expect(firstUnread(parts, "4", "me")).toBeNull();
    expect(firstUnread(parts, null, "me")).toBe("source");
    expect(shape(parts, "3")).toEqual(["day", "source", "1", "events 2", "unread", "3", "+4"]);
    const unread = (all: Part[]) => itemsOf(all, "3", "me").find((item) => item.kind === "unread");
    expect(unread(parts)).toMatchObject({ count: 2 });
    const mine = { author: admin("me") };
    const later = [...parts, part("5", { ...mine, kind: "note" }), part("6", mine), part("7", { author: admin("a") })];
    expect(unread(later)).toMatchObject({ count: 3 });
  });

  it("finds the first unread part among earlier parts that are loaded later", () => {
    const all = ["source", "1", "2", "3", "4"].map((id) => part(id));
    const unread = new Unread();
    unread.open(true, all.slice(3), "1");
    expect(unread.from).toBe("3");
    expect(unread.isBefore({ parts: all.slice(3), before: "c" })).toBe(true);
    expect(itemsOf(all.slice(3), "3", "me", true)).toContainEqual({
      kind: "unread",
      key: "unread",
      count: 2,
      isMore: true,
    });
    unread.move(all.slice(1));
    expect(unread.from).toBe("2");
    expect(unread.isBefore({ parts: all.slice(1), before: "c" })).toBe(false);
    // The part that was read last may be gone.
    expect(firstUnread([part("1"), part("3")], "2", "me")).toBe("3");
  });

  it("counts the messages of others after a part", () => {
    const parts = [part("source"), part("9"), part("10", { author: admin("me") }), part("11", { kind: "event" })];
    expect(countNews(parts, "source", "me")).toBe(1);
    expect(countNews([...parts, part("12", { kind: "note", author: admin("a") })], "9", "me")).toBe(1);
  });

  it("begins with the description of a ticket, unless its first message is the same", () => {
    const of = (text: unknown) => ({ _default_description_: text });
    const source = part("source", { html: "<p>It&nbsp;<b>fails</b>.</p><p>Each time.</p>" });
    expect(describes(of("It fails.\n\nEach time. "), [source])).toBeNull();
    expect(describes(of(" It fails on Mondays. "), [source])).toBe("It fails on Mondays.");
    expect(describes(of("It fails."), [part("1", { kind: "event" })])).toBe("It fails.");
    for (const none of [of(null), of(" "), of(5), {}, undefined]) expect(describes(none, [])).toBeNull();
  });

  it("inserts new and changed parts in order", () => {
    const [a, b, c] = [part("9"), part("10"), part("11")];
    const merged = mergeParts([a, c], [b, { ...c, html: "<p>y</p>" }]);
    expect(merged.map((p) => p.id)).toEqual(["9", "10", "11"]);
    expect(merged[2]?.html).toBe("<p>y</p>");
    expect(mergeParts([a], [part("source")]).map((p) => p.id)).toEqual(["source", "9"]);
  });
});
