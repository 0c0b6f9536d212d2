//! Updating the search index of conversations, for fields without columns.

use deskwire_store::conversation_parts::Part;
use deskwire_store::conversations::Conversation;
use deskwire_store::search::{self, Document, SearchValue, fold};
use deskwire_store::ticket_type_attributes::{self, TicketTypeAttribute};
use serde_json::Value;

use crate::Cx;
use crate::content;
use crate::conversation_attributes::search_values;
use crate::conversations::ai_agent::AiAgent;
use crate::error::Result;
use crate::html;
use crate::ids::{ConversationId, TicketTypeId};
use crate::search::ticket_fields;
use crate::search::words;
use crate::ticket_attributes;
use crate::ticket_types::{self, DESCRIPTION};

/// The maximum indexed length of a message, in characters.
const BODY: usize = 10_000;
/// The maximum indexed length of a subject, a name or an address, in characters.
const SHORT: usize = 255;

/// Indexes a changed conversation. `before` is the state that is indexed, if any. A known ticket type is not read
/// again.
pub(crate) fn put(
    cx: &mut Cx,
    before: Option<&Conversation>,
    after: &Conversation,
    ticket_type: Option<&ticket_types::Full>,
) -> Result<()> {
    let same = |before: &Conversation| {
        before.title == after.title && indexed_texts(before) == indexed_texts(after) && values(before) == values(after)
    };
    if before.is_some_and(same) {
        return Ok(());
    }
    let mut types: Vec<TicketTypeId> =
        [Some(after), before].into_iter().flatten().filter_map(|c| c.ticket_type_id).collect();
    types.dedup();
    let read;
    let known = match ticket_type {
        Some(of) if types == [of.row.id] => &of.attributes,
        _ => {
            read = ticket_type_attributes::of_types(cx, &types)?;
            &read
        }
    };
    let new = document(after, known);
    match before {
        None => search::index_object(cx, after.id.number(), &new)?,
        Some(before) => {
            search::reindex_object(cx, after.id.number(), &document(before, known), &new)?;
        }
    }
    Ok(())
}

/// Returns the indexed values of a row, without texts.
fn values(c: &Conversation) -> (bool, Option<TicketTypeId>, &str, &str, Option<&str>) {
    (c.is_ticket, c.ticket_type_id, &c.ticket_attributes, &c.custom_attributes, c.ai_agent.as_deref())
}

/// Returns the values of a ticket's attributes in the form that searches compare. Items of lists are represented by
/// their labels.
fn ticket_values(c: &Conversation, known: &[TicketTypeAttribute]) -> Vec<SearchValue> {
    if !c.is_ticket {
        return Vec::new();
    }
    let stored = ticket_attributes::parse(&c.ticket_attributes);
    let mut found = Vec::new();
    for attribute in known.iter().filter(|a| Some(a.ticket_type_id) == c.ticket_type_id) {
        let Some(value) = stored.get(&attribute.id.to_string()) else { continue };
        match ticket_attributes::label(attribute, value) {
            Value::String(text) => {
                let standard = match attribute.name.as_str() {
                    ticket_types::TITLE => Some(ticket_fields::TITLE),
                    DESCRIPTION => Some(ticket_fields::DESCRIPTION),
                    _ => None,
                };
                found.extend(standard.map(|field| SearchValue::text(field, &text)));
                found.push(SearchValue::text(attribute.id.number(), &text));
            }
            Value::Bool(truth) => found.push(SearchValue::number(attribute.id.number(), f64::from(u8::from(truth)))),
            Value::Number(number) => {
                found.extend(number.as_f64().map(|number| SearchValue::number(attribute.id.number(), number)));
            }
            _ => {}
        }
    }
    found
}

/// Removes a conversation from the search index.
pub(crate) fn drop(cx: &mut Cx, id: ConversationId) -> Result<()> {
    Ok(search::unindex_object(cx, id.number())?)
}

