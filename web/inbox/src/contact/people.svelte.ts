// Contacts and companies that were looked at: what is known is shown at once, and read again.
import { SvelteMap } from "svelte/reactivity";
import { api, Refusal } from "$shared/api";
import { desk } from "$shared/store/desk.svelte";
import { problem } from "../app/problems";
import { toasts } from "../app/toasts.svelte";
import type { Company, CompanyDetail, Contact, ContactDetail, Note } from "./types";
import type { Tag } from "$shared/types";

type Detail = { contacts: ContactDetail; companies: CompanyDetail };
export type Kind = keyof Detail;
const KEPT = 100;

class People {
  #known: { [K in Kind]: SvelteMap<string, Detail[K]> } = { contacts: new SvelteMap(), companies: new SvelteMap() };
  readonly refusals = new SvelteMap<string, Refusal>();

  get<K extends Kind>(kind: K, id: string): Detail[K] | undefined {
    return this.#known[kind].get(id);
  }

  async load<K extends Kind>(kind: K, id: string) {
    try {
      const detail = await api.get<Detail[K]>(`/${kind}/${id}`);
      for (const row of [...detail.conversations, ...detail.tickets]) desk.rows.put(row, detail.position);
      this.#set(kind, id, detail);
      this.refusals.delete(`${kind}/${id}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refusals.set(`${kind}/${id}`, error);
    }
  }

  #set<K extends Kind>(kind: K, id: string, detail: Detail[K]) {
    const known = this.#known[kind];
    known.delete(id);
    known.set(id, detail);
    if (known.size > KEPT) known.delete(known.keys().next().value as string);
  }

  #change<K extends Kind>(kind: K, id: string, change: (detail: Detail[K]) => Detail[K]) {
    const detail = this.get(kind, id);
    if (detail) this.#known[kind].set(id, change(detail));
  }

  /** Sends a change; true if it was done. What was refused is said. */
  async #send<T>(
    kind: Kind,
    id: string,
    wanted: { method: "POST" | "PATCH" | "DELETE"; path: string; body?: unknown },
  ): Promise<T | null> {
    try {
      const path = `/${kind}/${id}${wanted.path}`;
      return await desk.outbox.send<T>({ lane: `${kind}/${id}`, method: wanted.method, path, body: wanted.body, kind });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      toasts.show({ text: problem(error), tone: "bad" });
      return null;
    }
  }

  async patchContact(id: string, change: Partial<Contact>) {
    const before = this.get("contacts", id);
    this.#change("contacts", id, (detail) => ({
      ...detail,
      contact: { ...detail.contact, ...change, attributes: { ...detail.contact.attributes, ...change.attributes } },
    }));
    const answer = await this.#send<{ contact: Contact }>("contacts", id, { method: "PATCH", path: "", body: change });
    if (answer) this.#change("contacts", id, (detail) => ({ ...detail, contact: answer.contact }));
    else if (before) this.#change("contacts", id, (detail) => ({ ...detail, contact: before.contact }));
    return answer !== null;
  }

  async patchCompany(id: string, change: Partial<Company>) {
    const before = this.get("companies", id);
    this.#change("companies", id, (detail) => ({
      ...detail,
      company: { ...detail.company, ...change, attributes: { ...detail.company.attributes, ...change.attributes } },
    }));
    const answer = await this.#send<{ company: Company }>("companies", id, { method: "PATCH", path: "", body: change });
    if (answer) this.#change("companies", id, (detail) => ({ ...detail, company: answer.company }));
    else if (before) this.#change("companies", id, (detail) => ({ ...detail, company: before.company }));
    return answer !== null;
  }

  async note(kind: Kind, id: string, html: string): Promise<boolean> {
    const answer = await this.#send<{ note: Note }>(kind, id, { method: "POST", path: "/notes", body: { html } });
    if (answer) this.#change(kind, id, (detail) => ({ ...detail, notes: [answer.note, ...detail.notes] }));
    return answer !== null;
  }

  async tag(kind: Kind, id: string, tag: Tag, add: boolean) {
    this.#change(kind, id, (detail) => ({
      ...detail,
      tags: add
        ? [...detail.tags.filter((one) => one.id !== tag.id), tag]
        : detail.tags.filter((one) => one.id !== tag.id),
    }));
    const wanted = add
      ? ({ method: "POST", path: "/tags", body: { tag_id: tag.id } } as const)
      : ({ method: "DELETE", path: `/tags/${tag.id}` } as const);
    const answer = await this.#send<{ tags: Tag[] }>(kind, id, wanted);
    if (answer) this.#change(kind, id, (detail) => ({ ...detail, tags: answer.tags }));
    else void this.load(kind, id);
  }
}

export const people = new People();
