// Every write goes through here. It is stored on the device until the server has answered, and retried with the same
// key, so that it takes effect exactly once, whatever happens to the network, the tab or the machine.
import { newKey, Refusal, request } from "../api";
import { withDatabase, type Entry } from "./database";
import { openTabs, tab } from "./tab";

type NewWrite = Pick<Entry, "lane" | "method" | "path" | "body" | "kind" | "draft"> & { key?: string };
type Waiting = { entry: Entry; resolve: (answer: unknown) => void; reject: (refusal: unknown) => void };

export class Outbox {
  /** The number of writes that wait because the server cannot be reached. */
  waiting = $state(0);
  /** Called with a write of a closed tab and its answer, which its own tab cannot report. */
  onAdopted: (entry: Entry, answer: Promise<unknown>) => void = (_, answer) => void answer.catch(() => {});
  #lanes = new Map<string, Waiting[]>();
  #stalled = new Set<string>();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #delayMs = 1000;

  constructor() {
    addEventListener("online", () => this.flush());
  }

  /** Sends a write. The promise settles once the server has answered, however long that takes. */
  send<T>(write: NewWrite): Promise<T> {
    const entry: Entry = { key: newKey(), at: Date.now(), tab, ...write };
    const stored = withDatabase((db) => db.put("outbox", entry));
    return this.#enqueue(entry, stored) as Promise<T>;
  }

  /** Retries all waiting writes immediately. */
  flush() {
    clearTimeout(this.#retry);
    this.#delayMs = 1000;
    const lanes = [...this.#stalled];
    this.#stalled.clear();
    for (const lane of lanes) void this.#run(lane);
  }

  /** The number of writes that the server has not answered, of all tabs. */
  async unanswered(): Promise<number> {
    const stored = await withDatabase((db) => db.count("outbox"));
    return stored ?? [...this.#lanes.values()].reduce((sum, lane) => sum + lane.length, 0);
  }

  /** Takes over the writes of closed tabs. */
  async adopt() {
    await navigator.locks?.request("deskwire-outbox", async () => {
      const open = await openTabs();
      const all = (await withDatabase((db) => db.getAll("outbox"))) ?? [];
      const left = all.filter((entry) => !open.has(entry.tab));
      for (const entry of left.sort((a, b) => a.at - b.at)) {
        const mine = { ...entry, tab };
        await withDatabase((db) => db.put("outbox", mine));
        this.onAdopted(mine, this.#enqueue(mine, Promise.resolve()));
      }
    });
  }

  #enqueue(entry: Entry, stored: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const lane = this.#lanes.get(entry.lane) ?? [];
      lane.push({ entry, resolve, reject });
      this.#lanes.set(entry.lane, lane);
      this.#count();
      // A full or broken disk must not stop the write.
      if (lane.length === 1) void stored.then(() => this.#run(entry.lane));
    });
  }

  async #run(lane: string) {
    for (;;) {
      const first = this.#lanes.get(lane)?.[0];
      if (!first) break;
      const { entry, resolve, reject } = first;
      try {
        resolve(await request(entry.method, entry.path, entry.body, { key: entry.key }));
      } catch (error) {
        if (error instanceof Refusal && (error.temporary || error.status === 401)) return this.#stall(lane);
        reject(error);
      }
      this.#lanes.get(lane)?.shift();
      void withDatabase((db) => db.delete("outbox", entry.key));
    }
    this.#lanes.delete(lane);
    this.#count();
  }

  #stall(lane: string) {
    this.#stalled.add(lane);
    this.#count();
    clearTimeout(this.#retry);
    const delayMs = this.#delayMs;
    this.#retry = setTimeout(
      () => {
        this.flush();
        this.#delayMs = Math.min(delayMs * 2, 30_000);
      },
      delayMs * (0.5 + Math.random()),
    );
  }

  #count() {
    this.waiting = [...this.#stalled].reduce((sum, lane) => sum + (this.#lanes.get(lane)?.length ?? 0), 0);
  }
}
