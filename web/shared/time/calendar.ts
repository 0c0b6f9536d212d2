// Days of the calendar. A day has 23 or 25 hours when the clocks change, so no number of seconds is added.

/** The same time of day, `days` later. */
export function addDays(date: Date, days: number): Date {
  const made = new Date(date);
  made.setDate(made.getDate() + days);
  return made;
}

export function startOfDay(date: Date): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

export function sameDay(a: Date, b: Date): boolean {
  return startOfDay(a).getTime() === startOfDay(b).getTime();
}
