// What is searched for, and what was found so far.
import { api, query, Refusal } from "$shared/api";
import type { Person, Search, SearchHit } from "$shared/types";
import { desk } from "$shared/store/desk.svelte";

const DEBOUNCE_MS = 180;
const MIN_QUERY_LENGTH = 2;

class Searching {
  text = $state("");
  hits = $state.raw<SearchHit[]>([]);
  people = $state.raw<Person[]>([]);
  /** What the hits are for. */
  asked = $state("");
  busy = $state(false);
  refusal = $state.raw<Refusal | null>(null);
  next: string | null = null;
  #number = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort: AbortController | null = null;

  type(text: string) {
    this.text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.run(), DEBOUNCE_MS);
  }

  async run() {
    const q = this.text.trim();
    const mine = ++this.#number;
    this.#abort?.abort();
    if (q.length < MIN_QUERY_LENGTH) {
      this.hits = [];
      this.people = [];
      this.asked = "";
      this.busy = false;
      return;
    }
    const answer = await this.#ask(q, null, mine);
    if (!answer) return;
    this.hits = answer.conversations;
    this.people = answer.contacts;
    this.asked = q;
  }

  async more() {
    if (this.next === null || this.busy) return;
    const answer = await this.#ask(this.asked, this.next, this.#number);
    if (!answer) return;
    const known = new Set(this.hits.map((hit) => hit.row.id));
    this.hits = [...this.hits, ...answer.conversations.filter((hit) => !known.has(hit.row.id))];
  }

  async #ask(q: string, after: string | null, mine: number): Promise<Search | null> {
    this.busy = true;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      const answer = await api.get<Search>(`/search${query({ q, after })}`, { signal });
      if (mine !== this.#number) return null;
      for (const { row } of answer.conversations) desk.rows.put(row, answer.position);
      this.next = answer.next;
      this.refusal = null;
      return answer;
    } catch (error) {
      if (signal.aborted) return null;
      if (!(error instanceof Refusal)) throw error;
      if (mine === this.#number) this.refusal = error;
      return null;
    } finally {
      if (mine === this.#number) this.busy = false;
    }
  }
}

export const searching = new Searching();
