// What people are called.
import { t } from "./i18n/index.svelte";
import type { Person } from "./types";

/** What the server calls a contact without a name, an address and a number, in English (crates/api/src/inbox/conversations/view.rs). */
const UNNAMED = "Contact";

/** What somebody is called, in the reader's language where they have no name. */
export function personName(person: Pick<Person, "type" | "name" | "email"> | null | undefined): string {
  if (!person) return t("list.nobody");
  const { type, name, email } = person;
  if (type !== "contact") return name || t("thread.somebody");
  return (name === UNNAMED && !email ? "" : name) || email || t("details.contact");
}
