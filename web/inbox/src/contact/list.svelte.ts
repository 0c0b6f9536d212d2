// A list of contacts or companies: the search, the filter, and the rows that are loaded.
import { api, query, Refusal } from "$shared/api";
import { save } from "$shared/ui/save";
import { problem } from "../app/problems";
import { toasts } from "../app/toasts.svelte";
import type { Page } from "./types";

const DEBOUNCE_MS = 200;

export class PeopleList<T extends { id: string }> {
  items = $state.raw<T[]>([]);
  q = $state("");
  filter = $state("");
  loaded = $state(false);
  exporting = $state(false);
  refusal = $state.raw<Refusal | null>(null);
  next: string | null = null;
  #path: string;
  #lastRequest = 0;
  #loading = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Downloads a CSV file with all rows that match. */
  async export() {
    if (this.exporting) return;
    this.exporting = true;
    try {
      const path = `${this.#path}/export${query({ q: this.q.trim() || null, filter: this.filter || null })}`;
      save(`${this.#path.slice(1)}.csv`, await api.file(path));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      toasts.show({ text: problem(error), tone: "bad" });
    } finally {
      this.exporting = false;
    }
  }

  search(q: string) {
    this.q = q;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), DEBOUNCE_MS);
  }

  choose(filter: string) {
    this.filter = filter;
    void this.load();
  }

  /** Loads the first window. The answer to an earlier request is ignored. */
  async load() {
    const mine = ++this.#lastRequest;
    const page = await this.#read(null);
    if (mine !== this.#lastRequest || !page) return;
    this.items = page.items;
    this.next = page.next;
    this.loaded = true;
  }

  async more() {
    if (this.next === null || this.#loading) return;
    this.#loading = true;
    const mine = this.#lastRequest;
    const page = await this.#read(this.next);
    this.#loading = false;
    if (mine !== this.#lastRequest || !page) return;
    const known = new Set(this.items.map((one) => one.id));
    this.items = [...this.items, ...page.items.filter((one) => !known.has(one.id))];
    this.next = page.next;
  }

  async #read(after: string | null): Promise<Page<T> | null> {
    try {
      const page = await api.get<Page<T>>(
        `${this.#path}${query({ q: this.q.trim() || null, filter: this.filter || null, after, limit: 50 })}`,
      );
      this.refusal = null;
      return page;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refusal = error;
      return null;
    }
  }
}
