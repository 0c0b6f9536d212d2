// Keeps the reader's place while a thread grows: at the end if they are there, else at the message that they look at,
// whatever is inserted above or loads late. The browser's own scroll anchoring is off, because not all browsers have
// it.

/** At most this far from the end, the reader is at the end. */
const END_THRESHOLD_PX = 48;

export class ScrollKeeper {
  #box: HTMLElement;
  #anchor: { element: Element; offset: number } | null = null;
  #pinned = true;
  #observer: ResizeObserver;
  onTop: () => void = () => {};
  onPinned: (pinned: boolean) => void = () => {};
  /** Called with the lowest part that is on screen. */
  onSeen: (part: string) => void = () => {};

  constructor(box: HTMLElement, content: HTMLElement) {
    this.#box = box;
    this.#observer = new ResizeObserver(() => this.restore());
    this.#observer.observe(content);
    this.#observer.observe(box);
    box.addEventListener("scroll", this.#scrolled, { passive: true });
  }

  get pinned(): boolean {
    return this.#pinned;
  }

  destroy() {
    this.#observer.disconnect();
    this.#box.removeEventListener("scroll", this.#scrolled);
  }

  #scrolled = () => {
    const { scrollTop, scrollHeight, clientHeight } = this.#box;
    this.#pin(scrollHeight - scrollTop - clientHeight < END_THRESHOLD_PX);
    this.#remember();
    this.look();
    if (scrollTop < clientHeight) this.onTop();
  };

  /** Reports what is on screen. */
  look() {
    const bottom = this.#box.getBoundingClientRect().bottom;
    const parts = [...this.#box.querySelectorAll<HTMLElement>("[data-part]:not(.pending)")];
    const lowest = parts.findLast((element) => element.getBoundingClientRect().top < bottom);
    if (lowest) this.onSeen(lowest.dataset["part"] ?? "");
  }

  #pin(pinned: boolean) {
    if (pinned === this.#pinned) return;
    this.#pinned = pinned;
    this.onPinned(pinned);
  }

  /** Remembers the first visible message, and its distance from the top. */
  #remember() {
    const top = this.#box.getBoundingClientRect().top;
    this.#anchor = null;
    for (const element of this.#box.querySelectorAll("[data-part]")) {
      const rect = element.getBoundingClientRect();
      if (rect.bottom > top) {
        this.#anchor = { element, offset: rect.top - top };
        break;
      }
    }
  }

  /** Restores the scroll position. */
  restore() {
    this.#place();
    this.look();
  }

  #place() {
    if (this.#pinned) {
      this.#box.scrollTop = this.#box.scrollHeight;
      return;
    }
    const anchor = this.#anchor;
    if (!anchor?.element.isConnected) return;
    const now = anchor.element.getBoundingClientRect().top - this.#box.getBoundingClientRect().top;
    const moved = now - anchor.offset;
    if (Math.abs(moved) >= 1) this.#box.scrollTop += moved;
  }

  toEnd(smooth = false) {
    this.#box.scrollTo({ top: this.#box.scrollHeight, behavior: smooth && this.#calm() ? "smooth" : "instant" });
    this.#pin(true);
  }

  /** Scrolls to an element, a bit below the top; false if it does not exist. */
  to(selector: string): boolean {
    const element = this.#box.querySelector(selector);
    if (!element) return false;
    const from = element.getBoundingClientRect().top - this.#box.getBoundingClientRect().top;
    this.#box.scrollTop += from - 64;
    const { scrollTop, scrollHeight, clientHeight } = this.#box;
    this.#pin(scrollHeight - scrollTop - clientHeight < 2);
    this.#remember();
    return true;
  }

  page(direction: 1 | -1) {
    this.#box.scrollBy({ top: direction * this.#box.clientHeight * 0.85 });
  }

  #calm(): boolean {
    return !matchMedia("(prefers-reduced-motion: reduce)").matches;
  }
}
