// Written by the tests of crates/api (UPDATE_TYPES=1); not by hand.

export type Nothing = Record<symbol, never>;

export type Step = "sign_in" | "choose" | "totp" | "done";

export type SignIn = { 
/**
 * What comes next.
 */
step: Step, 
/**
 * The workspaces to choose from.
 */
workspaces: Array<WorkspaceName> | null, };

export type SessionState = { 
/**
 * What comes next.
 */
step: Step, 
/**
 * The workspaces to choose from.
 */
workspaces: Array<WorkspaceName> | null, 
/**
 * The name of the provider of identities to sign in through, if there is one.
 */
sso: string | null, };

export type WorkspaceName = { id: string, name: string, };

export type Session = { 
/**
 * Its id.
 */
id: string, 
/**
 * Whether it is the one that asks.
 */
is_this: boolean, 
/**
 * What it says of itself.
 */
user_agent: string | null, 
/**
 * Where it signed in from.
 */
address: string | null, 
/**
 * When it signed in.
 */
created_at: number, 
/**
 * When it was last used, give or take a minute.
 */
seen_at: number, };

export type Sessions = { items: Array<Session>, };

export type SecondFactor = { 
/**
 * Whether they do.
 */
active: boolean, 
/**
 * How many recovery codes are left.
 */
recovery_codes_left: number, };

export type SecondFactorSetup = { 
/**
 * The secret, in base 32, to be typed.
 */
secret: string, 
/**
 * The same as an `otpauth:` URL, for a QR code.
 */
url: string, };

export type RecoveryCodes = { codes: Array<string>, };

export type MailSettings = { 
/**
 * Conversations that are assigned to them, or to their team.
 */
assigned: boolean, 
/**
 * Where they are mentioned.
 */
mentioned: boolean, 
/**
 * What customers say in conversations of theirs.
 */
replied: boolean, 
/**
 * Everything else in conversations of theirs.
 */
other: boolean, };

export type PersonType = "contact" | "admin" | "bot" | "system";

export type Person = { 
/**
 * What they are.
 */
type: PersonType, 
/**
 * Their id; null for the system.
 */
id: string | null, 
/**
 * Their name, else their email address, else their telephone number. Empty where none is known: each language has its word.
 */
name: string, 
/**
 * The URL of their picture.
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
 * The URL of their picture.
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
 * The names of what their role permits.
 */
permissions: Array<string>, 
/**
 * What they prefer; only the inbox makes sense of it.
 */
preferences: Record<string, unknown>, 
/**
 * How many notifications they have not read; 100 for more than 99.
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
 * The URL of their picture.
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
 * Its name.
 */
name: string, 
/**
 * An IANA time zone name.
 */
timezone: string, 
/**
 * Whether it is a demo.
 */
demo: boolean, 
/**
 * Whether what was sent can be looked at: in demos and on test servers.
 */
shows_sent: boolean, };

export type AttributeOwner = "contact" | "company" | "conversation" | "ticket";

export type AttributeDefinition = { 
/**
 * Its id.
 */
id: string, 
/**
 * What it is of.
 */
on: AttributeOwner, 
/**
 * Its name in the API.
 */
name: string, 
/**
 * Its name for people.
 */
label: string, 
/**
 * `string`, `integer`, `float`, `boolean`, `date`, `datetime`, `list`, `files` or `relationship`.
 */
data_type: string, 
/**
 * The values of a list.
 */
options: Array<string> | null, 
/**
 * Whether teammates may change it.
 */
writable: boolean, };

export type TicketType = { id: string, name: string, icon: string | null, category: string, attributes: Array<AttributeDefinition>, };

export type TicketState = { id: string, category: string, internal_label: string, 
/**
 * Whether teammates know it by the word that every workspace begins with: languages have their own for it.
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
 * Whose it is.
 */
kind: ViewKind, 
/**
 * Its name; that of a built-in one is for the catalogue of languages.
 */
name: string, 
/**
 * What it shows, in the language of searches; null for built-in ones.
 */
query: Record<string, unknown> | null, 
/**
 * Its order.
 */
sort: Sort, 
/**
 * How many open conversations it has; 100 for more than 99.
 */
count: number, };

export type Start = { 
/**
 * What tells this build of the inbox from others.
 */
build: string, me: Me, workspace: Workspace, teammates: Array<Teammate>, teams: Array<Team>, tags: Array<Tag>, ticket_types: Array<TicketType>, ticket_states: Array<TicketState>, attributes: Array<AttributeDefinition>, macros: Array<MacroName>, views: Array<View>, };

