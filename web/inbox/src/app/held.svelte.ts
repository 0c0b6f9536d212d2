// The teammate's replies that the server holds for a moment, so that they can be withdrawn, in all conversations.
import { router } from "./router.svelte";

export type HeldReply = {
  /** The key of the request that sent it. */
  key: string;
  conversation: string;
  /** The name of the customer. */
  name: string;
  /** When it was written, in milliseconds. */
  at: number;
  /** The part, and the time until which it can be withdrawn; null until the server has answered. */
  part: string | null;
  until: number | null;
  /** Withdraws it. */
  undo: () => void;
};

class HeldReplies {
  /** In the order in which they were written. */
  items = $state.raw<HeldReply[]>([]);

  add(reply: Omit<HeldReply, "part" | "until">) {
    this.items = [...this.items, { ...reply, part: null, until: null }];
  }

  /** Called when the server holds it as this part. */
  answered(key: string, part: string, until: number) {
    this.items = this.items.map((one) => (one.key === key ? { ...one, part, until } : one));
    setTimeout(() => this.remove(key), until - Date.now());
  }

  remove(key: string) {
    this.items = this.items.filter((one) => one.key !== key);
  }

  of(part: string): HeldReply | undefined {
    return this.items.find((one) => one.part === part);
  }

  get newest(): HeldReply | undefined {
    return this.items.at(-1);
  }

  /** Those whose conversation is not on screen, where it would show them. */
  get away(): HeldReply[] {
    return this.items.filter((one) => one.until !== null && one.conversation !== router.conversation);
  }
}

export const held = new HeldReplies();
