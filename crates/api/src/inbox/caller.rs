//! Who calls the inbox.

use deskwire_domain::Actor;
use deskwire_store::fair::Key;
use deskwire_store::global::sessions::Signed;

/// A caller who may call the row.
#[derive(Debug)]
pub enum Caller {
    /// Anybody, with a session or what stands before one, or without.
    Visitor(Option<Box<Signed>>),
    /// A teammate with a session.
    Teammate(Box<Teammate>),
}

/// A teammate with a session.
#[derive(Debug, Clone)]
pub struct Teammate {
    /// The teammate as verbs know them, with the permissions of their role.
    pub actor: Actor,
    /// The session.
    pub session: Signed,
    /// Whose share of the server they use: the workspace's.
    pub share: Key,
}
