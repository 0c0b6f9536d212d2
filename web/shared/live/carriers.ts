// The three carriers of frames. Each ends when its connection is lost, and reports whether it worked.
import { api, ROOT } from "../api";
import type { Carrier, ClientMessage, Frame } from "./frames";

/** The maximum time until a carrier's first frame. */
const FIRST_FRAME_TIMEOUT_MS = 5_000;
/** The interval of checking whether a proxy holds back a stream, until its second chunk has arrived. */
const BUFFERING_CHECK_MS = 5_000;
/** How much later than a poll a stream may deliver. */
const MAX_LAG_MS = 1_000;

export type Hooks = {
  /** The position after which frames are wanted, queried when the connection opens. */
  after: () => number;
  frame: (frame: Frame) => void;
  /** All frames up to this position have arrived. */
  reached: (position: number) => void;
};

/**
 * An open connection. `closed` resolves once it has ended: to whether it ever worked, to "busy" if too many clients
 * connected at once, or to "held" if a proxy holds back what is sent on it.
 */
export type OpenConnection = {
  send: (message: ClientMessage) => void;
  close: () => void;
  closed: Promise<boolean | "busy" | "held">;
};

export const CARRIERS: Record<Carrier, (hooks: Hooks) => OpenConnection> = { ws, sse, poll };

function parse(text: string): Frame | null {
  try {
    return JSON.parse(text) as Frame;
  } catch {
    return null;
  }
}

function ws(hooks: Hooks): OpenConnection {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${ROOT}/live`);
  let worked = false;
  let silenceTimer = setTimeout(() => socket.close(), FIRST_FRAME_TIMEOUT_MS);
  let end: (worked: boolean) => void = () => {};
  const closed = new Promise<boolean>((resolve) => (end = resolve));
  const send = (message: ClientMessage) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  let beatSeconds = 25;
  socket.onopen = () => send({ t: "sub", after: hooks.after() });
  socket.onmessage = (event) => {
    const frame = parse(String(event.data));
    if (!frame) return;
    worked = true;
    clearTimeout(silenceTimer);
    if (frame.t === "hello") beatSeconds = frame.beat;
    // A connection that is silent for two and a half intervals is dead, even if nobody closed it.
    silenceTimer = setTimeout(() => socket.close(), beatSeconds * 2500);
    if (frame.t === "ping") send({ t: "pong" });
    else hooks.frame(frame);
  };
  socket.onclose = () => {
    clearTimeout(silenceTimer);
    end(worked);
  };
  return { send, close: () => socket.close(), closed };
}

function sse(hooks: Hooks): OpenConnection {
  const stop = new AbortController();
  let chunks = 0;
  let held = false;

  /** A proxy that buffers may pass on the beginning and hold back the rest. Then a poll returns frames before the stream. */
  async function detectBuffering() {
    while (chunks < 2 && !stop.signal.aborted) {
      await pause(BUFFERING_CHECK_MS);
      if (chunks !== 1 || stop.signal.aborted) continue;
      const after = hooks.after();
      const polled = await pollOnce(after, 0, stop.signal).catch(() => null);
      if (!polled?.frames.some((frame) => "p" in frame && frame.p > after)) continue;
      await pause(MAX_LAG_MS);
      if (chunks > 1) return;
      held = true;
      stop.abort();
    }
  }

  const run = async () => {
    let silenceTimer = setTimeout(() => stop.abort(), FIRST_FRAME_TIMEOUT_MS);
    void detectBuffering();
    try {
      const response = await fetch(`${ROOT}/live/stream?after=${hooks.after()}`, {
        headers: { Accept: "text/event-stream" },
        signal: stop.signal,
        cache: "no-store",
      });
      if (response.status === 503) return "busy";
      if (!response.ok || !response.body) return false;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        chunks++;
        clearTimeout(silenceTimer);
        silenceTimer = setTimeout(() => stop.abort(), 60_000);
        const events = (rest + value).split(/\r?\n\r?\n/);
        rest = events.pop() ?? "";
        for (const event of events) {
          const data = event
            .split(/\r?\n/)
            .filter((line) => line.startsWith("data:"))
            .map((line) => line.slice(5).trimStart())
            .join("\n");
          const frame = data ? parse(data) : null;
          if (frame) hooks.frame(frame);
        }
      }
    } catch {
      // The connection was lost. The caller decides what to do next.
    } finally {
      clearTimeout(silenceTimer);
      stop.abort();
    }
    return held ? "held" : chunks > 0;
  };
  return { send: postPresence, close: () => stop.abort(), closed: run() };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

type Polled = { position: number; frames: Frame[] };

/** Polls for frames after a position, waiting at most `wait` seconds. */
async function pollOnce(after: number, wait: number, signal: AbortSignal): Promise<Polled | null> {
  const response = await fetch(`${ROOT}/live/poll?after=${after}&wait=${wait}`, { signal, cache: "no-store" });
  return response.ok ? ((await response.json()) as Polled) : null;
}

function poll(hooks: Hooks): OpenConnection {
  const stop = new AbortController();
  const run = async () => {
    let worked = false;
    while (!stop.signal.aborted) {
      try {
        // The first response is immediate, which shows that an idle connection works.
        const polled = await pollOnce(hooks.after(), worked ? 25 : 0, stop.signal);
        if (!polled) break;
        const { position, frames } = polled;
        if (!worked) hooks.frame({ t: "hello", position, beat: 25, carrier: "poll" });
        worked = true;
        for (const frame of frames) hooks.frame(frame);
        hooks.reached(position);
        if (frames.some((frame) => frame.t === "bye")) break;
      } catch {
        break;
      }
    }
    return worked;
  };
  return { send: postPresence, close: () => stop.abort(), closed: run() };
}

/** Sends presence by a request, for carriers that only receive. It may be lost. */
function postPresence(message: ClientMessage) {
  if (message.t !== "see" && message.t !== "type") return;
  const { t: _, ...where } = message;
  void api.post("/live/presence", where).catch(() => {});
}
