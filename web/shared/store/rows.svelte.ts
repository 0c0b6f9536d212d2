// The known conversations, one row each. An action of the teammate is visible immediately: it is a patch over the row
// until the server has answered.
import { SvelteMap } from "svelte/reactivity";
import type { Person, Row } from "../types";
import type { SharedRow } from "../live/frames";
import { Marks } from "./marks";
import { compareIds } from "./views";

export type Patch = (row: Row) => Row;
type OwnMarks = Partial<Pick<Row, "unread" | "mentioned" | "draft">>;
type Known = { row: Row; position: number };
type Change = (before: Row | undefined, after: Row | undefined) => void;

export class Rows {
  readonly marks = new Marks();
  #myName: () => string | undefined;
  #known = new Map<string, Known>();
  #patches = new Map<string, { key: string; patch: Patch }[]>();
  #shown = new SvelteMap<string, Row>();
  #listeners = new Set<Change>();

  /** `myName` returns the name of the teammate. */
  constructor(myName: () => string | undefined = () => undefined) {
    this.#myName = myName;
  }

  /** The row with its patches applied. Reactive. */
  get(id: string): Row | undefined {
    return this.#shown.get(id);
  }

  onChange(listener: Change): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Stores a complete row, as it was at `position`. Ignored if a newer one is known. `since` is `marks.now` of when it
   * was requested: a mark that was set meanwhile stays.
   */
  put(row: Row, position: number, since = this.marks.now) {
    const known = this.#known.get(row.id);
    if (known && known.position > position) return;
    const keepsMark = known && this.marks.isNewer(row.id, position, since);
    this.#known.set(row.id, { row: keepsMark ? { ...row, unread: known.row.unread } : row, position });
    this.#show(row.id);
  }

  /**
   * Stores a row from the live connection. The frame is the same for all teammates, so it has no marks. They stay, but
   * a message of somebody else makes the conversation unread.
   */
  putShared(row: SharedRow, position: number) {
    const known = this.#known.get(row.id);
    if (known && known.position > position) return;
    const { unread, mentioned, draft } = known?.row ?? { unread: false, mentioned: false, draft: false };
    const marks = { unread: unread || this.#hasNews(known?.row, row), mentioned, draft };
    this.#known.set(row.id, { row: { ...row, ...marks }, position });
    this.#show(row.id);
  }

  /** Whether the last message is new and by somebody else. As on the server, messages of bots do not count. */
  #hasNews(before: Row | undefined, row: SharedRow): boolean {
    if (!before) return row.excerpt_by === "contact";
    if (row.last_part_id === null || compareIds(row.last_part_id, before.last_part_id ?? "0") <= 0) return false;
    const isByTeammate = row.excerpt_by === "admin" || row.excerpt_by === "note";
    return row.excerpt_by === "contact" || (isByTeammate && row.last_author !== this.#myName());
  }

  /** Changes the teammate's marks. */
  setMarks(id: string, marks: OwnMarks) {
    const known = this.#known.get(id);
    if (!known) return;
    this.#known.set(id, { ...known, row: { ...known.row, ...marks } });
    this.#show(id);
  }

  /** Stores marks from the live connection. Those that this tab has set are known from the answers to its requests. */
  putMarks(id: string, { unread, ...others }: OwnMarks) {
    if (unread === undefined || this.marks.takeEcho(id, unread)) return this.setMarks(id, others);
    this.setMarks(id, { unread, ...others });
    this.marks.settle(id, this.#known.get(id)?.position ?? 0);
  }

  /** Whether a known row is about this contact. */
  hasContact(id: string): boolean {
    return [...this.#known.values()].some(({ row }) => row.contact?.id === id);
  }

  /** Renames a contact in all rows. */
  putContact(contact: Person) {
    for (const [id, known] of [...this.#known]) {
      const before = known.row.contact;
      if (before?.id !== contact.id) continue;
      const { name, email, avatar } = before;
      if (name === contact.name && email === contact.email && avatar === contact.avatar) continue;
      const isAuthor = known.row.excerpt_by === "contact" && known.row.last_author === name;
      const last_author = isAuthor ? contact.name : known.row.last_author;
      this.#known.set(id, { ...known, row: { ...known.row, contact, last_author } });
      this.#show(id);
    }
  }

  remove(id: string) {
    this.#known.delete(id);
    this.#patches.delete(id);
    this.marks.remove(id);
    this.#show(id);
  }

  /** Removes the rows that the teammate may no longer see. */
  retain(isSeen: (row: Row) => boolean) {
    for (const [id, { row }] of [...this.#known]) if (!isSeen(row)) this.remove(id);
  }

  /** Adds a patch, under the key of its request. */
  patch(id: string, key: string, patch: Patch) {
    this.#patches.set(id, [...(this.#patches.get(id) ?? []), { key, patch }]);
    this.#show(id);
  }

  isPatched(id: string): boolean {
    return this.#patches.has(id);
  }

  /** Removes a patch, because its request was answered or rejected. */
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
