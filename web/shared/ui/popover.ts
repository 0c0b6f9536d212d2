import { takeKeys } from "./modal";
import { place } from "./place";

/**
 * Opens a popover next to an element, takes all keys and focuses its field. Returns the function to call when it closes:
 * it returns the focus to where it was, unless it has moved on.
 */
export function openPopover(element: HTMLElement, anchor: Element | null): () => void {
  const giveBack = takeKeys();
  const before = document.activeElement;
  element.showPopover();
  const release = place(element, anchor);
  element.querySelector("input")?.focus();
  return () => {
    release();
    giveBack();
    const now = document.activeElement;
    const isInside = !now || now === document.body || element.contains(now);
    if (isInside && before instanceof HTMLElement && before.isConnected) before.focus();
  };
}
