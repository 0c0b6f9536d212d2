// Translates the activity log. The server's sentences are English, and begin with the name of who acted.
import { t, type MessageKey, type Values } from "$shared/i18n/index.svelte";

/** What was done to something with a name. */
const VERBS: Record<string, MessageKey> = {
  created: "activity.did_create",
  changed: "activity.did_change",
  deleted: "activity.did_delete",
  removed: "activity.did_remove",
  added: "activity.did_add",
  archived: "activity.did_archive",
  restored: "activity.did_restore",
  renamed: "activity.did_rename",
  merged: "activity.did_merge",
  authorized: "activity.did_authorize",
  uninstalled: "activity.did_uninstall",
  revoked: "activity.did_revoke",
  renewed: "activity.did_renew",
  set: "activity.did_set",
  resumed: "activity.did_resume",
  withdrew: "activity.did_withdraw",
  reset: "activity.did_reset",
};

/** What has a name. Names of things are quoted, those of people (`person`) are not. */
const OBJECTS: [string, MessageKey][] = [
  ["the macro (?<name>.+)", "activity.of_macro"],
  ["the tag (?<name>.+)", "activity.of_tag"],
  ["the contact attribute (?<name>.+)", "activity.of_contact_attribute"],
  ["the company attribute (?<name>.+)", "activity.of_company_attribute"],
  ["the conversation attribute (?<name>.+)", "activity.of_conversation_attribute"],
  ["the object type (?<name>.+)", "activity.of_object_type"],
  ["the ticket type (?<name>.+)", "activity.of_ticket_type"],
  ["the ticket state (?<name>.+)", "activity.of_ticket_state"],
  ["the ticket attribute (?<name>.+) of (?<type>.+)", "activity.of_ticket_attribute"],
  ["the team (?<name>.+)", "activity.of_team"],
  ["the role (?!of )(?<name>.+)", "activity.of_role"],
  ["the role of (?<person>.+)", "activity.of_role_of"],
  ["the app (?<name>.+)", "activity.of_app"],
  ["the secret of the app (?<name>.+)", "activity.of_app_secret"],
  ["the webhook of the app (?<name>.+)", "activity.of_webhook"],
  ["the brand (?<name>.+)", "activity.of_brand"],
  ["the help center (?<name>.+)", "activity.of_help_center"],
  ["a redirect from (?<name>.+)", "activity.of_redirect"],
  ["the office hours (?<name>.+)", "activity.of_hours"],
  ["an exception (?:to|of|from) the office hours (?<name>.+)", "activity.of_hours_exception"],
  ["the access token (?<name>.+)", "activity.of_token"],
  ["the identity verification secret (?<name>.+)", "activity.of_identity_secret"],
  ["the email address (?<person>.+)", "activity.of_email"],
  ["the invitation of (?<person>.+)", "activity.of_invitation"],
  ["the password of (?<person>.+)", "activity.of_password"],
  ["the second factor of (?<person>.+)", "activity.of_second_factor"],
];

