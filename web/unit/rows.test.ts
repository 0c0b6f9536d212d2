import { describe, expect, it } from "vitest";
import { Rows } from "$shared/store/rows.svelte";
import type { Row } from "$shared/types";
import { row } from "./row";

describe("rows", () => {
  it("ignore versions that are older than the known one", () => {
    const rows = new Rows();
    rows.put(row("1", { title: "new" }), 20);
    rows.put(row("1", { title: "old" }), 10);
    rows.putShared(row("1", { title: "older" }), 19);
    expect(rows.get("1")?.title).toBe("new");
  });

  it("leave with the permission to see them", () => {
    const rows = new Rows();
    const left: string[] = [];
    rows.put(row("1", { title: "plain" }), 1);
    rows.put(row("2", { title: "hidden" }), 1);
    rows.onChange((before, after) => before && !after && left.push(before.id));
    rows.retain((one) => one.title !== "hidden");
    expect([rows.get("1")?.title, rows.get("2"), left]).toEqual(["plain", undefined, ["2"]]);
  });

  it("show the new name of a contact", () => {
    const rows = new Rows();
    const ada = { type: "contact" as const, id: "a", name: "Ada", avatar: null, email: "ada@example.com" };
    rows.put(row("1", { contact: ada, excerpt_by: "contact", last_author: "Ada" }), 5);
    rows.put(row("2", { contact: { ...ada, id: "b" } }), 5);
    expect([rows.hasContact("a"), rows.hasContact("c")]).toEqual([true, false]);
    rows.putContact({ ...ada, name: "Ada Lovelace" });
    expect(rows.get("1")).toMatchObject({ contact: { name: "Ada Lovelace" }, last_author: "Ada Lovelace" });
    expect(rows.get("2")?.contact?.name).toBe("Ada");
    // An older row does not bring the old name back.
    rows.put(row("1", { contact: ada }), 4);
    expect(rows.get("1")?.contact?.name).toBe("Ada Lovelace");
  });

  it("keep the teammate's own state when a row arrives over the live connection", () => {
    const rows = new Rows();
    rows.put(row("1", { unread: true, mentioned: true, draft: true }), 1);
    const { unread: _u, mentioned: _m, draft: _d, ...shared } = row("1", { title: "changed" });
    rows.putShared(shared, 2);
    expect(rows.get("1")).toMatchObject({ title: "changed", unread: true, mentioned: true, draft: true });
  });

  it("become unread with a new message of somebody else, not of the teammate or a bot", () => {
    const rows = new Rows(() => "Ada");
    let position = 1;
    const after = (more: Partial<Row>) => {
      rows.put(row("1", { last_part_id: "99" }), position++);
      const { unread: _u, mentioned: _m, draft: _d, ...shared } = row("1", more);
      rows.putShared(shared, position++);
      return rows.get("1")?.unread;
    };
    expect(after({ last_part_id: "100" })).toBe(true);
    expect(after({ last_part_id: "100", excerpt_by: "note", last_author: "Grace" })).toBe(true);
    expect(after({ last_part_id: "100", excerpt_by: "admin", last_author: "Ada" })).toBe(false);
    expect(after({ last_part_id: "100", excerpt_by: "bot" })).toBe(false);
    expect(after({ last_part_id: "99", priority: "high" })).toBe(false);
    expect(after({ last_part_id: "98" })).toBe(false);
  });

  it("show pending changes over the row until they are settled, also over newer rows", () => {
    const rows = new Rows();
    rows.put(row("1"), 1);
    rows.patch("1", "key", (one) => ({ ...one, state: "closed" }));
    rows.put(row("1", { title: "by somebody else" }), 2);
    expect(rows.get("1")).toMatchObject({ state: "closed", title: "by somebody else" });
    rows.removePatch("1", "key");
    expect(rows.get("1")).toMatchObject({ state: "open", title: "by somebody else" });
  });

  it("notify listeners of changed rows only", () => {
    const rows = new Rows();
    const seen: (string | undefined)[][] = [];
    rows.onChange((before, after) => seen.push([before?.title ?? undefined, after?.title ?? undefined]));
    rows.put(row("1", { title: "a" }), 1);
    rows.put(row("1", { title: "b" }), 2);
    rows.removePatch("1", "nothing");
    rows.remove("1");
    expect(seen).toEqual([
      [undefined, "a"],
      ["a", "b"],
      ["b", undefined],
    ]);
  });
});
