// The composer of a conversation: a reply and a note, each with its own text, files and draft, which are never mixed.
import type { Refusal } from "$shared/api";
import type { FilledMacro, MacroName, Part, Withdrawn } from "$shared/types";
import type { Editor } from "$shared/richtext/editor";
import { desk } from "$shared/store/desk.svelte";
import type { Thread } from "../thread/threads.svelte";
import { addFiles } from "./add-files";
import { TypedAhead } from "./ahead";
import type { Kind } from "./drafts";
import { followDrafts, KINDS } from "./elsewhere";
import { applyMacros, deliver, fillMacro, type Message, type Then, type Used } from "./send";
import type { Uploads } from "./upload.svelte";
import { Writing } from "./writing.svelte";

export class Composer {
  readonly thread: Thread;
  kind = $state<Kind>("reply");
  empty = $state(true);
  /** The macros whose actions run once this is sent. */
  used = $state.raw<Used[]>([]);
  /** Why the message that was sent last was rejected, once the server has answered. */
  delivery: Promise<Refusal | null> = Promise.resolve(null);
  /** Whether the server's drafts are loaded. Before, the text of this browser is edited. */
  #ready = false;
  /** Answers to earlier loads may hold older drafts; null if no drafts are to be loaded, or while one is being saved. */
  #since: { load: number; versions: Record<Kind, number> } | null = null;
  /** Whether the writer has chosen between reply and note. */
  #chosen = false;
  #closed = false;
  #writings: Record<Kind, Writing>;
  #editor: Editor | null = null;
  #ahead = new TypedAhead();
  #unfollow: () => void;

  constructor(thread: Thread) {
    this.thread = thread;
    const callbacks = { saved: () => this.#showDraft(), shown: () => this.#show() };
    const writing = (kind: Kind) => new Writing(desk.who, thread.id, kind, callbacks);
    this.#writings = { reply: writing("reply"), note: writing("note") };
    this.#continueNote();
    void this.#waitForSaves();
    thread.onWithdrawn = (part, back) => this.#restore(part, back);
    const own = { base: (kind: Kind) => this.#writings[kind].base, saves: () => this.#saves };
    this.#unfollow = followDrafts(thread.id, own, () => this.#loadDrafts());
  }

  /** The reply or the note, whichever is open. */
  get now(): Writing {
    return this.#writings[this.kind];
  }

  get files(): Uploads {
    return this.now.uploads;
  }

  /** Waits for the saves of an earlier composer. What is loaded from then on has their drafts. */
  async #waitForSaves() {
    const saves = this.#saves;
    if (saves.length > 0) {
      await Promise.all(saves);
      this.thread.reloadSoon();
    }
    this.#remember();
  }

  get #saves(): Promise<void>[] {
    return KINDS.map((kind) => this.#writings[kind].inFlight).filter((one) => one !== null);
  }

  /** Has the drafts applied that are loaded from now on. */
  #remember() {
    const { reply, note } = this.#writings;
    this.#since = { load: this.thread.loads, versions: { reply: reply.version, note: note.version } };
  }

  /** Applies the drafts of the server, once the conversation is loaded. */
  begin() {
    if (!this.#since || this.thread.loaded <= this.#since.load) return;
    const { versions } = this.#since;
    this.#since = null;
    for (const kind of KINDS) this.#writings[kind].begin(this.thread.draft(kind), versions[kind]);
    if (!this.#ready) this.#continueNote();
    this.#ready = true;
    this.#show();
  }

  /** Loads the drafts of other devices. */
  #loadDrafts() {
    // Drafts that are not loaded yet will be the newest.
    if (this.#closed || !this.#ready) return;
    this.#remember();
    this.thread.reloadSoon();
  }

  /** If only a note was begun, it is continued. */
  #continueNote() {
    if (!this.#chosen && this.#writings.reply.empty && !this.#writings.note.empty) this.kind = "note";
  }

  /** Called when the editor is ready. */
  mount(editor: Editor) {
    this.#editor = editor;
    this.#show();
    const typed = this.#ahead.end();
    if (typed === null) return;
    editor.focus();
    if (typed) editor.insertText(typed);
  }

  unmount() {
    this.#ahead.end();
    this.#editor = null;
    this.#closed = true;
    this.#unfollow();
    for (const kind of KINDS) this.#writings[kind].close();
    this.thread.onWithdrawn = null;
  }

  /** Called when the writer has changed the text. */
  typed() {
    if (!this.#editor) return;
    this.#chosen = true;
    this.now.html = this.#editor.html;
    this.empty = this.#editor.empty;
    this.now.changed();
  }

  switch(kind: Kind) {
    this.#chosen = true;
    if (kind === this.kind) return;
    this.kind = kind;
    this.now.saving = null;
    this.#show();
  }

  focus() {
    if (this.#editor) this.#editor.focus();
    else this.#ahead.begin();
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

  /** Adds files that were pasted, dropped or chosen. */
  add(files: File[], inText: boolean) {
    addFiles(this.files, () => this.#editor, files, inText);
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
    const { base } = this.now;
    const message: Message = { kind, written, base, mentions: this.#editor?.mentions ?? [], used: this.used };
    this.used = [];
    this.delivery = Promise.resolve(null);
    if (this.empty && written.attachments.length === 0) {
      void applyMacros(this.thread, message.used);
      return true;
    }
    this.now.clear();
    this.#show();
    this.delivery = this.#deliver(message, after);
    return true;
  }

  async #deliver(message: Message, after: Then): Promise<Refusal | null> {
    const writing = this.#writings[message.kind];
    const { refusal, left } = await deliver(this.thread, message, after);
    writing.answered(refusal ? message.written : null, left);
    if (this.#closed) return refusal;
    if (refusal) this.used = [...message.used, ...this.used];
    else this.#showDraft();
    return refusal;
  }

  #restore(part: Part, back: Withdrawn) {
    const kind: Kind = part.kind === "note" ? "note" : "reply";
    this.#writings[kind].restore({ html: part.html ?? "", attachments: part.attachments }, back);
    this.used = [...(this.thread.macros.get(part.id) ?? []), ...this.used];
    this.kind = kind;
    this.#show();
    this.focus();
  }
}
