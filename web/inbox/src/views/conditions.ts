// The conditions of a custom view, and the query for them.
import type { View } from "$shared/types";

export type Field =
  | "admin_assignee_id"
  | "team_assignee_id"
  | "tag_ids"
  | "priority"
  | "source.type"
  | "waiting_since"
  | "source.subject";
export type Operator = "=" | "!=" | "~" | "<";
export type Condition = { field: Field; operator: Operator; value: string };
export type Conditions = { all: boolean; items: Condition[] };

/** The operators of a field, the default first. */
export const OPERATORS: Record<Field, Operator[]> = {
  admin_assignee_id: ["=", "!="],
  team_assignee_id: ["=", "!="],
  tag_ids: ["=", "!="],
  priority: ["=", "!="],
  "source.type": ["=", "!="],
  waiting_since: ["<"],
  "source.subject": ["~"],
};
export const FIELDS = Object.keys(OPERATORS) as Field[];

/** The query for conditions; null without conditions, which matches everything. */
export function toQuery({ all, items }: Conditions): View["query"] {
  const terms = items
    .filter((one) => one.value.trim() !== "")
    .map(({ field, operator, value }) => ({ field, operator, value: field === "waiting_since" ? "set" : value.trim() }))
    .map((term) => (term.field === "waiting_since" ? { field: term.field, operator: "!=", value: null } : term));
  return terms.length ? { operator: all ? "AND" : "OR", value: terms } : null;
}

/** The conditions of a query; null if they cannot express it. */
export function fromQuery(query: View["query"]): Conditions | null {
  if (query === null) return { all: true, items: [] };
  const { operator, value } = query as { operator?: unknown; value?: unknown };
  if ((operator !== "AND" && operator !== "OR") || !Array.isArray(value)) return null;
  const items: Condition[] = [];
  for (const term of value as { field?: unknown; operator?: unknown; value?: unknown }[]) {
    const field = term.field as Field;
    if (!FIELDS.includes(field)) return null;
    if (field === "waiting_since") items.push({ field, operator: "<", value: "set" });
    else if (OPERATORS[field].includes(term.operator as Operator) && typeof term.value !== "object") {
      items.push({ field, operator: term.operator as Operator, value: String(term.value) });
    } else return null;
  }
  return { all: operator === "AND", items };
}
