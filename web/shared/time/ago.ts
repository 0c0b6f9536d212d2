// Formats times for a list: short, in the teammate's language and time zone. Times are unix seconds.
import { addDays, sameDay } from "./calendar";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** "now", "5m", "3h", "Tue", "12 Nov", "12 Nov 2025": the shortest clear form. */
export function short(at: number, now: number, locale: string, words: { now: string; m: string; h: string }): string {
  const age = now - at;
  if (age < MINUTE && age > -MINUTE) return words.now;
  if (age > 0 && age < HOUR) return `${Math.floor(age / MINUTE)}${words.m}`;
  if (age > 0 && age < 12 * HOUR) return `${Math.floor(age / HOUR)}${words.h}`;
  const date = new Date(at * 1000);
  const today = new Date(now * 1000);
  if (sameDay(date, today)) return clock(at, locale);
  if (age > 0 && date > addDays(today, -6)) return date.toLocaleDateString(locale, { weekday: "short" });
  const year = date.getFullYear() === today.getFullYear() ? {} : ({ year: "numeric" } as const);
  return date.toLocaleDateString(locale, { day: "numeric", month: "short", ...year });
}

/** The time of day. */
export function clock(at: number, locale: string): string {
  return new Date(at * 1000).toLocaleTimeString(locale, { timeStyle: "short" });
}

/** The whole date and time, for tooltips. */
export function full(at: number, locale: string): string {
  return new Date(at * 1000).toLocaleString(locale, { dateStyle: "full", timeStyle: "short" });
}
