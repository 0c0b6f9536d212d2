// Notifies the teammate while they look elsewhere: of conversations assigned to them, mentions, and replies.
import { t } from "$shared/i18n/index.svelte";
import { personName } from "$shared/people";
import { live } from "$shared/live/live.svelte";
import { desk } from "$shared/store/desk.svelte";
import type { Row } from "$shared/types";
import { router } from "../app/router.svelte";
import { toasts } from "../app/toasts.svelte";
import { preferences } from "../settings/preferences.svelte";
import { chime } from "./chime";

export type News = "assigned" | "mentioned" | "replied";

/** Why a change concerns the teammate; null if it does not. */
export function news(before: Row | undefined, after: Row, me: string): News | null {
  if (after.mentioned && !before?.mentioned && after.unread) return "mentioned";
  if (after.admin_assignee_id !== me) return null;
  if (before && before.admin_assignee_id !== me) return "assigned";
  const wrote = after.excerpt_by === "contact" && after.last_part_id !== before?.last_part_id;
  return before && wrote && after.unread ? "replied" : null;
}

/** Starts to notify. Returns the function that stops it. */
export function begin(): () => void {
  // Only changes from the live connection are news, not the teammate's own.
  let liveId: string | null = null;
  const stopLine = live.onFrame((frame) => {
    liveId = frame.t === "row" ? frame.row.id : frame.t === "me" ? frame.id : null;
  });
  const stopRows = desk.rows.onChange((before, after) => {
    const me = desk.me?.id;
    if (!after || !me || after.id !== liveId) return;
    const what = news(before, after, me);
    if (what && preferences.value.notify[what]) announce(what, after);
  });
  return () => {
    stopLine();
    stopRows();
  };
}

function announce(what: News, row: Row) {
  const seen = document.visibilityState === "visible" && document.hasFocus();
  if (seen && router.conversation === row.id) return;
  const name = personName(row.contact);
  const title = t(`notify.${what}`, { name });
  const { desktop, sound } = preferences.value.notify;
  const open = () => router.open(row.id);
  if (sound) chime();
  if (seen) toasts.show({ text: title, action: { label: t("problem.open"), run: open } });
  else if (desktop && Notification.permission === "granted") {
    // One notification for each conversation: a newer one replaces the older, also across tabs.
    const shown = new Notification(title, { body: row.excerpt, tag: `deskwire-${row.id}` });
    shown.onclick = () => {
      focus();
      open();
      shown.close();
    };
  }
}
