// Copies the address of a conversation or of a part of it.
import { t } from "$shared/i18n/index.svelte";
import { copyText } from "../app/copy";
import { toasts } from "../app/toasts.svelte";

export async function copyLink(conversation: string, part?: string) {
  const address = `${location.origin}/inbox/c/${conversation}${part ? `#${part}` : ""}`;
  // A toast shows the address, so that it can be copied by hand.
  if (!(await copyText(address, t("thread.link_copied")))) toasts.show({ text: address, seconds: 15 });
}
