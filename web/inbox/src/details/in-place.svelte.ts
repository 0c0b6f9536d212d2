// A value that is edited in place. It is closed at once, and opens again with the typed text and the error if the server
// rejects it, also if its place on the page is opened again later. If somebody else has changed the value meanwhile, the
// writer chooses between theirs and the newer one.
import { onDestroy, tick } from "svelte";
import { t } from "$shared/i18n/index.svelte";
import { writes } from "$shared/keys";
import { valueProblem, type Reason } from "$shared/problems";
import { toasts } from "../app/toasts.svelte";
import { same } from "./values";

/** Why the server rejected a value. */
export type Rejection = { code: string; message: string };
/** Saves a value in place of `was`. Returns why it was rejected, or null. */
export type Save = (value: unknown, was: unknown) => Promise<Rejection | null>;
/** What is edited: the object and the field that the value belongs to, its name for the reader, and the value. */
export type Place = { of: () => string; label: () => string; value: () => unknown; shown: () => string };

/** A text that was rejected, and why. `isNewer`: because of a newer value. */
type Rejected = { text: string; why: Reason; isNewer: boolean };

/** The rejected texts whose fields are not on the page, and the fields that are, by what they belong to. */
const rejected = new Map<string, Rejected>();
const mounted = new Map<string, InPlace>();

export class InPlace {
  editing = $state(false);
  text = $state("");
  /** Why the text is wrong. */
  wrong = $state.raw<Reason | null>(null);
  /** Whether the writer has to choose between their text and a newer value. */
  isNewer = $state(false);
  /** The field, and the button that opens it. */
  field = $state<HTMLElement>();
  button = $state<HTMLElement>();
  /** The value that the edit began from. Somebody else may have changed it since. */
  began: unknown;
  #rejected: string | null = null;
  #place: Place;

  constructor(place: Place) {
    this.#place = place;
    this.began = place.value();
    const name = place.of();
    mounted.set(name, this);
    const left = rejected.get(name);
    rejected.delete(name);
    if (left) this.#show(left);
    onDestroy(() => {
      if (mounted.get(name) === this) mounted.delete(name);
      // The writer has not given the text up.
      if (this.editing && this.wrong !== null)
        void offer(name, { text: this.text, why: this.wrong, isNewer: this.isNewer });
    });
  }

  /** Opens the field, with the focus in it. */
  async open(text: string) {
    this.began = this.#place.value();
    this.text = text;
    this.wrong = null;
    this.isNewer = false;
    this.#rejected = null;
    this.editing = true;
    await tick();
    this.field?.focus();
  }

  /** Closes the field, and gives the focus back to the button. */
  async close() {
    this.editing = false;
    await tick();
    this.button?.focus();
  }

  /** Closes the field without saving its text. Leaving a rejected text keeps it open. */
  leave(keepFocus: boolean): boolean {
    if (!keepFocus && this.text === this.#rejected) return false;
    if (keepFocus) void this.close();
    else this.editing = false;
    return true;
  }

  /** Closes the field and saves its value, unless somebody else has changed it since the edit began. */
  async save(keepFocus: boolean, next: unknown, save: Save) {
    const { text, began } = this;
    const of = this.#place.of();
    const now = this.#place.value();
    if (!same(now, began) && !same(now, next)) return this.#show({ text, ...this.#newer() });
    // Leaving a rejected text does not send it again.
    if (!this.leave(keepFocus)) return;
    const rejection = await save(next, began ?? null);
    if (!rejection) return;
    const why = this.#why(rejection, of);
    if (!(await offer(of, { text, ...why }))) toasts.show({ text: why.why, tone: "bad" });
  }

  /** Leaves the field open, with why its text is no value. */
  refuse(why: Reason) {
    this.wrong = why;
    this.isNewer = false;
  }

  #why(rejection: Rejection, of: string): Omit<Rejected, "text"> {
    const isNewer = rejection.code === "newer_value";
    // The field may belong to another object by now, whose value says nothing about this one.
    if (isNewer && this.#place.of() === of) return this.#newer();
    // The message of the API is in English, and names the other one by its id.
    return { why: rejection.code === "conflict" ? t("details.taken") : valueProblem(rejection), isNewer };
  }

  /** Says that somebody else has changed the value. Saving the text again replaces the newer value. */
  #newer(): Omit<Rejected, "text"> {
    this.began = this.#place.value();
    const values = { label: this.#place.label(), value: this.#place.shown() || t("event.nothing") };
    return { why: t("details.newer", values), isNewer: true };
  }

  #show({ text, why, isNewer }: Rejected) {
    this.wrong = why;
    this.isNewer = isNewer;
    this.text = text;
    this.#rejected = text;
    this.editing = true;
  }

  /** Opens the field to say why it needs a value. Leaving it keeps it open. */
  async ask(why: Reason) {
    if (!this.editing) await this.open("");
    this.#rejected = "";
    this.wrong = why;
    this.field?.focus();
  }

  async reopen(rejected: Rejected) {
    if (this.editing) {
      // The writer has opened it again, and continues there.
      this.wrong = rejected.why;
      this.isNewer = rejected.isNewer;
      return;
    }
    const isElsewhere = writes(document.activeElement);
    this.#show(rejected);
    await tick();
    if (!isElsewhere) this.field?.focus();
  }
}

/** Opens an empty field and moves the focus there, to say why it needs a value. */
export async function askFor(of: string, why: Reason) {
  // Its section may just have been opened.
  await tick();
  const field = mounted.get(of);
  if (field) await field.ask(why);
  else rejected.set(of, { text: "", why, isNewer: false });
}

/** Shows a rejected text in its field; false if that is not on the page. It is shown once it is. */
async function offer(of: string, text: Rejected): Promise<boolean> {
  // A field that takes the place of another one is on the page now.
  await tick();
  const field = mounted.get(of);
  if (field) await field.reopen(text);
  else rejected.set(of, text);
  return field !== undefined;
}
