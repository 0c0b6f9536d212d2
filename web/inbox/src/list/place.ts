// The scroll positions of lists. A list keeps its position when its rows change, and when it is left and shown again.
import type { VListHandle } from "virtua/svelte";

/** The ids when the position was stored, the index of the first row on screen, and the pixels of it above the edge. */
export type Place = { ids: string[]; at: number; out: number };

/** The places of the lists that are scrolled. The others are at their top. */
const places = new WeakMap<object, Place>();

export const placeOf = (list: object): Place | null => places.get(list) ?? null;

/** Remembers where the list is scrolled to. A list at its top stays there, so that new rows are seen. */
export function keepPlace(list: object, ids: string[], handle: VListHandle) {
  const offset = handle.getScrollOffset();
  const at = handle.findItemIndex(offset);
  if (offset < 8) places.delete(list);
  else places.set(list, { ids, at, out: offset - handle.getItemOffset(at) });
}

/** Scrolls `box` to the place of the list, after its rows changed or, if `isShown` is false, when it is shown again. */
export function toPlace(list: object, ids: string[], handle: VListHandle, box: Element, isShown: boolean) {
  const place = placeOf(list);
  if (place) {
    const at = follow(place, ids);
    // While nothing moved, the page may be scrolling already.
    if (!isShown || at !== place.at) box.scrollTop = handle.getItemOffset(at) + place.out;
    places.set(list, { ids, at, out: place.out });
  } else if (!isShown) box.scrollTop = 0;
}

/**
 * The position of the row that is now first on screen: the first row from the place on that kept its order. Rows that
 * moved do not take the list along.
 */
export function follow({ ids: before, at }: Place, ids: string[]): number {
  if (before === ids) return at;
  const position = new Map(ids.map((id, index) => [id, index]));
  const stayed = inOrder(before.map((id) => position.get(id) ?? -1));
  const next = stayed.find((index) => index >= at);
  if (next !== undefined) return position.get(before[next] as string) as number;
  const last = stayed.at(-1);
  return last === undefined ? 0 : (position.get(before[last] as string) as number) + 1;
}

/** The indexes of a longest increasing series of `values`, without negative values. */
function inOrder(values: number[]): number[] {
  /** For each length the index of the lowest value that a series of this length ends with. */
  const ends: number[] = [];
  const previous: (number | undefined)[] = [];
  values.forEach((value, index) => {
    if (value < 0) return;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] as number] as number) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = ends[low - 1];
    ends[low] = index;
  });
  const series: number[] = [];
  for (let index = ends.at(-1); index !== undefined; index = previous[index]) series.push(index);
  return series.reverse();
}
