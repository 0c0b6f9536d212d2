// The open overlay: the palette, the list of keys, the editor of a view, a new conversation, or a question before signing
// out, deleting or merging. One at a time.

export type Overlay = "palette" | "keys" | "new_view" | "view" | "start" | "sign_out" | "delete" | "merge";

class Overlays {
  open = $state<Overlay | null>(null);

  show(overlay: Overlay) {
    this.open = this.open === overlay ? null : overlay;
  }

  close() {
    this.open = null;
  }
}

export const overlays = new Overlays();
