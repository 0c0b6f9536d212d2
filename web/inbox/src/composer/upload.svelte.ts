// Uploads files one after the other, with progress. Failed uploads can be retried.
import { newKey, Refusal, ROOT, writeHeaders } from "$shared/api";
import type { ApiError, Attachment } from "$shared/types";
import { rememberFileOrigin } from "$shared/richtext/links";

/** The server's limit. Larger files are not sent. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;

export type Upload = {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  /** Whether it is shown in the text instead of below it. */
  inline: boolean;
  state: "waiting" | "sending" | "done" | "failed";
  /** 0 to 1. */
  progress: number;
  attachment: Attachment | null;
  /** The code of the error. */
  code: string | null;
};

type Source = { file: File; inline: boolean; onDone?: (attachment: Attachment | null) => void };

export class Uploads {
  items = $state<Upload[]>([]);
  #files = new Map<string, Source>();
  #requests = new Map<string, XMLHttpRequest>();
  #running = false;
  #changed: (added: Attachment | null) => void;

  /** `changed` gets the file that was uploaded, or null if one was removed. */
  constructor(changed: (added: Attachment | null) => void) {
    this.#changed = changed;
  }

  get busy(): boolean {
    return this.items.some((one) => one.state === "waiting" || one.state === "sending");
  }

  get failed(): boolean {
    return this.items.some((one) => one.state === "failed");
  }

  /** The uploaded attachments: all below the text, and those in the text that are still there. */
  used(html: string): Attachment[] {
    // The database of the outbox stores no proxies.
    return this.items.flatMap((one) =>
      one.state === "done" && one.attachment && (!one.inline || isIn(one.attachment, html))
        ? [$state.snapshot(one.attachment)]
        : [],
    );
  }

  /** Replaces the uploaded files by the attachments of a draft. Uploads in progress continue. */
  restore(attachments: Attachment[], html: string) {
    const unfinished = this.items.filter((one) => one.state !== "done");
    const done = attachments.map((attachment): Upload => ({
      key: attachment.id ?? newKey(),
      name: attachment.name,
      size: attachment.size,
      inline: isIn(attachment, html),
      state: "done",
      progress: 1,
      attachment,
      code: null,
    }));
    this.items = [...done, ...unfinished];
    for (const { url } of attachments) rememberFileOrigin(url);
  }

  /** Starts to upload a file and returns its key. `onDone` gets the attachment, or null once the file is removed. */
  add(source: Source): string {
    const key = newKey();
    const { name, size } = source.file;
    this.#files.set(key, source);
    const code = size > MAX_FILE_BYTES ? "file_too_large" : size === 0 ? "file_empty" : null;
    this.items.push({
      key,
      name,
      size,
      inline: source.inline,
      state: code ? "failed" : "waiting",
      progress: 0,
      attachment: null,
      code,
    });
    void this.#run();
    return key;
  }

  /** Moves a picture below the text, because its place in the text is gone. */
  below(key: string) {
    const item = this.#item(key);
    if (item) item.inline = false;
  }

  retry(key: string) {
    const item = this.#item(key);
    if (!item || item.state !== "failed" || item.size > MAX_FILE_BYTES) return;
    Object.assign(item, { state: "waiting", progress: 0, code: null });
    void this.#run();
  }

  remove(key: string) {
    const source = this.#files.get(key);
    this.items = this.items.filter((one) => one.key !== key);
    this.#requests.get(key)?.abort();
    this.#files.delete(key);
    source?.onDone?.(null);
    this.#changed(null);
  }

  /** Removes all files, also those that are being uploaded. */
  clear() {
    this.items = [];
    this.#files.clear();
    for (const request of this.#requests.values()) request.abort();
  }

  #item(key: string): Upload | undefined {
    return this.items.find((one) => one.key === key);
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    for (;;) {
      const item = this.items.find((one) => one.state === "waiting");
      const source = item && this.#files.get(item.key);
      if (!item || !source) break;
      item.state = "sending";
      try {
        const attachment = await this.#send(item, source.file);
        rememberFileOrigin(attachment.url);
        // A file that was removed meanwhile stays on the server, which deletes unused files.
        const still = this.#item(item.key);
        if (!still) continue;
        Object.assign(still, { state: "done", progress: 1, attachment });
        source.onDone?.(attachment);
        this.#changed(attachment);
      } catch (error) {
        const still = this.#item(item.key);
        if (still)
          Object.assign(still, { state: "failed", code: error instanceof Refusal ? error.code : "unreachable" });
      }
    }
    this.#running = false;
  }

  /** Uses XMLHttpRequest, because fetch does not report the progress of an upload. */
  #send(item: Upload, file: File): Promise<Attachment> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.#requests.set(item.key, request);
      request.open("POST", `${ROOT}/uploads`);
      for (const [name, value] of Object.entries(writeHeaders())) request.setRequestHeader(name, value);
      request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
      request.setRequestHeader("X-File-Name", encodeURIComponent(file.name.slice(0, 200)));
      request.responseType = "json";
      request.timeout = 300_000;
      request.upload.onprogress = (event) => {
        const still = this.#item(item.key);
        if (still && event.lengthComputable) still.progress = event.loaded / event.total;
      };
      request.onload = () => {
        const body = request.response as (Attachment & { error?: Partial<ApiError> }) | null;
        if (request.status >= 200 && request.status < 300 && body?.url) resolve(body);
        else reject(new Refusal(request.status, body?.error ?? {}));
      };
      request.onerror = request.ontimeout = request.onabort = () => reject(new Refusal(0, {}));
      request.onloadend = () => this.#requests.delete(item.key);
      request.send(file);
    });
  }
}

/** Whether a text contains an attachment. Compares the address without its signature. */
export function isIn(attachment: Attachment, html: string): boolean {
  const [path] = new URL(attachment.url, location.origin).pathname.match(/^\/attachments\/[^/]+\/[^/]+/) ?? [];
  return path !== undefined && html.includes(path);
}
