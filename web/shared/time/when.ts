// Times as people type them: "tomorrow 9am", "in 2h", "mo 8:00", "3 dec", "übermorgen 14 uhr".
import { addDays, sameDay, startOfDay } from "./calendar";
import { WORDS, type Part } from "./words";

/** The hour that a day without a time means. */
export const MORNING_HOUR = 9;
const AFTERNOON_HOUR = 14;
const EVENING_HOUR = 18;

type Time = { hour: number; minute: number };
type Found = { day?: Date; time?: Time; at?: Date };

/**
 * The time that a text means, relative to `now`; null if it means none, or one in the past. Names of days and months
 * are read in this language and in English.
 */
export function parseWhen(text: string, now: Date, locale = "en"): Date | null {
  const tokens = tokensOf(text);
  if (tokens.length === 0 || tokens.length > 8) return null;
  const found: Found = {};
  const names = namesOf(locale);
  for (let at = 0; at < tokens.length;) {
    const used = read(tokens.slice(at), found, now, names);
    if (used === 0) return null;
    at += used;
  }
  const when = settle(found, now);
  return when && when.getTime() > now.getTime() ? when : null;
}

function settle({ day, time, at }: Found, now: Date): Date | null {
  if (at && day) return null;
  if (at) {
    // "in 2 days 8:00"
    return time ? atTime(at, time) : at;
  }
  if (day) {
    const isToday = sameDay(day, now);
    if (isToday && !time) return now.getHours() < EVENING_HOUR ? atTime(day, { hour: EVENING_HOUR, minute: 0 }) : null;
    return atTime(day, time ?? { hour: MORNING_HOUR, minute: 0 });
  }
  if (!time) return null;
  const today = atTime(now, time);
  return today > now ? today : atTime(addDays(now, 1), time);
}

/** The number of tokens that were understood. */
function read(tokens: string[], found: Found, now: Date, names: Names): number {
  const [first = "", second = "", third = ""] = tokens;
  // After a day, "8h" is a time of day.
  const span = found.day ? 0 : readSpan(tokens, found, now);
  return (
    span ||
    readNamed([first, second, third], found, now, names) ||
    (names.fill.has(first) ? 1 : 0) ||
    readDate(tokens, found, now, names) ||
    readTime(first, second, found)
  );
}

const UNITS: [RegExp, (date: Date, n: number) => Date][] = [
  [/^(m|min|mins|minutes?|minuten?|minutos?)$/, (date, n) => new Date(date.getTime() + n * 60_000)],
  [/^(h|hr|hrs|hours?|std|stunden?|horas?|heures?)$/, (date, n) => new Date(date.getTime() + n * 3_600_000)],
  [/^(d|days?|tage?n?|dias?|jours?|j)$/, (date, n) => addDays(date, n)],
  [/^(w|wk|wks|weeks?|wochen?|semanas?|semaines?)$/, (date, n) => addDays(date, n * 7)],
  [/^(mo|mon|months?|monate?n?|mes|meses|mois)$/, (date, n) => addMonths(date, n)],
];
const ONE = new Set(["a", "an", "one", "ein", "eine", "einem", "einer", "un", "una", "une", "um", "uma"]);

/** "2h", "2 h", "1h30", "an hour": a span from now. */
function readSpan(tokens: string[], found: Found, now: Date): number {
  const [first = "", second = ""] = tokens;
  const from = found.at ?? now;
  const both = /^(\d{1,4})h(\d{1,2})$/.exec(first);
  // "14h30" is a time of day in French, so only less than six hours are read as a span.
  if (both && Number(both[1]) < 6) {
    found.at = new Date(from.getTime() + Number(both[1]) * 3_600_000 + Number(both[2]) * 60_000);
    return 1;
  }
  const glued = /^(\d{1,4})([a-z]+)$/.exec(first);
  const apart = ONE.has(first) ? "1" : /^\d{1,4}$/.test(first) ? first : null;
  const [count, unit, used] = glued ? [glued[1], glued[2], 1] : apart ? [apart, second, 2] : [undefined, undefined, 0];
  if (count === undefined || unit === undefined) return 0;
  const rule = UNITS.find(([pattern]) => pattern.test(unit));
  if (!rule) return 0;
  const date = rule[1](from, Number(count));
  if (Number.isNaN(date.getTime())) return 0;
  found.at = date;
  return used;
}

