// Names that come from outside of the workspace: of contacts, companies and files.

/** The marks and controls of Unicode that change the writing direction. */
const DIRECTIONS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/**
 * A name as it is shown, and as a file is stored. It has no controls of the writing direction, with which "exe.pdf" can
 * be the end of what is "fdp.exe".
 */
export const shownName = (name: string) => name.replace(DIRECTIONS, "");
