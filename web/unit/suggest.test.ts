import { describe, expect, it } from "vitest";
import { searchEmoji } from "$shared/richtext/emoji";
import { typed } from "$shared/richtext/suggest";

describe("triggers of suggestions", () => {
  it.each([
    ["@", "@", ""],
    ["hi @be", "@", "be"],
    ["hi @Ben Ok", "@", "Ben Ok"],
    ["#", "#", ""],
    ["(#ref", "#", "ref"],
    ["nice :smi", ":", "smi"],
  ])("%s", (before, sign, query) => expect(typed(before)).toEqual({ sign, query }));
  it.each(["", "mail@example", "a#b", "10:30", "note: s", ":s", "@ x", "http://x", "@one two three four five"])(
    "not %s",
    (before) => expect(typed(before)).toBeNull(),
  );
});

describe("emoji", () => {
  it("are found by the start of a name first, an exact one before others", () => {
    expect(searchEmoji("tada")[0]?.sign).toBe("🎉");
    expect(searchEmoji("+1")[0]?.sign).toBe("👍");
    expect(searchEmoji("heart")[0]?.sign).toBe("❤️");
    expect(searchEmoji("zzzzz")).toEqual([]);
    expect(searchEmoji("a", 5)).toHaveLength(5);
  });
});
