// A list of contacts or companies: the search, the filter, and the rows that are loaded. While it is shown, it follows the
// changes of others: the windows on screen are loaded again, at most once a second, and less often while changes go on.
import { api, query, Refusal } from "$shared/api";
import type { Frame } from "$shared/live/frames";
import { live } from "$shared/live/live.svelte";
import { problem } from "$shared/problems";
import { save } from "$shared/ui/save";
import { toasts } from "../app/toasts.svelte";
import { placeOf } from "../list/place";
import type { Kind } from "./people.svelte";
import type { Page } from "./types";

const DEBOUNCE_MS = 200;
const RELOAD_INTERVAL_MS = 1_000;
/** An import changes thousands. */
const MAX_RELOAD_INTERVAL_MS = 5_000;
const ROWS = 50;
/** The room for new rows when a window is loaded again, and the maximum that the server allows. */
const NEW_ROWS = 50;
const MAX_ROWS = 150;
/** The events after which a list may have a row that it did not have. */
const ENTERS = /^(contact\.((user|lead)\.created|unarchive|merged)|company\.created)$/;
const TYPES: Record<Kind, string> = { contacts: "contact", companies: "company" };

/** Rows that were loaded together. `isStale`: one of them may have changed. */
type Window<T> = { after: string | null; items: T[]; isStale: boolean };

export class PeopleList<T extends { id: string }> {
  items = $state.raw<T[]>([]);
  q = $state("");
  filter = $state("");
  loaded = $state(false);
  exporting = $state(false);
  refusal = $state.raw<Refusal | null>(null);
  next: string | null = null;
  /** What the place of the list is kept for: another object for each search. */
  key = $state.raw<object>({});
  #kind: Kind;
  #windows: Window<T>[] = [];
  #windowOf = new Map<string, Window<T>>();
  /** The search that the rows match. */
  #shown = "";
  #lastRequest = 0;
  #loading = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The first and the last row on screen; null while the list is not shown. */
  #onScreen: (() => [number, number]) | null = null;
  #turn: ReturnType<typeof setTimeout> | undefined;
  #turnedAt = 0;
  #intervalMs = RELOAD_INTERVAL_MS;
  /** Whether something changed after the turn was set up. */
  #isAsked = false;

  constructor(kind: Kind) {
    this.#kind = kind;
  }

  /** Downloads a CSV file with all rows that match. */
  async export() {
    if (this.exporting) return;
    this.exporting = true;
    try {
      const path = `/${this.#kind}/export${query(this.#wanted)}`;
      save(`${this.#kind}.csv`, await api.file(path));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      toasts.show({ text: problem(error), tone: "bad" });
    } finally {
      this.exporting = false;
    }
  }

