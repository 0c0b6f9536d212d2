// The text, files and draft of a reply or a note.
import type { Attachment, Draft } from "$shared/types";
import { DraftKeeper, type Kind, type Written } from "./drafts";
import { Uploads } from "./upload.svelte";

export class Writing {
  readonly kind: Kind;
  html = $state("");
  saving = $state<"saving" | "saved" | "waiting" | null>(null);
  /** The version of another device, if the writer has to choose between it and this one. */
  conflict = $state.raw<Draft | null>(null);
  readonly uploads: Uploads;
  #keeper: DraftKeeper;

  constructor(me: string, conversation: string, kind: Kind, onSaved: () => void) {
    this.kind = kind;
    this.uploads = new Uploads(() => this.changed());
    this.#keeper = new DraftKeeper(me, conversation, kind);
    this.#keeper.onSaved = (state) => {
      this.saving = state;
      if (state === "saved") onSaved();
    };
    this.#keeper.onConflict = (draft) => (this.conflict = draft);
    // Show this browser's draft until the server has answered.
    this.#set(this.#keeper.peek());
  }

  /** Applies the server's draft. */
  begin(draft: Draft | null) {
    const written = this.#keeper.open(draft);
    this.html = written.html;
    if (!this.uploads.busy) this.uploads.restore(written.attachments, written.html);
  }

  #set({ html, attachments }: Written) {
    this.html = html;
    this.uploads.restore(attachments, html);
  }

  get empty(): boolean {
    return this.html === "" && this.uploads.items.length === 0;
  }

  get written(): Written {
    return { html: this.html, attachments: this.uploads.used(this.html) };
  }

  changed() {
    this.#keeper.change(this.written);
  }

  /** Called after the message was sent. */
  clear() {
    this.#set({ html: "", attachments: [] });
    this.#keeper.sent();
    this.saving = null;
  }

  /** Inserts a text before what has been written since. */
  prepend(written: Written) {
    const since = this.written;
    this.#set({ html: written.html + since.html, attachments: joined(written.attachments, since.attachments) });
    this.changed();
  }

  /** Restores a withdrawn reply. The server has put it before its draft. */
  restore(html: string, draft: Draft) {
    const since = this.written;
    this.#set({ html: html + since.html, attachments: joined(draft.attachments, since.attachments) });
    this.#keeper.resolve(draft.updated_at, this.written);
  }

  /** Resolves a conflict: keeps this version (`mine`), or takes that of the other device. */
  choose(mine: boolean) {
    const other = this.conflict;
    if (!other) return;
    this.conflict = null;
    if (!mine) this.#set(other);
    this.#keeper.resolve(other.updated_at, this.written);
  }

  close() {
    this.#keeper.close();
  }
}

function joined(first: Attachment[], more: Attachment[]): Attachment[] {
  return [...first, ...more.filter((one) => !first.some((other) => other.id === one.id))];
}
