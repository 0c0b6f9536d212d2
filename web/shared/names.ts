// Names that come from outside of the workspace: of contacts, companies, tags, attributes and files.

/** The marks and controls of Unicode that change the writing direction. */
const DIRECTIONS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/**
 * A name as it is shown, and as a file is stored, without controls of the writing direction. With them, a file named
 * "fdp.exe" could be shown with the end "exe.pdf".
 */
export const shownName = (name: string) => name.replace(DIRECTIONS, "");

/** What begins an isolate, whose direction is that of its first letter, and what ends it. */
const [ISOLATE, END] = ["\u2068", "\u2069"];
/** The letters of the scripts that are written from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/**
 * A text as a part of a sentence, in an isolate, so that it cannot change the order of the words around it. (CSS can do
 * this for elements only.) Isolates have no width and are not spoken. They are left out where they change nothing.
 */
export function isolated(text: string, rtl = false): string {
  const shown = isBalanced(text) ? text.replace(DIRECTIONS, keepIsolate) : shownName(text);
  const needsNone = !shown || isIsolate(shown) || !(rtl || RIGHT_TO_LEFT.test(shown));
  return needsNone ? shown : ISOLATE + shown + END;
}

const keepIsolate = (mark: string) => (mark === ISOLATE || mark === END ? mark : "");

/** Whether it is a single isolate already. */
const isIsolate = (text: string) => text.startsWith(ISOLATE) && text.indexOf(END) === text.length - 1;

/** Whether all isolates, which come from parts of the text, end within it. */
function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === ISOLATE) depth++;
    else if (character === END && --depth < 0) return false;
  }
  return depth === 0;
}
