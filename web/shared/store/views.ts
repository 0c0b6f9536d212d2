// Decides which conversations belong to a view, and in which order, as far as the client can.
import type { ConversationState, Priority, Row, Sort } from "../types";

/** In the order in which they are offered. */
export const STATES = ["open", "snoozed", "closed"] as const satisfies readonly ConversationState[];
export type StateFilter = ConversationState | "all";
export type Key = { view: string; state: StateFilter; sort: Sort };

export const keyText = ({ view, state, sort }: Key) => `${view}|${state}|${sort}`;

/** The states that can be selected in a view; none if the view is a state. */
export const hasStates = (view: string) => view !== "snoozed" && view !== "closed";

/**
 * Whether a conversation is in a view for the teammate `me`; null where only the server knows (custom views, and who
 * started a conversation).
 */
export function isIn(row: Row, { view, state }: Key, me: string): boolean | null {
  const states = !hasStates(view) || state === "all" || row.state === state;
  const [kind, id] = view.split(/:(.*)/s) as [string, string | undefined];
  switch (kind) {
    case "mine":
      return states && row.admin_assignee_id === me;
    case "mentions":
      return states && row.mentioned;
    case "unassigned":
      return states && row.admin_assignee_id === null && row.team_assignee_id === null;
    case "all":
      return states;
    case "snoozed":
    case "closed":
      return row.state === view;
    case "tickets":
      return states && row.ticket !== null;
    case "team":
      return states && row.team_assignee_id === id;
    case "teammate":
      return states && row.admin_assignee_id === id;
    case "tag":
      return states && id !== undefined && row.tag_ids.includes(id);
    default:
      return states ? null : false;
  }
}

const RANK: Record<Priority, number> = { urgent: 0, high: 1, medium: 2, low: 3, none: 4 };
const NEVER = Number.MAX_SAFE_INTEGER;

/** Negative if `a` comes before `b`. Equal rows are ordered by id, so that the order is total. */
export function compare(a: Row, b: Row, sort: Sort): number {
  const newest = b.updated_at - a.updated_at || compareIds(b.id, a.id);
  switch (sort) {
    case "newest":
      return newest;
    case "oldest":
      return -newest;
    case "waiting":
      return (a.waiting_since ?? NEVER) - (b.waiting_since ?? NEVER) || newest;
    case "priority":
      return RANK[a.priority] - RANK[b.priority] || newest;
  }
}

/** Ids are decimal numbers: the longer one is larger. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
