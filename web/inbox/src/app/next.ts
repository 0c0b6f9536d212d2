// Where to go from a page that shows nothing.
import { t } from "$shared/i18n/index.svelte";
import { firstPage } from "./access";
import { router, type Place } from "./router.svelte";

const LABELS: Partial<Record<Place["name"], () => string>> = {
  view: () => t("empty.go_mine"),
  contacts: () => t("cmd.go", { name: t("views.contacts") }),
};

/** The action that leads to the first page that the role permits, else to the teammate's own settings. */
export function next(): { label: string; run: () => void } {
  const place: Place = firstPage() ?? { name: "settings", page: "appearance" };
  return { label: LABELS[place.name]?.() ?? t("cmd.settings"), run: () => router.go(place) };
}
