// HTML that is pasted or dropped, before the editor reads it: the editor makes elements of it, and the page's policy would report what
// they must not do. Nothing is left that could do anything; what is read of it is the schema's business.
import { parseInert } from "./inert";

const DROPPED =
  "script, style, svg, math, template, noscript, iframe, object, embed, base, link, meta, title, textarea, xmp, form > input, video, audio, source";
/** Data attributes are the editor's own marks and mentions. */
const KEPT = /^(href|src|alt|width|height|start|colspan|rowspan|data-[\w-]+)$/;

export function tamed(html: string): string {
  const body = parseInert(html);
  for (const element of body.querySelectorAll(DROPPED)) element.remove();
  for (const element of body.querySelectorAll("*")) {
    // Text copied from Google Docs is wrapped in <b style="font-weight: normal">.
    const plain = element.localName === "b" && /font-weight:\s*normal/i.test(element.getAttribute("style") ?? "");
    for (const { name } of [...element.attributes]) if (!KEPT.test(name)) element.removeAttribute(name);
    if (plain) element.replaceWith(...element.childNodes);
  }
  return body.innerHTML;
}
