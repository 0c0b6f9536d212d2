// The search text, and the results so far.
import { api, query, Refusal } from "$shared/api";
import type { Person, Search, SearchHit } from "$shared/types";
import { desk } from "$shared/store/desk.svelte";
import type { SearchFilters } from "../app/router.svelte";

const DEBOUNCE_MS = 180;
const MIN_QUERY_LENGTH = 2;

class Searching {
  text = $state("");
  /** Which conversations are searched. */
  filters = $state.raw<SearchFilters>({});
  hits = $state.raw<SearchHit[]>([]);
  people = $state.raw<Person[]>([]);
  /** The text that the hits are for. */
  searched = $state("");
  busy = $state(false);
  refusal = $state.raw<Refusal | null>(null);
  /** The cursor of further hits; null if there are none. */
  next = $state<string | null>(null);
  #lastRequest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort: AbortController | null = null;

  type(text: string) {
    this.text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.run(), DEBOUNCE_MS);
  }

  /** Searches other conversations for the same text. */
  narrow(filters: SearchFilters) {
    this.filters = filters;
    void this.run();
  }

  async run() {
    const q = this.text.trim();
    const mine = ++this.#lastRequest;
    this.#abort?.abort();
    if (q.length < MIN_QUERY_LENGTH) {
      this.hits = [];
      this.people = [];
      this.next = null;
      this.searched = "";
      this.busy = false;
      return;
    }
    const answer = await this.#fetch(q, null, mine);
    if (!answer) return;
    this.hits = answer.conversations;
    this.people = answer.contacts;
    this.searched = q;
  }

  async more() {
    if (this.next === null || this.busy) return;
    const answer = await this.#fetch(this.searched, this.next, this.#lastRequest);
    if (!answer) return;
    const known = new Set(this.hits.map((hit) => hit.row.id));
    this.hits = [...this.hits, ...answer.conversations.filter((hit) => !known.has(hit.row.id))];
  }

  async #fetch(q: string, after: string | null, mine: number): Promise<Search | null> {
    this.busy = true;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const since = desk.rows.marks.now;
    try {
      const answer = await api.get<Search>(`/search${query({ q, ...this.filters, after })}`, { signal });
      if (mine !== this.#lastRequest) return null;
      for (const { row } of answer.conversations) desk.rows.put(row, answer.position, since);
      this.next = answer.next;
      this.refusal = null;
      return answer;
    } catch (error) {
      if (signal.aborted) return null;
      if (!(error instanceof Refusal)) throw error;
      if (mine === this.#lastRequest) this.refusal = error;
      return null;
    } finally {
      if (mine === this.#lastRequest) this.busy = false;
    }
  }
}

export const searching = new Searching();
