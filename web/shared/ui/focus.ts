// Where the focus goes if its element leaves the page. The browser moves it to the body, where keys reach nothing and
// Tab starts again at the top.
import { tick } from "svelte";

const CONTROLS = ["a[href]", "button", "input", "select", "textarea", "[tabindex='0']"]
  .map((one) => `${one}:not(:disabled)`)
  .join();

/** The controls within an element, in their order. */
export const controlsOf = (element: Element | null | undefined) => [
  ...(element?.querySelectorAll<HTMLElement>(CONTROLS) ?? []),
];

/** Once the page has changed, moves the focus with `move` if no element has it that takes keys. */
export async function refocus(move: () => void) {
  await tick();
  const at = document.activeElement;
  if (!at || at === document.body || at.matches(":disabled")) move();
}
