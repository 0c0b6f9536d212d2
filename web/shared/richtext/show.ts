// Shows a message: it is built node by node from what the server sanitized, by the same rules again.
import { shownName } from "../names";
import { findMentions, type Mentionable } from "./mentions";
import { parseInert } from "./inert";
import { findAddresses, ownFile, safeLink } from "./links";
import { type Block, quoteStart } from "./quotes";

const ELEMENTS = new Set(
  "a b blockquote br code del div em h1 h2 h3 h4 hr i img ins li ol p pre s span strong sub sup table tbody td th thead tr u ul mark".split(
    " ",
  ),
);
const DROPPED_ELEMENTS = new Set([
  "script",
  "style",
  "title",
  "template",
  "noscript",
  "iframe",
  "object",
  "embed",
  "svg",
  "math",
]);
const BLOCKS = new Set("blockquote div h1 h2 h3 h4 hr li ol p pre table ul".split(" "));
/** Headings of a message are below those of the page. */
const HEADINGS: Record<string, string> = { h1: "h4", h2: "h4", h3: "h5", h4: "h6" };

export type ShowOptions = {
  /** The people whose names are highlighted after an "@". */
  people?: Mentionable[];
  /** The text of the button that shows a folded quote. */
  quoteLabel?: string;
  /** The label of an image that is on another server, which is not loaded. */
  remoteImage?: (host: string) => string;
  /** Opens an image. */
  onImage?: (src: string, alt: string) => void;
  /** The name of the button that opens an image. */
  zoomLabel?: (alt: string) => string;
};

/** In links, addresses are not links again. In code, no text is. */
type Within = "text" | "link" | "code";

/** The nodes of a message. */
export function show(html: string, options: ShowOptions = {}): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const child of parseInert(html).childNodes) append(fragment, child, options, "text");
  if (options.quoteLabel) fold(fragment, options.quoteLabel);
  return fragment;
}

function append(parent: ParentNode & Node, source: ChildNode, options: ShowOptions, within: Within): void {
  if (source.nodeType === Node.TEXT_NODE) {
    text(parent, source.textContent ?? "", options, within);
    return;
  }
  if (source.nodeType !== Node.ELEMENT_NODE) return;
  const from = source as HTMLElement;
  const tag = from.localName;
  if (DROPPED_ELEMENTS.has(tag)) return;
  if (tag === "img") {
    image(parent, from, options);
    return;
  }
  let target = parent;
  if (ELEMENTS.has(tag)) {
    const made = document.createElement(HEADINGS[tag] ?? tag);
    if (tag === "a") link(made, safeLink(from.getAttribute("href") ?? ""));
    if (tag === "td" || tag === "th") span(made, from);
    parent.appendChild(made);
    target = made;
  }
  let inside = within;
  if (tag === "code" || tag === "pre") inside = "code";
  else if (tag === "a" && within === "text") inside = "link";
  for (const child of from.childNodes) append(target, child, options, inside);
}

function link(made: HTMLElement, href: string | null): void {
  if (!href) return;
  made.setAttribute("href", href);
  if (new URL(href).origin !== location.origin) {
    made.setAttribute("target", "_blank");
    made.setAttribute("rel", "nofollow noopener noreferrer");
  }
  // The text of a link may differ from its address.
  made.setAttribute("title", href);
}

function span(made: HTMLElement, from: HTMLElement): void {
  for (const name of ["colspan", "rowspan"]) {
    const value = Number(from.getAttribute(name));
    if (Number.isInteger(value) && value > 1 && value <= 50) made.setAttribute(name, String(value));
  }
}

