// Contacts and companies that were opened. The known state is shown immediately, and loaded again.
import { SvelteMap } from "svelte/reactivity";
import { api, query, Refusal } from "$shared/api";
import { problem } from "$shared/problems";
import { desk } from "$shared/store/desk.svelte";
import type { Contact, ConversationList, Note, Person, Tag } from "$shared/types";
import { toasts } from "../app/toasts.svelte";
import { htmlOf, noteDraft } from "./note-draft.svelte";
import type { CompanyChange, CompanyDetail, ContactChange, ContactDetail } from "./types";

type Detail = { contacts: ContactDetail; companies: CompanyDetail };
export type Kind = keyof Detail;
type Write = { method: "POST" | "PATCH" | "DELETE"; path: string; body?: unknown; draft?: unknown };
type Changeable = { custom_attributes: Record<string, unknown> };
const MAX_CACHED = 100;

class People {
  #known: { [K in Kind]: SvelteMap<string, Detail[K]> } = { contacts: new SvelteMap(), companies: new SvelteMap() };
  /** The number of writes without an answer, by object. */
  #writing = new Map<string, number>();
  readonly refusals = new SvelteMap<string, Refusal>();

  get<K extends Kind>(kind: K, id: string): Detail[K] | undefined {
    return this.#known[kind].get(id);
  }

  async load<K extends Kind>(kind: K, id: string) {
    try {
      const [detail, happened] = await Promise.all([api.get<Detail[K]>(`/${kind}/${id}`), conversationsOf(kind, id)]);
      this.#set(kind, id, { ...detail, ...happened });
      this.refusals.delete(`${kind}/${id}`);
      this.#rename(id);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 404) this.#known[kind].delete(id);
      this.refusals.set(`${kind}/${id}`, error);
    }
  }

  /** Whether a change of the object has no answer yet. What is loaded meanwhile may be older than what is shown. */
  isWriting(kind: Kind, id: string): boolean {
    return this.#writing.has(`${kind}/${id}`);
  }

  /** Loads a contact who is not open, for the rows that name them. */
  async loadName(id: string) {
    try {
      desk.rows.putContact(personOf((await api.get<ContactDetail>(`/contacts/${id}`)).contact));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // The rows keep the name until they are loaded again.
    }
  }

  #rename(id: string) {
    const detail = this.get("contacts", id);
    if (detail) desk.rows.putContact(personOf(detail.contact));
  }

  #set<K extends Kind>(kind: K, id: string, detail: Detail[K]) {
    const known = this.#known[kind];
    // A change was answered after this was read.
    if ((known.get(id)?.position ?? 0) > detail.position) return;
    known.delete(id);
    known.set(id, detail);
    if (known.size > MAX_CACHED) known.delete(known.keys().next().value as string);
  }

  #change<K extends Kind>(kind: K, id: string, change: (detail: Detail[K]) => Detail[K]) {
    const detail = this.get(kind, id);
    if (detail) this.#known[kind].set(id, change(detail));
  }

  async #write<T>(kind: Kind, id: string, { method, path, body, draft }: Write): Promise<T> {
    const lane = `${kind}/${id}`;
    const count = (by: number) => {
      const left = (this.#writing.get(lane) ?? 0) + by;
      if (left > 0) this.#writing.set(lane, left);
      else this.#writing.delete(lane);
    };
    count(1);
    try {
      return await desk.outbox.send<T>({ lane, method, path: `/${lane}${path}`, body, kind, draft });
    } finally {
      count(-1);
    }
  }

  /** Sends a change. Returns null and shows the error if it was rejected. */
  async #send<T>(kind: Kind, id: string, write: Write): Promise<T | null> {
    try {
      return await this.#write<T>(kind, id, write);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      toasts.show({ text: problem(error), tone: "bad" });
      return null;
    }
  }

  /** Changes a contact, in whom the teammate saw `was`. Returns why it was rejected, or null. */
  patchContact(id: string, change: ContactChange, was: ContactChange): Promise<Refusal | null> {
    return this.#patch("contacts", id, { ...change, was }, change, {
      of: (detail) => detail.contact,
      set: (detail, contact) => ({ ...detail, contact }),
    });
  }

  /** Changes a company, in which the teammate saw `was`. Returns why it was rejected, or null. */
  patchCompany(id: string, change: CompanyChange, was: CompanyChange): Promise<Refusal | null> {
    return this.#patch("companies", id, { ...change, was }, change, {
      of: (detail) => detail.company,
      set: (detail, company) => ({ ...detail, company }),
    });
  }

  /** Shows a change, sends it, and reverts it if it was rejected. */
  async #patch<K extends Kind, T extends Changeable>(
    kind: K,
    id: string,
    body: unknown,
    change: ContactChange | CompanyChange,
    part: { of: (detail: Detail[K]) => T; set: (detail: Detail[K], one: T) => Detail[K] },
  ): Promise<Refusal | null> {
    const show = (one: T) => this.#change(kind, id, (detail) => part.set(detail, one));
    const detail = this.get(kind, id);
    const before = detail && part.of(detail);
    if (before) show(changed(before, change));
    try {
      const answer = await this.#write<Detail[K]>(kind, id, { method: "PATCH", path: "", body });
      this.#change(kind, id, (detail) => ({ ...part.set(detail, part.of(answer)), position: answer.position }));
      this.#rename(id);
      return null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (before) show(before);
      if (error.code === "newer_value") await this.load(kind, id);
      return error;
    }
  }

  /** Adds a note. If the server rejects it, its text is back in the field. */
  async note(kind: Kind, id: string, text: string) {
    const { who } = desk;
    const write: Write = { method: "POST", path: "/notes", body: { html: htmlOf(text) }, draft: text };
    const answer = await this.#send<{ note: Note }>(kind, id, write);
    if (answer) this.#change(kind, id, (detail) => ({ ...detail, notes: [answer.note, ...detail.notes] }));
    else noteDraft(who, kind, id).prepend(text);
  }

  async tag(id: string, tag: Tag, add: boolean) {
    this.#change("contacts", id, (detail) => {
      const others = detail.tags.filter((one) => one.id !== tag.id);
      return { ...detail, tags: add ? [...others, tag] : others };
    });
    const write: Write = add
      ? { method: "POST", path: "/tags", body: { tag_id: tag.id } }
      : { method: "DELETE", path: `/tags/${tag.id}` };
    const answer = await this.#send<{ tags: Tag[] }>("contacts", id, write);
    if (answer) this.#change("contacts", id, (detail) => ({ ...detail, tags: answer.tags }));
    else void this.load("contacts", id);
  }
}

/** The newest conversations and tickets; none if the teammate may not see them. */
async function conversationsOf(kind: Kind, id: string) {
  const view = `${kind === "contacts" ? "contact" : "company"}:${id}`;
  const since = desk.rows.marks.now;
  try {
    const path = `/conversations${query({ view, state: "all", sort: "newest", limit: 30 })}`;
    const { items, position } = await api.get<ConversationList>(path);
    for (const row of items) desk.rows.put(row, position, since);
    return { conversations: items.filter((row) => !row.ticket), tickets: items.filter((row) => row.ticket) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return {};
  }
}

/** A contact as conversations show them. */
const personOf = ({ id, name, email, phone, avatar }: Contact): Person => ({
  type: "contact",
  id,
  name: name || email || phone || "",
  avatar,
  email,
});

/** The object with the change applied. */
function changed<T extends Changeable>(one: T, change: ContactChange | CompanyChange): T {
  return { ...one, ...change, custom_attributes: { ...one.custom_attributes, ...change.custom_attributes } } as T;
}

export const people = new People();
