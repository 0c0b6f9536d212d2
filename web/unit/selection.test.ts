import { describe, expect, it } from "vitest";
import { panes } from "$inbox/app/panes.svelte";
import { router } from "$inbox/app/router.svelte";
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

describe("the targets of actions", () => {
  const at = (view: string | null, conversation: string | null = null) =>
    (router.place = view ? { name: "view", view, conversation } : { name: "search", q: "", conversation });

  it("are what the teammate sees", () => {
    at("mine");
    current.list.ids = ["1", "2", "3"];
    current.focused = "2";
    expect(current.targets).toEqual(["2"]);
    at("mine", "3");
    expect(current.targets).toEqual(["3"]);
    current.toggle("1");
    expect(current.targets).toEqual(["1"]);
    at(null, "3");
    expect(current.targets).toEqual(["3"]);
    at(null);
    expect(current.targets).toEqual([]);
    panes.narrow = true;
    at("mine", "3");
    expect(current.targets).toEqual(["3"]);
    at("mine");
    expect(current.targets).toEqual(["1"]);
    panes.narrow = false;
  });

  it("are those of a control, for its commands alone", () => {
    at("mine");
    current.list.ids = ["1", "2"];
    current.focused = "1";
    expect(current.within(["2"], () => current.targets)).toEqual(["2"]);
    expect(() => current.within(["2"], () => expect.fail("an error"))).toThrow();
    current.clear();
    expect(current.targets).toEqual(["1"]);
  });
});
