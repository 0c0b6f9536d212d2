// The commands of the open conversation that do not work on lists.
import { t } from "$shared/i18n/index.svelte";
import { desk, WRITES_SOME } from "$shared/store/desk.svelte";
import { canChange } from "../app/access";
import { pickers, type PickerKind } from "../app/pickers.svelte";
import type { Command } from "../keys/commands.svelte";
import { copyLink } from "./copy";
import { forward, lastMessage } from "./forward";
import type { Thread } from "./threads.svelte";

type Scene = { edit: () => void; more: () => void };

export function conversationCommands(thread: Thread, { edit, more }: Scene): Command[] {
  const changeable = () => canChange(thread.row);
  const picker = (kind: PickerKind, title: Command["title"], keys: string[], when = () => true): Command => ({
    id: `conversation.${kind}`,
    group: "conversation",
    title,
    keys,
    permission: WRITES_SOME,
    when: () => changeable() && when(),
    run: () => pickers.show(kind, [thread.id]),
  });
  const isTicket = () => thread.row?.ticket !== null && thread.row?.ticket !== undefined;
  return [
    picker(
      "convert",
      () => t("cmd.convert"),
      [],
      () => !isTicket() && desk.can("write_tickets"),
    ),
    picker("add_contact", () => t("cmd.add_contact"), ["Shift+p"]),
    picker(
      "remove_contact",
      () => t("cmd.remove_contact"),
      [],
      () => (thread.detail?.contacts.length ?? 0) > 1,
    ),
    {
      id: "conversation.forward",
      group: "conversation",
      title: () => t("cmd.forward"),
      keys: ["f"],
      permission: "write_conversations",
      when: () => desk.can("read_people") && lastMessage(thread) !== undefined,
      run: () => {
        const part = lastMessage(thread);
        if (part) forward(thread, part);
      },
    },
    {
      id: "conversation.copy_link",
      group: "conversation",
      title: () => t("cmd.copy_link"),
      keys: ["Shift+c"],
      run: () => void copyLink(thread.id),
    },
    {
      id: "conversation.title",
      group: "conversation",
      title: () => t("cmd.title"),
      keys: ["Shift+r"],
      permission: WRITES_SOME,
      when: changeable,
      run: edit,
    },
    {
      id: "conversation.more",
      group: "conversation",
      title: () => t("thread.more"),
      keys: [","],
      hidden: true,
      run: more,
    },
  ];
}
