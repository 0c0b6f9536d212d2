// The live connection of all tabs. One tab, the leader, holds it and passes its frames to the others.
import { desk } from "../store/desk.svelte";
import { Connection } from "./connection";
import type { Carrier, ClientMessage, Frame } from "./frames";
import { line } from "./line.svelte";
import { presence } from "./presence.svelte";

type State = "connecting" | "live" | "offline";
/** A message between the tabs. */
type Message =
  | { kind: "frame"; frame: Frame }
  | { kind: "state"; state: State; carrier: Carrier | null }
  | { kind: "say"; said: ClientMessage }
  | { kind: "ask" };

/** Frames that arrived since the last paint are applied together. */
const BATCH_MS = 16;
/** Several reasons to load again within this time lead to one load. */
const CATCH_UP_DELAY_MS = 100;
/** The minimum time between two messages that something is being written. */
const TYPING_INTERVAL_MS = 3_000;

class Live {
  #channel: BroadcastChannel | null = null;
  #connection: Connection | null = null;
  #release: (() => void) | null = null;
  #viewed: string | null = null;
  #typedAt = 0;
  #lost = false;
  #queue: Frame[] = [];
  #listeners = new Set<(frame: Frame) => void>();
  #onMissed = new Set<() => void>();
  #catchingUp: ReturnType<typeof setTimeout> | undefined;
  /** The position up to which frames have been applied. */
  position = 0;

  /** Starts for the signed-in teammate. Returns the function that stops it. */
  begin(workspace: string, admin: string, position: number): () => void {
    const name = `deskwire-live-${workspace}-${admin}`;
    this.position = position;
    this.#channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : null;
    if (this.#channel) this.#channel.onmessage = (event) => this.#receive(event.data as Message);
    this.#broadcast({ kind: "ask" });
    const abort = new AbortController();
    const lead = () =>
      new Promise<void>((resolve) => {
        this.#lead();
        this.#release = resolve;
      });
    if (navigator.locks) navigator.locks.request(name, { signal: abort.signal }, lead).catch(() => {});
    else void lead();
    const timer = setInterval(() => this.#send({ t: "see", conversation_id: this.#visible() }), 20_000);
    const sendViewed = () => this.#send({ t: "see", conversation_id: this.#visible() });
    document.addEventListener("visibilitychange", sendViewed);
    return () => {
      clearInterval(timer);
      clearTimeout(this.#catchingUp);
      document.removeEventListener("visibilitychange", sendViewed);
      abort.abort();
      this.#connection?.stop();
      this.#connection = null;
      this.#release?.();
      this.#channel?.close();
    };
  }

  /** Tells the other teammates which conversation is viewed. */
  see(conversation: string | null) {
    this.#viewed = conversation;
    this.#send({ t: "see", conversation_id: this.#visible() });
  }

  /** Tells the other teammates that something is being written. */
  type(conversation: string, kind: "reply" | "note") {
    const at = Date.now();
    if (at - this.#typedAt < TYPING_INTERVAL_MS) return;
    this.#typedAt = at;
    this.#send({ t: "type", conversation_id: conversation, kind });
  }

  /** Passes every frame to a listener, before it is applied to the store. */
  onFrame(listener: (frame: Frame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls a listener when frames were missed, so that it loads again what it shows. */
  onMissed(listener: () => void): () => void {
    this.#onMissed.add(listener);
    return () => this.#onMissed.delete(listener);
  }

  /**
   * Loads what is shown. The connection sends again only the changes of conversations that were missed: not the
   * teammate's marks, nor counts and notifications.
   */
  #catchUp() {
    clearTimeout(this.#catchingUp);
    desk.rows.marks.forgetEchoes();
    this.#catchingUp = setTimeout(() => {
      desk.lists.allStale();
      desk.recount(0);
      // The server may now run another build, and names may have changed.
      void desk.load();
      for (const listener of this.#onMissed) listener();
    }, CATCH_UP_DELAY_MS);
  }

  #visible() {
    return document.visibilityState === "visible" ? this.#viewed : null;
  }

  #lead() {
    // Another tab led until now. Frames between its connection and this one are missed.
    if (line.state === "live") this.#lost = true;
    this.#connection = new Connection({
      after: () => this.position,
      reached: (position) => (this.position = Math.max(this.position, position)),
      frame: (frame) => {
        this.#broadcast({ kind: "frame", frame });
        this.#enqueue(frame);
      },
      state: (state, carrier) => {
        this.#broadcast({ kind: "state", state, carrier });
        this.#setState(state, carrier);
      },
    });
  }

  #receive(message: Message) {
    if (message.kind === "frame") this.#enqueue(message.frame);
    else if (message.kind === "state") this.#setState(message.state, message.carrier);
    else if (!this.#connection) return;
    else if (message.kind === "say") this.#connection.send(message.said);
    else this.#broadcast({ kind: "state", state: line.state, carrier: line.carrier });
  }

  #send(message: ClientMessage) {
    if (this.#connection) this.#connection.send(message);
    else this.#broadcast({ kind: "say", said: message });
  }

  #broadcast(message: Message) {
    this.#channel?.postMessage(message);
  }

  #setState(state: State, carrier: Carrier | null) {
    if (state === "offline") this.#lost = true;
    const back = state === "live" && (this.#lost || desk.outdated);
    line.state = state;
    line.carrier = carrier;
    // Messages from before the connection opened were lost.
    if (state === "live") this.#send({ t: "see", conversation_id: this.#visible() });
    if (!back) return;
    this.#lost = false;
    desk.outbox.flush();
    this.#catchUp();
  }

  #enqueue(frame: Frame) {
    if (!this.#queue.length) setTimeout(() => this.#applyQueue(), BATCH_MS);
    this.#queue.push(frame);
  }

  #applyQueue() {
    const frames = this.#queue;
    this.#queue = [];
    for (const frame of frames) {
      for (const listener of this.#listeners) listener(frame);
      this.#apply(frame);
    }
  }

  #apply(frame: Frame) {
    switch (frame.t) {
      case "row":
        desk.rows.putShared(frame.row, frame.p);
        break;
      case "gone":
        desk.rows.remove(frame.id);
        break;
      case "me": {
        const { unread, mentioned, draft } = frame;
        const marks = Object.fromEntries(
          Object.entries({ unread, mentioned, draft }).filter(([, value]) => value !== undefined),
        );
        desk.rows.putMarks(frame.id, marks);
        break;
      }
      case "eph":
        presence.update(frame);
        break;
      case "count":
        desk.counts = { ...desk.counts, ...frame.counts };
        desk.unread = frame.unread_notifications;
        desk.newestNotification = frame.newest_notification;
        break;
      case "bye":
        // The session may have ended; loading the start shows that.
        if (frame.why === "session") void desk.load();
        break;
      case "gap":
        this.position = Math.max(this.position, frame.next);
        this.#catchUp();
        break;
    }
    if ("p" in frame) this.position = Math.max(this.position, frame.p);
  }
}

export const live = new Live();
