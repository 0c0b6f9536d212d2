// Drafts as this browser stores them. All tabs share the stored draft. Words that another tab has not seen are stored
// beside it, so that no tab overwrites them.
import { newKey } from "$shared/api";
import { openTabs, tab } from "$shared/store/tab";
import type { Attachment } from "$shared/types";

export type Written = { html: string; attachments: Attachment[] };
/** A draft as this browser stores it. */
export type StoredDraft = Written & {
  /** The server's version that it is based on; 0 if there was none. */
  base: number;
  /** Whether it is saved on the server. */
  saved: boolean;
  at: number;
  /** Whether the server no longer has its conversation. */
  isKept?: boolean;
  /** This version, the one that its tab had seen before, and the tab. */
  id?: string;
  after?: string | null;
  tab?: string;
};

const RETENTION_MS = 30 * 24 * 3_600_000;
export const KEY_PREFIX = "deskwire.draft.";

export const isEmpty = ({ html, attachments = [] }: Partial<Written>) => !html && attachments.length === 0;
export const same = (a: Written, b: Written) =>
  a.html === b.html &&
  a.attachments.length === b.attachments.length &&
  a.attachments.every((one, at) => one.id === b.attachments[at]?.id);

/** A draft in the storage of this browser. */
export class LocalDraft {
  readonly #name: string;
  /** Where this tab's words are stored while the shared draft has others that it has not seen. */
  readonly #ownName: string;
  /** The version that this tab has read or written. */
  #id: string | null = null;
  #writer: string | undefined;

  constructor(name: string) {
    this.#name = name;
    this.#ownName = `${name}.${tab}`;
  }

  read(): StoredDraft | null {
    return this.#seen(readStored<StoredDraft>(this.#name));
  }

  /** What another tab has stored; undefined if there is nothing new, or if it has not seen the words of this tab. */
  news(hasOwnWords: boolean): StoredDraft | null | undefined {
    const stored = readStored<StoredDraft>(this.#name);
    if ((stored?.id ?? null) === this.#id) return undefined;
    if (hasOwnWords && (this.#id === null || stored?.after !== this.#id)) return undefined;
    localStorage.removeItem(this.#ownName);
    return this.#seen(stored);
  }

  /** Whether another tab has stored words that this one has not seen, and that the server does not have. */
  get hasUnseenWords(): boolean {
    const stored = readStored<StoredDraft>(this.#name);
    return stored !== null && (stored.id ?? null) !== this.#id && !stored.saved && !isEmpty(stored);
  }

  /** Whether the tab that has stored it is another one, and still open. */
  async isOfOpenTab(): Promise<boolean> {
    const writer = this.#writer;
    return writer !== undefined && writer !== tab && (await openTabs()).has(writer);
  }

  /** Stores this tab's version; null removes it. */
  write(draft: Pick<StoredDraft, "html" | "attachments" | "base" | "saved" | "isKept"> | null, hasOwnWords: boolean) {
    const isBeside = this.hasUnseenWords;
    if (isBeside && (!draft || draft.saved || !hasOwnWords)) {
      localStorage.removeItem(this.#ownName);
      return;
    }
    if (!draft) {
      this.remove();
      return;
    }
    const version = { ...draft, id: newKey(), after: this.#id, tab, at: Date.now() };
    // Without room here, the server has it within a second.
    if (!store(isBeside ? this.#ownName : this.#name, version)) return;
    this.#seen(version);
    if (!isBeside) localStorage.removeItem(this.#ownName);
  }

  remove() {
    localStorage.removeItem(this.#name);
    localStorage.removeItem(this.#ownName);
    this.#seen(null);
  }

  /** Passes on what closed tabs have stored beside the shared draft, and removes it. */
  async adoptOrphans(take: (written: Written) => void) {
    const isOther = (name: string) => name.startsWith(`${this.#name}.`) && name !== this.#ownName;
    const names = Object.keys(localStorage).filter(isOther);
    if (names.length === 0) return;
    const open = await openTabs();
    for (const name of names.filter((name) => !open.has(name.slice(this.#name.length + 1)))) {
      const stored = readStored<StoredDraft>(name);
      if (stored) take({ html: stored.html, attachments: stored.attachments });
      localStorage.removeItem(name);
    }
  }

  #seen(stored: StoredDraft | null): StoredDraft | null {
    this.#id = stored?.id ?? null;
    this.#writer = stored?.tab;
    return stored;
  }
}

/** Stores what was written, if necessary in place of saved drafts; false if there is no room. */
export function store(name: string, draft: Pick<StoredDraft, "saved" | "at">): boolean {
  const text = JSON.stringify(draft);
  try {
    localStorage.setItem(name, text);
  } catch {
    removeOldDrafts(0);
    try {
      localStorage.setItem(name, text);
    } catch {
      return false;
    }
  }
  return true;
}

/** What is stored in this browser under a name; null if it cannot be read. */
export function readStored<T>(name: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") as T | null;
  } catch {
    return null;
  }
}

/** The names of what `who` has begun to write. */
export const namesOf = (who: string) =>
  Object.keys(localStorage).filter((name) => name.startsWith(`${KEY_PREFIX}${who}.`));

/** The names of the texts of `who` that the server does not have. */
export function unsavedTexts(who: string): string[] {
  return namesOf(who).filter((name) => {
    const stored = readStored<StoredDraft & { others?: unknown[] }>(name);
    return stored && !stored.saved && (!isEmpty(stored) || stored.others?.length);
  });
}

/** The conversation and the kind of draft in a name. */
export function placeOf(who: string, name: string): { conversation: string; kind: string | undefined } {
  const [conversation = "", kind] = name.slice(KEY_PREFIX.length + who.length + 1).split(".");
  return { conversation, kind };
}

/** The conversations that are no longer there, for which there are words of `who`. */
export function keptFor(who: string): string[] {
  const isKept = (stored: StoredDraft | null) => stored?.isKept && stored.html !== "";
  const names = unsavedTexts(who).filter((name) => isKept(readStored<StoredDraft>(name)));
  return [...new Set(names.map((name) => placeOf(who, name).conversation))];
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
