// Merges conversations, and undoes merges.
import { Refusal } from "$shared/api";
import { problem } from "$shared/problems";
import type { Row } from "$shared/types";
import { t } from "$shared/i18n/index.svelte";
import { desk } from "$shared/store/desk.svelte";
import { router } from "../app/router.svelte";
import { toasts } from "../app/toasts.svelte";
import { current } from "../list/current.svelte";
import { threads } from "./threads.svelte";

type Merged = { position: number; row: Row; into: Row };

/** Merges conversations into one, one after the other. */
export async function merge(ids: string[], into: string) {
  const done: string[] = [];
  try {
    for (const from of ids.filter((id) => id !== into)) {
      applyMerge(await send(from, "merge", { into }));
      done.push(from);
    }
  } catch (error) {
    failed(error);
  }
  if (done.length === 0) return;
  current.clear();
  router.open(into);
  refresh(...done, into);
  toasts.show({
    text: t("done.merged", { count: done.length }),
    seconds: 20,
    action: { label: t("app.undo"), run: () => void unmerge(done, into), undoes: true },
  });
}

/** Undoes merges, the last one first, which restores all conversations. */
export async function unmerge(ids: string[], into: string) {
  try {
    for (const from of ids.toReversed()) applyMerge(await send(from, "unmerge", {}));
    router.open(ids[0] ?? into);
  } catch (error) {
    failed(error);
  }
  refresh(...ids, into);
}

function applyMerge({ row, into, position }: Merged) {
  desk.rows.put(row, position);
  desk.rows.put(into, position);
}

const send = (id: string, verb: string, body: unknown) =>
  desk.outbox.send<Merged>({ lane: id, method: "POST", path: `/conversations/${id}/${verb}`, body, kind: "action" });

function refresh(...ids: string[]) {
  for (const id of ids) if (threads.has(id)) threads.get(id).reloadSoon();
}

function failed(error: unknown) {
  if (!(error instanceof Refusal)) throw error;
  toasts.show({ text: problem(error), tone: "bad" });
}
