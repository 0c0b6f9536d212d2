// Contacts and companies as the inbox shows them.
import type { CompanyPage, ContactPage, Row } from "$shared/types";

/** The newest conversations; absent if the teammate may not see conversations. */
type Happened = { position: number; conversations?: Row[]; tickets?: Row[] };
export type ContactDetail = ContactPage & Happened;
export type CompanyDetail = CompanyPage & Happened;
export type Page<T> = { position: number; items: T[]; next: string | null };
/** The fields that can be changed. */
export type ContactChange = {
  name?: unknown;
  email?: unknown;
  phone?: unknown;
  owner_id?: string | null;
  custom_attributes?: Record<string, unknown>;
};
export type CompanyChange = Record<string, unknown> & { custom_attributes?: Record<string, unknown> };
