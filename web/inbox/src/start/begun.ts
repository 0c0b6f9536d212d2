// A conversation that a teammate is about to start, as this browser stores it.
import { t } from "$shared/i18n/index.svelte";
import { shownName } from "$shared/names";
import type { Attachment, Forwarded, HeldMessage, NewConversation } from "$shared/types";
import type { Reason } from "$shared/problems";

/** A recipient. Without an id, it is an address that no contact has yet. */
export type Recipient = { id: string | null; name: string; email: string | null };
export type Channel = "messenger" | "email";
export type Begun = {
  to: Recipient | null;
  cc: string[];
  bcc: string[];
  channel: Channel;
  subject: string;
  html: string;
  /** The files: uploads, and those of messages that it forwards. */
  files: Attachment[];
  /** When the first of the uploads was added. */
  uploadsSince: number;
  /** The messages that it forwards, with the files that they have. */
  forwarded: Forwarded[];
  /** Why the server rejected it. */
  wrong: Reason;
  /** The id that it had while the server held it, if it could not be sent then. */
  held?: string;
  /** Names it while it is sent and withdrawn, so that it is found again when the server answers. */
  key?: string;
};

/** A message under the name by which it is found again. */
export type Named = Begun & { key: string };

export const EMPTY: Begun = {
  to: null,
  cc: [],
  bcc: [],
  channel: "email",
  subject: "",
  html: "",
  files: [],
  uploadsSince: 0,
  forwarded: [],
  wrong: "",
};

/** The server deletes uploads without a message after a day. */
const UPLOADS_RETENTION_MS = 23 * 3_600_000;

export const isBlank = ({ to, cc, bcc, subject, html, files }: Begun) =>
  !to && !cc.length && !bcc.length && !subject && !html && !files.length;

export const idsOf = (files: Attachment[]) => files.flatMap((one) => (one.id ? [one.id] : []));

/** The files that are not forwarded. */
export function uploadsOf({ files, forwarded }: Begun): Attachment[] {
  const others = new Set(forwarded.flatMap((one) => one.attachment_ids));
  return files.filter((one) => one.id && !others.has(one.id));
}

/** The files that are still forwarded, each once. */
function forwardedBy({ files, forwarded }: Begun): Forwarded[] {
  const left = new Set(idsOf(files));
  return forwarded.flatMap((one) => {
    const attachment_ids = one.attachment_ids.filter((id) => left.delete(id));
    return attachment_ids.length > 0 ? [{ ...one, attachment_ids }] : [];
  });
}

/** The message without uploads that the server has deleted. */
export function withoutExpired(message: Begun): Begun {
  const gone = uploadsOf(message);
  if (gone.length === 0 || Date.now() - message.uploadsSince < UPLOADS_RETENTION_MS) return message;
  const names = gone.map((one) => shownName(one.name)).join(", ");
  return {
    ...message,
    files: message.files.filter((one) => !gone.includes(one)),
    wrong: t("start.files_gone", { names }),
  };
}

/**
 * What is left of a message of the dialog once `sent` turns out to be sent. What was changed since stays, with the reason,
 * and needs a recipient again, so that nothing is sent twice by accident.
 */
export function withoutSent(one: Begun, sent: Named, why: string): Begun[] {
  if (one.key !== sent.key) return [one];
  if (one.html === sent.html && one.subject === sent.subject) return [];
  const { key: _, ...changed } = one;
  return [{ ...changed, to: null, wrong: why }];
}

/** The message that the server holds. Its forwarded files are files of its own. */
export function begunOf({ to, cc, bcc, channel, subject, html, attachments }: HeldMessage): Begun {
  return {
    ...EMPTY,
    to: { ...to, name: shownName(to.name) },
    cc,
    bcc,
    channel: channel === "email" ? "email" : "messenger",
    subject,
    html,
    files: attachments,
    uploadsSince: Date.now(),
  };
}

export function bodyOf(message: Begun): NewConversation {
  const { to, cc, bcc, channel, subject, html } = message;
  return {
    ...(to?.id ? { contact_id: to.id } : { email: to?.email ?? "" }),
    html,
    attachment_ids: idsOf(uploadsOf(message)),
    forwarded: forwardedBy(message),
    channel,
    ...(channel === "email" ? { subject: subject.trim(), cc, bcc } : {}),
  };
}
