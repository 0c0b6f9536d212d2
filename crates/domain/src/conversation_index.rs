//! Keeping the search index in step with conversations: what has no column of its own there.

use deskwire_store::Tx;
use deskwire_store::conversations::Conversation;
use deskwire_store::search::{self, Document, fold};

use crate::actor::Actor;
use crate::conversation_attributes::search_values;
use crate::error::Result;
use crate::html;
use crate::search::words;

/// How many letters of a first message can be found.
const BODY: usize = 10_000;
/// How many letters of a subject, a name or an address.
const SHORT: usize = 255;

/// Makes a conversation's change known to searches; `before` is what they know of it, if anything.
pub(crate) fn put(tx: &mut Tx<'_>, actor: &Actor, before: Option<&Conversation>, after: &Conversation) -> Result<()> {
    match before {
        None => search::index_object(tx, actor.workspace(), after.id, &document(after))?,
        Some(before) if told(before) == told(after) && before.custom_attributes == after.custom_attributes => {}
        Some(before) => search::reindex_object(tx, actor.workspace(), after.id, &document(before), &document(after))?,
    }
    Ok(())
}

/// Takes a conversation out of searches.
pub(crate) fn drop(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<()> {
    Ok(search::unindex_object(tx, actor.workspace(), id)?)
}

/// What of a row is told to searches.
fn told(c: &Conversation) -> [(char, Option<&String>); 4] {
    [
        ('b', c.body_key.as_ref()),
        ('s', c.subject_key.as_ref()),
        ('a', c.author_name_key.as_ref()),
        ('u', c.author_email_key.as_ref()),
    ]
}

fn document(c: &Conversation) -> Document {
    let texts = told(c).into_iter().filter_map(|(letter, text)| Some((letter, text?.clone())));
    Document { texts: texts.collect(), values: search_values(&c.custom_attributes) }
}

/// Puts the texts of a row into the form in which searches compare them.
pub(crate) fn keys(row: &mut Conversation, author: Option<(Option<&str>, Option<&str>)>) {
    let filled = |text: String| (!text.is_empty()).then_some(text);
    let plain = |html: &Option<String>| html.as_deref().map(html::plain);
    row.body_key = plain(&row.source_body).and_then(|text| filled(words(cut(&text, BODY))));
    row.subject_key = plain(&row.source_subject).and_then(|text| filled(fold(cut(&text, SHORT))));
    if let Some((name, email)) = author {
        row.author_name_key = name.and_then(|name| filled(fold(cut(name, SHORT))));
        row.author_email_key = email.and_then(|email| filled(fold(cut(email, SHORT))));
    }
}

fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(at, _)| &text[..at])
}