/// Returns the indexed texts of a row, with their field prefixes.
fn indexed_texts(c: &Conversation) -> [(char, Option<&String>); 4] {
    [
        ('b', c.body_key.as_ref()),
        ('s', c.subject_key.as_ref()),
        ('a', c.author_name_key.as_ref()),
        ('u', c.author_email_key.as_ref()),
    ]
}

fn document(c: &Conversation, known: &[TicketTypeAttribute]) -> Document {
    let texts = indexed_texts(c).into_iter().filter_map(|(letter, text)| Some((letter, text?.clone())));
    let mut values = search_values(&c.custom_attributes);
    values.extend(ticket_values(c, known));
    values.extend(AiAgent::of(c).iter().flat_map(AiAgent::search_values));
    Document { texts: texts.collect(), words: first_words(c, known), values }
}

/// Returns the words by which searches find a conversation as a whole: those of its title, its subject and its first
/// message and, for a ticket, of its description.
fn first_words(c: &Conversation, known: &[TicketTypeAttribute]) -> Vec<String> {
    let mut text = c.title.clone().unwrap_or_default();
    let body = c.source_body.as_deref().filter(|_| !c.source_redacted);
    for html in [c.source_subject.as_deref(), body].into_iter().flatten() {
        text.push(' ');
        text.push_str(&html::plain(html));
    }
    if c.is_ticket {
        let stored = ticket_attributes::parse(&c.ticket_attributes);
        let mut described =
            known.iter().filter(|a| Some(a.ticket_type_id) == c.ticket_type_id && a.name == DESCRIPTION);
        let value = described.next().and_then(|a| stored.get(&a.id.to_string())).and_then(Value::as_str);
        text.push(' ');
        text.push_str(value.unwrap_or_default());
    }
    message_words(&text)
}

/// Returns the distinct words by which searches find a text.
fn message_words(text: &str) -> Vec<String> {
    let mut keys: Vec<String> =
        content::words(cut(text, BODY)).into_iter().filter(|word| !word.is_stop_word).map(|word| word.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Indexes the words of a new part.
pub(crate) fn put_part(cx: &mut Cx, part: &Part) -> Result<()> {
    let Some(body) = &part.body else { return Ok(()) };
    Ok(search::index_words(cx, part.id.number(), &message_words(&html::plain(body)))?)
}

/// Reindexes a part, whether or not it is indexed.
pub(crate) fn put_part_again(cx: &mut Cx, part: &Part) -> Result<()> {
    search::forget_grams(cx, part.id.number())?;
    if part.redacted { Ok(()) } else { put_part(cx, part) }
}

/// Reindexes the texts of conversations, whether or not they are indexed.
pub(crate) fn put_again(cx: &mut Cx, rows: &[Conversation]) -> Result<()> {
    let mut types: Vec<TicketTypeId> = rows.iter().filter_map(|row| row.ticket_type_id).collect();
    types.sort_unstable();
    types.dedup();
    let known = ticket_type_attributes::of_types(cx, &types)?;
    rows.iter().try_for_each(|row| Ok(search::index_again(cx, row.id.number(), &document(row, &known))?))
}

/// Sets the columns of a row that hold folded texts for searches.
pub(crate) fn keys(row: &mut Conversation, author: Option<(Option<&str>, Option<&str>)>) {
    let filled = |text: String| (!text.is_empty()).then_some(text);
    let plain = |html: &Option<String>| html.as_deref().map(html::plain);
    row.body_key = plain(&row.source_body).and_then(|text| filled(words::stored(cut(&text, BODY))));
    row.subject_key = plain(&row.source_subject).and_then(|text| filled(fold(cut(&text, SHORT))));
    if let Some((name, email)) = author {
        row.author_name_key = name.and_then(|name| filled(fold(cut(name, SHORT))));
        row.author_email_key = email.and_then(|email| filled(fold(cut(email, SHORT))));
    }
}

fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(at, _)| &text[..at])
}
