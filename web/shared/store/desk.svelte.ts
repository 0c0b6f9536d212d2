// The desk: the state of the inbox in this page. It has the start (`GET /app/v1/start`: the signed-in teammate and the
// names of the workspace), conversations and lists, and their actions.
import { api, query, Refusal, watch } from "../api";
import type { Action, Counts, Positioned, Row, Start, Tag, Team, Teammate } from "../types";
import { act, undo, type Failure, type Outcome, type Seen } from "./act";
import { counted } from "./counts";
import * as database from "./database";
import { Lists } from "./lists.svelte";
import { Outbox } from "./outbox.svelte";
import { Rows } from "./rows.svelte";
import { keyText, type Key } from "./views";

/** The maximum number of views in one request for counts. */
const MAX_COUNTED_VIEWS = 60;
/** The minimum time between two loads of the start because of refusals, or after a failure. */
const RELOAD_INTERVAL_MS = 5_000;
/** One of these permissions is enough to read, or to change, some conversations. Tickets have their own. */
export const READS_SOME = ["read_conversations", "read_tickets"];
export const WRITES_SOME = ["write_conversations", "write_tickets"];

const whoIn = ({ workspace, me }: Start) => `${workspace.id}.${me.id}`;

class Desk {
  start = $state.raw<Start | null>(null);
  /** Whether a sign-in is needed; null while unknown. */
  signedOut = $state<boolean | null>(null);
  /** Whether the start comes from the server, not from the cache. */
  confirmed = $state(false);
  /** Whether the last load of the start failed, so that the page goes on with an older one. */
  outdated = $state(false);
  /** Called when the permissions of the role have changed. */
  onPermissions: () => void = () => {};
  /** Called before the page is loaded again for another teammate. */
  onStartOver: () => void = () => {};
  /** Whether the server runs another build than this page. */
  newBuild = $state(false);
  counts = $state.raw<Record<string, number>>({});
  /** The number of conversations with unread notifications. */
  unread = $state(0);
  /** The newest unread notification that the live connection has reported. */
  newestNotification = $state<string | null>(null);
  readonly rows = new Rows(() => this.start?.me.name);
  readonly lists = new Lists(this.rows, () => this.start?.me.id ?? "");
  readonly outbox = new Outbox();
  #build: string | null = null;
  /** The workspace and the teammate whose data is in memory. */
  #whose: string | null = null;
  #recount: ReturnType<typeof setTimeout> | undefined;
  #reload: ReturnType<typeof setTimeout> | undefined;
  #askedAt = 0;
  /** The position up to which the start was read. */
  position = 0;

  constructor() {
    watch.signedOut = () => (this.signedOut = true);
    // The role may have changed since the start was read.
    watch.refused = () => this.start && this.#loadSoon();
    watch.who = () => this.#whose ?? "";
    watch.isForeign = () => this.signedOut === true || database.isReplaced();
    addEventListener("storage", (event) => {
      if ([database.LAST_KEY, database.CHANGED_KEY].includes(event.key ?? "") && this.start) void this.load();
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
    this.#askedAt = Date.now();
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
      this.confirmed = true;
      this.outdated = false;
      this.signedOut = false;
      this.#cacheStart(start);
      this.outbox.flush();
      void this.outbox.adopt();
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) {
        this.signedOut = true;
        this.start = null;
      } else if (!this.start) throw error;
      else {
        this.outdated = true;
        // Otherwise the server is out of reach, and the start is loaded once it is back.
        if (error instanceof Refusal && error.status !== 0 && error.temporary) this.#loadSoon();
      }
    }
  }

  /** Loads the start in all tabs, after a change that they show too. */
  async loadEverywhere() {
    await this.load();
    localStorage.setItem(database.CHANGED_KEY, String(Date.now()));
  }

  /** Loads the start, a while after the last time. Several calls lead to one load. */
  #loadSoon() {
    clearTimeout(this.#reload);
    this.#reload = setTimeout(() => void this.load(), Math.max(0, this.#askedAt + RELOAD_INTERVAL_MS - Date.now()));
  }

