// Reports new conversations that were not sent, while their dialog is closed.
import { t } from "$shared/i18n/index.svelte";
import { shownName } from "$shared/names";
import { because, problem, type Reason, type Rejection } from "$shared/problems";
import { toasts } from "../app/toasts.svelte";
import type { Begun } from "./begun";

const SECONDS = 60;

/** Why a message was not sent. The server calls contacts users. */
export const reasonOf = (why: Rejection): Reason =>
  why.message === "User Not Found" ? t("start.contact_gone") : problem(why);

class Unsent {
  /** The number of messages since the dialog was open. */
  #count = 0;
  #close = () => {};

  /** Reports a message. Several are one report, so that they do not cover the page. */
  report({ to }: Begun, why: Reason, open: () => void) {
    this.#close();
    this.#count++;
    const text =
      this.#count > 1
        ? t("start.unsent_many", { count: this.#count })
        : because("start.unsent_why", why, { name: shownName(to?.name ?? "") });
    const action = { label: t("problem.open"), run: open };
    this.#close = toasts.show({ text, tone: "bad", seconds: SECONDS, action });
  }

  /** Called when the dialog opens, which lists them. */
  seen() {
    this.#close();
    this.#count = 0;
  }
}

export const unsent = new Unsent();