export type RowTicket = { number: string, 
/**
 * The name of its type.
 */
type: string, icon: string | null, 
/**
 * The label of its state for teammates.
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
 * Its ticket, if it is one.
 */
ticket: RowTicket | null, 
/**
 * The first contact.
 */
contact: Person | null, 
/**
 * How many more contacts there are.
 */
more_contacts: number, 
/**
 * Its title, or its subject.
 */
title: string | null, 
/**
 * The beginning of the last message, as plain text of at most 140 characters.
 */
excerpt: string, 
/**
 * Who wrote it.
 */
excerpt_by: ExcerptBy, 
/**
 * The name of who wrote it.
 */
last_author: string | null, 
/**
 * Its state.
 */
state: ConversationState, 
/**
 * How urgent it is.
 */
priority: Priority, 
/**
 * The teammate it is assigned to.
 */
admin_assignee_id: string | null, 
/**
 * The team it is assigned to.
 */
team_assignee_id: string | null, 
/**
 * Its tags.
 */
tag_ids: Array<string>, 
/**
 * Since when a contact has waited for an answer.
 */
waiting_since: number | null, 
/**
 * Until when it is snoozed.
 */
snoozed_until: number | null, 
/**
 * When it began.
 */
created_at: number, 
/**
 * When it last changed.
 */
updated_at: number, 
/**
 * The last part.
 */
last_part_id: string | null, 
/**
 * Whether there is something that the teammate has not read.
 */
unread: boolean, 
/**
 * Whether the teammate was mentioned and has not read it.
 */
mentioned: boolean, 
/**
 * How it came in, like `email` or `messenger`.
 */
channel: string, 
/**
 * Whether the teammate has a draft in it.
 */
draft: boolean, };

export type PartKind = "message" | "note" | "event";

export type Attachment = { 
/**
 * Its id; null for files that are elsewhere.
 */
id: string | null, 
/**
 * Its name.
 */
name: string, 
/**
 * Where it is.
 */
url: string, 
/**
 * Its media type.
 */
content_type: string, 
/**
 * Its size in bytes.
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
 * What it is.
 */
kind: PartKind, 
/**
 * Its type in the API.
 */
part_type: string, 
/**
 * Who wrote or caused it.
 */
author: Person, 
/**
 * Its text, which the server made harmless.
 */
html: string | null, 
/**
 * Its files.
 */
attachments: Array<Attachment>, 
/**
 * When it was written.
 */
at: number, 
/**
 * Whether its text was removed.
 */
redacted: boolean, 
/**
 * What happened: an object with its `type` and what belongs to it.
 */
event: ({ type: string } & Record<string, unknown>) | null, 
/**
 * Until when only teammates see it, and its author may withdraw it.
 */
held_until: number | null, 
/**
 * The subject of a mail.
 */
subject: string | null, };

export type DraftKind = "reply" | "note";

export type Draft = { 
/**
 * What it is to become.
 */
kind: DraftKind, 
/**
 * Its text.
 */
html: string, 
/**
 * Its files.
 */
attachments: Array<Attachment>, 
/**
 * When it was last changed, which the next change names as its `base`.
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
 * `user` or `lead`.
 */
role: string, 
/**
 * The id it has elsewhere.
 */
external_id: string | null, 
/**
 * Its name.
 */
name: string | null, 
/**
 * Its email address.
 */
email: string | null, 
/**
 * Its phone number.
 */
phone: string | null, 
/**
 * The URL of its picture.
 */
avatar: string | null, 
/**
 * The teammate who looks after it.
 */
owner_id: string | null, 
/**
 * Its language, if it is set.
 */
language: string | null, 
/**
 * Whether it gets no mail.
 */
unsubscribed_from_emails: boolean, 
/**
 * Whether mail to it came back.
 */
has_hard_bounced: boolean, 
/**
 * When it was created.
 */
created_at: number, 
/**
 * When it last changed.
 */
updated_at: number, 
/**
 * When it signed up.
 */
signed_up_at: number | null, 
/**
 * When it was last seen.
 */
last_seen_at: number | null, 
/**
 * When it last wrote.
 */
last_replied_at: number | null, 
/**
 * When it was last written to.
 */
last_contacted_at: number | null, 
/**
 * Where it is and with what, as the messenger found out.
 */
details: Record<string, unknown>, 
/**
 * Its attributes by their names.
 */
custom_attributes: Record<string, unknown>, };

export type Contacts = { 
/**
 * The contacts, in order.
 */
items: Array<Contact>, 
/**
 * How many there are in all windows.
 */
total: number, 
/**
 * Where the next window starts.
 */
next: string | null, };

