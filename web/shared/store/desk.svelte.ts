// The state of the inbox: the signed-in teammate, the names of the workspace, conversations and lists, and their
// actions.
import { api, newKey, query, Refusal, watch } from "../api";
import type { Acted, Action, Bulk, Counts, Positioned, Row, Start, Tag, Team, Teammate } from "../types";
import { applied, grouped, inverse } from "./actions";
import * as database from "./database";
import { Lists } from "./lists.svelte";
import { Outbox } from "./outbox.svelte";
import { Rows } from "./rows.svelte";
import { isIn, keyText, type Key } from "./views";

const MAX_BULK_IDS = 100;
/** The maximum number of views in one request for counts. */
const MAX_COUNTED_VIEWS = 60;
/** From this number on, a count is shown as "99+". */
export const MAX_COUNT = 100;

export type Failure = { id: string; code: string; message: string };
export type Outcome = { done: Row[]; failed: Failure[]; undo: { id: string; action: Action }[] };

const whoIn = ({ workspace, me }: Start) => `${workspace.id}.${me.id}`;

class Desk {
  start = $state.raw<Start | null>(null);
  /** Whether a sign-in is needed; null while unknown. */
  signedOut = $state<boolean | null>(null);
  /** Whether the server runs another build than this page. */
  newBuild = $state(false);
  counts = $state.raw<Record<string, number>>({});
  /** Unread notifications. */
  unread = $state(0);
  readonly rows = new Rows(() => this.start?.me.name);
  readonly lists = new Lists(this.rows, () => this.start?.me.id ?? "");
  readonly outbox = new Outbox();
  #build: string | null = null;
  /** The workspace and the teammate whose data is in memory. */
  #whose: string | null = null;
  #recount: ReturnType<typeof setTimeout> | undefined;
  /** The position up to which the start was read. */
  position = 0;

  constructor() {
    watch.signedOut = () => (this.signedOut = true);
    watch.who = () => this.#whose ?? "";
    watch.isForeign = () => this.signedOut === true || database.isReplaced();
    addEventListener("storage", (event) => {
      if (event.key === database.LAST_KEY && this.start) void this.load();
    });
    this.rows.onChange((before, after) => this.#count(before, after));
    this.lists.onFirstWindow = (list, rows) => {
      const window = { rows, position: this.position, at: Date.now() };
      void database.withDatabase((db) => db.put("windows", window, keyText(list.key)));
    };
  }

  /** Paints from the cache, then loads the start. */
  async open(first: Key | null) {
    if (database.useLast()) await this.#fromCache(first);
    await this.load(location.href);
  }

  /** Loads the start. A teammate who has just signed in continues at `address`. */
  async load(address = "/inbox/") {
    try {
      const start = await api.get<Positioned<Start>>("/start");
      const whose = whoIn(start);
      if (this.#whose !== null && this.#whose !== whose) return await this.#startOver(start, address);
      this.#whose = whose;
      // The page belongs to the first build that the server names. A later one is an upgrade under an open tab.
      this.#build ??= start.build;
      this.newBuild = start.build !== this.#build;
      database.use(start.workspace.id, start.me.id);
      this.applyStart(start);
      this.signedOut = false;
      this.#cacheStart(start);
      this.outbox.flush();
      void this.outbox.adopt();
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) {
        this.signedOut = true;
        this.start = null;
      } else if (!this.start) throw error;
    }
  }

  /**
   * The session is another teammate's. Lists, drafts and waiting writes in memory are not theirs: the page is loaded
   * again. The writes stay on the device until the teammate who made them signs in.
   */
  #startOver(start: Start, address: string): Promise<never> {
    database.use(start.workspace.id, start.me.id);
    // The first teammate's address may be of another workspace.
    history.replaceState({}, "", this.#build === null ? address : "/inbox/");
    location.reload();
    return new Promise(() => {});
  }

  async #fromCache(first: Key | null) {
    const [start, list] = await Promise.all([
      database.withDatabase((db) => db.get("start", "start")),
      first ? database.withDatabase((db) => db.get("windows", keyText(first))) : undefined,
    ]);
    if (!start) return;
    this.#whose = whoIn(start);
    if (list && first) this.lists.fromCache(first, list.rows, 0);
    this.applyStart(start);
  }

  /** Replaces the start, here and in the cache, after a change that this page made. */
  replaceStart(start: Start) {
    this.start = start;
    this.#cacheStart(start);
  }

