// Merging a conversation into another, and taking that back.
import { Refusal } from "$shared/api";
import type { Row } from "$shared/types";
import { t } from "$shared/i18n/index.svelte";
import { desk } from "$shared/store/desk.svelte";
import { problem } from "../app/problems";
import { router } from "../app/router.svelte";
import { toasts } from "../app/toasts.svelte";
import { threads } from "./threads.svelte";

type Merged = { position: number; row: Row; into: Row };

export async function merge(from: string, into: string) {
  if (!from || !into) return;
  try {
    const answer = await send(from, "merge", { into });
    take(answer);
    router.open(into);
    refresh(from, into);
    toasts.show({
      text: t("done.merged"),
      seconds: 20,
      action: { label: t("app.undo"), run: () => void unmerge(from, into) },
    });
  } catch (error) {
    failed(error);
  }
}

/** Takes a merge back: both conversations are as they were. */
export async function unmerge(from: string, into: string) {
  try {
    const answer = await send(from, "unmerge", {});
    take(answer);
    router.open(from);
    refresh(from, into);
  } catch (error) {
    failed(error);
  }
}

function take({ row, into, position }: Merged) {
  desk.rows.put(row, position);
  desk.rows.put(into, position);
}

const send = (id: string, verb: string, body: unknown) =>
  desk.outbox.send<Merged>({ lane: id, method: "POST", path: `/conversations/${id}/${verb}`, body, kind: "action" });

function refresh(...ids: string[]) {
  for (const id of ids) if (threads.has(id)) threads.get(id).changed();
}

function failed(error: unknown) {
  if (!(error instanceof Refusal)) throw error;
  toasts.show({ text: problem(error), tone: "bad" });
}
