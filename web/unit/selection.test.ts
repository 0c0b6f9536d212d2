import { describe, expect, it } from "vitest";
import { panes } from "$inbox/app/panes.svelte";
import { router } from "$inbox/app/router.svelte";
import { current } from "$inbox/list/current.svelte";
import { desk } from "$shared/store/desk.svelte";
import { row } from "./row";

describe("a selection", () => {
  it("keeps rows that move or leave the list, until they are gone or another list is shown", () => {
    for (const id of ["1", "2", "3"]) desk.rows.put(row(id), 1);
    current.list.ids = ["1", "2", "3"];
    current.all();
    current.list.ids = ["4", "2"];
    current.deselectGone();
    expect(current.targets).toEqual(["1", "2", "3"]);
    desk.rows.remove("2");
    current.deselectGone();
    expect(current.targets).toEqual(["1", "3"]);
    current.enter("all");
    expect(current.targets).toEqual([]);
    current.enter("mine");
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
