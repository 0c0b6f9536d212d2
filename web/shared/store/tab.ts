// This tab of the browser. By its lock, other tabs see whether it is still open.
import { newKey } from "../api";

const LOCK_PREFIX = "deskwire-tab-";

/** The name of this tab: another one for each load of the page. */
export const tab = newKey();

// The lock is held until the tab is closed.
void navigator.locks?.request(LOCK_PREFIX + tab, () => new Promise(() => {}));

/** The names of the open tabs; none if the browser cannot tell. */
export async function openTabs(): Promise<Set<string>> {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const names = held.map((lock) => lock.name ?? "").filter((name) => name.startsWith(LOCK_PREFIX));
  return new Set(names.map((name) => name.slice(LOCK_PREFIX.length)));
}
