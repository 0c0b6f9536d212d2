// What people are called.
import { t } from "./i18n/index.svelte";
import type { Person } from "./types";

/** What somebody is called, in the reader's language where they have no name. */
export function personName(person: Pick<Person, "type" | "name" | "email"> | null | undefined): string {
  if (!person) return t("list.nobody");
  return person.name || person.email || t(person.type === "contact" ? "details.contact" : "thread.somebody");
}
