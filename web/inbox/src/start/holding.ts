// A new conversation that was sent from the dialog. The server holds it for a moment, in which it can be withdrawn, and
// then sends it. Until then it is in no list, also for its writer.
import { api, newKey, Refusal } from "$shared/api";
import { t } from "$shared/i18n/index.svelte";
import { shownName } from "$shared/names";
import { problem, type Rejection } from "$shared/problems";
import { desk } from "$shared/store/desk.svelte";
import { TAKEN_BACK } from "$shared/store/outbox.svelte";
import type { HeldConversation, HeldConversations } from "$shared/types";
import { held } from "../app/held.svelte";
import { router } from "../app/router.svelte";
import { toasts } from "../app/toasts.svelte";
import { begunOf, bodyOf, type Begun } from "./begun";

/** The dialog with the messages that are not sent. */
export type Dialog = {
  /** Shows a withdrawn message again. */
  reopen(message: Begun): void;
  /** Keeps a message that was not sent, unless it is kept already. */
  restore(message: Begun, why: Rejection, isWatching?: boolean): void;
  /** Removes a message that was shown again although it had been sent. */
  forget(message: Begun): void;
  /** Nothing is sent until a withdrawal is answered: the message may have been sent. */
  during<T>(withdrawal: Promise<T>): Promise<T>;
};

/** The path of held conversations, by which the outbox's writes are known after a reload. */
export const HELD_PATH = "/held_conversations";
/** How long the server holds a message back. */
export const HOLD_MS = 10_000;
/** If the server rejects the message later than this, its writer is doing something else: the dialog stays closed. */
const REOPEN_MS = 5_000;
/** How long after its time the page asks what became of a message, at first and at most. */
const ASK_MS = 500;
const MAX_ASK_MS = 30_000;

/** The messages that this page follows. */
const followed = new Set<string>();

/** Sends a message, and reports what becomes of it. */
export async function hold(sent: Begun, dialog: Dialog, mayReopen: () => boolean) {
  const key = newKey();
  const began = Date.now();
  let isUndone = false;
  let end = () => {};
  const undo = () => {
    held.remove(key);
    dialog.reopen(sent);
    if (desk.outbox.takeBack(key)) return;
    isUndone = true;
    void dialog.during(new Promise<void>((resolve) => (end = resolve)));
  };
  held.add({ key, conversation: null, name: sent.to?.name ?? "", at: began, undo });
  try {
    const answer = await desk.outbox.send<HeldConversation>({
      key,
      lane: "start",
      method: "POST",
      path: HELD_PATH,
      body: bodyOf(sent),
      kind: "reply",
      draft: sent,
    });
    held.remove(key);
    if (isUndone) await withdraw(answer.id, sent, dialog);
    else watch(answer.id, sent, dialog, { at: began, forMs: HOLD_MS });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    held.remove(key);
    // A withdrawn message is in the dialog already.
    if (error.code === TAKEN_BACK || isUndone) return;
    dialog.restore(sent, error, Date.now() - began < REOPEN_MS && mayReopen());
  } finally {
    end();
  }
}

/** Lets its writer withdraw a message that the server holds, and reports when it is sent. */
export function watch(id: string, sent: Begun, dialog: Dialog, { at, forMs }: { at: number; forMs: number }) {
  if (followed.has(id)) return;
  followed.add(id);
  const until = Date.now() + forMs;
  const undo = () => {
    held.remove(id);
    followed.delete(id);
    dialog.reopen(sent);
    void dialog.during(withdraw(id, sent, dialog));
  };
  if (forMs > 0) {
    held.add({ key: id, conversation: null, name: sent.to?.name ?? "", at, undo });
    held.answered(id, null, until);
  }
  setTimeout(() => void follow(id, sent, dialog, ASK_MS), Math.max(0, forMs) + ASK_MS);
}

/** Asks until the server has sent the message, or could not send it. */
async function follow(id: string, sent: Begun, dialog: Dialog, delayMs: number) {
  if (!followed.has(id)) return;
  const again = () =>
    setTimeout(() => void follow(id, sent, dialog, Math.min(delayMs * 2, MAX_ASK_MS)), Math.min(delayMs, MAX_ASK_MS));
  try {
    const now = await api.get<HeldConversation>(`${HELD_PATH}/${id}`);
    if (!followed.has(id)) return;
    if (now.conversation_id === null && now.error === null) {
      again();
      return;
    }
    followed.delete(id);
    if (now.conversation_id !== null) reportSent(now.conversation_id, sent);
    else if (now.error) await giveBack(id, sent, now.error, dialog);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.temporary) again();
    // Another page of the teammate has withdrawn it.
    else followed.delete(id);
  }
}

function reportSent(conversation: string, sent: Begun) {
  const text = t("start.done", { name: shownName(sent.to?.name ?? "") });
  toasts.show({ text, action: { label: t("problem.open"), run: () => router.open(conversation) } });
}

/** Keeps a message that could not be sent in this browser, and then has the server forget it. */
async function giveBack(id: string, sent: Begun, why: Rejection, dialog: Dialog) {
  dialog.restore({ ...sent, held: id, uploadsSince: Date.now() }, why);
  try {
    await dialog.during(forgetOn(id));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Another page of the teammate has it, too.
  }
}

const forgetOn = (id: string) =>
  desk.outbox.send<HeldConversation>({
    lane: "start",
    method: "POST",
    path: `${HELD_PATH}/${id}/withdraw`,
    body: {},
    kind: "withdraw",
  });

/** Withdraws a message that is in the dialog again. */
async function withdraw(id: string, sent: Begun, dialog: Dialog) {
  try {
    await forgetOn(id);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const wasSent = error.code === "already_sent";
    toasts.show({ text: wasSent ? t("problem.already_sent") : problem(error), tone: "bad" });
    if (!wasSent) return;
    dialog.forget(sent);
    followed.add(id);
    await follow(id, sent, dialog, ASK_MS);
  }
}

/** Shows again what an earlier page sent: messages that are held, and those that could not be sent. */
export async function resume(dialog: Dialog) {
  try {
    const { items } = await api.get<HeldConversations>(HELD_PATH);
    for (const { id, message, error, held_until } of items) {
      if (!message || followed.has(id)) continue;
      const sent = begunOf(message);
      const leftMs = Math.min(held_until * 1000 - Date.now(), HOLD_MS);
      if (error) await giveBack(id, sent, error, dialog);
      else watch(id, sent, dialog, { at: Date.now(), forMs: leftMs });
    }
  } catch (error) {
    // The next page shows them.
    if (!(error instanceof Refusal)) throw error;
  }
}
