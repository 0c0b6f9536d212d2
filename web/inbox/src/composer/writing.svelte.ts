// The text, files and draft of a reply or a note.
import type { Attachment, Draft, Withdrawn } from "$shared/types";
import { draftOf, type DraftKeeper, type Kind, type Written } from "./drafts";
import { Uploads } from "./upload.svelte";

type Callbacks = {
  /** The draft was saved. */
  saved: () => void;
  /** The text was changed without the editor. */
  shown: () => void;
};

export class Writing {
  readonly kind: Kind;
  html = $state("");
  saving = $state<"saving" | "saved" | "waiting" | null>(null);
  /** The version of another device, if the writer has to choose between it and this one. */
  conflict = $state.raw<Draft | null>(null);
  readonly uploads: Uploads;
  #keeper: DraftKeeper;
  /** The keeper of the draft once this composer was left. */
  #laterKeeper: () => DraftKeeper;
  #closed = false;

  constructor(who: string, conversation: string, kind: Kind, { saved, shown }: Callbacks) {
    this.kind = kind;
    this.uploads = new Uploads((attachment) => this.#uploaded(attachment));
    this.#laterKeeper = () => draftOf(who, conversation, kind);
    this.#keeper = this.#laterKeeper();
    this.#keeper.show({
      conflict: (other) => (this.conflict = other),
      saved: (state) => {
        this.saving = state;
        if (state === "saved") saved();
      },
      text: (written) => {
        this.#set(written);
        shown();
      },
    });
    // Show this browser's draft until the server has answered.
    this.#set(this.#keeper.written);
  }

  /** Settles when the save that is in flight has ended. */
  get inFlight(): Promise<void> | null {
    return this.#keeper.saving;
  }

  /** The version of the draft, which `begin` gets with the answer of the server. */
  get version(): number {
    return this.#keeper.version;
  }

  /** The version of the server's draft that the text is based on. */
  get base(): number {
    return this.#keeper.base;
  }

  /** Applies the server's draft, which was requested at `version`. */
  begin(draft: Draft | null, version: number) {
    this.#keeper.open(draft, version);
    this.#set(this.#keeper.written);
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

  #uploaded(attachment: Attachment | null) {
    // The text may have changed since this composer was left.
    if (!this.#closed) this.changed();
    else if (attachment) this.#laterKeeper().attach(attachment);
  }

  /** Called when the message is sent. */
  clear() {
    this.#set({ html: "", attachments: [] });
    this.#keeper.sent();
    this.saving = null;
  }

  /** Called when the server has answered. A message that it rejected goes before what has been written since. */
  answered(rejected: Written | null, left: Draft | null) {
    if (!this.#closed) this.changed();
    if (rejected) this.#keeper.prepend(rejected);
    void this.#keeper.answered(rejected === null, left);
  }

  /** Restores a withdrawn reply. */
  restore(reply: Written, back: Withdrawn) {
    this.changed();
    void this.#keeper.restore(reply, back);
  }

  /** Resolves a conflict: keeps this version (`mine`), or takes that of the other device. */
  choose(mine: boolean) {
    const other = this.conflict;
    if (!other) return;
    if (!mine) this.#set(other);
    this.#keeper.resolve(other.updated_at, this.written);
  }

  close() {
    this.#closed = true;
    this.#keeper.leave();
  }
}
