// Written by the tests of crates/api (UPDATE_TYPES=1); not by hand.

export type Nothing = Record<symbol, never>;

export type Step = "sign_in" | "choose" | "totp" | "done";

export type SignIn = { 
/**
 * The next step.
 */
step: Step, 
/**
 * The workspaces to choose from.
 */
workspaces: Array<WorkspaceName> | null, };

export type SessionState = { 
/**
 * The next step.
 */
step: Step, 
/**
 * The workspaces to choose from.
 */
workspaces: Array<WorkspaceName> | null, 
/**
 * The name of the identity provider to sign in through, if there is one.
 */
sso: string | null, };

export type WorkspaceName = { id: string, name: string, };

export type Session = { 
/**
 * Its id.
 */
id: string, 
/**
 * Whether it is the browser that sent the request.
 */
is_this: boolean, 
/**
 * The `User-Agent` header.
 */
user_agent: string | null, 
/**
 * The IP address from which it signed in.
 */
address: string | null, 
/**
 * When it signed in.
 */
created_at: number, 
/**
 * When it was last used, within a minute.
 */
seen_at: number, };

export type Sessions = { items: Array<Session>, };

export type SecondFactor = { 
/**
 * Whether the second factor is active.
 */
active: boolean, 
/**
 * The number of recovery codes that are left.
 */
recovery_codes_left: number, };

export type SecondFactorSetup = { 
/**
 * The secret in base 32, for manual entry.
 */
secret: string, 
/**
 * The secret as an `otpauth:` URL, for a QR code.
 */
url: string, };

export type RecoveryCodes = { codes: Array<string>, };

export type PasswordState = { 
/**
 * Whether they have one. Without one, they sign in through an identity provider or with a link.
 */
exists: boolean, };

export type MailSettings = { 
/**
 * Conversations that are assigned to them, or to their team.
 */
assigned: boolean, 
/**
 * Mentions of them.
 */
mentioned: boolean, 
/**
 * Customers' replies in their conversations.
 */
replied: boolean, 
/**
 * Other events in their conversations.
 */
other: boolean, };

export type PersonType = "contact" | "admin" | "bot" | "system";

export type Person = { 
/**
 * The kind.
 */
type: PersonType, 
/**
 * The id; null for bots and the system.
 */
id: string | null, 
/**
 * The name, or else the email address, or else the phone number. Empty if none is known: each language has a word
 * for that.
 */
name: string, 
/**
 * The URL of the avatar.
 */
avatar: string | null, 
/**
 * Their email address.
 */
email: string | null, };

export type Teammate = { 
/**
 * Their id.
 */
id: string, 
/**
 * Their name.
 */
name: string, 
/**
 * Their email address.
 */
email: string, 
/**
 * The URL of the avatar.
 */
avatar: string | null, 
/**
 * Whether they are away.
 */
away: boolean, 
/**
 * The name of their role.
 */
role: string | null, };

export type Team = { id: string, name: string, member_ids: Array<string>, };

export type Tag = { id: string, name: string, };

export type Me = { 
/**
 * The names of the permissions of their role.
 */
permissions: Array<string>, 
/**
 * Their preferences, which only the inbox interprets.
 */
preferences: Record<string, unknown>, 
/**
 * The number of conversations with unread notifications; 100 for 100 and more.
 */
unread_notifications: number, 
/**
 * Their id.
 */
id: string, 
/**
 * Their name.
 */
name: string, 
/**
 * Their email address.
 */
email: string, 
/**
 * The URL of the avatar.
 */
avatar: string | null, 
/**
 * Whether they are away.
 */
away: boolean, 
/**
 * The name of their role.
 */
role: string | null, };

export type Workspace = { 
/**
 * Its id.
 */
id: string, 
/**
 * The name.
 */
name: string, 
/**
 * The IANA name of the time zone.
 */
timezone: string, 
/**
 * Whether it is a demo.
 */
demo: boolean, 
/**
 * Whether sent mail and webhooks can be viewed: in demos and on test servers.
 */
shows_sent: boolean, };

export type AttributeOwner = "contact" | "company" | "conversation" | "ticket";

export type AttributeDefinition = { 
/**
 * Its id.
 */
id: string, 
/**
 * The kind of object.
 */
on: AttributeOwner, 
/**
 * The name in the API.
 */
name: string, 
/**
 * The name for people.
 */
label: string, 
/**
 * The data type: `string`, `integer`, `float`, `boolean`, `date`, `datetime`, `list`, `files` or `relationship`.
 */
data_type: string, 
/**
 * The values of a list.
 */
options: Array<string> | null, 
/**
 * Whether teammates can change it.
 */
writable: boolean, 
/**
 * Whether a teammate has to fill it in before they close a conversation.
 */
required: boolean, };

export type TicketType = { id: string, name: string, icon: string | null, category: string, attributes: Array<AttributeDefinition>, };

export type TicketState = { id: string, category: string, internal_label: string, 
/**
 * Whether its label for teammates is the initial one of every workspace. The inbox then shows it in the teammate's
 * language.
 */
has_first_label: boolean, external_label: string, ticket_type_ids: Array<string>, archived: boolean, };

export type MacroName = { id: string, name: string, has_actions: boolean, };

export type Sort = "newest" | "oldest" | "waiting" | "priority";

export type ViewKind = "builtin" | "own";

export type View = { 
/**
 * Its id.
 */
id: string, 
/**
 * The kind.
 */
kind: ViewKind, 
/**
 * The name. That of a built-in view is translated by the inbox.
 */
name: string, 
/**
 * The query, in the language of searches; null for built-in views.
 */
query: Record<string, unknown> | null, 
/**
 * The order.
 */
sort: Sort, 
/**
 * The number of open conversations; 100 for 100 and more.
 */
count: number, };

export type Start = { 
/**
 * The id of this build of the inbox.
 */
build: string, me: Me, workspace: Workspace, teammates: Array<Teammate>, teams: Array<Team>, tags: Array<Tag>, ticket_types: Array<TicketType>, ticket_states: Array<TicketState>, attributes: Array<AttributeDefinition>, macros: Array<MacroName>, views: Array<View>, };

export type RowTicket = { number: string, 
/**
 * The name of the ticket type.
 */
type: string, type_id: string, icon: string | null, 
/**
 * The state's label for teammates.
 */
state: string, state_id: string | null, category: string, };

