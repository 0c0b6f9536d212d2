//! External pages: the content of pages of other sites.

use deskwire_store::counters::{self, Counter};
use deskwire_store::external_pages as store;
use deskwire_store::taggings::{self, Taggable};

pub use deskwire_store::external_pages::ExternalPage;

use super::{checked_url, sources};
use crate::content::index::{self, Document};
use crate::content::{Availability, ContentKind, TaggedContent};
use crate::error::{Error, ErrorKind, Result};
use crate::html::Html;
use crate::ids::{ContentImportSourceId, ExternalPageId};
use crate::{Cx, audiences};

/// The type of pages in events.
const TYPE: &str = "external_page";
/// The only language that pages have.
const LOCALE: &str = "en";

/// The fields of a page. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The source that it comes from.
    pub source_id: Option<ContentImportSourceId>,
    /// The id that the source gave it.
    pub external_id: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its content; `Some(None)` if it is empty.
    pub html: Option<Option<Html>>,
    /// Its public URL; `Some(None)` removes it.
    pub url: Option<Option<String>>,
    /// Its language.
    pub locale: Option<String>,
    /// Whether AI Agent answers from it.
    pub ai_agent_availability: Option<bool>,
    /// Whether AI Copilot answers from it.
    pub ai_copilot_availability: Option<bool>,
    /// Whether AI Sales Agent answers from it.
    pub ai_sales_agent_availability: Option<bool>,
}

/// A page of external pages, newest first, and the total count.
pub fn page(cx: &mut Cx, limit: i64, offset: i64) -> Result<(Vec<ExternalPage>, i64)> {
    Ok(store::page(cx, limit, offset)?)
}

