// Writes that waited in an earlier page. If the server rejects a message, it becomes a draft again.
import { Refusal } from "$shared/api";
import { t } from "$shared/i18n/index.svelte";
import { because, problem } from "$shared/problems";
import { desk } from "$shared/store/desk.svelte";
import type { Entry } from "$shared/store/database";
import { TAKEN_BACK } from "$shared/store/outbox.svelte";
import type { HeldConversation, Sent } from "$shared/types";
import { draftOf, type Kind, type Written } from "../composer/drafts";
import { noteDraft } from "../contact/note-draft.svelte";
import type { Kind as PeopleKind } from "../contact/people.svelte";
import { HELD_PATH } from "../start/holding";
import { starting } from "../start/starting.svelte";
import { threads } from "../thread/threads.svelte";
import { withdraw } from "../thread/withdraw";
import { router } from "./router.svelte";
import { toasts } from "./toasts.svelte";
import { reportUnsent } from "./unsent";

/** A reply or a note as it is stored with its write. */
export type SentDraft = Written & { kind: Kind };

/** Waits for the answer to the write, and reports a rejection. */
export async function adopted(entry: Entry, answer: Promise<unknown>) {
  if (entry.path === HELD_PATH) return starting.followBefore(entry, answer as Promise<HeldConversation>);
  const conversation = /^\/conversations\/(\d+)/.exec(entry.path)?.[1];
  const about = aboutOf(entry.path);
  const open = () => router.open(conversation ?? null);
  const sent = conversation && entry.draft !== undefined ? (entry.draft as SentDraft) : null;
  const keeper = sent && conversation ? draftOf(desk.who, conversation, sent.kind) : null;
  keeper?.sentBefore();
  try {
    const got = (await answer) as Partial<Sent> | null;
    await keeper?.answered(true, got?.draft);
    // Its writer has taken it back in the earlier page.
    if (conversation && entry.isWanted && got?.part?.held_until) await withdraw(threads.get(conversation), got.part);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (sent && keeper) {
      keeper.prepend({ html: sent.html, attachments: sent.attachments });
      void keeper.answered(false);
      if (error.code !== TAKEN_BACK) reportUnsent(error, open);
    } else if (about && typeof entry.draft === "string") {
      noteDraft(desk.who, about.name, about.id).prepend(entry.draft);
      reportUnsent(error, () => router.go(about));
    } else {
      toasts.show({
        text: because("problem.lost_action", problem(error)),
        tone: "bad",
        seconds: 60,
        ...(conversation ? { action: { label: t("problem.open"), run: open } } : {}),
      });
    }
  }
}

/** The contact or the company that a note is about. */
function aboutOf(path: string): { name: PeopleKind; id: string } | null {
  const [, name, id] = /^\/(contacts|companies)\/([^/]+)\/notes$/.exec(path) ?? [];
  return name && id ? { name: name as PeopleKind, id } : null;
}
