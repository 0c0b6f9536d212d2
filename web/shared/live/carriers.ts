// The three ways that frames travel. Each ends by itself when its line is lost, and says how it went.
import { api, ROOT } from "../api";
import type { Carrier, Frame, Said } from "./frames";

/** How long a carrier may take until its first frame. */
const FIRST = 5_000;
/** How often it is looked whether a stream holds something back, until a second piece has come of it. */
const DOUBT = 5_000;
/** What a stream may be later than a poll. */
const LATER = 1_000;

export type Hooks = {
  /** The position after which frames are wanted, asked for when the line opens. */
  after: () => number;
  frame: (frame: Frame) => void;
  /** Nothing up to this position is still to come. */
  reached: (position: number) => void;
};

/**
 * An open line. `closed` is settled once it has ended: whether it had ever worked, that too many came at once, or that something on the
 * way holds back what is sent on it.
 */
export type Opened = { say: (said: Said) => void; close: () => void; closed: Promise<boolean | "busy" | "held"> };

export const CARRIERS: Record<Carrier, (hooks: Hooks) => Opened> = { ws, sse, poll };

function parse(text: string): Frame | null {
  try {
    return JSON.parse(text) as Frame;
  } catch {
    return null;
  }
}

function ws(hooks: Hooks): Opened {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${ROOT}/live`);
  let worked = false;
  let silent = setTimeout(() => socket.close(), FIRST);
  let end: (worked: boolean) => void = () => {};
  const closed = new Promise<boolean>((resolve) => (end = resolve));
  const say = (said: Said) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(said));
  };
  let beat = 25;
  socket.onopen = () => say({ t: "sub", after: hooks.after() });
  socket.onmessage = (event) => {
    const frame = parse(String(event.data));
    if (!frame) return;
    worked = true;
    clearTimeout(silent);
    if (frame.t === "hello") beat = frame.beat;
    // A line that says nothing for two beats is dead, even if nobody closed it.
    silent = setTimeout(() => socket.close(), beat * 2500);
    if (frame.t === "ping") say({ t: "pong" });
    else hooks.frame(frame);
  };
  socket.onclose = () => {
    clearTimeout(silent);
    end(worked);
  };
  return { say, close: () => socket.close(), closed };
}

function sse(hooks: Hooks): Opened {
  const stop = new AbortController();
  let pieces = 0;
  let held = false;

  /** A proxy that buffers may pass the beginning on and keep the rest: a poll has then what the stream has not. */
  async function doubt() {
    while (pieces < 2 && !stop.signal.aborted) {
      await pause(DOUBT);
      if (pieces !== 1 || stop.signal.aborted) continue;
      const after = hooks.after();
      const polled = await asked(after, 0, stop.signal).catch(() => null);
      if (!polled?.frames.some((frame) => "p" in frame && frame.p > after)) continue;
      await pause(LATER);
      if (pieces > 1) return;
      held = true;
      stop.abort();
    }
  }

  const run = async () => {
    let silent = setTimeout(() => stop.abort(), FIRST);
    void doubt();
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
        pieces++;
        clearTimeout(silent);
        silent = setTimeout(() => stop.abort(), 60_000);
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
      // The line was lost; whoever opened it decides what follows.
    } finally {
      clearTimeout(silent);
      stop.abort();
    }
    return held ? "held" : pieces > 0;
  };
  return { say: post, close: () => stop.abort(), closed: run() };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

type Polled = { position: number; frames: Frame[] };

/** What comes after a position, within some seconds. */
async function asked(after: number, wait: number, signal: AbortSignal): Promise<Polled | null> {
  const response = await fetch(`${ROOT}/live/poll?after=${after}&wait=${wait}`, { signal, cache: "no-store" });
  return response.ok ? ((await response.json()) as Polled) : null;
}

function poll(hooks: Hooks): Opened {
  const stop = new AbortController();
  const run = async () => {
    let worked = false;
    while (!stop.signal.aborted) {
      try {
        // The first answer comes at once, so that a calm line is known to work.
        const polled = await asked(hooks.after(), worked ? 25 : 0, stop.signal);
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
  return { say: post, close: () => stop.abort(), closed: run() };
}

/** What a WebSocket would carry up, for the carriers that only go down. Presence may be lost. */
function post(said: Said) {
  if (said.t !== "see" && said.t !== "type") return;
  const { t: _, ...where } = said;
  void api.post("/live/presence", where).catch(() => {});
}
