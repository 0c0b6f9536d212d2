// The parts of the page that are loaded before they are needed. Once loaded, they appear in the same frame as the key
// press that opens them, so that they receive what is typed next.
import { lazy } from "./lazy";

class Part<T> {
  #load: () => Promise<T>;
  #requested = false;
  #loaded = $state.raw<T | null>(null);

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** The part, if it is loaded. Otherwise loading starts. */
  get now(): T | null {
    if (!this.#requested) {
      this.#requested = true;
      void lazy(this.#load).then((part) => (this.#loaded = part));
    }
    return this.#loaded;
  }
}

export const parts = {
  thread: new Part(() => import("../thread/Thread.svelte")),
  details: new Part(() => import("../details/Details.svelte")),
  pickers: new Part(() => import("../thread/PickerHost.svelte")),
  start: new Part(() => import("../start/Start.svelte")),
  leave: new Part(() => import("./Leave.svelte")),
  signOut: new Part(() => import("./SignOut.svelte")),
};

/** Starts to load all parts. */
export function preload() {
  for (const part of Object.values(parts)) void part.now;
}
