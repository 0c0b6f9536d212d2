//! Fin: an AI agent that other front ends use through the API.
//!
//! A client starts a session with its own id for a conversation, and sends messages. Each message is a turn, which a
//! job answers after the commit. The results are sent as events (docs/fin.md).

mod answer;
pub(crate) mod attributes;
mod capabilities;
mod csat;
mod escalate;
mod events;
pub mod model;
mod people;
mod phrases;
pub mod procedures;
mod retrieval;
mod session;
mod settings;
mod start;
pub mod stream;
mod timeout;
mod turns;

pub use answer::{Answer, embedded, model_for};
pub use attributes::AttributeErrors;
pub use capabilities::{Capability, capabilities};
pub use csat::{Rated, Rating, rate};
pub use deskwire_store::fin_sessions::{FinMode, FinSession, FinStatus};
pub use escalate::{Escalated, Escalation, escalate};
pub use events::{Delivery, pending};
pub use people::User;
pub use retrieval::Passage;
pub use settings::{Declared, declare, declared};
pub use start::{Message, Options, Reply, Speaker, Start, Started, reply, start};
pub use timeout::step;
pub use turns::{Question, Turn, finish, give_up, load};