export type Note = { 
/**
 * Its id.
 */
id: string, 
/**
 * The teammate who wrote it.
 */
author_id: string | null, 
/**
 * Its text, which the server made harmless.
 */
html: string, 
/**
 * When it was written.
 */
at: number, };

export type EventSummary = { name: string, count: number, first_at: number, last_at: number, };

export type CustomObject = { 
/**
 * Its id.
 */
id: string, 
/**
 * The identifier of its type.
 */
type: string, 
/**
 * The id it has elsewhere.
 */
external_id: string | null, 
/**
 * Its values by the names of attributes.
 */
attributes: Record<string, unknown>, };

export type ContactPage = { 
/**
 * The contact.
 */
contact: Contact, 
/**
 * The first companies that it belongs to.
 */
companies: Array<Company>, 
/**
 * Its tags.
 */
tags: Array<Tag>, 
/**
 * The segments it is in.
 */
segments: Array<Named>, 
/**
 * Its newest notes, newest first.
 */
notes: Array<Note>, 
/**
 * What it did, by the names of events.
 */
events: Array<EventSummary>, 
/**
 * The custom objects that it is linked to.
 */
custom_objects: Array<CustomObject>, };

export type Company = { 
/**
 * Its id.
 */
id: string, 
/**
 * The id it has elsewhere.
 */
company_id: string, 
/**
 * Its name.
 */
name: string | null, 
/**
 * The name of its plan.
 */
plan: string | null, 
/**
 * Its size, in people.
 */
size: number | null, 
/**
 * Its website.
 */
website: string | null, 
/**
 * Its industry.
 */
industry: string | null, 
/**
 * What it spends each month.
 */
monthly_spend: number, 
/**
 * How many contacts belong to it.
 */
user_count: number, 
/**
 * When it was created.
 */
created_at: number, 
/**
 * When it last changed.
 */
updated_at: number, 
/**
 * When one of its contacts was last seen.
 */
last_seen_at: number | null, 
/**
 * Its attributes by their names.
 */
custom_attributes: Record<string, unknown>, };

export type Companies = { 
/**
 * The companies, in order.
 */
items: Array<Company>, 
/**
 * How many there are in all windows.
 */
total: number, 
/**
 * Where the next window starts.
 */
next: string | null, };

export type CompanyPage = { 
/**
 * The company.
 */
company: Company, 
/**
 * Its tags.
 */
tags: Array<Tag>, 
/**
 * The segments it is in.
 */
segments: Array<Named>, 
/**
 * Its newest notes, newest first.
 */
notes: Array<Note>, 
/**
 * The first contacts that belong to it.
 */
contacts: Array<Contact>, };

export type RowPage = { 
/**
 * The rows, in order.
 */
items: Array<Row>, 
/**
 * The cursor of the next window, if there is more.
 */
next: string | null, };

export type Counts = { 
/**
 * By the ids of views; 100 for 100 and more.
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
 * The workspace's own id of it.
 */
company_id: string, name: string | null, };

export type TicketDetail = { 
/**
 * The id of its type.
 */
type_id: string, 
/**
 * The id of its state.
 */
state_id: string | null, 
/**
 * Whether the customer sees it.
 */
is_shared: boolean, 
/**
 * The values of its attributes, by name.
 */
attributes: Record<string, unknown>, };

export type ConversationStatistics = { first_contact_reply_at: number | null, first_admin_reply_at: number | null, last_contact_reply_at: number | null, last_admin_reply_at: number | null, last_close_at: number | null, time_to_admin_reply: number | null, time_to_first_close: number | null, median_time_to_reply: number | null, reopens: number, assignments: number, parts: number, };

export type ConversationDetail = { 
/**
 * As lists show it.
 */
row: Row, 
/**
 * Its contacts, in the order in which they joined.
 */
contacts: Array<Person>, 
/**
 * The values of its custom attributes, by name.
 */
attributes: Record<string, unknown>, 
/**
 * What it is as a ticket.
 */
ticket: TicketDetail | null, 
/**
 * The conversations and tickets that it is linked to.
 */
linked: Array<Row>, 
/**
 * The company that it is about.
 */
company: LinkedCompany | null, 
/**
 * How a contact rated it.
 */
rating: Record<string, unknown> | null, 
/**
 * Its statistics.
 */
statistics: ConversationStatistics, 
/**
 * The conversation that it was merged into.
 */
merged_into: string | null, 
/**
 * Its newest parts, oldest first.
 */
parts: Array<Part>, 
/**
 * The part before which there are more.
 */
before: string | null, 
/**
 * What the teammate has begun to write in it.
 */
drafts: Array<Draft>, 
/**
 * The last part that the teammate has read; 0 for the first message alone, null if they never read it.
 */
read_part_id: string | null, };

