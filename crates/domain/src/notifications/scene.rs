//! The data that determines the recipients of an event.

use deskwire_store::conversation_parts::{AssignedType, PartType};
use deskwire_store::conversations::AuthorType;
use deskwire_store::notifications::{MailWishes, RecipientKind};
use deskwire_store::ticket_types::TicketCategory;
use std::collections::{HashMap, HashSet};

use deskwire_store::admins::{self, Admin};
use deskwire_store::contacts;
use deskwire_store::conversation_links::{self as links};
use deskwire_store::conversation_parts::{self, Part};
use deskwire_store::conversations::{self, Conversation};
use deskwire_store::{notifications, teams};

use super::rules::{About, When, Who};
use super::{Recipient, rules};
use crate::Cx;
use crate::actor::Principal;
use crate::attributes::parse;
use crate::conversations::Author;
use crate::error::Result;
use crate::events::{Event, Topic};
use crate::ids::{AdminId, ConversationId, PartId, TeamId};
use crate::{html, mail};

/// The maximum number of teammates that one part may mention.
const MAX_MENTIONS: usize = 20;

/// A conversation, the part that describes the event, and the actor.
pub(super) struct Scene {
    pub(super) topic: Topic,
    pub(super) conversation: Conversation,
    pub(super) part: Option<Part>,
    /// The actor; `None` for the system.
    pub(super) author: Option<Recipient>,
    /// The time of the event, in unix seconds.
    pub(super) at: i64,
}

impl Scene {
    /// Whether a condition holds.
    pub(super) fn holds(&self, when: When) -> bool {
        match when {
            When::Always => true,
            When::ByItself => self.author.is_none(),
            When::Spoken => self.part.as_ref().is_some_and(is_spoken),
        }
    }

    /// Whether contacts may be notified at all.
    fn is_open(&self) -> bool {
        is_visible(&self.conversation) && !self.part.as_ref().is_some_and(is_note)
    }

    /// The team that the part assigns the conversation to.
    fn given_team(&self) -> Option<TeamId> {
        let part = self.part.as_ref()?;
        part.assigned_id.filter(|_| part.assigned_type == Some(AssignedType::Team)).map(TeamId::new)
    }

    /// The body of its part, if it may contain mentions.
    fn mentioning(&self) -> Option<&str> {
        self.part.as_ref()?.body.as_deref().filter(|body| body.contains('@'))
    }

    /// The teammates that its author chose to mention.
    fn picked(&self) -> Vec<AdminId> {
        let details = self.part.as_ref().and_then(|part| part.details.as_deref());
        let Some(details) = details.filter(|details| details.contains("mentions")) else { return Vec::new() };
        let mentions = parse(details).shift_remove("mentions");
        mentions.and_then(|ids| serde_json::from_value(ids).ok()).unwrap_or_default()
    }
}

/// The objects that some events refer to, read by kind.
#[derive(Default)]
pub(super) struct Cast {
    conversations: HashMap<ConversationId, Conversation>,
    parts: HashMap<(ConversationId, PartId), Part>,
    contacts: HashMap<ConversationId, Vec<links::Participant>>,
    teammates: HashMap<ConversationId, Vec<AdminId>>,
    members: HashMap<TeamId, Vec<AdminId>>,
    admins: Vec<Admin>,
    names: HashMap<Recipient, String>,
    mailed: HashSet<Recipient>,
    /// The mail preferences of teammates.
    wishes: HashMap<AdminId, MailWishes>,
}

