// The composer of a conversation: a reply and a note, each with its own text, files and draft, which are never mixed.
import type { Attachment, Draft, FilledMacro, MacroName, Part } from "$shared/types";
import type { Editor } from "$shared/richtext/editor";
import { desk } from "$shared/store/desk.svelte";
import type { Thread } from "../thread/threads.svelte";
import type { Kind } from "./drafts";
import { applyMacros, deliver, fillMacro, type Message, type Then, type Used } from "./send";
import type { Uploads } from "./upload.svelte";
import { Writing } from "./writing.svelte";

const KINDS: Kind[] = ["reply", "note"];

export class Composer {
  readonly thread: Thread;
  kind = $state<Kind>("reply");
  empty = $state(true);
  /** The macros whose actions run once this is sent. */
  used = $state.raw<Used[]>([]);
  /** Whether the server's drafts are loaded. Before, the text of this browser is edited. */
  #ready = false;
  #writings: Record<Kind, Writing>;
  #editor: Editor | null = null;

  constructor(thread: Thread) {
    this.thread = thread;
    const writing = (kind: Kind) => new Writing(desk.me?.id ?? "", thread.id, kind, () => this.#showDraft());
    this.#writings = { reply: writing("reply"), note: writing("note") };
    thread.onWithdrawn = (part, draft) => this.#restore(part, draft);
  }

  /** The reply or the note, whichever is open. */
  get now(): Writing {
    return this.#writings[this.kind];
  }

  get files(): Uploads {
    return this.now.uploads;
  }

  /** Applies the drafts of the server, once the conversation is loaded. */
  begin() {
    if (this.#ready) return;
    this.#ready = true;
    for (const kind of KINDS) this.#writings[kind].begin(this.thread.draft(kind));
    // If only a note was begun, continue with it.
    if (this.#writings.reply.empty && !this.#writings.note.empty) this.kind = "note";
    this.#show();
  }

  /** Called when the editor is ready. */
  mount(editor: Editor) {
    this.#editor = editor;
    this.#show();
  }

  unmount() {
    this.#editor = null;
    for (const kind of KINDS) this.#writings[kind].close();
    this.thread.onWithdrawn = () => {};
  }

  /** Called when the writer has changed the text. */
  typed() {
    if (!this.#editor) return;
    this.now.html = this.#editor.html;
    this.empty = this.#editor.empty;
    this.now.changed();
  }

  switch(kind: Kind) {
    if (kind === this.kind) return;
    this.kind = kind;
    this.now.saving = null;
    this.#show();
  }

  focus() {
    this.#editor?.focus();
  }

  #show() {
    const editor = this.#editor;
    // Text that is already the same stays untouched, with the cursor in it.
    if (editor && editor.html !== this.now.html) editor.set(this.now.html);
    this.empty = this.now.html === "";
  }

  #showDraft() {
    desk.rows.setMarks(this.thread.id, { draft: KINDS.some((kind) => !this.#writings[kind].empty) });
  }

  /** Resolves a conflict: keeps this version of the draft (`mine`), or takes that of the other device. */
  choose(mine: boolean) {
    this.now.choose(mine);
    this.#show();
    this.focus();
  }

  /** Adds files that were pasted, dropped or chosen. Pictures go into the text, others below it. */
  add(files: File[], inText: boolean) {
    const uploads = this.files;
    const editor = this.#editor;
    for (const file of files) {
      const inline = inText && editor !== null && /^image\/(png|jpeg|gif|webp)$/.test(file.type);
      const onDone = (one: Attachment | null) => {
        const image = one && {
          src: new URL(one.url, location.origin).href,
          alt: one.name,
          width: one.width,
          height: one.height,
        };
        const placed = inline && editor === this.#editor && editor.finishImage(key, image);
        if (inline && !placed && one) uploads.below(key);
      };
      const key: string = uploads.add({ file, inline, onDone });
      if (inline) editor.startImage(key);
    }
  }

  /** Returns the text of a macro for this conversation. Its actions run when the message is sent. */
  async useMacro(macro: MacroName): Promise<FilledMacro | null> {
    const filled = await fillMacro(this.thread, macro.id);
    if (!filled) return null;
    const { actions, missing } = filled;
    if (actions.length + missing.length > 0 && !this.used.some((one) => one.id === macro.id))
      this.used = [...this.used, { ...macro, actions, missing }];
    return filled;
  }

  insert(html: string) {
    if (html) this.#editor?.insertHtml(html);
    this.focus();
  }

  drop(macro: Used) {
    this.used = this.used.filter((one) => one !== macro);
  }

  get sendable(): boolean {
    const { busy, failed, items } = this.files;
    return (!this.empty || items.length > 0 || this.used.length > 0) && !busy && !failed;
  }

  /** Sends the message; false if there is nothing to send. */
  send(after: Then = {}): boolean {
    if (!this.sendable) return false;
    const { kind, written } = this.now;
    const message: Message = { kind, written, mentions: this.#editor?.mentions ?? [], used: this.used };
    this.used = [];
    if (this.empty && written.attachments.length === 0) {
      void applyMacros(this.thread, message.used);
      return true;
    }
    this.now.clear();
    this.#show();
    void this.#deliver(message, after);
    return true;
  }

  async #deliver(message: Message, after: Then) {
    const refusal = await deliver(this.thread, message, after);
    if (!refusal) {
      this.#showDraft();
      return;
    }
    this.#writings[message.kind].prepend(message.written);
    this.used = [...message.used, ...this.used];
    this.#show();
  }

  #restore(part: Part, draft: Draft) {
    const kind: Kind = part.kind === "note" ? "note" : "reply";
    this.#writings[kind].restore(part.html ?? "", draft);
    this.kind = kind;
    this.#show();
    this.focus();
  }
}
