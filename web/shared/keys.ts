// Keys as text: "j", "Shift+e", "Mod+k", "g i". Mod is Command on a Mac and Ctrl elsewhere.

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

const NAMES: Record<string, string> = {
  " ": "Space",
  Escape: "Esc",
  ArrowUp: "Up",
  ArrowDown: "Down",
  ArrowLeft: "Left",
  ArrowRight: "Right",
};

/**
 * The stroke of an event. A letter is what the layout writes, or the position of the key on layouts without Latin
 * letters.
 */
export function stroke(
  event: Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">,
): string | null {
  if (["Shift", "Control", "Meta", "Alt", "AltGraph", "CapsLock", "Dead", "Process"].includes(event.key)) return null;
  let key = NAMES[event.key] ?? event.key;
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (key.length === 1 && key.charCodeAt(0) > 127 && letter) key = letter.toLowerCase();
  const isLetter = /^[a-zA-Z]$/.test(key);
  if (isLetter) key = key.toLowerCase();
  let text = "";
  if (isMac ? event.metaKey : event.ctrlKey) text += "Mod+";
  if (isMac ? event.ctrlKey : event.metaKey) text += "Ctrl+";
  if (event.altKey && !(key.length === 1 && !isLetter)) text += "Alt+";
  // Shift is part of symbols ("?"), and a modifier of letters and named keys.
  if (event.shiftKey && (isLetter || key.length > 1)) text += "Shift+";
  return text + key;
}

/** Whether a key press would write into this element. */
export function writes(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return (
    target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "range"].includes(target.type)
  );
}

/** Whether this key alone would write a letter. Such keys can be switched off. */
export function isSingle(keys: string): boolean {
  return !/(Mod|Ctrl|Alt)\+/.test(keys) && !/^(Esc|Enter|Up|Down|Tab)$/.test(keys);
}

/** The parts of a key as they are shown, for example ["⌘", "K"] or ["G", "I"]. */
export function shown(keys: string): string[] {
  const signs: Record<string, string> = isMac
    ? { Mod: "⌘", Ctrl: "⌃", Alt: "⌥", Shift: "⇧", Enter: "↵", Up: "↑", Down: "↓" }
    : { Mod: "Ctrl", Shift: "⇧", Enter: "↵", Up: "↑", Down: "↓" };
  return keys
    .split(" ")
    .flatMap((one) => one.split(/\+(?=.)/))
    .map((part) => signs[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}
