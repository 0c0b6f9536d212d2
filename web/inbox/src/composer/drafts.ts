// Drafts, stored in this browser immediately and on the server within a second. An answer of the server never changes
// the text: if another device has changed the same draft, the writer chooses.
import { api, Refusal } from "$shared/api";
import type { Attachment, Draft } from "$shared/types";

export type Kind = "reply" | "note";
export type Written = { html: string; attachments: Attachment[] };
/** A draft as this browser stores it. */
type StoredDraft = Written & {
  /** The server's version that it is based on; 0 if there was none. */
  base: number;
  /** Whether it is saved on the server. */
  saved: boolean;
  at: number;
};

const SAVE_DELAY_MS = 700;
const RETRY_DELAY_MS = 5_000;
const RETENTION_MS = 30 * 24 * 3_600_000;
export const KEY_PREFIX = "deskwire.draft.";

const isEmpty = (written: Written) => written.html === "" && written.attachments.length === 0;
const same = (a: Written, b: Written) =>
  a.html === b.html &&
  a.attachments.length === b.attachments.length &&
  a.attachments.every((one, at) => one.id === b.attachments[at]?.id);

/** Whether this page has removed the drafts that are too old. */
let isCleaned = false;

export class DraftKeeper {
  readonly #path: string;
  readonly #name: string;
  #base = 0;
  #current: Written = { html: "", attachments: [] };
  #dirty = false;
  #saving = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  /** How often the draft was sent. A save in flight at that time must not restore it. */
  #sentCount = 0;
  /** Called with the version of another device, when the writer has to choose. */
  onConflict: (other: Draft) => void = () => {};
  onSaved: (state: "saving" | "saved" | "waiting") => void = () => {};

  constructor(me: string, conversation: string, kind: Kind) {
    this.#path = `/conversations/${conversation}/drafts/${kind}`;
    this.#name = `${KEY_PREFIX}${me}.${conversation}.${kind}`;
  }

  /** The text of this browser, until the server has answered. */
  peek(): Written {
    const { html = "", attachments = [] } = this.#read() ?? {};
    return { html, attachments };
  }

  /** Chooses the initial text from the server's draft and this browser's. */
  open(server: Draft | null): Written {
    const stored = this.#read();
    if (!isCleaned) {
      isCleaned = true;
      removeOldDrafts();
    }
    const fromServer = server && { html: server.html, attachments: server.attachments };
    this.#base = server?.updated_at ?? 0;
    this.#current = fromServer ?? { html: "", attachments: [] };
    if (!stored || stored.saved || isEmpty(stored)) {
      // The draft was saved, and the server no longer has it: it was sent or discarded elsewhere.
      this.#removeStored();
      return this.#current;
    }
    this.#current = { html: stored.html, attachments: stored.attachments };
    if (!server || server.updated_at <= stored.base || (fromServer && same(stored, fromServer))) {
      this.#dirty = true;
      this.#saveSoon(0);
    } else {
      this.#stopped = true;
      this.onConflict(server);
    }
    return this.#current;
  }

  /** Stores the current text. */
  change(written: Written) {
    if (same(written, this.#current)) return;
    this.#current = written;
    this.#dirty = true;
    this.#store();
    if (!this.#stopped) this.#saveSoon(SAVE_DELAY_MS);
  }

  /** Continues with this version after the writer has chosen. */
  resolve(base: number, written: Written) {
    this.#stopped = false;
    this.#base = base;
    this.#current = written;
    this.#dirty = true;
    this.#store();
    this.#saveSoon(0);
  }

  /** Called after the message was sent. The server has removed the draft with it. */
  sent() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sentCount++;
    this.#current = { html: "", attachments: [] };
    this.#dirty = false;
    this.#base = 0;
    this.#removeStored();
  }

  /** Saves unsaved changes immediately, because the conversation is left. */
  close() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#dirty && !this.#stopped) void this.#save();
  }

  #saveSoon(delayMs: number) {
    // More typing does not postpone the save, so that it happens in time.
    if (this.#timer === undefined) this.#timer = setTimeout(() => void this.#save(), delayMs);
  }

  async #save() {
    this.#timer = undefined;
    if (this.#saving) {
      this.#saveSoon(SAVE_DELAY_MS);
      return;
    }
    const written = this.#current;
    const sent = this.#sentCount;
    this.#saving = true;
    this.onSaved("saving");
    try {
      if (isEmpty(written)) {
        if (this.#base !== 0) await api.delete(this.#path);
        this.#base = 0;
      } else {
        const attachment_ids = written.attachments.flatMap((one) => (one.id ? [one.id] : []));
        const draft = await api.put<{ draft: Draft }>(this.#path, {
          html: written.html,
          attachment_ids,
          base: this.#base,
        });
        this.#base = draft.draft.updated_at;
      }
      if (sent !== this.#sentCount) {
        if (!isEmpty(written)) await api.delete(this.#path);
        this.#base = 0;
      } else if (this.#current === written) {
        this.#dirty = false;
        this.#store();
      }
      this.onSaved("saved");
    } catch (error) {
      this.#failed(error);
      return;
    } finally {
      this.#saving = false;
    }
    if (this.#dirty) this.#saveSoon(SAVE_DELAY_MS);
  }

  #failed(error: unknown) {
    if (!(error instanceof Refusal)) throw error;
    const other = error.body["draft"] as Draft | undefined;
    if (error.code === "draft_changed" && other) {
      if (same(other, this.#current)) {
        this.#base = other.updated_at;
        this.#dirty = false;
        this.#store();
        return;
      }
      this.#stopped = true;
      this.onConflict(other);
      return;
    }
    this.onSaved("waiting");
    // If the error is permanent, the text stays in this browser.
    if (error.temporary || error.status === 401) this.#saveSoon(RETRY_DELAY_MS);
  }

  #read(): StoredDraft | null {
    try {
      return JSON.parse(localStorage.getItem(this.#name) ?? "null") as StoredDraft | null;
    } catch {
      return null;
    }
  }

  #store() {
    if (isEmpty(this.#current) && !this.#dirty) {
      this.#removeStored();
      return;
    }
    const stored: StoredDraft = { ...this.#current, base: this.#base, saved: !this.#dirty, at: Date.now() };
    const store = () => localStorage.setItem(this.#name, JSON.stringify(stored));
    try {
      store();
    } catch {
      // The storage is full.
      removeOldDrafts(0);
      try {
        store();
      } catch {
        // The server has it within a second.
      }
    }
  }

  #removeStored() {
    localStorage.removeItem(this.#name);
  }
}

/** Removes drafts that are saved on the server, or were not changed for a month. */
export function removeOldDrafts(savedRetentionMs = 24 * 3_600_000, now = Date.now()) {
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(KEY_PREFIX)) continue;
    try {
      const { saved, at } = JSON.parse(localStorage.getItem(name) ?? "null") as StoredDraft;
      if (now - at > RETENTION_MS || (saved && now - at > savedRetentionMs)) localStorage.removeItem(name);
    } catch {
      localStorage.removeItem(name);
    }
  }
}
