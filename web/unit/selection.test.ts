import { describe, expect, it } from "vitest";
import { current } from "$inbox/list/current.svelte";

describe("a selection", () => {
  it("keeps only rows that the list still has", () => {
    current.list.ids = ["1", "2", "3"];
    current.all();
    current.list.ids = ["4", "2"];
    current.keepListed();
    expect([...current.selected]).toEqual(["2"]);
    expect(current.targets).toEqual(["2"]);
    current.list.ids = [];
    current.keepListed();
    expect(current.targets).toEqual([]);
  });
});