impl Cast {
    /// The data that determines the recipients of these events.
    pub(super) fn load(cx: &mut Cx, events: &[&Event]) -> Result<Self> {
        let mut ids: Vec<ConversationId> = events.iter().map(|event| ConversationId::new(event.object_id)).collect();
        ids.sort_unstable();
        ids.dedup();
        // Locked against deletion, because notifications and mails refer to the conversations.
        let rows = conversations::hold_many(cx, &ids)?;
        let mut parts: Vec<(ConversationId, PartId)> =
            events.iter().filter_map(|e| Some((ConversationId::new(e.object_id), e.payload.part_id()?))).collect();
        parts.sort_unstable();
        parts.dedup();
        let parts = conversation_parts::get_many(cx, &parts)?;
        let mut cast = Self {
            conversations: rows.into_iter().map(|row| (row.id, row)).collect(),
            parts: parts.into_iter().map(|part| ((part.conversation_id, part.id), part)).collect(),
            ..Self::default()
        };
        let scenes: Vec<Scene> = events.iter().filter_map(|event| cast.scene(event)).collect();
        let of = |who: Who| {
            let visible = scenes.iter().filter(move |scene| {
                rules::RULES.iter().any(|r| r.topic == scene.topic && scene.holds(r.when) && r.to.contains(&who))
            });
            visible.map(|scene| &scene.conversation)
        };
        let mut visible: Vec<ConversationId> =
            of(Who::Contacts).filter(|row| is_visible(row)).map(|row| row.id).collect();
        visible.sort_unstable();
        visible.dedup();
        let mut joined: Vec<ConversationId> =
            of(Who::Participants).filter(|row| row.teammate_count > 0).map(|row| row.id).collect();
        joined.sort_unstable();
        joined.dedup();
        let participants = links::participants(cx, &visible, &joined)?;
        (cast.contacts, cast.teammates) = (participants.contacts, participants.teammates);
        let teams = of(Who::Team).any(|row| row.team_assignee_id.0.is_some() && row.admin_assignee_id.0.is_none());
        if teams || scenes.iter().any(|scene| scene.given_team().is_some()) {
            for member in teams::all_members(cx)? {
                cast.members.entry(member.team_id).or_default().push(member.admin_id);
            }
        }
        if scenes.iter().any(|scene| scene.mentioning().is_some()) {
            cast.admins = admins::all(cx)?;
        }
        Ok(cast)
    }

    /// Reads the names of the actors, and which recipients accept mail.
    pub(super) fn meet(&mut self, cx: &mut Cx, scenes: &[Scene], recipients: &[Recipient]) -> Result<()> {
        let split = |who: &mut dyn Iterator<Item = Recipient>| {
            let (mut contacts, mut admins) = (Vec::new(), Vec::new());
            for one in who {
                match one {
                    Recipient::Contact(id) => contacts.push(id),
                    Recipient::Admin(id) => admins.push(id),
                }
            }
            contacts.sort_unstable();
            contacts.dedup();
            admins.sort_unstable();
            admins.dedup();
            (contacts, admins)
        };
        let (contact_ids, admin_ids) = split(&mut scenes.iter().filter_map(|scene| scene.author));
        for person in links::people(cx, &contact_ids, &admin_ids)? {
            let kind = if person.is_admin { RecipientKind::Admin } else { RecipientKind::Contact };
            let name = person.name.or(person.email).filter(|name| !name.trim().is_empty());
            self.names.extend(name.map(|name| (Recipient::of((kind, person.id)), name)));
        }
        let (contact_ids, admin_ids) = split(&mut recipients.iter().copied());
        let found = contacts::get_many(cx, &contact_ids)?;
        let takers = found.iter().filter(|contact| mail::suppression_reason(contact).is_none());
        self.mailed = takers.map(|contact| Recipient::Contact(contact.id)).collect();
        let mailed = notifications::mailed(cx, &admin_ids)?;
        self.wishes = mailed.into_iter().map(|wishes| (wishes.admin_id, wishes)).collect();
        Ok(())
    }

    /// The object of an event; `None` if it was deleted.
    pub(super) fn scene(&self, event: &Event) -> Option<Scene> {
        let conversation = self.conversations.get(&ConversationId::new(event.object_id))?.clone();
        let part = event.payload.part_id().and_then(|id| self.parts.get(&(conversation.id, id))).cloned();
        let author = match &part {
            Some(part) => person(part.author_type, part.author_id),
            None if event.topic.as_str().ends_with(".created") => {
                person(conversation.source_author_type, conversation.source_author_id)
            }
            None => match event.actor {
                Principal::Admin(id) => Some(Recipient::Admin(id)),
                Principal::Contact(id) => Some(Recipient::Contact(id)),
                Principal::App(_) | Principal::System => None,
            },
        };
        Some(Scene { topic: event.topic, conversation, part, author, at: event.created_at })
    }

