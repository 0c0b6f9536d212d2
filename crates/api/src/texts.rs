//! Text messages to phones.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use deskwire_store::fair::{Key, Limits, Permit, Shares};

/// The maximum number of messages sent at once, in all and for one workspace.
const AT_ONCE: usize = 32;
const OF_A_WORKSPACE: usize = 8;

/// The outcome of a message; an error is the reason for the log.
pub type Sent<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// The gateway for text messages.
pub trait TextSender: Debug + Send + Sync {
    /// Sends a text to a number in E.164 format, once.
    fn send<'a>(&'a self, to: &'a str, text: &'a str) -> Sent<'a>;
}

/// Permits to send text messages.
#[derive(Debug)]
pub(crate) struct Turns(Shares);

impl Default for Turns {
    fn default() -> Self {
        Self(Shares::new(Limits { most: OF_A_WORKSPACE, ..Limits::whole(AT_ONCE, 0) }))
    }
}

impl Turns {
    /// A permit for a workspace, if one is free.
    pub(crate) fn take(&self, workspace: Key) -> Option<Permit> {
        self.0.try_acquire(workspace, 1)
    }
}
