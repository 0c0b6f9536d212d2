// The conversations that are known here, one row each. What a teammate does shows at once: it is laid over the row
// until the server's answer, or its refusal, arrives.
import { SvelteMap } from "svelte/reactivity";
import type { Row } from "../types";
import type { SharedRow } from "../live/frames";

export type Patch = (row: Row) => Row;
type Known = { row: Row; position: number };
type Change = (before: Row | undefined, after: Row | undefined) => void;

export class Rows {
  #known = new Map<string, Known>();
  #patches = new Map<string, { key: string; patch: Patch }[]>();
  #shown = new SvelteMap<string, Row>();
  #listeners = new Set<Change>();

  /** The row as it is shown, with what is under way. Reactive. */
  get(id: string): Row | undefined {
    return this.#shown.get(id);
  }

  onChange(listener: Change): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a whole row, read or answered at `position`. An older one than is known is ignored. */
  put(row: Row, position: number) {
    const known = this.#known.get(row.id);
    if (known && known.position > position) return;
    this.#known.set(row.id, { row, position });
    this.#show(row.id);
  }

  /** Takes a row off the live line: what is the teammate's own stays as it is. */
  putShared(row: SharedRow, position: number) {
    const known = this.#known.get(row.id);
    if (known && known.position > position) return;
    const marks = known?.row ?? { unread: row.excerpt_by === "contact", mentioned: false, draft: false };
    this.#known.set(row.id, {
      row: { ...row, unread: marks.unread, mentioned: marks.mentioned, draft: marks.draft },
      position,
    });
    this.#show(row.id);
  }

  /** Changes what is the teammate's own. */
  setMarks(id: string, marks: Partial<Pick<Row, "unread" | "mentioned" | "draft">>) {
    const known = this.#known.get(id);
    if (!known) return;
    this.#known.set(id, { ...known, row: { ...known.row, ...marks } });
    this.#show(id);
  }

  remove(id: string) {
    this.#known.delete(id);
    this.#patches.delete(id);
    this.#show(id);
  }

  /** Lays a change over the row, under the key of its request. */
  patch(id: string, key: string, patch: Patch) {
    this.#patches.set(id, [...(this.#patches.get(id) ?? []), { key, patch }]);
    this.#show(id);
  }

  /** Takes a change away again: it was refused, or the answer has come. */
  removePatch(id: string, key: string) {
    const left = (this.#patches.get(id) ?? []).filter((one) => one.key !== key);
    if (left.length) this.#patches.set(id, left);
    else this.#patches.delete(id);
    this.#show(id);
  }

  #show(id: string) {
    const before = this.#shown.get(id);
    let after = this.#known.get(id)?.row;
    if (after) for (const { patch } of this.#patches.get(id) ?? []) after = patch(after);
    if (before === after) return;
    if (after) this.#shown.set(id, after);
    else this.#shown.delete(id);
    for (const listener of this.#listeners) listener(before, after);
  }
}
