// The title of the page, which names the place: in the browser's tabs and history, and for screen readers.
import { t } from "$shared/i18n/index.svelte";
import { isolated } from "$shared/names";
import { personName } from "$shared/people";
import { MAX_COUNT } from "$shared/store/counts";
import { desk } from "$shared/store/desk.svelte";
import { PAGES } from "../settings/pages";
import { isMissing, viewName } from "../views/names";
import { maySee } from "./access";
import { router, type Place } from "./router.svelte";

/** The title of a conversation, else the name of its contact; null while it is unknown. */
function conversationName(id: string): string | null {
  const row = desk.rows.get(id);
  if (!row) return null;
  const number = row.ticket ? `#${row.ticket.number} ` : "";
  return number + isolated(row.title || personName(row.contact));
}

function placeName(place: Place): string {
  const open = "conversation" in place && place.conversation && maySee(place) ? place.conversation : null;
  const conversation = open && conversationName(open);
  if (conversation) return conversation;
  switch (place.name) {
    case "view":
      return isMissing(place.view) ? t("list.missing") : viewName(place.view);
    case "search":
      return place.q ? t("app.place", { place: t("views.search"), name: place.q }) : t("views.search");
    case "settings": {
      const page = PAGES.find((one) => one.id === place.page);
      return page ? t("app.place", { place: t("views.settings"), name: t(page.title) }) : t("views.settings");
    }
    case "sent":
      return t("app.sent");
    case "contacts":
    case "companies":
    case "reports":
    case "notifications":
      return t(`views.${place.name}`);
    case "unknown":
      return t("app.no_page");
    case "login":
    case "join":
      return "";
  }
}

/** The place and the workspace, after the number of unread notifications. */
export function pageTitle(): string {
  if (!desk.start) return "Deskwire";
  const unread = desk.unread >= MAX_COUNT ? "(99+) " : desk.unread ? `(${desk.unread}) ` : "";
  return unread + [placeName(router.place), isolated(desk.start.workspace.name)].filter(Boolean).join(" · ");
}
