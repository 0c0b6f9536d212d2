// Mock contacts and companies, and the changes to them.
import type { Company, Contact, Note } from "../shared/types";
import { me, people, start } from "./data";

const CITIES = ["Berlin, Germany", "Lisbon, Portugal", "Lyon, France", "Austin, United States", "Nairobi, Kenya"];
const PLANS = ["free", "team", "business"];
const at = (days: number) => Math.floor(Date.now() / 1000) - days * 86_400;

const contacts = new Map<string, Contact>(
  people.map((one, index) => [
    one.id as string,
    {
      id: one.id as string,
      role: index % 7 === 3 ? "lead" : "user",
      external_id: `u-${1000 + index}`,
      name: index % 19 === 4 ? null : one.name,
      email: one.email,
      phone: index % 3 ? null : "+49 30 1234567",
      avatar: null,
      owner_id: index % 4 ? null : "2",
      language: "de",
      details: { location: { city: CITIES[index % CITIES.length] }, browser: "Firefox 140", os: "Windows 11" },
      has_hard_bounced: false,
      updated_at: at(1),
      created_at: at(400 - index),
      signed_up_at: at(380 - index),
      last_seen_at: at(index % 30),
      last_contacted_at: at(3),
      last_replied_at: at(2),
      unsubscribed_from_emails: index % 11 === 2,
      custom_attributes: { plan: PLANS[index % 3], seats: index % 40 },
    },
  ]),
);
const companies: Company[] = ["Velo GmbH", "Bicicletas Rivera", "Northwind Cycles"].map((name, index) => ({
  id: (0x651f00000900 + index).toString(16).padStart(24, "0"),
  company_id: `c-${index}`,
  name,
  plan: PLANS[index] as string,
  size: 10 * (index + 1),
  website: `https://${name.split(" ")[0]?.toLowerCase()}.example`,
  industry: "Retail",
  monthly_spend: 120 * (index + 1),
  user_count: 40,
  updated_at: at(1),
  created_at: at(900),
  last_seen_at: at(1),
  custom_attributes: {},
}));
const notes = new Map<string, Note[]>();
const tags = new Map<string, typeof start.tags>();
const tagsOf = (id: string) => tags.get(id) ?? start.tags.slice(0, 2);
const company = (id: string) => companies.find((one) => one.id === id) ?? (companies[0] as Company);
const contact = (id: string) => contacts.get(id) ?? ([...contacts.values()][0] as Contact);

function page<T>(all: T[], url: URL) {
  const q = (url.searchParams.get("q") ?? "").toLowerCase();
  const found = all.filter((one) => JSON.stringify(one).toLowerCase().includes(q));
  const from = Number(url.searchParams.get("after") ?? 0);
  return { items: found.slice(from, from + 50), next: from + 50 < found.length ? String(from + 50) : null };
}

function shared(id: string) {
  return {
    tags: tagsOf(id),
    segments: [{ id: "s1", name: "Active" }],
    notes: notes.get(id) ?? [],
  };
}

function detail(id: string) {
  const events = ["exported-contacts", "upgraded"].map((name, index) => ({
    name,
    count: 3 - 2 * index,
    first_at: at(90),
    last_at: at(index),
  }));
  const custom_objects = [{ type: "order", id: "o1", external_id: "A-2041", attributes: { total: 99.5, paid: true } }];
  return { contact: contact(id), companies: companies.slice(0, 1), events, custom_objects, ...shared(id) };
}

/** The answers to requests to /contacts and /companies. */
export function answerPeople(method: string, url: URL, body: unknown): unknown {
  const [kind, id, verb, tag] = url.pathname.slice("/app/v1/".length).split("/");
  const isContact = kind === "contacts";
  if (!id) return isContact ? page([...contacts.values()], url) : page(companies, url);
  if (method === "PATCH") {
    const one = isContact ? contact(id) : company(id);
    const { custom_attributes, ...change } = body as Partial<Contact>;
    Object.assign(one, change);
    Object.assign(one.custom_attributes, custom_attributes);
    return isContact ? { contact: one } : { company: one };
  }
  if (verb === "notes") {
    const note = { id: String(Date.now()), html: (body as { html: string }).html, author_id: me.id, at: at(0) };
    notes.set(id, [note, ...(notes.get(id) ?? [])]);
    return { note };
  }
  if (verb === "tags") {
    const added = start.tags.filter((one) => one.id === (body as { tag_id?: string }).tag_id);
    const kept = tagsOf(id).filter((one) => one.id !== tag && !added.includes(one));
    tags.set(id, method === "DELETE" ? kept : [...kept, ...added]);
    return { tags: tagsOf(id) };
  }
  return isContact ? detail(id) : { company: company(id), contacts: [...contacts.values()].slice(0, 5), ...shared(id) };
}
