// Closing conversations whose required attributes are empty.
import { t } from "$shared/i18n/index.svelte";
import type { AttributeDefinition } from "$shared/types";
import { desk } from "$shared/store/desk.svelte";
import { panes } from "../app/panes.svelte";
import { router } from "../app/router.svelte";
import { askFor } from "../details/in-place.svelte";
import { sections } from "../details/sections.svelte";
import { isEditable } from "../details/values";
import { threads } from "../thread/threads.svelte";

const isEmpty = (value: unknown) =>
  value === undefined || value === null || (typeof value === "string" && value.trim() === "");

/**
 * The attributes without a value that can be filled in here, of those that the teammate sees. None if the conversation
 * is not loaded: then the server alone decides.
 */
function emptyOf(id: string): AttributeDefinition[] {
  const { detail } = threads.get(id);
  if (!detail) return [];
  return (desk.start?.attributes ?? []).filter(
    (one) => one.on === "conversation" && isEditable(one) && isEmpty(detail.attributes[one.name]),
  );
}

/**
 * Asks for the first required attribute that is empty, if this conversation is open. Returns whether it does; then the
 * server would refuse to close it.
 */
export function asksFirst(id: string | undefined): boolean {
  if (id === undefined || router.conversation !== id) return false;
  const missing = emptyOf(id).find((one) => one.required);
  if (missing) openField(id, missing);
  return missing !== undefined;
}

/** The first of the empty attributes that a message of the server names at its end. */
export function firstMissing<T extends { name: string }>(message: string, empty: T[]): T | undefined {
  const names = message.replace(/^[^:]*: /, "");
  const begin = empty.filter(({ name }) => names === name || names.startsWith(`${name}, `));
  return begin.sort((a, b) => b.name.length - a.name.length)[0];
}

/** Opens the field because of which the server refused to close the open conversation. */
export function showMissing(id: string, { code, message }: { code: string; message: string }) {
  // It may be required only since the start was loaded.
  const missing = code === "attributes_missing" && router.conversation === id && firstMissing(message, emptyOf(id));
  if (missing) openField(id, missing);
}

function openField(id: string, { name }: AttributeDefinition) {
  if (!panes.details) panes.toggle("details");
  if (sections.isFolded("attributes")) sections.toggle("attributes");
  void askFor(`conversations/${id}/attributes/${name}`, t("details.required"));
}