/// One page.
pub fn find(cx: &mut Cx, id: ExternalPageId) -> Result<ExternalPage> {
    store::get(cx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// Creates a page, or updates the one with the same external id in its source.
pub fn save(cx: &mut Cx, input: &Input) -> Result<ExternalPage> {
    let missing = |field: &'static str| Error::missing(format!("{field} is required")).field(field);
    let external_id = input.external_id.as_deref().filter(|id| !id.is_empty());
    let external_id = external_id.ok_or_else(|| missing("external_id"))?;
    for (field, given) in [("title", input.title.is_some()), ("html", input.html.is_some())] {
        if !given {
            return Err(missing(field));
        }
    }
    let source = sources::synced(cx, input.source_id.ok_or_else(|| missing("source_id"))?)?;
    if let Some(before) = store::lock_by_external_id(cx, source.id, external_id)? {
        let mut after = before.clone();
        write(&mut after, input)?;
        return ingest(cx, &before, after);
    }
    let now = cx.now();
    let mut page = ExternalPage {
        id: counters::next(cx, Counter::Content)?,
        source_id: source.id,
        external_id: external_id.to_owned(),
        title: String::new(),
        html: String::new(),
        url: None,
        locale: LOCALE.to_owned(),
        ai_agent_availability: false,
        ai_copilot_availability: false,
        ai_sales_agent_availability: false,
        audience_ids: source.audience_ids,
        created_at: now,
        updated_at: now,
        last_ingested_at: now,
    };
    write(&mut page, input)?;
    store::insert(cx, &page)?;
    index::save(cx, None, &document(&page))?;
    counters::next::<i64>(cx, Counter::ExternalPages)?;
    audiences::content_moved(cx, TYPE, page.id, "[]", &page.audience_ids)?;
    Ok(page)
}

/// Changes a page.
pub fn update(cx: &mut Cx, id: ExternalPageId, input: &Input) -> Result<ExternalPage> {
    let before = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    let mut after = before.clone();
    let source = sources::synced(cx, input.source_id.unwrap_or(before.source_id))?;
    if source.id != before.source_id {
        after.source_id = source.id;
        after.audience_ids = source.audience_ids;
    }
    if let Some(external_id) = input.external_id.as_deref().filter(|id| !id.is_empty()) {
        external_id.clone_into(&mut after.external_id);
    }
    let taken = store::lock_by_external_id(cx, after.source_id, &after.external_id)?;
    if taken.is_some_and(|other| other.id != id) {
        let message = "external_id is already taken by another page of the source";
        return Err(Error::new(ErrorKind::Conflict, message).field("external_id"));
    }
    write(&mut after, input)?;
    ingest(cx, &before, after)
}

/// Deletes a page, and returns it.
pub fn delete(cx: &mut Cx, id: ExternalPageId) -> Result<ExternalPage> {
    let page = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    store::delete(cx, id)?;
    index::remove(cx, &document(&page))?;
    taggings::EXTERNAL_PAGES.forget_object(cx, id)?;
    counters::decrease(cx, Counter::ExternalPages)?;
    audiences::content_moved(cx, TYPE, id, &page.audience_ids, "[]")?;
    Ok(page)
}

/// Writes a page that was imported again.
fn ingest(cx: &mut Cx, before: &ExternalPage, mut after: ExternalPage) -> Result<ExternalPage> {
    let now = cx.now();
    if after != *before {
        after.updated_at = now;
    }
    after.last_ingested_at = now;
    store::update(cx, before, &after)?;
    index::save(cx, Some(&document(before)), &document(&after))?;
    audiences::content_moved(cx, TYPE, after.id, &before.audience_ids, &after.audience_ids)?;
    Ok(after)
}

/// Sets which AI agents may use a page.
pub(crate) fn set_availability(cx: &mut Cx, id: ExternalPageId, availability: Availability) -> Result<()> {
    change(cx, id, |page| {
        availability.apply(
            &mut page.ai_agent_availability,
            &mut page.ai_copilot_availability,
            &mut page.ai_sales_agent_availability,
        );
    })
}

/// Sets the audiences of a page, a JSON array.
pub(crate) fn set_audiences(cx: &mut Cx, id: ExternalPageId, audience_ids: String) -> Result<()> {
    change(cx, id, |page| page.audience_ids = audience_ids)
}

/// Changes a page other than by an import.
fn change(cx: &mut Cx, id: ExternalPageId, set: impl FnOnce(&mut ExternalPage)) -> Result<()> {
    let before = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    let mut after = before.clone();
    set(&mut after);
    if after != before {
        after.updated_at = cx.now();
        store::update(cx, &before, &after)?;
        index::save(cx, Some(&document(&before)), &document(&after))?;
        audiences::content_moved(cx, TYPE, id, &before.audience_ids, &after.audience_ids)?;
    }
    Ok(())
}

impl TaggedContent for ExternalPageId {
    const TAGS: &'static Taggable<Self> = &taggings::EXTERNAL_PAGES;
    const UNKNOWN: ErrorKind = ErrorKind::ResourceNotFound;

    fn lock(self, cx: &mut Cx) -> Result<bool> {
        Ok(store::lock(cx, self)?.is_some())
    }

    fn emit_tagged(self, cx: &mut Cx) -> Result<()> {
        index::touch(cx, self.number())
    }
}

fn document(page: &ExternalPage) -> Document<'_> {
    Document {
        kind: ContentKind::ExternalPage,
        content_id: page.id.number(),
        locale: &page.locale,
        title: &page.title,
        description: "",
        html: &page.html,
        published: true,
        help_center_id: None,
        folder_id: None,
        ai_chatbot_availability: page.ai_agent_availability,
        ai_copilot_availability: page.ai_copilot_availability,
        ai_sales_agent_availability: page.ai_sales_agent_availability,
        created_by_id: None,
        updated_by_id: None,
        created_at: page.created_at,
        updated_at: page.updated_at,
    }
}

/// Adds a page to the index if it is missing there.
pub(crate) fn reindex(cx: &mut Cx, id: ExternalPageId) -> Result<()> {
    let Some(page) = store::lock(cx, id)? else { return Ok(()) };
    index::save(cx, None, &document(&page))
}

/// Deletes the pages of a source. Returns how many there were.
pub(super) fn delete_of(cx: &mut Cx, source: ContentImportSourceId) -> Result<i64> {
    let mut deleted = 0;
    loop {
        // A few at a time: pages may be large.
        let pages = store::lock_some_of(cx, source, 20)?;
        if pages.is_empty() {
            return Ok(deleted);
        }
        for page in pages {
            index::remove(cx, &document(&page))?;
            taggings::EXTERNAL_PAGES.forget_object(cx, page.id)?;
            store::delete(cx, page.id)?;
            deleted += 1;
        }
    }
}

/// Sets the columns of the fields that the input has, except the ids.
fn write(page: &mut ExternalPage, input: &Input) -> Result<()> {
    if let Some(title) = &input.title {
        title.trim().clone_into(&mut page.title);
        if page.title.is_empty() {
            return Err(Error::missing("title is required").field("title"));
        }
    }
    if let Some(html) = &input.html {
        page.html = html.as_ref().map_or_else(String::new, Html::to_string);
    }
    if let Some(url) = &input.url {
        page.url = url.as_deref().map(checked_url).transpose()?;
    }
    if input.locale.as_ref().is_some_and(|locale| locale != LOCALE) {
        return Err(Error::invalid("locale must be 'en'").field("locale"));
    }
    page.ai_agent_availability = input.ai_agent_availability.unwrap_or(page.ai_agent_availability);
    page.ai_copilot_availability = input.ai_copilot_availability.unwrap_or(page.ai_copilot_availability);
    page.ai_sales_agent_availability = input.ai_sales_agent_availability.unwrap_or(page.ai_sales_agent_availability);
    Ok(())
}
