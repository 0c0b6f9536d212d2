// A conversation that a teammate starts: recipient, channel and message. Stored in this browser until it is sent.
import { SvelteSet } from "svelte/reactivity";
import { newKey, Refusal } from "$shared/api";
import { t } from "$shared/i18n/index.svelte";
import { writes } from "$shared/keys";
import { shownName } from "$shared/names";
import { because, problem, reasonText } from "$shared/problems";
import { desk } from "$shared/store/desk.svelte";
import type { Acted, Part, Person } from "$shared/types";
import { overlays } from "../app/overlays.svelte";
import { router } from "../app/router.svelte";
import { toasts } from "../app/toasts.svelte";
import { reportUnsent } from "../app/unsent";
import { joined } from "../composer/drafts";
import { KEY_PREFIX, readStored } from "../composer/stored";
import { Uploads } from "../composer/upload.svelte";
import { bodyOf, EMPTY, idsOf, isBlank, uploadsOf, withoutExpired, type Begun, type Recipient } from "./begun";

type Stored = Begun & {
  /** Rejected messages, while another one was being written. */
  others?: Begun[];
};

/** If the server rejects the message later than this, the teammate is doing something else: the dialog stays closed. */
const REOPEN_MS = 5_000;
const name = () => `${KEY_PREFIX}${desk.who}.start`;

/** Whether this looks like an email address. The server checks it further. */
export const isAddress = (text: string) => /^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;.]+$/.test(text);

export const recipientOf = ({ id, name, email }: Pick<Person, "id" | "name" | "email">): Recipient => ({
  id,
  name: shownName(name || (email ?? "")),
  email,
});

class Starting {
  now = $state.raw<Begun>(EMPTY);
  /** Messages that were rejected while another one was being written. */
  others = $state.raw<Begun[]>([]);
  /** Changes when the dialog shows another message. */
  turn = $state(0);
  /** The files of the message. */
  readonly uploads = new Uploads(() => this.change({}));

  /** Opens the dialog with the unfinished message, or with a contact. */
  begin(to?: Recipient) {
    this.#read();
    if (to) this.now = { ...this.now, to, channel: to.email === null ? "messenger" : this.now.channel };
    else if (isBlank(this.now) && this.others[0]) this.show(this.others[0]);
    overlays.open = "start";
  }

  /** Opens the dialog to forward a message. An unfinished text stays above it. */
  forward(part: Part, conversation: string, title: string | null, heading: string) {
    this.#read();
    const quoted = `<p>${escaped(heading)}</p><blockquote>${part.html ?? ""}</blockquote>`;
    const html = `${this.now.html || "<p></p>"}${quoted}`;
    this.uploads.restore(joined(this.now.files, part.attachments), html);
    const attachment_ids = idsOf(part.attachments);
    this.change({
      to: null,
      channel: "email",
      subject: this.now.subject || t("start.forwarded", { subject: part.subject ?? title ?? "" }).trim(),
      html,
      forwarded: [...this.now.forwarded, { conversation_id: conversation, part_id: part.id, attachment_ids }],
      wrong: "",
    });
    overlays.open = "start";
  }

  change(change: Partial<Begun>) {
    const now = { ...this.now, ...change };
    const files = this.uploads.used(now.html);
    this.now = { ...now, files, uploadsSince: uploadsOf(this.now).length > 0 ? this.now.uploadsSince : Date.now() };
    this.#store();
  }

  /** The fields of copies with a text that is no address. */
  readonly wrongCopies = new SvelteSet<"cc" | "bcc">();

  setWrong(field: "cc" | "bcc", wrong: boolean) {
    if (wrong) this.wrongCopies.add(field);
    else this.wrongCopies.delete(field);
  }

  /** Whether everything needed to send is there. */
  get ready(): boolean {
    const { to, channel, subject, html, files } = this.now;
    if (!this.isComplete || this.wrongCopies.size > 0 || (html === "" && files.length === 0)) return false;
    return to !== null && (channel === "messenger" || (to.email !== null && subject.trim() !== ""));
  }

  /** Whether all files are uploaded. */
  get isComplete(): boolean {
    return !this.uploads.busy && !this.uploads.failed;
  }

  /** Discards the unfinished message. */
  discard() {
    this.uploads.clear();
    this.now = EMPTY;
    this.#store();
    overlays.close();
  }

  /** Shows a rejected message. The one that is being written takes its place, once its files are uploaded. */
  show(message: Begun) {
    if (!this.isComplete) return;
    const others = this.others.filter((one) => one !== message);
    this.others = isBlank(this.now) ? others : [...others, this.now];
    this.#take(message);
    this.#store();
  }

  /** Sends the message. The dialog closes immediately, and reopens with the text if the server rejects it. */
  async send() {
    if (!this.ready) return;
    const sent = { ...this.now, wrong: "" };
    const began = Date.now();
    this.discard();
    try {
      const answer = await desk.outbox.send<Acted>({
        key: newKey(),
        lane: "start",
        method: "POST",
        path: "/conversations",
        body: bodyOf(sent),
        kind: "reply",
        draft: sent,
      });
      desk.rows.put(answer.row, answer.position);
      const open = () => router.open(answer.row.id);
      if (Date.now() - began < REOPEN_MS && !overlays.open) open();
      const text = t("start.done", { name: shownName(answer.row.contact?.name ?? "") || sent.to?.name || "" });
      toasts.show(
        router.conversation === answer.row.id ? { text } : { text, action: { label: t("problem.open"), run: open } },
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const isWatching = Date.now() - began < REOPEN_MS && !overlays.open && !writes(document.activeElement);
      this.restore(sent, error, isWatching);
    }
  }

  /** Restores a rejected message next to the one that is being written, and opens it if the writer waits for it. */
  restore(sent: Begun, refusal: Refusal, isWatching = false) {
    if (overlays.open !== "start") this.#read();
    const message = { ...EMPTY, ...sent, wrong: because("composer.not_sent", problem(refusal)) };
    this.others = [...this.others, message];
    this.#store();
    const open = () => {
      this.begin();
      const why = reasonText(message.wrong);
      const kept = this.others.find(({ html, wrong }) => html === message.html && reasonText(wrong) === why);
      if (kept) this.show(kept);
    };
    if (isWatching) open();
    // The open dialog lists it.
    else if (overlays.open !== "start") reportUnsent(refusal, open);
  }

  #read() {
    const { others = [], ...now } = { ...EMPTY, ...readStored<Stored>(name()) };
    // An older build stored them without all fields.
    this.others = others.map((one) => ({ ...EMPTY, ...one }));
    this.#take(now);
  }

  #take(message: Begun) {
    this.now = withoutExpired(message);
    this.uploads.restore(this.now.files, this.now.html);
    this.turn++;
  }

  #store() {
    if (isBlank(this.now) && this.others.length === 0) {
      localStorage.removeItem(name());
      return;
    }
    try {
      const stored = { ...this.now, others: this.others, saved: false, at: Date.now() };
      localStorage.setItem(name(), JSON.stringify(stored));
    } catch {
      // A full disk must not stop the writer.
    }
  }
}

const escaped = (text: string) =>
  text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? "");

export const starting = new Starting();
