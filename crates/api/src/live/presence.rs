//! Who looks at which conversation, and who is writing: in memory alone, and gone by itself.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use deskwire_domain::ids::{AdminId, ConversationId, InboxSessionId};
use serde::{Deserialize, Serialize};

/// How long looking counts without being said again, and writing.
const VIEWING: Duration = Duration::from_secs(30);
const TYPING: Duration = Duration::from_secs(6);
/// How soon the same is told again to all: a client says so every few seconds.
const AGAIN: Duration = Duration::from_secs(3);

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Writing {
    Reply,
    Note,
}

/// What a teammate says of where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    Nothing,
    Viewing(ConversationId),
    Typing(ConversationId, Writing),
}

/// What a teammate does in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Doing {
    Viewing,
    Typing { writing: Writing },
    Left,
}

/// What all are told of a teammate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PresenceChange {
    pub(super) admin: AdminId,
    pub(super) conversation: ConversationId,
    pub(super) doing: Doing,
}

/// What says where a teammate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    /// A client with a line of its own.
    Client(u64),
    /// A session, by requests.
    Session(InboxSessionId),
    /// Another process, of one of its teammates in one conversation.
    Process(u64, AdminId, ConversationId),
}

/// The most places of a workspace that other processes tell of.
const ELSEWHERE: usize = 10_000;

/// Where a client is.
#[derive(Debug)]
struct Place {
    admin: AdminId,
    conversation: ConversationId,
    until: Instant,
    typing: Option<(Writing, Instant)>,
    announced_at: Instant,
}

impl Place {
    fn doing(&self, now: Instant) -> Doing {
        match self.typing {
            Some((writing, until)) if until > now => Doing::Typing { writing },
            _ => Doing::Viewing,
        }
    }

    fn change(&self, doing: Doing) -> PresenceChange {
        PresenceChange { admin: self.admin, conversation: self.conversation, doing }
    }
}

/// The places of a workspace's clients: at most one each, so it is bounded as they are.
#[derive(Debug, Default)]
pub(super) struct Presence(HashMap<Whose, Place>);

impl Presence {
    /// A teammate says where they are; what others are to be told.
    pub(super) fn note(&mut self, client: Whose, admin: AdminId, seen: Seen, now: Instant) -> Vec<PresenceChange> {
        match seen {
            Seen::Nothing => self.leave(client),
            Seen::Viewing(conversation) => self.see(client, admin, conversation, now),
            Seen::Typing(conversation, writing) => self.write(client, admin, conversation, writing, now),
        }
    }

    /// Another process tells of one of its teammates; what those here are to be told.
    pub(super) fn hear(&mut self, process: u64, change: PresenceChange, now: Instant) -> Vec<PresenceChange> {
        let PresenceChange { admin, conversation, doing } = change;
        let whose = Whose::Process(process, admin, conversation);
        if self.0.len() >= ELSEWHERE && !self.0.contains_key(&whose) {
            return Vec::new();
        }
        let seen = match doing {
            Doing::Viewing => Seen::Viewing(conversation),
            Doing::Typing { writing } => Seen::Typing(conversation, writing),
            Doing::Left => Seen::Nothing,
        };
        self.note(whose, admin, seen, now)
    }

    fn see(
        &mut self,
        client: Whose,
        admin: AdminId,
        conversation: ConversationId,
        now: Instant,
    ) -> Vec<PresenceChange> {
        if let Some(place) = self.0.get_mut(&client).filter(|place| place.conversation == conversation) {
            place.until = now + VIEWING;
            return place.again(now);
        }
        let mut changes = self.leave(client);
        let place = Place { admin, conversation, until: now + VIEWING, typing: None, announced_at: now };
        changes.push(place.change(Doing::Viewing));
        self.0.insert(client, place);
        changes
    }

    /// Who writes in a conversation thereby looks at it.
    fn write(
        &mut self,
        client: Whose,
        admin: AdminId,
        conversation: ConversationId,
        writing: Writing,
        now: Instant,
    ) -> Vec<PresenceChange> {
        let mut changes = self.see(client, admin, conversation, now);
        if let Some(place) = self.0.get_mut(&client) {
            let before = place.doing(now);
            place.typing = Some((writing, now + TYPING));
            let doing = place.doing(now);
            if doing != before {
                changes.retain(|changes| changes.doing == Doing::Left);
                changes.push(place.change(doing));
                place.announced_at = now;
            }
        }
        changes
    }

    /// A client is gone.
    pub(super) fn leave(&mut self, client: Whose) -> Vec<PresenceChange> {
        let Some(place) = self.0.remove(&client) else { return Vec::new() };
        // The same person may still be there with another client.
        let others = self.0.values().any(|o| o.admin == place.admin && o.conversation == place.conversation);
        if others { Vec::new() } else { vec![place.change(Doing::Left)] }
    }

