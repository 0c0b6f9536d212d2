// What was done, as a sentence.
import type { Part } from "$shared/types";
import { t, translation } from "$shared/i18n/index.svelte";
import { desk } from "$shared/store/desk.svelte";
import { comingName } from "$shared/time/day";
import { now } from "$shared/time/now.svelte";

type Fields = Record<string, unknown>;
const object = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");
const names = (value: unknown): string =>
  (Array.isArray(value) ? value : [])
    .map((one) => text(object(one)["name"]) || text(one))
    .filter(Boolean)
    .join(", ");

/** Who did it: "You", a name, or "Deskwire" for what happened by itself. */
function who(part: Part): string {
  if (part.author.type === "admin" && part.author.id === desk.me?.id) return t("event.you");
  return part.author.name || t(part.author.type === "contact" ? "list.nobody" : "event.system");
}

/** Whom it was assigned to; null for nobody. */
function assignee(event: Fields): string | null {
  const [admin, team] = [text(event["admin_id"]), text(event["team_id"])];
  if (team) return desk.team(team)?.name ?? team;
  return admin ? (desk.teammate(admin)?.name ?? admin) : null;
}

function value(of: unknown): string {
  const one = object(of);
  const name = "name" in one ? one["name"] : "current" in one ? one["current"] : of;
  if (name === null || name === undefined || name === "") return t("event.nothing");
  if (typeof name === "boolean") return t(name ? "event.yes" : "event.no");
  return text(name) || JSON.stringify(name);
}

export function eventText(part: Part): string {
  const event: Fields = part.event ?? {};
  const by = who(part);
  switch (part.part_type) {
    case "assignment":
    case "default_assignment": {
      const to = assignee(event);
      if (to === null) return t("team_id" in event ? "event.without_team" : "event.unassigned", { who: by });
      const self = part.author.type === "admin" && text(event["admin_id"]) === part.author.id;
      return self ? t("event.took", { who: by }) : t("event.assigned", { who: by, to });
    }
    case "open":
      return t("event.opened", { who: by });
    case "close":
      return t("event.closed", { who: by });
    case "snoozed": {
      const until = Number(event["until"] ?? event["snoozed_until"] ?? 0);
      if (!until) return t("event.snoozed", { who: by });
      return t("event.snoozed_until", {
        who: by,
        when: comingName(until, now.seconds, translation.locale, t("time.tomorrow")),
      });
    }
    case "timer_unsnooze":
      return t("event.woke");
    case "participant_added":
      return t("event.joined", {
        who: by,
        name: names(event["participants"]) || text(object(event["participant"])["name"]) || t("list.nobody"),
      });
    case "participant_removed":
      return t("event.left", {
        who: by,
        name: names(event["participants"]) || text(object(event["participant"])["name"]) || t("list.nobody"),
      });
    case "conversation_tags_updated":
      return tags(event, by);
    case "priority_changed":
      return t("event.priority", { who: by, value: priority(event["current_priority"]) });
    case "conversation_attribute_updated_by_admin":
    case "ticket_attribute_updated_by_admin":
    case "ticket_attribute_updated_by_user": {
      const name = text(object(event["attribute"])["name"]) || text(event["name"]);
      return t("event.attribute", { who: by, name, value: value(event["value"]) });
    }
    case "ticket_state_updated_by_admin":
    case "ticket_state_updated_by_user": {
      const state = text(event["ticket_state"] ?? event["state"]) || text(object(event["value"])["name"]);
      const label = desk.start?.ticket_states.find((one) => one.id === state)?.internal_label ?? state;
      return label ? t("event.ticket_state", { who: by, value: label }) : t("event.ticket_state_changed", { who: by });
    }
    case "ticket_type_updated":
      return t("event.ticket_type", { who: by });
    case "company_updated":
      return t("event.company", { who: by });
    case "entity_linked":
      return t("event.linked", { who: by });
    case "entity_unlinked":
      return t("event.unlinked", { who: by });
    case "ticket_shared":
      return t("event.shared", { who: by });
    case "ticket_unshared":
      return t("event.unshared", { who: by });
    case "merged_primary_conversation":
      return t("event.merged_here", { who: by });
    case "merged_secondary_conversation":
      return t("event.merged_away", { who: by });
    default:
      return t("event.other", { who: by, type: part.part_type.replaceAll("_", " ") });
  }
}

function tags(event: Fields, by: string): string {
  const added = names(event["tags_added"]);
  const removed = names(event["tags_removed"]);
  if (added && removed) return t("event.retagged", { who: by, added, removed });
  return removed ? t("event.untagged", { who: by, name: removed }) : t("event.tagged", { who: by, name: added });
}

function priority(of: unknown): string {
  switch (of) {
    case "low":
    case "medium":
    case "high":
    case "urgent":
      return t(`priority.${of}`);
    default:
      return t("priority.none");
  }
}
