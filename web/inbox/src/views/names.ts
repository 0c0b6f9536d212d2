// The names of views. Those of built-in views are translated.
import { t, type MessageKey } from "$shared/i18n/index.svelte";
import { shownName } from "$shared/names";
import { desk } from "$shared/store/desk.svelte";
import type { View } from "$shared/types";
import { router } from "../app/router.svelte";

export const BUILTIN = ["mine", "mentions", "unassigned", "all", "created", "snoozed", "closed", "tickets"] as const;

export function viewName(id: string): string {
  if ((BUILTIN as readonly string[]).includes(id)) return t(`view.${id}` as MessageKey);
  const [kind, rest = ""] = id.split(/:(.*)/s) as [string, string?];
  if (kind === "team") return shownName(desk.team(rest)?.name ?? t("view.team"));
  if (kind === "teammate") return shownName(desk.teammate(rest)?.name ?? t("view.teammate"));
  if (kind === "tag") return shownName(desk.tag(rest)?.name ?? t("view.tag"));
  return desk.start?.views.find((view) => view.id === id)?.name ?? t("view.unknown");
}

/** Whether a list does not exist, as far as the start shows it, which has all views and teams. */
export function isMissing(id: string): boolean {
  if (!desk.start || !desk.confirmed || desk.outdated) return false;
  if ((BUILTIN as readonly string[]).includes(id)) return false;
  const [kind, rest] = id.split(/:(.*)/s) as [string, string?];
  if (rest === undefined) return !desk.start.views.some((view) => view.id === id);
  if (kind === "team") return desk.team(rest) === null;
  if (kind === "teammate") return desk.can("read_admins") && desk.teammate(rest) === null;
  return !["tag", "contact", "company"].includes(kind);
}

/** The custom view on screen, if any. */
export function customView(): View | null {
  const place = router.place;
  if (place.name !== "view") return null;
  return desk.start?.views.find((view) => view.id === place.view && view.kind === "own") ?? null;
}

/** Whether the role permits reports, which are about conversations and tickets. */
export const mayReport = () => desk.can("read_conversations") && desk.can("read_tickets");
