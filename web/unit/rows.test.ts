import { describe, expect, it } from "vitest";
import { Rows } from "$shared/store/rows.svelte";
import { row } from "./row";

describe("rows", () => {
  it("ignores what is older than what is known", () => {
    const rows = new Rows();
    rows.put(row("1", { title: "new" }), 20);
    rows.put(row("1", { title: "old" }), 10);
    rows.putShared(row("1", { title: "older" }), 19);
    expect(rows.get("1")?.title).toBe("new");
  });

  it("keeps what is the teammate's own when a row comes over the line", () => {
    const rows = new Rows();
    rows.put(row("1", { unread: true, mentioned: true, draft: true }), 1);
    const { unread: _u, mentioned: _m, draft: _d, ...shared } = row("1", { title: "changed" });
    rows.putShared(shared, 2);
    expect(rows.get("1")).toMatchObject({ title: "changed", unread: true, mentioned: true, draft: true });
  });

  it("lays what is under way over the row until it is settled, also over newer rows", () => {
    const rows = new Rows();
    rows.put(row("1"), 1);
    rows.patch("1", "key", (one) => ({ ...one, state: "closed" }));
    rows.put(row("1", { title: "by somebody else" }), 2);
    expect(rows.get("1")).toMatchObject({ state: "closed", title: "by somebody else" });
    rows.settle("1", "key");
    expect(rows.get("1")).toMatchObject({ state: "open", title: "by somebody else" });
  });

  it("tells listeners what changed, and nothing of what did not", () => {
    const rows = new Rows();
    const seen: (string | undefined)[][] = [];
    rows.onChange((before, after) => seen.push([before?.title ?? undefined, after?.title ?? undefined]));
    rows.put(row("1", { title: "a" }), 1);
    rows.put(row("1", { title: "b" }), 2);
    rows.settle("1", "nothing");
    rows.remove("1");
    expect(seen).toEqual([
      [undefined, "a"],
      ["a", "b"],
      ["b", undefined],
    ]);
  });
});
