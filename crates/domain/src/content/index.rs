//! Keeping the content index up to date.

use std::collections::BTreeMap;

use deskwire_store::content_entries::{self as entries, ContentEntry, ContentKind};
use deskwire_store::content_words::{self as store, ContentWord};
use deskwire_store::counters::{self, Counter};
use deskwire_store::ids::{AdminId, ContentEntryId, FolderId, HelpCenterId};

use super::words::weights;
use crate::Cx;
use crate::error::Result;

/// The indexed data of a content in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document<'a> {
    pub(crate) kind: ContentKind,
    pub(crate) content_id: i64,
    pub(crate) locale: &'a str,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) html: &'a str,
    pub(crate) published: bool,
    pub(crate) help_center_id: Option<HelpCenterId>,
    pub(crate) folder_id: Option<FolderId>,
    pub(crate) ai_chatbot_availability: bool,
    pub(crate) ai_copilot_availability: bool,
    pub(crate) ai_sales_agent_availability: bool,
    pub(crate) created_by_id: Option<AdminId>,
    pub(crate) updated_by_id: Option<AdminId>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

impl Document<'_> {
    fn entry(&self, id: ContentEntryId) -> ContentEntry {
        ContentEntry {
            id,
            kind: self.kind,
            content_id: self.content_id,
            locale: self.locale.to_owned(),
            title: self.title.to_owned(),
            published: self.published,
            help_center_id: self.help_center_id,
            folder_id: self.folder_id,
            ai_chatbot_availability: self.ai_chatbot_availability,
            ai_copilot_availability: self.ai_copilot_availability,
            ai_sales_agent_availability: self.ai_sales_agent_availability,
            created_by_id: self.created_by_id,
            updated_by_id: self.updated_by_id,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// The fields that determine its words.
    fn text(&self) -> (&str, &str, &str, bool, Option<HelpCenterId>) {
        (self.title, self.description, self.html, self.published, self.help_center_id)
    }

    fn words(&self, entry_id: ContentEntryId) -> BTreeMap<String, ContentWord> {
        let word = |(word, weight): (String, i64)| {
            let row = ContentWord {
                word: word.clone(),
                kind: self.kind,
                content_id: self.content_id,
                entry_id,
                weight,
                published: self.published,
                help_center_id: self.help_center_id,
            };
            (word, row)
        };
        weights(self.title, self.description, self.html).into_iter().map(word).collect()
    }
}

/// Indexes a content that is new or has changed. `before` is its document in the index; `None` if it is new or was
/// indexed by an older release.
pub(crate) fn save(cx: &mut Cx, before: Option<&Document<'_>>, after: &Document<'_>) -> Result<()> {
    if before == Some(after) {
        return Ok(());
    }
    let locale = before.map_or(after.locale, |before| before.locale);
    // A content of an older release has no entry until the rebuild has reached it.
    let Some(known) = entries::lock_locale(cx, after.content_id, locale)? else {
        let id = match after.kind {
            ContentKind::Article => counters::next(cx, Counter::Content)?,
            _ => ContentEntryId::new(after.content_id),
        };
        entries::insert(cx, &after.entry(id))?;
        let words: Vec<ContentWord> = after.words(id).into_values().collect();
        return Ok(store::insert_all(cx, &words)?);
    };
    entries::update(cx, &known, &after.entry(known.id))?;
    let Some(before) = before else {
        let words = after.words(known.id);
        let keys: Vec<&str> = words.keys().map(String::as_str).collect();
        store::delete(cx, after.kind, after.content_id, known.id, &keys)?;
        let words: Vec<ContentWord> = words.into_values().collect();
        return Ok(store::insert_all(cx, &words)?);
    };
    if before.text() == after.text() {
        return Ok(());
    }
    let (old, new) = (before.words(known.id), after.words(known.id));
    let stale: Vec<&str> =
        old.iter().filter(|(word, row)| new.get(*word) != Some(*row)).map(|(word, _)| word.as_str()).collect();
    store::delete(cx, after.kind, after.content_id, known.id, &stale)?;
    let fresh: Vec<ContentWord> =
        new.into_iter().filter(|(word, row)| old.get(word) != Some(row)).map(|(_, row)| row).collect();
    Ok(store::insert_all(cx, &fresh)?)
}

/// Records a change of a content other than of its texts.
pub(crate) fn touch(cx: &mut Cx, content_id: i64) -> Result<()> {
    let now = cx.now();
    Ok(entries::touch(cx, content_id, now)?)
}

/// Removes a content from the index.
pub(crate) fn remove(cx: &mut Cx, document: &Document<'_>) -> Result<()> {
    let Some(known) = entries::lock_locale(cx, document.content_id, document.locale)? else { return Ok(()) };
    let words = document.words(known.id);
    let words: Vec<&str> = words.keys().map(String::as_str).collect();
    store::delete(cx, document.kind, document.content_id, known.id, &words)?;
    Ok(entries::delete(cx, known.id)?)
}
