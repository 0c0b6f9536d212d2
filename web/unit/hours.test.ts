import { describe, expect, it } from "vitest";
import { clockOf, dayName, days, intervals } from "$inbox/settings/people/hours";

describe("office hours", () => {
  it("of a week survive the conversion to days and back", () => {
    const week: [number, number][] = [
      [540, 720],
      [780, 1020],
      [1380, 1500],
      [9960, 10080],
    ];
    expect(intervals(days(week))).toEqual(week);
    expect(days(week)[0]).toEqual([
      { from: 540, to: 720 },
      { from: 780, to: 1020 },
      { from: 1380, to: 1440 },
    ]);
    expect(days(week)[1]).toEqual([{ from: 0, to: 60 }]);
    expect(days([])).toEqual([[], [], [], [], [], [], []]);
    expect(intervals(days([[0, 10080]]))).toEqual([[0, 10080]]);
  });

  it("are shown in the language of the reader", () => {
    expect(clockOf(570, "de")).toMatch(/^0?9:30$/);
    expect(clockOf(1440, "en-US")).toBe("24:00");
    expect(dayName(0, "de")).toBe("Montag");
    expect(dayName(6, "en", "short")).toBe("Sun");
  });
});
