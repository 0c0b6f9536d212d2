// The types of values, as the kinds of attributes name them.
import { t, type MessageKey } from "$shared/i18n/index.svelte";

const NAMES: Record<string, MessageKey> = {
  string: "type.string",
  integer: "type.integer",
  float: "type.float",
  decimal: "type.float",
  boolean: "type.boolean",
  date: "type.date",
  datetime: "type.datetime",
  list: "type.list",
  files: "type.files",
  relation: "type.relation",
  relationship: "type.relation",
};

export const PEOPLE_TYPES = ["string", "integer", "float", "boolean", "date", "list"];
export const CONVERSATION_TYPES = [
  "string",
  "list",
  "integer",
  "decimal",
  "boolean",
  "datetime",
  "relationship",
  "files",
];
export const TICKET_TYPES = ["string", "list", "integer", "decimal", "boolean", "datetime", "files"];
export const OBJECT_TYPES = ["string", "integer", "float", "boolean", "datetime", "list", "relation"];

/** The name of a type. */
export function typeName(type: string): string {
  const key = NAMES[type];
  return key ? t(key) : type;
}

/** Types as options of a select. */
export const choices = (types: string[]) => types.map((value) => ({ value, label: typeName(value) }));
