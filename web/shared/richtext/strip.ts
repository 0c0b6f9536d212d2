// Strips HTML of everything active: scripts, styles, and what would be loaded. Even in a document that is never shown,
// the browser reports violations of the page's content security policy, so they are removed before it parses the HTML.
// Tags are recognized as browsers do. If one is not, only text and allowed attributes are left of it.

/** Elements that are removed with their content, up to the end tag. */
const RAW_TEXT_ELEMENTS = new Set(["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"]);
const DROPPED_ELEMENTS = new Set([
  "base",
  "link",
  "meta",
  "embed",
  "source",
  "track",
  "input",
  "frame",
  "frameset",
  "plaintext",
]);
/** Data attributes are for the marks and mentions of the editor. */
const ALLOWED_ATTRIBUTE = /^(href|src|alt|width|height|start|colspan|rowspan|data-[\w-]+)$/;
const NAME = /^[a-z][a-z0-9-]*$/;
const TAG = /<(\/?)([a-z][^\s/>]*)/iy;
const COMMENT = /<!--(?:-?>|[^]*?(?:--!?>|$))/y;
/** Bogus comments: they look like a tag, but are none. */
const BOGUS = /<(?:[!?]|\/(?![a-z]))[^>]*>?/iy;
const SPACE = /[\s/]*/y;
const ATTRIBUTE = /([^\s/>][^\s/>=]*)(\s*=\s*)?/y;
const UNQUOTED = /[^\s>]*/y;

export function stripActive(html: string): string {
  let out = "";
  let at = 0;

  /** Matches the expression here and moves past the match. */
  function read(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = at;
    const found = expression.exec(html);
    if (found) at = expression.lastIndex;
    return found;
  }
  function value(): string {
    const quote = html[at];
    if (quote !== '"' && quote !== "'") return read(UNQUOTED)?.[0] ?? "";
    const from = at + 1;
    const end = html.indexOf(quote, from);
    at = end < 0 ? html.length : end + 1;
    return end < 0 ? "" : html.slice(from, end);
  }
  /**
   * The allowed attributes, as they are written. Text copied from Google Docs is wrapped in <b style="font-weight:
   * normal">.
   */
  function attributes(): string {
    let kept = "";
    for (;;) {
      read(SPACE);
      const found = read(ATTRIBUTE);
      if (!found) return kept;
      const name = (found[1] ?? "").toLowerCase();
      const text = found[2] === undefined ? "" : value();
      if (ALLOWED_ATTRIBUTE.test(name)) kept += ` ${name}="${text.replaceAll('"', "&quot;")}"`;
      else if (name === "style" && /font-weight:\s*normal/i.test(text)) kept += " plain";
    }
  }
  function skipTo(end: RegExp) {
    end.lastIndex = at;
    at = end.exec(html)?.index ?? html.length;
  }

  while (at < html.length) {
    const next = html.indexOf("<", at);
    const text = next < 0 ? html.length : next;
    out += html.slice(at, text);
    at = text;
    if (next < 0 || read(COMMENT) || read(BOGUS)) continue;
    const tag = read(TAG);
    if (!tag) {
      out += "&lt;";
      at++;
      continue;
    }
    const name = (tag[2] ?? "").toLowerCase();
    const kept = attributes();
    // A tag without an end is not a tag.
    if (html[at] !== ">") return out;
    at++;
    if (RAW_TEXT_ELEMENTS.has(name)) {
      if (!tag[1]) skipTo(new RegExp(`</${name}[\\s/>]`, "gi"));
    } else if (NAME.test(name) && !DROPPED_ELEMENTS.has(name)) out += tag[1] ? `</${name}>` : `<${name}${kept}>`;
  }
  return out;
}
