// HTML that is pasted or dropped, before the editor reads it: the editor makes elements of it, and the page's policy would report what
// they must not do. Nothing is left that could do anything; what is read of it is the schema's business.
import { parseInert } from "./inert";
import { quiet } from "./quiet";

const DROPPED_ELEMENTS = "svg, math, template, noscript, object, video, audio";

export function tamed(html: string): string {
  const body = parseInert(quiet(html));
  for (const element of body.querySelectorAll(DROPPED_ELEMENTS)) element.remove();
  for (const element of body.querySelectorAll("b[plain]")) element.replaceWith(...element.childNodes);
  return body.innerHTML;
}
