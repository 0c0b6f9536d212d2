// What is kept on this device: the start and first windows, to paint from, and writes that wait for the server.
// Everything here may be absent: without IndexedDB (private windows) the inbox works, and remembers nothing.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Method } from "../api";
import type { Row, Start } from "../types";

/** A write that waits: exactly one request, whose key makes sure that it happens once. */
export type Entry = {
  key: string;
  /** When it was made, in milliseconds; entries go in this order. */
  at: number;
  /** The tab that sends it. Others take it over once that tab is gone. */
  tab: string;
  /** Writes of one lane go one after the other: the id of a conversation. */
  lane: string;
  method: Exclude<Method, "GET">;
  path: string;
  body: unknown;
  /** What it is, for the messages about it: "reply", "action" ... */
  kind: string;
};

interface Kept extends DBSchema {
  start: { key: string; value: Start & { position?: number } };
  windows: { key: string; value: { rows: Row[]; position: number; at: number } };
  outbox: { key: string; value: Entry };
  drafts: { key: string; value: unknown };
}
export type Database = IDBPDatabase<Kept>;

let opened: Promise<Database | null> | undefined;
let name = "";

/** Opens the database of one teammate in one workspace. */
export function use(workspace: string, admin: string) {
  name = `deskwire-${workspace}-${admin}`;
  localStorage.setItem("deskwire.last", name);
  opened = undefined;
}

/** The database of whoever was signed in last, to paint from before the server has answered. */
export function useLast(): boolean {
  name = localStorage.getItem("deskwire.last") ?? "";
  return name !== "";
}

function open(): Promise<Database | null> {
  const of = name;
  const gone = () => {
    if (name === of) opened = undefined;
  };
  opened ??= openDB<Kept>(of, 1, {
    upgrade(db) {
      db.createObjectStore("start");
      db.createObjectStore("windows");
      db.createObjectStore("outbox", { keyPath: "key" });
      db.createObjectStore("drafts");
    },
    // Another tab signs out and deletes the database.
    blocking(_current, _wanted, event) {
      gone();
      (event.target as IDBDatabase).close();
    },
    // The browser took the storage away.
    terminated: gone,
  }).catch(() => null);
  return opened;
}

/**
 * Works with what is kept on this device. It never fails: without a database, or where the device cannot read or write (a full
 * disk, storage that was cleared under an open page), the answer is `undefined`.
 */
export async function withDatabase<T>(work: (db: Database) => Promise<T>): Promise<T | undefined> {
  if (!name) return undefined;
  try {
    const db = await open();
    return db ? await work(db) : undefined;
  } catch (error) {
    // Closed since it was opened: the next one opens it again.
    if (error instanceof DOMException && error.name === "InvalidStateError") opened = undefined;
    return undefined;
  }
}

/** Forgets everything that is kept here of whoever was signed in. */
export async function forget() {
  await withDatabase(async (db) => db.close());
  if (name) indexedDB.deleteDatabase(name);
  localStorage.removeItem("deskwire.last");
  name = "";
  opened = undefined;
}