  #cacheStart(start: Start) {
    void database.withDatabase((db) => db.put("start", start, "start"));
  }

  applyStart(start: Start & { position?: number }) {
    this.start = start;
    this.position = Math.max(this.position, start.position ?? 0);
    this.counts = Object.fromEntries(start.views.map((view) => [view.id, view.count]));
    this.unread = start.me.unread_notifications;
  }

  get me(): Start["me"] | null {
    return this.start?.me ?? null;
  }

  /** The workspace and the teammate, for what is stored on the device; empty if nobody is signed in. */
  get who(): string {
    return this.start ? whoIn(this.start) : "";
  }

  can(permission: string): boolean {
    return this.start?.me.permissions.includes(permission) ?? false;
  }

  #teammates = $derived(new Map((this.start?.teammates ?? []).map((one) => [one.id, one])));
  #teams = $derived(new Map((this.start?.teams ?? []).map((one) => [one.id, one])));
  #tags = $derived(new Map((this.start?.tags ?? []).map((one) => [one.id, one])));
  teammate = (id: string | null): Teammate | null => (id === null ? null : (this.#teammates.get(id) ?? null));
  team = (id: string | null): Team | null => (id === null ? null : (this.#teams.get(id) ?? null));
  tag = (id: string): Tag | null => this.#tags.get(id) ?? null;

  /** Performs an action on conversations: it is visible immediately, and reverted if the server rejects it. */
  async act(ids: string[], action: Action): Promise<Outcome> {
    const before = ids.map((id) => this.rows.get(id)).filter((row) => row !== undefined);
    const undo = before.flatMap((row) => {
      const back = inverse(row, action);
      return back ? [{ id: row.id, action: back }] : [];
    });
    const chunks: string[][] = [];
    for (let at = 0; at < ids.length; at += MAX_BULK_IDS) chunks.push(ids.slice(at, at + MAX_BULK_IDS));
    const outcomes = await Promise.all(chunks.map((chunk) => this.#send(chunk, action)));
    const failed = outcomes.flatMap((one) => one.failed);
    const lost = new Set(failed.map((one) => one.id));
    return { done: outcomes.flatMap((one) => one.done), failed, undo: undo.filter((one) => !lost.has(one.id)) };
  }

  async #send(ids: string[], action: Action): Promise<Pick<Outcome, "done" | "failed">> {
    const key = newKey();
    for (const id of ids) this.rows.patch(id, key, (row) => applied(row, action));
    try {
      if (ids.length === 1) {
        const id = ids[0] as string;
        const answer = await this.outbox.send<Acted>({
          key,
          lane: id,
          method: "POST",
          path: `/conversations/${id}/actions`,
          body: action,
          kind: "action",
        });
        this.rows.put(answer.row, answer.position);
        return { done: [answer.row], failed: [] };
      }
      const answer = await this.outbox.send<Bulk>({
        key,
        lane: "bulk",
        method: "POST",
        path: "/conversations/actions",
        body: { ids, action },
        kind: "action",
      });
      const done = answer.results.map((one) => one.row).filter((row) => row !== null);
      for (const row of done) this.rows.put(row, answer.position);
      const failed = answer.results.flatMap(({ id, error }) =>
        error ? [{ id, code: error.code, message: error.message }] : [],
      );
      return { done, failed };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { done: [], failed: ids.map((id) => ({ id, code: error.code, message: error.message })) };
    } finally {
      for (const id of ids) this.rows.removePatch(id, key);
    }
  }

  /** Undoes what `act` did. Equal actions are sent together. */
  async undo(back: Outcome["undo"]): Promise<Failure[]> {
    const outcomes = await Promise.all(grouped(back).map(({ ids, action }) => this.act(ids, action)));
    return outcomes.flatMap((one) => one.failed);
  }

  /** Loads the counts of the views shortly. Several calls lead to one request. */
  recount(delayMs = 1500) {
    clearTimeout(this.#recount);
    this.#recount = setTimeout(() => {
      if (document.visibilityState !== "visible")
        return document.addEventListener("visibilitychange", this.#recountSoon, { once: true });
      const views = (this.start?.views ?? []).map((view) => view.id);
      const teams = (this.start?.teams ?? []).map((team) => `team:${team.id}`);
      const all = [...new Set([...views, ...teams])];
      for (let at = 0; at < all.length; at += MAX_COUNTED_VIEWS)
        void this.#countThese(all.slice(at, at + MAX_COUNTED_VIEWS));
    }, delayMs);
  }

  #recountSoon = () => this.recount(0);

  async #countThese(ids: string[]) {
    try {
      const { counts } = await api.get<Counts>(`/conversations/counts${query({ views: ids.join(",") })}`);
      this.counts = { ...this.counts, ...counts };
    } catch {
      // The next change loads them again.
    }
  }

  /** Updates the counts immediately if they can be determined here. The server's counts follow. */
  #count(before: Row | undefined, after: Row | undefined) {
    const me = this.start?.me.id;
    if (!me || !before || !after) return;
    const counts = { ...this.counts };
    let moved = false;
    for (const { id, sort } of this.start?.views ?? []) {
      const key: Key = { view: id, state: "open", sort };
      const change = Number(isIn(after, key, me) ?? 0) - Number(isIn(before, key, me) ?? 0);
      const count = counts[id] ?? 0;
      if (change === 0 || count >= MAX_COUNT) continue;
      counts[id] = Math.max(0, count + change);
      moved = true;
    }
    if (moved) this.counts = counts;
    if (moved || before.state !== after.state) this.recount();
  }
}

export const desk = new Desk();
