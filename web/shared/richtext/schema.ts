// The schema of messages: the HTML that the server keeps (crates/domain/src/html.rs), so that nothing is lost.
import { type DOMOutputSpec, type MarkSpec, type NodeSpec, Schema } from "prosemirror-model";
import { ownFile, safeLink } from "./links";
import { type Placeholder, written } from "./placeholders";

const block = (tag: string): DOMOutputSpec => [tag, 0];

const nodes = {
  doc: { content: "block+" },
  paragraph: {
    content: "inline*",
    group: "block",
    parseDOM: [{ tag: "p" }],
    toDOM: () => block("p"),
  },
  blockquote: {
    content: "block+",
    group: "block",
    defining: true,
    parseDOM: [{ tag: "blockquote" }],
    toDOM: () => block("blockquote"),
  },
  heading: {
    attrs: { level: { default: 2, validate: "number" } },
    content: "inline*",
    group: "block",
    defining: true,
    parseDOM: [1, 2, 3, 4].map((level) => ({ tag: `h${level}`, attrs: { level } })),
    toDOM: (node) => block(`h${node.attrs.level as number}`),
  },
  code_block: {
    content: "text*",
    marks: "",
    group: "block",
    code: true,
    defining: true,
    parseDOM: [{ tag: "pre", preserveWhitespace: "full" }],
    toDOM: () => ["pre", ["code", 0]],
  },
  horizontal_rule: { group: "block", parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
  // This comes before ordered lists, because items without a list get the first list type.
  bullet_list: {
    content: "list_item+",
    group: "block",
    parseDOM: [{ tag: "ul" }],
    toDOM: () => block("ul"),
  },
  ordered_list: {
    content: "list_item+",
    group: "block",
    parseDOM: [{ tag: "ol" }],
    toDOM: () => block("ol"),
  },
  list_item: {
    content: "paragraph block*",
    defining: true,
    parseDOM: [{ tag: "li" }],
    toDOM: () => block("li"),
  },
  text: { group: "inline" },
  hard_break: {
    inline: true,
    group: "inline",
    selectable: false,
    linebreakReplacement: true,
    parseDOM: [{ tag: "br" }],
    toDOM: () => ["br"],
  },
  image: {
    inline: true,
    group: "inline",
    draggable: true,
    attrs: {
      src: { validate: "string" },
      alt: { default: "", validate: "string" },
      width: { default: null, validate: "number|null" },
      height: { default: null, validate: "number|null" },
    },
    parseDOM: [{ tag: "img[src]", getAttrs: (dom) => imageAttrs(dom) }],
    toDOM: (node) => ["img", withoutNulls({ ...node.attrs, src: ownFile(node.attrs.src as string) })],
  },
  // Written as "@Name". The list of mentions next to the text tells the server who is meant.
  mention: {
    inline: true,
    group: "inline",
    atom: true,
    selectable: false,
    attrs: { id: { validate: "string" }, name: { validate: "string" } },
    parseDOM: [
      {
        tag: "span[data-mention]",
        getAttrs: (dom) => ({
          id: dom.getAttribute("data-mention") ?? "",
          name: (dom.textContent ?? "").replace(/^@/, ""),
        }),
      },
    ],
    toDOM: (node) => [
      "span",
      { "data-mention": node.attrs.id as string, class: "mention" },
      `@${node.attrs.name as string}`,
    ],
    leafText: (node) => `@${node.attrs.name as string}`,
  },
  // Only in the text of macros. Anywhere else, and in copied text, it is its text.
  placeholder: {
    inline: true,
    group: "inline",
    atom: true,
    attrs: { key: { validate: "string" }, fallback: { default: null, validate: "string|null" } },
    toDOM: (node) => ["span", written(node.attrs as Placeholder)],
    leafText: (node) => written(node.attrs as Placeholder),
  },
} satisfies Record<string, NodeSpec>;

const marks = {
  link: {
    attrs: { href: { validate: "string" } },
    inclusive: false,
    parseDOM: [
      {
        tag: "a[href]",
        getAttrs: (dom) => {
          const href = safeLink(dom.getAttribute("href") ?? "");
          return href ? { href } : false;
        },
      },
    ],
    toDOM: (mark) => ["a", { href: mark.attrs.href as string, rel: "noopener noreferrer" }, 0],
  },
  strong: {
    parseDOM: [
      { tag: "strong" },
      // Text copied from Google Docs is wrapped in <b style="font-weight: normal">.
      { tag: "b", getAttrs: (dom) => dom.style.fontWeight !== "normal" && null },
    ],
    toDOM: () => block("strong"),
  },
  em: { parseDOM: [{ tag: "em" }, { tag: "i" }], toDOM: () => block("em") },
  underline: { parseDOM: [{ tag: "u" }, { tag: "ins" }], toDOM: () => block("u") },
  strike: { parseDOM: [{ tag: "s" }, { tag: "del" }], toDOM: () => block("s") },
  code: { parseDOM: [{ tag: "code" }], toDOM: () => block("code") },
} satisfies Record<string, MarkSpec>;

function imageAttrs(dom: HTMLElement): Record<string, unknown> | false {
  const src = dom.getAttribute("src") ?? "";
  // Images of other servers are not loaded here, and would tell that server who reads the message.
  if (!/^https?:\/\//i.test(src) || !ownFile(src)) return false;
  const pixels = (name: string) => {
    const value = Number(dom.getAttribute(name));
    return Number.isInteger(value) && value > 0 ? value : null;
  };
  return { src, alt: dom.getAttribute("alt") ?? "", width: pixels("width"), height: pixels("height") };
}

function withoutNulls(attrs: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attrs)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, String(value)]),
  );
}

export const schema = new Schema({ nodes, marks });
