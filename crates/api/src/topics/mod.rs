//! The table of topics: the scopes and the version that each requires, and its item.
//!
//! Webhooks and the event stream use this table. It includes topics that this server never emits, so that existing
//! lists of topics are accepted.

mod items;

use std::borrow::Cow;
use std::sync::LazyLock;

use deskwire_domain::error::{Error, Result};
use deskwire_domain::events::{self, Event, Payload, TagRef, Tagged};
use deskwire_domain::ids::ConversationId;
use deskwire_domain::{Access, Cx, Noun, Permissions, conversations};

use self::items::Loaded;

use crate::auth::Scope::{
    self, ReadActivityLogs, ReadAdmins, ReadArticles, ReadAudiences, ReadContent, ReadContentSnippets,
    ReadConversations, ReadDataConnectors, ReadEvents, ReadJobs, ReadSingleUserAndCompany, ReadTickets, ReadUsers,
};
use crate::auth::Scopes;
use crate::versions::Version::{self, Unstable, V2_7, V2_14, V2_15, V2_16};
use crate::versions::{is_described, render};

/// A topic.
#[derive(Debug, Clone, Copy)]
pub struct Topic {
    /// The name.
    pub name: &'static str,
    /// One of these scopes is required.
    pub scopes: &'static [Scope],
    /// The first version that has it.
    pub since: Version,
    item: Item,
}

/// The item of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Contact,
    Tagged,
    Merged,
    ContactDeleted,
    Subscription,
    Note,
    Company,
    CompanyDeleted,
    Membership,
    Admin,
    AdminRemoved,
    ActivityLog,
    DataEvent,
    Job,
    Conversation,
    ConversationDeleted,
    Part,
    Ticket,
    TicketClosed,
    TicketDeleted,
    Article,
    ImportSource,
    Snippet,
    Audience,
    AudienceMember,
    Execution,
    BannerStat,
    Call,
    HitlRequest,
    /// The event never happens on this server.
    Never,
}

const fn topic(name: &'static str, scopes: &'static [Scope], since: Version, item: Item) -> Topic {
    Topic { name, scopes, since, item }
}

