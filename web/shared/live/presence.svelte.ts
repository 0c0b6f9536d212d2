// Who is viewing a conversation, or writing in it, now. Entries expire.
import { SvelteMap } from "svelte/reactivity";
import type { Teammate } from "../types";
import { desk } from "../store/desk.svelte";
import type { Frame } from "./frames";

/** How long a frame of presence is valid. */
const VIEWING_MS = 30_000;
const TYPING_MS = 6_000;
type Seen = { viewing: number; typing: number };

class Presence {
  /** conversation -> teammate -> the time until which the teammate is viewing and writing, in milliseconds. */
  #seen = new SvelteMap<string, Map<string, Seen>>();

  constructor() {
    setInterval(() => this.#expire(), 2_000);
  }

  /** The other teammates who are viewing a conversation. */
  of(conversation: string): Teammate[] {
    return this.#people(conversation, "viewing");
  }

  /** The other teammates who are writing in a conversation. */
  typing(conversation: string): Teammate[] {
    return this.#people(conversation, "typing");
  }

  update(frame: Extract<Frame, { t: "eph" }>) {
    if (frame.admin_id === desk.me?.id) return;
    const people = new Map(this.#seen.get(frame.conversation_id));
    if (frame.kind === "left") people.delete(frame.admin_id);
    else {
      const before = people.get(frame.admin_id) ?? { viewing: 0, typing: 0 };
      const at = Date.now();
      people.set(frame.admin_id, {
        viewing: at + VIEWING_MS,
        typing: frame.kind === "typing" ? at + TYPING_MS : before.typing,
      });
    }
    this.#set(frame.conversation_id, people);
  }

  #people(conversation: string, kind: keyof Seen): Teammate[] {
    const at = Date.now();
    return [...(this.#seen.get(conversation) ?? [])]
      .filter(([, until]) => until[kind] > at)
      .map(([id]) => desk.teammate(id))
      .filter((one) => one !== null);
  }

  #set(conversation: string, people: Map<string, Seen>) {
    if (people.size) this.#seen.set(conversation, people);
    else this.#seen.delete(conversation);
  }

  #expire() {
    const at = Date.now();
    for (const [conversation, people] of this.#seen) {
      const ended = [...people.values()].some((one) => one.viewing <= at || (one.typing > 0 && one.typing <= at));
      if (!ended) continue;
      const left = [...people].filter(([, one]) => one.viewing > at);
      this.#set(
        conversation,
        new Map(left.map(([id, one]) => [id, { ...one, typing: one.typing > at ? one.typing : 0 }])),
      );
    }
  }
}

export const presence = new Presence();
