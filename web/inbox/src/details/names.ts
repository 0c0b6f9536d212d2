// The names of attributes.
import { t } from "$shared/i18n/index.svelte";
import { shownName } from "$shared/names";

/** The name of an attribute. The two that every type of tickets has are translated. */
export function attributeName(name: string): string {
  if (name === "_default_title_") return t("tickets.title");
  return name === "_default_description_" ? t("thread.description") : shownName(name);
}
