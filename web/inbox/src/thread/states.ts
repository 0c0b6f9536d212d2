// The states that a ticket can come into.
import type { TicketState } from "$shared/types";
import { desk } from "$shared/store/desk.svelte";

/** The states of a type of tickets, in order; of every type where none is given. States that name no type are every type's. */
export function statesOf(type: string | null): TicketState[] {
  const has = ({ ticket_type_ids: ids }: TicketState) => type === null || ids.length === 0 || ids.includes(type);
  return (desk.start?.ticket_states ?? []).filter(has);
}
