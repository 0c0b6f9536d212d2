// The lists of the data settings: loaded completely, or in windows.
import { api, query, Refusal } from "$shared/api";
import { matching } from "$shared/ui/options";

const DEBOUNCE_MS = 200;

/** A list that the server searches and returns in windows. */
export class WindowedList<T extends { id: string }> {
  items = $state.raw<T[]>([]);
  next = $state<string | null>(null);
  loaded = $state(false);
  refusal = $state.raw<Refusal | null>(null);
  /** The filters, by the names of the parameters. */
  filters = $state.raw<Record<string, string | null>>({});
  #path: string;
  #lastRequest = 0;
  /** What the last requested window follows. */
  #after: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Changes filters, and reloads after `delayMs`. */
  filter(change: Record<string, string | null>, delayMs = 0) {
    this.filters = { ...this.filters, ...change };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), delayMs);
  }

  type = (text: string) => this.filter({ q: text.trim() || null }, DEBOUNCE_MS);

  /** Loads the first window. The answer to an earlier request is ignored. */
  load = () => this.#read(null);

  /** Loads the next window, or again the one that failed. */
  more = () => this.#read(this.refusal ? this.#after : this.next);

  async #read(after: string | null) {
    const mine = ++this.#lastRequest;
    this.#after = after;
    try {
      const page = await api.get<{ items: T[]; next: string | null }>(
        `${this.#path}${query({ ...this.filters, after, limit: 50 })}`,
      );
      if (mine !== this.#lastRequest) return;
      const known = new Set(page.items.map((one) => one.id));
      this.items = after === null ? page.items : [...this.items.filter((one) => !known.has(one.id)), ...page.items];
      this.next = page.next;
      this.refusal = null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (mine === this.#lastRequest) this.refusal = error;
    } finally {
      if (mine === this.#lastRequest) this.loaded = true;
    }
  }
}

const WINDOW_SIZE = 50;

/** A list that is loaded completely, searched here and shown in windows. */
export class LocalList<T> {
  text = $state("");
  #limit = $state(WINDOW_SIZE);
  #all: () => T[];
  #words: (one: T) => string;
  readonly #found = $derived.by(() => {
    const items = new Map(this.#all().map((one, at) => [String(at), one]));
    const options = [...items].map(([id, one]) => ({ id, label: this.#words(one) }));
    return matching(options, this.text).flatMap(({ id }) => items.get(id) ?? []);
  });
  readonly items = $derived(this.#found.slice(0, this.#limit));
  readonly next = $derived(this.#found.length > this.#limit ? "" : null);

  constructor(all: () => T[], words: (one: T) => string) {
    this.#all = all;
    this.#words = words;
  }

  type = (text: string) => {
    this.text = text;
    this.#limit = WINDOW_SIZE;
  };

  more = () => (this.#limit += WINDOW_SIZE);
}

/** An answer that is loaded completely, again after each change. */
export class Resource<T> {
  value = $state.raw<T | null>(null);
  refusal = $state.raw<Refusal | null>(null);
  #path: string;

  constructor(path: string) {
    this.#path = path;
    void this.load();
  }

  load = async () => {
    try {
      this.value = await api.get<T>(this.#path);
      this.refusal = null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refusal = error;
    }
  };
}
