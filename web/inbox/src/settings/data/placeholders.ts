// The names of placeholders.
import { t, type MessageKey } from "$shared/i18n/index.svelte";
import type { Placeholder } from "$shared/richtext/placeholders";

const NAMES: Record<string, MessageKey> = {
  "user.first_name": "macros.user_first_name",
  "user.name": "macros.user_name",
  "user.email": "macros.user_email",
  "company.name": "macros.company_name",
  "teammate.first_name": "macros.teammate_first_name",
  "teammate.name": "macros.teammate_name",
  "app.name": "macros.workspace_name",
  "conversation.id": "macros.conversation_id",
  "ticket.id": "macros.ticket_id",
};

/** The server's other names for the same object (crates/domain/src/inbox/macros.rs). */
const ALIASES: Record<string, string> = {
  contact: "user",
  lead: "user",
  visitor: "user",
  author: "user",
  admin: "teammate",
  operator: "teammate",
  workspace: "app",
};

/** The placeholders that can be inserted, with their fallbacks. */
export const PLACEHOLDERS: Placeholder[] = [
  { key: "user.first_name", fallback: "there" },
  { key: "user.name", fallback: "there" },
  { key: "user.email", fallback: null },
  { key: "company.name", fallback: "your company" },
  { key: "teammate.first_name", fallback: null },
  { key: "teammate.name", fallback: null },
  { key: "app.name", fallback: null },
  { key: "conversation.id", fallback: null },
  { key: "ticket.id", fallback: null },
];

/** The name of what a placeholder stands for. */
export function placeholderName(key: string): string {
  const dot = key.indexOf(".");
  const [named, field] = dot === -1 ? ["user", key] : [key.slice(0, dot), key.slice(dot + 1)];
  const of = ALIASES[named] ?? named;
  const known = NAMES[`${of}.${field}`];
  if (known) return t(known);
  const name = field.replace(/^custom_attributes\./, "").replaceAll("_", " ");
  if (of === "user") return t("macros.user_other", { name });
  return of === "company" ? t("macros.company_other", { name }) : `${of}: ${name}`;
}

/** The name with the fallback. */
export function placeholderLabel({ key, fallback }: Placeholder): string {
  const name = placeholderName(key);
  return fallback ? t("macros.or", { name, fallback }) : name;
}
