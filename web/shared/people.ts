// The names of people.
import { t } from "./i18n/index.svelte";
import type { Person } from "./types";

/** The name of a person, or a translated label if they have none. */
export function personName(person: Pick<Person, "type" | "name" | "email"> | null | undefined): string {
  if (!person) return t("list.nobody");
  return person.name || person.email || t(person.type === "contact" ? "details.contact" : "thread.somebody");
}