export type ExcerptBy = "contact" | "admin" | "bot" | "note" | "system";

export type ConversationState = "open" | "snoozed" | "closed";

export type Priority = "none" | "low" | "medium" | "high" | "urgent";

export type Row = { 
/**
 * The conversation's id.
 */
id: string, 
/**
 * The ticket, if the conversation is one.
 */
ticket: RowTicket | null, 
/**
 * The first contact.
 */
contact: Person | null, 
/**
 * The number of further contacts.
 */
more_contacts: number, 
/**
 * The title, or the subject.
 */
title: string | null, 
/**
 * The beginning of the last message, as plain text of at most 140 characters.
 */
excerpt: string, 
/**
 * The author of that message.
 */
excerpt_by: ExcerptBy, 
/**
 * The name of that author.
 */
last_author: string | null, 
/**
 * When that message was written.
 */
last_at: number, 
/**
 * The state.
 */
state: ConversationState, 
/**
 * The priority.
 */
priority: Priority, 
/**
 * The teammate to whom it is assigned.
 */
admin_assignee_id: string | null, 
/**
 * The team to which it is assigned.
 */
team_assignee_id: string | null, 
/**
 * The ids of the tags.
 */
tag_ids: Array<string>, 
/**
 * Since when a contact has been waiting for an answer.
 */
waiting_since: number | null, 
/**
 * Until when it is snoozed.
 */
snoozed_until: number | null, 
/**
 * When it was created.
 */
created_at: number, 
/**
 * When it was last updated.
 */
updated_at: number, 
/**
 * The id of the last part.
 */
last_part_id: string | null, 
/**
 * Whether there is a part that the teammate has not read.
 */
unread: boolean, 
/**
 * Whether there is an unread mention of the teammate.
 */
mentioned: boolean, 
/**
 * The channel of the first message, such as `email` or `messenger`.
 */
channel: string, 
/**
 * Whether the teammate has a draft in it.
 */
draft: boolean, };

export type PartKind = "message" | "note" | "event";

export type Attachment = { 
/**
 * The id; null for files that are stored elsewhere.
 */
id: string | null, 
/**
 * The file name.
 */
name: string, 
/**
 * The URL.
 */
url: string, 
/**
 * The media type.
 */
content_type: string, 
/**
 * The size in bytes.
 */
size: number, 
/**
 * The width of an image in pixels.
 */
width: number | null, 
/**
 * The height of an image in pixels.
 */
height: number | null, };

export type Part = { 
/**
 * Its id.
 */
id: string, 
/**
 * The kind.
 */
kind: PartKind, 
/**
 * The type in the API.
 */
part_type: string, 
/**
 * Who wrote or caused the part.
 */
author: Person, 
/**
 * The text, sanitized by the server.
 */
html: string | null, 
/**
 * The files.
 */
attachments: Array<Attachment>, 
/**
 * When it was written.
 */
at: number, 
/**
 * Whether its text was redacted.
 */
redacted: boolean, 
/**
 * The event: an object with its `type` and the fields of that type.
 */
event: ({ type: string } & Record<string, unknown>) | null, 
/**
 * Until when only teammates see it and its author can withdraw it.
 */
held_until: number | null, 
/**
 * The subject of a mail.
 */
subject: string | null, };

export type DraftKind = "reply" | "note";

export type Draft = { 
/**
 * The kind of part that the draft becomes.
 */
kind: DraftKind, 
/**
 * The text.
 */
html: string, 
/**
 * The files.
 */
attachments: Array<Attachment>, 
/**
 * When the draft was last changed. The next change specifies this time as its `base`.
 */
updated_at: number, };

export type Action = { "type": "assign", admin_id: string | null, } | { "type": "assign_team", team_id: string | null, } | { "type": "close" } | { "type": "open" } | { "type": "snooze", until: number, } | { "type": "priority", priority: Priority, } | { "type": "tag", tag_id: string, } | { "type": "untag", tag_id: string, } | { "type": "title", title: string, } | { "type": "attribute", name: string, value: unknown, } | { "type": "ticket_state", state_id: string, } | { "type": "ticket_attribute", name: string, value: unknown, } | { "type": "read" } | { "type": "unread" } | { "type": "add_contact", contact_id: string, } | { "type": "remove_contact", contact_id: string, } | { "type": "convert", ticket_type_id: string, };

export type Named = { id: string, name: string, };

export type Contact = { 
/**
 * Its id.
 */
id: string, 
/**
 * The role: `user` or `lead`.
 */
role: string, 
/**
 * The external id.
 */
external_id: string | null, 
/**
 * The name.
 */
name: string | null, 
/**
 * The email address.
 */
email: string | null, 
/**
 * The phone number.
 */
phone: string | null, 
/**
 * The URL of the avatar.
 */
avatar: string | null, 
/**
 * The teammate who owns the contact.
 */
owner_id: string | null, 
/**
 * The language, if it is set.
 */
language: string | null, 
/**
 * Whether the contact receives no mail.
 */
unsubscribed_from_emails: boolean, 
/**
 * Whether mail to the contact bounced permanently.
 */
has_hard_bounced: boolean, 
/**
 * When the contact was created.
 */
created_at: number, 
/**
 * When the contact was last updated.
 */
updated_at: number, 
/**
 * When the contact signed up.
 */
signed_up_at: number | null, 
/**
 * When the contact was last seen.
 */
last_seen_at: number | null, 
/**
 * When the contact last replied.
 */
last_replied_at: number | null, 
/**
 * When the contact was last contacted.
 */
last_contacted_at: number | null, 
/**
 * The contact's location and device, as the messenger determined them.
 */
details: Record<string, unknown>, 
/**
 * The attributes, by name.
 */
custom_attributes: Record<string, unknown>, };

export type Contacts = { 
/**
 * The contacts, in order.
 */
items: Array<Contact>, 
/**
 * The total number in all windows.
 */
total: number, 
/**
 * The cursor of the next window.
 */
next: string | null, };

export type Note = { 
/**
 * Its id.
 */
id: string, 
/**
 * The teammate who wrote the note.
 */
author_id: string | null, 
/**
 * The text, sanitized by the server.
 */
html: string, 
/**
 * When the note was written.
 */
at: number, };

