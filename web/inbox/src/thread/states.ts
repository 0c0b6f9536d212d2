// The names of the states of tickets, and the states that a ticket can get.
import type { RowTicket, TicketState } from "$shared/types";
import { t, type MessageKey } from "$shared/i18n/index.svelte";
import { desk } from "$shared/store/desk.svelte";

/** The states of a type of tickets, in order; all states without a type. States without types belong to every type. */
export function statesOf(type: string | null): TicketState[] {
  const has = ({ ticket_type_ids: ids }: TicketState) => type === null || ids.length === 0 || ids.includes(type);
  return (desk.start?.ticket_states ?? []).filter((one) => !one.archived && has(one));
}

/** The states that tickets of all these types can get, in order. */
export const commonStates = (types: string[]): TicketState[] =>
  statesOf(types[0] ?? null).filter((state) => types.every((type) => statesOf(type).includes(state)));

/** The name of a state. The default name of its category is translated. */
export function stateName({ category, internal_label, has_first_label }: TicketState): string {
  return has_first_label ? categoryName(category) : internal_label;
}

/** The state of a ticket in a list. */
export function ticketStateName({ state, state_id }: RowTicket): string {
  const known = find(state_id);
  return known ? stateName(known) : state;
}

/** The name of the state with this id; if it is unknown, the default name of its category. */
export function stateNameOf(id: string | null, category: string): string {
  const known = find(id);
  return known ? stateName(known) : categoryName(category);
}

const find = (id: string | null) => desk.start?.ticket_states.find((one) => one.id === id);

const CATEGORIES: Record<string, MessageKey> = {
  submitted: "tickets.submitted",
  in_progress: "tickets.in_progress",
  waiting_on_customer: "tickets.waiting_on_customer",
  resolved: "tickets.resolved",
};

function categoryName(category: string): string {
  const key = CATEGORIES[category];
  return key ? t(key) : category.replaceAll("_", " ");
}
