// The data of a settings page, or the error of loading it.
import type { Refusal } from "$shared/api";
import { problem, type Reason } from "$shared/problems";

export class Loaded<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<Reason | null>(null);
  #read: () => Promise<T>;

  constructor(read: () => Promise<T>) {
    this.#read = read;
    void this.load();
  }

  /** Loads it again. The old data stays until the answer has arrived. */
  async load() {
    try {
      this.value = await this.#read();
      this.error = null;
    } catch (error) {
      this.error = problem(error as Refusal);
    }
  }

  /** Applies the answer to a change. */
  change(how: (value: T) => T) {
    if (this.value) this.value = how(this.value);
  }
}