export type EventSummary = { name: string, count: number, first_at: number, last_at: number, };

export type CustomObject = { 
/**
 * Its id.
 */
id: string, 
/**
 * The identifier of the type.
 */
type: string, 
/**
 * The external id.
 */
external_id: string | null, 
/**
 * The values, by attribute name.
 */
attributes: Record<string, unknown>, };

export type ContactPage = { 
/**
 * The contact.
 */
contact: Contact, 
/**
 * The first companies that the contact belongs to.
 */
companies: Array<Company>, 
/**
 * The contact's tags.
 */
tags: Array<Tag>, 
/**
 * The contact's segments.
 */
segments: Array<Named>, 
/**
 * The newest notes, newest first.
 */
notes: Array<Note>, 
/**
 * The contact's events, by name.
 */
events: Array<EventSummary>, 
/**
 * The linked custom objects.
 */
custom_objects: Array<CustomObject>, };

export type Company = { 
/**
 * The id.
 */
id: string, 
/**
 * The workspace's own id of the company.
 */
company_id: string, 
/**
 * The name.
 */
name: string | null, 
/**
 * The name of the plan.
 */
plan: string | null, 
/**
 * The number of people in the company.
 */
size: number | null, 
/**
 * The website.
 */
website: string | null, 
/**
 * The industry.
 */
industry: string | null, 
/**
 * The monthly spend.
 */
monthly_spend: number, 
/**
 * The number of contacts that belong to the company.
 */
user_count: number, 
/**
 * When the company was created.
 */
created_at: number, 
/**
 * When the company was last updated.
 */
updated_at: number, 
/**
 * When one of the company's contacts was last seen.
 */
last_seen_at: number | null, 
/**
 * The attributes, by name.
 */
custom_attributes: Record<string, unknown>, };

export type Companies = { 
/**
 * The companies, in order.
 */
items: Array<Company>, 
/**
 * The total number in all windows.
 */
total: number, 
/**
 * The cursor of the next window.
 */
next: string | null, };

export type CompanyPage = { 
/**
 * The company.
 */
company: Company, 
/**
 * The company's tags.
 */
tags: Array<Tag>, 
/**
 * The company's segments.
 */
segments: Array<Named>, 
/**
 * The newest notes, newest first.
 */
notes: Array<Note>, 
/**
 * The first contacts that belong to the company.
 */
contacts: Array<Contact>, };

export type RowPage = { 
/**
 * The rows, in order.
 */
items: Array<Row>, 
/**
 * The cursor of the next window, if there is one.
 */
next: string | null, };

export type Counts = { 
/**
 * The numbers by view id; 100 for 100 and more.
 */
counts: { [key in string]: number }, };

export type Parts = { 
/**
 * The parts.
 */
parts: Array<Part>, 
/**
 * The part before which there are more.
 */
before: string | null, };

export type LinkedCompany = { id: string, 
/**
 * The workspace's own id of the company.
 */
company_id: string, name: string | null, };

export type TicketDetail = { 
/**
 * The id of the ticket type.
 */
type_id: string, 
/**
 * The id of the state.
 */
state_id: string | null, 
/**
 * Whether the customer sees it.
 */
is_shared: boolean, 
/**
 * The attributes, by name.
 */
attributes: Record<string, unknown>, };

export type ConversationStatistics = { first_contact_reply_at: number | null, first_admin_reply_at: number | null, last_contact_reply_at: number | null, last_admin_reply_at: number | null, last_close_at: number | null, time_to_admin_reply: number | null, time_to_first_close: number | null, median_time_to_reply: number | null, reopens: number, assignments: number, parts: number, };

export type MergedConversation = { 
/**
 * Its id.
 */
id: string, 
/**
 * The part of the other conversation that records the merge; null if an older release merged it.
 */
part_id: string | null, 
/**
 * The beginning of its first message, as plain text of at most 140 characters.
 */
excerpt: string, 
/**
 * The number of its messages and notes.
 */
messages: number, };

export type ConversationDetail = { 
/**
 * Its row in lists.
 */
row: Row, 
/**
 * The contacts, in the order in which they joined.
 */
contacts: Array<Person>, 
/**
 * The custom attributes, by name.
 */
attributes: Record<string, unknown>, 
/**
 * The ticket, if the conversation is one.
 */
ticket: TicketDetail | null, 
/**
 * The linked conversations and tickets.
 */
linked: Array<Row>, 
/**
 * The company.
 */
company: LinkedCompany | null, 
/**
 * The rating by a contact.
 */
rating: Record<string, unknown> | null, 
/**
 * The statistics.
 */
statistics: ConversationStatistics, 
/**
 * The conversation that it was merged into.
 */
merged_into: string | null, 
/**
 * The conversations that were merged into it.
 */
merged: Array<MergedConversation>, 
/**
 * The newest parts, oldest first.
 */
parts: Array<Part>, 
/**
 * The part before which there are more.
 */
before: string | null, 
/**
 * The teammate's drafts.
 */
drafts: Array<Draft>, 
/**
 * The last part that the teammate has read; `source` if it is the first message, null if they have read none.
 */
read_part_id: string | null, };

export type Changed = { 
/**
 * Its row in lists.
 */
row: Row, 
/**
 * The parts that the change added.
 */
parts: Array<Part>, };

export type Failure = { code: string, message: string, field: string | null, };

export type Outcome = { 
/**
 * The id in the request.
 */
id: string, 
/**
 * The conversation after the change; none if it was deleted. For a merged one, the one that it was merged into.
 */
row: Row | null, 
/**
 * Why it was not changed.
 */
error: Failure | null, };

export type Outcomes = { 
/**
 * The results, in the order of the request.
 */
results: Array<Outcome>, };

export type Merged = { 
/**
 * The conversation that was merged.
 */
row: Row, 
/**
 * The conversation that it was merged into.
 */
into: Row, };

export type Hit = { 
/**
 * Its row in lists.
 */
row: Row, 
/**
 * The part that matches; null for the first message.
 */
part_id: string | null, 
/**
 * An excerpt of its text, as HTML with the matches in `<mark>` and no other element.
 */
excerpt_html: string, };

