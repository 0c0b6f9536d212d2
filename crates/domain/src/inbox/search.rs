//! Searching conversations by their messages and their contacts, and contacts by name (ADR 56).

use std::collections::HashSet;

use deskwire_store::conversation_rows as store;
use deskwire_store::search::{
    self, CONTACTS, Filter, Literal, Order, Target, contacts as column, conversations as of, fold,
};
use deskwire_store::{contacts, conversation_parts};

use super::rows::{Row, rows};
use crate::actor::Noun;
use crate::contacts::Contact;
use crate::content::{self, Piece};
use crate::conversations::{self, ConversationState, noun};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AdminId, ContactId, ConversationId, PartId, TagId, TeamId};
use crate::{Cx, cursor, html};

/// The number of conversations per page.
const PAGE: usize = 20;
/// The maximum number of conversations that a search finds, on all pages.
const MAX_CONVERSATIONS: usize = 200;
/// The maximum number of messages examined: a long conversation has many with the same words.
const MAX_MESSAGES: usize = 5_000;
/// The number of messages per read.
const BATCH: i64 = 250;
/// The maximum number of words searched for; further ones are ignored.
const MAX_WORDS: usize = 8;
/// The maximum length of a query, in characters.
const MAX_QUERY_LENGTH: usize = 256;
/// The maximum number of contacts whose conversations are found.
const MAX_CONTACTS: usize = 20;
/// The number of contacts that are shown.
const SHOWN_CONTACTS: usize = 5;
/// The minimum length of a query that searches contacts, in characters.
const MIN_CONTACT_QUERY: usize = 2;

/// A page of results.
#[derive(Debug)]
pub struct Found {
    /// The conversations, by the newest matching message first. The first page begins with the newest ones of the
    /// contacts.
    pub hits: Vec<Hit>,
    /// The contacts, on the first page only.
    pub contacts: Vec<Contact>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// A matching conversation.
#[derive(Debug)]
pub struct Hit {
    /// Its row in lists.
    pub row: Row,
    /// The matching part; `None` for the first message.
    pub part: Option<PartId>,
    /// An excerpt around the words.
    pub excerpt: Vec<Piece>,
}

/// Which conversations are searched; by default, all.
#[derive(Debug, Clone, Default)]
pub struct Within {
    /// Those in this state.
    pub state: Option<ConversationState>,
    /// Those assigned to this teammate.
    pub admin: Option<AdminId>,
    /// Those assigned to this team.
    pub team: Option<TeamId>,
    /// Those with this tag; none for those who may not see tags.
    pub tag: Option<TagId>,
}

impl Within {
    /// The filter; `None` if all conversations are searched.
    fn filter(&self, cx: &Cx) -> Option<Filter> {
        let tagged = |id: TagId| {
            let has = Filter::is_in(Target::Link(&of::TAGS), [Literal::Int(id.number())]);
            if cx.actor().sees(Noun::Tags) { has } else { Filter::None }
        };
        let wanted: Vec<Filter> = [
            self.state.map(|state| Filter::eq(Target::Column(&of::STATE), state.as_str())),
            self.admin.map(|id| Filter::eq(Target::Column(&of::ADMIN_ASSIGNEE_ID), id.number())),
            self.team.map(|id| Filter::eq(Target::Column(&of::TEAM_ASSIGNEE_ID), id.number())),
            self.tag.map(tagged),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!wanted.is_empty()).then_some(Filter::And(wanted))
    }
}

/// A page of the conversations that have a message with all words of a text, or a contact with all of them in the name or
/// email address. Titles and subjects belong to the first message.
pub fn search(cx: &mut Cx, text: &str, within: &Within, after: Option<&str>) -> Result<Found> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_QUERY_LENGTH {
        return Err(Error::invalid(format!("q must have 1 to {MAX_QUERY_LENGTH} characters")).field("q"));
    }
    let start = match after {
        None => None,
        Some(cursor) => Some(decode(cx.workspace(), cursor).ok_or(ErrorKind::ClientError)?),
    };
    let mut words = content::significant_words(text);
    words.truncate(MAX_WORDS);
    let mut found = Found { hits: Vec::new(), contacts: Vec::new(), next: None };
    let contacts = if start.is_none() { people(cx, text)? } else { Vec::new() };
    let (newest, skipped) = start.map_or((None, 0), |(newest, skipped)| (Some(newest), skipped));
    let filter = within.filter(cx);
    let named = if skipped == 0 { by_number(cx, text)? } else { None };
    let named = match (named, &filter) {
        (Some(id), Some(filter)) => matching(cx, &[id], filter)?.into_iter().next(),
        _ => named,
    };
    let wanted = skipped + PAGE + 1;
    let places = if words.is_empty() { Vec::new() } else { find_places(cx, &words, filter.as_ref(), newest, wanted)? };
    let newest = newest.or(places.first().map(|(id, _)| *id));
    let more = places.len() > skipped + PAGE && skipped + PAGE < MAX_CONVERSATIONS;
    let places: Vec<store::Place> = places.into_iter().skip(skipped).take(PAGE).map(|(_, at)| at).collect();
    let mut others = with(cx, &contacts, filter.as_ref())?;
    others.retain(|id| places.iter().all(|at| at.0 != *id));
    let others = others.into_iter().map(|id| (id, None)).chain(places).filter(|at| Some(at.0) != named);
    let page: Vec<store::Place> = named.map(|id| (id, None)).into_iter().chain(others).collect();
    found.contacts = contacts;
    found.contacts.truncate(SHOWN_CONTACTS);
    found.hits = hits(cx, &page, &words)?;
    if let (true, Some(newest)) = (more, newest) {
        let position = format!("{newest}~{}", skipped + PAGE);
        found.next = Some(cursor::seal(cx.workspace(), &position));
    }
    Ok(found)
}

