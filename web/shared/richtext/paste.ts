// Prepares HTML that is pasted or dropped. The editor makes elements of it, and the page's policy would report what
// they must not do. Nothing active is left in it; the schema decides what is kept of the rest.
import { parseInert } from "./inert";
import { quiet } from "./quiet";

const DROPPED_ELEMENTS = "svg, math, template, noscript, object, video, audio";

export function tamed(html: string): string {
  const body = parseInert(quiet(html));
  for (const element of body.querySelectorAll(DROPPED_ELEMENTS)) element.remove();
  for (const element of body.querySelectorAll("b[plain]")) element.replaceWith(...element.childNodes);
  return body.innerHTML;
}