export type SearchPage = { 
/**
 * The conversations: the newest ones of the contacts, then those with the newest matching message.
 */
conversations: Array<Hit>, 
/**
 * The contacts, on the first page only.
 */
contacts: Array<Person>, 
/**
 * The cursor of the next page, if there is one.
 */
next: string | null, };

export type Views = { 
/**
 * The views, oldest first.
 */
items: Array<View>, };

export type OneView = { view: View, };

export type ThenDo = "close" | "snooze";

export type NewMessage = { 
/**
 * The kind.
 */
kind: DraftKind, 
/**
 * The text.
 */
html: string, 
/**
 * The teammate's uploads.
 */
attachment_ids: Array<string>, 
/**
 * The last part that the teammate saw, `source` for the first message; null if newer ones do not matter.
 */
seen: string | null, 
/**
 * Whether it is sent even if somebody else wrote after that part.
 */
force: boolean, 
/**
 * The change of the conversation's state when it is sent.
 */
then?: ThenDo, 
/**
 * Until when the conversation is snoozed.
 */
snoozed_until?: number, 
/**
 * When a reply is sent, if not now.
 */
send_at?: number, 
/**
 * The macros whose actions run once a reply is sent.
 */
macro_ids?: Array<string>, 
/**
 * The teammates whom a note mentions.
 */
mentions: Array<string>, 
/**
 * The `updated_at` of the draft that the message was written in, 0 for none. A newer draft stays; if omitted, any
 * version is removed.
 */
base?: number, };

export type Forwarded = { 
/**
 * Its conversation.
 */
conversation_id: string, 
/**
 * The part, `source` for the first message.
 */
part_id: string, 
/**
 * Those of its files that are forwarded. The new message gets them without another upload.
 */
attachment_ids: Array<string>, };

export type NewConversation = { 
/**
 * The contact.
 */
contact_id?: string, 
/**
 * An email address instead of the contact. If no contact has it, a lead is created.
 */
email?: string, 
/**
 * The addresses that receive a copy of a mail.
 */
cc?: Array<string>, 
/**
 * The addresses that receive a copy without being named.
 */
bcc?: Array<string>, 
/**
 * The text.
 */
html: string, 
/**
 * The teammate's uploads.
 */
attachment_ids?: Array<string>, 
/**
 * The messages that it forwards, with the files to forward.
 */
forwarded?: Array<Forwarded>, 
/**
 * `messenger`, the default, or `email`.
 */
channel?: string, 
/**
 * The subject of a mail.
 */
subject?: string, };

export type HeldRecipient = { 
/**
 * The contact; null for an email address.
 */
id: string | null, 
/**
 * The name when the message was written.
 */
name: string, 
/**
 * The email address.
 */
email: string | null, };

export type HeldMessage = { 
/**
 * The recipient.
 */
to: HeldRecipient, 
/**
 * The addresses that receive a copy of a mail.
 */
cc: Array<string>, 
/**
 * The addresses that receive a copy without being named.
 */
bcc: Array<string>, 
/**
 * `messenger` or `email`.
 */
channel: string, 
/**
 * The subject of a mail; empty if there is none.
 */
subject: string, 
/**
 * The text.
 */
html: string, 
/**
 * The files, also those that it forwards.
 */
attachments: Array<Attachment>, };

export type HeldConversation = { 
/**
 * The id, which is not that of the conversation.
 */
id: string, 
/**
 * When it is sent.
 */
held_until: number, 
/**
 * The conversation, once it is sent.
 */
conversation_id: string | null, 
/**
 * Why it was not sent.
 */
error: Failure | null, 
/**
 * The message; null once it is sent, and in the answer to the request that brought it.
 */
message: HeldMessage | null, };

export type HeldConversations = { 
/**
 * In the order in which they were written.
 */
items: Array<HeldConversation>, };

export type Sent = { 
/**
 * The conversation in lists. For a reply that is held for a moment, it is the conversation as it is once that is
 * sent.
 */
row: Row, 
/**
 * The message, with `held_until` if it can still be withdrawn.
 */
part: Part, 
/**
 * The draft that is left, because another device has changed it; null if there is none.
 */
draft: Draft | null, };

export type Withdrawn = { 
/**
 * The conversation in lists.
 */
row: Row, 
/**
 * The draft that it became.
 */
draft: Draft, 
/**
 * The `updated_at` of the draft before; 0 if there was none.
 */
base: number, };

export type SaveDraft = { 
/**
 * The text. A draft without text and files is discarded.
 */
html: string, 
/**
 * The teammate's uploads.
 */
attachment_ids: Array<string>, 
/**
 * The `updated_at` of the draft that it replaces; 0 for none.
 */
base: number, };

export type DiscardDraft = { 
/**
 * Its `updated_at`. If omitted, any version is discarded.
 */
base?: number, };

export type SavedDraft = { 
/**
 * The current draft; null if there is none.
 */
draft: Draft | null, };

export type AppliedMacro = { 
/**
 * The actions that were skipped because their object no longer exists, or because closing needs attributes.
 */
skipped: Array<MacroDoes>, 
/**
 * Its row in lists.
 */
row: Row, 
/**
 * The parts that the change added.
 */
parts: Array<Part>, };

export type ApplyMacro = { 
/**
 * The id of the macro.
 */
macro_id: string, };

export type MacroAction = { "type": "assign", admin_id: string, } | { "type": "assign_team", team_id: string, } | { "type": "tag", tag_id: string, } | { "type": "note", html: string, } | { "type": "snooze", until: number, } | { "type": "close" };

export type FilledMacro = { 
/**
 * The text, with the placeholders replaced.
 */
html: string, 
/**
 * The actions.
 */
actions: Array<MacroAction>, 
/**
 * The actions that are skipped because their object no longer exists, or because closing needs attributes.
 */
missing: Array<MacroDoes>, };

export type Notification = { 
/**
 * Its id.
 */
id: string, 
/**
 * The topic of the event.
 */
topic: string, 
/**
 * The event in a sentence.
 */
text: string, 
/**
 * The beginning of the message that the event is about, as plain text of at most 140 characters; empty if it has no
 * text, null if the event is about no message.
 */
excerpt: string | null, 
/**
 * The conversation of the event.
 */
conversation_id: string | null, 
/**
 * The part of the event.
 */
part_id: string | null, 
/**
 * Whether it was read.
 */
read: boolean, 
/**
 * When the event happened.
 */
at: number, };

