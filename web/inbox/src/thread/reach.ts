// Loads earlier parts of a conversation until a certain one is among them.
import type { Thread } from "./threads.svelte";

const MAX_PAGES = 40;

/** Loads earlier parts until this one is found; false if it does not exist. */
export async function reach(thread: Thread, partId: string): Promise<boolean> {
  if (!thread.detail) await thread.load();
  return loadUntil(thread, () => thread.parts.some((part) => part.id === partId));
}

/** Loads earlier parts until the first unread one is among them. */
export const reachUnread = (thread: Thread) => loadUntil(thread, () => !thread.unread.isBefore(thread));

async function loadUntil(thread: Thread, isReached: () => boolean): Promise<boolean> {
  for (let pages = 0; pages < MAX_PAGES && !isReached(); pages++) {
    const { before } = thread;
    await thread.loadEarlier();
    // There are none, or they cannot be loaded now.
    if (thread.before === before) break;
  }
  return isReached();
}
