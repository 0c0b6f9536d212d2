//! The lists of the inbox: the built-in ones, and the views of teammates.

use deskwire_store::contact_companies;
use deskwire_store::counters::{self, Counter};
use deskwire_store::search::{Filter, Literal, Target, conversations as column};
use deskwire_store::views as store;
use serde_json::Value;

pub use deskwire_store::views::{View, ViewSort};

use super::{reads, teammate as me};
use crate::Cx;
use crate::actor::Noun;
use crate::conversations::{self, AuthorType, ConversationState};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AdminId, CompanyId, ContactId, TagId, TeamId, ViewId};
use crate::search;

/// The maximum number of views per teammate.
pub const MAX_VIEWS: usize = 50;
/// The maximum length of a view's name, in characters.
const MAX_NAME: usize = 80;
/// The maximum number of contacts of a company whose conversations are listed.
const MAX_CONTACTS: i64 = 500;
/// The maximum size of a view's query, in bytes.
const MAX_QUERY: usize = 16_384;

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Conversations assigned to the actor.
    Mine,
    /// Conversations in which the actor is mentioned.
    Mentions,
    /// Unassigned conversations.
    Unassigned,
    /// All conversations.
    All,
    /// Conversations that the actor started.
    Created,
    /// Snoozed conversations.
    Snoozed,
    /// Closed conversations.
    Closed,
    /// Tickets.
    Tickets,
    /// Conversations assigned to a team.
    Team(TeamId),
    /// Conversations assigned to a teammate.
    Teammate(AdminId),
    /// Conversations with a tag.
    Tag(TagId),
    /// Conversations of a contact.
    Contact(ContactId),
    /// Conversations of a company's contacts.
    Company(CompanyId),
    /// A view of the actor.
    Own(ViewId),
}

/// The names of the built-in lists without a parameter.
const BUILTIN: &[(&str, Which)] = &[
    ("mine", Which::Mine),
    ("mentions", Which::Mentions),
    ("unassigned", Which::Unassigned),
    ("all", Which::All),
    ("created", Which::Created),
    ("snoozed", Which::Snoozed),
    ("closed", Which::Closed),
    ("tickets", Which::Tickets),
];

impl Which {
    /// The list with this name.
    pub fn parse(name: &str) -> Option<Self> {
        if let Some((_, which)) = BUILTIN.iter().find(|(known, _)| *known == name) {
            return Some(*which);
        }
        match name.split_once(':') {
            Some(("team", id)) => TeamId::parse(id).map(Which::Team),
            Some(("teammate", id)) => AdminId::parse(id).map(Which::Teammate),
            Some(("tag", id)) => TagId::parse(id).map(Which::Tag),
            Some(("contact", id)) => ContactId::parse(id).map(Which::Contact),
            Some(("company", id)) => CompanyId::parse(id).map(Which::Company),
            Some(_) => None,
            None => ViewId::parse(name).map(Which::Own),
        }
    }

    /// Whether it is the same for all teammates with the same permissions.
    pub const fn is_shared(self) -> bool {
        matches!(
            self,
            Which::Unassigned
                | Which::All
                | Which::Snoozed
                | Which::Closed
                | Which::Tickets
                | Which::Team(_)
                | Which::Teammate(_)
                | Which::Tag(_)
        )
    }

    /// The state that the list is restricted to, whatever the request says.
    const fn state(self) -> Option<ConversationState> {
        match self {
            Which::Snoozed => Some(ConversationState::Snoozed),
            Which::Closed => Some(ConversationState::Closed),
            _ => None,
        }
    }
}