export type Notifications = { 
/**
 * At most 100 notifications, newest first.
 */
items: Array<Notification>, 
/**
 * Their conversations, without those that the teammate may not see.
 */
conversations: Array<Row>, 
/**
 * The number of conversations with unread notifications, among the newest 1000.
 */
unread: number, };

export type ReadNotifications = { 
/**
 * The ids of notifications.
 */
ids?: Array<string>, 
/**
 * All notifications up to this one.
 */
up_to?: string, 
/**
 * All notifications about this conversation.
 */
conversation_id?: string, };

export type UnreadNotifications = { 
/**
 * The number of conversations that they are about, among the newest 1000.
 */
unread: number, };

export type ScopeName = { 
/**
 * The name in the API.
 */
name: string, 
/**
 * What the scope permits, in English.
 */
text: string, };

export type Installation = { 
/**
 * The teammate.
 */
admin_id: string, 
/**
 * The teammate's name; null if the teammate was removed.
 */
admin_name: string | null, 
/**
 * Whether the app now requests other scopes than it was granted.
 */
asks_anew: boolean, 
/**
 * The number of the app's tokens that act as the teammate.
 */
tokens: number, 
/**
 * When the teammate last granted access.
 */
authorized_at: number, };

export type AppSettings = { 
/**
 * Its id.
 */
id: string, 
/**
 * The name.
 */
name: string, 
/**
 * The client id, with which the app requests access.
 */
client_id: string, 
/**
 * The URLs to which browsers are redirected after access was granted.
 */
redirect_uris: Array<string>, 
/**
 * The scopes that the app requests; `all` for all.
 */
scopes: Array<string>, 
/**
 * The version of its webhooks, and of its requests that specify none.
 */
api_version: string | null, 
/**
 * The URL that is notified when the app is uninstalled.
 */
uninstall_url: string | null, 
/**
 * Whether its webhooks can be signed.
 */
signs: boolean, 
/**
 * The teammates who granted it access.
 */
installs: Array<Installation>, 
/**
 * When it was created.
 */
created_at: number, };

export type AppsSettings = { 
/**
 * The apps, oldest first.
 */
items: Array<AppSettings>, 
/**
 * The scopes that an app can request.
 */
scopes: Array<ScopeName>, 
/**
 * The versions that an app can be set to.
 */
versions: Array<string>, };

export type NewApp = { 
/**
 * The name.
 */
name: string, 
/**
 * The redirect URLs.
 */
redirect_uris: Array<string>, 
/**
 * The scopes that it requests.
 */
scopes: Array<string>, 
/**
 * The version of its requests that specify none.
 */
api_version?: string, 
/**
 * The URL that is notified when the app is uninstalled.
 */
uninstall_url?: string, };

export type ChangeApp = { 
/**
 * The name.
 */
name?: string, 
/**
 * The redirect URLs.
 */
redirect_uris?: Array<string>, 
/**
 * The scopes that it requests.
 */
scopes?: Array<string>, 
/**
 * The version of its requests that specify none; empty for the default.
 */
api_version?: string, 
/**
 * The URL that is notified when the app is uninstalled; empty for none.
 */
uninstall_url?: string, };

export type AppSecret = { app: AppSettings, client_secret: string, };

export type RemovedApp = { revoked_tokens: number, };

export type TokenSettings = { 
/**
 * Its id.
 */
id: string, 
/**
 * The name.
 */
name: string | null, 
/**
 * The app that it was granted to.
 */
app: string | null, 
/**
 * The name of the teammate it acts as.
 */
admin_name: string, 
/**
 * Their email address, for those who may change teammates.
 */
admin_email: string | null, 
/**
 * The scopes; `all` for all that the teammate's role permits.
 */
scopes: Array<string>, 
/**
 * The version of its requests that specify none.
 */
api_version: string | null, 
/**
 * When it was created.
 */
created_at: number, 
/**
 * When it was last used.
 */
last_used_at: number | null, 
/**
 * When it was revoked.
 */
revoked_at: number | null, };

export type TokensSettings = { 
/**
 * The tokens, newest first.
 */
items: Array<TokenSettings>, 
/**
 * The `before` of the next page.
 */
next: string | null, 
/**
 * The scopes that the teammate can grant.
 */
scopes: Array<ScopeName>, 
/**
 * The versions that a token can be set to.
 */
versions: Array<string>, };

export type NewToken = { 
/**
 * The name.
 */
name: string, 
/**
 * The scopes.
 */
scopes: Array<string>, 
/**
 * The version of its requests that specify none.
 */
api_version?: string, };

export type TokenSecret = { item: TokenSettings, token: string, };

export type WebhookState = "unverified" | "live" | "refused" | "disabled" | "suspended";

export type WebhookSettings = { 
/**
 * Its id.
 */
id: string, 
/**
 * The app.
 */
app_id: string, 
/**
 * The name of the app.
 */
app_name: string, 
/**
 * The URL of the endpoint.
 */
url: string, 
/**
 * Its topics.
 */
topics: Array<string>, 
/**
 * The state.
 */
state: WebhookState, 
/**
 * The reason for the state.
 */
reason: string | null, 
/**
 * Topics that are not sent, each with the reason.
 */
not_sent: Array<string>, 
/**
 * Until when nothing is sent, because the endpoint asked for it or failed often.
 */
paused_until: number | null, 
/**
 * Since when the endpoint has been failing.
 */
failing_since: number | null, 
/**
 * When it was created.
 */
created_at: number, };

export type TopicName = { 
/**
 * The name.
 */
name: string, 
/**
 * The scopes, one of which the app needs.
 */
scopes: Array<string>, 
/**
 * The first API version that has the topic.
 */
since: string, };

export type WebhooksSettings = { items: Array<WebhookSettings>, topics: Array<TopicName>, };

export type SetWebhook = { url: string, topics: Array<string>, };

export type DeliveryState = "pending" | "sent" | "failed" | "dropped";

