// The options of pickers, and the search in them.

export type Option = {
  id: string;
  label: string;
  /** The text at the end of the line. */
  hint?: string | undefined;
  /** Additional words for the search. */
  words?: string;
  checked?: boolean;
  /** The name of the object that choosing it creates. */
  creates?: string;
  /** The heading of its group. */
  group?: string;
};

/** How well a text matches an option: 0 at its start, 1 at the start of a word, 2 anywhere, 3 not at all. */
function rank(option: Option, query: string): 0 | 1 | 2 | 3 {
  const words = plain(`${option.label} ${option.words ?? ""}`);
  if (words.startsWith(query)) return 0;
  if (words.includes(` ${query}`)) return 1;
  return query.split(/\s+/).every((word) => words.includes(word)) ? 2 : 3;
}

const plain = (some: string) => some.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

function find(options: Option[], text: string, worst: number): Option[] {
  const query = plain(text);
  if (query === "") return options;
  return options
    .map((option, at) => ({ option, at, rank: rank(option, query) }))
    .filter((one) => one.rank <= worst)
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .map((one) => one.option);
}

/** The maximum number of options that a list shows. */
const MAX_OPTIONS = 100;

/**
 * Splits the options into those that are shown and the number of those that are not, which are found by typing more.
 */
export function visible(found: Option[]): { shown: Option[]; more: number } {
  const shown = found.filter((option, at) => at < MAX_OPTIONS || option.checked || option.creates);
  return { shown, more: found.length - shown.length };
}

/** The options that match a text. Those that start with it come first. */
export const matching = (options: Option[], text: string): Option[] => find(options, text, 2);

/** Only the options with a word that starts with the text. */
export const startingWith = (options: Option[], text: string): Option[] => find(options, text, 1);
