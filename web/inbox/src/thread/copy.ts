// Copies the address of a conversation, or of a part of it.
import { t } from "$shared/i18n/index.svelte";
import { toasts } from "../app/toasts.svelte";

export async function copyLink(conversation: string, part?: string) {
  const address = `${location.origin}/inbox/c/${conversation}${part ? `#${part}` : ""}`;
  try {
    await navigator.clipboard.writeText(address);
    toasts.show({ text: t("thread.link_copied") });
  } catch {
    // Without https or the permission, browsers do not write to the clipboard. Then a toast shows the address to copy.
    toasts.show({ text: address, seconds: 15 });
  }
}
