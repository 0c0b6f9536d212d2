import { describe, expect, it } from "vitest";
import { follow } from "$inbox/list/place";

const before = ["a", "b", "c", "d", "e", "f"];
const from = (id: string, ids: string[]) => ids[follow({ ids: before, at: before.indexOf(id), out: 0 }, ids)];

describe("the place of a list", () => {
  it("stays when rows are appended, inserted above, or leave", () => {
    expect(from("c", [...before, "g", "h"])).toBe("c");
    expect(from("c", ["x", "y", ...before, "g"])).toBe("c");
    expect(from("c", ["b", "c", "d", "e", "f"])).toBe("c");
    expect(from("c", ["a", "b", "c", "f"])).toBe("c");
  });

  it("is that of the next row when the first one on screen leaves or moves", () => {
    expect(from("c", ["a", "b", "d", "e", "f"])).toBe("d");
    expect(from("c", ["c", "a", "b", "d", "e", "f"])).toBe("d");
    expect(from("c", ["a", "b", "d", "e", "f", "c"])).toBe("d");
  });

  it("does not change when another row on screen moves", () => {
    expect(from("c", ["d", "a", "b", "c", "e", "f"])).toBe("c");
    expect(from("c", ["f", "a", "b", "c", "d", "e"])).toBe("c");
  });

  it("is the end if everything below left, and the top of other rows", () => {
    expect(follow({ ids: before, at: 3, out: 9 }, ["a", "b"])).toBe(2);
    expect(follow({ ids: before, at: 3, out: 9 }, ["x", "y"])).toBe(0);
    expect(follow({ ids: before, at: 3, out: 9 }, [])).toBe(0);
  });
});
