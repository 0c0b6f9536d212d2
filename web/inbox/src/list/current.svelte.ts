// The list on screen: its view, state and order, the focused row, and the selection.
import { untrack } from "svelte";
import { SvelteSet } from "svelte/reactivity";
import type { Sort } from "$shared/types";
import { desk } from "$shared/store/desk.svelte";
import type { List } from "$shared/store/lists.svelte";
import { type Key, type StateFilter } from "$shared/store/views";
import { panes } from "../app/panes.svelte";
import { router } from "../app/router.svelte";

const KEY = "deskwire.lists";
type Chosen = { state?: StateFilter; sort?: Sort };

function saved(): Record<string, Chosen> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, Chosen>;
  } catch {
    return {};
  }
}

class Current {
  #chosen = $state.raw<Record<string, Chosen>>(saved());
  view = $state("mine");
  /** The row at which the keyboard is. */
  focused = $state<string | null>(null);
  /** The row that the list has scrolled to because the keyboard moved there. */
  revealed: string | null = null;
  readonly selected = new SvelteSet<string>();
  #anchor: string | null = null;
  #only: string[] | null = null;
  /** Where in the list the keyboard last was. Its row may have left the list since. */
  #last: number | null = null;
  /** Moves the focus of the page into the list, so that screen readers announce the row. The list sets this. */
  takeFocus: () => void = () => {};

  key: Key = $derived.by(() => {
    const chosen = this.#chosen[this.view] ?? {};
    const sort = desk.start?.views.find((view) => view.id === this.view)?.sort ?? "newest";
    return { view: this.view, state: chosen.state ?? "open", sort: chosen.sort ?? sort };
  });
  list: List = $derived(desk.lists.get(this.key));

  choose(change: Chosen) {
    this.#chosen = { ...this.#chosen, [this.view]: { ...this.#chosen[this.view], ...change } };
    localStorage.setItem(KEY, JSON.stringify(this.#chosen));
    this.#last = null;
    this.clear();
  }

  enter(view: string) {
    if (view === this.view) return;
    this.view = view;
    this.focused = null;
    this.#last = null;
    this.clear();
  }

  /** The position of the keyboard: the focused row, else the open conversation. */
  get at(): string | null {
    if (this.focused && this.list.ids.includes(this.focused)) return this.focused;
    const open = router.conversation;
    return open && this.list.ids.includes(open) ? open : null;
  }

  /** Remembers where in the list the keyboard is. */
  remember() {
    if (this.at) this.#last = this.list.ids.indexOf(this.at);
  }

  /** Whether the row of the keyboard has left the list. The keys continue in its place. */
  get hasLeft(): boolean {
    return this.#last !== null && this.at === null;
  }

  /** Whether the list is on screen. */
  get visible(): boolean {
    return router.place.name === "view" && !(panes.narrow && router.conversation !== null);
  }

  /**
   * What keys, menus and the palette act on, which is always something that the teammate sees: the selection if the
   * list is on screen, else the open conversation, else the row of the keyboard if the list is on screen.
   */
  get targets(): string[] {
    if (this.#only) return this.#only;
    if (this.visible && this.selected.size) return [...this.selected];
    if (router.conversation) return [router.conversation];
    return this.visible && this.at ? [this.at] : [];
  }

  /** Runs commands on these conversations, because they come from a control that belongs to them. */
  within<T>(ids: string[], run: () => T): T {
    this.#only = ids;
    try {
      return run();
    } finally {
      this.#only = null;
    }
  }

  /** The id that is `step` rows away, within the list. */
  beside(step: number): string | null {
    const ids = this.list.ids;
    // The row after one that has left the list is in its place.
    const left = this.#last === null ? null : this.#last - (step > 0 ? 1 : 0);
    const from = this.at ? ids.indexOf(this.at) : (left ?? (step > 0 ? -1 : ids.length));
    return ids[Math.max(0, Math.min(ids.length - 1, from + step))] ?? null;
  }

  move(step: number, select = false) {
    const from = this.at;
    const to = this.beside(step);
    if (!to) return;
    if (select) {
      if (from) this.selected.add(from);
      this.selected.add(to);
    }
    this.focused = to;
    this.takeFocus();
    // If a conversation is open, the keys move through the conversations themselves.
    if (router.conversation && !select) router.open(to, { replace: true });
  }

  toggle(id: string, range = false) {
    const ids = this.list.ids;
    if (range && this.#anchor && ids.includes(this.#anchor)) {
      const [from, to] = [ids.indexOf(this.#anchor), ids.indexOf(id)].sort((a, b) => a - b) as [number, number];
      for (const one of ids.slice(from, to + 1)) this.selected.add(one);
    } else if (this.selected.has(id)) this.selected.delete(id);
    else this.selected.add(id);
    this.#anchor = id;
    this.focused = id;
  }

  all() {
    for (const id of this.list.ids) this.selected.add(id);
  }

  /**
   * Deselects conversations that were deleted, or that the role no longer permits. Others stay selected when their rows
   * move below the loaded ones or leave the list, so that several actions in a row are on the same conversations.
   */
  deselectGone() {
    const gone = [...this.selected].filter((id) => !desk.rows.get(id));
    if (gone.length) untrack(() => this.deselect(gone));
  }

  deselect(ids: string[]) {
    for (const id of ids) this.selected.delete(id);
    this.#anchor = null;
  }

  clear() {
    this.selected.clear();
    this.#anchor = null;
  }

  /** The conversation to open when these leave the list: the next one that stays, else the previous one. */
  after(leaving: string[]): string | null {
    const ids = this.list.ids;
    const gone = new Set(leaving);
    const at = Math.max(...leaving.map((id) => ids.indexOf(id)));
    if (at < 0) return null;
    return ids.slice(at + 1).find((id) => !gone.has(id)) ?? ids.slice(0, at).findLast((id) => !gone.has(id)) ?? null;
  }
}

export const current = new Current();

/** The list of the address, to paint it from the cache first. */
export function listKey(): Key | null {
  const place = router.place;
  if (place.name !== "view") return null;
  const chosen = saved()[place.view] ?? {};
  return { view: place.view, state: chosen.state ?? "open", sort: chosen.sort ?? "newest" };
}
