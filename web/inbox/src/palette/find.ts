// Search by typed letters: whole words first, then starts of words, then letters in order.
import { fold } from "$shared/fold";

/** A match of the additional words never scores higher than this, so that titles come first. */
const MAX_KEYWORD_SCORE = 30;

/** How well a title, or else the additional words, match `typed`; 0 if they do not. */
export function score(typed: string, title: string, words = ""): number {
  return Math.max(points(typed, title), words ? Math.min(points(typed, `${title} ${words}`), MAX_KEYWORD_SCORE) : 0);
}

function points(typed: string, text: string): number {
  const want = fold(typed).trim();
  const have = fold(text).trim();
  if (!want) return 1;
  const at = have.indexOf(want);
  if (at === 0) return 100;
  if (at > 0) return /[\s\-_:]/.test(have[at - 1] ?? "") ? 80 : 40;
  const words = want.split(/\s+/);
  if (words.length > 1 && words.every((word) => have.split(/[\s\-_:]+/).some((one) => one.startsWith(word)))) return 60;
  return inOrder(want, have) ? 10 : 0;
}

/** Whether the letters occur in this order, the first one at the start of a word. */
function inOrder(want: string, have: string): boolean {
  let from = 0;
  for (const letter of want.replace(/\s+/g, "")) {
    const at = have.indexOf(letter, from);
    if (at < 0 || (from === 0 && at > 0 && !/[\s\-_:]/.test(have[at - 1] ?? ""))) return false;
    from = at + 1;
  }
  return true;
}

/** The best matches, best first. Equally good ones keep their order. */
export function best<T>(typed: string, items: T[], text: (item: T) => { title: string; words?: string }, most: number) {
  return items
    .map((item, index) => ({ item, index, points: score(typed, text(item).title, text(item).words) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || a.index - b.index)
    .slice(0, most)
    .map(({ item }) => item);
}
