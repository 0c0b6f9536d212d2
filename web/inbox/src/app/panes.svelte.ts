// The widths of the panes, and which are open. Stored on this device.

const KEY = "deskwire.panes";
const LIMITS = { views: [180, 320], list: [280, 560], details: [260, 520] } as const;
export type Pane = keyof typeof LIMITS;

class Panes {
  widths = $state<Record<Pane, number>>({ views: 220, list: 340, details: 320 });
  views = $state(true);
  details = $state(true);
  /** One column: a phone, or a narrow window. */
  narrow = $state(false);
  /** Too narrow for all four panes: the details cover the thread. */
  tight = $state(false);
  /** In one column: whether the views cover the list. */
  drawer = $state(false);

  constructor() {
    try {
      const saved = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<{
        widths: Record<Pane, number>;
        views: boolean;
        details: boolean;
      }>;
      for (const pane of Object.keys(LIMITS) as Pane[])
        if (saved.widths?.[pane]) this.resize(pane, saved.widths[pane], false);
      this.views = saved.views ?? true;
      this.details = saved.details ?? true;
    } catch {
      // The stored value is invalid: keep the defaults.
    }
    const follow = (query: string, set: (matches: boolean) => void) => {
      const media = matchMedia(query);
      set(media.matches);
      media.addEventListener("change", () => set(media.matches));
    };
    follow("(max-width: 899px)", (matches) => {
      this.narrow = matches;
      if (matches) this.details = false;
    });
    follow("(max-width: 1179px)", (matches) => {
      this.tight = matches;
      if (matches) this.details = false;
    });
  }

  limits(pane: Pane): readonly [number, number] {
    return LIMITS[pane];
  }

  resize(pane: Pane, width: number, save = true) {
    const [least, most] = LIMITS[pane];
    this.widths[pane] = Math.round(Math.min(most, Math.max(least, width)));
    if (save) this.#save();
  }

  toggle(pane: "views" | "details") {
    this[pane] = !this[pane];
    this.#save();
  }

  #save() {
    const { widths, views, details } = this;
    // In a narrow window the details close automatically. That is not the reader's choice, so it is not stored.
    const kept = this.tight ? {} : { details };
    localStorage.setItem(KEY, JSON.stringify({ widths, views, ...kept }));
  }
}

export const panes = new Panes();
