// The client of /app/v1: JSON or a file, named errors, and an Idempotency-Key for each write.
import type { ApiError, Part } from "./types";

export const ROOT = "/app/v1";

/** An answer with an error. `status` is 0 if the server was not reached. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | null;
  readonly requestId: string | null;
  /** The rest of the body, for example the parts of `newer_activity`. */
  readonly body: { parts?: Part[]; [key: string]: unknown };

  constructor(status: number, error: Partial<ApiError>, body: Record<string, unknown> = {}) {
    super(error.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = error.code ?? (status === 0 ? "unreachable" : "server_error");
    this.field = error.field ?? null;
    this.requestId = error.request_id ?? null;
    this.body = body;
  }

  /** Whether the unchanged request may succeed later. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** A unique key: 22 characters from 132 random bits. */
export function newKey(): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  let key = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(22))) key += alphabet[byte & 63];
  return key;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Options = { key?: string; signal?: AbortSignal; timeout?: number };

/**
 * `signedOut` is called when an answer shows that the session has ended, and `refused` when the role does not permit a
 * request. While `isForeign`, the session may be another teammate's, in whose name nothing must be written. `who` are
 * the workspace and the teammate of this page.
 */
export const watch = { signedOut() {}, refused() {}, isForeign: () => false, who: () => "" };

/** The headers of a write. The server rejects it if the session is another teammate's. */
export const writeHeaders = (key = newKey()) => ({ "X-Deskwire": watch.who() || "1", "Idempotency-Key": key });

const isSession = (path: string) => path.startsWith("/session");

/** The answer to a request, whatever its status. */
async function answerTo(method: Method, path: string, body: unknown, options: Options): Promise<Response> {
  if (method !== "GET" && !isSession(path) && watch.isForeign()) {
    throw new Refusal(401, { code: "signed_out", message: "You are signed out." });
  }
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") Object.assign(headers, writeHeaders(options.key));
  const isFile = body instanceof Blob;
  if (body !== undefined) headers["Content-Type"] = isFile ? body.type : "application/json";
  const timeout = AbortSignal.timeout(options.timeout ?? 30_000);
  try {
    return await fetch(ROOT + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }),
      credentials: "same-origin",
      cache: "no-store",
      signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Refusal(0, { message: "The server cannot be reached." });
  }
}

/** The error of an answer. */
function refusal(path: string, status: number, json: unknown): Refusal {
  const { error = {}, ...rest } = json as { error?: Partial<ApiError> } & Record<string, unknown>;
  if (status === 401 && !isSession(path)) watch.signedOut();
  if (status === 403 && error.code === "forbidden") watch.refused();
  return new Refusal(status, error, rest);
}

const cutOff = () => new Refusal(0, { message: "The answer was cut off." });

export async function request<T>(method: Method, path: string, body?: unknown, options: Options = {}): Promise<T> {
  const response = await answerTo(method, path, body, options);
  if (response.status === 204) return undefined as T;
  let json: unknown;
  try {
    json = await response.json();
  } catch {
    if (response.ok) throw cutOff();
    json = {};
  }
  if (response.ok) return json as T;
  throw refusal(path, response.status, json);
}

/** How long a file may take, in milliseconds. */
const FILE_TIMEOUT_MS = 600_000;

/** Requests a file by a POST, because the server logs it. */
async function file(path: string): Promise<Blob> {
  const response = await answerTo("POST", path, undefined, { timeout: FILE_TIMEOUT_MS });
  if (!response.ok) throw refusal(path, response.status, await response.json().catch(() => ({})));
  try {
    return await response.blob();
  } catch {
    throw cutOff();
  }
}

export const api = {
  get: <T>(path: string, options?: Options) => request<T>("GET", path, undefined, options),
  post: <T>(path: string, body: unknown = {}, options?: Options) => request<T>("POST", path, body, options),
  put: <T>(path: string, body: unknown, options?: Options) => request<T>("PUT", path, body, options),
  patch: <T>(path: string, body: unknown, options?: Options) => request<T>("PATCH", path, body, options),
  file,
  delete: <T>(path: string, body?: unknown) => request<T>("DELETE", path, body),
};

/** `?a=1&b=2` from the values that are set. */
export function query(values: Record<string, string | number | null | undefined>): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== null && value !== undefined) pairs.set(name, String(value));
  const text = pairs.toString();
  return text && `?${text}`;
}