/// Decodes a cursor: the newest message of the first page, which bounds later pages, and the offset of the page.
fn decode(workspace: &str, cursor: &str) -> Option<(i64, usize)> {
    let text = cursor::open(workspace, cursor)?;
    let (newest, skipped) = text.split_once('~')?;
    Some((newest.parse().ok()?, skipped.parse().ok().filter(|skipped| *skipped < MAX_CONVERSATIONS)?))
}

/// The first `wanted` conversations with the words, each with the id and the place of its match.
fn find_places(
    cx: &mut Cx,
    words: &[String],
    filter: Option<&Filter>,
    newest: Option<i64>,
    wanted: usize,
) -> Result<Vec<(i64, store::Place)>> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    let (mut last, mut looked_at) = (newest, 0);
    while looked_at < MAX_MESSAGES {
        let ids = search::of_messages(cx, words, last, BATCH)?;
        let Some(oldest) = ids.last().copied() else { break };
        let places = store::places_of(cx, &ids)?;
        let mut places = readable(cx, places)?;
        if let Some(filter) = filter {
            let kept = matching(cx, &conversations_of(&places), filter)?;
            places.retain(|(_, at)| kept.contains(&at.0));
        }
        for (id, at) in places {
            if seen.insert(at.0) {
                found.push((id, at));
            }
        }
        looked_at += ids.len();
        if found.len() >= wanted || i64::try_from(ids.len()).unwrap_or(i64::MAX) < BATCH {
            break;
        }
        last = Some(oldest - 1);
    }
    found.truncate(wanted);
    Ok(found)
}

/// The places that the actor may read. They are filtered here, because hidden places would leave pages short.
fn readable(cx: &mut Cx, mut places: Vec<(i64, store::Place)>) -> Result<Vec<(i64, store::Place)>> {
    let actor = cx.actor();
    if !(actor.reads(Noun::Conversations) && actor.reads(Noun::Tickets)) {
        let tickets = store::tickets_among(cx, &conversations_of(&places))?;
        places.retain(|(_, at)| actor.reads(noun(tickets.contains(&at.0))));
    }
    Ok(places)
}