/// All topics.
#[rustfmt::skip]
const TOPICS: &[Topic] = &[
    topic("contact.user.created",                  &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Contact),
    topic("contact.user.updated",                  &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Contact),
    topic("contact.user.tag.created",              &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Tagged),
    topic("contact.user.tag.deleted",              &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Tagged),
    topic("contact.lead.created",                  &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Contact),
    topic("contact.lead.updated",                  &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Contact),
    topic("contact.lead.added_email",              &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Contact),
    topic("contact.lead.signed_up",                &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Contact),
    topic("contact.lead.tag.created",              &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Tagged),
    topic("contact.lead.tag.deleted",              &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Tagged),
    topic("contact.archived",                      &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Contact),
    topic("contact.unarchive",                     &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Contact),
    topic("contact.deleted",                       &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::ContactDeleted),
    topic("contact.email.updated",                 &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Contact),
    topic("contact.merged",                        &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Merged),
    topic("contact.subscribed",                    &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Subscription),
    topic("contact.unsubscribed",                  &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Subscription),
    topic("granular.subscribe",                    &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Subscription),
    topic("granular.unsubscribe",                  &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Subscription),
    // Topics that Intercom does not have.
    topic("contact.blocked",                       &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Contact),
    // The scope to read a single contact is not enough for notes.
    topic("contact.note.created",                  &[ReadUsers],                           V2_7,     Item::Note),
    topic("visitor.signed_up",                     &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Contact),
    topic("company.created",                       &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Company),
    topic("company.updated",                       &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Company),
    topic("company.deleted",                       &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::CompanyDeleted),
    topic("company.contact.attached",              &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Membership),
    topic("company.contact.detached",              &[ReadUsers, ReadSingleUserAndCompany], V2_7,     Item::Membership),
    topic("event.created",                         &[ReadEvents],                          V2_7,     Item::DataEvent),
    topic("job.completed",                         &[ReadJobs],                            V2_14,    Item::Job),
    topic("admin.added_to_workspace",              &[ReadAdmins],                          V2_7,     Item::Admin),
    topic("admin.removed_from_workspace",          &[ReadAdmins],                          V2_7,     Item::AdminRemoved),
    topic("admin.away_mode_updated",               &[ReadAdmins],                          V2_7,     Item::Admin),
    topic("admin.logged_in",                       &[ReadAdmins],                          V2_7,     Item::Admin),
    topic("admin.logged_out",                      &[ReadAdmins],                          V2_7,     Item::Admin),
    topic("admin.activity_log_event.created",      &[ReadAdmins],                          V2_7,     Item::ActivityLog),
    topic("api.request.completed",                 &[ReadActivityLogs],                    V2_15,    Item::Never),
    topic("conversation.user.created",             &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.user.replied",             &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.admin.single.created",     &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.admin.replied",            &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.admin.replied.translated", &[ReadConversations],                   V2_16,    Item::Never),
    topic("conversation.admin.noted",              &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.admin.assigned",           &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.admin.open.assigned",      &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.admin.opened",             &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.admin.closed",             &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.admin.snoozed",            &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.admin.unsnoozed",          &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.operator.replied",         &[ReadConversations],                   V2_14,    Item::Conversation),
    topic("conversation.deleted",                  &[ReadConversations],                   V2_7,     Item::ConversationDeleted),
    topic("conversation.priority.updated",         &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.rating.added",             &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.contact.attached",         &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.contact.detached",         &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation.company.updated",          &[ReadConversations],                   V2_15,    Item::Conversation),
    // Intercom lists no scope for this topic; its item requires one.
    topic("conversation.read",                     &[ReadConversations],                   V2_7,     Item::Conversation),
    // Our addition.
    topic("conversation.updated",                  &[ReadConversations],                   V2_7,     Item::Conversation),
    topic("conversation_part.redacted",            &[ReadConversations],                   V2_7,     Item::Part),
    topic("conversation_part.tag.created",         &[ReadConversations],                   V2_7,     Item::Part),
    topic("call.started",                          &[ReadConversations],                   V2_7,     Item::Call),
    topic("call.ended",                            &[ReadConversations],                   V2_7,     Item::Call),
    topic("call.transcription_available",          &[ReadConversations],                   V2_7,     Item::Call),
    topic("call.recording_available",              &[ReadConversations],                   V2_7,     Item::Call),
    topic("procedure.hitl_notification.created",   &[ReadConversations],                   Unstable, Item::HitlRequest),
    topic("ticket.created",                        &[ReadTickets],                         V2_7,     Item::Ticket),
    topic("ticket.state.updated",                  &[ReadTickets],                         V2_7,     Item::Ticket),
    topic("ticket.note.created",                   &[ReadTickets],                         V2_7,     Item::Ticket),
    topic("ticket.admin.assigned",                 &[ReadTickets],                         V2_7,     Item::Ticket),
    topic("ticket.team.assigned",                  &[ReadTickets],                         V2_7,     Item::Ticket),
    topic("ticket.contact.attached",               &[ReadTickets],                         V2_7,     Item::Ticket),
    topic("ticket.contact.detached",               &[ReadTickets],                         V2_7,     Item::Ticket),
    topic("ticket.attribute.updated",              &[ReadTickets],                         V2_7,     Item::Ticket),
    topic("ticket.admin.replied",                  &[ReadTickets],                         V2_7,     Item::Ticket),
    topic("ticket.admin.replied.translated",       &[ReadTickets],                         V2_16,    Item::Never),
    topic("ticket.contact.replied",                &[ReadTickets],                         V2_7,     Item::Ticket),
    topic("ticket.closed",                         &[ReadTickets],                         V2_7,     Item::TicketClosed),
    topic("ticket.rating.provided",                &[ReadTickets],                         V2_7,     Item::Ticket),
    topic("ticket.resolved",                       &[ReadTickets],                         V2_15,    Item::Ticket),
    // Our addition.
    topic("ticket.deleted",                        &[ReadTickets],                         V2_7,     Item::TicketDeleted),
    topic("article.created",                       &[ReadArticles],                        V2_7,     Item::Article),
    topic("article.updated",                       &[ReadArticles],                        V2_7,     Item::Article),
    topic("article.published",                     &[ReadArticles],                        V2_7,     Item::Article),
    topic("article.unpublished",                   &[ReadArticles],                        V2_7,     Item::Article),
    topic("article.deleted",                       &[ReadArticles],                        V2_7,     Item::Article),
    topic("audience.created",                      &[ReadAudiences],                       Unstable, Item::Audience),
    topic("audience.updated",                      &[ReadAudiences],                       Unstable, Item::Audience),
    topic("audience.deleted",                      &[ReadAudiences],                       Unstable, Item::Audience),
    topic("audience.member_added",                 &[ReadAudiences],                       Unstable, Item::AudienceMember),
    topic("audience.member_removed",               &[ReadAudiences],                       Unstable, Item::AudienceMember),
    topic("content_import_source.created",         &[ReadContent],                         Unstable, Item::ImportSource),
    topic("content_import_source.updated",         &[ReadContent],                         Unstable, Item::ImportSource),
    topic("content_import_source.deleted",         &[ReadContent],                         Unstable, Item::ImportSource),
    topic("content_snippet.created",               &[ReadContentSnippets],                 V2_7,     Item::Snippet),
    topic("content_snippet.updated",               &[ReadContentSnippets],                 V2_7,     Item::Snippet),
    topic("content_snippet.deleted",               &[ReadContentSnippets],                 V2_7,     Item::Snippet),
    topic("content_stat.banner",                   &[ReadContent],                         V2_7,     Item::BannerStat),
    topic("content_stat.carousel",                 &[ReadContent],                         V2_7,     Item::Never),
    topic("content_stat.chat",                     &[ReadContent],                         V2_7,     Item::Never),
    topic("content_stat.checklist",                &[ReadContent],                         V2_7,     Item::Never),
    topic("content_stat.custom_bot",               &[ReadContent],                         V2_7,     Item::Never),
    topic("content_stat.email",                    &[ReadContent],                         V2_7,     Item::Never),
    topic("content_stat.news_item",                &[ReadContent],                         V2_7,     Item::Never),
    topic("content_stat.post",                     &[ReadContent],                         V2_7,     Item::Never),
    topic("content_stat.push",                     &[ReadContent],                         V2_7,     Item::Never),
    topic("content_stat.series",                   &[ReadContent],                         V2_7,     Item::Never),
    topic("content_stat.series.webhook",           &[ReadContent],                         V2_7,     Item::Never),
    topic("content_stat.sms",                      &[ReadContent],                         V2_7,     Item::Never),
    topic("content_stat.survey",                   &[ReadContent],                         V2_7,     Item::Never),
    topic("content_stat.tooltip_group",            &[ReadContent],                         V2_7,     Item::Never),
    topic("content_stat.tour",                     &[ReadContent],                         V2_7,     Item::Never),
    topic("data_connector.execution.completed",    &[ReadDataConnectors],                  V2_7,     Item::Execution),
];

impl Topic {
    /// Whether this server ever emits it.
    pub fn is_emitted(&self) -> bool {
        self.item != Item::Never
    }

    /// All of them.
    pub const ALL: &'static [Topic] = TOPICS;

    /// The topic of this name.
    pub fn named(name: &str) -> Option<&'static Topic> {
        TOPICS.iter().find(|t| t.name == name)
    }

    /// The topic of an event.
    pub fn of(topic: events::Topic) -> Option<&'static Topic> {
        static ROWS: LazyLock<Vec<Option<&Topic>>> =
            LazyLock::new(|| events::Topic::ALL.iter().map(|topic| Topic::named(topic.as_str())).collect());
        ROWS.get(topic as usize).copied().flatten()
    }

    /// Whether a version has the topic, and its description covers this event.
    pub fn is_in(&self, version: Version, event: &Event) -> bool {
        let describes = match &event.payload {
            Payload::Logged(logged) => is_described(version, &logged.activity_type),
            _ => true,
        };
        self.since <= version && describes
    }

    /// Whether these scopes allow the topic.
    pub fn is_open_to(&self, scopes: Scopes) -> bool {
        scopes.has_any(self.scopes)
    }

    /// Whether these scopes permit following all events of the topic. With only the scope to read single people, a
    /// follower would learn all ids.
    pub fn is_followed_by(&self, scopes: Scopes) -> bool {
        self.scopes.iter().any(|scope| *scope != ReadSingleUserAndCompany && scopes.has(*scope))
    }

    /// The payload of an event of this topic as JSON, for these scopes. Without the scope to read tags, it has only the
    /// ids of tags.
    pub fn payload<'e>(&self, event: &'e Event, scopes: Scopes) -> Result<Cow<'e, str>> {
        match &event.payload {
            Payload::Tagged(tagged) if scopes.permissions().of(Noun::Tags) < Access::Read => {
                let unnamed = Tagged { tag: TagRef { name: None, ..tagged.tag } };
                serde_json::to_string(&unnamed).map(Cow::Owned).map_err(Error::internal)
            }
            _ => Ok(Cow::Borrowed(&event.json)),
        }
    }

    /// Whether these scopes permit an event of a permitted topic: a ticket is also a conversation, and not visible
    /// without the scope to read tickets.
    pub fn concerns(&self, cx: &mut Cx, event: &Event, scopes: Scopes) -> Result<bool> {
        if !matches!(self.item, Item::Conversation | Item::Part | Item::HitlRequest) || scopes.has(ReadTickets) {
            return Ok(true);
        }
        Ok(!conversations::is_ticket(cx, ConversationId::new(event.object_id))?)
    }

    /// The type and id of the object of an event of this topic.
    pub fn object(&self, event: &Event) -> (&'static str, String) {
        items::object(self.item, event)
    }
}

