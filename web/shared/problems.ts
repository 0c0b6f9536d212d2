// Messages for errors of the server. Known codes have our own message; for others the server's message is shown, which is
// in English.
import { t, translation, type MessageKey, type Values } from "./i18n/index.svelte";

/** Why something failed, as `Why.svelte` shows it: `detail` is the server's message, in another language. */
export type Reason = string | { text: string; detail: string };

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
  newer_value: "problem.newer_value",
};

/** What the status of an answer says. */
function general(status: number | undefined): MessageKey {
  if (status === undefined) return "problem.rejected";
  if (status >= 500) return "problem.server";
  const known: Record<number, MessageKey> = {
    0: "problem.unreachable",
    403: "problem.not_allowed",
    404: "problem.not_found",
    409: "problem.conflict",
    410: "problem.not_found",
    413: "problem.too_large",
    429: "problem.rate_limit",
  };
  return known[status] ?? "problem.rejected";
}

/** The results of bulk actions have no status. */
export type Rejection = { code: string; message: string; status?: number };

export function problem({ code, message, status }: Rejection): Reason {
  const key = KNOWN[code];
  if (key) return t(key);
  // The message ends with the names of the attributes.
  if (code === "attributes_missing") return t("problem.attributes", { names: message.replace(/^[^:]*: /, "") });
  const detail = sentence(message);
  return translation.isEnglish ? detail : { text: t(general(status)), detail };
}

/** Messages of the server begin with the name that the field has in the API: "default_country must be …". */
const sentence = (message: string) =>
  message.replace(/^[a-z]\w*/, (name) => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll("_", " "));

/** What the server says of many fields. */
const OF_VALUES: [RegExp, MessageKey][] = [
  [/^\w+ (?:must not be empty|is required)$/, "problem.value_empty"],
  [/^\w+ is too long \(maximum is (\d+) characters\)$/, "problem.value_long"],
  [/^\w+ is not a valid email address$/, "problem.value_email"],
  [/^ip_allowlist\[\d+\] is neither an IP address nor a CIDR range$/, "people.allowlist_wrong"],
];

/** Why a value was rejected, for a message below its field. */
export function valueProblem(rejection: Rejection): Reason {
  for (const [pattern, key] of KNOWN[rejection.code] ? [] : OF_VALUES) {
    const match = pattern.exec(rejection.message);
    if (match) return t(key, match[1] ? { count: Number(match[1]) } : {});
  }
  return problem(rejection);
}

/** A message with the reason of a failure as `{why}`. */
export function because(key: MessageKey, why: Reason, values: Values = {}): Reason {
  if (typeof why === "string") return t(key, { ...values, why });
  return { text: t(key, { ...values, why: why.text }), detail: why.detail };
}

/** A reason as one text. */
export const reasonText = (reason: Reason) => (typeof reason === "string" ? reason : `${reason.text} ${reason.detail}`);

/** Why something could not be loaded. */
export function loadProblem({ code, status }: Pick<Rejection, "code" | "status">): string {
  if (code === "unreachable") return t("app.unreachable_hint");
  const key = KNOWN[code] ?? general(status);
  // A page that sends a wrong request is our fault, not the reader's.
  return t(key === "problem.rejected" ? "problem.server" : key);
}
