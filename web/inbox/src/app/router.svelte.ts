// The addresses of the inbox. All are below /inbox/, and each is one of the places here.
import { unsaved } from "$shared/ui/unsaved.svelte";

/** The filters of a search, by the names that they have in addresses and requests. */
export const SEARCH_FILTERS = ["state", "admin_id", "team_id", "tag_id"] as const;
export type SearchFilters = Partial<Record<(typeof SEARCH_FILTERS)[number], string>>;

export type Place =
  | { name: "view"; view: string; conversation: string | null }
  | { name: "search"; q: string; filters?: SearchFilters; conversation: string | null }
  | { name: "contacts"; id: string | null }
  | { name: "companies"; id: string | null }
  | { name: "reports" }
  | { name: "settings"; page: string; id?: string | null }
  | { name: "notifications" }
  | { name: "sent"; kind: "mail" | "webhooks" }
  | { name: "login"; isEnded?: boolean }
  | { name: "join"; secret: string }
  /** An address that leads nowhere. */
  | { name: "unknown"; path: string };

const BASE = "/inbox";

/** The address of a place. */
export function href(place: Place): string {
  switch (place.name) {
    case "view":
      return `${BASE}/v/${encodeURIComponent(place.view)}${place.conversation ? `/c/${place.conversation}` : ""}`;
    case "search": {
      const { q, conversation, filters = {} } = place;
      const pairs = Object.entries({ q, ...filters });
      const asked = pairs.flatMap(([name, value]) => (value ? [`${name}=${encodeURIComponent(value)}`] : []));
      const path = `${BASE}/search${conversation ? `/c/${conversation}` : ""}`;
      return asked.length ? `${path}?${asked.join("&")}` : path;
    }
    case "contacts":
    case "companies":
      return `${BASE}/${place.name}${place.id ? `/${place.id}` : ""}`;
    case "settings":
      return `${BASE}/settings/${place.page}${place.id ? `/${encodeURIComponent(place.id)}` : ""}`;
    case "notifications":
      return `${BASE}/notifications`;
    case "sent":
      return `${BASE}/sent/${place.kind}`;
    case "login":
      return `${BASE}/login${place.isEnded ? "?session=ended" : ""}`;
    case "reports":
      return `${BASE}/reports`;
    case "join":
      return `${BASE}/join/${encodeURIComponent(place.secret)}`;
    case "unknown":
      return place.path;
  }
}

/** The place of an address. */
export function parse(url: URL): Place {
  const [first, ...rest] = url.pathname.slice(BASE.length).split("/").filter(Boolean).map(decodeSafely);
  const conversation = (at: number) =>
    rest[at] === "c" && /^\d+$/.test(rest[at + 1] ?? "") ? (rest[at + 1] ?? null) : null;
  switch (first) {
    case undefined:
      return { name: "view", view: "mine", conversation: null };
    case "v":
      return { name: "view", view: rest[0] ?? "mine", conversation: conversation(1) };
    case "c":
      return { name: "view", view: "all", conversation: /^\d+$/.test(rest[0] ?? "") ? (rest[0] ?? null) : null };
    case "search":
      return {
        name: "search",
        q: url.searchParams.get("q") ?? "",
        filters: filtersOf(url),
        conversation: conversation(0),
      };
    case "contacts":
    case "companies":
      return { name: first, id: rest[0] ?? null };
    case "settings":
      return { name: "settings", page: rest[0] ?? "appearance", id: rest[1] ?? null };
    case "notifications":
      return { name: "notifications" };
    case "sent":
      return { name: "sent", kind: rest[0] === "webhooks" ? "webhooks" : "mail" };
    case "reports":
    case "login":
      return { name: first };
    case "join":
      return { name: "join", secret: rest[0] ?? "" };
    default:
      return { name: "unknown", path: url.pathname };
  }
}

function filtersOf(url: URL): SearchFilters {
  const filters: SearchFilters = {};
  for (const name of SEARCH_FILTERS) {
    const value = url.searchParams.get(name);
    if (value) filters[name] = value;
  }
  return filters;
}

function decodeSafely(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

class Router {
  place = $state.raw<Place>(parse(new URL(location.href)));
  /** What follows `#`: the id of the part to jump to. */
  hash = $state(location.hash.slice(1));
  #address = location.href;

  constructor() {
    addEventListener("popstate", () => this.#wentBack());
    document.addEventListener("click", (event) => this.#follow(event));
  }

  /** The open conversation, at any place. */
  get conversation(): string | null {
    return "conversation" in this.place ? this.place.conversation : null;
  }

  /** Whether a list of conversations is shown next to it. */
  get withList(): boolean {
    return this.place.name === "view" || this.place.name === "search";
  }

  /** Goes to a place. Whoever has changes that are not saved is asked, unless the page itself goes there. */
  go(place: Place, options: { replace?: boolean; hash?: string } = {}) {
    const address = href(place) + (options.hash ? `#${options.hash}` : "");
    const isElsewhere = address !== location.pathname + location.search + location.hash;
    const move = () => {
      if (isElsewhere) history[options.replace ? "replaceState" : "pushState"]({}, "", address);
      this.read();
    };
    if (isElsewhere && !options.replace) unsaved.ask(move);
    else move();
  }

  /** Opens a conversation in the current view or search. */
  open(id: string | null, options: { replace?: boolean; hash?: string } = {}) {
    const place = this.place;
    if (place.name === "view" || place.name === "search") this.go({ ...place, conversation: id }, options);
    else this.go({ name: "view", view: "all", conversation: id }, options);
  }

  /** Reads the current address. */
  read() {
    this.place = parse(new URL(location.href));
    this.hash = location.hash.slice(1);
    this.#address = location.href;
  }

  #wentBack() {
    if (!unsaved.any) {
      this.read();
      return;
    }
    // The address has changed already. The form's is put back until the teammate has answered.
    history.pushState({}, "", this.#address);
    unsaved.ask(() => history.back());
  }

  #follow(event: MouseEvent) {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as Element | null)?.closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || !(url.pathname === BASE || url.pathname.startsWith(`${BASE}/`))) return;
    // The server handles files and the sign-in through the identity provider.
    if (url.pathname.startsWith(`${BASE}/assets/`) || url.pathname === `${BASE}/oidc`) return;
    event.preventDefault();
    if (url.href === location.href) {
      this.read();
      return;
    }
    unsaved.ask(() => {
      history.pushState({}, "", url);
      this.read();
    });
  }
}

export const router = new Router();
