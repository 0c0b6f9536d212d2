// The headings of days, and times in words. Times are unix seconds.

import { clock } from "./ago";
import { addDays, sameDay } from "./calendar";

/** "Today", "Yesterday", "Tuesday", "Tuesday, 12 November", with the year where it is another one. */
export function dayName(at: number, now: number, locale: string, today: string, yesterday: string): string {
  const date = new Date(at * 1000);
  const current = new Date(now * 1000);
  if (sameDay(date, current)) return today;
  if (sameDay(date, addDays(current, -1))) return yesterday;
  const year = date.getFullYear() === current.getFullYear() ? {} : ({ year: "numeric" } as const);
  return date.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long", ...year });
}

/** The shortest clear date and time. */
export function momentName(at: number, locale: string): string {
  return new Date(at * 1000).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
}

/** A time in the future: "14:00", "tomorrow 09:00", "Mon 09:00", "3 Dec, 09:00". */
export function comingName(at: number, now: number, locale: string, tomorrow: string): string {
  const date = new Date(at * 1000);
  const today = new Date(now * 1000);
  const time = clock(at, locale);
  if (sameDay(date, today)) return time;
  if (sameDay(date, addDays(today, 1))) return `${tomorrow} ${time}`;
  if (date < addDays(today, 6)) return `${date.toLocaleDateString(locale, { weekday: "short" })} ${time}`;
  const year = date.getFullYear() === today.getFullYear() ? {} : ({ year: "numeric" } as const);
  return `${date.toLocaleDateString(locale, { day: "numeric", month: "short", ...year })}, ${time}`;
}
