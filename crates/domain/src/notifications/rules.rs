//! The table of notifications: events, recipients and channels.

use crate::events::Topic;

/// How long mail waits for a part to be read in the app, in seconds. Later parts are added to the waiting mail.
pub const DELAY: i64 = 120;

/// A group of recipients. The actor is never included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The contacts of the conversation, but for tickets only those of shared customer tickets, and never for notes.
    Contacts,
    /// The assigned teammate.
    Assignee,
    /// All members of the assigned team, unless a teammate is assigned.
    Team,
    /// The participating teammates.
    Participants,
    /// The new assignee: the teammate, or the members of the team, that the part assigns the conversation to.
    Given,
    /// The teammates whom the part mentions with an `@`.
    Mentioned,
}

/// The condition of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Always.
    Always,
    /// If the part has a body and is not a note.
    Spoken,
    /// If the system did it.
    ByItself,
}

/// Whether mail is sent. Teammates get it only if they opted in, and then as [`Post::UnlessRead`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Post {
    /// Never.
    No,
    /// At once.
    AtOnce,
    /// At once in a conversation by mail; otherwise after [`DELAY`], unless it was read by then.
    UnlessRead,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The topic of the event.
    pub topic: Topic,
    /// The condition.
    pub when: When,
    /// The recipients. Someone who matches several rows is notified once, by the first.
    pub to: &'static [Who],
    /// Whether mail is sent too.
    pub post: Post,
    /// The text; `{who}` is the actor.
    pub cause: &'static str,
}

/// The categories of notifications that teammates choose to get by mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A conversation was assigned to them, or to their team.
    Assigned,
    /// They are mentioned.
    Mentioned,
    /// A customer replied in a conversation of theirs.
    Replied,
    /// Everything else.
    Other,
}

impl Rule {
    /// Its category.
    pub fn about(&self) -> About {
        let by_customer = [Topic::ConversationUserCreated, Topic::ConversationUserReplied, Topic::TicketContactReplied];
        if self.to.contains(&Who::Given) {
            About::Assigned
        } else if self.to.contains(&Who::Mentioned) {
            About::Mentioned
        } else if by_customer.contains(&self.topic) {
            About::Replied
        } else {
            About::Other
        }
    }
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
