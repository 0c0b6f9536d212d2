// Short messages at the edge: what was done, with an undo, or what went wrong.
import { reasonText, type Reason } from "$shared/problems";

export type Toast = {
  id: number;
  text: Reason;
  tone: "plain" | "bad";
  action: Action | null;
  /** When it was shown, in milliseconds. */
  at: number;
};
/** `undoes`: whether it undoes what the toast reports, so that the key for undo may run it. */
type Action = { label: string; run: () => void; undoes?: boolean };
type Options = { text: Reason; tone?: Toast["tone"]; action?: Action | null; seconds?: number };

class Toasts {
  items = $state.raw<Toast[]>([]);
  /** The height that they need. The area below them leaves this room, so that they cover nothing. */
  height = $state(0);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /**
   * Shows a toast, at most three at once. A failure that is shown already is not shown twice. Returns the function that
   * removes it.
   */
  show({ text, tone = "plain", action = null, seconds = action ? 8 : tone === "bad" ? 10 : 4 }: Options): () => void {
    const isSame = (one: Toast) => one.tone === "bad" && tone === "bad" && reasonText(one.text) === reasonText(text);
    for (const { id } of this.items.filter(isSame)) this.close(id);
    const id = this.#next++;
    this.items = [...this.items.slice(-2), { id, text, tone, action, at: Date.now() }];
    this.#timers.set(
      id,
      setTimeout(() => this.close(id), seconds * 1000),
    );
    return () => this.close(id);
  }

  close(id: number) {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.items = this.items.filter((toast) => toast.id !== id);
  }

  /** The newest toast that can undo something. */
  get undoable(): Toast | undefined {
    return this.items.findLast((one) => one.action?.undoes);
  }

  /** Undoes the newest change that can be undone. */
  undo() {
    const toast = this.undoable;
    if (!toast) return;
    toast.action?.run();
    this.close(toast.id);
  }
}

export const toasts = new Toasts();
