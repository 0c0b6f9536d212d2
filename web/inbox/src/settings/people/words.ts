// The names of roles and permissions. Built-in roles have translated names; others are shown as they are named.
import { t, type MessageKey } from "$shared/i18n/index.svelte";

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