/// The items of an event: its object is loaded once for each set of permissions, and rendered once for each version.
#[derive(Debug)]
pub struct Items<'e> {
    topic: &'static Topic,
    event: &'e Event,
    /// Whether it is visible without the scope to read tickets.
    concerns_all: Option<bool>,
    loaded: Vec<(Permissions, Loaded)>,
    rendered: Vec<((Permissions, Version), String)>,
}

impl<'e> Items<'e> {
    /// The items of an event of this topic.
    pub fn new(topic: &'static Topic, event: &'e Event) -> Self {
        Self { topic, event, concerns_all: None, loaded: Vec::new(), rendered: Vec::new() }
    }

    /// The item as JSON; `None` if the event is about a ticket that the scopes do not permit.
    pub fn get(&mut self, cx: &mut Cx, rendering: Rendering<'_>) -> Result<Option<&str>> {
        if !rendering.scopes.has(ReadTickets) {
            let concerns = match self.concerns_all {
                Some(known) => known,
                None => self.topic.concerns(cx, self.event, rendering.scopes)?,
            };
            self.concerns_all = Some(concerns);
            if !concerns {
                return Ok(None);
            }
        }
        let permissions = rendering.scopes.permissions();
        let key = (permissions, rendering.version);
        if !self.rendered.iter().any(|(of, _)| *of == key) {
            let event = self.event;
            let item = self.load(cx, permissions, rendering.origin)?.item(event, cx.workspace(), rendering)?;
            let text = render(rendering.version, "webhook", &item).map_err(Error::internal)?;
            let text = String::from_utf8(text).map_err(Error::internal)?;
            self.rendered.push((key, text));
        }
        Ok(self.rendered.iter().find(|(of, _)| *of == key).map(|(_, text)| text.as_str()))
    }

