// The commands of a list, and of the conversations that they act on (current.targets).
import { t } from "$shared/i18n/index.svelte";
import { desk, READS_SOME, WRITES_SOME } from "$shared/store/desk.svelte";
import { refocus } from "$shared/ui/focus";
import { canChange } from "../app/access";
import { panes } from "../app/panes.svelte";
import { pickers, type PickerKind } from "../app/pickers.svelte";
import { router } from "../app/router.svelte";
import type { Command } from "../keys/commands.svelte";
import { starting } from "../start/starting.svelte";
import { threads } from "../thread/threads.svelte";
import { act } from "./act";
import { asksFirst, showMissing } from "./closing";
import { current } from "./current.svelte";
import { deleting } from "./deleting.svelte";

/** The keys that move through the list also move through conversations, on a phone too, where it is not on screen. */
const inView = () => router.place.name === "view";
const hasSelection = () => current.visible && current.selected.size > 0;
const some = () => current.targets.length > 0;
const rows = () => current.targets.map((id) => desk.rows.get(id)).filter((row) => row !== undefined);
const changeable = () => rows().filter((row) => canChange(row));
const tickets = () => changeable().flatMap((row) => (row.ticket ? [row.id] : []));
const someChangeable = () => current.targets.some((id) => canChange(desk.rows.get(id)));

/** Closes the targets; `next` also opens the next conversation. */
async function close(next: boolean) {
  const ids = current.targets;
  if (ids.length === 1 && asksFirst(ids[0])) return;
  const following = next ? current.after(ids) : null;
  const closing = act(ids, { type: "close" });
  leave(ids, following, next);
  const failed = await closing;
  if (ids.length > 1) for (const { id } of failed) current.selected.add(id);
  else if (failed[0]) showMissing(failed[0].id, failed[0]);
}

/** Opens another conversation when the open one leaves the list. */
export function leave(ids: string[], following: string | null, next: boolean) {
  current.deselect(ids);
  // The button that was pressed may have left with them.
  void refocus(() => current.takeFocus());
  if (!next) return;
  current.focused = following;
  if (router.conversation && ids.includes(router.conversation))
    router.open(panes.narrow ? null : following, { replace: true });
}

function picker(kind: PickerKind, id: string, title: Command["title"], keys: string[], words = ""): Command {
  return {
    id,
    group: "conversation",
    title,
    keys,
    words,
    permission: WRITES_SOME,
    when: someChangeable,
    run: () => pickers.show(kind, current.targets),
  };
}

