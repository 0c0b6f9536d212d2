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
import { begunOf, bodyOf, type Begun, type Named } from "./begun";

/** The dialog with the messages that are not sent. */
export type Dialog = {
  /** Shows a withdrawn message again. Returns false if the dialog had it already: another page has withdrawn it. */
  reopen(message: Named): boolean;
  /** Keeps a message that was not sent, unless it is kept already. Settles once this browser has stored it. */
  restore(message: Begun, why: Rejection, isWatching?: boolean): Promise<void>;
  /** Removes a message that was shown again in vain. What was changed since stays, with the reason. */
  forget(message: Named, why: string): void;
  /** Nothing is sent until a withdrawal is answered: the message may have been sent. */
  during<T>(withdrawal: Promise<T>): Promise<T>;
};
/** A message that was sent, and how its page follows it. */
type Way = {
  key: string;
  /** Whether its writer has taken it back before, in an earlier page. */
  isWanted?: boolean;
  /** How long it can be withdrawn once the server holds it. */
  forMs: (answer: HeldConversation) => number;
  /** Whether the dialog may open if the server rejects it. */
  mayReopen: () => boolean;
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

/** The messages that this page follows, with the keys of their notices. */
const followed = new Map<string, string>();
/** The messages that were withdrawn, here or in another tab. */
const withdrawn = new Set<string>();
/** Where tabs tell each other what was withdrawn. */
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("deskwire-held") : null;
channel?.addEventListener("message", ({ data }: MessageEvent<{ who: string; id: string }>) => {
  if (data.who === desk.who) drop(data.id);
});

/** Stops following a withdrawn message. */
function drop(id: string) {
  withdrawn.add(id);
  held.remove(followed.get(id) ?? id);
  followed.delete(id);
}

/** The time that is left until the server sends a message, if the clocks agree. */
export const leftMs = ({ held_until }: HeldConversation) => Math.min(held_until * 1000 - Date.now(), HOLD_MS);

/** Sends a message, and reports what becomes of it. */
export async function hold(message: Begun, dialog: Dialog, mayReopen: () => boolean) {
  const key = newKey();
  const sent = { ...message, key };
  const began = Date.now();
  const answer = desk.outbox.send<HeldConversation>({
    key,
    lane: "start",
    method: "POST",
    path: HELD_PATH,
    body: bodyOf(sent),
    kind: "reply",
    draft: sent,
  });
  const isRecent = () => Date.now() - began < REOPEN_MS;
  await track(sent, answer, dialog, { key, forMs: () => HOLD_MS, mayReopen: () => isRecent() && mayReopen() });
}

/** Reports what becomes of a message that this page or an earlier one has sent. Until then, it can be withdrawn. */
export async function track(sent: Named, answer: Promise<HeldConversation>, dialog: Dialog, way: Way) {
  const { key, forMs, mayReopen } = way;
  const at = Date.now();
  let isUndone = way.isWanted ?? false;
  let end = () => {};
  const wait = () => void dialog.during(new Promise<void>((resolve) => (end = resolve)));
  const undo = () => {
    held.remove(key);
    dialog.reopen(sent);
    if (desk.outbox.takeBack(key)) return;
    isUndone = true;
    wait();
  };
  if (isUndone) wait();
  else held.add({ key, conversation: null, name: sent.to?.name ?? "", at, undo });
  try {
    const got = await answer;
    if (isUndone) await withdraw(got.id, sent, dialog);
    else watch(got.id, sent, dialog, { key, at, forMs: forMs(got) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    held.remove(key);
    // A withdrawn message is in the dialog already.
    if (error.code === TAKEN_BACK || isUndone) return;
    void dialog.restore(sent, error, mayReopen());
  } finally {
    end();
  }
}

/** Lets its writer withdraw a message that the server holds, and reports when it is sent. */
function watch(
  id: string,
  message: Begun,
  dialog: Dialog,
  { key, at, forMs }: { key: string; at: number; forMs: number },
) {
  if (followed.has(id) || withdrawn.has(id)) {
    // Its notice has another key.
    if (followed.get(id) !== key) held.remove(key);
    return;
  }
  followed.set(id, key);
  const sent = { ...message, key: id };
  const until = Date.now() + forMs;
  const undo = () => {
    if (dialog.reopen(sent)) void dialog.during(withdraw(id, sent, dialog));
    else drop(id);
  };
  if (forMs > 0) {
    held.add({ key, conversation: null, name: sent.to?.name ?? "", at, undo });
    held.answered(key, null, until);
  } else held.remove(key);
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
  await dialog.restore({ ...sent, held: id, uploadsSince: Date.now() }, why);
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
async function withdraw(id: string, sent: Named, dialog: Dialog) {
  drop(id);
  channel?.postMessage({ who: desk.who, id });
  try {
    await forgetOn(id);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const wasSent = error.code === "already_sent";
    const isElsewhere = error.status === 404;
    const why = wasSent ? t("problem.already_sent") : isElsewhere ? t("start.elsewhere") : problem(error);
    toasts.show({ text: why, tone: "bad" });
    if (typeof why !== "string" || !(wasSent || isElsewhere)) return;
    dialog.forget(sent, why);
    if (!wasSent) return;
    followed.set(id, id);
    await follow(id, sent, dialog, ASK_MS);
  }
}

/** Shows again what an earlier page sent: messages that are held, and those that could not be sent. */
export async function resume(dialog: Dialog) {
  try {
    const { items } = await api.get<HeldConversations>(HELD_PATH);
    for (const one of items) {
      const { id, message, error } = one;
      if (!message || followed.has(id) || withdrawn.has(id)) continue;
      const sent = begunOf(message);
      if (error) void giveBack(id, sent, error, dialog);
      else watch(id, sent, dialog, { key: id, at: Date.now(), forMs: leftMs(one) });
    }
  } catch (error) {
    // The next page shows them.
    if (!(error instanceof Refusal)) throw error;
  }
}
