// Withdraws a held reply. Its text goes back to the composer.
import { Refusal } from "$shared/api";
import { problem } from "$shared/problems";
import type { Part, Positioned, Withdrawn } from "$shared/types";
import { t } from "$shared/i18n/index.svelte";
import { desk } from "$shared/store/desk.svelte";
import { held } from "../app/held.svelte";
import { toasts } from "../app/toasts.svelte";
import { draftOf } from "../composer/drafts";
import { isMine } from "./model";
import type { Thread } from "./threads.svelte";

export function mayWithdraw(part: Part): boolean {
  return part.held_until !== null && isMine(part, desk.me?.id ?? "");
}

/** The reader's newest reply that can still be withdrawn. */
export function lastHeld(thread: Thread): Part | null {
  const now = Date.now();
  const left = (part: Part) => thread.deadline(part) - now;
  return thread.parts.findLast((part) => mayWithdraw(part) && left(part) > 0 && left(part) < 60_000) ?? null;
}

export async function withdraw(thread: Thread, part: Part) {
  const reply = held.of(part.id);
  if (reply) {
    held.remove(reply.key);
    // The conversation is not closed or snoozed after all.
    desk.rows.removePatch(thread.id, reply.key);
  }
  try {
    const path = `/conversations/${thread.id}/parts/${part.id}/withdraw`;
    const answer = await desk.outbox.send<Positioned<Withdrawn>>({
      lane: thread.id,
      method: "POST",
      path,
      body: {},
      kind: "withdraw",
    });
    thread.remove(part.id);
    thread.applyAnswer(answer.row, answer.position);
    if (thread.onWithdrawn) thread.onWithdrawn(part, answer);
    // No composer shows the conversation.
    else
      void draftOf(desk.who, thread.id, "reply").restore(
        { html: part.html ?? "", attachments: part.attachments },
        answer,
      );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    toasts.show({ text: error.code === "already_sent" ? t("problem.already_sent") : problem(error), tone: "bad" });
    thread.reloadSoon();
  }
}