    /// The recipients of a group.
    pub(super) fn who(&self, scene: &Scene, who: Who) -> Vec<Recipient> {
        let row = &scene.conversation;
        let admins = |ids: Option<&Vec<AdminId>>| ids.into_iter().flatten().copied().map(Recipient::Admin).collect();
        match who {
            Who::Contacts if !scene.is_open() => Vec::new(),
            Who::Contacts => {
                self.contacts.get(&row.id).into_iter().flatten().map(|c| Recipient::Contact(c.id)).collect()
            }
            Who::Assignee => row.admin_assignee_id.0.map(Recipient::Admin).into_iter().collect(),
            Who::Team if row.admin_assignee_id.0.is_some() => Vec::new(),
            Who::Team => admins(row.team_assignee_id.0.and_then(|team| self.members.get(&team))),
            Who::Participants => admins(self.teammates.get(&row.id)),
            Who::Given => match (scene.given_team(), scene.part.as_ref()) {
                (Some(team), _) => admins(self.members.get(&team)),
                (None, Some(part)) if part.assigned_type == Some(AssignedType::Admin) => {
                    part.assigned_id.map(AdminId::new).map(Recipient::Admin).into_iter().collect()
                }
                _ => Vec::new(),
            },
            Who::Mentioned => {
                let picked = scene.picked().into_iter().map(Recipient::Admin);
                picked.chain(scene.mentioning().into_iter().flat_map(|body| self.mentioned(body))).collect()
            }
        }
    }

    /// The teammates whose names or addresses follow an `@` in a text.
    fn mentioned(&self, body: &str) -> Vec<Recipient> {
        let text = html::plain(body).to_lowercase();
        let named = |name: &str| {
            let wanted = format!("@{}", name.trim().to_lowercase());
            let ends = |at: usize| text[at + wanted.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric());
            wanted.len() > 1 && text.match_indices(&wanted).any(|(at, _)| ends(at))
        };
        let found = self.admins.iter().filter(|a| named(&a.name) || named(&a.email)).take(MAX_MENTIONS);
        found.map(|a| Recipient::Admin(a.id)).collect()
    }

    /// A person's display name.
    pub(super) fn name(&self, who: Option<Recipient>) -> &str {
        match who {
            Some(who) => self.names.get(&who).map_or("Somebody", String::as_str),
            None => "Operator",
        }
    }

    /// Whether a recipient gets notifications of this kind by mail.
    pub(super) fn takes_mail(&self, who: Recipient, about: About) -> bool {
        let Recipient::Admin(id) = who else { return self.mailed.contains(&who) };
        self.wishes.get(&id).is_some_and(|wishes| match about {
            About::Assigned => wishes.assigned,
            About::Mentioned => wishes.mentioned,
            About::Replied => wishes.replied,
            About::Other => wishes.other,
        })
    }
}

const fn person(kind: AuthorType, id: i64) -> Option<Recipient> {
    match Author::of_row(kind, id) {
        Author::Admin(id) => Some(Recipient::Admin(id)),
        Author::User(id) | Author::Lead(id) => Some(Recipient::Contact(id)),
        Author::Bot => None,
    }
}

/// Whether contacts see a conversation at all: of tickets, only customer tickets shared with them.
pub(crate) fn is_visible(row: &Conversation) -> bool {
    !row.is_ticket || (row.is_shared && row.ticket_category == Some(TicketCategory::Customer))
}

/// Whether only teammates see a part.
pub(crate) fn is_note(part: &Part) -> bool {
    part.part_type.is_note()
}

/// Whether a part has a body that everyone in the conversation sees.
pub(crate) fn is_spoken(part: &Part) -> bool {
    !is_note(part) && (part.body.is_some() || part.attachments.is_some() || part.part_type == PartType::QuickReply)
}
