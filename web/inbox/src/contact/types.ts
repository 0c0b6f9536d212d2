// Contacts and companies as the inbox shows them.
import type { Person, Row, Tag } from "$shared/types";

export type Values = Record<string, unknown>;
export type Contact = {
  id: string;
  role: "user" | "lead";
  external_id: string | null;
  name: string | null;
  email: string | null;
  phone: string | null;
  avatar: string | null;
  owner_id: string | null;
  language: string | null;
  location: string | null;
  browser: string | null;
  os: string | null;
  created_at: number;
  signed_up_at: number | null;
  last_seen_at: number | null;
  last_contacted_at: number | null;
  last_replied_at: number | null;
  unsubscribed: boolean;
  attributes: Values;
};
export type Company = {
  id: string;
  company_id: string;
  name: string | null;
  plan: string | null;
  size: number | null;
  website: string | null;
  industry: string | null;
  monthly_spend: number | null;
  contacts: number;
  created_at: number;
  last_seen_at: number | null;
  attributes: Values;
};
export type Note = { id: string; html: string; author: Person; at: number };
export type DataEvent = { name: string; at: number; metadata: Values | null };
export type Segment = { id: string; name: string };
export type CustomObject = {
  type: string;
  type_name: string;
  id: string;
  external_id: string | null;
  attributes: Values;
};

type Shared = {
  position: number;
  tags: Tag[];
  segments: Segment[];
  notes: Note[];
  conversations: Row[];
  tickets: Row[];
};
export type ContactDetail = Shared & {
  contact: Contact;
  companies: Company[];
  events: DataEvent[];
  custom_objects: CustomObject[];
};
export type CompanyDetail = Shared & { company: Company; contacts: Contact[] };
export type Page<T> = { position: number; items: T[]; next: string | null };
