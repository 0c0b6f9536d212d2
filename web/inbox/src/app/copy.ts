// Copies texts to the clipboard.
import { toasts } from "./toasts.svelte";

/** Copies a text, and shows `done` then; false without https or the permission, when browsers do not copy. */
export async function copyText(text: string, done?: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return false;
  }
  if (done !== undefined) toasts.show({ text: done });
  return true;
}
