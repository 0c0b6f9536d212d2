// Keeps one connection open: tries the carriers in turn, retries with growing delays, and misses no frame after a loss.
import { CARRIERS, type Opened } from "./carriers";
import type { Carrier, Frame, Said } from "./frames";

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
  #line: Opened | null = null;
  #carrier: Carrier;
  #failed = 0;
  #delay = MIN_DELAY_MS;
  #wanted: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(listener: Listener) {
    this.#listener = listener;
    const remembered = sessionStorage.getItem(CARRIER_KEY) as Carrier | null;
    this.#carrier = remembered && ORDER.includes(remembered) ? remembered : "ws";
    addEventListener("online", this.#now);
    document.addEventListener("visibilitychange", this.#seen);
    void this.#open();
  }

  say(said: Said) {
    this.#line?.say(said);
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.#now);
    document.removeEventListener("visibilitychange", this.#seen);
    this.#line?.close();
  }

  #now = () => {
    this.#delay = MIN_DELAY_MS;
    clearTimeout(this.#timer);
    if (!this.#line && !this.#stopped) void this.#open();
  };

  /** A laptop that wakes up reconnects immediately. */
  #seen = () => {
    if (document.visibilityState === "visible") this.#now();
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
          this.#delay = MIN_DELAY_MS;
          this.#failed = 0;
          sessionStorage.setItem(CARRIER_KEY, carrier);
          this.#listener.state("live", carrier);
        }
        if (frame.t === "bye") this.#wanted = frame.retry_ms;
        this.#listener.frame(frame);
      },
    });
    this.#line = line;
    const worked = await line.closed;
    this.#line = null;
    if (this.#stopped) return;
    // A server at capacity refuses every carrier. The best one is tried again, a little later.
    if (worked === "busy") {
      this.#failed = 0;
      this.#carrier = "ws";
    } else if (worked === "held" || (!worked && ++this.#failed >= MAX_ATTEMPTS)) {
      this.#failed = 0;
      this.#carrier = ORDER[(ORDER.indexOf(carrier) + 1) % ORDER.length] as Carrier;
    }
    this.#again();
  }

  /** Full jitter, so that a thousand tabs do not reconnect at the same moment. */
  #again() {
    this.#listener.state("offline", null);
    const delay = this.#wanted ?? Math.random() * this.#delay;
    this.#wanted = null;
    this.#delay = Math.min(this.#delay * 2, MAX_DELAY_MS);
    this.#timer = setTimeout(() => void this.#open(), delay);
  }
}
