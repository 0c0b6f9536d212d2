// Mentions are written as "@Name" in the text of a message.

/** Somebody who can be mentioned. */
export type Mentionable = { id: string; name: string };

/** The mentions of these people in a text. If names start alike, the longest matches. */
export function findMentions<T extends Mentionable>(text: string, people: T[]): { from: number; to: number; who: T }[] {
  const found: { from: number; to: number; who: T }[] = [];
  if (people.length === 0 || !text.includes("@")) return found;
  const sorted = people.filter((p) => p.name !== "").sort((a, b) => b.name.length - a.name.length);
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    if (at > 0 && /[\p{L}\p{N}]/u.test(text.charAt(at - 1))) continue;
    const who = sorted.find(
      (p) => text.startsWith(p.name, at + 1) && !/^[\p{L}\p{N}]/u.test(text.slice(at + 1 + p.name.length)),
    );
    if (who) found.push({ from: at, to: at + 1 + who.name.length, who });
  }
  return found;
}
