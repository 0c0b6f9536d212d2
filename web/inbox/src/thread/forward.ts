// Forwards a message of a conversation to somebody else, as a separate mail.
import type { Part } from "$shared/types";
import { t, translation } from "$shared/i18n/index.svelte";
import { personName } from "$shared/people";
import { momentName } from "$shared/time/day";
import { starting } from "../start/starting.svelte";
import type { Thread } from "./threads.svelte";

export function forward(thread: Thread, part: Part) {
  const name = personName(part.author);
  const heading = t("start.forwarded_from", { name, when: momentName(part.at, translation.locale) });
  starting.forward(part, thread.id, thread.row?.title ?? null, heading);
}

/** Whether something of the message is left to forward. */
export const canForward = ({ html, attachments, redacted, held_until }: Part) =>
  held_until === null && !redacted && (html !== null || attachments.length > 0);

/** The newest message that can be forwarded. */
export const lastMessage = (thread: Thread): Part | undefined =>
  thread.parts.findLast((part) => part.kind === "message" && canForward(part));
