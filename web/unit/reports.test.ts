import { describe, expect, it } from "vitest";
import { csv } from "$inbox/reports/csv";
import { duration, pointName, ticks } from "$inbox/reports/format";
import { faultOf, periodOf } from "$inbox/reports/periods";

describe("durations", () => {
  it("are shown with two units at most", () => {
    const text = (seconds: number | null) => duration(seconds, "en");
    expect(text(null)).toBe("–");
    expect(text(0)).toBe("0 sec");
    expect(text(59)).toBe("59 sec");
    expect(text(90)).toBe("1 min 30 sec");
    expect(text(7_800)).toBe("2 hr 10 min");
    expect(text(3_600)).toBe("1 hr");
    expect(text(3_599)).toBe("1 hr");
    expect(text(2_551)).toBe("43 min");
    expect(text(599)).toBe("9 min 59 sec");
    expect(text(86_399)).toBe("1 day");
    expect(text(200_000)).toBe("2 days 8 hr");
    expect(duration(7_800, "de")).toBe("2 Std. 10 Min.");
  });
});

describe("scales", () => {
  it("have few round lines up to the largest value", () => {
    expect(ticks(0, "count")).toEqual([0, 1]);
    expect(ticks(3, "count")).toEqual([0, 1, 2, 3]);
    expect(ticks(97, "count")).toEqual([0, 50, 100]);
    expect(ticks(1_234, "count")).toEqual([0, 500, 1_000, 1_500]);
    expect(ticks(5_000, "duration")).toEqual([0, 1_800, 3_600, 5_400]);
    expect(ticks(2_000_000, "duration")).toEqual([0, 604_800, 1_209_600, 1_814_400, 2_419_200]);
  });
});

describe("periods", () => {
  it("end today, or with the month", () => {
    const now = new Date(2026, 2, 1, 12);
    expect(periodOf("7", now)).toEqual({ from: "2026-02-23", until: "2026-03-01" });
    expect(periodOf("month", now)).toEqual({ from: "2026-03-01", until: "2026-03-01" });
    expect(periodOf("last_month", now)).toEqual({ from: "2026-02-01", until: "2026-02-28" });
    expect(periodOf("custom", now)).toBeNull();
    expect(faultOf({ from: "2026-01-31", until: "2026-01-31" })).toBeNull();
    expect(faultOf({ from: "2026-02-01", until: "2026-01-31" })).toBe("wrong_period");
    expect(faultOf({ from: "", until: "2026-01-31" })).toBe("wrong_period");
    expect(faultOf({ from: "2006-01-01", until: "2026-01-15" })).toBeNull();
    expect(faultOf({ from: "2006-01-01", until: "2026-01-16" })).toBe("long_period");
  });

  it("have points with names", () => {
    const at = new Date(2026, 2, 1, 14).getTime() / 1000;
    expect(pointName(at, "day", "en-GB")).toBe("1 Mar");
    expect(pointName(at, "day", "en-GB", true)).toContain("2026");
    expect(pointName(at, "hour", "en-GB")).toBe("14:00");
    expect(pointName(at, "month", "en-GB", true)).toBe("March 2026");
  });
});

describe("files", () => {
  it("quote values that need it, and contain no formulas", () => {
    expect(
      csv([
        ["a", 1, null],
        ['"b", c', "=1+1", "d\ne"],
      ]),
    ).toBe('a,1,\r\n"""b"", c",\'=1+1,"d\ne"\r\n');
  });
});