/** "tomorrow", "monday", "next week", "evening". */
function readNamed(tokens: [string, string, string], found: Found, now: Date, names: Names): number {
  for (const used of [3, 2, 1]) {
    const phrase = tokens.slice(0, used).join(" ").trim();
    if (phrase.split(" ").length !== used) continue;
    const part = names.parts.get(phrase);
    if (part) {
      applyPart(part, found, now);
      return used;
    }
  }
  const day = nameIn(names.days, tokens[0]);
  if (day === null) return 0;
  const ahead = (day - now.getDay() + 7) % 7;
  found.day = addDays(now, ahead);
  if (ahead === 0) {
    // Today's name means today if the time that follows is still to come, else in a week.
    const probe: Found = {};
    const time = readTime(tokens[1], tokens[2], probe) > 0 ? probe.time : undefined;
    if (!time || atTime(now, time) <= now) found.day = addDays(now, 7);
  }
  return 1;
}

function applyPart(part: Part, found: Found, now: Date): void {
  switch (part) {
    case "today":
      found.day = now;
      break;
    case "tonight":
      found.day = now;
      found.time = { hour: EVENING_HOUR + 2, minute: 0 };
      break;
    case "tomorrow":
      found.day = addDays(now, 1);
      break;
    case "after tomorrow":
      found.day = addDays(now, 2);
      break;
    case "next week":
      found.day = addDays(now, (8 - now.getDay()) % 7 || 7);
      break;
    case "next month":
      found.day = new Date(now.getFullYear(), now.getMonth() + 1, 1);
      break;
    case "weekend":
      found.day = addDays(now, (6 - now.getDay() + 7) % 7 || 7);
      break;
    case "morning":
      found.time = { hour: MORNING_HOUR, minute: 0 };
      break;
    case "noon":
      found.time = { hour: 12, minute: 0 };
      break;
    case "afternoon":
      found.time = { hour: AFTERNOON_HOUR, minute: 0 };
      break;
    case "evening":
      found.time = { hour: EVENING_HOUR, minute: 0 };
      break;
    case "midnight":
      found.day = addDays(found.day ?? now, 1);
      found.time = { hour: 0, minute: 0 };
      break;
  }
}

/** "2026-12-01", "1.12.", "1/12", "12/1" where months come first, "1 dec", "dec 1". */
function readDate(tokens: string[], found: Found, now: Date, names: Names): number {
  const [first = "", second = ""] = tokens;
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:t.*)?$/.exec(first);
  if (iso) return setDay(found, Number(iso[1]), Number(iso[2]), Number(iso[3]), now) ? 1 : 0;
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?$/.exec(first);
  if (dotted) return setDay(found, yearOf(dotted[3]), Number(dotted[2]), Number(dotted[1]), now) ? 1 : 0;
  const slashed = /^(\d{1,2})\/(\d{1,2})(?:\/(\d{4}))?$/.exec(first);
  if (slashed) {
    const [one, two] = [Number(slashed[1]), Number(slashed[2])];
    const [month, day] = names.monthFirst ? [one, two] : [two, one];
    return setDay(found, yearOf(slashed[3]), month, day, now) ? 1 : 0;
  }
  const number = (token: string) => /^(\d{1,2})(\.|st|nd|rd|th|er)?$/.exec(token)?.[1];
  const [a, b] = [number(first), number(second)];
  const [monthOfFirst, monthOfSecond] = [nameIn(names.months, first), nameIn(names.months, second)];
  if (a && monthOfSecond !== null) return setDay(found, undefined, monthOfSecond + 1, Number(a), now) ? 2 : 0;
  if (b && monthOfFirst !== null) return setDay(found, undefined, monthOfFirst + 1, Number(b), now) ? 2 : 0;
  return 0;
}

const yearOf = (text: string | undefined) => (text === undefined ? undefined : Number(text));

function setDay(found: Found, year: number | undefined, month: number, day: number, now: Date): boolean {
  const made = (y: number) => new Date(y, month - 1, day);
  let date = made(year ?? now.getFullYear());
  if (date.getMonth() !== month - 1 || date.getDate() !== day) return false;
  if (year === undefined && date < startOfDay(now)) date = made(now.getFullYear() + 1);
  found.day = date;
  return true;
}

