//! The caller of a row of the inbox.

use deskwire_domain::Actor;
use deskwire_domain::sign_in::inbox as sign_in;
use deskwire_store::fair::Key;
use deskwire_store::global::sessions::Signed;

/// A caller whose access to the row has been checked.
#[derive(Debug)]
pub enum Caller {
    /// Anyone, with or without a session or a pending sign-in.
    Visitor(Option<Box<Signed>>),
    /// A teammate with a session.
    Teammate(Box<Teammate>),
}

/// A teammate with a session.
#[derive(Debug, Clone)]
pub struct Teammate {
    /// The actor that verbs run as, with the permissions of the teammate's role.
    pub actor: Actor,
    /// The session.
    pub session: Signed,
    /// The key of their share of the server: the workspace.
    pub share: Key,
}

impl Teammate {
    /// The teammate of a session.
    pub(super) fn of(session: Signed) -> Self {
        Self { actor: sign_in::actor(&session), share: Key::workspace(&session.workspace), session }
    }
}