/// The conversations of these places, each once.
fn conversations_of(places: &[(i64, store::Place)]) -> Vec<ConversationId> {
    let mut ids: Vec<ConversationId> = places.iter().map(|(_, at)| at.0).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Those of the conversations that match the filter.
fn matching(cx: &mut Cx, ids: &[ConversationId], filter: &Filter) -> Result<HashSet<ConversationId>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let among = Filter::is_in(Target::Id, ids.iter().map(|id| Literal::Int(id.number())));
    newest(cx, vec![among, filter.clone()], ids.len())
}

/// The newest conversations that match all of the filters, at most so many.
fn newest<C: FromIterator<ConversationId>>(cx: &mut Cx, filters: Vec<Filter>, limit: usize) -> Result<C> {
    let resource = conversations::resource(cx.actor())?;
    let (found, _) = search::window(cx, resource, &Filter::And(filters), Order::NEWEST, None, limit)?;
    Ok(found.into_iter().map(ConversationId::new).collect())
}

/// The rows of the matches, with excerpts.
fn hits(cx: &mut Cx, page: &[store::Place], words: &[String]) -> Result<Vec<Hit>> {
    let ids: Vec<ConversationId> = page.iter().map(|(id, _)| *id).collect();
    let parts: Vec<(ConversationId, PartId)> = page.iter().filter_map(|(id, part)| Some((*id, (*part)?))).collect();
    let parts = conversation_parts::get_many(cx, &parts)?;
    let first: Vec<ConversationId> = page.iter().filter(|(_, part)| part.is_none()).map(|(id, _)| *id).collect();
    let mut first = store::first_messages(cx, &first)?;
    let mut hits = Vec::with_capacity(page.len());
    for row in rows(cx, &ids)? {
        let id = row.row.id;
        let part = page.iter().find(|(of, _)| *of == id).and_then(|(_, part)| *part);
        let html = match part {
            Some(part) => parts.iter().find(|p| p.id == part).and_then(|p| p.body.clone()),
            None => first.remove(&id),
        };
        let text = html.as_deref().map(html::plain).unwrap_or_default();
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let excerpt = content::passages(&line, words).into_iter().next();
        let excerpt = excerpt.unwrap_or_else(|| vec![Piece { found: false, text: row.last.excerpt.clone() }]);
        hits.push(Hit { row, part, excerpt });
    }
    Ok(hits)
}

/// The conversation or ticket with this number.
fn by_number(cx: &mut Cx, text: &str) -> Result<Option<ConversationId>> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    match digits.parse() {
        Ok(number) if digits.len() <= 16 => Ok(store::numbered(cx, number)?),
        _ => Ok(None),
    }
}

/// The contacts that have all words of the text in the name or email address, newest first.
fn people(cx: &mut Cx, text: &str) -> Result<Vec<Contact>> {
    if !cx.actor().reads(Noun::People) || text.chars().count() < MIN_CONTACT_QUERY {
        return Ok(Vec::new());
    }
    let has = |column, key: &str| Filter::contains(Target::Column(column), key);
    let key = fold(text);
    let words = key.split_whitespace().take(MAX_WORDS);
    let each: Vec<Filter> =
        words.map(|word| Filter::Or(vec![has(&column::NAME, word), has(&column::EMAIL, word)])).collect();
    if each.is_empty() {
        return Ok(Vec::new());
    }
    let (ids, _) = search::window(cx, &CONTACTS, &Filter::And(each), Order::NEWEST, None, MAX_CONTACTS)?;
    let ids: Vec<ContactId> = ids.into_iter().map(ContactId::new).collect();
    Ok(contacts::get_many(cx, &ids)?)
}

/// The newest conversations with these contacts that the filter matches, at most a page of them.
fn with(cx: &mut Cx, contacts: &[Contact], filter: Option<&Filter>) -> Result<Vec<ConversationId>> {
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    let ids = contacts.iter().map(|contact| Literal::Int(contact.id.number()));
    let mut all = vec![Filter::is_in(Target::Link(&of::CONTACTS), ids)];
    all.extend(filter.cloned());
    newest(cx, all, PAGE)
}
