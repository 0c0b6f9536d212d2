import type { Row } from "$shared/types";

/** A row for tests. */
export function row(id: string, more: Partial<Row> = {}): Row {
  return {
    id,
    ticket: null,
    contact: null,
    more_contacts: 0,
    title: null,
    excerpt: "",
    excerpt_by: "contact",
    last_author: null,
    last_at: Number(id),
    state: "open",
    priority: "none",
    admin_assignee_id: null,
    team_assignee_id: null,
    tag_ids: [],
    waiting_since: null,
    snoozed_until: null,
    created_at: 0,
    updated_at: Number(id),
    last_part_id: null,
    unread: false,
    mentioned: false,
    channel: "email",
    draft: false,
    ...more,
  };
}
