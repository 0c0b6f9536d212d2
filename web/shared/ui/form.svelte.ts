// What a form knows of its last attempt: whether it is under way, and what the server said against which field. The words in
// the fields are the component's own and stay as they are when the server refuses them.
import { problem } from "$inbox/app/problems";
import type { Refusal } from "../api";

export class Form {
  busy = $state(false);
  /** The field that was refused, and why. */
  #refused = $state.raw<{ field: string | null; why: string } | null>(null);
  #fields: string[];

  /** `fields` are those that show a refusal beside themselves; every other refusal is the form's. */
  constructor(...fields: string[]) {
    this.#fields = fields;
  }

  /** Why a field was refused. */
  of(field: string): string | null {
    return this.#refused?.field === field ? this.#refused.why : null;
  }

  /** What was refused, where no field shows it. */
  get error(): string | null {
    const refused = this.#refused;
    return refused && !this.#fields.includes(refused.field ?? "") ? refused.why : null;
  }

  clear() {
    this.#refused = null;
  }

  /** Sends; gives whether the server took it. While it is under way, a second attempt does nothing. */
  async send(attempt: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.#refused = null;
    try {
      await attempt();
      return true;
    } catch (error) {
      const refusal = error as Refusal;
      this.#refused = { field: refusal.field ?? null, why: problem(refusal) };
      return false;
    } finally {
      this.busy = false;
    }
  }
}
