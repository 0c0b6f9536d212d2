// Keeps contacts and companies that are shown up to date: after an event they are loaded again, at most once a second.
import type { Frame } from "$shared/live/frames";
import { live } from "$shared/live/live.svelte";
import { desk } from "$shared/store/desk.svelte";
import { router } from "../app/router.svelte";
import { threads } from "../thread/threads.svelte";
import { people, type Kind } from "./people.svelte";

const RELOAD_INTERVAL_MS = 1_000;
/** The maximum number of contacts in one turn of which only the name is shown. An import changes thousands. */
const MAX_NAMES = 5;
/** The events after which a contact may have another name. */
const RENAMES = /^contact\.(user\.updated|lead\.(updated|signed_up|added_email)|email\.updated|merged)$/;
const KINDS: Record<string, Kind> = { contact: "contacts", company: "companies" };

class Following {
  /** How many parts of the page show each object. */
  #shown = new Map<string, number>();
  #due = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    live.onFrame((frame) => {
      if (frame.t === "ev") this.#happened(frame);
    });
    live.onMissed(() => {
      for (const key of this.#shown.keys()) this.#due.add(key);
      this.#begin();
    });
  }

  /** Follows an object that is shown. Returns the function that stops it. */
  show(kind: Kind, id: string): () => void {
    const key = `${kind}/${id}`;
    const count = (by: number) => {
      const left = (this.#shown.get(key) ?? 0) + by;
      if (left > 0) this.#shown.set(key, left);
      else this.#shown.delete(key);
    };
    count(1);
    return () => count(-1);
  }

  #happened({ type, object: { type: of, id } }: Extract<Frame, { t: "ev" }>) {
    const kind = KINDS[of];
    if (!kind) return;
    const key = `${kind}/${id}`;
    if (this.#shown.has(key)) this.#due.add(key);
    for (const shown of this.#shown.keys()) if (names(shown, id)) this.#due.add(shown);
    if (RENAMES.test(type)) this.#renamed(id);
    this.#begin();
  }

  #renamed(id: string) {
    if (desk.rows.hasContact(id)) this.#due.add(`contacts/${id}`);
    const open = router.conversation;
    if (open === null || !threads.has(open)) return;
    const thread = threads.get(open);
    if (thread.detail?.contacts.some((one) => one.id === id)) thread.reloadSoon();
  }

  #begin() {
    if (this.#due.size === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#turn(), RELOAD_INTERVAL_MS);
  }

  #turn() {
    this.#timer = undefined;
    let renamed = 0;
    for (const key of [...this.#due]) {
      const [kind, id = ""] = key.split("/") as [Kind, string];
      const isShown = this.#shown.has(key);
      if (people.isWriting(kind, id) || (!isShown && renamed >= MAX_NAMES)) continue;
      this.#due.delete(key);
      if (isShown) void people.load(kind, id);
      else if (kind === "contacts") {
        renamed++;
        void people.loadName(id);
      }
    }
    this.#begin();
  }
}

/** Whether an object that is shown names this one: a contact their companies, and a company its contacts. */
function names(shown: string, id: string): boolean {
  const [kind, of = ""] = shown.split("/");
  const named = kind === "contacts" ? people.get("contacts", of)?.companies : people.get("companies", of)?.contacts;
  return named?.some((one) => one.id === id) ?? false;
}

export const following = new Following();
