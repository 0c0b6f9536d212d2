//! Time limits of the server and of the client.

use std::time::{Duration, Instant};

use super::kind::Kind;

/// The server's time limits for a session, which end statements that the client has abandoned.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Guards {
    /// The longest wait for a lock.
    pub(crate) lock: Duration,
    /// The longest time of a statement. Zero means no limit, here and in the next field.
    pub(crate) statement: Duration,
    /// The longest idle time between the statements of a transaction.
    pub(crate) idle: Duration,
}

impl Guards {
    /// Returns the statements that set the limits and the planner's settings.
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

/// How long the client waits for the server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Patience {
    /// Without a limit.
    Endless,
    /// Until one deadline for the whole transaction.
    Until(Instant),
    /// So long for each statement.
    Each(Duration),
}

impl Patience {
    /// Returns the deadline of a statement that begins now.
    pub(super) fn limit(self) -> Option<Instant> {
        match self {
            Patience::Endless => None,
            Patience::Until(at) => Some(at),
            Patience::Each(time) => Some(Instant::now() + time),
        }
    }
}
