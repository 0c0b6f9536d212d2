import { describe, expect, it } from "vitest";
import { matching, startingWith } from "$shared/ui/options";

const options = ["Ben Okonkwo", "Chloé Dubois", "Zoë Beck"].map((label) => ({ id: label, label }));
const labels = (found: { label: string }[]) => found.map((one) => one.label);

describe("options of a picker", () => {
  it("are found by the start of the name, of a word, and by what is in it, in this order", () => {
    expect(labels(matching(options, ""))).toHaveLength(3);
    expect(labels(matching(options, "be"))).toEqual(["Ben Okonkwo", "Zoë Beck"]);
    expect(labels(matching(options, "B"))).toEqual(["Ben Okonkwo", "Zoë Beck", "Chloé Dubois"]);
    expect(labels(matching(options, "dubois chloe"))).toEqual(["Chloé Dubois"]);
    expect(labels(matching(options, "zoe"))).toEqual(["Zoë Beck"]);
    expect(matching(options, "nobody")).toEqual([]);
    expect(labels(startingWith(options, "B"))).toEqual(["Ben Okonkwo", "Zoë Beck"]);
  });
});