export type Changed = { 
/**
 * As lists show it.
 */
row: Row, 
/**
 * The parts that the change wrote.
 */
parts: Array<Part>, };

export type Failure = { code: string, message: string, field: string | null, };

export type Outcome = { 
/**
 * The conversation that was named.
 */
id: string, 
/**
 * The conversation after the change: for a merged one, the one that it was merged into.
 */
row: Row | null, 
/**
 * Why it was not changed.
 */
error: Failure | null, };

export type Outcomes = { 
/**
 * In the order in which they were named.
 */
results: Array<Outcome>, };

export type Merged = { 
/**
 * The one that was merged.
 */
row: Row, 
/**
 * The one that it was merged into.
 */
into: Row, };

export type Hit = { 
/**
 * As lists show it.
 */
row: Row, 
/**
 * The part that has the words; null for the first message.
 */
part_id: string | null, 
/**
 * What is said there, as HTML with the words in `<mark>` and no other element.
 */
excerpt_html: string, };

export type SearchPage = { 
/**
 * Conversations, those first whose matching message is the newest.
 */
conversations: Array<Hit>, 
/**
 * Contacts, on the first page.
 */
contacts: Array<Person>, 
/**
 * The cursor of the next page, if there is more.
 */
next: string | null, };

export type Views = { 
/**
 * Oldest first.
 */
items: Array<View>, };

export type OneView = { view: View, };

export type ThenDo = "close" | "snooze";

export type NewMessage = { 
/**
 * What it is.
 */
kind: DraftKind, 
/**
 * Its text.
 */
html: string, 
/**
 * Uploads of the teammate.
 */
attachment_ids: Array<string>, 
/**
 * The last part that the teammate saw, `source` for the first message; null if newer ones do not matter.
 */
seen: string | null, 
/**
 * Whether it is sent even if somebody else wrote after that.
 */
force: boolean, 
/**
 * What becomes of the conversation when it is sent.
 */
then?: ThenDo, 
/**
 * Until when it is snoozed.
 */
snoozed_until?: number, 
/**
 * When a reply is sent, if not now.
 */
send_at?: number, 
/**
 * The teammates whom a note mentions.
 */
mentions: Array<string>, };

export type NewConversation = { 
/**
 * The contact.
 */
contact_id?: string, 
/**
 * The address of somebody instead. One that no contact has becomes a lead.
 */
email?: string, 
/**
 * The addresses that get a copy of a mail.
 */
cc?: Array<string>, 
/**
 * What is said.
 */
html: string, 
/**
 * `messenger`, the default, or `email`.
 */
channel?: string, 
/**
 * The subject of a mail.
 */
subject?: string, };

export type Sent = { 
/**
 * The conversation as lists show it; as it will be once the reply is sent, where that is in a moment.
 */
row: Row, 
/**
 * The message; with `held_until`, if it can still be withdrawn.
 */
part: Part, };

export type Withdrawn = { 
/**
 * The conversation as lists show it.
 */
row: Row, 
/**
 * What it is now.
 */
draft: Draft, };

export type SaveDraft = { 
/**
 * Its text; a draft without text and files is discarded.
 */
html: string, 
/**
 * Uploads of the teammate.
 */
attachment_ids: Array<string>, 
/**
 * `updated_at` of the draft that it replaces; 0 for none.
 */
base: number, };

export type DiscardDraft = { 
/**
 * Its `updated_at`; any, if this is left out.
 */
base?: number, };

export type SavedDraft = { 
/**
 * As it is now; null if there is none.
 */
draft: Draft | null, };

export type AppliedMacro = { 
/**
 * What was skipped, because what is named does not exist any more.
 */
skipped: Array<MacroDoes>, 
/**
 * As lists show it.
 */
row: Row, 
/**
 * The parts that the change wrote.
 */
parts: Array<Part>, };

export type ApplyMacro = { 
/**
 * Which one.
 */
macro_id: string, };

export type MacroAction = { "type": "assign", admin_id: string, } | { "type": "assign_team", team_id: string, } | { "type": "tag", tag_id: string, } | { "type": "note", html: string, } | { "type": "snooze", until: number, } | { "type": "close" };

