// What is typed before the editor is loaded. Otherwise the letters would be taken for commands.
import { writes } from "$shared/keys";

/** How long the editor is waited for. */
const MAX_WAIT_MS = 10_000;

export class TypedAhead {
  #text = "";
  #stop: (() => void) | null = null;

  /** Begins to collect what is typed. Escape, another field and a long wait end it. */
  begin() {
    if (this.#stop) return;
    const timer = setTimeout(() => this.end(), MAX_WAIT_MS);
    const collect = (event: KeyboardEvent) => this.#collect(event);
    addEventListener("keydown", collect, true);
    this.#stop = () => {
      removeEventListener("keydown", collect, true);
      clearTimeout(timer);
    };
  }

  /** Ends it. Returns the text; null if nothing was collected for. */
  end(): string | null {
    if (!this.#stop) return null;
    this.#stop();
    this.#stop = null;
    const text = this.#text;
    this.#text = "";
    return text;
  }

  #collect(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" || writes(event.target)) this.end();
    else if (event.key === "Backspace") this.#text = this.#text.slice(0, -1);
    else if ([...event.key].length === 1) this.#text += event.key;
    else return;
    if (this.#stop) event.preventDefault();
  }
}
