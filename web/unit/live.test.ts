import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Connection } from "$shared/live/connection";
import type { Frame } from "$shared/live/frames";

class Socket {
  static OPEN = 1;
  static all: Socket[] = [];
  readyState = 1;
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor(readonly url: string) {
    Socket.all.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.onclose?.();
  }
  receive(frame: Frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

let states: string[] = [];
let frames: Frame[] = [];
let position = 7;
let open: Connection | null = null;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  Socket.all = [];
  states = [];
  frames = [];
  sessionStorage.clear();
});
afterEach(() => {
  open?.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function connect() {
  open = new Connection({
    after: () => position,
    frame: (frame) => frames.push(frame),
    reached: (to) => (position = to),
    state: (state, carrier) => states.push(`${state} ${carrier}`),
  });
}
const last = () => Socket.all.at(-1) as Socket;

describe("the live connection", () => {
  it("requests events after its position, and answers pings", async () => {
    connect();
    last().onopen?.();
    expect(last().sent).toEqual(['{"t":"sub","after":7}']);
    last().receive({ t: "hello", position: 7, beat: 25, carrier: "ws" });
    last().receive({ t: "ping" });
    expect(last().sent.at(-1)).toBe('{"t":"pong"}');
    expect(states).toEqual(["connecting null", "live ws"]);
    expect(frames.map((frame) => frame.t)).toEqual(["hello"]);
  });

  it("reconnects after a loss, and after the delay that the server requests", async () => {
    connect();
    last().receive({ t: "hello", position: 7, beat: 25, carrier: "ws" });
    last().receive({ t: "bye", retry_ms: 9_000, why: "restart" });
    last().close();
    await vi.advanceTimersByTimeAsync(8_900);
    expect(Socket.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(Socket.all).toHaveLength(2);
  });

  it("treats a silent connection as dead", async () => {
    connect();
    last().receive({ t: "hello", position: 7, beat: 10, carrier: "ws" });
    await vi.advanceTimersByTimeAsync(26_000);
    expect(states).toContain("offline null");
  });

  it("falls back to server-sent events after two socket failures, then to polling", async () => {
    const requested: string[] = [];
    vi.stubGlobal("fetch", async (url: string) => {
      requested.push(String(url).split("?")[0] ?? "");
      if (String(url).includes("/poll")) {
        if (requested.filter((one) => one.endsWith("/poll")).length > 1) await new Promise(() => {});
        return new Response(JSON.stringify({ position: 9, frames: [{ t: "gone", p: 9, id: "1" }] }), { status: 200 });
      }
      return new Response("", { status: 502 });
    });
    connect();
    for (let second = 0; second < 60 && !states.includes("live poll"); second++) {
      if (Socket.all.at(-1)?.onclose) last().close();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(requested.filter((one) => one.endsWith("/stream"))).toHaveLength(2);
    expect(states).toContain("live poll");
    expect(frames).toContainEqual({ t: "gone", p: 9, id: "1" });
    expect(position).toBe(9);
  });

  it("polls if a stream begins and is then buffered", async () => {
    sessionStorage.setItem("deskwire.carrier", "sse");
    let streams = 0;
    vi.stubGlobal("fetch", async (url: string, { signal }: { signal: AbortSignal }) => {
      if (url.includes("/stream")) {
        streams++;
        const hello = 'data: {"t":"hello","position":7,"beat":25,"carrier":"sse"}\n\n';
        return new Response(
          new ReadableStream({
            start(to) {
              to.enqueue(new TextEncoder().encode(hello));
              signal.addEventListener("abort", () => to.error(signal.reason));
            },
          }),
        );
      }
      if (url.includes("wait=25")) await new Promise(() => {});
      return new Response(JSON.stringify({ position: 9, frames: [{ t: "gone", p: 9, id: "1" }] }));
    });
    position = 7;
    connect();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(states.at(-1)).toBe("live sse");
    await vi.advanceTimersByTimeAsync(4_000);
    expect(states.at(-1)).toBe("live poll");
    expect(streams).toBe(1);
    expect(frames).toContainEqual({ t: "gone", p: 9, id: "1" });
  });

  it("keeps a stream that is silent because nothing happens", async () => {
    sessionStorage.setItem("deskwire.carrier", "sse");
    let polls = 0;
    vi.stubGlobal("fetch", async (url: string) => {
      if (url.includes("/poll")) {
        polls++;
        return new Response(JSON.stringify({ position: 7, frames: [{ t: "see", admin: "1" }] }));
      }
      return new Response(
        new ReadableStream({
          start(to) {
            const push = (frame: object) => to.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(frame)}\n\n`));
            push({ t: "hello", position: 7, beat: 25, carrier: "sse" });
            setInterval(() => push({ t: "ping" }), 25_000);
          },
        }),
      );
    });
    position = 7;
    connect();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(states).toEqual(["connecting null", "live sse"]);
    // It is trusted after its first sign of life.
    expect(polls).toBeLessThanOrEqual(5);
  });
});
