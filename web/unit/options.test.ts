import { describe, expect, it } from "vitest";
import { matching, startingWith, visible } from "$shared/ui/options";

const options = ["Ben Okonkwo", "Chloé Dubois", "Zoë Beck"].map((label) => ({ id: label, label }));
const labels = (found: { label: string }[]) => found.map((one) => one.label);

describe("options of a picker", () => {
  it("are found by the start of the name, the start of a word, and any part, in this order", () => {
    expect(labels(matching(options, ""))).toHaveLength(3);
    expect(labels(matching(options, "be"))).toEqual(["Ben Okonkwo", "Zoë Beck"]);
    expect(labels(matching(options, "B"))).toEqual(["Ben Okonkwo", "Zoë Beck", "Chloé Dubois"]);
    expect(labels(matching(options, "dubois chloe"))).toEqual(["Chloé Dubois"]);
    expect(labels(matching(options, "zoe"))).toEqual(["Zoë Beck"]);
    expect(matching(options, "nobody")).toEqual([]);
    expect(labels(startingWith(options, "B"))).toEqual(["Ben Okonkwo", "Zoë Beck"]);
  });

  it("are the first of many, the selected ones, and the one that creates a new one", () => {
    const many = Array.from({ length: 2_000 }, (_, n) => ({
      id: String(n),
      label: `Label ${n}`,
      checked: n === 1_500,
    }));
    const { shown, more } = visible([...many, { id: "", label: "New", creates: "New" }]);
    expect([shown.length, more]).toEqual([102, 1_899]);
    expect(shown.slice(-2).map((one) => one.label)).toEqual(["Label 1500", "New"]);
    const from = performance.now();
    expect(labels(visible(matching(many, "label 1999")).shown)).toEqual(["Label 1999"]);
    expect(performance.now() - from).toBeLessThan(500);
    expect(visible(many.slice(0, 100))).toEqual({ shown: many.slice(0, 100), more: 0 });
  });
});