export type WebhookDelivery = { 
/**
 * Its id.
 */
id: string, 
/**
 * The subscription.
 */
subscription_id: string, 
/**
 * The topic of the event.
 */
topic: string, 
/**
 * The state.
 */
state: DeliveryState, 
/**
 * The number of attempts.
 */
attempts: number, 
/**
 * The status of the last response.
 */
status: number | null, 
/**
 * The last error.
 */
error: string | null, 
/**
 * When it was last attempted.
 */
sent_at: number | null, 
/**
 * When it is attempted next.
 */
due_at: number | null, 
/**
 * When the event happened.
 */
event_at: number, };

export type WebhookDeliveries = { 
/**
 * The deliveries.
 */
items: Array<WebhookDelivery>, 
/**
 * The `before` of the next page.
 */
next: string | null, };

export type DeliveryAttempt = { 
/**
 * When it began.
 */
at: number, 
/**
 * The status of the response.
 */
status: number | null, 
/**
 * The duration in milliseconds.
 */
ms: number, 
/**
 * The error.
 */
error: string | null, 
/**
 * The beginning of the response.
 */
answer: string | null, };

export type WebhookDeliveryDetail = { 
/**
 * The id that the endpoint receives.
 */
notification_id: string, 
/**
 * The JSON that was last sent, or will be sent.
 */
body: string, 
/**
 * Whether the body is truncated.
 */
is_cut: boolean, 
/**
 * The attempts, oldest first.
 */
log: Array<DeliveryAttempt>, 
/**
 * Its id.
 */
id: string, 
/**
 * The subscription.
 */
subscription_id: string, 
/**
 * The topic of the event.
 */
topic: string, 
/**
 * The state.
 */
state: DeliveryState, 
/**
 * The number of attempts.
 */
attempts: number, 
/**
 * The status of the last response.
 */
status: number | null, 
/**
 * The last error.
 */
error: string | null, 
/**
 * When it was last attempted.
 */
sent_at: number | null, 
/**
 * When it is attempted next.
 */
due_at: number | null, 
/**
 * When the event happened.
 */
event_at: number, };

export type ReplayFailed = { 
/**
 * Failed deliveries of events since this time, in unix seconds.
 */
since: number, };

export type Replayed = { 
/**
 * The number.
 */
count: number, 
/**
 * Whether there may be more, because the number in one call is limited.
 */
may_have_more: boolean, };

export type MailState = "pending" | "sent" | "dropped" | "bounced" | "failed";

export type SentMail = { 
/**
 * Its id.
 */
id: string, 
/**
 * The recipient's address.
 */
to: string | null, 
/**
 * Whether the recipient is a teammate.
 */
to_teammate: boolean, 
/**
 * The subject, or the title of the conversation.
 */
subject: string | null, 
/**
 * The state.
 */
state: MailState, 
/**
 * The reason for the state.
 */
why: string | null, 
/**
 * The conversation.
 */
conversation_id: string | null, 
/**
 * When it was recorded.
 */
created_at: number, 
/**
 * When it was sent.
 */
sent_at: number | null, 
/**
 * When it is sent, if it is pending.
 */
due_at: number | null, };

export type SentMails = { 
/**
 * The mails.
 */
items: Array<SentMail>, 
/**
 * The `before` of the next page.
 */
next: string | null, };

export type SentMailDetail = { 
/**
 * The sender.
 */
from: string, 
/**
 * The recipients.
 */
to: Array<string>, 
/**
 * The recipients of a copy.
 */
cc: Array<string>, 
/**
 * The subject.
 */
subject: string, 
/**
 * The plain text.
 */
text: string, 
/**
 * The whole message, as it is sent to a mail server.
 */
raw: string, 
/**
 * Whether `raw` is truncated.
 */
is_cut: boolean, };

export type OneSentMail = { 
/**
 * The content.
 */
content: SentMailDetail | null, 
/**
 * Why there is no content.
 */
why: string | null, };

export type SentWebhooks = { 
/**
 * The deliveries.
 */
items: Array<WebhookDelivery>, 
/**
 * The `before` of the next page.
 */
next: string | null, };

export type ReportStep = "hour" | "day" | "week" | "month";

export type ReportDurations = { count: number, median: number | null, 
/**
 * The 90th percentile.
 */
p90: number | null, };

export type ReportFigures = { 
/**
 * The number of conversations that began.
 */
began: number, 
/**
 * The times from a contact's first message to the first response.
 */
first_response: ReportDurations, 
/**
 * The times from a contact's first message until the conversation was closed, of those that are closed.
 */
close: ReportDurations, };

export type ReportPoint = { at: number, figures: ReportFigures, 
/**
 * The number of conversations that were not closed at its end; null in the future.
 */
backlog: number | null, };

export type ReportLine = { 
/**
 * The id; null for unassigned conversations.
 */
id: string | null, 
/**
 * The name; null if it is no longer known.
 */
name: string | null, figures: ReportFigures, open: number, snoozed: number, };

export type ConversationReport = { 
/**
 * The beginning of the period.
 */
from: number, 
/**
 * The end of the period.
 */
until: number, 
/**
 * The distance between the points.
 */
step: ReportStep, 
/**
 * The points, in order.
 */
points: Array<ReportPoint>, 
/**
 * The figures of the whole period.
 */
all: ReportLine, 
/**
 * Everyone's conversations by assigned team, the largest number first.
 */
teams: Array<ReportLine>, 
/**
 * Everyone's conversations by assigned teammate, in the same order.
 */
teammates: Array<ReportLine>, 
/**
 * The number of conversations that began in each hour of the week: 24 numbers for each day, from Monday on.
 */
hours: Array<Array<number>>, 
/**
 * Whether older conversations have not been counted yet.
 */
is_counting: boolean, };

export type SettingsTag = { id: string, name: string, contacts: number, companies: number, conversations: number, contents: number, };

export type SettingsTags = { 
/**
 * The tags, by name.
 */
items: Array<SettingsTag>, 
/**
 * The `after` of the next window, if there is one.
 */
next: string | null, };

export type OneTag = { 
/**
 * The tag.
 */
tag: SettingsTag, };

export type NamedTag = { 
/**
 * The name.
 */
name: string, };

export type MergeTag = { 
/**
 * The id of the tag that remains.
 */
into: string, };

export type AttributeOption = { 
/**
 * The id; null for new options, and if options are identified by their labels.
 */
id: string | null, 
/**
 * The label.
 */
label: string, };

