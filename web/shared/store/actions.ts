// The effects of actions on conversations, and their inverses.
import type { Action, Conversation, Row } from "../types";

/** The row after the action. */
export function applied(row: Row, action: Action): Row {
  switch (action.type) {
    case "assign":
      return { ...row, admin_assignee_id: action.admin_id };
    case "assign_team":
      return { ...row, team_assignee_id: action.team_id };
    case "close":
      return { ...row, state: "closed", snoozed_until: null, waiting_since: null };
    case "open":
      return { ...row, state: "open", snoozed_until: null };
    case "snooze":
      return { ...row, state: "snoozed", snoozed_until: action.until };
    case "priority":
      return { ...row, priority: action.priority };
    case "tag":
      return row.tag_ids.includes(action.tag_id) ? row : { ...row, tag_ids: [...row.tag_ids, action.tag_id] };
    case "untag":
      return { ...row, tag_ids: row.tag_ids.filter((id) => id !== action.tag_id) };
    case "title":
      return { ...row, title: action.title };
    case "ticket_state":
      return row.ticket ? { ...row, ticket: { ...row.ticket, state_id: action.state_id } } : row;
    case "read":
      return row.unread ? { ...row, unread: false } : row;
    case "unread":
      return row.unread ? row : { ...row, unread: true };
    default:
      return row;
  }
}

/** The attributes and the ticket of a conversation after the action. */
export function detailAfter(detail: Conversation, action: Action): Conversation {
  const { attributes, ticket } = detail;
  if (action.type === "attribute") return { ...detail, attributes: { ...attributes, [action.name]: action.value } };
  if (action.type === "ticket_state" && ticket) return { ...detail, ticket: { ...ticket, state_id: action.state_id } };
  if (action.type !== "ticket_attribute" || !ticket) return detail;
  return { ...detail, ticket: { ...ticket, attributes: { ...ticket.attributes, [action.name]: action.value } } };
}

/** The action that restores the row; null if there is none. */
export function inverse(row: Row, action: Action): Action | null {
  switch (action.type) {
    case "assign":
      return { type: "assign", admin_id: row.admin_assignee_id };
    case "assign_team":
      return { type: "assign_team", team_id: row.team_assignee_id };
    case "close":
    case "open":
    case "snooze":
      if (row.state === "closed") return { type: "close" };
      if (row.state === "snoozed" && row.snoozed_until) return { type: "snooze", until: row.snoozed_until };
      return { type: "open" };
    case "priority":
      return { type: "priority", priority: row.priority };
    case "tag":
      return row.tag_ids.includes(action.tag_id) ? null : { type: "untag", tag_id: action.tag_id };
    case "untag":
      return row.tag_ids.includes(action.tag_id) ? { type: "tag", tag_id: action.tag_id } : null;
    case "title":
      return row.title === null ? null : { type: "title", title: row.title };
    case "ticket_state":
      return row.ticket?.state_id ? { type: "ticket_state", state_id: row.ticket.state_id } : null;
    case "read":
      return { type: "unread" };
    case "unread":
      return { type: "read" };
    default:
      return null;
  }
}

/** The actions that restore the row, in order. */
export function inverses(row: Row, action: Action): Action[] {
  const back = inverse(row, action);
  if (!back) return [];
  // The state of a ticket also closes or reopens it.
  const state = action.type === "ticket_state" && row.state !== "open" ? inverse(row, { type: "open" }) : null;
  return state ? [back, state] : [back];
}

/** Puts equal actions together. */
export function grouped(all: { id: string; action: Action }[]): { ids: string[]; action: Action }[] {
  const groups = new Map<string, { ids: string[]; action: Action }>();
  for (const { id, action } of all) {
    const name = JSON.stringify(action);
    const group = groups.get(name) ?? { ids: [], action };
    group.ids.push(id);
    groups.set(name, group);
  }
  return [...groups.values()];
}
