// The teammate's replies and new conversations that the server holds for a moment, so that they can be withdrawn.
import { router } from "./router.svelte";

export type Held = {
  /** The key of the request that sent it. */
  key: string;
  /** The conversation of a reply; null for a new conversation. */
  conversation: string | null;
  /** The name of the customer. */
  name: string;
  /** When it was written, in milliseconds. */
  at: number;
  /** The part of a reply, and the time until which it can be withdrawn; null until the server has answered. */
  part: string | null;
  until: number | null;
  /** Withdraws it. */
  undo: () => void;
};

class HeldMessages {
  /** In the order in which they were written. */
  items = $state.raw<Held[]>([]);

  /** Adds a message, or replaces the one with its key. */
  add(message: Omit<Held, "part" | "until">) {
    const item = { ...message, part: null, until: null };
    const isKnown = this.items.some((one) => one.key === item.key);
    this.items = isKnown ? this.items.map((one) => (one.key === item.key ? item : one)) : [...this.items, item];
  }

  /** Called when the server holds it, a reply as this part. */
  answered(key: string, part: string | null, until: number) {
    this.items = this.items.map((one) => (one.key === key ? { ...one, part, until } : one));
    setTimeout(() => this.remove(key), until - Date.now());
  }

  remove(key: string) {
    this.items = this.items.filter((one) => one.key !== key);
  }

  of(part: string): Held | undefined {
    return this.items.find((one) => one.part === part);
  }

  get newest(): Held | undefined {
    return this.items.at(-1);
  }

  /**
   * Those that no conversation on screen shows. A new conversation is shown from the moment of sending. A reply that the
   * server has not answered is marked in the list.
   */
  get away(): Held[] {
    const isShown = (one: Held) => one.conversation !== null && one.conversation === router.conversation;
    return this.items.filter((one) => (one.until !== null || one.conversation === null) && !isShown(one));
  }
}

export const held = new HeldMessages();