export type FilledMacro = { 
/**
 * What it says, its placeholders filled.
 */
html: string, 
/**
 * What it does.
 */
actions: Array<MacroAction>, 
/**
 * What it no longer does, because what is named does not exist any more.
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
 * What happened, as a sentence.
 */
text: string, 
/**
 * The conversation that it is about.
 */
conversation_id: string | null, 
/**
 * The part that it is about.
 */
part_id: string | null, 
/**
 * Whether it was read.
 */
read: boolean, 
/**
 * When it happened.
 */
at: number, };

export type Notifications = { 
/**
 * At most 100, newest first.
 */
items: Array<Notification>, 
/**
 * The conversations that they are about, without those that the teammate may not see.
 */
conversations: Array<Row>, 
/**
 * How many are unread; 1000 for 1000 and more.
 */
unread: number, };

export type ReadNotifications = { 
/**
 * These.
 */
ids?: Array<string>, 
/**
 * All up to this one.
 */
up_to?: string, 
/**
 * Those about this conversation.
 */
conversation_id?: string, };

export type UnreadNotifications = { 
/**
 * 1000 for 1000 and more.
 */
unread: number, };

export type ScopeName = { 
/**
 * Its name in the API.
 */
name: string, 
/**
 * What it permits, in English.
 */
text: string, };

export type Installation = { 
/**
 * The teammate.
 */
admin_id: string, 
/**
 * Their name; null once they were removed.
 */
admin_name: string | null, 
/**
 * Whether the app asks for other scopes now than it was given.
 */
asks_anew: boolean, 
/**
 * How many tokens of theirs the app has.
 */
tokens: number, 
/**
 * When they last agreed.
 */
authorized_at: number, };

export type AppSettings = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * What it calls itself when it asks for access.
 */
client_id: string, 
/**
 * Where people come back to after they granted access.
 */
redirect_uris: Array<string>, 
/**
 * The scopes that it asks for; `all` for all.
 */
scopes: Array<string>, 
/**
 * The version of its requests that name none, and of its webhooks.
 */
api_version: string | null, 
/**
 * Where it is told that it was uninstalled.
 */
uninstall_url: string | null, 
/**
 * Whether its webhooks can be signed.
 */
signs: boolean, 
/**
 * Who let it in.
 */
installs: Array<Installation>, 
/**
 * When it was made.
 */
created_at: number, };

export type AppsSettings = { 
/**
 * The apps, oldest first.
 */
items: Array<AppSettings>, 
/**
 * The scopes that an app may ask for.
 */
scopes: Array<ScopeName>, 
/**
 * The versions that it may be set to.
 */
versions: Array<string>, };

export type NewApp = { 
/**
 * Its name.
 */
name: string, 
/**
 * Where people come back to.
 */
redirect_uris: Array<string>, 
/**
 * The scopes that it asks for.
 */
scopes: Array<string>, 
/**
 * The version of its requests that name none.
 */
api_version?: string, 
/**
 * Where it is told that it was uninstalled.
 */
uninstall_url?: string, };

export type ChangeApp = { 
/**
 * Its name.
 */
name?: string, 
/**
 * Where people come back to.
 */
redirect_uris?: Array<string>, 
/**
 * The scopes that it asks for.
 */
scopes?: Array<string>, 
/**
 * The version of its requests that name none; empty for the default.
 */
api_version?: string, 
/**
 * Where it is told that it was uninstalled; empty for nowhere.
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
 * What it is called.
 */
name: string | null, 
/**
 * The app that it was granted to.
 */
app: string | null, 
/**
 * The teammate it acts as.
 */
admin_email: string, 
/**
 * Its scopes; `all` for all that the role of the teammate permits.
 */
scopes: Array<string>, 
/**
 * The version of its requests that name none.
 */
api_version: string | null, 
/**
 * When it was made.
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
 * The scopes that the teammate may give.
 */
scopes: Array<ScopeName>, 
/**
 * The versions that a token may be set to.
 */
versions: Array<string>, };

export type NewToken = { 
/**
 * What it is called.
 */
name: string, 
/**
 * Its scopes.
 */
scopes: Array<string>, 
/**
 * The version of its requests that name none.
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
 * Its app.
 */
app_id: string, 
/**
 * The name of the app.
 */
app_name: string, 
/**
 * The endpoint.
 */
url: string, 
/**
 * What it is told of.
 */
topics: Array<string>, 
/**
 * Its state.
 */
state: WebhookState, 
/**
 * Why it is in this state.
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
 * Since when it has failed.
 */
failing_since: number | null, 
/**
 * When it was made.
 */
created_at: number, };

