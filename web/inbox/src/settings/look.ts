// Theme, contrast and density, as attributes of the root element.

export type Look = {
  theme: "system" | "light" | "dark";
  contrast: "normal" | "high";
  density: "comfortable" | "compact";
};
export const DEFAULT_LOOK: Look = { theme: "system", contrast: "normal", density: "comfortable" };
const KEY = "deskwire.look";

const dark = matchMedia("(prefers-color-scheme: dark)");
const more = matchMedia("(prefers-contrast: more)");
let current = DEFAULT_LOOK;

export function savedLook(): Look {
  try {
    return { ...DEFAULT_LOOK, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Look>) };
  } catch {
    return DEFAULT_LOOK;
  }
}

export function applyLook(look: Look) {
  current = look;
  const root = document.documentElement;
  root.dataset["theme"] = look.theme === "system" ? (dark.matches ? "dark" : "light") : look.theme;
  root.dataset["contrast"] = look.contrast === "high" || more.matches ? "high" : "normal";
  root.dataset["density"] = look.density;
  try {
    localStorage.setItem(KEY, JSON.stringify(look));
  } catch {
    // Without storage, the appearance lasts until the page is closed.
  }
}

dark.addEventListener("change", () => applyLook(current));
more.addEventListener("change", () => applyLook(current));
