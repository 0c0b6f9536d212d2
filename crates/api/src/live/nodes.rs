//! What the processes of an installation tell each other of what passes by itself: where teammates are, and what is theirs
//! alone. It goes over PostgreSQL and is lost when a process or the database does not keep up; what is lost is said again
//! within half a minute, or read again.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deskwire_domain::ids::{AdminId, ConversationId};
use deskwire_store::fair::Key;
use deskwire_store::{Channel, Error};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::frames::Own;
use super::presence::PresenceChange;
use crate::app::App;

/// The most that waits to be said: the oldest is lost.
const WAITING: usize = 1_024;
/// What is said within this time is said together.
const TOGETHER: Duration = Duration::from_millis(50);
/// How long to wait after the connection was lost: the first time, and at most.
const AGAIN: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// What a process tells the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    /// The process.
    n: u64,
    /// The workspace.
    w: String,
    #[serde(flatten)]
    said: Said,
}

/// What is said of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "k", rename_all = "snake_case")]
pub(super) enum Said {
    /// What a teammate does in a conversation.
    Seen(PresenceChange),
    /// What a conversation is to a teammate now.
    Own { admin: AdminId, id: ConversationId, own: Own },
    /// The counts of a teammate may have changed.
    Count { admin: AdminId },
}

/// What this process tells the others, if there can be others.
#[derive(Debug)]
pub(super) struct Nodes {
    id: u64,
    is_open: AtomicBool,
    waiting: Mutex<VecDeque<Note>>,
    ring: Notify,
}

impl Default for Nodes {
    fn default() -> Self {
        // Two that drew the same number would not hear each other, and nothing else.
        let id = getrandom::u64().unwrap_or_default();
        Self { id, is_open: AtomicBool::new(false), waiting: Mutex::default(), ring: Notify::new() }
    }
}

impl Nodes {
    /// Tells the others, if the line to them is open.
    pub(super) fn tell(&self, workspace: &str, said: Said) {
        if !self.is_open.load(Ordering::Relaxed) {
            return;
        }
        let mut waiting = self.waiting.lock();
        if waiting.len() >= WAITING {
            waiting.pop_front();
        }
        waiting.push_back(Note { n: self.id, w: workspace.to_owned(), said });
        drop(waiting);
        self.ring.notify_one();
    }

    /// The text of as many of those that wait as fit into one; none if nothing waits.
    fn next(&self) -> Option<String> {
        let mut waiting = self.waiting.lock();
        let (mut texts, mut length) = (Vec::new(), 2);
        while let Some(note) = waiting.front() {
            let text = serde_json::to_string(note).unwrap_or_default();
            if length + text.len() + 1 > Channel::LONGEST && !texts.is_empty() {
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
    /// Hears what other processes say, and tells them what happens here, until it is dropped. Ready at once where there are
    /// no others.
    pub async fn tell_other_processes(self: &Arc<Self>) {
        let mut wait = AGAIN;
        loop {
            match self.db.channel().await {
                Ok(None) => return,
                Ok(Some(mut channel)) => {
                    wait = AGAIN;
                    self.live.nodes.is_open.store(true, Ordering::Relaxed);
                    let ended = pass_on(self, &mut channel).await;
                    self.live.nodes.is_open.store(false, Ordering::Relaxed);
                    self.live.nodes.waiting.lock().clear();
                    if let Err(error) = ended {
                        tracing::info!("other processes are not heard for a moment: {error}");
                    }
                }
                Err(error) => {
                    tracing::warn!("other processes are not heard: {error}");
                    wait = (wait * 2).min(LONGEST);
                }
            }
            tokio::time::sleep(wait).await;
        }
    }
}

/// Passes on what is heard and said until the connection is lost.
async fn pass_on(app: &App, channel: &mut Channel) -> Result<(), Error> {
    let nodes = &app.live.nodes;
    loop {
        tokio::select! {
            heard = channel.next() => {
                hear(app, &heard?);
            }
            () = nodes.ring.notified() => {
                tokio::time::sleep(TOGETHER).await;
                while let Some(text) = nodes.next() {
                    channel.say(&text).await?;
                }
            }
        }
    }
}

/// Tells those who follow here what another process says.
fn hear(app: &App, text: &str) {
    // Another release may say something that this one does not know.
    let Ok(notes) = serde_json::from_str::<Vec<Note>>(text) else { return };
    for note in notes.into_iter().filter(|note| note.n != app.live.nodes.id) {
        if let Some(room) = app.live.room(Key::workspace(&note.w)) {
            room.hear(note.n, note.said);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use deskwire_domain::ids::{AdminId, ConversationId};
    use deskwire_store::Channel;

    use super::super::presence::{Doing, PresenceChange, Writing};
    use super::{Nodes, Note, Said, WAITING};

    fn seen(id: i64) -> Said {
        let doing = Doing::Typing { writing: Writing::Note };
        Said::Seen(PresenceChange { admin: AdminId::new(7), conversation: ConversationId::new(id), doing })
    }

    #[test]
    fn what_is_said_is_bounded_and_cut_into_texts_that_fit() {
        let nodes = Nodes::default();
        nodes.tell("w", seen(1));
        assert_eq!(nodes.next(), None, "nobody hears while there is no line");
        nodes.is_open.store(true, Ordering::Relaxed);
        let most = i64::try_from(WAITING).unwrap();
        for id in 1..=most + 5 {
            nodes.tell("workspace", seen(id));
        }
        let mut heard = Vec::new();
        while let Some(text) = nodes.next() {
            assert!(text.len() <= Channel::LONGEST, "{}", text.len());
            heard.extend(serde_json::from_str::<Vec<Note>>(&text).unwrap());
        }
        assert_eq!(heard.len(), WAITING);
        assert_eq!((heard[0].said, heard[WAITING - 1].said), (seen(6), seen(most + 5)));
    }
}
