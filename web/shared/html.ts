// The one place where text becomes HTML. Only parts that the server has sanitized go through it.

type Policy = { createHTML(html: string): unknown };
type Factory = { createPolicy(name: string, rules: { createHTML(html: string): string }): Policy };

const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
const policy = factory?.createPolicy("deskwire-parts", { createHTML: (html) => html });

/** A Svelte attachment that fills an element with the HTML of a part, as the server sanitized it. */
export function sanitized(html: string) {
  return (element: Element) => {
    element.innerHTML = (policy ? policy.createHTML(html) : html) as string;
    for (const link of element.querySelectorAll("a[href]")) {
      link.setAttribute("target", "_blank");
      link.setAttribute("rel", "noopener noreferrer nofollow");
    }
    for (const image of element.querySelectorAll("img")) {
      image.setAttribute("loading", "lazy");
      image.setAttribute("decoding", "async");
      if (!image.hasAttribute("alt")) image.setAttribute("alt", "");
    }
  };
}
