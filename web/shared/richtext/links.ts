// The addresses that the server allows for links and images.

const SCHEMES = ["http:", "https:", "mailto:", "tel:"];
/** The origins of the server's files besides this page's: its public address may be another one. */
const fileOrigins = new Set<string>();

/** The address as browsers parse it, if the server keeps it; else null. */
export function safeLink(address: string): string | null {
  const text = address.trim();
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  if (!SCHEMES.includes(url.protocol)) return null;
  const web = url.protocol === "http:" || url.protocol === "https:";
  // "http:x" is read relative to the page.
  if (web && !/^https?:\/\//i.test(text)) return null;
  return url.href;
}

/** The address for a typed text: "example.com" means https, "a@b.test" is mail. Null if it is not an address. */
export function typedLink(typed: string): string | null {
  const text = typed.trim();
  if (text === "" || /\s/.test(text)) return null;
  const known = safeLink(text);
  if (known) return known;
  if (/^[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+$/.test(text)) return `mailto:${text}`;
  if (/^[^\s@/:]+\.[a-z\u00a1-\uffff]{2,}([/?#:].*)?$/i.test(text)) return safeLink(`https://${text}`);
  return null;
}

/** Up to a space, a sign that ends addresses in texts, or an invisible sign that could hide where the link leads. */
const ADDRESS = /(?<![\p{L}\p{N}_])https?:\/\/[^\s<>"\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffc]+/giu;
const AFTER = ".,;:!?'*_~’”»“…)]}";
const OPENING: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

/** The web addresses in a text. Punctuation after an address, and a bracket that opened before it, are not part of it. */
export function findAddresses(text: string): { from: number; to: number; href: string }[] {
  return [...text.matchAll(ADDRESS)].flatMap(({ 0: found, index }) => {
    const address = withoutPunctuation(found);
    const href = safeLink(address);
    return href ? [{ from: index, to: index + address.length, href }] : [];
  });
}

function withoutPunctuation(address: string): string {
  const count = new Map<string, number>();
  for (const sign of address) count.set(sign, (count.get(sign) ?? 0) + 1);
  let end = address.length;
  for (; end > 0; end--) {
    const last = address.charAt(end - 1);
    if (!AFTER.includes(last)) break;
    const opening = OPENING[last];
    const closed = count.get(last) ?? 0;
    if (opening && closed <= (count.get(opening) ?? 0)) break;
    count.set(last, closed - 1);
  }
  return address.slice(0, end);
}

/** Remembers the origin of one of the server's files. */
export function rememberFileOrigin(address: string): void {
  const url = safeLink(address);
  if (url) fileOrigins.add(new URL(url).origin);
}

/** The address from which this page may load a file of the server; null if it is not one of its files. */
export function ownFile(address: string): string | null {
  let url: URL;
  try {
    url = new URL(address, location.origin);
  } catch {
    return null;
  }
  if (url.origin !== location.origin && !fileOrigins.has(url.origin)) return null;
  return url.pathname.startsWith("/attachments/") ? location.origin + url.pathname + url.search : null;
}
