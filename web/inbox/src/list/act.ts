// Performs actions on conversations: the result is visible immediately, and a toast can undo it.
import type { Action } from "$shared/types";
import { t, type MessageKey } from "$shared/i18n/index.svelte";
import type { Failure } from "$shared/store/act";
import { desk } from "$shared/store/desk.svelte";
import { toasts } from "../app/toasts.svelte";
import { stateNameOf } from "../thread/states";
import { reportFailures } from "./failures";

/** The message about an action; null if its result is obvious. */
function doneText(action: Action, count: number): string | null {
  switch (action.type) {
    case "assign": {
      if (action.admin_id === null) return t("done.unassign", { count });
      if (action.admin_id === desk.me?.id) return t("done.assign_me", { count });
      return t("done.assign", { count, name: desk.teammate(action.admin_id)?.name ?? "" });
    }
    case "assign_team":
      if (action.team_id === null) return t("done.unassign_team", { count });
      return t("done.assign", { count, name: desk.team(action.team_id)?.name ?? "" });
    case "tag":
    case "untag":
      return t(`done.${action.type}`, { count, name: desk.tag(action.tag_id)?.name ?? "" });
    case "close":
    case "open":
    case "snooze":
    case "unread":
      return t(`done.${action.type}`, { count });
    case "priority":
      return t("done.priority", { count, priority: t(`priority.${action.priority}` as MessageKey) });
    case "ticket_state": {
      const state = stateNameOf(action.state_id, "");
      return t("done.ticket_state", { count, state });
    }
    default:
      return null;
  }
}

/**
 * Performs an action, shows a toast with Undo, and reports errors. If the server rejects the action for some
 * conversations, the toast counts only the others. Returns the failures. The toast about one conversation
 * names it and opens it, unless it is open.
 */
export async function act(ids: string[], action: Action, options: { quiet?: boolean } = {}): Promise<Failure[]> {
  if (!ids.length) return [];
  let undone = false;
  let finished: Awaited<ReturnType<typeof desk.act>> | null = null;
  const doing = desk.act(ids, action);
  const confirm = (count: number) => {
    const text = options.quiet ? null : doneText(action, count);
    if (text === null) return () => {};
    const run = async () => {
      undone = true;
      const outcome = finished ?? (await doing);
      const failed = await desk.undo(outcome.undo);
      reportFailures(failed);
    };
    return toasts.show({ text, action: { label: t("app.undo"), run: () => void run(), undoes: true } });
  };
  const withdraw = confirm(ids.length);
  finished = await doing;
  if (finished.failed.length > 0 && !undone) {
    withdraw();
    if (finished.done.length > 0) confirm(finished.done.length);
    reportFailures(finished.failed);
  }
  return finished.failed;
}
