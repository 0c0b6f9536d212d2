// The names of people and companies.
import { listed, t } from "./i18n/index.svelte";
import { shownName } from "./names";
import type { Company, Contact, Person } from "./types";

/** The name of a person, or a translated label if they have none. */
export function personName(person: Pick<Person, "type" | "name" | "email"> | null | undefined): string {
  if (!person) return t("list.nobody");
  return (
    shownName(person.name || person.email || "") || t(person.type === "contact" ? "details.contact" : "thread.somebody")
  );
}

/** The sentence that these teammates are viewing a conversation. */
export const viewing = (teammates: { name: string }[]) =>
  t("list.viewing", { count: teammates.length, names: listed(teammates.map((one) => one.name)) });

/** The name of a contact, or else an address of theirs. */
export const contactName = ({ name, email, phone }: Pick<Contact, "name" | "email" | "phone">) =>
  personName({ type: "contact", name: name || email || phone || "", email: null });

/** The name of a company, or else its id in the customer's program. */
export const companyName = ({ name, company_id }: Pick<Company, "name" | "company_id">) =>
  shownName(name ?? company_id);
