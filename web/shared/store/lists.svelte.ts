// Lists of conversations: for each view, state and order the ids as far as they are loaded. Live changes move rows in
// and out; where only the server can tell, the first window is read again.
import { api, query, type Refusal } from "../api";
import type { ConversationList, Row } from "../types";
import type { Rows } from "./rows.svelte";
import { compare, isIn, keyText, type Key } from "./views";

const WINDOW_SIZE = 50;
const REFRESH_DELAY_MS = 500;

export class List {
  readonly key: Key;
  ids = $state.raw<string[]>([]);
  /** The cursor of what follows; null at the end. */
  next = $state<string | null>(null);
  /** Whether ids are the server's word, not only the cache's. */
  loaded = $state(false);
  loading = $state(false);
  /** How often rows were put in above others: a list that is scrolled keeps its place. */
  shifts = $state(0);
  refusal = $state.raw<Refusal | null>(null);

  constructor(key: Key) {
    this.key = key;
  }
}

export class Lists {
  #lists = new Map<string, List>();
  #rows: Rows;
  #me: () => string;
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #loads = new Map<string, Promise<void>>();
  /** The list on screen. Others are read again when they are shown. */
  #current: List | null = null;
  #stale = new Set<List>();
  onFirstWindow: (list: List, rows: Row[]) => void = () => {};

  constructor(rows: Rows, me: () => string) {
    this.#rows = rows;
    this.#me = me;
    rows.onChange((before, after) => this.#move(before, after));
  }

  /** The list of a key, which may be empty so far. */
  get(key: Key): List {
    const text = keyText(key);
    let list = this.#lists.get(text);
    if (!list) {
      list = new List(key);
      this.#lists.set(text, list);
    }
    return list;
  }

  /** Shows a list: reads it if it was not read, or may have changed. */
  show(key: Key): List {
    const list = this.get(key);
    this.#current = list;
    if (!list.loaded || this.#stale.has(list)) void this.refresh(list);
    return list;
  }

  /** Puts in what the cache held, until the server has answered. */
  fromCache(key: Key, rows: Row[], position: number) {
    const list = this.get(key);
    if (list.loaded) return;
    for (const row of rows) this.#rows.put(row, position);
    list.ids = rows.map((row) => row.id);
  }

  /** Reads the first window again. */
  refresh(list: List): Promise<void> {
    return this.#load(list, null);
  }

  /** Reads what follows, if anything does. */
  more(list: List): Promise<void> {
    return list.next && !list.loading ? this.#load(list, list.next) : Promise.resolve();
  }

  /** After a gap: everything may have changed. */
  allStale() {
    for (const list of this.#lists.values()) this.#stale.add(list);
    if (this.#current) void this.refresh(this.#current);
  }

  #load(list: List, after: string | null): Promise<void> {
    const text = keyText(list.key);
    const running = this.#loads.get(text);
    if (running) return running;
    const load = this.#read(list, after).finally(() => {
      list.loading = false;
      this.#loads.delete(text);
    });
    this.#loads.set(text, load);
    return load;
  }

  async #read(list: List, after: string | null) {
    list.loading = true;
    const { view, state, sort } = list.key;
    try {
      const page = await api.get<ConversationList>(
        `/conversations${query({ view, state, sort, after, limit: WINDOW_SIZE })}`,
      );
      for (const row of page.items) this.#rows.put(row, page.position);
      const ids = page.items.map((row) => row.id);
      if (after === null) {
        // What was loaded below the first window stays, as long as the window reaches it.
        const rest = page.next !== null && list.loaded ? following(list.ids, ids) : [];
        list.ids = [...ids, ...rest];
        if (!rest.length) list.next = page.next;
        list.loaded = true;
        this.#stale.delete(list);
        this.onFirstWindow(list, page.items);
      } else {
        const known = new Set(list.ids);
        list.ids = [...list.ids, ...ids.filter((id) => !known.has(id))];
        list.next = page.next;
      }
      list.refusal = null;
    } catch (error) {
      list.refusal = error as Refusal;
    }
  }

  #refreshSoon(list: List) {
    this.#stale.add(list);
    if (list !== this.#current) return;
    const text = keyText(list.key);
    clearTimeout(this.#timers.get(text));
    this.#timers.set(
      text,
      setTimeout(() => void this.refresh(list), REFRESH_DELAY_MS),
    );
  }

  #move(before: Row | undefined, after: Row | undefined) {
    const id = (after ?? before)?.id;
    if (!id) return;
    for (const list of this.#lists.values()) {
      if (!list.loaded) continue;
      const there = list.ids.includes(id);
      const belongs = after ? isIn(after, list.key, this.#me()) : false;
      if (belongs === null) {
        const was = before && isIn(before, list.key, this.#me());
        if (there || was !== null || !before) this.#refreshSoon(list);
      } else if (!belongs) {
        if (there) list.ids = list.ids.filter((other) => other !== id);
      } else if (after && (!there || !before || compare(before, after, list.key.sort) !== 0)) {
        this.#place(list, after, there);
      }
    }
  }

  /** Puts a row where the order wants it, if that is within what is loaded. */
  #place(list: List, row: Row, there: boolean) {
    const others = there ? list.ids.filter((id) => id !== row.id) : list.ids;
    const at = position(others, row, (id) => this.#rows.get(id), list.key.sort);
    if (at === others.length && list.next !== null) {
      if (there) list.ids = others;
      return;
    }
    if (there && list.ids[at] === row.id) return;
    if (!there) list.shifts++;
    list.ids = [...others.slice(0, at), row.id, ...others.slice(at)];
  }
}

/** The ids of `old` that come after the last one that `fresh` also has, without those of `fresh`. */
function following(old: string[], fresh: string[]): string[] {
  const known = new Set(fresh);
  const last = old.findLastIndex((id) => known.has(id));
  return last < 0 ? [] : old.slice(last + 1);
}

function position(ids: string[], row: Row, get: (id: string) => Row | undefined, sort: Key["sort"]): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = get(ids[middle] as string);
    if (other && compare(other, row, sort) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