export function listCommands(): Command[] {
  return [
    {
      id: "list.next",
      group: "list",
      title: () => t("cmd.next"),
      keys: ["j", "Down"],
      when: inView,
      run: () => current.move(1),
      hidden: true,
    },
    {
      id: "list.previous",
      group: "list",
      title: () => t("cmd.previous"),
      keys: ["k", "Up"],
      when: inView,
      run: () => current.move(-1),
      hidden: true,
    },
    {
      id: "list.select_next",
      group: "list",
      title: () => t("cmd.select_next"),
      keys: ["Shift+j", "Shift+Down"],
      when: () => current.visible,
      run: () => current.move(1, true),
      hidden: true,
    },
    {
      id: "list.select_previous",
      group: "list",
      title: () => t("cmd.select_previous"),
      keys: ["Shift+k", "Shift+Up"],
      when: () => current.visible,
      run: () => current.move(-1, true),
      hidden: true,
    },
    {
      id: "list.open",
      group: "list",
      title: () => t("cmd.open"),
      keys: ["Enter", "o"],
      when: () => current.visible && current.at !== null,
      run: () => router.open(current.at),
      hidden: true,
    },
    {
      id: "list.select",
      group: "list",
      title: () => t("cmd.select"),
      keys: ["x"],
      when: () => current.visible && current.at !== null,
      run: () => current.at && current.toggle(current.at),
      hidden: true,
    },
    {
      id: "list.all",
      group: "list",
      title: () => t("cmd.select_all"),
      keys: ["Mod+a"],
      when: () => current.visible,
      run: () => current.all(),
    },
    {
      id: "list.back",
      group: "list",
      title: () => t("cmd.back"),
      keys: ["Esc"],
      hidden: true,
      when: () => hasSelection() || router.conversation !== null,
      run: () => (hasSelection() ? current.clear() : back()),
    },
    {
      id: "list.refresh",
      group: "list",
      title: () => t("cmd.refresh"),
      when: () => current.visible,
      run: () => void desk.lists.refresh(current.list),
    },
    {
      id: "conversation.new",
      group: "conversation",
      title: () => t("cmd.new"),
      keys: ["c"],
      permission: "write_conversations",
      when: () => desk.can("read_people"),
      run: () => starting.begin(),
      words: "write start compose mail",
    },
    picker("assign", "conversation.assign", () => t("cmd.assign"), ["a"]),
    picker("team", "conversation.team", () => t("cmd.team"), ["Shift+a"]),
    picker("tag", "conversation.tag", () => t("cmd.tag"), ["t"]),
    picker("snooze", "conversation.snooze", () => t("cmd.snooze"), ["z"]),
    picker("merge", "conversation.merge", () => t("cmd.merge"), ["Shift+m"]),
    picker("priority", "conversation.priority", () => t("cmd.priority"), ["p"]),
    {
      ...picker("ticket_state", "conversation.ticket_state", () => t("cmd.ticket_state"), ["Shift+t"]),
      when: () => tickets().length > 0,
      run: () => pickers.show("ticket_state", tickets()),
    },
    {
      id: "conversation.mine",
      group: "conversation",
      title: () => t("cmd.mine"),
      keys: ["i"],
      permission: WRITES_SOME,
      when: someChangeable,
      run: () => desk.me && void act(current.targets, { type: "assign", admin_id: desk.me.id }),
    },
    {
      id: "conversation.close",
      group: "conversation",
      title: () => t("cmd.close"),
      keys: ["e"],
      permission: WRITES_SOME,
      when: () => changeable().some((row) => row.state !== "closed"),
      run: () => void close(true),
      words: "done resolve",
    },
    {
      id: "conversation.close_stay",
      group: "conversation",
      title: () => t("cmd.close_stay"),
      keys: ["Shift+e"],
      permission: WRITES_SOME,
      when: () => changeable().some((row) => row.state !== "closed"),
      run: () => void close(false),
    },
    {
      id: "conversation.open",
      group: "conversation",
      title: () => t("cmd.reopen"),
      permission: WRITES_SOME,
      when: () => changeable().some((row) => row.state !== "open"),
      run: () => void act(current.targets, { type: "open" }),
      words: "reopen unsnooze",
    },
    {
      id: "conversation.delete",
      group: "conversation",
      title: () => t("cmd.delete"),
      keys: ["Delete"],
      permission: WRITES_SOME,
      when: someChangeable,
      run: () => {
        const ids = current.targets.filter((id) => canChange(desk.rows.get(id)));
        deleting.ask(ids, (gone) => leave(gone, current.after(gone), true));
      },
      words: "remove spam trash",
    },
    {
      id: "conversation.unread",
      group: "conversation",
      title: () => t("cmd.unread"),
      keys: ["Shift+u"],
      permission: READS_SOME,
      when: some,
      run: () => {
        const ids = current.targets;
        // There is nothing to undo, except that the open conversation is about to be marked as read.
        const quiet = rows().every((row) => row.unread && row.id !== router.conversation);
        void act(ids, { type: "unread" }, { quiet });
        if (!router.conversation || !ids.includes(router.conversation)) return;
        // Staying in the conversation would mark it as read again. A form with changes may keep the teammate there.
        threads.get(router.conversation).readMark.leave(desk.rows.get(router.conversation));
        back();
      },
    },
    {
      id: "conversation.read",
      group: "conversation",
      title: () => t("cmd.read"),
      permission: READS_SOME,
      when: () => rows().some((row) => row.unread),
      run: () => void act(current.targets, { type: "read" }, { quiet: true }),
    },
  ];
}

function back() {
  current.focused = router.conversation;
  router.open(null);
}
