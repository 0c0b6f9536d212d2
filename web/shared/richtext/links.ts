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
