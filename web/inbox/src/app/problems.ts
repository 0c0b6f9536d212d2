// Messages for errors of the server. Known codes have our own message; for others the server's message is shown.
import type { Refusal } from "$shared/api";
import { t, type MessageKey } from "$shared/i18n/index.svelte";
import { toasts } from "./toasts.svelte";

const KNOWN: Record<string, MessageKey> = {
  unreachable: "problem.unreachable",
  server_error: "problem.server",
  internal_error: "problem.server",
  forbidden: "problem.forbidden",
  not_found: "problem.not_found",
  conversation_not_found: "problem.not_found",
  rate_limit_exceeded: "problem.rate_limit",
  too_many_attempts: "login.limited",
  password_wrong: "problem.password_wrong",
  picture_invalid: "problem.picture",
  newer_activity: "problem.newer_activity",
};

export function problem({ code, message }: { code: string; message: string }): string {
  const key = KNOWN[code];
  return key ? t(key) : message;
}

/** Why something could not be loaded. */
export function loadProblem({ code }: { code: string }): string {
  return t(code === "unreachable" ? "app.unreachable_hint" : (KNOWN[code] ?? "problem.server"));
}

/** Reports that a message was not sent, while the teammate is elsewhere. Its text is a draft again. */
export function reportUnsent(refusal: Refusal, open: () => void) {
  const text = t("problem.unsent", { why: problem(refusal) });
  toasts.show({ text, tone: "bad", seconds: 60, action: { label: t("problem.open"), run: open } });
}
