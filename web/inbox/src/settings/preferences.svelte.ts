// The teammate's preferences. The server stores them, so that they are the same on every device.
import { api } from "$shared/api";
import { desk } from "$shared/store/desk.svelte";
import { preferred, translation } from "$shared/i18n/index.svelte";
import { commands } from "../keys/commands.svelte";
import { applyLook, DEFAULT_LOOK, savedLook, type Look } from "./look";

export type Notify = { desktop: boolean; sound: boolean; assigned: boolean; mentioned: boolean; replied: boolean };
export type Preferences = Look & {
  language: string | null;
  single_keys: boolean;
  keys: Record<string, string | null>;
  notify: Notify;
};

const DEFAULTS: Preferences = {
  ...DEFAULT_LOOK,
  language: null,
  single_keys: true,
  keys: {},
  notify: { desktop: false, sound: false, assigned: true, mentioned: true, replied: true },
};

class PreferenceStore {
  value = $state.raw<Preferences>({ ...DEFAULTS, ...savedLook() });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dirty = false;

  /** Applies the server's preferences, unless changes made here are not saved yet. */
  applySaved(saved: Record<string, unknown>) {
    if (this.#dirty) return;
    const known = saved as Partial<Preferences>;
    this.value = { ...DEFAULTS, ...this.value, ...known, notify: { ...DEFAULTS.notify, ...known.notify } };
    this.#apply();
  }

  set(change: Partial<Preferences>) {
    this.value = { ...this.value, ...change };
    this.#apply();
    this.#dirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(), 400);
  }

  async #save() {
    const value = this.value;
    // Before the server has answered: a page that is reloaded then must not paint the old ones from the cache.
    if (desk.start) desk.replaceStart({ ...desk.start, me: { ...desk.start.me, preferences: value } });
    try {
      await api.put("/me/preferences", value);
      if (this.value === value) this.#dirty = false;
    } catch {
      this.#timer = setTimeout(() => void this.#save(), 10_000);
    }
  }

  #apply() {
    const { theme, contrast, density, language, single_keys, keys } = this.value;
    applyLook({ theme, contrast, density });
    commands.singleKeys = single_keys;
    commands.customKeys = keys;
    const wanted = language ?? preferred();
    if (wanted !== translation.language) void translation.use(wanted);
  }
}

export const preferences = new PreferenceStore();
