// The address of a conversation, or of a part of it, for somebody else.
import { t } from "$shared/i18n/index.svelte";
import { toasts } from "../app/toasts.svelte";

export async function copyLink(conversation: string, part?: string) {
  const address = `${location.origin}/inbox/c/${conversation}${part ? `#${part}` : ""}`;
  try {
    await navigator.clipboard.writeText(address);
    toasts.show({ text: t("thread.link_copied") });
  } catch {
    // Without https, or without the permission, browsers keep the clipboard to themselves: then it can be copied from here.
    toasts.show({ text: address, seconds: 15 });
  }
}
