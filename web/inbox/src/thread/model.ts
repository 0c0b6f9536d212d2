// The items of a thread, in order: days, messages, folded events, and where the unread part starts.
import { parseInert } from "$shared/richtext/inert";
import type { Part } from "$shared/types";

export type Item =
  | { kind: "day"; key: string; at: number }
  | { kind: "unread"; key: string; count: number; isMore: boolean }
  | { kind: "events"; key: string; parts: Part[] }
  | { kind: "part"; key: string; part: Part; continued: boolean };

/** The part id of the first message. */
export const SOURCE = "source";
/** Messages of one author within this time form one block. */
const BLOCK_SECONDS = 300;

/**
 * The items for parts in ascending order. `unreadFrom` is the first unread part; the reader's messages never are.
 * `isMore`: whether parts that are not loaded may be unread too.
 */
export function itemsOf(parts: Part[], unreadFrom: string | null, me: string, isMore = false): Item[] {
  const items: Item[] = [];
  let day = "";
  let last: Part | null = null;
  for (const [at, part] of parts.entries()) {
    const of = dayOf(part.at);
    if (of !== day) {
      items.push({ kind: "day", key: `day ${of}`, at: part.at });
      day = of;
      last = null;
    }
    if (part.id === unreadFrom) {
      const count = parts.slice(at).filter((later) => isNews(later, me)).length;
      items.push({ kind: "unread", key: "unread", count: Math.max(count, 1), isMore });
      last = null;
    }
    const before = items[items.length - 1];
    if (part.kind === "event" && before?.kind === "events") before.parts.push(part);
    else if (part.kind === "event") items.push({ kind: "events", key: `events ${part.id}`, parts: [part] });
    else items.push({ kind: "part", key: part.id, part, continued: last !== null && continues(last, part) });
    last = part.kind === "event" ? null : part;
  }
  return items;
}

function continues(last: Part, part: Part): boolean {
  return (
    last.kind === part.kind &&
    last.author.type === part.author.type &&
    last.author.id === part.author.id &&
    part.at - last.at <= BLOCK_SECONDS &&
    part.subject === null &&
    part.held_until === null
  );
}

/** The calendar day of a time, in the browser's time zone. */
export function dayOf(at: number): string {
  const date = new Date(at * 1000);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** The first message or note of somebody else after the last read part; null if all are read. */
export function firstUnread(parts: Part[], readPartId: string | null, me: string): string | null {
  return parts.find((part) => isAfter(part.id, readPartId) && isNews(part, me))?.id ?? null;
}

/** The number of messages and notes of others after this part. */
export function countNews(parts: Part[], after: string, me: string): number {
  return parts.filter((part) => isAfter(part.id, after) && isNews(part, me)).length;
}

/** Whether it is a message or a note of somebody else. */
const isNews = (part: Part, me: string) => part.kind !== "event" && !isMine(part, me);

/** Whether a part comes after another one; null is before all. */
export const isAfter = (id: string, other: string | null) => other === null || inOrder({ id }, { id: other }) > 0;

/** The description of a ticket, unless its first message is the same. */
export function describes(attributes: Record<string, unknown> | undefined, parts: Part[]): string | null {
  const text = attributes?.["_default_description_"];
  if (typeof text !== "string" || !text.trim()) return null;
  const first = parts.find((part) => part.id === SOURCE)?.html;
  return first && words(parseInert(first).textContent) === words(text) ? null : text.trim();
}

const words = (text: string | null) => (text ?? "").replace(/\s+/g, "");

export function isMine(part: Part, me: string): boolean {
  return part.author.type === "admin" && part.author.id === me;
}

/** Merges both lists, ascending in the server's order. Of parts in both, the newer version is kept. */
export function mergeParts(known: Part[], more: Part[]): Part[] {
  const changed = new Map(more.map((part) => [part.id, part]));
  const merged = known.map((part) => changed.get(part.id) ?? part);
  const had = new Set(known.map((part) => part.id));
  const added = more.filter((part) => !had.has(part.id));
  if (added.length === 0) return merged;
  return [...merged, ...added].sort(inOrder);
}

/** The first message has the id "source"; all others ascend. */
export function inOrder(a: Pick<Part, "id">, b: Pick<Part, "id">): number {
  if (a.id === b.id) return 0;
  if (a.id === SOURCE) return -1;
  if (b.id === SOURCE) return 1;
  return a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
}
