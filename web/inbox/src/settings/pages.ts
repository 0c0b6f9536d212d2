// The pages of the settings, as data: the navigation, the palette and addresses follow from these rows.
//
// A page is a row here and a component, which gets `id`: what follows its name in the address, or null. Its messages
// are in a part of their own, shared/i18n/<language>/<part>.json, which is loaded together with it.
import type { Component } from "svelte";
import type { MessageKey, Part } from "$shared/i18n/index.svelte";
import { desk } from "$shared/store/desk.svelte";

export const SECTIONS = ["you", "workspace", "data", "developers"] as const;
export type Section = (typeof SECTIONS)[number];
export type PageComponent = Component<{ id: string | null }>;
export type Page = {
  /** Its name in the address. */
  id: string;
  section: Section;
  /** Its heading, in the part `shell`, because the palette lists every page. */
  title: MessageKey;
  /** The permission that is needed to list and open it. */
  permission?: string;
  /** The part with its own messages. */
  words?: Part;
  /** Additional words for the search in the palette. */
  finds?: string;
  /** Whether it has a table, and therefore more width. */
  wide?: boolean;
  load: () => Promise<{ default: Component | PageComponent }>;
};

export const PAGES: Page[] = [
  {
    id: "appearance",
    section: "you",
    title: "settings.appearance",
    finds: "theme dark light density language contrast",
    load: () => import("./Appearance.svelte"),
  },
  {
    id: "keys",
    section: "you",
    title: "settings.keys",
    finds: "shortcuts",
    load: () => import("./KeySettings.svelte"),
  },
  {
    id: "notifications",
    section: "you",
    title: "settings.notifications",
    words: "notices",
    finds: "sound desktop mail email",
    load: () => import("./Notifications.svelte"),
  },
  {
    id: "account",
    section: "you",
    title: "settings.account",
    words: "account",
    finds: "profile name picture avatar photo sessions devices password second factor two-step",
    load: () => import("./Account.svelte"),
  },
  {
    id: "teammates",
    section: "workspace",
    title: "settings.teammates",
    permission: "read_admins",
    words: "people",
    finds: "members admins invite invitation away",
    wide: true,
    load: () => import("./people/Teammates.svelte"),
  },
  {
    id: "roles",
    section: "workspace",
    title: "settings.roles",
    permission: "read_admins",
    words: "people",
    finds: "permissions",
    wide: true,
    load: () => import("./people/Roles.svelte"),
  },
  {
    id: "teams",
    section: "workspace",
    title: "settings.teams",
    permission: "read_admins",
    words: "people",
    finds: "groups members assignment round robin",
    wide: true,
    load: () => import("./people/Teams.svelte"),
  },
  {
    id: "workspace",
    section: "workspace",
    title: "settings.general",
    permission: "read_admins",
    words: "people",
    finds: "name time zone country general ip allowlist identity verification region",
    load: () => import("./people/Workspace.svelte"),
  },
  {
    id: "brands",
    section: "workspace",
    title: "settings.brands",
    permission: "read_admins",
    words: "people",
    finds: "names help center",
    wide: true,
    load: () => import("./people/Brands.svelte"),
  },
  {
    id: "hours",
    section: "workspace",
    title: "settings.hours",
    permission: "read_admins",
    words: "people",
    finds: "opening schedule business",
    wide: true,
    load: () => import("./people/OfficeHours.svelte"),
  },
  {
    id: "apps",
    section: "developers",
    title: "settings.apps",
    permission: "manage_apps",
    words: "developers",
    finds: "oauth client secret integration",
    wide: true,
    load: () => import("./developers/Apps.svelte"),
  },
  {
    id: "tokens",
    section: "developers",
    title: "settings.tokens",
    permission: "manage_apps",
    words: "developers",
    finds: "api key bearer",
    wide: true,
    load: () => import("./developers/Tokens.svelte"),
  },
  {
    id: "webhooks",
    section: "developers",
    title: "settings.webhooks",
    permission: "manage_apps",
    words: "developers",
    finds: "endpoint topics deliveries log replay",
    wide: true,
    load: () => import("./developers/Webhooks.svelte"),
  },
  {
    id: "tags",
    section: "data",
    title: "settings.tags",
    permission: "read_tags",
    words: "data",
    finds: "labels",
    wide: true,
    load: () => import("./data/Tags.svelte"),
  },
  {
    id: "attributes",
    section: "data",
    title: "settings.attributes",
    permission: "write_admins",
    words: "data",
    finds: "fields properties custom",
    wide: true,
    load: () => import("./data/Attributes.svelte"),
  },
  {
    id: "ticket_types",
    section: "data",
    title: "settings.ticket_types",
    permission: "write_admins",
    words: "data",
    finds: "states forms",
    wide: true,
    load: () => import("./data/TicketTypes.svelte"),
  },
  {
    id: "macros",
    section: "data",
    title: "settings.macros",
    permission: "write_admins",
    words: "data",
    finds: "saved replies templates",
    wide: true,
    load: () => import("./data/Macros.svelte"),
  },
  {
    id: "object_types",
    section: "data",
    title: "settings.object_types",
    permission: "write_admins",
    words: "data",
    finds: "custom objects",
    wide: true,
    load: () => import("./data/ObjectTypes.svelte"),
  },
  {
    id: "activity",
    section: "workspace",
    title: "settings.activity",
    permission: "write_admins",
    words: "data",
    finds: "audit log history",
    wide: true,
    load: () => import("./data/Activity.svelte"),
  },
];

/** Whether the teammate may open a page. */
export function allowed(page: Page): boolean {
  return page.permission === undefined || desk.can(page.permission);
}

/** The page of an address; the first one if there is none of that name. */
export function pageOf(id: string): Page {
  return PAGES.find((page) => page.id === id) ?? (PAGES[0] as Page);
}
