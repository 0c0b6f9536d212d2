// Formats and parses values of attributes.
import type { AttributeDefinition } from "$shared/types";

type Words = { yes: string; no: string };

/** A value as text; empty if there is none. */
export function valueText(value: unknown, type: string, locale: string, words: Words): string {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (isTime(type)) {
    const date = dateOf(value);
    if (date)
      return date.toLocaleString(
        locale,
        type === "date" && !hasTime(value) ? { dateStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" },
      );
  }
  if (typeof value === "number")
    return value.toLocaleString(locale, { maximumFractionDigits: 10, useGrouping: type !== "string" });
  if (Array.isArray(value)) return value.map((one) => valueText(one, type, locale, words)).join(", ");
  if (typeof value === "object") {
    const one = value as { name?: unknown; id?: unknown; instances?: unknown[] };
    if (Array.isArray(one.instances)) return String(one.instances.length);
    return String(one.name ?? one.id ?? JSON.stringify(value));
  }
  return String(value);
}

const isTime = (type: string) => type === "date" || type === "datetime";
const hasTime = (value: unknown) => typeof value === "number" || (typeof value === "string" && value.includes("T"));

function dateOf(value: unknown): Date | null {
  const date = typeof value === "number" ? new Date(value * 1000) : new Date(String(value));
  return Number.isNaN(date.getTime()) ? null : date;
}

/** The text to edit for a value of this type. */
export function editText(value: unknown, type: string): string {
  if (value === null || value === undefined) return "";
  if (isTime(type)) {
    const date = dateOf(value);
    if (!date) return "";
    const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
    return local.toISOString().slice(0, 16);
  }
  return typeof value === "object" ? "" : String(value);
}

/** Parses a typed text as a value of the type; `undefined` if it is invalid. */
export function typedValue(text: string, type: string): unknown {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  switch (type) {
    case "integer":
      return /^-?\d{1,15}$/.test(trimmed) ? Number(trimmed) : undefined;
    case "float":
    case "decimal":
    case "number": {
      const number = Number(trimmed.replace(",", "."));
      return Number.isFinite(number) ? number : undefined;
    }
    case "boolean":
      return trimmed === "true";
    case "date":
    case "datetime": {
      const date = new Date(trimmed);
      return Number.isNaN(date.getTime()) ? undefined : Math.floor(date.getTime() / 1000);
    }
    default:
      return trimmed;
  }
}

/** Whether two values are the same. */
export const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Whether the attribute can be changed here; relations and files cannot. */
export function isEditable(definition: AttributeDefinition): boolean {
  return definition.writable && !["relationship", "files", "reference"].includes(definition.data_type);
}
