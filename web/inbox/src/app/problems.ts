// Messages for errors of the server. Known codes have our own message; for others the server's message is shown.
import type { Refusal } from "$shared/api";
import { t, type MessageKey } from "$shared/i18n/index.svelte";
import type { Entry } from "$shared/store/database";
import { router } from "./router.svelte";
import { toasts } from "./toasts.svelte";

const KNOWN: Record<string, MessageKey> = {
  unreachable: "problem.unreachable",
  server_error: "problem.server",
  internal_error: "problem.server",
  forbidden: "problem.forbidden",
  not_found: "problem.not_found",
  conversation_not_found: "problem.not_found",
  rate_limit_exceeded: "problem.rate_limit",
  newer_activity: "problem.newer_activity",
};

export function problem({ code, message }: { code: string; message: string }): string {
  const key = KNOWN[code];
  return key ? t(key) : message;
}

/** Reports that a write of an earlier page was rejected. */
export function lost(entry: Entry, refusal: Refusal) {
  const why = problem(refusal);
  const conversation = /^\/conversations\/(\d+)/.exec(entry.path)?.[1];
  toasts.show({
    text: t(entry.kind === "reply" ? "problem.lost_reply" : "problem.lost_action", { why }),
    tone: "bad",
    seconds: 60,
    ...(conversation ? { action: { label: t("problem.open"), run: () => router.open(conversation) } } : {}),
  });
}
