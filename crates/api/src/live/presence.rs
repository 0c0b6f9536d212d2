//! Which conversation each teammate looks at, and who is typing: held in memory, and expiring by itself.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use deskwire_domain::ids::{AdminId, ConversationId, InboxSessionId};
use deskwire_domain::{Access, Noun, Permissions};
use serde::{Deserialize, Serialize};

/// How long viewing and typing last unless they are reported again.
const VIEWING: Duration = Duration::from_secs(30);
const TYPING: Duration = Duration::from_secs(6);
/// The shortest interval between two announcements of the same presence: clients report it every few seconds.
const REANNOUNCE: Duration = Duration::from_secs(3);

/// What a teammate is writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Writing {
    Reply,
    Note,
}

/// A conversation that exists, and its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) conversation: ConversationId,
    pub(super) is_ticket: bool,
}

impl Place {
    /// Whether these permissions allow reading this kind of conversation.
    pub(super) fn is_seen(self, sees: Permissions) -> bool {
        let noun = if self.is_ticket { Noun::Tickets } else { Noun::Conversations };
        sees.of(noun) >= Access::Read
    }
}

/// What a teammate does: in any conversation, as a client reports it, or in one that the teammate may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activity<C> {
    Idle,
    Viewing(C),
    Typing(C, Writing),
}

impl Activity<ConversationId> {
    /// The conversation.
    pub(super) fn conversation(self) -> Option<ConversationId> {
        match self {
            Self::Idle => None,
            Self::Viewing(conversation) | Self::Typing(conversation, _) => Some(conversation),
        }
    }

    /// The same in a place; nothing without one.
    pub(super) fn within(self, place: Option<Place>) -> Activity<Place> {
        match (self, place) {
            (Self::Viewing(_), Some(place)) => Activity::Viewing(place),
            (Self::Typing(_, writing), Some(place)) => Activity::Typing(place, writing),
            _ => Activity::Idle,
        }
    }
}

/// What a teammate does in a conversation, as others see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Doing {
    Viewing,
    Typing { writing: Writing },
    Left,
}

/// A change of presence, for the other teammates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PresenceChange {
    pub(super) admin: AdminId,
    pub(super) place: Place,
    pub(super) doing: Doing,
}

/// What reports the presence of a teammate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum PresenceSource {
    /// A connected client.
    Client(u64),
    /// A session, by requests.
    Session(InboxSessionId),
    /// Another process: for one of its teammates in one conversation.
    Process(u64, AdminId, ConversationId),
}

/// The maximum number of locations of a workspace that other processes report.
const MAX_REMOTE: usize = 10_000;

/// Where a teammate is, as one source reports it.
#[derive(Debug)]
struct Location {
    admin: AdminId,
    place: Place,
    until: Instant,
    typing: Option<(Writing, Instant)>,
    announced_at: Instant,
}

impl Location {
    fn doing(&self, now: Instant) -> Doing {
        match self.typing {
            Some((writing, until)) if until > now => Doing::Typing { writing },
            _ => Doing::Viewing,
        }
    }

    fn change(&self, doing: Doing) -> PresenceChange {
        PresenceChange { admin: self.admin, place: self.place, doing }
    }
}

/// The presence of a workspace's teammates: at most one location for each source, so it is bounded as those are.
#[derive(Debug, Default)]
pub(super) struct Presence(HashMap<PresenceSource, Location>);

impl Presence {
    /// Applies a report; returns the changes to announce.
    pub(super) fn report(
        &mut self,
        source: PresenceSource,
        admin: AdminId,
        activity: Activity<Place>,
        now: Instant,
    ) -> Vec<PresenceChange> {
        match activity {
            Activity::Idle => self.leave(source),
            Activity::Viewing(place) => self.view(source, admin, place, now),
            Activity::Typing(place, writing) => self.write(source, admin, place, writing, now),
        }
    }

    /// The place of a source, if it is in this conversation.
    pub(super) fn place(&self, source: PresenceSource, conversation: ConversationId) -> Option<Place> {
        self.0.get(&source).map(|location| location.place).filter(|place| place.conversation == conversation)
    }

    /// Records that conversations became tickets.
    pub(super) fn convert(&mut self, tickets: &[ConversationId]) {
        for location in self.0.values_mut().filter(|location| tickets.contains(&location.place.conversation)) {
            location.place.is_ticket = true;
        }
    }