export type TopicName = { 
/**
 * Its name.
 */
name: string, 
/**
 * The app needs one of these scopes.
 */
scopes: Array<string>, 
/**
 * The first API version that has it.
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
 * Its subscription.
 */
subscription_id: string, 
/**
 * What happened.
 */
topic: string, 
/**
 * Its state.
 */
state: DeliveryState, 
/**
 * How often it was tried.
 */
attempts: number, 
/**
 * What the endpoint answered last.
 */
status: number | null, 
/**
 * What went wrong last.
 */
error: string | null, 
/**
 * When it was last tried.
 */
sent_at: number | null, 
/**
 * When it is tried next.
 */
due_at: number | null, 
/**
 * When it happened.
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
 * The status of the answer.
 */
status: number | null, 
/**
 * How many milliseconds it took.
 */
ms: number, 
/**
 * What went wrong.
 */
error: string | null, 
/**
 * The beginning of the answer.
 */
answer: string | null, };

export type WebhookDeliveryDetail = { 
/**
 * What the endpoint knows it by.
 */
notification_id: string, 
/**
 * The JSON that was last sent, or will be.
 */
body: string, 
/**
 * Whether that is only its beginning.
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
 * Its subscription.
 */
subscription_id: string, 
/**
 * What happened.
 */
topic: string, 
/**
 * Its state.
 */
state: DeliveryState, 
/**
 * How often it was tried.
 */
attempts: number, 
/**
 * What the endpoint answered last.
 */
status: number | null, 
/**
 * What went wrong last.
 */
error: string | null, 
/**
 * When it was last tried.
 */
sent_at: number | null, 
/**
 * When it is tried next.
 */
due_at: number | null, 
/**
 * When it happened.
 */
event_at: number, };

export type ReplayFailed = { 
/**
 * Those of events since this second that failed.
 */
since: number, };

export type Replayed = { 
/**
 * How many.
 */
count: number, 
/**
 * Whether others are left, because that is the most at once.
 */
may_have_more: boolean, };

export type MailState = "pending" | "sent" | "dropped" | "bounced" | "failed";

export type SentMail = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its address.
 */
to: string | null, 
/**
 * Whether it is for a teammate.
 */
to_teammate: boolean, 
/**
 * Its subject, or the title of the conversation that it is about.
 */
subject: string | null, 
/**
 * Its state.
 */
state: MailState, 
/**
 * Why it is in this state.
 */
why: string | null, 
/**
 * The conversation that it is about.
 */
conversation_id: string | null, 
/**
 * When it was written down.
 */
created_at: number, 
/**
 * When it was sent.
 */
sent_at: number | null, 
/**
 * When it is sent, if it waits.
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
 * Those who get a copy.
 */
cc: Array<string>, 
/**
 * Its subject.
 */
subject: string, 
/**
 * Its plain text.
 */
text: string, 
/**
 * All of it, as it goes to a mail server.
 */
raw: string, 
/**
 * Whether that is only its beginning.
 */
is_cut: boolean, };

export type OneSentMail = { 
/**
 * What is in it.
 */
content: SentMailDetail | null, 
/**
 * Why there is nothing.
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
 * Nine in ten are not longer.
 */
p90: number | null, };

export type ReportFigures = { 
/**
 * Conversations that began.
 */
began: number, 
/**
 * From a contact's first message to the first response.
 */
first_response: ReportDurations, 
/**
 * From a contact's first message to when the conversation was closed, of those that are closed.
 */
close: ReportDurations, };

export type ReportPoint = { at: number, figures: ReportFigures, 
/**
 * How many conversations were not closed at its end; null for times to come.
 */
backlog: number | null, };

export type ReportLine = { 
/**
 * Null for conversations that are assigned to none.
 */
id: string | null, 
/**
 * Null for what is no longer known.
 */
name: string | null, figures: ReportFigures, open: number, snoozed: number, };

export type ConversationReport = { 
/**
 * When the period begins.
 */
from: number, 
/**
 * When it is over.
 */
until: number, 
/**
 * What the points are apart.
 */
step: ReportStep, 
/**
 * In order.
 */
points: Array<ReportPoint>, 
/**
 * All of the period.
 */
all: ReportLine, 
/**
 * Everyone's conversations by the teams that they are assigned to, most first.
 */
teams: Array<ReportLine>, 
/**
 * The same by teammates.
 */
teammates: Array<ReportLine>, 
/**
 * How many conversations began in each hour of the week: 24 numbers for each day, from Monday on.
 */
hours: Array<Array<number>>, 
/**
 * Whether older conversations are still to be counted.
 */
is_counting: boolean, };

export type SettingsTag = { id: string, name: string, contacts: number, companies: number, conversations: number, contents: number, };