    /// Loads the object of the event as these permissions may see it.
    fn load(&mut self, cx: &mut Cx, permissions: Permissions, origin: &str) -> Result<&Loaded> {
        if !self.loaded.iter().any(|(of, _)| *of == permissions) {
            let listener = cx.actor().clone().with(permissions);
            let loaded = items::load(&mut cx.acting_as(&listener), self.topic.item, self.event, origin)?;
            self.loaded.push((permissions, loaded));
        }
        let found = self.loaded.iter().find(|(of, _)| *of == permissions);
        found.map(|(_, loaded)| loaded).ok_or_else(|| Error::internal("an event's object was not loaded"))
    }
}

/// How an item is rendered.
#[derive(Debug, Clone, Copy)]
pub struct Rendering<'a> {
    /// The version.
    pub version: Version,
    /// The scopes of the recipient.
    pub scopes: Scopes,
    /// The URL by which clients reach this server, for the URLs of files.
    pub origin: &'a str,
}

/// The topics of a subscription that its app does not receive, each with the reason, including those that are never
/// emitted.
pub fn unheard(topics: &str, scopes: &str, api_version: Option<&str>) -> Vec<String> {
    let scopes = Scopes::parse_known(scopes);
    let version = api_version.and_then(Version::parse).unwrap_or(Version::DEFAULT);
    let why = |topic: &Topic| {
        let name = topic.name;
        if !topic.is_emitted() {
            return Some(format!("{name} is not sent: this server does not have the feature that it is about"));
        }
        if version < topic.since {
            let (since, version) = (topic.since.as_str(), version.as_str());
            return Some(format!("{name} is not sent: it needs API version {since}, and the app has {version}"));
        }
        let wanted: Vec<&str> = topic.scopes.iter().map(|scope| scope.as_str()).collect();
        let lacks = || format!("{name} is not sent: the app lacks the scope {}", wanted.join(" or "));
        (!topic.is_open_to(scopes)).then(lacks)
    };
    topics.split(' ').filter_map(Topic::named).filter_map(why).collect()
}

/// The first of these names that is not a topic.
pub fn unknown<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names.find(|name| Topic::named(name).is_none())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use deskwire_domain::events;

    use super::{Item, Topic};

    #[test]
    fn each_domain_topic_is_listed_once() {
        for happens in events::Topic::ALL {
            let topic = Topic::named(happens.as_str()).unwrap_or_else(|| panic!("no topic {}", happens.as_str()));
            assert_ne!(topic.item, Item::Never, "{}", topic.name);
        }
        let names: HashSet<_> = Topic::ALL.iter().map(|t| t.name).collect();
        assert_eq!(names.len(), Topic::ALL.len());
    }
}
