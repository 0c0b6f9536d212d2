// Parses HTML without side effects: no script runs, and no image loads. We create the shown elements ourselves, node by
// node.

type Policy = { createHTML(html: string): unknown };
type Factory = { createPolicy(name: string, rules: { createHTML(html: string): string }): Policy };

let policy: Policy | null = null;

/** The body of a document that is never shown. */
export function parseInert(html: string): HTMLElement {
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
  if (factory) policy ??= factory.createPolicy("deskwire-inert", { createHTML: (text) => text });
  const trusted = policy ? policy.createHTML(html) : html;
  return new DOMParser().parseFromString(trusted as string, "text/html").body;
}