export type SettingsAttribute = { id: string, on: AttributeOwner, name: string, description: string, 
/**
 * The data type. It is `list` for the lists of all kinds.
 */
data_type: string, 
/**
 * The options of a list that can be selected.
 */
options: Array<AttributeOption> | null, 
/**
 * Whether the messenger can write the attribute.
 */
messenger_writable: boolean, required: boolean, multiline: boolean, 
/**
 * The teams that see the attribute; empty for all.
 */
team_ids: Array<string>, 
/**
 * The type of custom object that it refers to.
 */
object_type: string | null, many: boolean, archived: boolean, };

export type SettingsAttributes = { 
/**
 * The attributes, including archived ones.
 */
items: Array<SettingsAttribute>, };

export type OneAttribute = { 
/**
 * The attribute.
 */
attribute: SettingsAttribute, };

export type NewAttribute = { on: AttributeOwner, name: string, description: string, data_type: string, options: Array<AttributeOption>, messenger_writable: boolean, required: boolean, multiline: boolean, team_ids: Array<string>, object_type: string | null, many: boolean, };

export type ChangeAttribute = { 
/**
 * The name, of attributes of conversations only.
 */
name?: string, description?: string, 
/**
 * All options that can be selected, in this order.
 */
options?: Array<AttributeOption>, messenger_writable?: boolean, required?: boolean, multiline?: boolean, team_ids?: Array<string>, archived?: boolean, };

export type SettingsTicketAttribute = { id: string, name: string, description: string, data_type: string, options: Array<string> | null, required_to_create: boolean, required_to_create_for_contacts: boolean, visible_on_create: boolean, visible_to_contacts: boolean, multiline: boolean, allow_multiple_values: boolean, 
/**
 * Whether every type has it.
 */
is_default: boolean, archived: boolean, };

export type SettingsTicketType = { id: string, name: string, description: string, icon: string, 
/**
 * The category: `Customer`, `Back-office` or `Tracker`.
 */
category: string, is_internal: boolean, archived: boolean, attributes: Array<SettingsTicketAttribute>, };

export type SettingsTicketState = { id: string, category: string, internal_label: string, external_label: string, 
/**
 * The types that have it, unless every type has.
 */
ticket_type_ids: Array<string>, 
/**
 * Whether every type has it.
 */
is_default: boolean, archived: boolean, };

export type SettingsTicketTypes = { items: Array<SettingsTicketType>, states: Array<SettingsTicketState>, };

export type OneTicketType = { 
/**
 * The ticket type.
 */
ticket_type: SettingsTicketType, };

export type OneTicketState = { 
/**
 * The ticket state.
 */
state: SettingsTicketState, };

export type WriteTicketType = { name?: string, description?: string, category?: string, icon?: string, is_internal?: boolean, archived?: boolean, };

export type WriteTicketAttribute = { name?: string, description?: string, data_type?: string, options?: Array<string>, required_to_create?: boolean, required_to_create_for_contacts?: boolean, visible_on_create?: boolean, visible_to_contacts?: boolean, multiline?: boolean, allow_multiple_values?: boolean, archived?: boolean, };

export type WriteTicketState = { category?: string, internal_label?: string, external_label?: string, ticket_type_ids?: Array<string>, archived?: boolean, };

export type ObjectAttribute = { name: string, data_type: string, description: string, options: Array<string> | null, 
/**
 * The target of a relation: `contact`, `conversation`, `ticket` or a type.
 */
to: string | null, many: boolean, 
/**
 * The name of the relation in the other direction, from the target to the instances.
 */
reverse: string | null, reverse_many: boolean, archived: boolean, };

export type SettingsObjectType = { identifier: string, name: string, description: string, attributes: Array<ObjectAttribute>, };

export type SettingsObjectTypes = { 
/**
 * The types, oldest first.
 */
items: Array<SettingsObjectType>, };

export type OneObjectType = { 
/**
 * The type.
 */
object_type: SettingsObjectType, };

export type NewObjectType = { identifier: string, name: string | null, description: string, };

export type ChangeObjectType = { name?: string, description?: string, };

export type NewObjectAttribute = { name: string, data_type: string, description: string, options: Array<string>, to: string | null, many: boolean, reverse: string | null, reverse_many: boolean, };

export type ChangeObjectAttribute = { description?: string, options?: Array<string>, archived?: boolean, };

export type MacroPlace = "inbox" | "messenger";

export type MacroDoes = { "type": "assign_team", team: string, } | { "type": "assign_admin", admin: string, } | { "type": "tag", tag: string, } | { "type": "note", body: string, } | { "type": "snooze", seconds: number, } | { "type": "close" };

export type ListedMacro = { id: string, name: string, 
/**
 * The beginning of the text, with placeholders.
 */
excerpt: string, for_everyone: boolean, 
/**
 * The teams that can use it, unless everyone can.
 */
team_ids: Array<string>, available_on: Array<MacroPlace>, actions: Array<MacroDoes>, 
/**
 * The actions that are skipped because their object no longer exists.
 */
missing: Array<MacroDoes>, updated_at: number, };

export type SettingsMacro = { 
/**
 * The text, with placeholders.
 */
html: string, id: string, name: string, 
/**
 * The beginning of the text, with placeholders.
 */
excerpt: string, for_everyone: boolean, 
/**
 * The teams that can use it, unless everyone can.
 */
team_ids: Array<string>, available_on: Array<MacroPlace>, actions: Array<MacroDoes>, 
/**
 * The actions that are skipped because their object no longer exists.
 */
missing: Array<MacroDoes>, updated_at: number, };

export type SettingsMacros = { 
/**
 * The macros, by name.
 */
items: Array<ListedMacro>, 
/**
 * The `after` of the next window, if there is one.
 */
next: string | null, };

export type OneMacro = { 
/**
 * The macro.
 */
macro: SettingsMacro, };

export type WriteMacro = { 
/**
 * The name, which is unique.
 */
name: string, 
/**
 * The text, with placeholders; empty if the macro has only actions.
 */
html: string, 
/**
 * The teams that can use it; empty for everyone.
 */
team_ids: Array<string>, 
/**
 * Where it can be used.
 */
available_on: Array<MacroPlace>, 
/**
 * The actions, in order.
 */
actions: Array<MacroDoes>, };

