// The enlarged picture.
class ZoomState {
  src = $state<string | null>(null);
  alt = $state("");

  open(src: string, alt: string) {
    this.src = src;
    this.alt = alt;
  }
}

export const zoom = new ZoomState();
