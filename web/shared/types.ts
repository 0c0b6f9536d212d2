// The types of /app/v1: those that the tests of crates/api generate, and below them those that they do not generate
// yet.
import type { Draft, MergedConversation, Part, Person, Positioned, Row } from "./api.gen";

export type * from "./api.gen";

export type PartEvent = { type: string; [key: string]: unknown };
export type TicketDetail = {
  type_id: string;
  state_id: string;
  attributes: Record<string, unknown>;
};
export type Conversation = Positioned<{
  row: Row;
  contacts: Person[];
  attributes: Record<string, unknown>;
  ticket: TicketDetail | null;
  linked: Row[];
  merged?: MergedConversation[];
  parts: Part[];
  before: string | null;
  drafts: Draft[];
  read_part_id: string | null;
  merged_into?: string | null;
}>;
export type ConversationList = Positioned<{ items: Row[]; next: string | null }>;
export type Counts = Positioned<{ counts: Record<string, number> }>;
export type Parts = Positioned<{ parts: Part[]; before: string | null }>;
export type Acted = Positioned<{ row: Row; parts: Part[] }>;
export type ApiError = { code: string; message: string; field: string | null; request_id: string | null };
export type BulkResult = { id: string; row: Row | null; error: ApiError | null };
export type Bulk = Positioned<{ results: BulkResult[] }>;
export type SearchHit = { row: Row; part_id: string | null; excerpt_html: string };
export type Search = Positioned<{ conversations: SearchHit[]; contacts: Person[]; next: string | null }>;
