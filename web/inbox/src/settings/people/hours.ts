// A week of office hours. The server has minutes since Monday 00:00; people read spans for each day.

import type { OfficeHoursException } from "$shared/types";

export const STEP_MINUTES = 15;
/** In minutes. */
const DAY = 24 * 60;

/** A span of a day, in minutes since midnight. */
export type Span = { from: number; to: number };

/** The spans of each day from Monday. A span that continues after midnight is split into two days. */
export function days(intervals: [number, number][]): Span[][] {
  return Array.from({ length: 7 }, (_, day) =>
    intervals
      .map(([start, end]) => ({ from: Math.max(0, start - day * DAY), to: Math.min(DAY, end - day * DAY) }))
      .filter(({ from, to }) => from < to),
  );
}

/** The intervals of a week. Spans that meet at midnight become one. */
export function intervals(week: Span[][]): [number, number][] {
  const all = week
    .flatMap((spans, day) => spans.map(({ from, to }): [number, number] => [from + day * DAY, to + day * DAY]))
    .sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [start, end] of all) {
    const last = joined.at(-1);
    if (last && last[1] === start) last[1] = end;
    else joined.push([start, end]);
  }
  return joined;
}

/** The time of day of a minute, localized. The end of a day is 24:00 in all languages. */
export function clockOf(minute: number, locale: string): string {
  if (minute === DAY) return "24:00";
  return new Date(Date.UTC(2024, 0, 1, 0, minute)).toLocaleTimeString(locale, {
    hour: "numeric",
    minute: "2-digit",
    timeZone: "UTC",
  });
}

/** The name of a day from Monday, 0. */
export function dayName(day: number, locale: string, form: "long" | "short" = "long"): string {
  return new Date(Date.UTC(2024, 0, 1 + day)).toLocaleDateString(locale, { weekday: form, timeZone: "UTC" });
}

/** The times of a day, as options. */
export const times = (locale: string) =>
  Array.from({ length: DAY / STEP_MINUTES + 1 }, (_, at) => at * STEP_MINUTES).map((minute) => ({
    value: String(minute),
    label: clockOf(minute, locale),
  }));

/** When a day that differs from the week is open, with its date; the year only if it does not recur. */
export function exceptionName(
  { date, intervals, recurring_annually }: OfficeHoursException,
  locale: string,
  words: { closed: string; yearly: string },
): string {
  const day = new Date(`${date}T00:00:00Z`).toLocaleDateString(locale, {
    timeZone: "UTC",
    day: "numeric",
    month: "short",
    ...(recurring_annually ? {} : { year: "numeric" }),
  });
  const open = intervals.map(([from, to]) => `${clockOf(from, locale)}–${clockOf(to, locale)}`).join(", ");
  return `${day}: ${open || words.closed}${recurring_annually ? ` (${words.yearly})` : ""}`;
}
