//! Time limits, on the server's side and on ours.

use std::time::{Duration, Instant};

use super::kind::Kind;

/// The server's time limits of a session, which end statements that the client has abandoned.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Guards {
    /// For locks of others.
    pub(crate) lock: Duration,
    /// Of a statement; zero is no limit, as for the next.
    pub(crate) statement: Duration,
    /// Of idle time between the statements of a transaction.
    pub(crate) idle: Duration,
}

impl Guards {
    /// The statements that set them, and how statements are planned.
    pub(super) fn settings(self, kind: Kind) -> String {
        let Guards { lock, statement, idle } = self;
        let (lock, statement, idle) = (lock.as_millis(), statement.as_millis(), idle.as_millis());
        format!(
            "SET lock_timeout = {lock}; SET statement_timeout = {statement};
             SET idle_in_transaction_session_timeout = {idle}; {}",
            kind.planning()
        )
    }
}

/// The deadline for the server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Patience {
    /// Whenever it has.
    Endless,
    /// One deadline for the whole transaction.
    Until(Instant),
    /// A limit for each statement.
    Each(Duration),
}

impl Patience {
    /// The deadline of a statement that begins now.
    pub(super) fn limit(self) -> Option<Instant> {
        match self {
            Patience::Endless => None,
            Patience::Until(at) => Some(at),
            Patience::Each(time) => Some(Instant::now() + time),
        }
    }
}
