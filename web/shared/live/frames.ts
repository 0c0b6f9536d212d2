// The frames of the live connection, and the messages that the client sends, for every carrier.
import type { Row } from "../types";

/** A row as the connection carries it, without the fields that differ for each teammate. */
export type SharedRow = Omit<Row, "unread" | "mentioned" | "draft">;

/** The versions of the teammate's drafts in a conversation; 0 where there is none. */
export type DraftVersions = { reply: number; note: number };

export type Frame =
  | { t: "hello"; position: number; beat: number; carrier: Carrier }
  | { t: "row"; p: number; row: SharedRow }
  | { t: "gone"; p: number; id: string }
  | { t: "ev"; p: number; type: string; object: { type: string; id: string } }
  | { t: "me"; id: string; unread?: boolean; mentioned?: boolean; draft?: boolean; drafts?: DraftVersions }
  | {
      t: "eph";
      kind: "viewing" | "typing" | "left";
      writing?: "reply" | "note";
      admin_id: string;
      conversation_id: string;
    }
  | { t: "held"; id: string }
  | { t: "count"; counts: Record<string, number>; unread_notifications: number; newest_notification: string | null }
  | { t: "gap"; next: number }
  | { t: "ping" }
  | { t: "bye"; retry_ms: number; why: string };

/** What the client sends. */
export type ClientMessage =
  | { t: "sub"; after: number }
  | { t: "see"; conversation_id: string | null }
  | { t: "type"; conversation_id: string; kind: "reply" | "note" }
  | { t: "pong" };

export type Carrier = "ws" | "sse" | "poll";
