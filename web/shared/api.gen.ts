// Written by the tests of crates/api (UPDATE_TYPES=1); not by hand.

export type Person = { type: "contact" | "admin" | "bot" | "system"; id: string | null; name: string; avatar: string | null; email: string | null };
export type Teammate = { id: string; name: string; email: string; avatar: string | null; away: boolean; role: string | null };
export type Team = { id: string; name: string; member_ids: string[] };
export type Tag = { id: string; name: string };
export type AttributeDefinition = { id: string; on: "contact" | "company" | "conversation" | "ticket"; name: string; label: string; data_type: string; options: string[] | null; writable: boolean };
export type TicketType = { id: string; name: string; icon: string | null; category: string; attributes: AttributeDefinition[] };
export type TicketState = { id: string; category: string; internal_label: string; external_label: string; ticket_type_ids: string[] };
export type MacroName = { id: string; name: string; has_actions: boolean };
export type Sort = "newest" | "oldest" | "waiting" | "priority";
export type View = { id: string; kind: "builtin" | "own"; name: string; query: Record<string, unknown> | null; sort: Sort; count: number };
export type Me = Teammate & { permissions: string[]; preferences: Record<string, unknown>; unread_notifications: number };
export type Workspace = { id: string; name: string; timezone: string; demo: boolean };
export type Start = { build: string; me: Me; workspace: Workspace; teammates: Teammate[]; teams: Team[]; tags: Tag[]; ticket_types: TicketType[]; ticket_states: TicketState[]; attributes: AttributeDefinition[]; macros: MacroName[]; views: View[] };
export type Priority = "none" | "low" | "medium" | "high" | "urgent";
export type ConversationState = "open" | "snoozed" | "closed";
export type RowTicket = { number: string; type: string; icon: string | null; state: string; category: string };
export type Row = { id: string; ticket: RowTicket | null; contact: Person | null; more_contacts: number; title: string | null; excerpt: string; excerpt_by: "contact" | "admin" | "bot" | "note" | "system"; last_author: string | null; state: ConversationState; priority: Priority; admin_assignee_id: string | null; team_assignee_id: string | null; tag_ids: string[]; waiting_since: number | null; snoozed_until: number | null; created_at: number; updated_at: number; last_part_id: string | null; unread: boolean; mentioned: boolean; channel: string; draft: boolean };
export type Attachment = { id: string | null; name: string; url: string; content_type: string; size: number; width: number | null; height: number | null };
export type Part = { id: string; kind: "message" | "note" | "event"; part_type: string; author: Person; html: string | null; attachments: Attachment[]; at: number; redacted: boolean; event: { type: string; [key: string]: unknown } | null; held_until: number | null; subject: string | null };
export type Draft = { kind: "reply" | "note"; html: string; attachments: Attachment[]; updated_at: number };
export type Action =
  | { type: "assign"; admin_id: string | null }
  | { type: "assign_team"; team_id: string | null }
  | { type: "close" }
  | { type: "open" }
  | { type: "snooze"; until: number }
  | { type: "priority"; priority: Priority }
  | { type: "tag"; tag_id: string }
  | { type: "untag"; tag_id: string }
  | { type: "title"; title: string }
  | { type: "attribute"; name: string; value: unknown }
  | { type: "ticket_state"; state_id: string }
  | { type: "ticket_attribute"; name: string; value: unknown }
  | { type: "read" }
  | { type: "unread" }
  | { type: "add_contact"; contact_id: string }
  | { type: "remove_contact"; contact_id: string }
  | { type: "convert"; ticket_type_id: string };
export type Step = "sign_in" | "choose" | "totp" | "done";
export type SignIn = { step: Step; workspaces: WorkspaceName[] | null };
export type WorkspaceName = { id: string; name: string };
export type Session = { id: string; is_this: boolean; user_agent: string | null; address: string | null; created_at: number; seen_at: number };
export type Sessions = { items: Session[] };
export type Positioned<T> = T & { position: number };
