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

/** What the control that opens a picker has as `data-picks`: for one conversation, or for the selection. */
export const picks = (kind: PickerKind, id: string | null) => `${kind} ${id ?? "selection"}`;

/** The visible control that opens this picker for these conversations. */
function controlOf(kind: PickerKind, [id, more]: string[]): Element | null {
  for (const name of [...(id && !more ? [picks(kind, id)] : []), picks(kind, null)]) {
    const control = document.querySelector(`[data-picks="${CSS.escape(name)}"]`);
    if (control && control.getBoundingClientRect().width > 0) return control;
  }
  return null;
}

class Pickers {
  open = $state.raw<{ kind: PickerKind; ids: string[]; anchor: Element | null } | null>(null);
  #back: Element | null = null;

  /** Opens a picker for conversations, next to an element or to its control; centered if neither is visible. */
  show(kind: PickerKind, ids: string[], anchor: Element | null = controlOf(kind, ids)) {
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
