// Placeholders in the text of a macro, `{{user.name|fallback:"there"}}`, parsed as on the server
// (crates/domain/src/macros/placeholders.rs).

/** A placeholder: its key, and the fallback if the value is unknown. */
export type Placeholder = { key: string; fallback: string | null };

/** Splits the text at its placeholders. What only looks like one stays text. */
export function pieces(text: string): (string | Placeholder)[] {
  const out: (string | Placeholder)[] = [];
  let [done, at] = [0, text.indexOf("{{")];
  while (at !== -1) {
    const end = text.indexOf("}}", at);
    if (end === -1) break;
    const found = placeholder(text.slice(at + 2, end));
    if (found) {
      if (at > done) out.push(text.slice(done, at));
      out.push(found);
      done = end + 2;
    }
    at = text.indexOf("{{", found ? done : at + 2);
  }
  if (done < text.length) out.push(text.slice(done));
  return out;
}

/** Writes a placeholder as text. */
export function written({ key, fallback }: Placeholder): string {
  return fallback === null ? `{{${key}}}` : `{{${key}|fallback:"${fallback}"}}`;
}

/** The text as a valid fallback, without characters that would end the placeholder. */
export function asFallback(text: string): string | null {
  const kept = text.replaceAll(/[{}]/g, "");
  return kept.trim() ? kept : null;
}

function placeholder(inside: string): Placeholder | null {
  const bar = inside.indexOf("|");
  const key = (bar === -1 ? inside : inside.slice(0, bar)).trim();
  if (!/^[\p{Alphabetic}\p{N}._-]+$/u.test(key)) return null;
  if (bar === -1) return { key, fallback: null };
  const match = /^\s*fallback\s*:\s*(["'])(.*)\1\s*$/s.exec(inside.slice(bar + 1));
  return match ? { key, fallback: match[2] ?? "" } : null;
}