    /// Applies a report of another process; returns the changes to announce here.
    pub(super) fn apply_remote(&mut self, process: u64, change: PresenceChange, now: Instant) -> Vec<PresenceChange> {
        let PresenceChange { admin, place, doing } = change;
        let source = PresenceSource::Process(process, admin, place.conversation);
        if self.0.len() >= MAX_REMOTE && !self.0.contains_key(&source) {
            return Vec::new();
        }
        let activity = match doing {
            Doing::Viewing => Activity::Viewing(place),
            Doing::Typing { writing } => Activity::Typing(place, writing),
            Doing::Left => Activity::Idle,
        };
        self.report(source, admin, activity, now)
    }

    fn view(&mut self, source: PresenceSource, admin: AdminId, place: Place, now: Instant) -> Vec<PresenceChange> {
        if let Some(location) =
            self.0.get_mut(&source).filter(|location| location.place.conversation == place.conversation)
        {
            location.until = now + VIEWING;
            return location.reannounce(now);
        }
        let mut changes = self.leave(source);
        let location = Location { admin, place, until: now + VIEWING, typing: None, announced_at: now };
        changes.push(location.change(Doing::Viewing));
        self.0.insert(source, location);
        changes
    }

    /// Typing in a conversation implies viewing it.
    fn write(
        &mut self,
        source: PresenceSource,
        admin: AdminId,
        place: Place,
        writing: Writing,
        now: Instant,
    ) -> Vec<PresenceChange> {
        let mut changes = self.view(source, admin, place, now);
        if let Some(location) = self.0.get_mut(&source) {
            let before = location.doing(now);
            location.typing = Some((writing, now + TYPING));
            let doing = location.doing(now);
            if doing != before {
                changes.retain(|changes| changes.doing == Doing::Left);
                changes.push(location.change(doing));
                location.announced_at = now;
            }
        }
        changes
    }

    /// Removes a source.
    pub(super) fn leave(&mut self, source: PresenceSource) -> Vec<PresenceChange> {
        let Some(location) = self.0.remove(&source) else { return Vec::new() };
        // The teammate may still be there with another client.
        let conversation = location.place.conversation;
        let others = self.0.values().any(|o| o.admin == location.admin && o.place.conversation == conversation);
        if others { Vec::new() } else { vec![location.change(Doing::Left)] }
    }

    /// Drops what was not reported again in time.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<PresenceChange> {
        let mut changes = Vec::new();
        for location in self.0.values_mut() {
            if location.typing.take_if(|(_, until)| *until <= now).is_some() && location.until > now {
                location.announced_at = now;
                changes.push(location.change(Doing::Viewing));
            }
        }
        let expired = self.0.iter().filter(|(_, location)| location.until <= now).map(|(source, _)| *source);
        let expired: Vec<PresenceSource> = expired.collect();
        changes.extend(expired.into_iter().flat_map(|source| self.leave(source)));
        changes
    }

    /// The presence of all teammates, for a new client.
    pub(super) fn all(&self, now: Instant) -> impl Iterator<Item = PresenceChange> {
        self.0.values().map(move |location| location.change(location.doing(now)))
    }
}

