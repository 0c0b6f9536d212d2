// The commands of the composer, and those that open it.
import { t } from "$shared/i18n/index.svelte";
import { writes } from "$shared/keys";
import { desk, WRITES_SOME } from "$shared/store/desk.svelte";
import { router } from "../app/router.svelte";
import { held } from "../app/held.svelte";
import { panes } from "../app/panes.svelte";
import { toasts } from "../app/toasts.svelte";
import { current } from "../list/current.svelte";
import { asksFirst, showMissing } from "../list/closing";
import { leave } from "../list/commands";
import type { Command } from "../keys/commands.svelte";
import type { Thread } from "../thread/threads.svelte";
import { lastHeld, withdraw } from "../thread/withdraw";
import type { Composer } from "./composer.svelte";
import type { Kind } from "./drafts";
import type { Then } from "./send";

type Scene = {
  composer: Composer;
  thread: Thread;
  write: (kind: Kind) => void;
  openMacros: () => void;
  onSent: () => void;
  isFocused: () => boolean;
  leave: () => void;
};

/** Sends, and opens the next conversation if this one leaves the list. */
export async function sendAnd(composer: Composer, after: Then, onSent: () => void) {
  const id = composer.thread.id;
  if (after.then === "close" && composer.sendable && asksFirst(id)) return;
  // Sending removes the conversation from the list immediately.
  const listed = current.list.ids.includes(id);
  const following = after.then ? current.after([id]) : null;
  if (!composer.send(after)) return;
  onSent();
  if (!after.then) return;
  const { delivery } = composer;
  if (listed && router.conversation === id) leave([id], panes.narrow ? null : following, true);
  const refusal = await delivery;
  if (refusal) showMissing(id, refusal);
}

/** When the newest message that is held was written, here or elsewhere; 0 if there is none. */
function heldAt(thread: Thread): number {
  return held.newest?.at ?? (lastHeld(thread)?.at ?? 0) * 1000;
}

export function composerCommands({
  composer,
  thread,
  write,
  openMacros,
  onSent,
  isFocused,
  leave: blur,
}: Scene): Command[] {
  return [
    {
      id: "composer.reply",
      group: "composer",
      title: () => t("cmd.reply"),
      keys: ["r"],
      permission: WRITES_SOME,
      run: () => write("reply"),
    },
    {
      id: "composer.note",
      group: "composer",
      title: () => t("cmd.note"),
      keys: ["n"],
      permission: WRITES_SOME,
      run: () => write("note"),
    },
    {
      id: "composer.macro",
      group: "composer",
      title: () => t("cmd.macro"),
      keys: ["m"],
      permission: WRITES_SOME,
      when: () => (desk.start?.macros.length ?? 0) > 0,
      run: openMacros,
    },
    {
      id: "composer.send",
      group: "composer",
      title: () => t("cmd.send"),
      keys: ["Mod+Enter"],
      permission: WRITES_SOME,
      inText: true,
      when: () => composer.sendable,
      run: () => void sendAnd(composer, {}, onSent),
    },
    {
      id: "composer.send_close",
      group: "composer",
      title: () => t("cmd.send_close"),
      keys: ["Mod+Shift+Enter"],
      permission: WRITES_SOME,
      inText: true,
      when: () => composer.sendable,
      run: () => void sendAnd(composer, { then: "close" }, onSent),
    },
    {
      id: "composer.undo_send",
      group: "composer",
      title: () => t("cmd.undo_send"),
      keys: ["Mod+z"],
      permission: WRITES_SOME,
      inText: true,
      // In a text, the key undoes what was typed.
      when: () =>
        isFocused()
          ? composer.empty && heldAt(thread) > 0
          : !writes(document.activeElement) && heldAt(thread) > (toasts.undoable?.at ?? 0),
      run: () => {
        const part = lastHeld(thread);
        if (held.newest) held.newest.undo();
        else if (part) void withdraw(thread, part);
      },
    },
    {
      id: "composer.leave",
      group: "composer",
      title: () => t("cmd.leave_composer"),
      keys: ["Esc"],
      inText: true,
      hidden: true,
      when: isFocused,
      run: blur,
    },
  ];
}
