// Descriptions of what macros do.
import { t } from "$shared/i18n/index.svelte";
import type { MacroAction, MacroDoes } from "$shared/types";
import { desk } from "$shared/store/desk.svelte";

/** Describes an action of a macro. */
export function actionWords(action: MacroAction): string {
  switch (action.type) {
    case "assign":
      return t("macro.assign", { name: desk.teammate(action.admin_id)?.name ?? "" });
    case "assign_team":
      return t("macro.assign", { name: desk.team(action.team_id)?.name ?? "" });
    case "tag":
      return t("macro.tag", { name: desk.tag(action.tag_id)?.name ?? "" });
    default:
      return t(`macro.${action.type}`);
  }
}

/** Describes the actions that are skipped, because their object was deleted or is hidden, which has no name then. */
export function missingWords(missing: MacroDoes[]): string {
  return missing.map(one).join(", ");
}

function one(action: MacroDoes): string {
  switch (action.type) {
    case "assign_team":
      return t("macro.assign", { name: action.team });
    case "assign_admin":
      return action.admin ? t("macro.assign", { name: action.admin }) : t("macro.assign_hidden");
    case "tag":
      return action.tag ? t("macro.tag", { name: action.tag }) : t("macro.tag_hidden");
    default:
      return t(`macro.${action.type}`);
  }
}

/** Whether two actions are the same one. */
export const sameAction = (a: MacroDoes, b: MacroDoes) => JSON.stringify(a) === JSON.stringify(b);
