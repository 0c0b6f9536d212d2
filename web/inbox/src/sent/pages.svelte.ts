// A list that is loaded page by page, newest first, and refreshed every few seconds while it is visible.
import { api, query, type Refusal } from "$shared/api";
import { problem, type Reason } from "$shared/problems";

const REFRESH_MS = 4_000;

export class Paged<Item extends { id: string }> {
  items = $state.raw<Item[] | null>(null);
  next = $state<string | null>(null);
  error = $state.raw<Reason | null>(null);
  #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Loads new items regularly. Returns the function that stops it, for an effect. */
  follow = () => {
    void this.load();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void this.load();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  };

  async more() {
    await this.#read(this.next, (page) => [...(this.items ?? []), ...page]);
  }

  load = async () => {
    const before = this.items;
    const next = this.next;
    await this.#read(null, (page) => {
      const last = page.at(-1);
      const at = before?.findIndex((one) => one.id === last?.id) ?? -1;
      return at < 0 ? page : [...page, ...(before ?? []).slice(at + 1)];
    });
    // The pages after the first stay, and so does the cursor at their end.
    if (before && this.items && this.items.length > 50) this.next = next;
  };

  async #read(before: string | null, put: (page: Item[]) => Item[]) {
    try {
      const page = await api.get<{ items: Item[]; next: string | null }>(`${this.#path}${query({ before })}`);
      this.items = put(page.items);
      this.next = page.next;
      this.error = null;
    } catch (error) {
      this.error = problem(error as Refusal);
    }
  }
}
