//! The API through its front door, on both databases. The tree mirrors the URLs; the rest holds for all of them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod admins;
mod bulk;
mod companies;
mod contacts;
mod conversation_attributes;
mod conversation_search;
mod conversations;
mod counts;
mod custom_objects;
mod data_attributes;
mod events;
mod fuzz;
mod hostile;
mod isolation;
mod limits;
mod mail;
mod messages;
mod notes;
mod notifications;
mod oauth;
mod paging;
mod panics;
mod rng;
mod segments;
mod subscriptions;
mod support;
mod tags;
mod teams;
mod ticket_states;
mod ticket_types;
mod tickets;
mod tokens;
mod versions;
mod visitors;
mod walk;
