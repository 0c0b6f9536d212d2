// A conversation that a teammate starts: recipient, channel and message. Stored in this browser until it is sent.
import { SvelteSet } from "svelte/reactivity";
import { newKey } from "$shared/api";
import { t } from "$shared/i18n/index.svelte";
import { writes } from "$shared/keys";
import { shownName } from "$shared/names";
import { because, type Rejection } from "$shared/problems";
import type { Entry } from "$shared/store/database";
import { desk } from "$shared/store/desk.svelte";
import type { HeldConversation, Part, Person } from "$shared/types";
import { overlays } from "../app/overlays.svelte";
import { joined } from "../composer/drafts";
import { KEY_PREFIX, readStored, store } from "../composer/stored";
import { Uploads } from "../composer/upload.svelte";
import {
  EMPTY,
  idsOf,
  isBlank,
  uploadsOf,
  withoutExpired,
  withoutSent,
  type Begun,
  type Named,
  type Recipient,
} from "./begun";
import { hold, leftMs, resume, track } from "./holding";
import { reasonOf, unsent } from "./unsent";
import { Withdrawals } from "./withdrawals.svelte";

type Stored = Begun & {
  /** Rejected messages, while another one was being written. */
  others?: Begun[];
};

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
  readonly withdrawals = new Withdrawals();
  /** The files of the message. */
  readonly uploads = new Uploads(() => this.change({}));

  /** Opens the dialog with the unfinished message, or with a contact. */
  begin(to?: Recipient) {
    this.#read();
    if (to) this.now = { ...this.now, to, channel: to.email === null ? "messenger" : this.now.channel };
    else if (isBlank(this.now) && this.others[0]) this.show(this.others[0]);
    this.#open();
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
    this.#open();
  }

  #open() {
    overlays.open = "start";
    unsent.seen();
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
    // A message that is being withdrawn may have been sent.
    if (this.withdrawals.count > 0) return false;
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
    this.discard();
    await hold(sent, this, () => !overlays.open && !writes(document.activeElement));
  }

  /** Follows a message that an earlier page sent, or withdraws it if its writer has taken it back there. */
  followBefore({ key, draft, isWanted = false }: Entry, answer: Promise<HeldConversation>) {
    const sent = { ...EMPTY, ...(draft as Begun), key };
    return track(sent, answer, this, { key, isWanted, forMs: leftMs, mayReopen: () => false });
  }

  /** Shows what earlier pages have sent and the server still has. */
  resume() {
    return resume(this);
  }

  /** Shows a withdrawn message. The one that is being written stays beside it. Returns false if it was there already. */
  reopen(message: Named): boolean {
    if (overlays.open !== "start") this.#read();
    const known = this.others.find((one) => one.key === message.key);
    const isNew = !known && this.now.key !== message.key;
    const again = known ?? { ...message, uploadsSince: Date.now() };
    if (isNew) {
      this.others = [...this.others, again];
      this.#store();
    }
    if (isNew || known) this.show(again);
    this.#open();
    return isNew;
  }

  /** Removes a message that was shown again in vain. What was changed since stays, and needs a recipient again. */
  forget(message: Named, why: string) {
    if (overlays.open !== "start") this.#read();
    const left = (one: Begun) => withoutSent(one, message, why);
    this.others = this.others.flatMap(left);
    const [now] = left(this.now);
    if (!now && overlays.open === "start") this.discard();
    else {
      this.now = now ?? EMPTY;
      this.#store();
    }
  }

  during<T>(withdrawal: Promise<T>): Promise<T> {
    return this.withdrawals.during(withdrawal);
  }

  /**
   * Restores a rejected message next to the one that is being written, and opens it if the writer waits for it. Settles
   * once this browser has stored it, or its writer no longer needs it.
   */
  restore(sent: Begun, why: Rejection, isWatching = false): Promise<void> {
    if (overlays.open !== "start") this.#read();
    // Another page has restored it.
    if (sent.held && [this.now, ...this.others].some((one) => one.held === sent.held)) return this.#whenStored();
    const reason = reasonOf(why);
    const key = sent.key ?? newKey();
    const message = { ...EMPTY, ...sent, key, wrong: because("composer.not_sent", reason) };
    this.others = [...this.others, message];
    this.#store();
    const open = () => {
      this.begin();
      const kept = this.others.find((one) => one.key === key);
      if (kept) this.show(kept);
    };
    if (isWatching) open();
    // The open dialog lists it.
    else if (overlays.open !== "start") unsent.report(message, reason, open);
    return this.#whenStored();
  }

  #read() {
    // What is stored is older than what is here.
    if (!this.#isStored) return;
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

  /** Whether this browser has stored what is here. */
  #isStored = true;
  #onStored: (() => void)[] = [];

  #store() {
    if (isBlank(this.now) && this.others.length === 0) {
      localStorage.removeItem(name());
      this.#isStored = true;
    } else {
      const stored = { ...this.now, others: this.others, saved: false, at: Date.now() };
      // A full disk must not stop the writer.
      this.#isStored = store(name(), stored);
    }
    if (this.#isStored) for (const resolve of this.#onStored.splice(0)) resolve();
  }

  /** Settles once this browser has stored everything. */
  async #whenStored() {
    if (!this.#isStored) await new Promise<void>((resolve) => this.#onStored.push(resolve));
  }
}

const escaped = (text: string) =>
  text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? "");

export const starting = new Starting();
