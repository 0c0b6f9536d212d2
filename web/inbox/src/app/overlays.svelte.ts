// What lies over everything: the palette, or the list of keys. One at a time.

export type Overlay = "palette" | "keys";

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
