// The counts of lists after a change of a conversation.
import type { Row, Start } from "../types";
import { isIn, type Key } from "./views";

/** From this number on, a count is shown as "99+". */
export const MAX_COUNT = 100;

/** The counts of the start's lists after a change, or null if none of them is known to change. */
export function counted(start: Start, counts: Record<string, number>, before: Row, after: Row) {
  const changed = { ...counts };
  let isChanged = false;
  for (const { id, sort } of start.views) {
    const key: Key = { view: id, state: "open", sort };
    const change = Number(isIn(after, key, start.me.id) ?? 0) - Number(isIn(before, key, start.me.id) ?? 0);
    const count = changed[id] ?? 0;
    if (change === 0 || count >= MAX_COUNT) continue;
    changed[id] = Math.max(0, count + change);
    isChanged = true;
  }
  return isChanged ? changed : null;
}
