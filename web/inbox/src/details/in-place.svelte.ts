// A value that is edited in place. It is closed at once, and opens again with the typed text and the error if the server
// rejects it.
import { onDestroy, tick } from "svelte";
import { t } from "$shared/i18n/index.svelte";
import { problem, type Reason } from "../app/problems";
import { toasts } from "../app/toasts.svelte";
import { writes } from "../keys/keys";

/** Why the server rejected a value. */
export type Rejection = { code: string; message: string };
/** Saves a value. Returns why it was rejected, or null. */
export type Save = () => Promise<Rejection | null>;

export class InPlace {
  editing = $state(false);
  text = $state("");
  /** Why the text is wrong. */
  wrong = $state.raw<Reason | null>(null);
  /** The field, and the button that opens it. */
  field = $state<HTMLElement>();
  button = $state<HTMLElement>();
  #rejected: string | null = null;
  #isGone = false;

  constructor() {
    onDestroy(() => (this.#isGone = true));
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
    // Leaving a rejected text does not send it again.
    if (!keepFocus && text === this.#rejected) return;
    if (keepFocus) void this.close();
    else this.editing = false;
    const rejection = await save?.();
    if (!rejection) return;
    // The message of the API is in English, and names the other one by its id.
    await this.#reopen(text, rejection.code === "conflict" ? t("details.taken") : problem(rejection));
  }

  async #reopen(text: string, why: Reason) {
    if (this.#isGone) {
      toasts.show({ text: why, tone: "bad" });
      return;
    }
    this.wrong = why;
    // The writer has opened it again, and goes on from there.
    if (this.editing) return;
    this.text = text;
    this.#rejected = text;
    const isElsewhere = writes(document.activeElement);
    this.editing = true;
    await tick();
    if (!isElsewhere) this.field?.focus();
  }
}
