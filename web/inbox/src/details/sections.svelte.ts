// The order of the sections of the details, and which are folded. Stored on this device.

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
      // New sections get their default place.
      for (const [at, one] of SECTIONS.entries()) if (!order.includes(one)) order.splice(at, 0, one);
      this.order = order;
      this.folded = saved.folded ?? FOLDED_BY_DEFAULT;
    } catch {
      // The stored value is invalid: keep the defaults.
    }
  }

  isFolded(id: SectionId): boolean {
    return this.folded.includes(id);
  }

  toggle(id: SectionId) {
    this.folded = this.isFolded(id) ? this.folded.filter((one) => one !== id) : [...this.folded, id];
    this.#save();
  }

  /** Moves a section by one place among those that are visible. */
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
