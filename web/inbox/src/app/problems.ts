// Words for what the server refuses. Known codes have words of our own; else the server's message is shown.
import { t, type MessageKey } from "$shared/i18n/index.svelte";

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
