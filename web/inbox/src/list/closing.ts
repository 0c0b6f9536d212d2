// Closing conversations whose required attributes may be empty. The server says which are required.
import { tick } from "svelte";
import { t } from "$shared/i18n/index.svelte";
import { desk } from "$shared/store/desk.svelte";
import { line } from "$shared/live/line.svelte";
import { panes } from "../app/panes.svelte";
import { router } from "../app/router.svelte";
import { focusRejected } from "../details/in-place.svelte";
import { sections } from "../details/sections.svelte";
import { isEditable } from "../details/values";
import { threads } from "../thread/threads.svelte";

/** How long closing waits for the server before the next conversation opens. */
const WAIT_MS = 3000;
const isEmpty = (value: unknown) => value === undefined || value === null || value === "";

/** The attributes of a conversation that have no value, of those that can be filled in. */
function emptyOf(id: string) {
  const { detail } = threads.get(id);
  return (desk.start?.attributes ?? []).filter(
    (one) => one.on === "conversation" && isEditable(one) && isEmpty(detail?.attributes[one.name]),
  );
}

/** Waits for `refused` if the server may reject closing the conversation. Returns whether it is known to have. */
export async function isRefused(id: string, refused: Promise<boolean>): Promise<boolean> {
  if (emptyOf(id).length === 0 || line.state === "offline") return false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), WAIT_MS)));
  return Promise.race([refused, late]).finally(() => clearTimeout(timer));
}

/** The first of the empty attributes that a message of the server names at its end. */
export function firstMissing<T extends { name: string }>(message: string, empty: T[]): T | undefined {
  const names = message.replace(/^[^:]*: /, "");
  const begin = empty.filter(({ name }) => names === name || names.startsWith(`${name}, `));
  return begin.sort((a, b) => b.name.length - a.name.length)[0];
}

/** Opens the first field that has to be filled in before the open conversation can be closed. */
export async function showMissing(id: string, { code, message }: { code: string; message: string }) {
  if (code !== "attributes_missing" || router.conversation !== id) return;
  const missing = firstMissing(message, emptyOf(id));
  if (!missing) return;
  if (!panes.details) panes.toggle("details");
  if (sections.isFolded("attributes")) sections.toggle("attributes");
  await tick();
  const of = `conversations/${id}/attributes/${missing.name}`;
  await focusRejected(of, t("details.required"));
}
