import { describe, expect, it } from "vitest";
import { pieces } from "$inbox/search/marks";

const marked = (text: string, query: string) =>
  pieces(text, query)
    .map((piece) => (piece.isMatch ? `[${piece.text}]` : piece.text))
    .join("");

describe("the words of a search", () => {
  it.each([
    ["Where is my parcel?", "parcel", "Where is my [parcel]?"],
    ["Two Parcels, one order", "order parcel", "Two [Parcels], one [order]"],
    ["Café or cafe\u0301 or CAFE", "café", "[Café] or [cafe\u0301] or [CAFE]"],
    ["It is isolated", "is", "It [is] isolated"],
    ["Where is my parcel?", "  ", "Where is my parcel?"],
    ["a+b (c) [d]", "+ ( [ \\ b", "a+[b] (c) [d]"],
    ["Где моя посылка", "посылка", "Где моя [посылка]"],
  ])("are marked in %j for %j", (text, query, result) => expect(marked(text, query)).toBe(result));
});
