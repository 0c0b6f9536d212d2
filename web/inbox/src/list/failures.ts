// Reports which conversations an action could not change, and why.
import { listed, t } from "$shared/i18n/index.svelte";
import { personName } from "$shared/people";
import { because, problem, reasonText, type Reason } from "$shared/problems";
import type { Failure } from "$shared/store/act";
import { desk } from "$shared/store/desk.svelte";
import { router } from "../app/router.svelte";
import { toasts } from "../app/toasts.svelte";
import { current } from "./current.svelte";

/** The number of conversations that a message names. */
const MAX_NAMES = 3;
/** The number of messages; with more reasons, the last message has several. */
const MAX_MESSAGES = 2;
/** How long the messages about several conversations are shown: there is more to read. */
const SECONDS = 20;

/** What a conversation is called; null if it is not on this device. */
function nameOf(id: string): string | null {
  const row = desk.rows.get(id);
  return row ? (row.title ?? personName(row.contact)) : null;
}

/** The failures by reason, the most frequent first. */
function byReason(failed: Failure[]): Failure[][] {
  const groups = new Map<string, Failure[]>();
  for (const one of failed) {
    const reason = reasonText(problem(one));
    groups.set(reason, [...(groups.get(reason) ?? []), one]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

/** Different reasons as one. */
function joined(reasons: Reason[]): Reason {
  const texts = reasons.map((one) => (typeof one === "string" ? one : one.text));
  const details = reasons.flatMap((one) => (typeof one === "string" ? [] : [one.detail]));
  const text = [...new Set(texts)].join(" ");
  return details.length > 0 ? { text, detail: details.join(" ") } : text;
}

/** Shows for each reason which conversations could not be changed. */
export function reportFailures(failed: Failure[]) {
  const groups = byReason(failed);
  const own = groups.length > MAX_MESSAGES ? groups.slice(0, MAX_MESSAGES - 1) : groups;
  for (const group of own) report(group, [group]);
  const rest = groups.slice(own.length);
  if (rest.length > 0) report(rest.flat(), rest);
}

/** Reports failures with one reason, or what is left, grouped by reason. */
function report(failed: Failure[], groups: Failure[][]) {
  const [first] = failed;
  if (first && failed.length === 1) reportOne(first);
  else reportSeveral(failed, joined(groups.flatMap(([one]) => (one ? [problem(one)] : []))));
}

function reportOne(failure: Failure) {
  const { id } = failure;
  const why = problem(failure);
  const name = nameOf(id);
  if (name === null || router.conversation === id) toasts.show({ text: why, tone: "bad" });
  else {
    const action = { label: t("problem.open"), run: () => router.open(id) };
    toasts.show({ text: because("done.failed_one", why, { name }), tone: "bad", action });
  }
}

function reportSeveral(failed: Failure[], why: Reason) {
  const count = failed.length;
  const ids = failed.map((one) => one.id);
  const known = ids.flatMap((id) => nameOf(id) ?? []).slice(0, MAX_NAMES);
  const more = count - known.length;
  const names = listed(more > 0 ? [...known, t("done.failed_more", { count: more })] : known);
  const text = known.length > 0 ? because("done.failed_named", why, { names }) : because("done.failed", why, { count });
  const run = () => {
    current.clear();
    for (const id of ids) current.selected.add(id);
  };
  const action = current.visible ? { label: t("done.failed_select"), run } : null;
  toasts.show({ text, tone: "bad", action, seconds: SECONDS });
}
