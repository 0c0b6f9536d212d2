// Formats numbers, durations and times of reports, and computes the scales of charts.
import type { ReportStep } from "$shared/types";

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** From this many of the largest unit, a smaller unit would suggest a precision that medians do not have. */
const ROUND_FROM = 10;

/** "2 hr 10 min", "42 min": the two largest units, or one if that is precise enough. A dash for null. */
export function duration(seconds: number | null, locale: string): string {
  if (seconds === null) return "–";
  const largest = UNITS.findIndex(([, size]) => seconds >= size);
  const [unit, size] = UNITS[largest === -1 ? UNITS.length - 1 : largest] as (typeof UNITS)[number];
  const smaller = UNITS[largest + 1];
  const format = (count: number, of: string) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: of, unitDisplay: "short" }).format(count);
  if (largest === -1 || !smaller) return format(Math.round(seconds), unit);
  const exact = seconds < ROUND_FROM * size ? smaller[1] : size;
  const rounded = Math.round(seconds / exact) * exact;
  // A value that was rounded up to a larger unit is shown in that unit.
  if (largest > 0 && rounded >= (UNITS[largest - 1] as (typeof UNITS)[number])[1]) return duration(rounded, locale);
  const rest = (rounded % size) / smaller[1];
  return format(Math.floor(rounded / size), unit) + (rest ? ` ${format(rest, smaller[0])}` : "");
}

/** The name of a point of a report; the full one if `long`. */
export function pointName(at: number, step: ReportStep, locale: string, long = false): string {
  const date = new Date(at * 1000);
  const year = long ? ({ year: "numeric" } as const) : {};
  switch (step) {
    case "hour":
      return date.toLocaleString(locale, {
        hour: "numeric",
        minute: "2-digit",
        ...(long ? { weekday: "short", day: "numeric", month: "short" } : {}),
      });
    case "month":
      return date.toLocaleDateString(locale, { month: long ? "long" : "short", year: "numeric" });
    default:
      return date.toLocaleDateString(locale, {
        day: "numeric",
        month: "short",
        ...year,
        ...(long && step === "day" ? { weekday: "short" } : {}),
      });
  }
}

const NICE_SECONDS = [
  1, 5, 15, 30, 60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 345_600, 604_800,
];

/** Values for the grid lines of a chart, from 0: round ones, five at most, the last one not below `most`. */
export function ticks(most: number, kind: "count" | "duration"): number[] {
  const wanted = Math.max(most, 1) / 4;
  let step: number;
  if (kind === "duration") {
    step = NICE_SECONDS.find((nice) => nice >= wanted) ?? Math.ceil(wanted / 604_800) * 604_800;
  } else {
    const power = 10 ** Math.floor(Math.log10(wanted));
    step = [1, 2, 5, 10].map((nice) => nice * power).find((nice) => nice >= wanted) ?? wanted;
    step = Math.max(1, step);
  }
  const lines = [0];
  while ((lines.at(-1) as number) < Math.max(most, 1)) lines.push((lines.at(-1) as number) + step);
  return lines;
}
