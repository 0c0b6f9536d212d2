//! Keeping the search index in step with conversations: what has no column of its own there.

use deskwire_store::Tx;
use deskwire_store::conversations::Conversation;
use deskwire_store::search::{self, Document};

use crate::actor::Actor;
use crate::conversation_attributes::search_values;
use crate::error::Result;
use crate::html;

/// Makes a conversation's change known to searches; `before` is what they know of it, if anything.
pub(crate) fn put(tx: &mut Tx<'_>, actor: &Actor, before: Option<&Conversation>, after: &Conversation) -> Result<()> {
    match before {
        None => search::index_object(tx, actor.workspace(), after.id, &document(after))?,
        Some(before) if told(before) == told(after) => {}
        Some(before) => search::reindex_object(tx, actor.workspace(), after.id, &document(before), &document(after))?,
    }
    Ok(())
}

/// Takes a conversation out of searches.
pub(crate) fn drop(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<()> {
    Ok(search::unindex_object(tx, actor.workspace(), id)?)
}

/// What searches are told of, unread.
fn told(c: &Conversation) -> [Option<&str>; 4] {
    [c.title.as_deref(), c.source_subject.as_deref(), c.source_body.as_deref(), Some(&c.custom_attributes)]
}

fn document(c: &Conversation) -> Document {
    let text = |html: &Option<String>| html.as_deref().map(|h| search::fold(&html::plain(h)));
    let texts =
        [('b', text(&c.source_body)), ('s', text(&c.source_subject)), ('t', c.title.as_deref().map(search::fold))];
    Document {
        texts: texts.into_iter().filter_map(|(letter, text)| Some((letter, text?))).collect(),
        values: search_values(&c.custom_attributes),
    }
}
