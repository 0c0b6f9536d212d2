// The list on screen: its view, state and order, the focused row, and the selection.
import { SvelteSet } from "svelte/reactivity";
import type { Sort } from "$shared/types";
import { desk } from "$shared/store/desk.svelte";
import type { List } from "$shared/store/lists.svelte";
import { type Key, type StateFilter } from "$shared/store/views";
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
  /** The row that keys act on. */
  focused = $state<string | null>(null);
  readonly selected = new SvelteSet<string>();
  #anchor: string | null = null;

  key: Key = $derived.by(() => {
    const chosen = this.#chosen[this.view] ?? {};
    const sort = desk.start?.views.find((view) => view.id === this.view)?.sort ?? "newest";
    return { view: this.view, state: chosen.state ?? "open", sort: chosen.sort ?? sort };
  });
  list: List = $derived(desk.lists.get(this.key));

  choose(change: Chosen) {
    this.#chosen = { ...this.#chosen, [this.view]: { ...this.#chosen[this.view], ...change } };
    localStorage.setItem(KEY, JSON.stringify(this.#chosen));
    this.clear();
  }

  enter(view: string) {
    if (view === this.view) return;
    this.view = view;
    this.focused = null;
    this.clear();
  }

  /** The position of the keyboard: the focused row, else the open conversation. */
  get at(): string | null {
    if (this.focused && this.list.ids.includes(this.focused)) return this.focused;
    const open = router.conversation;
    return open && this.list.ids.includes(open) ? open : null;
  }

  /** The targets of actions: the selection, else the open conversation, else the focused row. */
  get targets(): string[] {
    if (this.selected.size) return [...this.selected];
    const one = router.conversation ?? this.at;
    return one ? [one] : [];
  }

  /** The id that is `step` rows away, within the list. */
  beside(step: number): string | null {
    const ids = this.list.ids;
    const from = this.at ? ids.indexOf(this.at) : step > 0 ? -1 : ids.length;
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

  /** Deselects rows that have left the list, so that nobody acts on rows that they do not see. */
  keepListed() {
    if (!this.selected.size) return;
    const listed = new Set(this.list.ids);
    for (const id of this.selected) if (!listed.has(id)) this.selected.delete(id);
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
