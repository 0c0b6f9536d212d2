// Sanitizes HTML that is pasted or dropped, before the editor makes elements of it: the browser would report those that
// the content security policy forbids. The editor's schema then decides what is kept of the rest.
import { parseInert } from "./inert";
import { stripActive } from "./strip";

const DROPPED_ELEMENTS = "svg, math, template, noscript, object, video, audio";

export function sanitizePasted(html: string): string {
  const body = parseInert(stripActive(html));
  for (const element of body.querySelectorAll(DROPPED_ELEMENTS)) element.remove();
  for (const element of body.querySelectorAll("b[plain]")) element.replaceWith(...element.childNodes);
  return body.innerHTML;
}
