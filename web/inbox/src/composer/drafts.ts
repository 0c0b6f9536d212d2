// Drafts, stored in this browser immediately and on the server within a second. A draft has one keeper in the page, which
// outlives its composer until everything is saved, so that nothing older overwrites the last text. An answer of the
// server never changes the text: if another device has changed the same draft, the writer chooses. The tabs of this
// browser follow each other, unless they have words that the other one has not seen.
import { api, Refusal } from "$shared/api";
import type { Attachment, Draft, SavedDraft, Withdrawn } from "$shared/types";
import { kept } from "./kept.svelte";
import {
  isEmpty,
  KEY_PREFIX,
  LocalDraft,
  namesOf,
  placeOf,
  removeOldDrafts,
  same,
  unsavedTexts,
  type StoredDraft,
  type Written,
} from "./stored";

export type { Written };
export type Kind = "reply" | "note";
/** What a composer shows of its draft. */
export type DraftView = {
  /** Another device has another version, and the writer has to choose; null once that is done. */
  conflict: (other: Draft | null) => void;
  saved: (state: "saving" | "saved" | "waiting") => void;
  /** Something was added to the text without the composer. */
  text: (written: Written) => void;
};

const SAVE_DELAY_MS = 700;
const RETRY_DELAY_MS = 5_000;

/** Whether this page has removed the drafts that are too old. */
let isCleaned = false;

export class DraftKeeper {
  readonly #path: string;
  readonly #local: LocalDraft;
  #base = 0;
  #current: Written = { html: "", attachments: [] };
  #dirty = false;
  /** Whether the unsaved words were read from this browser's storage. The tab that has stored them saves them. */
  #isMirrored = false;
  #saving: Promise<void> | null = null;
  /** The number of messages in flight. The server removes their draft with each, so it is saved after them. */
  #sending = 0;
  /** Whether a save was in flight when a message was sent: it may reach the server after the message. */
  #isLate = false;
  #conflict: Draft | null = null;
  /** The text of a save without an answer. The server may have it. */
  #tried: Written | null = null;
  /** Whether the server no longer has the conversation. */
  #isKept = false;
  #isStopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #view: DraftView | null = null;
  /** Changes when this page has changed the server's draft. An answer that was requested before is outdated. */
  version = 0;
  /** Called when nothing is left to do. */
  onSettled = () => {};

  constructor(who: string, conversation: string, kind: Kind) {
    this.#path = `/conversations/${conversation}/drafts/${kind}`;
    this.#local = new LocalDraft(`${KEY_PREFIX}${who}.${conversation}.${kind}`);
    this.#take(this.#local.read());
    void this.#local.adoptOrphans((written) => same(written, this.#current) || this.prepend(written));
  }

  /** The text. Until the server has answered, it is that of this browser. */
  get written(): Written {
    return this.#current;
  }

  /** The version of the server's draft that the text is based on; 0 if there was none. */
  get base(): number {
    return this.#base;
  }

  /** Settles when the save that is in flight has ended. */
  get saving(): Promise<void> | null {
    return this.#saving;
  }

