// Addresses that links and images may have, as the server allows them.

const SCHEMES = ["http:", "https:", "mailto:", "tel:"];
/** Where the server's own files are, besides the address of this page: its public address may be another one. */
const fileOrigins = new Set<string>();

/** The address as browsers read it, if the server keeps it; else null. */
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

/** What a person typed as an address: "example.com" means https, "a@b.test" is mail. Null if it is none. */
export function typedLink(typed: string): string | null {
  const text = typed.trim();
  if (text === "" || /\s/.test(text)) return null;
  const known = safeLink(text);
  if (known) return known;
  if (/^[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+$/.test(text)) return `mailto:${text}`;
  if (/^[^\s@/:]+\.[a-z\u00a1-\uffff]{2,}([/?#:].*)?$/i.test(text)) return safeLink(`https://${text}`);
  return null;
}

/** Remembers that the server gave this address as one of its files. */
export function rememberFileOrigin(address: string): void {
  const url = safeLink(address);
  if (url) fileOrigins.add(new URL(url).origin);
}

/** The address under which this page may load a file of the server; null if it is not one of its files. */
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
