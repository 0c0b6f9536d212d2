//! Where a client starts in the history.

/// The maximum number of events that a client may be behind. Beyond it, the client receives a gap instead.
const MAX_BEHIND: i64 = 1_000;

/// Where a client starts in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    /// It receives the events after this one.
    pub(super) position: i64,
    /// Whether it missed events before that.
    pub(super) gap: bool,
}

impl Start {
    /// `after` is the last event that the client knows. The history contains the events from `first` to `last`.
    pub(super) fn new(after: Option<i64>, first: i64, last: i64) -> Self {
        match after {
            None => Self { position: last, gap: false },
            // A position in the future belongs to a history that was lost, for example by restoring a backup.
            Some(after) if after > last || after + 1 < first || after < last - MAX_BEHIND => {
                Self { position: last, gap: true }
            }
            Some(after) => Self { position: after, gap: false },
        }
    }
}
