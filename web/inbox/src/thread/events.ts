// Events as sentences.
import type { Part } from "$shared/types";
import { t, tYou, translation, type MessageKey, type Values } from "$shared/i18n/index.svelte";
import { isolated } from "$shared/names";
import { personName } from "$shared/people";
import { desk } from "$shared/store/desk.svelte";
import { comingName } from "$shared/time/day";
import { now } from "$shared/time/now.svelte";
import { attributeName } from "../details/names";
import { valueText } from "../details/values";
import { stateNameOf } from "./states";

type Fields = Record<string, unknown>;
const object = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");
const names = (value: unknown): string =>
  (Array.isArray(value) ? value : [])
    .map((one) => text(object(one)["name"]) || text(one))
    .filter(Boolean)
    .map((name) => isolated(name))
    .join(", ");

type Sentence = (key: MessageKey, values?: Values) => string;

/** Returns the function that makes a sentence about the author: "You", a name, or "Deskwire" for the system. */
function sentenceBy(part: Part): Sentence {
  const author = doer(part);
  if (isBy(author, desk.me?.id)) return (key, values) => tYou(key, { who: t("event.you"), ...values });
  const who = author.type === "system" && !author.name ? t("event.system") : personName(author);
  return (key, values) => t(key, { who, ...values });
}

/** Who did it. The author of a merge is the system, and the event names the teammate. */
function doer({ author, event }: Part): Part["author"] {
  const id = text(event?.["merged_by"]);
  return id ? { ...author, type: "admin", id, name: desk.teammate(id)?.name ?? "" } : author;
}

const isBy = (author: Part["author"], admin: string | undefined) => author.type === "admin" && author.id === admin;

/** The new assignee; null for nobody. */
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

/** The new value of an attribute of a ticket, which the server writes as a text. */
function ticketValue(id: unknown, label: unknown): string {
  const type = (desk.start?.ticket_types ?? []).flatMap((of) => of.attributes).find((one) => one.id === id)?.data_type;
  const given = type === "boolean" ? label === "true" : label;
  const words = { yes: t("event.yes"), no: t("event.no") };
  return valueText(given, type ?? "string", translation.locale, words) || t("event.nothing");
}

export function eventText(part: Part): string {
  const event: Fields = part.event ?? {};
  const sentence = sentenceBy(part);
  switch (part.part_type) {
    case "assignment":
    case "default_assignment": {
      const to = assignee(event);
      if (to === null) return sentence("team_id" in event ? "event.without_team" : "event.unassigned");
      const self = isBy(part.author, text(event["admin_id"]));
      return self ? sentence("event.took") : sentence("event.assigned", { to });
    }
    case "open":
      return sentence("event.opened");
    case "close":
      return sentence("event.closed");
    case "snoozed": {
      const until = Number(event["until"] ?? event["snoozed_until"] ?? 0);
      if (!until) return sentence("event.snoozed");
      return sentence("event.snoozed_until", {
        when: comingName(until, now.seconds, translation.locale, t("time.tomorrow")),
      });
    }
    case "timer_unsnooze":
      return t("event.woke");
    case "participant_added":
      return sentence("event.joined", {
        name: names(event["participants"]) || text(object(event["participant"])["name"]) || t("list.nobody"),
      });
    case "participant_removed":
      return sentence("event.left", {
        name: names(event["participants"]) || text(object(event["participant"])["name"]) || t("list.nobody"),
      });
    case "conversation_tags_updated":
      return tags(event, sentence);
    case "priority_changed":
      return sentence("event.priority", { value: priority(event["current_priority"]) });
    case "conversation_attribute_updated_by_admin":
      return sentence("event.attribute", {
        name: text(object(event["attribute"])["name"]) || text(event["name"]),
        value: value(event["value"]),
      });
    case "ticket_attribute_updated_by_admin":
    case "ticket_attribute_updated_by_user": {
      const { attribute, value: given } = object(event["updated_attribute_data"]);
      const name = attributeName(text(object(attribute)["label"]));
      return sentence("event.attribute", { name, value: ticketValue(object(attribute)["id"], object(given)["label"]) });
    }
    case "ticket_state_updated_by_admin":
    case "ticket_state_updated_by_user": {
      const category = text(event["ticket_state"]);
      if (!category) return sentence("event.ticket_state_changed");
      return sentence("event.ticket_state", { value: stateNameOf(text(event["ticket_state_id"]) || null, category) });
    }
    case "ticket_type_updated":
      return sentence("event.ticket_type");
    case "company_updated":
      return sentence("event.company");
    case "entity_linked":
      return sentence("event.linked");
    case "entity_unlinked":
      return sentence("event.unlinked");
    case "ticket_shared":
      return sentence("event.shared");
    case "ticket_unshared":
      return sentence("event.unshared");
    case "merged_primary_conversation":
      return sentence("event.merged_here");
    case "merged_secondary_conversation":
      return sentence(event["into_deleted"] ? "event.merged_deleted" : "event.merged_away");
    case "unmerged":
      return sentence("event.unmerged");
    default:
      return sentence("event.other", { type: part.part_type.replaceAll("_", " ") });
  }
}

function tags(event: Fields, sentence: Sentence): string {
  const added = names(event["tags_added"]);
  const removed = names(event["tags_removed"]);
  if (added && removed) return sentence("event.retagged", { added, removed });
  return removed ? sentence("event.untagged", { name: removed }) : sentence("event.tagged", { name: added });
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
