// Sends messages: a message appears immediately, and its text is restored if the server rejects it.
import { tick } from "svelte";
import { api, newKey, query, Refusal } from "$shared/api";
import type {
  Action,
  Draft,
  FilledMacro,
  MacroAction,
  MacroDoes,
  MacroName,
  Positioned,
  Row,
  Sent,
} from "$shared/types";
import { t } from "$shared/i18n/index.svelte";
import { because, problem } from "$shared/problems";
import { applied } from "$shared/store/actions";
import { personName } from "$shared/people";
import { desk } from "$shared/store/desk.svelte";
import { TAKEN_BACK } from "$shared/store/outbox.svelte";
import { held } from "../app/held.svelte";
import { router } from "../app/router.svelte";
import { toasts } from "../app/toasts.svelte";
import { reportUnsent } from "../app/unsent";
import { inOrder, isMine } from "../thread/model";
import type { Thread } from "../thread/threads.svelte";
import { withdraw } from "../thread/withdraw";
import type { Kind, Written } from "./drafts";
import { missingWords, sameAction } from "./macros";

/** What happens after sending, or when to send. */
export type Then = { then?: "close" | "snooze"; snoozed_until?: number; send_at?: number };
/** A macro whose actions run once the message is sent. */
export type Used = MacroName & { actions: MacroAction[]; missing: MacroDoes[] };
/** A message, and the version of the draft that it was written in. */
export type Message = { kind: Kind; written: Written; base: number; mentions: string[]; used: Used[] };
/** The error if the message was rejected, else the draft of another device that the server has left. */
type Delivered = { refusal: Refusal | null; left: Draft | null };

/** How long the server holds a reply back. */
const HOLD_MS = 10_000;
/** How long after that the page hears at the latest that the reply was sent and its conversation closed. */
const SENT_MS = 3_000;

/** The action that sending performs on the conversation, which is visible immediately. */
function thenAction({ then, snoozed_until }: Then): Action | null {
  if (then === "close") return { type: "close" };
  return then === "snooze" && snoozed_until ? { type: "snooze", until: snoozed_until } : null;
}

/** Sends a message. */
export async function deliver(thread: Thread, message: Message, after: Then): Promise<Delivered> {
  const { kind, written, base, mentions, used } = message;
  const key = newKey();
  const body = {
    kind,
    html: written.html,
    attachment_ids: written.attachments.flatMap((one) => (one.id ? [one.id] : [])),
    seen: thread.lastId,
    base,
    // The server runs the actions of macros once the reply is sent: until then it can be withdrawn.
    ...(kind === "note" ? { mentions } : { macro_ids: used.map((one) => one.id) }),
    ...after,
  };
  const then = thenAction(after);
  if (then) desk.rows.patch(thread.id, key, (row) => applied(row, then));
  thread.pending = [
    ...thread.pending,
    { key, kind, html: written.html, attachments: written.attachments, at: Date.now() / 1000 },
  ];
  thread.meanwhile = [];
  let isUndone = false;
  const isHeld = kind === "reply" && !after.send_at;
  if (isHeld) holdBack(thread, key, () => (isUndone = true));
  let patchedUntil = 0;
  try {
    const answer = await desk.outbox.send<Positioned<Sent>>({
      key,
      lane: thread.id,
      method: "POST",
      path: `/conversations/${thread.id}/reply`,
      body,
      kind: "reply",
      draft: { kind, ...written },
    });
    if (isHeld && answer.part.held_until !== null) {
      const until = Date.now() + HOLD_MS;
      thread.deadlines.set(answer.part.id, until);
      held.answered(key, answer.part.id, until);
      patchedUntil = until + SENT_MS;
    }
    thread.applyAnswer(answer.row, answer.position, [answer.part]);
    if (kind === "note") await applyMacros(thread, used);
    else thread.macros.set(answer.part.id, used);
    if (isUndone) void withdraw(thread, answer.part);
    return { refusal: null, left: answer.draft };
  } catch (error) {
    held.remove(key);
    if (!(error instanceof Refusal)) throw error;
    refused(thread, error);
    return { refusal: error, left: null };
  } finally {
    // The server closes or snoozes the conversation when it sends the reply.
    if (then) setTimeout(() => desk.rows.removePatch(thread.id, key), Math.max(0, patchedUntil - Date.now()));
    thread.pending = thread.pending.filter((one) => one.key !== key);
  }
}

/** Lets the teammate withdraw a reply wherever they are. Before the server has answered, `undoLater` is called. */
function holdBack(thread: Thread, key: string, undoLater: () => void) {
  const undo = async () => {
    const part = thread.parts.find((one) => held.of(one.id)?.key === key);
    if (!part && !desk.outbox.takeBack(key)) undoLater();
    held.remove(key);
    desk.rows.removePatch(thread.id, key);
    if (router.conversation !== thread.id) router.open(thread.id);
    // Its composer takes the words.
    await tick();
    if (part) await withdraw(thread, part);
  };
  const name = personName(thread.contact);
  held.add({ key, conversation: thread.id, name, at: Date.now(), undo: () => void undo() });
}

function refused(thread: Thread, refusal: Refusal) {
  if (refusal.code === TAKEN_BACK) return;
  if (router.conversation !== thread.id) {
    reportUnsent(refusal, () => router.open(thread.id));
    thread.reloadSoon();
    return;
  }
  if (refusal.code !== "newer_activity") {
    toasts.show({ text: because("composer.not_sent", problem(refusal)), tone: "bad" });
    return;
  }
  const parts = (refusal.body.parts ?? []).sort(inOrder);
  thread.meanwhile = parts.filter((part) => !isMine(part, desk.me?.id ?? ""));
  thread.add(parts);
  thread.reloadSoon();
}

/** Runs the actions of macros. */
export async function applyMacros(thread: Thread, used: Used[]) {
  for (const { id, name, missing } of used) {
    try {
      const path = `/conversations/${thread.id}/macro`;
      const body = { macro_id: id };
      const answer = await desk.outbox.send<{ position: number; row: Row; skipped: MacroDoes[] }>({
        lane: thread.id,
        method: "POST",
        path,
        body,
        kind: "macro",
      });
      thread.applyAnswer(answer.row, answer.position);
      // Actions that were already skipped before sending were reported then.
      const skipped = answer.skipped.filter((one) => !missing.some((other) => sameAction(one, other)));
      if (skipped.length > 0)
        toasts.show({ text: t("composer.macro_misses", { name, what: missingWords(skipped) }), tone: "bad" });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      toasts.show({ text: problem(error), tone: "bad" });
    }
  }
  if (used.length > 0) thread.reloadSoon();
}

/** A macro with its placeholders filled; null if it cannot be loaded. */
export async function fillMacro(thread: Thread, id: string): Promise<FilledMacro | null> {
  try {
    return await api.get<FilledMacro>(`/macros/${id}${query({ conversation: thread.id })}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    toasts.show({ text: problem(error), tone: "bad" });
    return null;
  }
}