/** "9", "9am", "9 pm", "21:30", "14h", "14h30", "9 uhr". */
function readTime(first: string, second: string, found: Found): number {
  const match = /^(\d{1,2})(?:[:.h](\d{2}))?(h|am|pm|a|p|uhr)?$/.exec(first);
  if (!match) return 0;
  let hour = Number(match[1]);
  const minute = Number(match[2] ?? 0);
  let suffix = match[3] ?? "";
  let used = 1;
  if (suffix === "" && /^(am|pm|uhr)$/.test(second)) {
    suffix = second;
    used = 2;
  }
  if (/^[ap]/.test(suffix)) {
    if (hour < 1 || hour > 12) return 0;
    hour = (hour % 12) + (suffix.startsWith("p") ? 12 : 0);
  }
  if (hour > 23 || minute > 59) return 0;
  found.time = { hour, minute };
  return used;
}

type Names = {
  days: string[][];
  months: string[][];
  parts: Map<string, Part>;
  fill: Set<string>;
  monthFirst: boolean;
};

const cache = new Map<string, Names>();

/** The names of days and months of a language and of English, as Intl has them. */
function namesOf(locale: string): Names {
  const known = cache.get(locale);
  if (known) return known;
  const names = (count: number, date: (i: number) => Date, options: Intl.DateTimeFormatOptions) =>
    Array.from({ length: count }, (_, i) =>
      [...new Set([locale, "en"])].map((each) =>
        plain(new Intl.DateTimeFormat(each, { ...options, timeZone: "UTC" }).format(date(i))),
      ),
    );
  const made: Names = {
    // 1 February 2026 is a Sunday.
    days: names(7, (i) => new Date(Date.UTC(2026, 1, 1 + i)), { weekday: "long" }),
    months: names(12, (i) => new Date(Date.UTC(2026, i, 1)), { month: "long" }),
    parts: new Map(),
    fill: new Set(),
    monthFirst: new Intl.DateTimeFormat(locale, { month: "numeric", day: "numeric", timeZone: "UTC" })
      .format(new Date(Date.UTC(2026, 10, 25)))
      .startsWith("11"),
  };
  for (const words of Object.values(WORDS)) {
    for (const [part, texts] of Object.entries(words.parts)) {
      for (const text of texts) made.parts.set(plain(text), part as Part);
    }
    for (const word of words.fill) made.fill.add(plain(word));
  }
  cache.set(locale, made);
  return made;
}

/**
 * The index of the name that the token abbreviates, with at least two letters; the first if several match, null if
 * none.
 */
function nameIn(names: string[][], token: string): number | null {
  const text = token.replace(/\.$/, "");
  if (!/^\p{L}{2,}$/u.test(text)) return null;
  const at = names.findIndex((some) => some.some((name) => name.startsWith(text)));
  return at < 0 ? null : at;
}

/** Lower case, without accents. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

function tokensOf(text: string): string[] {
  return plain(text.slice(0, 80))
    .split(/[\s,]+/)
    .filter((token) => token !== "");
}

/** The same day of a later month, or the last day of that month. */
function addMonths(date: Date, months: number): Date {
  const made = new Date(date);
  made.setMonth(made.getMonth() + months);
  if (made.getDate() !== date.getDate()) made.setDate(0);
  return made;
}

function atTime(date: Date, { hour, minute }: Time): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate(), hour, minute);
}

/** The options before anything is typed. */
export type QuickTime = "later_today" | "this_evening" | "tomorrow" | "weekend" | "next_week" | "next_month";

export function quickTimes(now: Date): { id: QuickTime; at: Date }[] {
  const later = new Date(now.getTime() + 3 * 3_600_000);
  later.setMinutes(later.getMinutes() < 30 ? 0 : 30, 0, 0);
  const all: { id: QuickTime; at: Date | null }[] = [
    { id: "later_today", at: sameDay(later, now) && later.getHours() < 20 ? later : null },
    {
      id: "this_evening",
      at: now.getHours() < EVENING_HOUR - 1 ? atTime(now, { hour: EVENING_HOUR, minute: 0 }) : null,
    },
    { id: "tomorrow", at: parseWhen("tomorrow", now) },
    { id: "weekend", at: now.getDay() >= 1 && now.getDay() <= 4 ? parseWhen("weekend", now) : null },
    { id: "next_week", at: parseWhen("next week", now) },
    { id: "next_month", at: parseWhen("next month", now) },
  ];
  const some = all.filter((choice): choice is { id: QuickTime; at: Date } => choice.at !== null);
  // On a Sunday, tomorrow is Monday: equal times are offered once.
  return some.filter((choice, index) => some.findIndex((other) => +other.at === +choice.at) === index);
}