/** Sentences of their own, before those about objects. */
const SENTENCES: [string, MessageKey][] = [
  // Earlier releases wrote "provider of identities".
  ["signed in through the (?:identity provider|provider of identities)", "activity.signed_in_sso"],
  ["signed in", "activity.signed_in"],
  ["failed to sign in", "activity.failed_sign_in"],
  ["signed out", "activity.signed_out"],
  ["joined the workspace", "activity.joined"],
  ["changed their password", "activity.own_password"],
  ["changed their name to (?<to>.+)", "activity.own_name"],
  ["(?:set|changed) their picture", "activity.own_picture"],
  ["removed their picture", "activity.own_picture_removed"],
  ["turned on a second factor", "activity.factor_on"],
  ["turned off a second factor", "activity.factor_off"],
  ["changed the IP allowlist of the workspace", "activity.ip_allowlist"],
  ["changed the workspace's name from (?<from>.+) to (?<to>.+)", "activity.workspace_name"],
  ["changed the workspace's time zone from (?<from>.+) to (?<to>.+)", "activity.workspace_zone"],
  ["changed the workspace's country from (?<from>.+) to (?<to>.+)", "activity.workspace_country"],
  ["changed the workspace's region from (?<from>.+) to (?<to>.+)", "activity.workspace_region"],
  ["changed the workspace's identity verification from off to on", "activity.identity_on"],
  ["changed the workspace's identity verification from on to off", "activity.identity_off"],
  ["deleted conversations", "activity.conversations_deleted"],
  ["exported message data", "activity.exported_messages"],
  ["exported reporting data", "activity.exported_reports"],
  ["exported contacts", "activity.exported_contacts"],
  ["exported companies", "activity.exported_companies"],
  ["changed who is in the team (?<name>.+)", "activity.team_members"],
  ["changed how the team (?<name>.+) works", "activity.team_rules"],
  ["renamed the team (?<from>.+) to (?<to>.+)", "activity.team_renamed"],
  ["changed the role of (?<person>.+) from (?<from>.+) to (?<to>.+)", "activity.role_changed"],
  ["changed the role of (?<person>.+) to (?<to>.+)", "activity.role_given"],
  ["gave (?<person>.+) an inbox seat", "activity.seat_given"],
  ["gave (?<person>.+) no inbox seat any more", "activity.seat_taken"],
  ["set (?<person>.+) to away", "activity.away"],
  ["set (?<person>.+) to active", "activity.active"],
  ["withdrew the invitations that (?<person>.+) made: (?<emails>.+)", "activity.invitations_withdrawn"],
];

/** Sentences whose subject or object is a person; they are tried last, because they match most. */
const PEOPLE: [string, MessageKey][] = [
  ["invited (?<person>.+)", "activity.invited"],
  ["added (?<person>.+)", "activity.person_added"],
  ["removed (?<person>.+)", "activity.person_removed"],
];

/** The subjects that are not names. */
const SUBJECTS: Record<string, MessageKey> = {
  "The operator": "activity.nobody",
  "A contact": "activity.a_contact",
  "An app": "activity.an_app",
};

const whole = (text: string) => new RegExp(`^(?<who>.+?) ${text}\\.$`, "s");
const verbs = Object.keys(VERBS).join("|");
type Rule = { matches: RegExp; key: MessageKey; of?: MessageKey };
const rules = (of: [string, MessageKey][]): Rule[] => of.map(([text, key]) => ({ matches: whole(text), key }));
const RULES: Rule[] = [
  ...rules(SENTENCES),
  ...OBJECTS.map(([text, of]): Rule => ({
    matches: whole(`(?<verb>${verbs}) ${text}`),
    key: "activity.did_change",
    of,
  })),
  ...rules(PEOPLE),
];
const TOKEN_ENDED = /^A token of the app (?<name>.+) ended, because its code was used twice\.$/s;

/** Groups whose texts are no names of things. */
const UNQUOTED = ["who", "verb", "person", "emails"];

/** A sentence of the log in the reader's language; null if this page does not know it. */
export function sentence(text: string, metadata: Record<string, unknown> = {}): string | null {
  const ended = TOKEN_ENDED.exec(text)?.groups;
  if (ended) return t("activity.token_ended", valuesOf(ended));
  for (const { matches, key, of } of RULES) {
    const groups = matches.exec(text)?.groups;
    if (!groups) continue;
    const values = valuesOf(groups);
    if (!of) return t(key, values);
    const did = VERBS[groups["verb"] ?? ""] ?? key;
    const what = t(of, values);
    const to = becomes(metadata);
    if (to && did === "activity.did_rename") return t("activity.did_rename_to", { ...values, what, to });
    if (to && did === "activity.did_merge") return t("activity.did_merge_into", { ...values, what, to });
    return t(did, { ...values, what });
  }
  return null;
}

function valuesOf(groups: Record<string, string>): Values {
  const subject = SUBJECTS[groups["who"] ?? ""];
  const values = Object.entries(groups).map(([name, text]) => [name, UNQUOTED.includes(name) ? text : quoted(text)]);
  return { ...Object.fromEntries(values), ...(subject && { who: t(subject) }) };
}

const quoted = (name: string) => t("activity.quoted", { name });

/** The new name of a renamed tag, or the tag that another one was merged into. */
function becomes(metadata: Record<string, unknown>): string | null {
  const into = metadata["into"];
  const name = typeof into === "object" && into !== null && "name" in into ? into.name : metadata["after"];
  return typeof name === "string" ? quoted(name) : null;
}
