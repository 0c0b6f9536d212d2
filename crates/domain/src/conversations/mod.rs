//! Conversations: what customers and teammates say to each other.

mod author;
mod create;
mod edit;
mod list;
mod manage;
mod read;
mod reply;
mod statistics;
mod update;

pub(crate) use author::contact;
pub use author::{Author, admin};
pub use create::{New, create, create_from};
pub(crate) use create::{blank, said, start};
pub use deskwire_store::conversation_links::{Participant, Person as Writer};
pub use deskwire_store::conversation_parts::Part;
pub use deskwire_store::conversation_tags::Tagging;
pub use deskwire_store::conversations::Conversation;
pub use deskwire_store::ticket_links::Linked;
pub use edit::{Assignee, NewPart};
pub(crate) use edit::{Edit, Happened, allowed};
pub use list::{list, search, understand};
pub use manage::{Manage, manage, run_assignment_rules};
pub(crate) use manage::{assign, assignee_of, close, snooze};
pub(crate) use read::known;
pub use read::{Context, Full, attachment_ids, find, find_many, find_tickets, is_ticket, one, with, with_part};
pub use reply::{Reply, ReplyTo, Said, reply};
pub use update::{Update, update};
