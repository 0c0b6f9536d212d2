import { afterEach, describe, expect, it } from "vitest";
import { short } from "$shared/time/ago";
import { comingName, dayName } from "$shared/time/day";

const zone = process.env["TZ"];
afterEach(() => {
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
});

const seconds = (text: string) => new Date(text).getTime() / 1000;
const day = (at: string, now: string) => dayName(seconds(at), seconds(now), "en", "Today", "Yesterday");
const coming = (at: string, now: string) => comingName(seconds(at), seconds(now), "en-GB", "tomorrow");
const ago = (at: string, now: string) => short(seconds(at), seconds(now), "en-GB", { now: "now", m: "m", h: "h" });

// The days on which the clocks change, in the local time of the zone: the first has 23 hours, the second 25.
describe.each([
  ["Europe/Berlin", "2026-03-29", "2026-10-25"],
  ["America/New_York", "2026-03-08", "2026-11-01"],
])("days in %s", (name, spring, autumn) => {
  const next = (text: string, days: number) => {
    const date = new Date(`${text}T12:00:00Z`);
    date.setUTCDate(date.getUTCDate() + days);
    return date.toISOString().slice(0, 10);
  };

  it.each([
    ["the short day", spring],
    ["the long day", autumn],
  ])("are those of the calendar around %s", (_, changed) => {
    process.env["TZ"] = name;
    const [before, after] = [next(changed, -1), next(changed, 1)];
    // Right after midnight, 24 hours before are the day before yesterday if yesterday had 23 hours.
    expect(day(`${changed}T12:00`, `${after}T00:10`)).toBe("Yesterday");
    expect(day(`${before}T23:50`, `${after}T00:10`)).not.toBe("Yesterday");
    // Right before midnight, 24 hours before are the same day if it has 25 hours.
    expect(day(`${before}T12:00`, `${changed}T23:50`)).toBe("Yesterday");
    expect(day(`${changed}T00:10`, `${changed}T23:50`)).toBe("Today");
    expect(coming(`${changed}T09:00`, `${before}T23:50`)).toBe("tomorrow 09:00");
    expect(coming(`${after}T09:00`, `${changed}T00:10`)).toBe("tomorrow 09:00");
    expect(coming(`${after}T09:00`, `${changed}T23:50`)).toBe("tomorrow 09:00");
  });

  it("have the name of the weekday for less than a week", () => {
    process.env["TZ"] = name;
    // Seven days before, at 23:10, are less than 6 times 24 hours and 10 minutes away.
    expect(ago(`${next(spring, -6)}T23:20`, `${next(spring, 1)}T00:10`)).toMatch(/\d/);
    expect(ago(`${next(spring, -5)}T00:20`, `${next(spring, 1)}T00:10`)).toMatch(/^[A-Z][a-z]{2}$/);
    expect(coming(`${next(autumn, 5)}T09:00`, `${next(autumn, -1)}T10:00`)).toMatch(/^[A-Z][a-z]{2} 09:00$/);
  });
});