function image(parent: Node, from: HTMLElement, options: ShowOptions): void {
  const src = from.getAttribute("src") ?? "";
  const alt = shownName(from.getAttribute("alt") ?? "");
  const url = safeLink(src);
  if (!url || !/^https?:/.test(url)) return;
  const { origin, host } = new URL(url);
  const file = ownFile(url);
  // From this server, only files are shown as images. Anything else would be requested with the reader's session.
  if (!file && origin === location.origin) return;
  if (!file) {
    const instead = document.createElement("a");
    instead.className = "remote-image";
    instead.setAttribute("href", url);
    instead.setAttribute("target", "_blank");
    instead.setAttribute("rel", "nofollow noopener noreferrer");
    instead.textContent = alt || (options.remoteImage?.(host) ?? host);
    parent.appendChild(instead);
    return;
  }
  const made = document.createElement("img");
  made.alt = alt;
  made.decoding = "async";
  for (const name of ["width", "height"] as const) {
    const value = Number(from.getAttribute(name));
    if (Number.isInteger(value) && value > 0) made[name] = value;
  }
  made.src = file;
  const open = options.onImage;
  if (!open) {
    parent.appendChild(made);
    return;
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "zoom";
  const label = options.zoomLabel?.(alt);
  if (label) button.setAttribute("aria-label", label);
  button.appendChild(made);
  button.addEventListener("click", () => open(file, alt));
  parent.appendChild(button);
}

function text(parent: Node, value: string, options: ShowOptions, within: Within): void {
  let done = 0;
  const rest = (to: number) => {
    if (to > done) parent.appendChild(document.createTextNode(value.slice(done, to)));
    done = to;
  };
  for (const { from, to, href } of findings(value, options.people ?? [], within)) {
    rest(from);
    const made = document.createElement(href ? "a" : "span");
    if (href) link(made, href);
    else made.className = "mention";
    made.textContent = value.slice(from, to);
    parent.appendChild(made);
    done = to;
  }
  rest(value.length);
}

/** The addresses and mentions in a text, in order. What looks like a mention in an address is part of the address. */
function findings(value: string, people: Mentionable[], within: Within): { from: number; to: number; href?: string }[] {
  if (within === "code") return [];
  const addresses = within === "link" ? [] : findAddresses(value);
  const mentions = findMentions(value, people).filter(
    (one) => !addresses.some(({ from, to }) => one.from < to && from < one.to),
  );
  return [...addresses, ...mentions].sort((a, b) => a.from - b.from);
}

/** Moves the quoted rest into a `<details>`. */
function fold(fragment: DocumentFragment, label: string): void {
  let root: ParentNode & Node = fragment;
  while (root.childNodes.length === 1 && root.firstElementChild?.localName === "div") root = root.firstElementChild;
  const nodes = [...root.childNodes];
  const start = quoteStart(nodes.map(blockOf));
  if (start === null) return;
  const folded = document.createElement("details");
  folded.className = "quote";
  const summary = document.createElement("summary");
  summary.textContent = label;
  folded.append(summary, ...nodes.slice(start));
  root.appendChild(folded);
}

function blockOf(node: ChildNode): Block {
  if (node.nodeType !== Node.ELEMENT_NODE) return { tag: "#text", text: node.textContent ?? "" };
  const element = node as HTMLElement;
  const tag = element.querySelector("img") ? "img" : element.localName;
  return { tag, text: linesOf(element) };
}

/** The beginning of a message as one line of text, of at most `max` characters. */
export function beginningOf(html: string, max: number): string {
  const all = [...linesOf(parseInert(html)).replace(/\s+/g, " ").trim()];
  return all.length > max ? `${all.slice(0, max).join("").trimEnd()}…` : all.join("");
}

/** The text, with a line break for each line break and block. */
function linesOf(node: Node): string {
  let out = "";
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) out += child.textContent ?? "";
    else if ((child as Element).localName === "br") out += "\n";
    else {
      const isBlock = BLOCKS.has((child as Element).localName);
      if (isBlock && out !== "" && !out.endsWith("\n")) out += "\n";
      out += linesOf(child);
      if (isBlock) out += "\n";
    }
  }
  return out;
}
