// The lists of conversations: for each view, state and order the loaded ids. Live changes insert and remove rows; if
// only the server can decide, the first window is loaded again.
import { api, query, type Refusal } from "../api";
import type { ConversationList, Row } from "../types";
import type { Rows } from "./rows.svelte";
import { compare, isIn, keyText, type Key } from "./views";

const WINDOW_SIZE = 50;
/** The maximum number of windows that are loaded again after a gap. */
const MAX_WINDOWS = 10;
const REFRESH_DELAY_MS = 500;

export class List {
  readonly key: Key;
  ids = $state.raw<string[]>([]);
  /** The cursor of the next window; null at the end. */
  next = $state<string | null>(null);
  /** Whether the ids are from the server, not only from the cache. */
  loaded = $state(false);
  loading = $state(false);
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
  /** The list on screen. Others are loaded again when they are shown. */
  #current: List | null = null;
  #stale = new Set<List>();
  /** Lists of which any row may have changed, also below the first window. */
  #missed = new Set<List>();
  /** Lists to load again after the load under way, whose answer may be older than what asked for another one. */
  #again = new Set<List>();
  /** The rows that changed during the load under way. */
  #changed = new Map<List, Set<string>>();
  onFirstWindow: (list: List, rows: Row[]) => void = () => {};

  constructor(rows: Rows, me: () => string) {
    this.#rows = rows;
    this.#me = me;
    rows.onChange((before, after) => this.#move(before, after));
  }

  /** The list for a key, which may be empty so far. */
  get(key: Key): List {
    const text = keyText(key);
    let list = this.#lists.get(text);
    if (!list) {
      list = new List(key);
      this.#lists.set(text, list);
    }
    return list;
  }

  /** Shows a list, and loads it if it was not loaded or may have changed. */
  show(key: Key): List {
    const list = this.get(key);
    this.#current = list;
    const loads = list.loaded || this.#loads.has(keyText(key));
    if (!loads || this.#stale.has(list)) void this.refresh(list);
    return list;
  }

  /** Empties a list that does not exist, or no longer. */
  drop(list: List) {
    list.ids = [];
    list.next = null;
    list.loaded = false;
  }

  /** Inserts the cached rows, until the server has answered. */
  fromCache(key: Key, rows: Row[], position: number) {
    const list = this.get(key);
    if (list.loaded) return;
    for (const row of rows) this.#rows.put(row, position);
    list.ids = rows.map((row) => row.id);
  }

  /** Loads the first window again: once more, if it is being loaded. */
  refresh(list: List): Promise<void> {
    if (this.#loads.has(keyText(list.key))) this.#again.add(list);
    return this.#load(list, null);
  }

  /** Loads the next window, if there is one. */
  more(list: List): Promise<void> {
    return list.next && !list.loading ? this.#load(list, list.next) : Promise.resolve();
  }

  /** After a gap: everything may have changed. */
  allStale() {
    for (const list of this.#lists.values()) {
      this.#stale.add(list);
      this.#missed.add(list);
    }
    if (this.#current) void this.refresh(this.#current);
  }

  #load(list: List, after: string | null): Promise<void> {
    const text = keyText(list.key);
    const running = this.#loads.get(text);
    if (running) return running;
    const load = this.#readAll(list, after).finally(() => {
      list.loading = false;
      this.#loads.delete(text);
    });
    this.#loads.set(text, load);
    return load;
  }

  async #readAll(list: List, after: string | null) {
    await this.#read(list, after);
    while (this.#again.delete(list)) await this.#read(list, null);
  }

  async #read(list: List, after: string | null) {
    list.loading = true;
    const changed = new Set<string>();
    this.#changed.set(list, changed);
    if (after === null) this.#stale.delete(list);
    const since = this.#rows.marks.now;
    try {
      const windows = await this.#windows(list, after);
      this.#changed.delete(list);
      for (const { items, position } of windows) for (const row of items) this.#rows.put(row, position, since);
      const ids = [...new Set(windows.flatMap(({ items }) => items.map((row) => row.id)))];
      const next = windows.at(-1)?.next ?? null;
      if (after === null) {
        // Rows that were loaded below the first window stay, if the window still reaches them.
        const rest = next !== null && list.loaded ? following(list.ids, ids) : [];
        list.ids = [...ids, ...rest];
        if (!rest.length) list.next = next;
        list.loaded = true;
        this.onFirstWindow(list, windows[0]?.items ?? []);
      } else {
        const known = new Set(list.ids);
        list.ids = [...list.ids, ...ids.filter((id) => !known.has(id))];
        list.next = next;
      }
      list.refusal = null;
      // The server does not know yet what is shown of rows with patches.
      for (const id of [...changed, ...ids.filter((id) => this.#rows.isPatched(id))]) this.#settle(list, id);
    } catch (error) {
      list.refusal = error as Refusal;
      this.#changed.delete(list);
      if (after === null) this.#stale.add(list);
    }
  }

  /** One window, or after a gap the loaded ones. */
  async #windows(list: List, after: string | null): Promise<ConversationList[]> {
    const { view, state, sort } = list.key;
    const read = (after: string | null) =>
      api.get<ConversationList>(`/conversations${query({ view, state, sort, after, limit: WINDOW_SIZE })}`);
    const windows = [await read(after)];
    if (after !== null || !this.#missed.has(list)) return windows;
    const count = () => windows.reduce((sum, { items }) => sum + items.length, 0);
    for (let next = windows[0]?.next; next && windows.length < MAX_WINDOWS && count() < list.ids.length;) {
      const window = await read(next);
      windows.push(window);
      next = window.next;
    }
    this.#missed.delete(list);
    return windows;
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
      this.#changed.get(list)?.add(id);
      // An older answer may bring back a row that is gone.
      if (!after && this.#changed.has(list)) this.#again.add(list);
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

  /** Applies a change of a row to a list that was read before it. */
  #settle(list: List, id: string) {
    const row = this.#rows.get(id);
    const belongs = row ? isIn(row, list.key, this.#me()) : false;
    if (row && belongs) this.#place(list, row, list.ids.includes(id));
    else if (belongs === false) list.ids = list.ids.filter((other) => other !== id);
  }

  /** Inserts a row at its place in the order, if that is within the loaded rows. */
  #place(list: List, row: Row, there: boolean) {
    const others = there ? list.ids.filter((id) => id !== row.id) : list.ids;
    const at = position(others, row, (id) => this.#rows.get(id), list.key.sort);
    if (at === others.length && list.next !== null) {
      if (there) list.ids = others;
      return;
    }
    if (there && list.ids[at] === row.id) return;
    list.ids = [...others.slice(0, at), row.id, ...others.slice(at)];
  }
}

/** The ids of `old` after the last one that is also in `fresh`. */
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
