// Copies texts, and the address of a conversation or of a part of it.
import { t } from "$shared/i18n/index.svelte";
import { toasts } from "../app/toasts.svelte";

/** Copies a text, and says that it is done; false without https or the permission, when browsers do not copy. */
export async function copyText(text: string, done: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return false;
  }
  toasts.show({ text: done });
  return true;
}

export async function copyLink(conversation: string, part?: string) {
  const address = `${location.origin}/inbox/c/${conversation}${part ? `#${part}` : ""}`;
  // A toast shows the address, so that it can be copied by hand.
  if (!(await copyText(address, t("thread.link_copied")))) toasts.show({ text: address, seconds: 15 });
}
