// Translates notifications. The server's texts are English, and begin with the name of who acted.
import { t, type MessageKey } from "$shared/i18n/index.svelte";
import { isolated, shownName } from "$shared/names";
import { personName } from "$shared/people";
import type { Notification, Row } from "$shared/types";

const ENDINGS: [string, MessageKey][] = [
  [" started a conversation", "notices.started"],
  [" replied", "notices.replied"],
  [" mentioned you in a note", "notices.mentioned"],
  [" left a note", "notices.noted"],
  [" assigned a conversation to you", "notices.assigned"],
  [" rated a conversation", "notices.rated"],
  [" created a ticket", "notices.ticket_created"],
  [" changed the state of a ticket", "notices.ticket_state"],
  [" assigned a ticket to you", "notices.ticket_assigned"],
  [" assigned a ticket to your team", "notices.ticket_team"],
  [" rated a ticket", "notices.ticket_rated"],
];

export function words({ text }: Pick<Notification, "text">): string {
  if (text === "A conversation is back from being snoozed") return t("notices.unsnoozed");
  for (const [end, key] of ENDINGS) {
    if (text.endsWith(end)) return t(key, { name: text.slice(0, -end.length) });
  }
  return shownName(text);
}

/** The title of the conversation, and its contact if the text does not name them. */
export function about(row: Pick<Row, "contact" | "ticket" | "title" | "excerpt">, text: string): string {
  const called = row.title || row.excerpt;
  const number = row.ticket ? `#${row.ticket.number} ` : "";
  const who = row.contact ? personName(row.contact) : "";
  return [text.includes(who) ? "" : who, `${number}${called}`.trim()]
    .map((one) => isolated(one))
    .filter(Boolean)
    .join(" · ");
}
