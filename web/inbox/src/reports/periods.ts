// Periods of reports: from one day to another, both included, in the browser's time zone.

export type Period = { from: string; until: string };
export const CHOICES = ["7", "30", "90", "365", "month", "last_month", "custom"] as const;
export type Choice = (typeof CHOICES)[number];

/** The local date of a time, as "2026-01-31". */
export function isoDay(date: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The days of a choice, relative to `now`; null for a custom period. */
export function periodOf(choice: Choice, now: Date): Period | null {
  const day = (month: number, date: number) => isoDay(new Date(now.getFullYear(), now.getMonth() + month, date));
  switch (choice) {
    case "custom":
      return null;
    case "month":
      return { from: day(0, 1), until: isoDay(now) };
    case "last_month":
      return { from: day(-1, 1), until: day(0, 0) };
    default:
      return { from: day(0, now.getDate() - Number(choice) + 1), until: isoDay(now) };
  }
}

/** Twenty years: the server's limit. */
const MAX_DAYS = 7_320;

/** Why these days are not a valid period. */
export function faultOf({ from, until }: Period): "wrong_period" | "long_period" | null {
  const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text);
  if (!isDay(from) || !isDay(until) || from > until) return "wrong_period";
  const days = (Date.parse(until) - Date.parse(from)) / 86_400_000 + 1;
  return days > MAX_DAYS ? "long_period" : null;
}

/** The browser's time zone. */
export function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}
