// What is unread in a conversation: where the unread part starts, and what came while it is open.
import type { Part, Row } from "$shared/types";
import { desk } from "$shared/store/desk.svelte";
import { countNews, firstUnread, isAfter } from "./model";
import type { Thread } from "./threads.svelte";

const me = () => desk.me?.id ?? "";

export class Unread {
  /**
   * The first part that was unread when the conversation was opened. It does not change while the conversation is read.
   */
  from = $state<string | null>(null);
  /** The last part that was read then. */
  #readAtOpen: string | null = null;

  /** Called when the conversation is opened. */
  open(isUnread: boolean, parts: Part[], readPartId: string | null) {
    this.#readAtOpen = readPartId;
    this.from = isUnread ? firstUnread(parts, readPartId, me()) : null;
  }

  /** Called when other parts are loaded, among which an earlier one may be the first. */
  move(parts: Part[]) {
    if (this.from !== null) this.from = firstUnread(parts, this.#readAtOpen, me());
  }

  /** Whether parts before these, which are not loaded yet, may be unread too. */
  isBefore({ parts, before }: Pick<Thread, "parts" | "before">): boolean {
    const oldest = parts[0];
    return this.from !== null && before !== null && oldest !== undefined && isAfter(oldest.id, this.#readAtOpen);
  }
}

/** Marks an open conversation as read: once when it is opened, and once for each newer part. */
export class ReadMark {
  /**
   * The newest part when the conversation was last marked. If the attempt failed, the conversation is unread again, which
   * must not start another attempt.
   */
  #upTo: string | null | undefined;

  mark(row: Row | undefined) {
    if (!row?.unread || row.last_part_id === this.#upTo) return;
    this.#upTo = row.last_part_id;
    void desk.act([row.id], { type: "read" });
  }

  /** The teammate has marked it as unread: it stays so until there is a newer part, or it is opened again. */
  leave(row: Row | undefined) {
    this.#upTo = row?.last_part_id;
  }

  /** It was opened again. */
  reset() {
    this.#upTo = undefined;
  }
}

/** What the reader of an open conversation has seen of it. */
export class Seen {
  readonly #thread: Thread;
  /** The newest part that was on screen, or that was there when the conversation was opened. */
  #upTo = $state<string | null>(null);
  /** The newest part of the row when the conversation was opened. */
  #openedAt: string | null = null;

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  /** Called once the conversation is shown. */
  begin() {
    if (this.#upTo !== null) return;
    this.#openedAt = this.#newest;
    this.#upTo = this.#thread.lastId;
  }

  /** Called when a part is on screen. */
  see(part: string) {
    if (this.#upTo !== null && isAfter(part, this.#upTo)) this.#upTo = part;
  }

  get #newest(): string | null {
    return this.#thread.row?.last_part_id ?? null;
  }

  /** The number of messages that came since, and were not on screen. */
  get news(): number {
    return this.#upTo === null ? 0 : countNews(this.#thread.parts, this.#upTo, me());
  }

  /** Whether everything that came since was on screen. The row may know of a part that is not loaded yet. */
  get isAll(): boolean {
    const newest = this.#newest;
    return this.news === 0 && (newest === this.#openedAt || this.#thread.parts.some((part) => part.id === newest));
  }
}
