// The open picker: what it picks, for which conversations, and next to which element. thread/PickerHost.svelte shows
// it.

export type PickerKind =
  | "assign"
  | "team"
  | "tag"
  | "snooze"
  | "priority"
  | "ticket_state"
  | "merge"
  | "convert"
  | "add_contact"
  | "remove_contact";

class Pickers {
  open = $state.raw<{ kind: PickerKind; ids: string[]; anchor: Element | null } | null>(null);
  #back: Element | null = null;

  /** Opens a picker for conversations, next to an element, or centered without one. */
  show(kind: PickerKind, ids: string[], anchor: Element | null = null) {
    if (!ids.length) return;
    this.#back = document.activeElement;
    this.open = { kind, ids, anchor };
  }

  /** Closes the picker and restores the focus. */
  close() {
    this.open = null;
    if (this.#back instanceof HTMLElement && this.#back.isConnected) this.#back.focus();
  }
}

export const pickers = new Pickers();
