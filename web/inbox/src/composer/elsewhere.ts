// The drafts of a conversation that the teammate writes on other devices.
import type { DraftVersions } from "$shared/live/frames";
import { live } from "$shared/live/live.svelte";
import type { Kind } from "./drafts";

/** The other tabs of this browser hear of a save from its tab. */
const TABS_DELAY_MS = 200;
export const KINDS: Kind[] = ["reply", "note"];

/** The drafts of this page: their versions, and the saves that are in flight. */
type Own = { base: (kind: Kind) => number; saves: () => Promise<void>[] };

/** Calls `load` when there may be drafts of other devices. Returns the function that stops this. */
export function followDrafts(conversation: string, own: Own, load: () => void): () => void {
  async function hear(drafts: DraftVersions) {
    await new Promise((done) => setTimeout(done, TABS_DELAY_MS));
    // The server also tells of the saves of this page.
    await Promise.all(own.saves());
    const isNew = (kind: Kind) => (drafts[kind] === 0 ? own.base(kind) !== 0 : drafts[kind] > own.base(kind));
    if (KINDS.some(isNew)) load();
  }
  const stops = [
    live.onFrame((frame) => {
      if (frame.t === "me" && frame.id === conversation && frame.drafts) void hear(frame.drafts);
    }),
    live.onMissed(load),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
