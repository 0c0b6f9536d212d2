// What the teammate's role permits, where it depends on what is on screen.
import type { Row } from "$shared/types";
import { desk, READS_SOME } from "$shared/store/desk.svelte";
import { allowed, PAGES } from "../settings/pages";
import { mayReport } from "../views/names";
import type { Place } from "./router.svelte";

/** Whether the teammate may change a conversation. Tickets have a permission of their own. */
export function canChange(row: Row | undefined): boolean {
  return desk.can(row?.ticket ? "write_tickets" : "write_conversations");
}

/** Whether the teammate may see a place. The settings decide about their pages themselves. */
export function maySee(place: Place): boolean {
  switch (place.name) {
    case "view":
    case "search":
    case "sent":
      return desk.canSome(READS_SOME);
    case "contacts":
    case "companies":
      return desk.can("read_people");
    case "reports":
      return mayReport();
    default:
      return true;
  }
}

/** The first page that shows more than the teammate's own settings; null if the role permits none. */
export function firstPage(): Place | null {
  const places: Place[] = [
    { name: "view", view: "mine", conversation: null },
    { name: "contacts", id: null },
  ];
  const page = PAGES.find((one) => one.permission !== undefined && allowed(one));
  return places.find(maySee) ?? (page ? { name: "settings", page: page.id } : null);
}
