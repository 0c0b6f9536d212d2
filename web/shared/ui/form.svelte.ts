// The state of a form's last attempt: whether it is in flight, and the server's error for each field. The component
// owns the texts in the fields. They stay when the server rejects them.
import type { Refusal } from "../api";
import { problem, valueProblem, type Reason } from "../problems";
import { unsaved } from "./unsaved.svelte";

export class Form {
  busy = $state(false);
  /** The rejected field, and why. */
  #refused = $state.raw<{ field: string | null; why: Reason } | null>(null);
  #fields: string[];
  #element: HTMLElement | undefined;

  /** `fields` are those that show their own error; all other errors are shown for the form. */
  constructor(...fields: string[]) {
    this.#fields = fields;
  }

  /** Why a field was rejected. */
  of(field: string): Reason | null {
    return this.#refused?.field === field ? this.#refused.why : null;
  }

  /** The error that no field shows. */
  get error(): Reason | null {
    const refused = this.#refused;
    return refused && !this.#fields.includes(refused.field ?? "") ? refused.why : null;
  }

  /** Asks before the form is left with changes: an attachment of its element. */
  guard = (element: HTMLElement) => {
    this.#element = element;
    return unsaved.watch(element);
  };

  /** Gives its changes up. */
  discard() {
    if (this.#element) unsaved.clear(this.#element);
  }

  clear() {
    this.#refused = null;
  }

  /** Sends the form. Returns whether the server accepted it. While it is in flight, a second attempt does nothing. */
  async send(attempt: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.#refused = null;
    try {
      await attempt();
      this.discard();
      return true;
    } catch (error) {
      const refusal = error as Refusal;
      const field = refusal.field ?? null;
      const isShownThere = field !== null && this.#fields.includes(field);
      this.#refused = { field, why: isShownThere ? valueProblem(refusal) : problem(refusal) };
      return false;
    } finally {
      this.busy = false;
    }
  }
}
