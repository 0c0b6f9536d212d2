// Conversations that are no longer there, for which this browser has words that were not sent.
import { keptFor } from "./stored";

class Kept {
  conversations = $state.raw<string[]>([]);
  #who = "";

  /** Reads them again, for `who` (`desk.who`). */
  read(who = this.#who) {
    this.#who = who;
    this.conversations = who ? keptFor(who) : [];
  }
}

export const kept = new Kept();
