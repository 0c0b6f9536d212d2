// Merging after a question, if several customers would see the replies.
import type { Person } from "$shared/types";
import { desk } from "$shared/store/desk.svelte";
import { overlays } from "../app/overlays.svelte";
import { merge } from "./merge";

class Merging {
  /** Their customers. */
  customers = $state.raw<Person[]>([]);
  #ids: string[] = [];
  #into = "";

  /** Merges conversations into one, and asks first if they belong to different customers. */
  start(ids: string[], into: string) {
    const known = new Map<string, Person>();
    for (const id of [...ids, into]) {
      const contact = desk.rows.get(id)?.contact;
      if (contact?.id) known.set(contact.id, contact);
    }
    if (known.size < 2) return void merge(ids, into);
    this.customers = [...known.values()];
    this.#ids = ids;
    this.#into = into;
    overlays.open = "merge";
  }

  finish() {
    overlays.close();
    void merge(this.#ids, this.#into);
  }
}

export const merging = new Merging();