export type SettingsTags = { 
/**
 * The tags, by name.
 */
items: Array<SettingsTag>, 
/**
 * What `after` is for the next window, if there is more.
 */
next: string | null, };

export type OneTag = { 
/**
 * The tag.
 */
tag: SettingsTag, };

export type NamedTag = { 
/**
 * Its name.
 */
name: string, };

export type MergeTag = { 
/**
 * The one that stays.
 */
into: string, };

export type AttributeOption = { 
/**
 * Which one it is; null for new ones, and where options are known by their labels.
 */
id: string | null, 
/**
 * What people see.
 */
label: string, };

export type SettingsAttribute = { id: string, on: AttributeOwner, name: string, description: string, 
/**
 * Lists are `list` everywhere.
 */
data_type: string, 
/**
 * The options of a list that can be chosen.
 */
options: Array<AttributeOption> | null, 
/**
 * Whether the messenger may write it.
 */
messenger_writable: boolean, required: boolean, multiline: boolean, 
/**
 * The teams that see it; none for all.
 */
team_ids: Array<string>, 
/**
 * The type of custom object that it refers to.
 */
object_type: string | null, many: boolean, archived: boolean, };

export type SettingsAttributes = { 
/**
 * Archived ones too.
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
 * Of conversations alone.
 */
name?: string, description?: string, 
/**
 * All that can be chosen, in this order.
 */
options?: Array<AttributeOption>, messenger_writable?: boolean, required?: boolean, multiline?: boolean, team_ids?: Array<string>, archived?: boolean, };

export type SettingsTicketAttribute = { id: string, name: string, description: string, data_type: string, options: Array<string> | null, required_to_create: boolean, required_to_create_for_contacts: boolean, visible_on_create: boolean, visible_to_contacts: boolean, multiline: boolean, allow_multiple_values: boolean, 
/**
 * Whether every type has it.
 */
is_default: boolean, archived: boolean, };

export type SettingsTicketType = { id: string, name: string, description: string, icon: string, 
/**
 * `Customer`, `Back-office` or `Tracker`.
 */
category: string, is_internal: boolean, archived: boolean, attributes: Array<SettingsTicketAttribute>, };

export type SettingsTicketState = { id: string, category: string, internal_label: string, external_label: string, 
/**
 * The types that have it, unless every type does.
 */
ticket_type_ids: Array<string>, 
/**
 * Whether every type has it.
 */
is_default: boolean, archived: boolean, };

export type SettingsTicketTypes = { items: Array<SettingsTicketType>, states: Array<SettingsTicketState>, };

export type OneTicketType = { 
/**
 * The type.
 */
ticket_type: SettingsTicketType, };

export type OneTicketState = { 
/**
 * The state.
 */
state: SettingsTicketState, };

export type WriteTicketType = { name?: string, description?: string, category?: string, icon?: string, is_internal?: boolean, archived?: boolean, };

export type WriteTicketAttribute = { name?: string, description?: string, data_type?: string, options?: Array<string>, required_to_create?: boolean, required_to_create_for_contacts?: boolean, visible_on_create?: boolean, visible_to_contacts?: boolean, multiline?: boolean, allow_multiple_values?: boolean, archived?: boolean, };

export type WriteTicketState = { category?: string, internal_label?: string, external_label?: string, ticket_type_ids?: Array<string>, archived?: boolean, };

export type ObjectAttribute = { name: string, data_type: string, description: string, options: Array<string> | null, 
/**
 * What a relation leads to: `contact`, `conversation`, `ticket` or a type.
 */
to: string | null, many: boolean, 
/**
 * The name under which what it leads to shows the instances.
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
 * The beginning of its text, with placeholders.
 */
excerpt: string, for_everyone: boolean, 
/**
 * The teams that have it, unless everyone does.
 */
team_ids: Array<string>, available_on: Array<MacroPlace>, actions: Array<MacroDoes>, 
/**
 * Those of the actions that are skipped, because what is named does not exist any more.
 */
missing: Array<MacroDoes>, updated_at: number, };

export type SettingsMacro = { 
/**
 * Its text, with placeholders.
 */
html: string, id: string, name: string, 
/**
 * The beginning of its text, with placeholders.
 */
excerpt: string, for_everyone: boolean, 
/**
 * The teams that have it, unless everyone does.
 */
team_ids: Array<string>, available_on: Array<MacroPlace>, actions: Array<MacroDoes>, 
/**
 * Those of the actions that are skipped, because what is named does not exist any more.
 */
missing: Array<MacroDoes>, updated_at: number, };

export type SettingsMacros = { 
/**
 * The macros, by name.
 */
items: Array<ListedMacro>, 
/**
 * What `after` is for the next window, if there is more.
 */
next: string | null, };

