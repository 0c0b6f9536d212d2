// A conversation that a teammate starts: recipient, channel and message. Stored in this browser until it is sent.
import { newKey, Refusal } from "$shared/api";
import { t } from "$shared/i18n/index.svelte";
import { desk } from "$shared/store/desk.svelte";
import type { Acted, NewConversation, Part, Person } from "$shared/types";
import { overlays } from "../app/overlays.svelte";
import { problem } from "../app/problems";
import { router } from "../app/router.svelte";
import { toasts } from "../app/toasts.svelte";
import { KEY_PREFIX } from "../composer/drafts";

/** A recipient. Without an id, it is an address that no contact has yet. */
export type Recipient = { id: string | null; name: string; email: string | null };
export type Channel = "messenger" | "email";
export type Begun = { to: Recipient | null; cc: string[]; channel: Channel; subject: string; html: string };

const EMPTY: Begun = { to: null, cc: [], channel: "email", subject: "", html: "" };
/** If the server rejects the message later than this, the teammate is doing something else: the dialog stays closed. */
const REOPEN_MS = 5_000;

const name = () => `${KEY_PREFIX}${desk.me?.id ?? ""}.start`;

/** Whether this looks like an e-mail address. The server checks it further. */
export const isAddress = (text: string) => /^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;.]+$/.test(text);

export const recipientOf = ({ id, name, email }: Pick<Person, "id" | "name" | "email">): Recipient => ({
  id,
  name: name || (email ?? ""),
  email,
});

class Starting {
  now = $state.raw<Begun>(EMPTY);
  /** The error of the last attempt to send. */
  wrong = $state("");

  /** Opens the dialog with the unfinished message, or with a contact. */
  begin(to?: Recipient) {
    this.now = this.#read();
    this.wrong = "";
    if (to) this.now = { ...this.now, to, channel: to.email === null ? "messenger" : this.now.channel };
    overlays.open = "start";
  }

  /** Opens the dialog to forward a message. An unfinished text stays above it. */
  forward(part: Part, title: string | null, heading: string) {
    const begun = this.#read();
    const quoted = `<p>${escaped(heading)}</p><blockquote>${part.html ?? ""}</blockquote>`;
    this.wrong = "";
    this.change({
      ...begun,
      to: null,
      channel: "email",
      subject: begun.subject || t("start.forwarded", { subject: part.subject ?? title ?? "" }).trim(),
      html: `${begun.html || "<p></p>"}${quoted}`,
    });
    overlays.open = "start";
  }

  change(change: Partial<Begun>) {
    this.now = { ...this.now, ...change };
    try {
      localStorage.setItem(name(), JSON.stringify({ ...this.now, saved: false, at: Date.now() }));
    } catch {
      // A full disk must not stop the writer.
    }
  }

  /** Whether everything needed to send is there. */
  get ready(): boolean {
    const { to, channel, subject, html } = this.now;
    return to !== null && html !== "" && (channel === "messenger" || (to.email !== null && subject.trim() !== ""));
  }

  /** Discards the unfinished message. */
  discard() {
    this.now = EMPTY;
    localStorage.removeItem(name());
    overlays.close();
  }

  /** Sends the message. The dialog closes immediately, and reopens with the text if the server rejects it. */
  async send() {
    if (!this.ready) return;
    const sent = this.now;
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
      });
      desk.rows.put(answer.row, answer.position);
      const open = () => router.open(answer.row.id);
      if (Date.now() - began < REOPEN_MS && !overlays.open) open();
      const text = t("start.done", { name: answer.row.contact?.name || sent.to?.name || "" });
      toasts.show(
        router.conversation === answer.row.id ? { text } : { text, action: { label: t("problem.open"), run: open } },
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.change(sent);
      this.wrong = t("composer.not_sent", { why: problem(error) });
      overlays.open = "start";
    }
  }

  #read(): Begun {
    try {
      return { ...EMPTY, ...(JSON.parse(localStorage.getItem(name()) ?? "null") as Begun | null) };
    } catch {
      return EMPTY;
    }
  }
}

function bodyOf({ to, cc, channel, subject, html }: Begun): NewConversation {
  return {
    ...(to?.id ? { contact_id: to.id } : { email: to?.email ?? "" }),
    html,
    channel,
    ...(channel === "email" ? { subject: subject.trim(), cc } : {}),
  };
}

const escaped = (text: string) =>
  text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? "");

export const starting = new Starting();