    /// Drops what was not said again in time.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<PresenceChange> {
        let mut changes = Vec::new();
        for place in self.0.values_mut() {
            if place.typing.take_if(|(_, until)| *until <= now).is_some() && place.until > now {
                place.announced_at = now;
                changes.push(place.change(Doing::Viewing));
            }
        }
        let over: Vec<Whose> = self.0.iter().filter(|(_, p)| p.until <= now).map(|(client, _)| *client).collect();
        changes.extend(over.into_iter().flat_map(|client| self.leave(client)));
        changes
    }

    /// All that a new client is told.
    pub(super) fn all(&self, now: Instant) -> impl Iterator<Item = PresenceChange> {
        self.0.values().map(move |place| place.change(place.doing(now)))
    }
}

impl Place {
    /// The same again, unless it was just told.
    fn again(&mut self, now: Instant) -> Vec<PresenceChange> {
        if now.duration_since(self.announced_at) < AGAIN {
            return Vec::new();
        }
        self.announced_at = now;
        vec![self.change(self.doing(now))]
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use deskwire_domain::ids::{AdminId, ConversationId};

    use super::{Doing, Presence, PresenceChange, Seen, Whose, Writing};

    const SEVEN: Whose = Whose::Client(7);
    const EIGHT: Whose = Whose::Client(8);
    const ADA: AdminId = AdminId::new(1);
    const ONE: ConversationId = ConversationId::new(1);
    const TWO: ConversationId = ConversationId::new(2);
    const REPLY: Doing = Doing::Typing { writing: Writing::Reply };

    fn change(conversation: ConversationId, doing: Doing) -> PresenceChange {
        PresenceChange { admin: ADA, conversation, doing }
    }

    fn after(began: Instant, seconds: u64) -> Instant {
        began + Duration::from_secs(seconds)
    }

    #[test]
    fn looking_writing_and_leaving_are_told() {
        let (mut presence, began) = (Presence::default(), Instant::now());
        assert_eq!(presence.note(SEVEN, ADA, Seen::Viewing(ONE), began), [change(ONE, Doing::Viewing)]);
        assert_eq!(presence.note(SEVEN, ADA, Seen::Typing(ONE, Writing::Reply), after(began, 1)), [change(ONE, REPLY)]);
        assert_eq!(presence.all(after(began, 2)).collect::<Vec<_>>(), [change(ONE, REPLY)]);
        // Another conversation: the first is left.
        let moved = presence.note(SEVEN, ADA, Seen::Typing(TWO, Writing::Reply), after(began, 3));
        assert_eq!(moved, [change(ONE, Doing::Left), change(TWO, REPLY)]);
        assert_eq!(presence.note(SEVEN, ADA, Seen::Nothing, after(began, 4)), [change(TWO, Doing::Left)]);
        assert_eq!(presence.leave(SEVEN), []);
    }

    #[test]
    fn it_passes_by_itself() {
        let (mut presence, began) = (Presence::default(), Instant::now());
        presence.note(SEVEN, ADA, Seen::Typing(ONE, Writing::Note), began);
        assert_eq!(presence.expire(after(began, 5)), []);
        assert_eq!(presence.expire(after(began, 6)), [change(ONE, Doing::Viewing)]);
        assert_eq!(presence.expire(after(began, 29)), []);
        assert_eq!(presence.expire(after(began, 30)), [change(ONE, Doing::Left)]);
        assert_eq!(presence.expire(after(began, 60)), []);
    }

    #[test]
    fn saying_the_same_again_is_told_now_and_then() {
        let (mut presence, began) = (Presence::default(), Instant::now());
        presence.note(SEVEN, ADA, Seen::Viewing(ONE), began);
        assert_eq!(presence.note(SEVEN, ADA, Seen::Viewing(ONE), after(began, 1)), []);
        assert_eq!(presence.note(SEVEN, ADA, Seen::Viewing(ONE), after(began, 20)), [change(ONE, Doing::Viewing)]);
        assert_eq!(presence.expire(after(began, 40)), []);
    }

    #[test]
    fn what_other_processes_tell_is_known_here_and_passes_as_well() {
        let (mut presence, began) = (Presence::default(), Instant::now());
        assert_eq!(presence.hear(1, change(ONE, REPLY), began), [change(ONE, REPLY)]);
        assert_eq!(presence.hear(1, change(TWO, Doing::Viewing), began), [change(TWO, Doing::Viewing)]);
        assert_eq!(presence.all(began).count(), 2);
        presence.note(SEVEN, ADA, Seen::Viewing(ONE), began);
        assert_eq!(presence.hear(1, change(ONE, Doing::Left), after(began, 1)), [], "she is still here");
        assert_eq!(presence.hear(1, change(TWO, Doing::Left), after(began, 1)), [change(TWO, Doing::Left)]);
        presence.hear(2, change(TWO, Doing::Viewing), after(began, 2));
        assert_eq!(presence.expire(after(began, 60)).len(), 2, "a process that died is forgotten");
    }

    #[test]
    fn a_person_with_two_clients_leaves_with_the_last() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        presence.note(SEVEN, ADA, Seen::Viewing(ONE), now);
        presence.note(EIGHT, ADA, Seen::Viewing(ONE), now);
        assert_eq!(presence.leave(SEVEN), []);
        assert_eq!(presence.leave(EIGHT), [change(ONE, Doing::Left)]);
    }
}
