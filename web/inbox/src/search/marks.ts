// The words of a search in a text.
import { fold } from "$shared/fold";

export type Piece = { text: string; isMatch: boolean };
const WORD = /([\p{L}\p{M}\p{N}]+)/u;
/** Shorter words match only as a whole: many words begin with the same letters. */
const MIN_BEGINNING = 3;

/** Splits a text into the words that the query has, or the beginnings of, and what is between them. */
export function pieces(text: string, query: string): Piece[] {
  const wanted = wordsOf(query);
  const isMatch = (word: string) =>
    wanted.some((one) => word === one || (one.length >= MIN_BEGINNING && word.startsWith(one)));
  // After a split by a group, every second piece is a word.
  return text
    .split(WORD)
    .map((piece, at) => ({ text: piece, isMatch: at % 2 === 1 && isMatch(fold(piece)) }))
    .filter((piece) => piece.text !== "");
}

const wordsOf = (query: string) =>
  query
    .split(WORD)
    .filter((_, at) => at % 2 === 1)
    .map(fold);
