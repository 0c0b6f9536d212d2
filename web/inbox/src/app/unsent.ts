// Messages that were not sent, while the teammate is elsewhere.
import { t } from "$shared/i18n/index.svelte";
import { because, problem, type Rejection } from "$shared/problems";
import { toasts } from "./toasts.svelte";

/** Reports that a message was not sent, while the teammate is elsewhere. Its text is a draft again. */
export function reportUnsent(refusal: Rejection, open: () => void) {
  const text = because("problem.unsent", problem(refusal));
  toasts.show({ text, tone: "bad", seconds: 60, action: { label: t("problem.open"), run: open } });
}
