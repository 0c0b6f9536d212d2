// Places a popover next to its anchor, within the window, and keeps it there.

/** The distances to the anchor and to the edges of the window, in pixels. */
const GAP = 4;
const EDGE = 8;

/**
 * Places the element below the anchor, or above it if there is more room (`first` is tried first). Without an anchor,
 * it is centered in the upper part of the window. It is never higher than the room that it has: something in it has to
 * scroll. Returns the function that stops this.
 */
export function place(
  element: HTMLElement,
  anchor: Element | DOMRect | null,
  first: "below" | "above" = "below",
): () => void {
  const move = () => {
    const { innerWidth, innerHeight } = window;
    // Without the limit of the last time.
    element.style.maxHeight = `${innerHeight - 2 * EDGE}px`;
    const { width, height } = element.getBoundingClientRect();
    const at = anchor instanceof Element ? anchor.getBoundingClientRect() : anchor;
    if (!at) {
      element.style.left = `${Math.max(EDGE, (innerWidth - width) / 2)}px`;
      element.style.top = `${Math.min(innerHeight * 0.16, Math.max(EDGE, innerHeight - height - EDGE))}px`;
      return;
    }
    const start = document.dir === "rtl" ? at.right - width : at.left;
    element.style.left = `${Math.min(innerWidth - width - EDGE, Math.max(EDGE, start))}px`;
    const below = innerHeight - at.bottom - GAP - EDGE;
    const above = at.top - GAP - EDGE;
    const up = first === "above" ? height <= above || above > below : height > below && above > below;
    // Aligned to the anchor's side, so that a shorter list does not jump.
    element.style.top = up ? "auto" : `${Math.max(EDGE, Math.min(at.bottom + GAP, innerHeight - height - EDGE))}px`;
    element.style.bottom = up ? `${innerHeight - at.top + GAP}px` : "auto";
    if (up) element.style.maxHeight = `${above}px`;
  };
  move();
  const observer = new ResizeObserver(move);
  observer.observe(element);
  addEventListener("resize", move);
  return () => {
    observer.disconnect();
    removeEventListener("resize", move);
  };
}
