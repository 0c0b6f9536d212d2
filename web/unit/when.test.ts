import { describe, expect, it } from "vitest";
import { parseWhen, quickTimes } from "$shared/time/when";

// A Wednesday.
const now = new Date(2026, 10, 25, 15, 20);
const read = (text: string, locale?: string, from = now) => {
  const when = parseWhen(text, from, locale);
  if (!when) return null;
  const two = (n: number) => String(n).padStart(2, "0");
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} ${two(when.getHours())}:${two(when.getMinutes())}`;
};

describe("times as people type them", () => {
  it.each([
    ["tomorrow 9am", "2026-11-26 09:00"],
    ["tomorrow", "2026-11-26 09:00"],
    ["9am tomorrow", "2026-11-26 09:00"],
    ["Tomorrow at 14:30", "2026-11-26 14:30"],
    ["tomorrow evening", "2026-11-26 18:00"],
    ["in 2h", "2026-11-25 17:20"],
    ["2h", "2026-11-25 17:20"],
    ["in 2 hours 30 min", "2026-11-25 17:50"],
    ["in 1h30", "2026-11-25 16:50"],
    ["in an hour", "2026-11-25 16:20"],
    ["90m", "2026-11-25 16:50"],
    ["3d", "2026-11-28 15:20"],
    ["in 3 days 8:00", "2026-11-28 08:00"],
    ["2 weeks", "2026-12-09 15:20"],
    ["1 month", "2026-12-25 15:20"],
    ["mo 8:00", "2026-11-30 08:00"],
    ["monday", "2026-11-30 09:00"],
    ["next tue", "2026-12-01 09:00"],
    ["wed", "2026-12-02 09:00"],
    ["wed 16:00", "2026-11-25 16:00"],
    ["wed 9", "2026-12-02 09:00"],
    ["next week", "2026-11-30 09:00"],
    ["next month", "2026-12-01 09:00"],
    ["weekend", "2026-11-28 09:00"],
    ["tonight", "2026-11-25 20:00"],
    ["today", "2026-11-25 18:00"],
    ["5pm", "2026-11-25 17:00"],
    ["12am", "2026-11-26 00:00"],
    ["12 pm", "2026-11-26 12:00"],
    ["9", "2026-11-26 09:00"],
    ["16", "2026-11-25 16:00"],
    ["noon", "2026-11-26 12:00"],
    ["midnight", "2026-11-26 00:00"],
    ["2026-12-01", "2026-12-01 09:00"],
    ["2026-12-01 10:15", "2026-12-01 10:15"],
    ["3 dec", "2026-12-03 09:00"],
    ["dec 3rd 10am", "2026-12-03 10:00"],
    ["1 jan", "2027-01-01 09:00"],
    ["day after tomorrow", "2026-11-27 09:00"],
  ])("%s", (text, expected) => expect(read(text)).toBe(expected));

  it.each([
    ["morgen 9 uhr", "de", "2026-11-26 09:00"],
    ["übermorgen um 14:00", "de", "2026-11-27 14:00"],
    ["nächsten Donnerstag", "de", "2026-11-26 09:00"],
    ["do 8.30", "de", "2026-11-26 08:30"],
    ["1.12. 8:00", "de", "2026-12-01 08:00"],
    ["in 2 tagen", "de", "2026-11-27 15:20"],
    ["mañana a las 9", "es", "2026-11-26 09:00"],
    ["lunes", "es", "2026-11-30 09:00"],
    ["pasado mañana", "es", "2026-11-27 09:00"],
    ["demain à 14h30", "fr", "2026-11-26 14:30"],
    ["lundi 8h", "fr", "2026-11-30 08:00"],
    ["amanhã às 10:00", "pt", "2026-11-26 10:00"],
    ["12/1", "en-US", "2026-12-01 09:00"],
    ["1/12", "en-GB", "2026-12-01 09:00"],
  ])("%s (%s)", (text, locale, expected) => expect(read(text, locale)).toBe(expected));

  it.each([
    "",
    "soon",
    "yesterday",
    "25:00",
    "2020-01-01",
    "2026-02-30",
    "today 9am",
    "13pm",
    "hello tomorrow",
    "x".repeat(500),
    "0h",
    "99999d",
  ])("rejects %s", (text) => expect(read(text)).toBeNull());

  it("keeps the clock time when the clocks change", () => {
    const before = new Date(2026, 2, 28, 12, 0);
    expect(read("tomorrow 9am", "en", before)).toBe("2026-03-29 09:00");
  });
});

describe("quick choices", () => {
  const ids = (at: Date) => quickTimes(at).map((choice) => choice.id);
  it("are those that make sense now, all in the future and in order", () => {
    // In three hours it is evening: equal times are offered once.
    expect(ids(now)).toEqual(["later_today", "tomorrow", "weekend", "next_week", "next_month"]);
    expect(ids(new Date(2026, 10, 27, 22, 0))).toEqual(["tomorrow", "next_week", "next_month"]);
    // A Sunday, after which comes Monday.
    expect(ids(new Date(2026, 10, 29, 10, 0))).toEqual(["later_today", "this_evening", "tomorrow", "next_month"]);
    for (const choice of quickTimes(now)) expect(choice.at > now).toBe(true);
  });
});
