// The parts of the page that are read before they are needed. Once there, they show in the same moment as the key that
// asks for them, so that letters which follow at once are theirs.
import { lazy } from "./lazy";

class Part<T> {
  #load: () => Promise<T>;
  #requested = false;
  #loaded = $state.raw<T | null>(null);

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** It, if it is there; else it is asked for. */
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
};

/** Asks for all of them. */
export function preload() {
  for (const part of Object.values(parts)) void part.now;
}
