// Keeps one connection open: tries the carriers in turn, retries with growing delays, and misses no frame after a loss.
import { CARRIERS, type OpenConnection } from "./carriers";
import type { Carrier, ClientMessage, Frame } from "./frames";

const ORDER: Carrier[] = ["ws", "sse", "poll"];
const CARRIER_KEY = "deskwire.carrier";
const MIN_DELAY_MS = 500;
const MAX_DELAY_MS = 60_000;
/** The number of failed attempts of a carrier before the next one is tried. */
const MAX_ATTEMPTS = 2;

export type Listener = {
  after: () => number;
  frame: (frame: Frame) => void;
  reached: (position: number) => void;
  state: (state: "connecting" | "live" | "offline", carrier: Carrier | null) => void;
};

export class Connection {
  #listener: Listener;
  #line: OpenConnection | null = null;
  #carrier: Carrier;
  #failures = 0;
  #delayMs = MIN_DELAY_MS;
  #retryMs: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(listener: Listener) {
    this.#listener = listener;
    const remembered = sessionStorage.getItem(CARRIER_KEY) as Carrier | null;
    this.#carrier = remembered && ORDER.includes(remembered) ? remembered : "ws";
    addEventListener("online", this.#reconnect);
    document.addEventListener("visibilitychange", this.#onVisibilityChange);
    void this.#open();
  }

  send(message: ClientMessage) {
    this.#line?.send(message);
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.#reconnect);
    document.removeEventListener("visibilitychange", this.#onVisibilityChange);
    this.#line?.close();
  }

  #reconnect = () => {
    this.#delayMs = MIN_DELAY_MS;
    clearTimeout(this.#timer);
    if (!this.#line && !this.#stopped) void this.#open();
  };

  /** A laptop that wakes up reconnects immediately. */
  #onVisibilityChange = () => {
    if (document.visibilityState === "visible") this.#reconnect();
  };

  async #open() {
    const carrier = this.#carrier;
    let live = false;
    this.#listener.state("connecting", null);
    const line = CARRIERS[carrier]({
      after: this.#listener.after,
      reached: this.#listener.reached,
      frame: (frame) => {
        if (!live) {
          live = true;
          this.#delayMs = MIN_DELAY_MS;
          this.#failures = 0;
          sessionStorage.setItem(CARRIER_KEY, carrier);
          this.#listener.state("live", carrier);
        }
        if (frame.t === "bye") this.#retryMs = frame.retry_ms;
        this.#listener.frame(frame);
      },
    });
    this.#line = line;
    const worked = await line.closed;
    this.#line = null;
    if (this.#stopped) return;
    // A server at capacity refuses every carrier. The best one is tried again, a little later.
    if (worked === "busy") {
      this.#failures = 0;
      this.#carrier = "ws";
    } else if (worked === "held" || (!worked && ++this.#failures >= MAX_ATTEMPTS)) {
      this.#failures = 0;
      this.#carrier = ORDER[(ORDER.indexOf(carrier) + 1) % ORDER.length] as Carrier;
    }
    this.#retry();
  }

  /** Full jitter, so that a thousand tabs do not reconnect at the same moment. */
  #retry() {
    this.#listener.state("offline", null);
    const delayMs = this.#retryMs ?? Math.random() * this.#delayMs;
    this.#retryMs = null;
    this.#delayMs = Math.min(this.#delayMs * 2, MAX_DELAY_MS);
    this.#timer = setTimeout(() => void this.#open(), delayMs);
  }
}