impl Location {
    /// Announces the same presence again, unless that was done just now.
    fn reannounce(&mut self, now: Instant) -> Vec<PresenceChange> {
        if now.duration_since(self.announced_at) < REANNOUNCE {
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

    use super::{Activity, Doing, Place, Presence, PresenceChange, PresenceSource, Writing};

    const SEVEN: PresenceSource = PresenceSource::Client(7);
    const EIGHT: PresenceSource = PresenceSource::Client(8);
    const ADA: AdminId = AdminId::new(1);
    const ONE: Place = Place { conversation: ConversationId::new(1), is_ticket: false };
    const TWO: Place = Place { conversation: ConversationId::new(2), is_ticket: false };
    const REPLY: Doing = Doing::Typing { writing: Writing::Reply };

    fn change(place: Place, doing: Doing) -> PresenceChange {
        PresenceChange { admin: ADA, place, doing }
    }

    fn after(began: Instant, seconds: u64) -> Instant {
        began + Duration::from_secs(seconds)
    }

    #[test]
    fn viewing_typing_and_leaving_are_published() {
        let (mut presence, began) = (Presence::default(), Instant::now());
        assert_eq!(presence.report(SEVEN, ADA, Activity::Viewing(ONE), began), [change(ONE, Doing::Viewing)]);
        let typing = Activity::Typing(ONE, Writing::Reply);
        assert_eq!(presence.report(SEVEN, ADA, typing, after(began, 1)), [change(ONE, REPLY)]);
        assert_eq!(presence.all(after(began, 2)).collect::<Vec<_>>(), [change(ONE, REPLY)]);
        // Another conversation: the first is left.
        let moved = presence.report(SEVEN, ADA, Activity::Typing(TWO, Writing::Reply), after(began, 3));
        assert_eq!(moved, [change(ONE, Doing::Left), change(TWO, REPLY)]);
        assert_eq!(presence.report(SEVEN, ADA, Activity::Idle, after(began, 4)), [change(TWO, Doing::Left)]);
        assert_eq!(presence.leave(SEVEN), []);
    }

    #[test]
    fn activity_expires_without_reports() {
        let (mut presence, began) = (Presence::default(), Instant::now());
        presence.report(SEVEN, ADA, Activity::Typing(ONE, Writing::Note), began);
        assert_eq!(presence.expire(after(began, 5)), []);
        assert_eq!(presence.expire(after(began, 6)), [change(ONE, Doing::Viewing)]);
        assert_eq!(presence.expire(after(began, 29)), []);
        assert_eq!(presence.expire(after(began, 30)), [change(ONE, Doing::Left)]);
        assert_eq!(presence.expire(after(began, 60)), []);
    }

    #[test]
    fn repeated_reports_are_published_at_intervals() {
        let (mut presence, began) = (Presence::default(), Instant::now());
        presence.report(SEVEN, ADA, Activity::Viewing(ONE), began);
        assert_eq!(presence.report(SEVEN, ADA, Activity::Viewing(ONE), after(began, 1)), []);
        let later = presence.report(SEVEN, ADA, Activity::Viewing(ONE), after(began, 20));
        assert_eq!(later, [change(ONE, Doing::Viewing)]);
        assert_eq!(presence.expire(after(began, 40)), []);
    }

    #[test]
    fn presence_from_other_processes_is_applied_and_expires() {
        let (mut presence, began) = (Presence::default(), Instant::now());
        assert_eq!(presence.apply_remote(1, change(ONE, REPLY), began), [change(ONE, REPLY)]);
        assert_eq!(presence.apply_remote(1, change(TWO, Doing::Viewing), began), [change(TWO, Doing::Viewing)]);
        assert_eq!(presence.all(began).count(), 2);
        presence.report(SEVEN, ADA, Activity::Viewing(ONE), began);
        assert_eq!(presence.apply_remote(1, change(ONE, Doing::Left), after(began, 1)), [], "she is still here");
        assert_eq!(presence.apply_remote(1, change(TWO, Doing::Left), after(began, 1)), [change(TWO, Doing::Left)]);
        presence.apply_remote(2, change(TWO, Doing::Viewing), after(began, 2));
        assert_eq!(presence.expire(after(began, 60)).len(), 2, "a process that died is forgotten");
    }

    #[test]
    fn a_place_is_known_until_the_source_leaves_it() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        presence.report(SEVEN, ADA, Activity::Viewing(ONE), now);
        let (one, two) = (ONE.conversation, TWO.conversation);
        assert_eq!((presence.place(SEVEN, one), presence.place(SEVEN, two)), (Some(ONE), None));
        assert_eq!(presence.place(EIGHT, one), None, "what another client may see is no answer");
        presence.convert(&[one]);
        let ticket = Place { is_ticket: true, ..ONE };
        assert_eq!(presence.place(SEVEN, one), Some(ticket));
        assert_eq!(presence.leave(SEVEN), [change(ticket, Doing::Left)]);
        assert_eq!(presence.place(SEVEN, one), None);
    }

    #[test]
    fn a_person_with_two_clients_leaves_with_the_last() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        presence.report(SEVEN, ADA, Activity::Viewing(ONE), now);
        presence.report(EIGHT, ADA, Activity::Viewing(ONE), now);
        assert_eq!(presence.leave(SEVEN), []);
        assert_eq!(presence.leave(EIGHT), [change(ONE, Doing::Left)]);
    }
}
