// Converts documents to HTML and back. The server stores the written HTML unchanged.
import { DOMParser as Reader, Fragment, type Mark, type Node, Slice } from "prosemirror-model";
import { parseInert } from "./inert";
import { findMentions, type Mentionable } from "./mentions";
import { pieces, type Placeholder, written } from "./placeholders";
import { schema } from "./schema";

const MARKS: Record<string, string> = { strong: "strong", em: "em", underline: "u", strike: "s", code: "code" };

/** The document as HTML; empty if nothing is visible in it. */
export function toHtml(doc: Node): string {
  return isEmpty(doc) ? "" : blocks(doc);
}

/** Whether nothing in it is visible. */
export function isEmpty(doc: Node): boolean {
  let found = false;
  doc.descendants((node) => {
    found ||= node.isText
      ? (node.text ?? "").trim() !== ""
      : node.isAtom && node.type.name !== "hard_break" && !node.isBlock;
    return !found;
  });
  return !found;
}

/** The ids of those who are mentioned, each once. */
export function mentionsOf(doc: Node): string[] {
  const ids = new Set<string>();
  doc.descendants((node) => {
    if (node.type.name === "mention") ids.add(node.attrs.id as string);
  });
  return [...ids];
}

/** Which texts become nodes again. */
export type Reading = {
  /** "@Name" of one of these people is a mention. */
  people?: Mentionable[];
  /** `{{key}}` is a placeholder. */
  placeholders?: boolean;
};

/** Parses HTML to a document. */
export function fromHtml(html: string, reading: Reading = {}): Node {
  const body = parseInert(html);
  // An empty paragraph is written with a line break, which the editor adds itself.
  for (const p of body.querySelectorAll("p")) {
    if (p.childNodes.length === 1 && p.firstChild?.nodeName === "BR") p.replaceChildren();
  }
  return withNodes(Reader.fromSchema(schema).parse(body), reading);
}

/** Parses HTML to a slice that is inserted at the cursor. */
export function sliceOf(html: string, reading: Reading = {}): Slice {
  return Slice.maxOpen(fromHtml(html, reading).content);
}

/** A pasted slice, with its texts read like those of a document. */
export function read(slice: Slice, reading: Reading): Slice {
  return new Slice(fragmentWithNodes(slice.content, reading), slice.openStart, slice.openEnd);
}

function blocks(parent: Node): string {
  const out: string[] = [];
  parent.forEach((node) => out.push(block(node)));
  return out.join("");
}

function block(node: Node): string {
  switch (node.type.name) {
    case "paragraph":
      return `<p>${inline(node) || "<br>"}</p>`;
    case "heading":
      return `<h${node.attrs.level as number}>${inline(node)}</h${node.attrs.level as number}>`;
    case "code_block":
      return `<pre><code>${escape(node.textContent)}</code></pre>`;
    case "blockquote":
      return `<blockquote>${blocks(node)}</blockquote>`;
    case "bullet_list":
      return `<ul>${blocks(node)}</ul>`;
    case "ordered_list":
      return `<ol>${blocks(node)}</ol>`;
    case "list_item": {
      const tight = node.childCount > 0 && [...children(node)].slice(1).every((n) => n.type.name.endsWith("_list"));
      if (!tight) return `<li>${blocks(node)}</li>`;
      const [first, ...rest] = children(node);
      return `<li>${first ? inline(first) : ""}${rest.map(block).join("")}</li>`;
    }
    case "horizontal_rule":
      return "<hr>";
    default:
      return "";
  }
}

function* children(node: Node): Generator<Node> {
  for (let i = 0; i < node.childCount; i++) yield node.child(i);
}

/** The inline content. Marks that adjacent nodes share are opened once. */
function inline(parent: Node): string {
  const open: Mark[] = [];
  let out = "";
  parent.forEach((node) => {
    let same = 0;
    while (same < open.length && same < node.marks.length && open[same]?.eq(node.marks[same] as Mark)) same++;
    while (open.length > same) out += closing(open.pop() as Mark);
    for (const mark of node.marks.slice(same)) {
      out += opening(mark);
      open.push(mark);
    }
    out += leaf(node);
  });
  while (open.length > 0) out += closing(open.pop() as Mark);
  return out;
}

function opening(mark: Mark): string {
  return mark.type.name === "link"
    ? `<a href="${escape(mark.attrs.href as string)}">`
    : `<${MARKS[mark.type.name] ?? "span"}>`;
}

function closing(mark: Mark): string {
  return `</${mark.type.name === "link" ? "a" : (MARKS[mark.type.name] ?? "span")}>`;
}

function leaf(node: Node): string {
  if (node.isText) return escape(node.text ?? "");
  switch (node.type.name) {
    case "hard_break":
      return "<br>";
    case "mention":
      return `@${escape(node.attrs.name as string)}`;
    case "placeholder":
      return escape(written(node.attrs as Placeholder));
    case "image": {
      const { src, alt, width, height } = node.attrs as {
        src: string;
        alt: string;
        width: number | null;
        height: number | null;
      };
      const size = (width ? ` width="${width}"` : "") + (height ? ` height="${height}"` : "");
      return `<img src="${escape(src)}" alt="${escape(alt)}"${size}>`;
    }
    default:
      return "";
  }
}

/** Escapes text for an element or an attribute. */
function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function withNodes(node: Node, reading: Reading): Node {
  if (node.type.name === "code_block" || node.isLeaf) return node;
  return node.copy(fragmentWithNodes(node.content, reading));
}

function fragmentWithNodes(content: Fragment, reading: Reading): Fragment {
  const out: Node[] = [];
  content.forEach((child) => {
    if (child.isText && !child.marks.some((mark) => mark.type.name === "code")) out.push(...textNodes(child, reading));
    else out.push(withNodes(child, reading));
  });
  return Fragment.fromArray(out);
}

function textNodes({ text = "", marks }: Node, { people = [], placeholders = false }: Reading): Node[] {
  const out: Node[] = [];
  for (const piece of placeholders ? pieces(text) : [text]) {
    if (typeof piece === "string") out.push(...mentionNodes(piece, marks, people));
    else out.push(schema.node("placeholder", piece, undefined, marks));
  }
  return out;
}

function mentionNodes(text: string, marks: readonly Mark[], people: Mentionable[]): Node[] {
  const out: Node[] = [];
  let done = 0;
  for (const { from, to, who } of people.length ? findMentions(text, people) : []) {
    if (from > done) out.push(schema.text(text.slice(done, from), marks));
    out.push(schema.node("mention", { id: who.id, name: who.name }, undefined, marks));
    done = to;
  }
  if (done < text.length) out.push(schema.text(text.slice(done), marks));
  return out;
}
