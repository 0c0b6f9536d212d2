// A value that is edited in place. It is closed at once, and opens again with the typed text and the error if the server
// rejects it, also if its place on the page is opened again later.
import { onDestroy, tick } from "svelte";
import { t } from "$shared/i18n/index.svelte";
import { valueProblem, type Reason } from "../app/problems";
import { toasts } from "../app/toasts.svelte";
import { writes } from "../keys/keys";

/** Why the server rejected a value; `why` if the field has its own message. */
export type Rejection = { code: string; message: string; why?: Reason };
/** Saves a value. Returns why it was rejected, or null. */
export type Save = () => Promise<Rejection | null>;

/** A text that was rejected, and why. */
type Rejected = { text: string; why: Reason };

/** The rejected texts whose fields are not on the page, and the fields that are, by what they belong to. */
const rejected = new Map<string, Rejected>();
const mounted = new Map<string, InPlace>();

export class InPlace {
  editing = $state(false);
  text = $state("");
  /** Why the text is wrong. */
  wrong = $state.raw<Reason | null>(null);
  /** The field, and the button that opens it. */
  field = $state<HTMLElement>();
  button = $state<HTMLElement>();
  #rejected: string | null = null;
  #of: () => string;

  /** `of` returns what the value belongs to: the object and the field. */
  constructor(of: () => string) {
    this.#of = of;
    const name = of();
    mounted.set(name, this);
    const left = rejected.get(name);
    rejected.delete(name);
    if (left) this.#show(left);
    onDestroy(() => {
      if (mounted.get(name) === this) mounted.delete(name);
      // The writer has not given the text up.
      if (this.editing && this.wrong !== null) void offer(name, { text: this.text, why: this.wrong });
    });
  }

  /** Opens the field, with the focus in it. */
  async open(text: string) {
    this.text = text;
    this.wrong = null;
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

  /** Closes the field and saves its text, which is unchanged without `save`. */
  async finish(keepFocus: boolean, save: Save | null) {
    const { text } = this;
    const of = this.#of();
    // Leaving a rejected text does not send it again.
    if (!keepFocus && text === this.#rejected) return;
    if (keepFocus) void this.close();
    else this.editing = false;
    const rejection = await save?.();
    if (!rejection) return;
    // The API's message is in English, and names the other object by its id.
    const why = rejection.why ?? (rejection.code === "conflict" ? t("details.taken") : valueProblem(rejection));
    if (!(await offer(of, { text, why }))) toasts.show({ text: why, tone: "bad" });
  }

  /** Leaves the field open, with why its text is not saved. */
  refuse(why: Reason) {
    this.#show({ text: this.text, why });
  }

  #show({ text, why }: Rejected) {
    this.wrong = why;
    this.text = text;
    this.#rejected = text;
    this.editing = true;
  }

  async reopen(rejected: Rejected) {
    if (this.editing) {
      // The writer has opened it again, and continues there.
      this.wrong = rejected.why;
      return;
    }
    const isElsewhere = writes(document.activeElement);
    this.#show(rejected);
    await tick();
    if (!isElsewhere) this.field?.focus();
  }
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
