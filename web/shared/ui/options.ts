// What pickers offer, and how it is found by typing.

export type Option = {
  id: string;
  label: string;
  /** Shown at the end of the line. */
  hint?: string | undefined;
  /** More words to find it by. */
  words?: string;
  checked?: boolean;
  /** What choosing it makes first: the name of something new. */
  creates?: string;
  /** A heading above the first of each group. */
  group?: string;
};

/** How well a text finds an option: 0 at its start, 1 at the start of a word, 2 anywhere, 3 not at all. */
function rank(option: Option, wanted: string): 0 | 1 | 2 | 3 {
  const words = plain(`${option.label} ${option.words ?? ""}`);
  if (words.startsWith(wanted)) return 0;
  if (words.includes(` ${wanted}`)) return 1;
  return wanted.split(/\s+/).every((word) => words.includes(word)) ? 2 : 3;
}

const plain = (some: string) => some.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

function find(options: Option[], text: string, worst: number): Option[] {
  const wanted = plain(text);
  if (wanted === "") return options;
  return options
    .map((option, at) => ({ option, at, rank: rank(option, wanted) }))
    .filter((one) => one.rank <= worst)
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .map((one) => one.option);
}

/** How many options a list shows at once. */
const MAX_OPTIONS = 100;

/** The options that are shown of all that were found, and how many are not: whoever wants one of those types more of it. */
export function visible(found: Option[]): { shown: Option[]; more: number } {
  const shown = found.filter((option, at) => at < MAX_OPTIONS || option.checked || option.creates);
  return { shown, more: found.length - shown.length };
}

/** The options that a text finds: those that start with it first. */
export const matching = (options: Option[], text: string): Option[] => find(options, text, 2);

/** Only those with a word that starts with it. */
export const startingWith = (options: Option[], text: string): Option[] => find(options, text, 1);