  /**
   * The session is another teammate's. Lists, drafts and waiting writes in memory are not theirs: the page is loaded
   * again. The writes stay on the device until the teammate who made them signs in.
   */
  #startOver(start: Start, address: string): Promise<never> {
    database.use(start.workspace.id, start.me.id);
    // The first teammate's address may be of another workspace.
    history.replaceState({}, "", this.#build === null ? address : "/inbox/");
    this.onStartOver();
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
    // An older build stored rows without this field.
    if (list?.rows.every((row) => "last_at" in row) && first) this.lists.fromCache(first, list.rows, 0);
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
    const before = this.start?.me.permissions.join();
    this.start = start;
    this.position = Math.max(this.position, start.position ?? 0);
    this.counts = Object.fromEntries(start.views.map((view) => [view.id, view.count]));
    this.unread = start.me.unread_notifications;
    if (before !== undefined && before !== start.me.permissions.join()) this.#permissionsChanged();
  }

  /** What the role hides now leaves the page at once, and what it shows now is loaded. */
  #permissionsChanged() {
    void database.withDatabase((db) => db.clear("windows"));
    this.rows.retain((row) => this.can(row.ticket ? "read_tickets" : "read_conversations"));
    if (!this.canSome(READS_SOME)) return;
    this.lists.allStale();
    this.onPermissions();
  }

  get me(): Start["me"] | null {
    return this.start?.me ?? null;
  }

  /** The workspace and the teammate, for what is stored on the device; empty if nobody is signed in. */
  get who(): string {
    return this.start ? whoIn(this.start) : "";
  }

  /** Whether this page, or the last one, had a session that nobody has ended here. */
  get wasSignedIn(): boolean {
    return this.#whose !== null;
  }

  can(permission: string): boolean {
    return this.start?.me.permissions.includes(permission) ?? false;
  }

  /** Whether the role has one of these permissions. */
  canSome(permissions: readonly string[]): boolean {
    return permissions.some((one) => this.can(one));
  }

  #teammates = $derived(new Map((this.start?.teammates ?? []).map((one) => [one.id, one])));
  #teams = $derived(new Map((this.start?.teams ?? []).map((one) => [one.id, one])));
  #tags = $derived(new Map((this.start?.tags ?? []).map((one) => [one.id, one])));
  teammate = (id: string | null): Teammate | null => (id === null ? null : (this.#teammates.get(id) ?? null));
  team = (id: string | null): Team | null => (id === null ? null : (this.#teams.get(id) ?? null));
  tag = (id: string): Tag | null => this.#tags.get(id) ?? null;

  /** Performs an action on conversations: it is visible immediately, and reverted if the server rejects it. */
  act(ids: string[], action: Action, was?: Seen): Promise<Outcome> {
    return act(this.rows, this.outbox, ids, action, was);
  }

  /** Undoes what `act` did. Equal actions are sent together. */
  undo(back: Outcome["undo"]): Promise<Failure[]> {
    return undo(back, (ids, action) => this.act(ids, action));
  }

  /** Loads the counts of the start's views shortly, the same that the live connection sends. Several calls lead to one. */
  recount(delayMs = 1500) {
    clearTimeout(this.#recount);
    this.#recount = setTimeout(() => {
      if (document.visibilityState !== "visible")
        return document.addEventListener("visibilitychange", this.#recountSoon, { once: true });
      const all = (this.start?.views ?? []).map((view) => view.id);
      for (let at = 0; at < all.length; at += MAX_COUNTED_VIEWS)
        void this.#countThese(all.slice(at, at + MAX_COUNTED_VIEWS));
    }, delayMs);
  }

  #recountSoon = () => this.recount(0);

  async #countThese(ids: string[]) {
    try {
      const { counts } = await api.get<Counts>(`/conversations/counts${query({ views: ids.join(",") })}`);
      this.counts = { ...this.counts, ...counts };
    } catch (error) {
      // A view was deleted elsewhere. Otherwise the next change loads them again.
      if (error instanceof Refusal && error.status === 404) this.#loadSoon();
    }
  }

  /** Updates the counts immediately if they can be determined here. The server's counts follow. */
  #count(before: Row | undefined, after: Row | undefined) {
    if (!this.start || !before || !after) return;
    const counts = counted(this.start, this.counts, before, after);
    if (counts) this.counts = counts;
    if (counts || before.state !== after.state) this.recount();
  }
}

export const desk = new Desk();
