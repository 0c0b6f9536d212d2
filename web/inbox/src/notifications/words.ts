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

/** Notifications in a row that say the same about one conversation, newest first. */
export type Group = { newest: Notification; ids: string[] };

/** Groups notifications, newest first. Read and unread ones are not mixed. */
export function grouped(items: Notification[]): Group[] {
  const groups: Group[] = [];
  for (const one of items) {
    const last = groups[groups.length - 1];
    if (last && one.conversation_id !== null && isAlike(last.newest, one)) last.ids.push(one.id);
    else groups.push({ newest: one, ids: [one.id] });
  }
  return groups;
}

const isAlike = (a: Notification, b: Notification) =>
  a.conversation_id === b.conversation_id && a.topic === b.topic && a.text === b.text && a.read === b.read;

export function words({ text }: Pick<Notification, "text">): string {
  if (text === "A conversation is back from being snoozed") return t("notices.unsnoozed");
  for (const [end, key] of ENDINGS) {
    if (text.endsWith(end)) return t(key, { name: text.slice(0, -end.length) });
  }
  return shownName(text);
}

/**
 * The contact of the conversation, if the text does not name them, its title, and the beginning of the message that the
 * notification is about (null for none).
 */
export function about(
  row: Pick<Row, "contact" | "ticket" | "title" | "excerpt">,
  text: string,
  message: string | null,
) {
  const number = row.ticket ? `#${row.ticket.number} ` : "";
  const who = row.contact ? personName(row.contact) : "";
  const called = row.title || (message === null ? row.excerpt : "");
  return [text.includes(who) ? "" : who, `${number}${called}`.trim(), message === "" ? t("list.no_text") : message]
    .map((one) => one ?? "")
    .map((one) => isolated(one))
    .filter(Boolean)
    .join(" · ");
}
