//! THE table: what happened, who hears of it, and how.

use crate::events::Topic;

/// How long mail waits for a part to be read where it was written, in seconds. What is said meanwhile comes along.
pub const DELAY: i64 = 120;

/// Who may hear of something. Whoever did it never does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The contacts it is with. Of tickets only customers' that are shared with them; of notes none.
    Contacts,
    /// The teammate it is given to.
    Assignee,
    /// The team it is given to: all of it while no teammate has it.
    Team,
    /// The teammates who took part.
    Participants,
    /// The teammate, or those of the team, that the part gives it to.
    Given,
    /// The teammates whom the part names with an `@`.
    Mentioned,
}

/// When a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Whenever it happens.
    Always,
    /// When something is said with it that is no note.
    Spoken,
    /// When nobody did it.
    ByItself,
}

/// Whether mail is sent. Teammates get it only if they asked for it, and then as [`Post::UnlessRead`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Post {
    /// Never.
    No,
    /// At once.
    AtOnce,
    /// In a conversation by mail at once; elsewhere after [`DELAY`], unless it was read by then.
    UnlessRead,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// What happened.
    pub topic: Topic,
    /// When it holds.
    pub when: When,
    /// Who hears of it. Who is in several rows hears of it once, by the first.
    pub to: &'static [Who],
    /// Whether by mail too.
    pub post: Post,
    /// In words; `{who}` did it.
    pub cause: &'static str,
}

const TEAMMATES: &[Who] = &[Who::Assignee, Who::Team, Who::Participants];
const CONTACTS: &[Who] = &[Who::Contacts];
const MENTIONED: &[Who] = &[Who::Mentioned];
const GIVEN: &[Who] = &[Who::Given];

const fn rule(topic: Topic, when: When, to: &'static [Who], post: Post, cause: &'static str) -> Rule {
    Rule { topic, when, to, post, cause }
}

use Post::{AtOnce, No, UnlessRead};
use When::{Always, ByItself, Spoken};

/// The table.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    rule(Topic::ConversationUserCreated,     Always, TEAMMATES, UnlessRead, "{who} started a conversation"),
    rule(Topic::ConversationUserReplied,     Always, TEAMMATES, UnlessRead, "{who} replied"),
    rule(Topic::ConversationAdminReplied,    Spoken, CONTACTS,  UnlessRead, "{who} replied"),
    rule(Topic::ConversationAdminReplied,    Always, TEAMMATES, UnlessRead, "{who} replied"),
    rule(Topic::ConversationOperatorReplied, Spoken, CONTACTS,  No,         "{who} replied"),
    rule(Topic::ConversationAdminNoted,      Always, MENTIONED, UnlessRead, "{who} mentioned you in a note"),
    rule(Topic::ConversationAdminNoted,      Always, TEAMMATES, UnlessRead, "{who} left a note"),
    rule(Topic::ConversationAssigned,        Spoken, CONTACTS,  UnlessRead, "{who} replied"),
    rule(Topic::ConversationAssigned,        Always, GIVEN,     UnlessRead, "{who} assigned a conversation to you"),
    rule(Topic::ConversationClosed,          Spoken, CONTACTS,  UnlessRead, "{who} replied"),
    rule(Topic::ConversationUnsnoozed,       ByItself, &[Who::Assignee], UnlessRead, "A conversation is back from being snoozed"),
    rule(Topic::ConversationRatingAdded,     Always, TEAMMATES, UnlessRead, "{who} rated a conversation"),
    rule(Topic::TicketCreated,               Always, CONTACTS,  AtOnce,     "Your ticket was created"),
    rule(Topic::TicketCreated,               Always, TEAMMATES, UnlessRead, "{who} created a ticket"),
    rule(Topic::TicketStateUpdated,          Always, CONTACTS,  AtOnce,     "Your ticket was updated"),
    rule(Topic::TicketStateUpdated,          Always, TEAMMATES, UnlessRead, "{who} changed the state of a ticket"),
    rule(Topic::TicketAdminReplied,          Spoken, CONTACTS,  UnlessRead, "{who} replied"),
    rule(Topic::TicketAdminReplied,          Always, TEAMMATES, UnlessRead, "{who} replied"),
    rule(Topic::TicketContactReplied,        Always, TEAMMATES, UnlessRead, "{who} replied"),
    rule(Topic::TicketNoted,                 Always, MENTIONED, UnlessRead, "{who} mentioned you in a note"),
    rule(Topic::TicketNoted,                 Always, TEAMMATES, UnlessRead, "{who} left a note"),
    rule(Topic::TicketAdminAssigned,         Spoken, CONTACTS,  UnlessRead, "{who} replied"),
    rule(Topic::TicketAdminAssigned,         Always, GIVEN,     UnlessRead, "{who} assigned a ticket to you"),
    rule(Topic::TicketTeamAssigned,          Spoken, CONTACTS,  UnlessRead, "{who} replied"),
    rule(Topic::TicketTeamAssigned,          Always, GIVEN,     UnlessRead, "{who} assigned a ticket to your team"),
    rule(Topic::TicketClosed,                Spoken, CONTACTS,  UnlessRead, "{who} replied"),
    rule(Topic::TicketRatingProvided,        Always, TEAMMATES, UnlessRead, "{who} rated a ticket"),
];
