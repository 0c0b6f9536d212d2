// Exports tables of reports as CSV files.
import { save } from "$shared/ui/save";

/** A field, quoted if needed. A value that a spreadsheet would read as a formula gets an apostrophe. */
function field(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csv(rows: (string | number | null)[][]): string {
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/** Downloads a text as a file. */
export function keep(name: string, text: string) {
  // With a byte order mark, without which some spreadsheets guess another encoding.
  save(name, new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
}
