// Notes about contacts and companies that are being written. Each is stored in this browser until it is sent, like the
// drafts of conversations, and outlives its field in the page.
import { KEY_PREFIX, LocalDraft } from "../composer/stored";
import type { Kind } from "./people.svelte";

export class NoteDraft {
  text = $state("");
  readonly #local: LocalDraft;
  /** Whether the text was changed here, not only read from the storage. */
  #isOwn = false;

  constructor(name: string) {
    this.#local = new LocalDraft(name);
    this.text = this.#local.read()?.html ?? "";
    void this.#local.adoptOrphans(({ html }) => html !== this.text && this.prepend(html));
  }

  change(text: string) {
    if (text === this.text) return;
    this.text = text;
    this.#isOwn = true;
    this.#store();
  }

  /** Inserts a text before what has been written since. */
  prepend(text: string) {
    this.change(this.text ? `${text}\n\n${this.text}` : text);
  }

  /** Called when another tab has stored the note. */
  changedInTab() {
    const stored = this.#local.news(this.#isOwn && this.text !== "");
    if (stored === undefined) {
      // The other tab may have overwritten or removed words that it has not seen.
      if (this.#isOwn) this.#store();
      return;
    }
    this.text = stored?.html ?? "";
    this.#isOwn = false;
  }

  #store() {
    // The text is plain; only a draft of a conversation is HTML.
    const draft = { html: this.text, attachments: [], base: 0, saved: false };
    this.#local.write(this.text ? draft : null, this.text !== "");
  }
}

const drafts = new Map<string, NoteDraft>();

/** The note that `who` (`desk.who`) writes about a contact or a company. */
export function noteDraft(who: string, kind: Kind, id: string): NoteDraft {
  const name = `${KEY_PREFIX}${who}.${kind}/${id}`;
  const known = drafts.get(name);
  if (known) return known;
  const draft = new NoteDraft(name);
  drafts.set(name, draft);
  return draft;
}

addEventListener("storage", ({ key }) => key && drafts.get(key)?.changedInTab());

const escaped = (some: string) => some.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The HTML of a plain text: paragraphs and line breaks. */
export const htmlOf = (text: string) =>
  text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${escaped(paragraph).replaceAll("\n", "<br>")}</p>`)
    .join("");
