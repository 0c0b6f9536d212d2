// The teammate's own marks, read and unread. They do not move the position of the workspace's history, so the order of
// what arrives about them is kept here.

type Settled = { at: number; position: number };

export class Marks {
  #clock = 0;
  #settled = new Map<string, Settled>();
  /** The marks of this tab whose frames have not arrived. */
  #echoes = new Map<string, boolean[]>();

  /** The moment at which a request is sent, for `isNewer`. */
  get now(): number {
    return this.#clock;
  }

  /** The mark of a conversation is known as it was at `position`. */
  settle(id: string, position: number) {
    this.#settled.set(id, { at: ++this.#clock, position });
  }

  /** Whether the known mark is newer than that of an answer at `position` to a request from `since`. */
  isNewer(id: string, position: number, since: number): boolean {
    const settled = this.#settled.get(id);
    return settled !== undefined && settled.at > since && settled.position >= position;
  }

  /** This tab marks a conversation. The live connection will report that too. */
  expect(id: string, unread: boolean) {
    this.#echoes.set(id, [...(this.#echoes.get(id) ?? []), unread]);
  }

  /** Returns whether a mark from the live connection is this tab's own, whose answer says more. */
  takeEcho(id: string, unread: boolean): boolean {
    const echoes = this.#echoes.get(id) ?? [];
    const at = echoes.indexOf(unread);
    if (at < 0) return false;
    const left = echoes.filter((_, other) => other !== at);
    if (left.length) this.#echoes.set(id, left);
    else this.#echoes.delete(id);
    return true;
  }

  /** Frames were missed: those that have not arrived may never do. */
  forgetEchoes() {
    this.#echoes.clear();
  }

  remove(id: string) {
    this.#settled.delete(id);
    this.#echoes.delete(id);
  }
}
