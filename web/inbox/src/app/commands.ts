// Commands that are available everywhere: navigation, panes, appearance, signing out.
import { t } from "$shared/i18n/index.svelte";
import { desk, READS_SOME, WRITES_SOME } from "$shared/store/desk.svelte";
import type { Command } from "../keys/commands.svelte";
import { allowed, PAGES } from "../settings/pages";
import { preferences } from "../settings/preferences.svelte";
import { mayReport, customView, viewName } from "../views/names";
import { held } from "./held.svelte";
import { panes } from "./panes.svelte";
import { overlays } from "./overlays.svelte";
import { router } from "./router.svelte";
import { signingOut } from "./sign-out.svelte";
import { toasts } from "./toasts.svelte";

const VIEW_KEYS: [string, string][] = [
  ["mine", "g i"],
  ["mentions", "g m"],
  ["unassigned", "g u"],
  ["all", "g a"],
  ["tickets", "g t"],
  ["snoozed", "g s"],
  ["closed", "g e"],
  ["created", "g c"],
];

/** Whether a held message is newer than everything else that can be undone. */
const isHeldNewest = () => held.newest !== undefined && held.newest.at >= (toasts.undoable?.at ?? 0);

export function appCommands(): Command[] {
  return [
    {
      id: "app.palette",
      group: "app",
      title: () => t("cmd.palette"),
      keys: ["Mod+k", "."],
      inText: true,
      hidden: true,
      run: () => overlays.show("palette"),
    },
    {
      id: "app.search",
      group: "app",
      title: () => t("cmd.search"),
      keys: ["/"],
      permission: READS_SOME,
      run: () => router.go({ name: "search", q: "", conversation: null }),
    },
    { id: "app.keys", group: "app", title: () => t("cmd.keys"), keys: ["?"], run: () => overlays.show("keys") },
    {
      id: "app.settings",
      group: "app",
      title: () => t("cmd.settings"),
      keys: ["g ,"],
      run: () => router.go({ name: "settings", page: "appearance" }),
      words: "preferences",
    },
    {
      id: "app.undo",
      group: "app",
      title: () => t("cmd.undo"),
      keys: ["Mod+z"],
      when: () => toasts.undoable !== undefined,
      run: () => toasts.undo(),
    },
    {
      // In a conversation, the composer replaces it.
      id: "composer.undo_send",
      group: "composer",
      title: () => t("cmd.undo_send"),
      keys: ["Mod+z"],
      permission: WRITES_SOME,
      when: isHeldNewest,
      run: () => held.newest?.undo(),
    },
    {
      id: "panes.views",
      group: "app",
      title: () => t("cmd.panes_views"),
      keys: ["["],
      run: () => (panes.narrow ? (panes.drawer = !panes.drawer) : panes.toggle("views")),
    },
    {
      id: "panes.details",
      group: "app",
      title: () => t("cmd.panes_details"),
      keys: ["]"],
      run: () => panes.toggle("details"),
    },
    {
      id: "app.theme",
      group: "app",
      title: () => t("cmd.theme"),
      words: "dark light theme",
      run: () => preferences.set({ theme: document.documentElement.dataset["theme"] === "dark" ? "light" : "dark" }),
    },
    {
      id: "app.density",
      group: "app",
      title: () => t("cmd.density"),
      words: "compact comfortable",
      run: () => preferences.set({ density: preferences.value.density === "compact" ? "comfortable" : "compact" }),
    },
    {
      id: "view.new",
      group: "list",
      title: () => t("cmd.view_new"),
      permission: READS_SOME,
      run: () => overlays.show("new_view"),
      words: "filter saved",
    },
    {
      id: "view.change",
      group: "list",
      title: () => t("cmd.view_change"),
      when: () => customView() !== null,
      run: () => overlays.show("view"),
    },
    {
      id: "app.sign_out",
      group: "app",
      title: () => t("cmd.sign_out"),
      words: "log out",
      run: () => signingOut.begin(),
    },
    ...VIEW_KEYS.map(([view, keys]): Command => ({
      id: `go.${view}`,
      group: "go",
      title: () => t("cmd.go", { name: viewName(view) }),
      keys: [keys],
      when: () => desk.start?.views.some((one) => one.id === view) ?? false,
      run: () => router.go({ name: "view", view, conversation: null }),
    })),
    {
      id: "go.notifications",
      group: "go",
      title: () => t("cmd.go", { name: t("views.notifications") }),
      keys: ["g n"],
      run: () => router.go({ name: "notifications" }),
    },
    {
      id: "go.sent",
      group: "go",
      title: () => t("cmd.go", { name: t("app.sent") }),
      words: "mail webhooks test",
      permission: READS_SOME,
      when: () => desk.start?.workspace.shows_sent ?? false,
      run: () => router.go({ name: "sent", kind: "mail" }),
    },
    {
      id: "go.contacts",
      group: "go",
      title: () => t("cmd.go", { name: t("views.contacts") }),
      keys: ["g p"],
      permission: "read_people",
      run: () => router.go({ name: "contacts", id: null }),
    },
    {
      id: "go.companies",
      group: "go",
      title: () => t("cmd.go", { name: t("views.companies") }),
      keys: ["g o"],
      permission: "read_people",
      run: () => router.go({ name: "companies", id: null }),
    },
    {
      id: "go.reports",
      group: "go",
      title: () => t("cmd.go", { name: t("views.reports") }),
      keys: ["g r"],
      words: "statistics volume response backlog",
      when: mayReport,
      run: () => router.go({ name: "reports" }),
    },
    ...PAGES.map((page): Command => ({
      id: `settings.${page.id}`,
      group: "go",
      title: () => t("cmd.settings_page", { name: t(page.title) }),
      words: page.finds,
      when: () => allowed(page),
      run: () => router.go({ name: "settings", page: page.id }),
    })),
  ];
}
