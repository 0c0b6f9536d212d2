// Every write goes through here. It is stored on the device until the server has answered, and retried with the same
// key, so that it takes effect exactly once, whatever happens to the network, the tab or the machine.
import { newKey, Refusal, request } from "../api";
import { withDatabase, type Entry, type Trouble } from "./database";
import { openTabs, tab } from "./tab";

type NewWrite = Pick<Entry, "lane" | "method" | "path" | "body" | "kind" | "draft"> & { key?: string };
type Waiting = {
  entry: Entry;
  resolve: (answer: unknown) => void;
  reject: (refusal: unknown) => void;
  /** Whether no attempt so far can have reached the server. */
  unsent: boolean;
};
/** A message that the server has not answered. */
export type Message = Pick<Entry, "key" | "lane" | "at" | "draft"> & { trouble: Trouble | null; mayTakeBack: boolean };

/** The code of the refusal of a write that its writer has taken back. */
export const TAKEN_BACK = "taken_back";

export class Outbox {
  /** The number of writes that wait because the server cannot be reached. */
  waiting = $state(0);
  /** The messages that are on their way: those of this tab, and those that wait in another tab. */
  messages = $state.raw<Message[]>([]);
  /** Called with a write of a closed tab and its answer, which its own tab cannot report. */
  onAdopted: (entry: Entry, answer: Promise<unknown>) => void = (_, answer) => void answer.catch(() => {});
  #lanes = new Map<string, Waiting[]>();
  #stalled = new Set<string>();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #delayMs = 1000;
  /** The waiting messages of other tabs. */
  #elsewhere: Message[] = [];
  #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("deskwire-outbox") : null;

  constructor() {
    addEventListener("online", () => this.flush());
    this.#channel?.addEventListener("message", () => void this.#readElsewhere());
  }

  /** Sends a write. The promise settles once the server has answered, however long that takes. */
  send<T>(write: NewWrite): Promise<T> {
    // It is not sent before those in front of it.
    const unsent = (this.#lanes.get(write.lane)?.length ?? 0) > 0;
    const entry: Entry = { key: newKey(), at: Date.now(), tab, unsent, ...write };
    const stored = store(entry);
    return this.#enqueue(entry, stored, true) as Promise<T>;
  }

  /**
   * Takes back a write that the server certainly has not received. Its promise rejects with `TAKEN_BACK`. Returns false
   * if it is on its way: then it is taken back once that fails. If it does not fail, who waits for the answer withdraws
   * it, in this page or a later one.
   */
  takeBack(key: string): boolean {
    const lane = [...this.#lanes.values()].find((all) => all.some(({ entry }) => entry.key === key));
    const waiting = lane?.find(({ entry }) => entry.key === key);
    if (!lane || !waiting) return false;
    waiting.entry.isWanted = true;
    if (!waiting.entry.unsent) {
      void store(waiting.entry);
      return false;
    }
    lane.splice(lane.indexOf(waiting), 1);
    if (lane.length === 0) {
      this.#lanes.delete(waiting.entry.lane);
      this.#stalled.delete(waiting.entry.lane);
    }
    this.#forget(waiting.entry);
    waiting.reject(new Refusal(0, { code: TAKEN_BACK }));
    return true;
  }

  /** Whether a write in this lane is not answered. */
  isBusy(lane: string): boolean {
    return this.#lanes.has(lane);
  }

  /** Whether a message in this lane waits. */
  hasWaiting(lane: string): boolean {
    return this.messages.some((one) => one.lane === lane && one.trouble !== null);
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
        await store(mine);
        this.onAdopted(mine, this.#enqueue(mine, Promise.resolve(), mine.unsent ?? false));
        if (mine.isWanted) this.takeBack(mine.key);
      }
    });
    await this.#readElsewhere();
  }

  async #readElsewhere() {
    const open = await openTabs();
    const all = (await withDatabase((db) => db.getAll("outbox"))) ?? [];
    const others = all.filter((entry) => entry.tab !== tab && open.has(entry.tab)).sort((a, b) => a.at - b.at);
    this.#elsewhere = others.filter(isMessage).flatMap((entry) => {
      const { trouble } = others.find(({ tab, lane }) => tab === entry.tab && lane === entry.lane) ?? entry;
      return trouble ? [messageOf(entry, trouble, false)] : [];
    });
    this.#count();
  }

  #enqueue(entry: Entry, stored: Promise<unknown>, unsent: boolean): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const lane = this.#lanes.get(entry.lane) ?? [];
      lane.push({ entry, resolve, reject, unsent });
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
      if (entry.unsent) {
        entry.unsent = false;
        await store(entry);
      }
      const isCutOff = !navigator.onLine;
      try {
        resolve(await request(entry.method, entry.path, entry.body, { key: entry.key }));
      } catch (error) {
        if (error instanceof Refusal && (error.temporary || error.status === 401))
          return this.#stall(first, error, isCutOff);
        reject(error);
      }
      this.#lanes.get(lane)?.shift();
      this.#forget(entry);
    }
    this.#lanes.delete(lane);
    this.#count();
  }

  #forget(entry: Entry) {
    void withDatabase((db) => db.delete("outbox", entry.key)).then(() => entry.trouble && this.#tellTabs());
    this.#count();
  }

  #tellTabs() {
    this.#channel?.postMessage(null);
  }

  /** `isCutOff`: whether the device had no network when the attempt began. */
  #stall(first: Waiting, refusal: Refusal, isCutOff: boolean) {
    const { entry } = first;
    this.#stalled.add(entry.lane);
    const isUnreachable = refusal.status === 0;
    // The server refuses such requests before it handles them.
    const isIgnored = refusal.status === 401 || refusal.status === 429;
    first.unsent &&= isIgnored || (isUnreachable && isCutOff && !navigator.onLine);
    entry.unsent = first.unsent;
    entry.trouble = isUnreachable ? "unreachable" : "server";
    void store(entry).then(() => this.#tellTabs());
    if (entry.isWanted && first.unsent) this.takeBack(entry.key);
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
    const own = [...this.#lanes.values()].flatMap((lane) => {
      const trouble = lane[0]?.entry.trouble ?? null;
      const messages = lane.filter(({ entry }) => isMessage(entry));
      return messages.map(({ entry, unsent }) => messageOf(entry, trouble, unsent && trouble !== null));
    });
    this.messages = [...own, ...this.#elsewhere];
  }
}

const store = (entry: Entry) => withDatabase((db) => db.put("outbox", entry));
const isMessage = ({ kind, draft }: Entry) => kind === "reply" && draft !== undefined;

function messageOf({ key, lane, at, draft }: Entry, trouble: Trouble | null, mayTakeBack: boolean): Message {
  return { key, lane, at, draft, trouble, mayTakeBack };
}
