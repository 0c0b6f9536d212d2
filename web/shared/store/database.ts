// What is stored on this device: the start and the first windows, for the first paint, and writes that wait for the
// server. All of it is optional: without IndexedDB (private windows) the inbox works, and stores nothing.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Method } from "../api";
import type { Row, Start } from "../types";

/** Why a write waits: the server is not reached, or it answers with an error. */
export type Trouble = "unreachable" | "server";

/** A waiting write: one request, whose key makes sure that it takes effect once. */
export type Entry = {
  key: string;
  /** The time of its creation, in milliseconds. Entries are sent in this order. */
  at: number;
  /** The tab that sends it. Others take over once that tab is closed. */
  tab: string;
  /** The writes of a lane are sent one after the other. The lane is usually the id of a conversation. */
  lane: string;
  method: Exclude<Method, "GET">;
  path: string;
  body: unknown;
  /** The kind of write, for messages about it: "reply", "action" ... */
  kind: string;
  /** What was written, to restore it as a draft if the server rejects the write after a reload of the page. */
  draft?: unknown;
  /** Whether the server certainly has not received it, so that it can be taken back. */
  unsent?: boolean;
  /** Whether its writer has taken it back. Once the server has answered, it is withdrawn. */
  isWanted?: boolean;
  /** Why the last attempt failed. */
  trouble?: Trouble;
};

interface Schema extends DBSchema {
  start: { key: string; value: Start & { position?: number } };
  windows: { key: string; value: { rows: Row[]; position: number; at: number } };
  outbox: { key: string; value: Entry };
  drafts: { key: string; value: unknown };
}
export type Database = IDBPDatabase<Schema>;

let connection: Promise<Database | null> | undefined;
let name = "";

/** Where each tab sees who signed in last in this browser. */
export const LAST_KEY = "deskwire.last";
/** Where each tab sees that another one has changed the start. */
export const CHANGED_KEY = "deskwire.changed";

/** Opens the database of one teammate in one workspace. */
export function use(workspace: string, admin: string) {
  name = `deskwire-${workspace}-${admin}`;
  localStorage.setItem(LAST_KEY, name);
  connection = undefined;
}

/** Whether another teammate has signed in since, in another tab. */
export function isReplaced(): boolean {
  const last = localStorage.getItem(LAST_KEY);
  return name !== "" && last !== null && last !== name;
}

/** Selects the database of the last signed-in teammate, to paint from before the server has answered. */
export function useLast(): boolean {
  name = localStorage.getItem(LAST_KEY) ?? "";
  return name !== "";
}

function open(): Promise<Database | null> {
  const of = name;
  const dropConnection = () => {
    if (name === of) connection = undefined;
  };
  connection ??= openDB<Schema>(of, 1, {
    upgrade(db) {
      db.createObjectStore("start");
      db.createObjectStore("windows");
      db.createObjectStore("outbox", { keyPath: "key" });
      db.createObjectStore("drafts");
    },
    // Another tab signs out and deletes the database.
    blocking(_current, _wanted, event) {
      dropConnection();
      (event.target as IDBDatabase).close();
    },
    // The browser removed the storage.
    terminated: dropConnection,
  }).catch(() => null);
  return connection;
}

/**
 * Runs `work` with the database. It never fails: without a database, or if the device cannot read or write (a full
 * disk, storage that was cleared under an open page), it returns `undefined`.
 */
export async function withDatabase<T>(work: (db: Database) => Promise<T>): Promise<T | undefined> {
  if (!name) return undefined;
  try {
    const db = await open();
    return db ? await work(db) : undefined;
  } catch (error) {
    // It was closed after it was opened. The next call opens it again.
    if (error instanceof DOMException && error.name === "InvalidStateError") connection = undefined;
    return undefined;
  }
}

/** Deletes everything that is stored here for the last signed-in teammate. */
export async function forget() {
  await withDatabase(async (db) => db.close());
  if (name) indexedDB.deleteDatabase(name);
  localStorage.removeItem(LAST_KEY);
  name = "";
  connection = undefined;
}
