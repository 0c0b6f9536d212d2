//! Text messages to phones.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use deskwire_store::fair::{Key, Limits, Permit, Shares};

/// Messages that a process sends at once, and how many of them a workspace may.
const AT_ONCE: usize = 32;
const OF_A_WORKSPACE: usize = 8;

/// What became of a message; an error says why it was not sent, in words for the log.
pub type Sent<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// What sends text messages.
pub trait TextSender: Debug + Send + Sync {
    /// Sends a text to a number in E.164, once.
    fn send<'a>(&'a self, to: &'a str, text: &'a str) -> Sent<'a>;
}

/// Turns to send text messages.
#[derive(Debug)]
pub(crate) struct Turns(Shares);

impl Default for Turns {
    fn default() -> Self {
        Self(Shares::new(Limits { most: OF_A_WORKSPACE, ..Limits::whole(AT_ONCE, 0) }))
    }
}

impl Turns {
    /// A turn of a workspace, if there is one.
    pub(crate) fn take(&self, workspace: Key) -> Option<Permit> {
        self.0.try_acquire(workspace, 1)
    }
}