export type ActivityEntry = { 
/**
 * A UUID.
 */
id: string, 
/**
 * When the action happened.
 */
at: number, 
/**
 * The area: `sign_in`, `people`, `workspace`, `data`, `developers` or `exports`.
 */
area: string, 
/**
 * The type.
 */
kind: string, 
/**
 * The description of the action, in English.
 */
text: string, 
/**
 * The teammate who performed it, if any.
 */
admin_id: string | null, 
/**
 * The teammate's email address at that time.
 */
email: string | null, 
/**
 * The IP address of the request.
 */
ip: string | null, 
/**
 * Details, which depend on the type.
 */
metadata: Record<string, unknown>, };

export type ActivityEntries = { 
/**
 * The entries, newest first.
 */
items: Array<ActivityEntry>, 
/**
 * The cursor of the next window, if there is one.
 */
next: string | null, };

export type ManagedTeammate = { 
/**
 * Their id.
 */
id: string, 
/**
 * Their name.
 */
name: string, 
/**
 * Their email address.
 */
email: string, 
/**
 * The URL of the avatar.
 */
avatar: string | null, 
/**
 * The name of their role.
 */
role: string | null, 
/**
 * Whether they can answer in the inbox.
 */
has_inbox_seat: boolean, 
/**
 * Whether they are away.
 */
away: boolean, 
/**
 * Whether replies to their conversations are reassigned while they are away.
 */
reassigns: boolean, 
/**
 * The reason that they are away.
 */
away_reason_id: string | null, 
/**
 * Whether they need a code besides the password to sign in.
 */
second_factor: boolean, 
/**
 * When they last used the inbox, within a minute.
 */
seen_at: number | null, 
/**
 * When they were added.
 */
created_at: number, };

export type AwayReason = { id: string, label: string, };

export type ManagedTeammates = { items: Array<ManagedTeammate>, away_reasons: Array<AwayReason>, };

export type Dismissed = { 
/**
 * The number of conversations that this call unassigned.
 */
unassigned: number, 
/**
 * Whether the teammate was removed. If not, the call must be repeated.
 */
done: boolean, };

export type Role = { 
/**
 * The id; null for a built-in role that nobody has had yet.
 */
id: string | null, 
/**
 * The name.
 */
name: string, 
/**
 * Whether every workspace has it, so that it cannot be changed.
 */
is_built_in: boolean, 
/**
 * The names of its permissions.
 */
permissions: Array<string>, 
/**
 * Whether it permits granting apps access.
 */
can_manage_apps: boolean, 
/**
 * Whether it permits staging and publishing content, and tagging articles.
 */
can_manage_content: boolean, 
/**
 * The number of teammates who have it.
 */
teammates: number, };

export type Roles = { 
/**
 * The roles, the built-in ones first.
 */
items: Array<Role>, 
/**
 * The names of all permissions.
 */
permissions: Array<string>, };

export type Invitation = { 
/**
 * Its id.
 */
id: string, 
/**
 * The email address of the invited person.
 */
email: string, 
/**
 * The name of the role that they get.
 */
role: string, 
/**
 * The teammate who invited them.
 */
invited_by: string | null, 
/**
 * When they were invited.
 */
created_at: number, 
/**
 * Until when the link is valid.
 */
expires_at: number, };

export type Invitations = { items: Array<Invitation>, };

export type Invited = { invitation: Invitation, link: string, };

export type InvitationShown = { 
/**
 * The name of the workspace.
 */
workspace: string, 
/**
 * The email address of the invited person.
 */
email: string, 
/**
 * The name of the role that they get.
 */
role: string | null, 
/**
 * The name of the teammate who invited them.
 */
invited_by: string | null, };

export type ManagedTeam = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The ids of the members.
 */
member_ids: Array<string>, 
/**
 * The distribution of conversations: `manual`, `round_robin` or `load_balanced`.
 */
distribution: string, 
/**
 * The maximum number of open conversations of a member.
 */
assignment_limit: number | null, };

export type ManagedTeams = { items: Array<ManagedTeam>, };

export type WorkspaceSettings = { 
/**
 * Its name.
 */
name: string, 
/**
 * The IANA name of the time zone.
 */
timezone: string, 
/**
 * The two-letter code of the country in which local phone numbers are interpreted.
 */
default_country: string, 
/**
 * The region: `US`, `EU` or `AU`.
 */
region: string, 
/**
 * Whether the messenger requires identity verification.
 */
identity_verification: boolean, 
/**
 * The addresses and networks that the API may be used from, as they were written; none for those who may not change
 * them.
 */
ip_allowlist: Array<string> | null, 
/**
 * Whether the API may be used from nowhere else.
 */
ip_allowlist_enabled: boolean, };

export type SettingsBrand = { id: string, name: string, 
/**
 * Whether it is the default brand, the workspace itself.
 */
is_default: boolean, 
/**
 * The identifier of its help center; null for the default one.
 */
help_center: string | null, 
/**
 * The addresses from which its mail is sent.
 */
emails: Array<string>, };

export type BrandHelpCenter = { identifier: string, name: string, is_default: boolean, };

export type SettingsBrands = { 
/**
 * The brands, the default one first.
 */
items: Array<SettingsBrand>, help_centers: Array<BrandHelpCenter>, };

export type WriteBrand = { name: string, 
/**
 * Whether it is the default brand, which this renames.
 */
is_default: boolean, 
/**
 * The identifier of its help center; empty for the default one.
 */
help_center: string, };

export type OfficeHoursException = { 
/**
 * Its id.
 */
id: string, 
/**
 * The day, as `YYYY-MM-DD`.
 */
date: string, 
/**
 * Its name.
 */
name: string | null, 
/**
 * The open times, in order: from one minute to another, counted from midnight. Empty if it is closed all day.
 */
intervals: Array<[number, number]>, 
/**
 * Whether it recurs every year.
 */
recurring_annually: boolean, };

export type OfficeHours = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The IANA name of the time zone.
 */
time_zone: string, 
/**
 * The open times, in order: from one minute to another, counted from Monday 00:00.
 */
intervals: Array<[number, number]>, 
/**
 * The days that differ, by date.
 */
exceptions: Array<OfficeHoursException>, };

export type OfficeHoursList = { items: Array<OfficeHours>, };

export type Positioned<T> = T & { position: number };