export type OneMacro = { 
/**
 * The macro.
 */
macro: SettingsMacro, };

export type WriteMacro = { 
/**
 * Its name, which no other has.
 */
name: string, 
/**
 * Its text, with placeholders; empty if it only acts.
 */
html: string, 
/**
 * The teams that have it; none for everyone.
 */
team_ids: Array<string>, 
/**
 * Where it can be used.
 */
available_on: Array<MacroPlace>, 
/**
 * What it does, in this order.
 */
actions: Array<MacroDoes>, };

export type ActivityEntry = { 
/**
 * A UUID.
 */
id: string, 
/**
 * When it was done.
 */
at: number, 
/**
 * What it is about: `sign_in`, `people`, `workspace`, `data`, `developers` or `exports`.
 */
area: string, 
/**
 * Its type.
 */
kind: string, 
/**
 * What was done, in English.
 */
text: string, 
/**
 * The teammate who did it, if one did.
 */
admin_id: string | null, 
/**
 * Their email address at that time.
 */
email: string | null, 
/**
 * The address it was asked from.
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
 * The cursor of the next window, if there is more.
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
 * The URL of their picture.
 */
avatar: string | null, 
/**
 * The name of their role.
 */
role: string | null, 
/**
 * Whether they may answer in the inbox.
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
 * Why they are away.
 */
away_reason_id: string | null, 
/**
 * Whether signing in takes a code besides the password.
 */
second_factor: boolean, 
/**
 * When they last used the inbox, give or take a minute.
 */
seen_at: number | null, 
/**
 * Since when they are here.
 */
created_at: number, };

export type AwayReason = { id: string, label: string, };

export type ManagedTeammates = { items: Array<ManagedTeammate>, away_reasons: Array<AwayReason>, };

export type Dismissed = { 
/**
 * How many conversations have no assignee any more, by this call.
 */
unassigned: number, 
/**
 * Whether the teammate is removed; else the call is to be made again.
 */
done: boolean, };

export type Role = { 
/**
 * Its id; none for a built-in role that nobody ever had.
 */
id: string | null, 
/**
 * Its name.
 */
name: string, 
/**
 * Whether every workspace has it, so that it cannot be changed.
 */
is_built_in: boolean, 
/**
 * The names of what it permits.
 */
permissions: Array<string>, 
/**
 * Whether it permits giving apps access.
 */
can_manage_apps: boolean, 
/**
 * Whether it permits staging and publishing drafts, and tagging articles.
 */
can_manage_content: boolean, 
/**
 * How many teammates have it.
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
 * Who is invited.
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
 * Until when the link is good.
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
 * Who is invited.
 */
email: string, 
/**
 * The name of the role that they get.
 */
role: string | null, 
/**
 * The name of whoever invited them.
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
 * Who is in it.
 */
member_ids: Array<string>, 
/**
 * `manual`, `round_robin` or `load_balanced`.
 */
distribution: string, 
/**
 * How many open conversations a member may have.
 */
assignment_limit: number | null, };

export type ManagedTeams = { items: Array<ManagedTeam>, };

export type WorkspaceSettings = { 
/**
 * Its name.
 */
name: string, 
/**
 * An IANA time zone name.
 */
timezone: string, 
/**
 * Two letters: the country that local phone numbers are read in.
 */
default_country: string, 
/**
 * `US`, `EU` or `AU`.
 */
region: string, 
/**
 * Whether the messenger requires identity verification.
 */
identity_verification: boolean, };

export type SettingsBrand = { id: string, name: string, 
/**
 * Whether it is the workspace itself.
 */
is_default: boolean, 
/**
 * The identifier of its own help center; without one it has the default one.
 */
help_center: string | null, 
/**
 * The addresses that its mail is sent from.
 */
emails: Array<string>, };

export type BrandHelpCenter = { identifier: string, name: string, is_default: boolean, };

export type SettingsBrands = { 
/**
 * The default one first.
 */
items: Array<SettingsBrand>, help_centers: Array<BrandHelpCenter>, };

export type WriteBrand = { name: string, 
/**
 * Whether the default one is meant, which this renames.
 */
is_default: boolean, 
/**
 * The identifier of its help center; empty for the default one.
 */
help_center: string, };

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
 * An IANA time zone name.
 */
time_zone: string, 
/**
 * When it is open: from one minute to another, in order, counted from Monday 00:00.
 */
intervals: Array<[number, number]>, };

export type OfficeHoursList = { items: Array<OfficeHours>, };

export type Positioned<T> = T & { position: number };
