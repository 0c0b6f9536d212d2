// The words and files of one kind, a reply or a note, and their draft.
import type { Attachment, Draft } from "$shared/types";
import { DraftKeeper, type Kind, type Written } from "./drafts";
import { Uploads } from "./upload.svelte";

export class Writing {
  readonly kind: Kind;
  html = $state("");
  saving = $state<"saving" | "saved" | "waiting" | null>(null);
  /** The version of another device, between which and this one the writer has to choose. */
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
    // What this browser has, until the server has answered.
    this.#set(this.#keeper.peek());
  }

  /** Takes the draft that the server has. */
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

  /** It was sent. */
  clear() {
    this.#set({ html: "", attachments: [] });
    this.#keeper.sent();
    this.saving = null;
  }

  /** Puts words before what has been written since. */
  prepend(written: Written) {
    const since = this.written;
    this.#set({ html: written.html + since.html, attachments: joined(written.attachments, since.attachments) });
    this.changed();
  }

  /** Puts back a reply that was taken back: the server has put it before the draft that it had. */
  restore(html: string, draft: Draft) {
    const since = this.written;
    this.#set({ html: html + since.html, attachments: joined(draft.attachments, since.attachments) });
    this.#keeper.resolve(draft.updated_at, this.written);
  }

  /** The writer has chosen this version, or that of the other device. */
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
