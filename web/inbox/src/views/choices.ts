// The values that the fields of a condition may have.
import { t, type MessageKey } from "$shared/i18n/index.svelte";
import { desk } from "$shared/store/desk.svelte";
import type { Field } from "./conditions";

/** The options; null if the value is typed. */
export function values(field: Field): { value: string; label: string }[] | null {
  const named = (list: { id: string; name: string }[] = []) => list.map((one) => ({ value: one.id, label: one.name }));
  switch (field) {
    case "admin_assignee_id":
      return [{ value: "0", label: t("list.nobody") }, ...named(desk.start?.teammates)];
    case "team_assignee_id":
      return [{ value: "0", label: t("field.no_team") }, ...named(desk.start?.teams)];
    case "tag_ids":
      return named(desk.start?.tags);
    case "priority":
      return ["urgent", "high", "medium", "low", "none"].map((value) => ({
        value,
        label: t(`priority.${value}` as MessageKey),
      }));
    case "source.type":
      return ["conversation", "email", "phone_call", "whatsapp"].map((value) => ({
        value,
        label: t(`channel.${value}` as MessageKey),
      }));
    default:
      return null;
  }
}
