//! Live updates between the processes of an installation that are not in the history: presence, held replies, the end of
//! sessions, other roles, and each teammate's own marks and counts. They go through PostgreSQL and are lost when a process
//! or the database does not keep up. Clients repeat what was lost within half a minute, or read it again.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deskwire_domain::ids::{AdminId, ConversationId, InboxSessionId};
use deskwire_store::fair::Key;
use deskwire_store::{Channel, Error};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::frames::Marks;
use super::presence::{Place, PresenceChange};
use crate::app::App;

/// The maximum number of notices that wait to be sent; beyond that the oldest is dropped.
const MAX_WAITING: usize = 1_024;
/// Notices of this period are sent together.
const COLLECT: Duration = Duration::from_millis(50);
/// The delay before reconnecting: the first one, and the longest.
const RECONNECT: Duration = Duration::from_secs(1);
const MAX_RECONNECT: Duration = Duration::from_secs(60);

/// A notice, as processes send it to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Envelope {
    /// The id of the sending process.
    n: u64,
    /// The workspace.
    w: String,
    #[serde(flatten)]
    notice: Notice,
}

/// What changed in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "k", rename_all = "snake_case")]
pub(super) enum Notice {
    /// A teammate's presence in a conversation.
    #[serde(rename = "seen")]
    Presence(PresenceChange),
    /// A teammate's marks of a conversation.
    #[serde(rename = "own")]
    Marks {
        admin: AdminId,
        id: ConversationId,
        #[serde(rename = "own")]
        marks: Marks,
    },
    /// The counts of a teammate may have changed.
    Count { admin: AdminId },
    /// The held replies of a conversation changed.
    Held { place: Place },
    /// Sessions ended. Rooms check their sessions every few seconds as well.
    Ended { sessions: EndedSessions },
    /// A teammate has another role. Rooms check the permissions of their clients as well.
    Role { admin: AdminId },
}

/// Sessions that have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EndedSessions {
    /// This one.
    One(InboxSessionId),
    /// All of a teammate, except one.
    AllBut { admin: AdminId, kept: InboxSessionId },
}

impl EndedSessions {
    /// Whether this session of a teammate is among them.
    pub(super) fn include(self, of: AdminId, session: InboxSessionId) -> bool {
        match self {
            Self::One(ended) => session == ended,
            Self::AllBut { admin, kept } => of == admin && session != kept,
        }
    }
}

/// The connection to the other processes, if there can be others.
#[derive(Debug)]
pub(super) struct Peers {
    id: u64,
    is_connected: AtomicBool,
    waiting: Mutex<VecDeque<Envelope>>,
    wake: Notify,
}

impl Default for Peers {
    fn default() -> Self {
        // Two processes that draw the same number ignore each other's notices; nothing else depends on it.
        let id = getrandom::u64().unwrap_or_default();
        Self { id, is_connected: AtomicBool::new(false), waiting: Mutex::default(), wake: Notify::new() }
    }
}

impl Peers {
    /// Queues a notice for the other processes, if connected to them.
    pub(super) fn send(&self, workspace: &str, notice: Notice) {
        if !self.is_connected.load(Ordering::Relaxed) {
            return;
        }
        let mut waiting = self.waiting.lock();
        if waiting.len() >= MAX_WAITING {
            waiting.pop_front();
        }
        waiting.push_back(Envelope { n: self.id, w: workspace.to_owned(), notice });
        drop(waiting);
        self.wake.notify_one();
    }

    /// The text of as many queued notices as fit into one; `None` if none are queued.
    fn next(&self) -> Option<String> {
        let mut waiting = self.waiting.lock();
        let (mut texts, mut length) = (Vec::new(), 2);
        while let Some(envelope) = waiting.front() {
            let text = serde_json::to_string(envelope).unwrap_or_default();
            if length + text.len() + 1 > Channel::MAX_BYTES && !texts.is_empty() {
                break;
            }
            length += text.len() + 1;
            texts.push(text);
            waiting.pop_front();
        }
        (!texts.is_empty()).then(|| format!("[{}]", texts.join(",")))
    }
}

impl App {
    /// Exchanges notices with other processes until dropped. Returns at once where there can be no others.
    pub async fn exchange_notices(self: &Arc<Self>) {
        let mut wait = RECONNECT;
        loop {
            match self.db.channel().await {
                Ok(None) => return,
                Ok(Some(mut channel)) => {
                    wait = RECONNECT;
                    self.live.peers.is_connected.store(true, Ordering::Relaxed);
                    let ended = exchange(self, &mut channel).await;
                    self.live.peers.is_connected.store(false, Ordering::Relaxed);
                    self.live.peers.waiting.lock().clear();
                    if let Err(error) = ended {
                        tracing::info!("the connection to the other processes was lost: {error}");
                    }
                }
                Err(error) => {
                    tracing::warn!("cannot connect to the other processes: {error}");
                    wait = (wait * 2).min(MAX_RECONNECT);
                }
            }
            tokio::time::sleep(wait).await;
        }
    }
}

/// Receives and sends notices until the connection is lost.
async fn exchange(app: &App, channel: &mut Channel) -> Result<(), Error> {
    let peers = &app.live.peers;
    loop {
        tokio::select! {
            text = channel.next() => {
                receive(app, &text?);
            }
            () = peers.wake.notified() => {
                tokio::time::sleep(COLLECT).await;
                while let Some(text) = peers.next() {
                    channel.send(&text).await?;
                }
            }
        }
    }
}

/// Passes another process's notices on to the rooms of this process.
fn receive(app: &App, text: &str) {
    // Another release may send notices that this one does not know.
    let Ok(envelopes) = serde_json::from_str::<Vec<Envelope>>(text) else { return };
    for envelope in envelopes.into_iter().filter(|envelope| envelope.n != app.live.peers.id) {
        if let Some(room) = app.live.room(Key::workspace(&envelope.w)) {
            room.apply_remote(envelope.n, envelope.notice);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use deskwire_domain::ids::{AdminId, ConversationId};
    use deskwire_store::Channel;

    use super::super::presence::{Doing, Place, PresenceChange, Writing};
    use super::{Envelope, MAX_WAITING, Notice, Peers};

    fn presence(id: i64) -> Notice {
        let doing = Doing::Typing { writing: Writing::Note };
        let place = Place { conversation: ConversationId::new(id), is_ticket: false };
        Notice::Presence(PresenceChange { admin: AdminId::new(7), place, doing })
    }

    #[test]
    fn notices_are_bounded_and_cut_into_texts_that_fit() {
        let peers = Peers::default();
        peers.send("w", presence(1));
        assert_eq!(peers.next(), None, "nothing is queued while there is no connection");
        peers.is_connected.store(true, Ordering::Relaxed);
        let most = i64::try_from(MAX_WAITING).unwrap();
        for id in 1..=most + 5 {
            peers.send("workspace", presence(id));
        }
        let mut received = Vec::new();
        while let Some(text) = peers.next() {
            assert!(text.len() <= Channel::MAX_BYTES, "{}", text.len());
            received.extend(serde_json::from_str::<Vec<Envelope>>(&text).unwrap());
        }
        assert_eq!(received.len(), MAX_WAITING);
        assert_eq!((received[0].notice, received[MAX_WAITING - 1].notice), (presence(6), presence(most + 5)));
    }
}