  /** Shows the draft in a composer. */
  show(view: DraftView) {
    this.#view = view;
    // Another tab may have changed it.
    if (!this.#busy) this.#take(this.#local.read());
    if (this.#conflict) view.conflict(this.#conflict);
  }

  /** Applies the server's draft, which was requested at `version`. */
  open(server: Draft | null, version = this.version) {
    if (!isCleaned) {
      isCleaned = true;
      removeOldDrafts();
    }
    if (this.#dirty) {
      // The server compares the versions when this one is saved.
      if (!this.#conflict) this.#saveNow();
      return;
    }
    if (this.#busy || version !== this.version) return;
    if (!server) {
      // It was sent or discarded elsewhere.
      this.#base = 0;
      this.#current = { html: "", attachments: [] };
      this.#store();
      return;
    }
    // A message with this version, or with a newer one, is on its way.
    const isSent = isEmpty(this.#current) && server.updated_at <= this.#base;
    if (isSent || server.updated_at < this.#base) return;
    this.#base = server.updated_at;
    this.#current = { html: server.html, attachments: server.attachments };
    this.#store();
  }

  /** Stores the current text. */
  change(written: Written) {
    if (same(written, this.#current)) return;
    this.#current = written;
    this.#dirty = true;
    this.#isMirrored = false;
    this.#store();
    this.#saveSoon(SAVE_DELAY_MS);
  }

  /** Inserts a text before what has been written since. */
  prepend({ html, attachments }: Written) {
    const since = this.#current;
    this.change({ html: html + since.html, attachments: joined(attachments, since.attachments) });
    this.#view?.text(this.#current);
  }

  /** Adds a file that was uploaded after its composer was left. */
  attach(attachment: Attachment) {
    this.change({ ...this.#current, attachments: joined(this.#current.attachments, [attachment]) });
    this.#view?.text(this.#current);
  }

  /** Continues with this version after the writer has chosen. */
  resolve(base: number, written: Written) {
    this.#setConflict(null);
    this.#base = base;
    this.#current = written;
    this.#dirty = true;
    this.#isMirrored = false;
    this.#store();
    this.#saveSoon(0);
  }

  /** Called when another tab has stored the draft. */
  changedInTab() {
    if (this.#isStopped) return;
    const stored = this.#local.news(this.#hasOwnWords);
    if (stored === undefined) {
      // The other tab may have overwritten words that it has not seen.
      if (this.#hasOwnWords && this.#local.hasUnseenWords) this.#store();
      return;
    }
    // It was only removed from this browser: the server has it.
    if (stored === null && !this.#dirty && !isEmpty(this.#current)) return;
    this.version++;
    this.#setConflict(null);
    this.#clearTimer();
    this.#take(stored);
    if (this.#dirty) {
      // The other tab may save these words before it stores others.
      this.#tried = this.#current;
      void this.#saveForTab();
    }
    this.#view?.text(this.#current);
    this.#settle();
  }

  /** Called when the message is sent. */
  sent() {
    this.#clearTimer();
    this.#sending++;
    this.#isLate ||= this.#saving !== null;
    this.version++;
    this.#current = { html: "", attachments: [] };
    this.#dirty = false;
    this.#setConflict(null);
    // The base stays stored, so that the sent text is not shown as a draft until the server has removed it.
    this.#store();
  }

  /** Called when a message of an earlier page is sent. What was written since stays. */
  sentBefore() {
    this.#sending++;
    this.version++;
  }

  /** Called when the server has accepted the message, and has `left` another device's draft, or has rejected it. */
  async answered(isAccepted: boolean, left: Draft | null = null) {
    await this.#saving;
    if (isAccepted) this.#continueAfter(await this.#discardSent(left));
    this.version++;
    this.#sending--;
    if (this.#sending === 0) this.#isLate = false;
    if (this.#dirty) this.#saveNow();
    this.#settle();
  }

  /** Discards what the server has left of the message. Returns the draft of another device. */
  async #discardSent(left: Draft | null): Promise<Draft | null> {
    if (this.#isLate && this.#base !== 0) left = await this.#discardVersion(this.#base);
    // The answer to its save was lost.
    if (left && this.#tried && same(left, this.#tried)) left = await this.#discardVersion(left.updated_at);
    return left;
  }

  /** Discards the server's draft if it is this version, else returns it. */
  async #discardVersion(base: number): Promise<Draft | null> {
    try {
      await api.delete(this.#path, { base });
      return null;
    } catch (error) {
      assertRefusal(error);
      return (error.body["draft"] ?? null) as Draft | null;
    }
  }

  /** Continues once a message is sent, with the draft that is left on the server. */
  #continueAfter(left: Draft | null) {
    // A later page has saved it while the message waited.
    if (left?.updated_at === this.#base) return;
    if (left && isEmpty(this.#current)) {
      this.#adopt(left);
      return;
    }
    this.#base = 0;
    // The server may have removed what was saved in the meantime. If a draft is left, the writer chooses.
    this.#dirty = !isEmpty(this.#current);
    this.#store();
  }

  /** Restores a withdrawn reply, which the server has put before its draft. */
  async restore(reply: Written, { draft, base }: Withdrawn) {
    const isUnchanged = !this.#busy;
    this.prepend(reply);
    await this.#saving;
    this.version++;
    if (base === this.#base) {
      // The server's draft was the one that is continued here.
      this.resolve(draft.updated_at, this.#current);
    } else if (isUnchanged) this.#adopt(draft);
    else if (!same(draft, this.#current)) this.#setConflict(draft);
    else this.resolve(draft.updated_at, this.#current);
  }

  /** Shows the server's draft, because there are no other words here. */
  #adopt({ html, attachments, updated_at }: Draft) {
    this.#clearTimer();
    this.#base = updated_at;
    this.#current = { html, attachments };
    this.#dirty = false;
    this.#store();
    this.#view?.text(this.#current);
  }

  /** Saves unsaved changes immediately. */
  flush() {
    this.#clearTimer();
    if (this.#isMirrored && this.#dirty) void this.#saveForTab();
    else if (this.#dirty) this.#begin();
  }

  /** Called when the composer is left. */
  leave() {
    this.#view = null;
    this.flush();
    this.#settle();
  }

  /** Drops the text, because its conversation is no longer there and the writer does not need it. */
  forget() {
    this.stop();
    this.#current = { html: "", attachments: [] };
    this.#dirty = false;
    this.#local.remove();
    kept.read();
  }

  /** Stops saving and storing. */
  stop() {
    this.#clearTimer();
    this.#isStopped = true;
  }

  get #hasOwnWords(): boolean {
    return this.#dirty && !this.#isMirrored;
  }

  get #busy(): boolean {
    return this.#dirty || this.#saving !== null || this.#sending > 0;
  }

  #settle() {
    if (!this.#busy && !this.#view) this.onSettled();
  }

  #setConflict(other: Draft | null) {
    if (this.#conflict === other) return;
    this.#conflict = other;
    this.#view?.conflict(other);
  }

  #saveSoon(delayMs: number) {
    // More typing does not postpone the save, so that it happens in time.
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#begin();
    }, delayMs);
  }

  #clearTimer() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #saveNow() {
    if (this.#isMirrored) void this.#saveForTab();
    else this.#saveSoon(0);
  }

  /** Saves the words of another tab once that tab is closed. */
  async #saveForTab() {
    const isOpen = await this.#local.isOfOpenTab();
    if (!this.#dirty || !this.#isMirrored || this.#isStopped) return;
    if (isOpen) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.#saveForTab();
      }, RETRY_DELAY_MS);
      return;
    }
    this.#isMirrored = false;
    this.#clearTimer();
    this.#saveSoon(0);
  }

  #begin() {
    // What holds the save back begins it again when it ends.
    if (this.#saving || this.#sending > 0 || this.#conflict || this.#isStopped) return;
    this.#saving = this.#save().finally(() => {
      this.#saving = null;
      this.#settle();
    });
  }

  async #save() {
    const written = this.#current;
    this.#view?.saved("saving");
    try {
      this.#base = isEmpty(written) ? await this.#discard() : await this.#put(written);
    } catch (error) {
      this.#failed(error, written);
      return;
    }
    this.version++;
    this.#tried = null;
    if (this.#current === written) this.#dirty = false;
    this.#setKept(false);
    this.#store();
    if (this.#dirty) this.#saveSoon(SAVE_DELAY_MS);
    else this.#view?.saved("saved");
  }

  async #put({ html, attachments }: Written): Promise<number> {
    const attachment_ids = attachments.flatMap((one) => (one.id ? [one.id] : []));
    const { draft } = await api.put<SavedDraft>(this.#path, { html, attachment_ids, base: this.#base });
    return draft?.updated_at ?? 0;
  }

  async #discard(): Promise<number> {
    if (this.#base !== 0) await api.delete(this.#path, { base: this.#base });
    return 0;
  }

  #failed(error: unknown, written: Written) {
    assertRefusal(error);
    if (error.temporary) this.#tried = written;
    // The text was sent meanwhile.
    if (this.#sending > 0) return;
    this.#view?.saved("waiting");
    if (error.code === "draft_changed") {
      this.version++;
      this.#changedElsewhere((error.body["draft"] ?? null) as Draft | null);
      return;
    }
    if (error.status === 404) this.#setKept(true);
    // If the error is permanent, the text stays in this browser.
    if (error.temporary || error.status === 401) this.#saveSoon(RETRY_DELAY_MS);
  }

  #changedElsewhere(other: Draft | null) {
    const isMine = other && this.#tried && same(other, this.#tried);
    if (other && !isMine && !same(other, this.#current)) {
      this.#setConflict(other);
      return;
    }
    // If another device has sent or discarded its draft, this one is new.
    const isSaved = other ? same(other, this.#current) : isEmpty(this.#current);
    this.#base = other?.updated_at ?? 0;
    this.#dirty = !isSaved;
    this.#store();
    if (isSaved) this.#view?.saved("saved");
    else this.#saveSoon(0);
  }

  #take(stored: StoredDraft | null) {
    this.#base = stored?.base ?? 0;
    this.#current = { html: stored?.html ?? "", attachments: stored?.attachments ?? [] };
    this.#dirty = stored !== null && !stored.saved;
    this.#isMirrored = this.#dirty;
    this.#isKept = stored?.isKept ?? false;
  }

  #setKept(isKept: boolean) {
    if (this.#isKept === isKept) return;
    this.#isKept = isKept;
    this.#store();
    kept.read();
  }

  #store() {
    if (this.#isStopped) return;
    const isNothing = isEmpty(this.#current) && !this.#dirty && this.#base === 0;
    const stored = { ...this.#current, base: this.#base, saved: !this.#dirty, isKept: this.#isKept };
    this.#local.write(isNothing ? null : stored, this.#hasOwnWords);
  }
}

const keepers = new Map<string, DraftKeeper>();

/** The keeper of a draft of `who` (`desk.who`). It stays the same until everything is saved and no composer shows it. */
export function draftOf(who: string, conversation: string, kind: Kind): DraftKeeper {
  const name = `${who}.${conversation}.${kind}`;
  const known = keepers.get(name);
  if (known) return known;
  const keeper = new DraftKeeper(who, conversation, kind);
  keeper.onSettled = () => keepers.delete(name);
  keepers.set(name, keeper);
  return keeper;
}

addEventListener("storage", ({ key }) => {
  if (!key?.startsWith(KEY_PREFIX)) return;
  keepers.get(key.slice(KEY_PREFIX.length))?.changedInTab();
  kept.read();
});

/** Saves the drafts that are not saved yet, without waiting for the server. */
export function saveDrafts(who: string) {
  for (const name of unsavedTexts(who)) {
    const { conversation, kind } = placeOf(who, name);
    if (kind === "reply" || kind === "note") draftOf(who, conversation, kind).flush();
  }
}

/** The number of texts that only this browser has. */
export const countUnsaved = (who: string) => unsavedTexts(who).length;

/** Removes everything that `who` has begun to write from this browser. */
export function forgetDrafts(who: string) {
  for (const keeper of keepers.values()) keeper.stop();
  for (const name of namesOf(who)) localStorage.removeItem(name);
}

/** Both lists, each file once. */
export function joined(first: Attachment[], more: Attachment[]): Attachment[] {
  return [...first, ...more.filter((one) => !first.some((other) => other.id === one.id))];
}

/** Throws what is not an answer of the server. */
function assertRefusal(error: unknown): asserts error is Refusal {
  if (!(error instanceof Refusal)) throw error;
}
