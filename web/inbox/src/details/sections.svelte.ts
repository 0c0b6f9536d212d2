// The sections of the details: in which order, and which are folded. Remembered with the teammate's preferences on this device.

export const SECTIONS = [
  "ticket",
  "attributes",
  "contact",
  "companies",
  "tags",
  "segments",
  "notes",
  "events",
  "conversations",
  "tickets",
  "objects",
  "linked",
] as const;
export type SectionId = (typeof SECTIONS)[number];

const KEY = "deskwire.details";
const FOLDED_BY_DEFAULT: SectionId[] = ["segments", "events", "objects"];

class Sections {
  order = $state.raw<SectionId[]>([...SECTIONS]);
  folded = $state.raw<SectionId[]>(FOLDED_BY_DEFAULT);

  constructor() {
    try {
      const saved = JSON.parse(localStorage.getItem(KEY) ?? "{}") as { order?: SectionId[]; folded?: SectionId[] };
      const order = (saved.order ?? []).filter((one) => SECTIONS.includes(one));
      // Sections that are new since then come where they are by default.
      for (const [at, one] of SECTIONS.entries()) if (!order.includes(one)) order.splice(at, 0, one);
      this.order = order;
      this.folded = saved.folded ?? FOLDED_BY_DEFAULT;
    } catch {
      // What was saved is not ours: keep the defaults.
    }
  }

  isFolded(id: SectionId): boolean {
    return this.folded.includes(id);
  }

  toggle(id: SectionId) {
    this.folded = this.isFolded(id) ? this.folded.filter((one) => one !== id) : [...this.folded, id];
    this.#save();
  }

  /** Moves a section by one place among those that are shown. */
  move(id: SectionId, step: 1 | -1, shown: SectionId[]) {
    const beside = shown[shown.indexOf(id) + step];
    if (!beside) return;
    const order = this.order.filter((one) => one !== id);
    order.splice(order.indexOf(beside) + (step > 0 ? 1 : 0), 0, id);
    this.order = order;
    this.#save();
  }

  #save() {
    localStorage.setItem(KEY, JSON.stringify({ order: this.order, folded: this.folded }));
  }
}

export const sections = new Sections();
