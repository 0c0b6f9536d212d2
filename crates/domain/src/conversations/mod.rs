//! Conversations: what customers and teammates say to each other.

pub mod ai_agent;
mod author;
mod changed;
mod create;
mod delete;
mod edit;
pub mod handling;
mod list;
mod manage;
mod merge;
mod participants;
mod read;
mod redact;
mod reply;
pub mod side_conversations;
mod statistics;
mod tags;
mod update;
mod update_part;
mod wake;

pub use author::{Author, admin};
pub(crate) use author::{acting, contact, contact_or_lead, contact_or_lead_of_phone};
pub use changed::Changed;
pub(crate) use create::blank;
pub use create::{New, create, create_from};
pub use delete::{Deleted, delete, deleted};
pub(crate) use delete::{delete_of_contact, held_to_remove, remove};
pub use deskwire_store::conversation_links::{Participant, Person as Writer};
pub use deskwire_store::conversation_parts::{AssignedType, Part, PartType};
pub use deskwire_store::conversation_tags::Tagging;
pub use deskwire_store::conversations::{
    AuthorType, Channel, Conversation, ConversationState, DeliveredAs, Priority, SourceType,
};
pub use deskwire_store::handling_events::HandlingKind;
pub use deskwire_store::ticket_links::Linked;
pub use edit::{Assignee, NewPart};
pub(crate) use edit::{Edit, Happened, noun, primary};
pub use list::{list, search};
pub(crate) use manage::unassign_team;
pub use manage::{Manage, manage, run_assignment_rules, unassign};
pub(crate) use manage::{assign, assignee_of, close, close_of_contact, snooze};
pub use merge::merge;
pub use participants::{Adder, attach, detach};
pub use read::{Context, Full, attachment_ids, find, find_many, is_ticket, one, with, with_part};
pub(crate) use read::{find_tickets, known};
pub use redact::{Redact, redact};
pub(crate) use reply::say;
pub use reply::{Reply, ReplyAuthor, ReplyTo, reply};
pub(crate) use tags::{put as put_tag, take as take_tag};
pub use tags::{tag, untag};
pub(crate) use update::set_attributes;
pub use update::{Update, update};
pub use update_part::{Noted, Proof, update_part};
pub use wake::{to_wake, wake, waking};
