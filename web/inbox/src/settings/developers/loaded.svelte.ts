// What a page of the settings has read, or why it could not be read.
import { problem } from "../../app/problems";
import type { Refusal } from "$shared/api";

export class Loaded<T> {
  value = $state.raw<T | null>(null);
  error = $state<string | null>(null);
  #read: () => Promise<T>;

  constructor(read: () => Promise<T>) {
    this.#read = read;
    void this.load();
  }

  /** Reads it again; what was there stays until the answer has come. */
  async load() {
    try {
      this.value = await this.#read();
      this.error = null;
    } catch (error) {
      this.error = problem(error as Refusal);
    }
  }

  /** Changes it as an answer says. */
  change(how: (value: T) => T) {
    if (this.value) this.value = how(this.value);
  }
}
