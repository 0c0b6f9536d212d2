// The conversations that are or were open, with their loaded parts. The last ones are kept, so that going back to one
// shows it immediately; then it is loaded again.
import { api, query, Refusal } from "$shared/api";
import type { Action, Attachment, Conversation, Draft, Part, Parts, Person, Row, Withdrawn } from "$shared/types";
import { rememberFileOrigin } from "$shared/richtext/links";
import { live } from "$shared/live/live.svelte";
import type { Failure, Seen } from "$shared/store/act";
import { detailAfter } from "$shared/store/actions";
import { desk } from "$shared/store/desk.svelte";
import { router } from "../app/router.svelte";
import type { Used } from "../composer/send";
import { mergeParts } from "./model";
import { ReadMark, Unread } from "./unread.svelte";

const MAX_THREADS = 60;
/** Changes within this time lead to one reload. */
const RELOAD_DELAY_MS = 150;

/** A message that the server has not confirmed yet. */
export type Pending = { key: string; kind: "reply" | "note"; html: string; attachments: Attachment[]; at: number };

export class Thread {
  readonly id: string;
  parts = $state.raw<Part[]>([]);
  pending = $state.raw<Pending[]>([]);
  /** Everything except the parts. */
  detail = $state.raw<Conversation | null>(null);
  /** The cursor of earlier parts; null at the beginning. */
  before = $state<string | null>(null);
  refusal = $state.raw<Refusal | null>(null);
  loadingEarlier = $state(false);
  readonly unread = new Unread();
  readonly readMark = new ReadMark();
  /** The newer parts because of which sending the teammate's message failed. */
  meanwhile = $state.raw<Part[]>([]);
  /** Restores the text of a withdrawn reply. The composer sets this. */
  onWithdrawn: ((part: Part, back: Withdrawn) => void) | null = null;
  /** Until when the reader's messages can be withdrawn, in milliseconds of this device's clock, by part. */
  readonly deadlines = new Map<string, number>();
  /** The macros whose actions run once a message of the reader is sent, by part. */
  readonly macros = new Map<string, Used[]>();
  /** The number of loads that were begun, and the one whose answer `detail` is. */
  loads = 0;
  loaded = 0;
  #position = 0;
  #reading: Promise<void> | null = null;
  #earlier: Promise<void> | null = null;
  #reloadAfter = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string) {
    this.id = id;
  }

  get row(): Row | undefined {
    return desk.rows.get(this.id);
  }

  get contact(): Person | null {
    return this.detail?.contacts[0] ?? this.row?.contact ?? null;
  }

  get lastId(): string | null {
    return this.parts[this.parts.length - 1]?.id ?? null;
  }

  /** When a message of the reader can no longer be withdrawn, in milliseconds of this device's clock. */
  deadline(part: Part): number {
    return this.deadlines.get(part.id) ?? (part.held_until ?? 0) * 1000;
  }

  /** Loads the conversation. Calls while it is being loaded lead to one more load. */
  load(): Promise<void> {
    if (this.#reading) {
      this.#reloadAfter = true;
      return this.#reading;
    }
    this.#reading = this.#read().finally(() => {
      this.#reading = null;
      if (this.#reloadAfter) {
        this.#reloadAfter = false;
        void this.load();
      }
    });
    return this.#reading;
  }

  /** Loads it again shortly, because something has changed. */
  reloadSoon() {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.load();
    }, RELOAD_DELAY_MS);
  }

  async #read() {
    try {
      const load = ++this.loads;
      const since = desk.rows.marks.now;
      const answer = await api.get<Conversation>(`/conversations/${this.id}`);
      this.refusal = null;
      this.#apply(answer, load, since);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Keep what is shown. Only report errors after which nothing can be shown.
      if (!this.detail || error.status === 404 || error.status === 403) this.refusal = error;
    }
  }

  #apply(answer: Conversation, load: number, since: number) {
    if (answer.position < this.#position) return;
    this.#position = answer.position;
    desk.rows.put(answer.row, answer.position, since);
    const first = this.detail === null;
    const oldest = answer.parts[0];
    const gap =
      this.parts.length > 0 && oldest && !this.parts.some((part) => part.id === oldest.id) && answer.before !== null;
    if (first || gap) {
      this.parts = answer.parts;
      this.before = answer.before;
    } else {
      // Parts within the newest window that the server no longer has were withdrawn.
      const has = new Set(answer.parts.map((part) => part.id));
      const from = this.parts.findIndex((part) => part.id === oldest?.id);
      const kept = this.parts.filter((part, at) => from < 0 || at < from || has.has(part.id));
      this.parts = mergeParts(kept, answer.parts);
    }
    for (const part of answer.parts) this.#rememberFiles(part);
    if (first) this.unread.open(answer.row.unread, this.parts, answer.read_part_id);
    else if (gap) this.unread.move(this.parts);
    this.loaded = load;
    this.detail = answer;
  }

  #rememberFiles(part: Part) {
    for (const attachment of part.attachments) rememberFileOrigin(attachment.url);
  }

  /** Applies the answer to a write. */
  applyAnswer(row: Row, position: number, parts: Part[] = []) {
    desk.rows.put(row, position);
    // An answer that was read before this write does not include it, and is ignored.
    this.#position = Math.max(this.#position, position);
    if (parts.length > 0) this.add(parts);
  }

  /** Adds parts. */
  add(parts: Part[]) {
    this.parts = mergeParts(this.parts, parts);
    for (const part of parts) this.#rememberFiles(part);
  }

  remove(partId: string) {
    this.parts = this.parts.filter((part) => part.id !== partId);
  }

  /** Loads earlier parts. Calls while they are being loaded wait for the same ones. */
  loadEarlier(): Promise<void> {
    this.#earlier ??= this.#readEarlier().finally(() => (this.#earlier = null));
    return this.#earlier;
  }

  async #readEarlier() {
    const before = this.before;
    if (before === null) return;
    this.loadingEarlier = true;
    try {
      const answer = await api.get<Parts>(`/conversations/${this.id}/parts${query({ before, limit: 50 })}`);
      if (this.before !== before) return;
      this.add(answer.parts);
      this.before = answer.before;
      this.unread.move(this.parts);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    } finally {
      this.loadingEarlier = false;
    }
  }

  /** The server's draft of this kind. */
  draft(kind: "reply" | "note"): Draft | null {
    return this.detail?.drafts?.find((draft) => draft.kind === kind) ?? null;
  }

  /** Forgets what was read before, and determines where the unread part starts, because it was opened again. */
  opened() {
    this.meanwhile = [];
    this.readMark.reset();
    if (this.detail && this.row) this.unread.open(this.row.unread, this.parts, this.detail.read_part_id);
  }

  /** Replaces a value in which the teammate saw `was`. Returns why it was rejected, or null. */
  async edit(action: Action, was: Seen): Promise<Failure | null> {
    if (this.detail) this.detail = detailAfter(this.detail, action);
    const rejection = (await desk.act([this.id], action, was)).failed[0] ?? null;
    if (rejection) {
      // What is being read may be older.
      await this.#reading;
      await this.load();
    } else this.reloadSoon();
    return rejection;
  }
}

class Threads {
  #kept = new Map<string, Thread>();

  constructor() {
    // Only the open conversation: the others are loaded again when they are opened.
    const reload = () => this.#kept.get(router.conversation ?? "")?.reloadSoon();
    live.onMissed(reload);
    live.onFrame((frame) => {
      if (frame.t === "held" && frame.id === router.conversation) reload();
    });
    desk.onPermissions = reload;
  }

  /** The conversation with this id. The least recently used one is dropped. */
  get(id: string): Thread {
    const known = this.#kept.get(id);
    const thread = known ?? new Thread(id);
    this.#kept.delete(id);
    this.#kept.set(id, thread);
    if (this.#kept.size > MAX_THREADS) this.#kept.delete(this.#kept.keys().next().value as string);
    return thread;
  }

  /** Loads a conversation that will probably be opened next. */
  prefetch(id: string) {
    const thread = this.get(id);
    if (!thread.detail) void thread.load();
  }

  has(id: string): boolean {
    return this.#kept.get(id)?.detail !== null && this.#kept.has(id);
  }
}

export const threads = new Threads();