/// The filter of a list, and its default order.
pub(super) fn filter(
    cx: &mut Cx,
    which: Which,
    state: Option<ConversationState>,
) -> Result<(Filter, Option<ViewSort>)> {
    let at = Target::Column;
    let mut sort = None;
    let filter = match which {
        Which::Mine => Filter::eq(at(&column::ADMIN_ASSIGNEE_ID), me(cx)?.number()),
        Which::Unassigned => Filter::And(vec![
            Filter::eq(at(&column::ADMIN_ASSIGNEE_ID), 0_i64),
            Filter::eq(at(&column::TEAM_ASSIGNEE_ID), 0_i64),
        ]),
        Which::Mentions => {
            let ids = reads::mentions(cx)?;
            Filter::is_in(Target::Id, ids.into_iter().map(|id| Literal::Int(id.number())))
        }
        // The index by state lists those of a single state.
        Which::All | Which::Snoozed | Which::Closed => Filter::All,
        Which::Created => Filter::And(vec![
            Filter::eq(at(&column::AUTHOR_TYPE), AuthorType::Admin.as_str()),
            Filter::eq(at(&column::AUTHOR_ID), me(cx)?.number()),
        ]),
        Which::Tickets => Filter::is_set(at(&column::TICKET_TYPE_ID)),
        Which::Team(id) => Filter::eq(at(&column::TEAM_ASSIGNEE_ID), id.number()),
        Which::Teammate(id) => Filter::eq(at(&column::ADMIN_ASSIGNEE_ID), id.number()),
        Which::Tag(_) if !cx.actor().sees(Noun::Tags) => Filter::None,
        Which::Tag(id) => Filter::is_in(Target::Link(&column::TAGS), [Literal::Int(id.number())]),
        Which::Contact(_) | Which::Company(_) if !cx.actor().sees(Noun::People) => Filter::None,
        Which::Contact(id) => Filter::is_in(Target::Link(&column::CONTACTS), [Literal::Int(id.number())]),
        Which::Company(id) => {
            let (_, contacts) = contact_companies::contacts_of(cx, id, 0, MAX_CONTACTS)?;
            Filter::is_in(Target::Link(&column::CONTACTS), contacts.into_iter().map(|id| Literal::Int(id.number())))
        }
        Which::Own(id) => {
            let view = find(cx, id)?;
            sort = Some(view.sort);
            match query(&view)? {
                // The role may have changed since.
                Some(query) if conversations::names_hidden(cx.actor(), &query).is_some() => Filter::None,
                Some(query) => conversations::filter(cx, query)?,
                None => Filter::All,
            }
        }
    };
    let state = which.state().or(state).map(|state| Filter::eq(at(&column::STATE), state.as_str()));
    Ok((Filter::And([Some(filter), state].into_iter().flatten().collect()), sort))
}

/// The query of a view.
pub fn query(view: &View) -> Result<Option<Value>> {
    view.query.as_deref().map(|query| serde_json::from_str(query).map_err(Error::internal)).transpose()
}

/// A view of the actor.
fn find(cx: &mut Cx, id: ViewId) -> Result<View> {
    let me = me(cx)?;
    store::get(cx, me, id)?.ok_or_else(|| ErrorKind::ViewNotFound.into())
}

/// A view as a teammate saves it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// Its query in the search language; `None` for all conversations.
    pub query: Option<Value>,
    /// Its order.
    pub sort: ViewSort,
}

impl Draft {
    /// Validates the view and returns its name and query in stored form.
    fn check(&self, cx: &mut Cx) -> Result<(String, Option<String>)> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > MAX_NAME {
            let text = format!("The name of a view has 1 to {MAX_NAME} characters");
            return Err(Error::invalid(text).field("name"));
        }
        let Some(query) = &self.query else { return Ok((name.to_owned(), None)) };
        if let Some(hidden) = conversations::names_hidden(cx.actor(), query) {
            return Err(search::refused(hidden).field("query"));
        }
        conversations::filter(cx, query.clone())?;
        let query = query.to_string();
        if query.len() > MAX_QUERY {
            return Err(Error::invalid(format!("The query has more than {MAX_QUERY} bytes")).field("query"));
        }
        Ok((name.to_owned(), Some(query)))
    }
}

/// The views of the actor, oldest first.
pub fn all(cx: &mut Cx) -> Result<Vec<View>> {
    let me = me(cx)?;
    Ok(store::of_admin(cx, me, i64::try_from(MAX_VIEWS).unwrap_or(i64::MAX))?)
}

/// Adds a view.
pub fn create(cx: &mut Cx, draft: &Draft) -> Result<View> {
    let admin_id = me(cx)?;
    let (name, query) = draft.check(cx)?;
    // This locks the counter's row until the commit, so that the limit holds.
    let id = counters::next(cx, Counter::Setting)?;
    if all(cx)?.len() >= MAX_VIEWS {
        return Err(Error::new(ErrorKind::Unprocessable, format!("There are {MAX_VIEWS} views already")));
    }
    let now = cx.now();
    let view = View { admin_id, id, name, query, sort: draft.sort, created_at: now, updated_at: now };
    store::insert(cx, &view)?;
    Ok(view)
}

/// Changes a view of the actor.
pub fn update(cx: &mut Cx, id: ViewId, draft: &Draft) -> Result<View> {
    let me = me(cx)?;
    let before = store::lock(cx, me, id)?.ok_or(ErrorKind::ViewNotFound)?;
    let (name, query) = draft.check(cx)?;
    let after = View { name, query, sort: draft.sort, updated_at: cx.now(), ..before.clone() };
    store::update(cx, &before, &after)?;
    Ok(after)
}

/// Removes a view of the actor.
pub fn delete(cx: &mut Cx, id: ViewId) -> Result<()> {
    let me = me(cx)?;
    store::lock(cx, me, id)?.ok_or(ErrorKind::ViewNotFound)?;
    Ok(store::delete(cx, me, id)?)
}
