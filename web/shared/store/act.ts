// Performing an action on conversations.
import { newKey, Refusal } from "../api";
import type { Acted, Action, Bulk, Row } from "../types";
import { applied, grouped, inverses } from "./actions";
import type { Outbox } from "./outbox.svelte";
import type { Rows } from "./rows.svelte";

const MAX_BULK_IDS = 100;

/** Ids of conversations in groups of at most as many as a request may name. */
export function bulks(ids: string[]): string[][] {
  const all: string[][] = [];
  for (let at = 0; at < ids.length; at += MAX_BULK_IDS) all.push(ids.slice(at, at + MAX_BULK_IDS));
  return all;
}

/** The same, but what has a write that is not answered is alone: it follows that write in its lane. */
function groupsOf(outbox: Outbox, ids: string[]): string[][] {
  const isBusy = (id: string) => outbox.isBusy(id);
  return [...ids.filter(isBusy).map((id) => [id]), ...bulks(ids.filter((id) => !isBusy(id)))];
}

export type Failure = { id: string; code: string; message: string; status?: number };
/** The value that the teammate saw, by the name that it has in the action. */
export type Seen = Record<string, unknown>;
export type Outcome = { done: Row[]; failed: Failure[]; undo: { id: string; action: Action }[] };

/**
 * Performs an action on conversations: it is visible immediately, and reverted if the server rejects it. With `was`, it
 * is rejected if the value of the one conversation is another one by now.
 */
export async function act(rows: Rows, outbox: Outbox, ids: string[], action: Action, was?: Seen): Promise<Outcome> {
  const before = ids.map((id) => rows.get(id)).filter((row) => row !== undefined);
  const undo = before.flatMap((row) => inverses(row, action).map((back) => ({ id: row.id, action: back })));
  const outcomes = await Promise.all(groupsOf(outbox, ids).map((some) => send(rows, outbox, some, action, was)));
  const failed = outcomes.flatMap((one) => one.failed);
  const lost = new Set(failed.map((one) => one.id));
  return { done: outcomes.flatMap((one) => one.done), failed, undo: undo.filter((one) => !lost.has(one.id)) };
}

/** Undoes an action by `perform`. Equal actions are sent together. */
export async function undo(
  back: Outcome["undo"],
  perform: (ids: string[], action: Action) => Promise<Outcome>,
): Promise<Failure[]> {
  // The state of a ticket may close or reopen it, so it comes first.
  const isFirst = (one: Outcome["undo"][number]) => one.action.type === "ticket_state";
  const failed: Failure[] = [];
  for (const some of [back.filter(isFirst), back.filter((one) => !isFirst(one))]) {
    const outcomes = await Promise.all(grouped(some).map(({ ids, action }) => perform(ids, action)));
    failed.push(...outcomes.flatMap((one) => one.failed));
  }
  return failed;
}

async function send(
  rows: Rows,
  outbox: Outbox,
  ids: string[],
  action: Action,
  was?: Seen,
): Promise<Pick<Outcome, "done" | "failed">> {
  const key = newKey();
  const mark = action.type === "read" || action.type === "unread" ? action.type === "unread" : null;
  const since = rows.marks.now;
  const put = (row: Row, position: number) => {
    // The answer to a mark has that mark, however many were set before it was sent.
    rows.put(row, position, mark === null ? since : undefined);
    if (mark !== null) rows.marks.settle(row.id, position);
  };
  for (const id of ids) rows.patch(id, key, (row) => applied(row, action));
  try {
    if (ids.length === 1) {
      const id = ids[0] as string;
      if (mark !== null) rows.marks.expect(id, mark);
      const answer = await outbox.send<Acted>({
        key,
        lane: id,
        method: "POST",
        path: `/conversations/${id}/actions`,
        body: was ? { ...action, was } : action,
        kind: "action",
      });
      put(answer.row, answer.position);
      return { done: [answer.row], failed: [] };
    }
    const answer = await outbox.send<Bulk>({
      key,
      lane: "bulk",
      method: "POST",
      path: "/conversations/actions",
      body: { ids, action },
      kind: "action",
    });
    const done = answer.results.map((one) => one.row).filter((row) => row !== null);
    for (const row of done) put(row, answer.position);
    const failed = answer.results.flatMap(({ id, error }) =>
      error ? [{ id, code: error.code, message: error.message }] : [],
    );
    return { done, failed };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // A refused mark is not reported.
    if (mark !== null && ids.length === 1) rows.marks.takeEcho(ids[0] as string, mark);
    return {
      done: [],
      failed: ids.map((id) => ({ id, code: error.code, message: error.message, status: error.status })),
    };
  } finally {
    for (const id of ids) rows.removePatch(id, key);
  }
}
