// The options of the tag picker. Teammates who may write tags can create one from the typed text.
import { api, Refusal } from "$shared/api";
import { problem } from "$shared/problems";
import type { OneTag } from "$shared/types";
import { t } from "$shared/i18n/index.svelte";
import { desk } from "$shared/store/desk.svelte";
import { matching, type Option } from "$shared/ui/options";
import { toasts } from "../app/toasts.svelte";
import { act } from "../list/act";

export function tagOptions(text: string, checked: (id: string) => boolean): Option[] {
  const tags = desk.start?.tags ?? [];
  const found = matching(
    tags.map((tag) => ({ id: tag.id, label: tag.name, checked: checked(tag.id) })),
    text,
  );
  const name = text.trim();
  const known = tags.some((tag) => tag.name.toLowerCase() === name.toLowerCase());
  if (!name || known || !desk.can("write_tags")) return found;
  return [...found, { id: "", label: t("pick.new_tag", { name }), creates: name }];
}

let creating = false;

/** Creates a tag and adds it to conversations. */
export async function createTag(ids: string[], name: string) {
  if (creating) return;
  creating = true;
  try {
    const { tag } = await api.post<OneTag>("/settings/tags", { name });
    await desk.load();
    void act(ids, { type: "tag", tag_id: tag.id });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    toasts.show({ text: problem(error), tone: "bad" });
  } finally {
    creating = false;
  }
}