  get #wanted() {
    return { q: this.q.trim() || null, filter: this.filter || null };
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
    const wanted = query(this.#wanted);
    const page = await this.#read(null, ROWS);
    if (mine !== this.#lastRequest || !page) return;
    if (wanted !== this.#shown) this.key = {};
    this.#shown = wanted;
    this.#put([{ after: null, items: page.items, isStale: false }], page.next);
    this.loaded = true;
  }

  async more() {
    const after = this.next;
    if (after === null || this.#loading) return;
    this.#loading = true;
    const mine = this.#lastRequest;
    const page = await this.#read(after, ROWS);
    this.#loading = false;
    if (mine !== this.#lastRequest || after !== this.next || !page) return;
    const items = page.items.filter((one) => !this.#windowOf.has(one.id));
    this.#put([...this.#windows, { after, items, isStale: false }], page.next);
  }

  /**
   * Loads the list, or what is on screen if it was loaded before, and follows the changes of others. `onScreen` returns
   * the first and the last row on screen. Returns the function that stops this.
   */
  follow(onScreen: () => [number, number]): () => void {
    this.#onScreen = onScreen;
    const refresh = () => {
      if (!this.loaded || this.refusal) return void this.load();
      for (const one of this.#windows) one.isStale = true;
      this.#begin();
    };
    const retry = () => this.refusal && void this.load();
    const stops = [
      live.onFrame((frame) => {
        if (frame.t === "ev") this.#happened(frame);
      }),
      live.onMissed(refresh),
    ];
    document.addEventListener("visibilitychange", this.#begin);
    addEventListener("online", retry);
    refresh();
    return () => {
      for (const stop of stops) stop();
      document.removeEventListener("visibilitychange", this.#begin);
      removeEventListener("online", retry);
      clearTimeout(this.#turn);
      this.#turn = undefined;
      this.#onScreen = null;
    };
  }

  /** Loads what came on screen and may have changed. */
  scrolled() {
    this.#begin();
  }

  #happened({ type, object }: Extract<Frame, { t: "ev" }>) {
    if (object.type !== TYPES[this.#kind]) return;
    const window = this.#windowOf.get(object.id);
    const isSearch = this.#shown !== "";
    if (window) window.isStale = true;
    if (ENTERS.test(type) || (!window && isSearch)) for (const one of this.#windows) one.isStale = true;
    this.#begin();
  }

  /** The windows on screen that may have changed. */
  #due(): Window<T>[] {
    const [first, last] = this.#onScreen?.() ?? [0, -1];
    let end = 0;
    return this.#windows.filter(({ items, isStale }) => {
      const start = end;
      end += items.length;
      return isStale && start <= last && Math.max(end, start + 1) > first;
    });
  }

  #begin = () => {
    if (this.#turn !== undefined) this.#isAsked = true;
    else if (document.visibilityState === "visible" && this.#due().length > 0) {
      const isGoingOn = Date.now() - this.#turnedAt < 2 * this.#intervalMs;
      this.#intervalMs = isGoingOn ? Math.min(2 * this.#intervalMs, MAX_RELOAD_INTERVAL_MS) : RELOAD_INTERVAL_MS;
      this.#isAsked = false;
      const turn = setTimeout(() => void this.#reload(turn), this.#intervalMs);
      this.#turn = turn;
    }
  };

  async #reload(turn: ReturnType<typeof setTimeout>) {
    for (const window of this.#due()) await this.#reloadWindow(window);
    this.#turnedAt = Date.now();
    // The list is shown again.
    if (this.#turn !== turn) return;
    this.#turn = undefined;
    if (this.#isAsked) this.#begin();
  }

  async #reloadWindow(window: Window<T>) {
    const mine = this.#lastRequest;
    window.isStale = false;
    const limit = Math.min(MAX_ROWS, Math.max(ROWS, window.items.length + NEW_ROWS));
    const page = await this.#read(window.after, limit);
    const at = this.#windows.indexOf(window);
    if (mine !== this.#lastRequest || at < 0) return;
    if (!page || !this.#replace(at, window, page)) window.isStale = true;
  }

  /**
   * Replaces the rows of a window. Returns false if so many are new that the old ones are not among them: then a list
   * that is scrolled keeps what it shows until it is at its top.
   */
  #replace(at: number, window: Window<T>, { items, next }: Page<T>): boolean {
    const later = this.#windows.slice(at + 1);
    const isLater = (one: T) => later.includes(this.#windowOf.get(one.id) as Window<T>);
    const isOwn = (one: T) => this.#windowOf.get(one.id) === window;
    let end = items.findIndex(isLater);
    // The order has changed.
    if (end >= 0 && items.slice(end).some(isOwn)) end = -1;
    const isJoined = end >= 0 || next === null || items.some(isOwn);
    if (!isJoined && placeOf(this.key) !== null) return false;
    const fresh = { after: window.after, items: end < 0 ? items : items.slice(0, end), isStale: window.isStale };
    const before = this.#windows.slice(0, at);
    if (end < 0) this.#put([...before, fresh], next);
    else this.#put([...before, fresh, ...later], this.next);
    return true;
  }

  #put(windows: Window<T>[], next: string | null) {
    this.#windows = windows;
    this.#windowOf = new Map(windows.flatMap((one) => one.items.map((item) => [item.id, one] as const)));
    this.items = windows.flatMap((one) => one.items);
    this.next = next;
  }

  async #read(after: string | null, limit: number): Promise<Page<T> | null> {
    try {
      const page = await api.get<Page<T>>(`/${this.#kind}${query({ ...this.#wanted, after, limit })}`);
      this.refusal = null;
      return page;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refusal = error;
      return null;
    }
  }
}
