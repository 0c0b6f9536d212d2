import { describe, expect, it } from "vitest";
import { commonStates, statesOf } from "$inbox/thread/states";
import { desk } from "$shared/store/desk.svelte";
import type { Start, TicketState } from "$shared/types";

describe("states of tickets", () => {
  it("are those of the type, and those that every type has", () => {
    const state = (id: string, ticket_type_ids: string[]): TicketState => ({
      id,
      category: "in_progress",
      internal_label: id,
      has_first_label: false,
      external_label: id,
      ticket_type_ids,
      archived: id === "old",
    });
    desk.start = {
      ticket_states: [state("a", []), state("b", ["1"]), state("c", ["1", "2"]), state("old", [])],
    } as unknown as Start;
    const ids = (type: string | null) => statesOf(type).map((one) => one.id);
    expect(ids("1")).toEqual(["a", "b", "c"]);
    expect(ids("2")).toEqual(["a", "c"]);
    expect(ids("3")).toEqual(["a"]);
    expect(ids(null)).toEqual(["a", "b", "c"]);
    expect(commonStates(["1", "2"]).map((one) => one.id)).toEqual(["a", "c"]);
    expect(commonStates(["1", "2", "3"]).map((one) => one.id)).toEqual(["a"]);
    desk.start = null;
  });
});
