// Finds where the quoted rest of a mail starts. Quotes are folded, never removed.

/** A block of a message. */
export type Block = { tag: string; text: string };

/** The line that introduces a quote, as mail programs in many languages write it. */
const ATTRIBUTION =
  /(^|\s)(wrote|writes|schrieb|a écrit|escribió|escreveu|ha scritto|schreef|skrev|kirjoitti|napisał(\(a\))?|napsal(\(a\))?|írta|yazdı|пишет|писал(а)?|написал(а)?|写道|書きました|님이 작성)(:|\s[^\n]{0,80}:)?\s*$/iu;
const DIVIDER =
  /^\s*(-{2,}\s*)?(original message|forwarded message|ursprüngliche nachricht|mensaje original|message d'origine|mensagem original|messaggio originale)(\s*-{2,})?\s*$/i;
const HEADER = /^(from|von|de|da|van|от)\s*:\s.+/i;
/** A long mail is not folded if less than this share of it would stay visible. */
const MIN_SHARE = 0.1;
const LONG_MAIL_CHARS = 500;

/** The index of the first block of the quoted rest; null if nothing should be folded. */
export function quoteStart(blocks: Block[]): number | null {
  const start = candidate(blocks);
  if (start === null) return null;
  const size = (some: Block[]) => some.reduce((sum, block) => sum + block.text.trim().length, 0);
  const kept = size(blocks.slice(0, start));
  const all = size(blocks);
  if (kept === 0 || (all > LONG_MAIL_CHARS && kept < all * MIN_SHARE)) return null;
  return start;
}

function candidate(blocks: Block[]): number | null {
  for (const [at, block] of blocks.entries()) {
    if (DIVIDER.test(block.text) || isHeaderBlock(block.text)) return at;
  }
  let start = blocks.length;
  while (start > 0 && (isQuote(blocks[start - 1] as Block) || isBlank(blocks[start - 1] as Block))) start--;
  while (start < blocks.length && isBlank(blocks[start] as Block)) start++;
  if (start === blocks.length) return null;
  let before = start - 1;
  while (before >= 0 && isBlank(blocks[before] as Block)) before--;
  const line = blocks[before]?.text.trim() ?? "";
  return line.length < 300 && ATTRIBUTION.test(line) ? before : start;
}

const isBlank = (block: Block) => block.text.trim() === "" && block.tag !== "img";

function isQuote(block: Block): boolean {
  if (block.tag === "blockquote") return true;
  const lines = block.text.split("\n").filter((line) => line.trim() !== "");
  return lines.length > 0 && lines.every((line) => line.trimStart().startsWith(">"));
}

/** "From: … / Sent: … / Subject: …", as Outlook puts above a quote. */
function isHeaderBlock(text: string): boolean {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return (
    lines.length >= 3 &&
    HEADER.test(lines[0] as string) &&
    lines.slice(0, 6).every((line) => /^[\p{L} ]{1,20}:\s/u.test(line))
  );
}
