// Deleting conversations for good, after a question.
import { api, Refusal } from "$shared/api";
import { t } from "$shared/i18n/index.svelte";
import { bulks } from "$shared/store/act";
import { desk } from "$shared/store/desk.svelte";
import type { Bulk, BulkResult } from "$shared/types";
import { overlays } from "../app/overlays.svelte";
import { problem, type Reason } from "$shared/problems";
import { toasts } from "../app/toasts.svelte";
import { reportFailures } from "./failures";

class Deleting {
  ids = $state.raw<string[]>([]);
  busy = $state(false);
  error = $state.raw<Reason | null>(null);
  #onGone: (ids: string[]) => void = () => {};

  /** Asks whether to delete conversations. `onGone` is called while the list still has those that were deleted. */
  ask(ids: string[], onGone: (ids: string[]) => void) {
    if (!ids.length) return;
    this.ids = ids;
    this.error = null;
    this.#onGone = onGone;
    overlays.open = "delete";
  }

  /** Deletes them now. Unlike other changes, this does not wait for a server out of reach: the question stays. */
  async finish() {
    if (this.busy) return;
    this.busy = true;
    this.error = null;
    const results: BulkResult[] = [];
    try {
      for (const ids of bulks(this.ids)) {
        results.push(...(await api.post<Bulk>("/conversations/delete", { ids })).results);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.error = problem(error);
    } finally {
      this.busy = false;
      this.#remove(results);
    }
    if (this.error === null) overlays.close();
  }

  #remove(results: BulkResult[]) {
    const failed = results.flatMap(({ id, error }) =>
      error ? [{ id, code: error.code, message: error.message }] : [],
    );
    const gone = results.flatMap(({ id, error }) => (error ? [] : [id]));
    this.ids = this.ids.filter((id) => !gone.includes(id));
    if (gone.length > 0) {
      this.#onGone(gone);
      for (const id of gone) desk.rows.remove(id);
      desk.recount();
      toasts.show({ text: t("done.delete", { count: gone.length }) });
    }
    reportFailures(failed);
  }
}

export const deleting = new Deleting();
