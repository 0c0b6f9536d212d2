// The names of roles and permissions. Built-in roles have translated names; others are shown as they are named.
import { t, type MessageKey } from "$shared/i18n/index.svelte";
import type { Role } from "$shared/types";

const BUILT_IN = ["owner", "admin", "agent", "viewer"];

export function roleName(name: string): string {
  const key = name.toLowerCase();
  return BUILT_IN.includes(key) ? t(`people.role_${key}` as MessageKey) : name;
}

/** The kinds of data with permissions: `read_people` and `write_people` are about `people`. */
export function nounsOf(permissions: string[]): string[] {
  return [...new Set(permissions.map((name) => name.slice(name.indexOf("_") + 1)))];
}

export function nounName(noun: string): string {
  return t(`people.noun_${noun}` as MessageKey);
}

export type Level = "none" | "read" | "write";

export function levelOf(permissions: string[], noun: string): Level {
  if (permissions.includes(`write_${noun}`)) return "write";
  return permissions.includes(`read_${noun}`) ? "read" : "none";
}

/** Whether a role with these levels permits everything. Only such roles may change articles, whatever their settings. */
export const permitsEverything = (levels: Level[]) => levels.every((level) => level === "write");

/** What a role permits, of all permissions that exist. */
export function permitsText(role: Role, permissions: string[]): string {
  const nouns = nounsOf(permissions);
  const writes = nouns.filter((noun) => levelOf(role.permissions, noun) === "write");
  const publishes = role.can_manage_content && permitsEverything(nouns.map((noun) => levelOf(role.permissions, noun)));
  const reads = nouns.filter((noun) => levelOf(role.permissions, noun) === "read");
  const actions = [
    ...(role.can_manage_apps ? [t("people.manages_apps")] : []),
    ...(publishes ? [t("people.manages_content")] : []),
  ];
  if (publishes && role.can_manage_apps) return t("people.permits_all");
  const sentences = [
    writes.length ? t("people.permits_write", { what: writes.map(nounName).join(", ") }) : "",
    reads.length ? t("people.permits_read", { what: reads.map(nounName).join(", ") }) : "",
    actions.length ? t("people.permits_actions", { what: actions.join(", ") }) : "",
  ].filter(Boolean);
  return sentences.join(" ") || t("people.permits_nothing");
}
